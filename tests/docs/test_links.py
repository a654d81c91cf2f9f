"""Links inside the documentation lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_TARGET = re.compile(r"^\(([\w-]+)\)=$", re.MULTILINE)
_HEADING = re.compile(r"^#{1,6} (.*)$", re.MULTILINE)
_CODE = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)

HOSTS = {"ibis-project.org"}
"""Sites that pages may point to: the home of a library, nothing that a build needs."""


def anchors(text: str) -> set[str]:
    """Targets, and headings as they are spelt in links."""
    prose = _CODE.sub("", text)
    headings = {
        re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")
        for heading in _HEADING.findall(prose)
    }
    return headings | set(_TARGET.findall(prose))


def broken(name: str, pages: dict[str, str], root: Path) -> list[str]:
    """Links of one page that lead nowhere."""
    found = []
    for link in _LINK.findall(_CODE.sub("", pages[name])):
        if link.startswith(("https://", "http://")):
            if link.split("/")[2] not in HOSTS:
                found.append(link)
            continue
        path, _, anchor = link.partition("#")
        target = (root / name).parent.joinpath(path).resolve() if path else (root / name).resolve()
        inside = target.relative_to(root).as_posix() if target.is_relative_to(root) else ""
        if not target.exists() or (anchor and anchor not in anchors(pages.get(inside, ""))):
            found.append(link)
    return found


def test_every_link_leads_somewhere(pages: dict[str, str], root: Path) -> None:
    assert {name: found for name in pages if (found := broken(name, pages, root))} == {}


def test_a_broken_link_is_found(root: Path) -> None:
    page = "[a](#here) [b](#gone) [c](no-page.md) [d](https://example.org/x)\n\n# Here\n"
    pages = {"README.md": page}
    assert broken("README.md", pages, root) == ["#gone", "no-page.md", "https://example.org/x"]


def test_every_page_is_reached(pages: dict[str, str], root: Path) -> None:
    """Each page stands in a table of contents; a folder's by name or by pattern."""
    docs = {name.removeprefix("docs/") for name in pages if name.startswith("docs/")}
    reached = {"index.md"}
    for name in docs:
        folder = Path(name).parent
        for toc in re.findall(r"```\{toctree\}\n(.*?)```", pages[f"docs/{name}"], re.DOTALL):
            for entry in (line for line in toc.splitlines() if line and not line.startswith(":")):
                pattern = (folder / entry).as_posix()
                here = [
                    path.relative_to(root / "docs")
                    for path in (root / "docs").glob(f"{pattern}.md")
                ]
                reached |= {path.as_posix() for path in here}
    assert sorted(docs - reached) == []
