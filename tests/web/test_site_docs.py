"""What is to be looked up about the site stands in the documentation."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def site_page() -> str:
    return (ROOT / "docs/reference/site.md").read_text("utf-8")


def test_every_page_of_the_map_and_its_parameters_are_told(site: None, site_page: str) -> None:
    from totalplace.web import _pages
    from totalplace.web._registry import PAGES

    assert _pages.MODULES
    for spec in PAGES.values():
        address = re.sub(r"<str:(\w+)>", r"<\1>", f"/{spec.path}")
        (row,) = re.findall(rf"^\| `{re.escape(address)}` \|(.*)\|$", site_page, re.MULTILINE)
        assert spec.summary in row
        assert f" {spec.access} " in f"{row} "
        fields = [name for name in spec.params.model_fields if name != "at"]
        if fields:
            section = site_page.split(f"\n### `{address}`\n")[1].split("\n### ", maxsplit=1)[0]
            assert [name for name in fields if f"| `{name}` |" not in section] == [], address


def test_every_route_beside_the_pages_is_told(site: None, site_page: str) -> None:
    from totalplace.web.urls import urlpatterns

    for route in urlpatterns:
        name = getattr(route, "name", None)
        if name and not hasattr(route.callback, "spec"):
            stem = re.split(r"[<(^$\\]", str(route.pattern).lstrip("^"))[0]
            assert f"`/{stem}" in site_page, name


def test_every_setting_is_told_where_the_site_is_deployed() -> None:
    settings = (ROOT / "src/totalplace/web/settings.py").read_text("utf-8")
    names = set(re.findall(r'"(TOTALPLACE_[A-Z_]+)"', settings))
    assert len(names) >= 8
    for page in ("docs/how-to/deploy.md", "docs/reference/environment.md"):
        text = (ROOT / page).read_text("utf-8")
        assert {name for name in names if f"| `{name}` |" not in text} == set(), page


def test_defaults_of_settings_are_those_that_are_told() -> None:
    settings = (ROOT / "src/totalplace/web/settings.py").read_text("utf-8")
    text = (ROOT / "docs/how-to/deploy.md").read_text("utf-8")
    for name, default in re.findall(r'"(TOTALPLACE_[A-Z]+)", "([^"]+)"', settings):
        (row,) = re.findall(rf"^\| `{name}` \|.*$", text, re.MULTILINE)
        assert f"`{default}`" in row
    css = (ROOT / "src/totalplace/web/static/totalplace/totalplace.css").read_text("utf-8")
    (brand,) = re.findall(r"--tp-brand: #([0-9a-f]{6});", css)
    assert f"`{brand}`" in text
