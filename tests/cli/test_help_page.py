"""The reference of the command line shows every verb, and its help as it is."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from totalplace.cli import _app

ROOT = Path(__file__).parents[2]


@pytest.fixture
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("help_text", ROOT / "scripts" / "help_text.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_current(script: ModuleType) -> None:
    page = script.PAGE.read_text(encoding="utf-8")
    assert page == script.with_help(page), "run: python scripts/help_text.py"
    assert script.run(["--check"]) == 0


def test_every_verb_has_its_section(script: ModuleType) -> None:
    page = script.PAGE.read_text(encoding="utf-8")
    for verb in _app.VERBS:
        assert f"\n## {verb}\n\n<!-- help:{verb} -->\n" in page
        assert f"Usage: totalplace {verb} [OPTIONS]" in page


def test_a_page_that_is_out_of_date_is_told(
    script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "page.md"
    page.write_text("<!-- help:new -->\nold\n<!-- /help -->\n")
    monkeypatch.setattr(script, "PAGE", page)
    assert script.run(["--check"]) == 1
    assert script.run([]) == 0
    assert "Usage: totalplace new" in page.read_text()
    assert script.run(["--check"]) == 0
