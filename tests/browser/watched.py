"""The real server in a process of its own, and pages that are watched while they are open."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

MODES: dict[str, dict[str, Any]] = {
    "light": {"viewport": {"width": 1280, "height": 900}},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "narrow": {"viewport": {"width": 320, "height": 640}},
    "no-script": {"viewport": {"width": 1280, "height": 900}},
}
"""In `no-script` the site's own scripts are not delivered: axe itself needs a script."""


@contextmanager
def serving(*places: Path) -> Iterator[str]:
    """The address of a server of its own process over these places."""
    program = str(Path(sys.executable).with_name("totalplace"))
    words = [program, "serve", str(places[0]), "--port", "0"]
    words += [word for place in places[1:] for word in ("--with", str(place))]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        try:
            assert said.startswith("Serving http://127.0.0.1:"), said
            yield said.split()[1].rstrip("/")
        finally:
            process.terminate()


@dataclass
class Watched:
    """A page with everything that went wrong or out while it was open."""

    page: Page
    address: str
    faults: list[str] = field(default_factory=list)
    requests: list[Any] = field(default_factory=list)

    def go(self, path: str) -> Page:
        """Open an address of the site, and wait for it to be at rest."""
        self.page.goto(self.address + path, wait_until="load")
        return self.page


Open = Callable[..., Watched]
