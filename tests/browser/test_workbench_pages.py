"""Every page of the workbench in light, dark, at 320 pixels, without scripts, and as an error."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from hands import PATIENCE
from playwright.sync_api import Browser, Page
from watched import MODES, serving

from counted import how_many
from django_here import set_up

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]

FILES = {
    "audit-file",
    "case-chart",
    "case-file",
    "case-kept-chart",
    "case-toml",
    "case-form",
    "decisions-csv",
    "job-json",
    "rejects-file",
    "return-template",
}
ON = {"case-of-job", "release-of-job", "upload-of-job", "public-line", "rows"}
"""What leads on to a page that is tested; the rows of a sheet are shown as those of a file."""

OWN = "main form[method=post]"
ERRORS: dict[str, list[tuple[str, dict[str, str]]]] = {
    **{
        name: [(OWN, {})]
        for name in (
            "account-change",
            "account-new",
            "case-new",
            "case-submit",
            "case-text",
            "mistake",
            "mistake-new",
            "new-password",
            "password",
            "prove",
            "publication-withdraw",
            "queue-item",
            "recovery-code",
            "rejects",
            "release-new",
            "second-factor",
            "second-factor-new",
            "sign-in",
            "upload-header",
            "upload-mapping",
            "upload-new",
        )
    },
    "case": [
        ("form[action$='approve/']", {}),
        ("form[action$='return/']", {}),
        ("form[action$='run/']", {"draws": "many"}),
        ("form[action$='remove/']", {}),
    ],
    "case-bodies": [(OWN, {"id-1": "Not so"})],
    "case-files": [("#add-files", {})],
    "case-item": [(OWN, {"cost-value": "lots", "cost-low": "little"})],
    "case-step": [(OWN, {"horizon": "long"})],
    "case-try": [(OWN, {"budget-0-0": "lots"})],
    "source": [("form[action$='licence/']", {})],
    "upload-details": [(OWN, {"body": "No such body"})],
    "return": [(OWN, {}), ("form[action$='messages/']", {}), ("form[action$='sign-off/']", {})],
    "returns": [("form[action$='due/']", {"due-day": "99"})],
    "views": [("main form[method=post]:not([action])", {})],
    "queue-effect": [("form[action$='save/']", {})],
    "release": [("form[action$='approve/']", {}), ("form[action$='refuse/']", {})],
    "loads-search": [("main form[method=get]", {"q": "x"})],
}
"""Route of a page -> its forms, with what is sent beside empty fields: each answers with errors."""
CONFIRMED = {"account-close", "account-reset", "recovery-codes"}
"""What is sent without a field."""

_SEND = """([selector, values]) => {
  const form = document.querySelector(selector);
  if (!form) return false;
  for (const one of form.elements) {
    if (["checkbox", "radio"].includes(one.type)) one.checked = false;
    else if (one.tagName === "SELECT") one.selectedIndex = 0;
    else if (!["hidden", "submit", "button", "fieldset", "file"].includes(one.type)) one.value = "";
    if (one.name in values) one.value = values[one.name];
  }
  form.noValidate = true;
  form.requestSubmit();
  return true;
}"""
_AXE = """() => axe.run({ resultTypes: ["violations"] }).then(found => found.violations.flatMap(
  one => one.nodes.slice(0, 3).map(
    node => `${one.id}: ${node.html.slice(0, 200)} ${node.failureSummary}`)))"""
_UNSEEN = """() => [...document.querySelectorAll(
    "a, button, input, select, textarea, [tabindex='0']")]
  .filter(one => one.type !== "hidden" && one.tabIndex >= 0 && !one.closest(".tp-trap")
    && one.checkVisibility({ visibilityProperty: true }))
  .filter(one => {
    one.focus({ preventScroll: true });
    const style = one.matches(".govuk-radios__input, .govuk-checkboxes__input")
      ? getComputedStyle(one.nextElementSibling, "::before") : getComputedStyle(one);
    return document.activeElement !== one
      || (style.outlineStyle === "none" && style.boxShadow === "none");
  }).map(one => `the focus is not seen: ${one.outerHTML.slice(0, 200)}`)"""
_ERRORS = """() => {
  const links = [...document.querySelectorAll(".govuk-error-summary a")];
  const is_told = (id) => {
    const field = document.getElementById(id);
    const group = field?.closest("fieldset[aria-describedby]");
    return [field, group].some(one => one?.getAttribute("aria-describedby")?.split(" ")
      .some(each => document.getElementById(each)?.matches(".govuk-error-message")));
  };
  const found = links.map(one => one.getAttribute("href").slice(1))
    .filter(id => !is_told(id)).map(id => `nothing told at ${id}`);
  if (!links.length) found.push(`no error summary at ${location.pathname}`);
  if (!document.title.startsWith("Error:")) found.push(`title ${document.title}`);
  return found;
}"""
_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def made(
    unsettled_published: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, Any]]:
    """A place with things of every kind in its workbench, and where they are seen."""
    place = shutil.copytree(unsettled_published, tmp_path_factory.mktemp("world") / "place")
    program = Path(__file__).with_name("_workbench_world.py")
    tests = Path(__file__).parents[1]
    done = subprocess.run(
        [sys.executable, str(program), str(place)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(tests), str(tests / "workbench")])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return place, json.loads(done.stdout)


@pytest.fixture(scope="module")
def address(made: tuple[Path, dict[str, Any]]) -> Iterator[str]:
    with serving(made[0]) as one:
        yield one


class Visitor:
    """Opens the pages of the workbench as those who may see them, and notes what is wrong."""

    def __init__(self, browser: Browser, address: str, cookie: str, *, has_scripts: bool) -> None:
        self.context = browser.new_context(**MODES["light"])
        self.wrong: dict[str, list[str]] = {}
        self._address, self._cookie = address, cookie
        self._faults: list[str] = []
        if not has_scripts:
            # axe itself needs one: the site's own are not delivered
            self.context.route("**/*.js", lambda route: route.abort())
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.page.on("console", lambda said: self._told(f"{said.type}: {said.text}"))
        self.page.on("pageerror", lambda error: self._told(f"error: {error}"))
        self.page.on("request", lambda request: self._asked(request.url))

    def _told(self, text: str) -> None:
        # a refusal is answered with its own status, which the console tells
        is_ours = "status of 4" in text or "ERR_FAILED" in text
        if text.startswith(("error", "warning")) and not is_ours:
            self._faults.append(text)

    def _asked(self, url: str) -> None:
        if not url.startswith((self._address, "data:", "blob:")):
            self._faults.append(f"asked another host: {url}")

    def open(self, one: dict[str, Any], visit: int) -> int:
        """Open a page; the status of the answer."""
        self.context.clear_cookies()
        if key := one["sessions"][visit]:
            cookie = {"name": self._cookie, "value": key, "url": self._address}
            self.context.add_cookies([cookie])  # type: ignore[list-item]
        answer = self.page.goto(self._address + one["path"])
        assert answer is not None
        return answer.status

    def look(self, where: str, modes: list[str]) -> None:
        """Look at the page that is open: whether it fits and its focus is seen, and with axe in
        these modes."""
        found = []
        title, headings = self.page.title(), self.page.locator("h1").all_inner_texts()
        if len(headings) != 1 or headings[0] not in title:
            found.append(f"title {title!r}, headings {headings}")
        self.page.set_viewport_size(MODES["narrow"]["viewport"])
        if self.page.evaluate(_WIDE):
            found.append("wider than a narrow window")
        # what is focused after a key is shown to be
        self.page.keyboard.press("Tab")
        found += self.page.evaluate(_UNSEEN)
        if modes:
            self.page.evaluate(AXE_SCRIPT)
        for mode in modes:
            self.page.set_viewport_size(MODES[mode]["viewport"])
            self.page.emulate_media(color_scheme=MODES[mode].get("color_scheme", "light"))
            found += [f"{mode} {one}" for one in self.page.evaluate(_AXE)]
        self.note(where, [*found, *self._faults])
        self._faults.clear()

    def note(self, where: str, found: list[str]) -> None:
        """Note what is wrong with a page."""
        if found:
            self.wrong.setdefault(where, []).extend(found)


def test_every_page_and_every_form_is_known(made: tuple[Path, dict[str, Any]]) -> None:
    set_up()
    from totalplace.workbench import _views  # noqa: F401 - hangs every page on the map
    from totalplace.workbench._route import ROUTES

    pages = {name for name, route in ROUTES.items() if "GET" in route.allow}
    seen = {one["route"] for one in made[1]["pages"]}
    assert sorted(pages - seen - FILES - ON) == []
    forms = {name for name in pages if "POST" in ROUTES[name].allow}
    assert sorted(forms - set(ERRORS) - CONFIRMED) == []


@pytest.mark.counted
@pytest.mark.parametrize("has_scripts", [True, False])
def test_pages(
    browser: Browser, address: str, made: tuple[Path, dict[str, Any]], has_scripts: bool
) -> None:
    """No violation that axe knows, no fault, nothing that overflows, the focus always seen.

    Every page in one of four modes, by turns; or in all of them, and in every state.
    """
    visitor = Visitor(browser, address, made[1]["cookie"], has_scripts=has_scripts)
    pages: list[dict[str, Any]] = made[1]["pages"]
    is_whole = how_many(2, 1) == 2
    if not is_whole:
        pages = list({one["route"]: one for one in pages}.values())
    for number, one in enumerate(pages):
        modes = [*MODES] if is_whole else [[*MODES][number % len(MODES)]]
        chosen = [mode for mode in modes if (mode == "no-script") != has_scripts]
        if not chosen and not has_scripts:
            continue
        status = visitor.open(one, int(not has_scripts))
        where = f"{one['route']} {one['path']}"
        assert (status == 200) == (one["route"] not in {"refused", "oidc", "oidc-back"}), where
        visitor.look(where, chosen)
    visitor.context.close()
    assert visitor.wrong == {}


@pytest.mark.long
@pytest.mark.counted
def test_forms_with_errors(
    browser: Browser, address: str, made: tuple[Path, dict[str, Any]]
) -> None:
    """Errors stand above the form and at their fields, and each leads to its field."""
    visitor = Visitor(browser, address, made[1]["cookie"], has_scripts=True)
    page = visitor.page
    forms = {(route, form): values for route, all_of in ERRORS.items() for form, values in all_of}
    step = len(forms) // how_many(len(forms), 9)
    sent: set[tuple[str, str]] = set()
    for one in made[1]["pages"]:
        for (route, form), values in forms.items():
            if route != one["route"] or (route, form) in sent:
                continue
            visitor.open(one, 1)
            if not page.locator(form).count():
                continue
            where = f"{route} {form}"
            with page.expect_navigation():
                page.evaluate(_SEND, [form, values])
            visitor.look(where, ["narrow"] if len(sent) % step == 0 else [])
            visitor.note(where, page.evaluate(_ERRORS))
            sent.add((route, form))
    visitor.context.close()
    assert sorted(set(forms) - sent) == []
    assert visitor.wrong == {}
