"""A person at a page who has a keyboard and no mouse."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pyotp
from playwright.sync_api import Locator, Page

__all__ = ["Hands", "command", "first_sign_in"]

PATIENCE = 300_000
"""Milliseconds within which whatever is waited for comes, on a machine that does much else."""
_MOST_TABS = 400
_SHOWN = """element => {
  const style = getComputedStyle(element);
  return element === document.activeElement
    ? (style.outlineStyle !== "none" || style.boxShadow !== "none" ? "shown" : "hidden")
    : "elsewhere";
}"""


class Hands:
    """Goes to things with the Tab key, where the focus must be seen, and uses them with keys."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.set_default_timeout(PATIENCE)
        # the browser learns of a listener some time after it: a press may be before that
        page.on("filechooser", lambda _: None)

    def to(self, thing: Locator) -> None:
        """Press Tab until the focus is on a thing."""
        thing.wait_for()
        for _ in range(_MOST_TABS):
            self.page.keyboard.press("Tab")
            state = thing.evaluate(_SHOWN)
            if state != "elsewhere":
                break
        assert state == "shown", f"the focus is {state} at {thing}"

    def link(self, name: str) -> None:
        """Follow a link."""
        self._enter(self.page.get_by_role("link", name=name, exact=True).first)

    def section(self, name: str) -> None:
        """Go to a section of the workbench."""
        self._enter(self.page.locator(".tp-nav, nav").get_by_role("link", name=name).first)

    def button(self, name: str) -> None:
        """Press a button that leads to another page."""
        self._enter(self.page.get_by_role("button", name=name, exact=True).first)

    def _enter(self, thing: Locator) -> None:
        self.to(thing)
        with self.page.expect_navigation(wait_until="load"):
            self.page.keyboard.press("Enter")

    def write(self, label: str, text: str) -> None:
        """Write into a field, in the place of what stands there."""
        self.to(self.page.get_by_label(label, exact=True))
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def tick(self, thing: Locator) -> None:
        """Mark a box or a radio button."""
        self.to(thing)
        self.page.keyboard.press("Space")
        assert thing.is_checked()

    def choose(self, label: str, option: str) -> None:
        """Choose from a list."""
        select = self.page.get_by_label(label, exact=True)
        self.to(select)
        steps: int = select.evaluate(
            """(select, option) =>
                [...select.options].findIndex(one => one.text === option) - select.selectedIndex""",
            option,
        )
        for _ in range(abs(steps)):
            self.page.keyboard.press("ArrowDown" if steps > 0 else "ArrowUp")
        chosen = select.evaluate("select => select.selectedOptions[0].text")
        assert chosen == option, (label, chosen)

    def hand_over(self, label: str, path: Path) -> None:
        """Choose a file, as far as the page has to do with that."""
        self.to(self.page.get_by_label(label, exact=True))
        with self.page.expect_file_chooser() as asked:
            self.page.keyboard.press("Space")
        asked.value.set_files(path)

    def wait_for_job(self) -> None:
        """Wait on the page of a job until it is done, and go on to what came of it."""
        self.page.get_by_role("link", name="See the result").wait_for()
        self.link("See the result")

    def text(self) -> str:
        """What the page says."""
        return re.sub(r"\s+", " ", self.page.locator("main").inner_text())

    def heading(self) -> str:
        """What the page is called."""
        return self.page.locator("h1").inner_text()


def command(*words: str) -> Any:
    """What a command says as JSON."""
    program = str(Path(sys.executable).with_name("totalplace"))
    done = subprocess.run([program, *words, "--json"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def first_sign_in(hands: Hands, name: str, one_time_password: str) -> None:
    """Sign in for the first time: a password of one's own, and a second factor."""
    hands.write("Name", name)
    hands.write("Password", one_time_password)
    hands.button("Sign in")
    assert hands.heading() == "Choose your password"
    hands.write("New password", f"violet harbour {name} sandwich")
    hands.button("Continue")
    assert hands.heading() == "Set up your second factor"
    secret = hands.page.locator(".tp-secret").inner_text().rpartition(":")[2]
    hands.write("Code", pyotp.TOTP(secret.replace(" ", "")).at(int(time.time())))
    hands.button("Continue")
    assert hands.heading() == "Keep your recovery codes"
    hands.link("I have kept them")
    assert hands.heading() == "What waits for you"
