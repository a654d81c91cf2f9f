"""What of approved cases and portfolios is public: their figures and assumptions, no person."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from typing import Any

from totalplace._api._kept_cases import CASE, PORTFOLIO, KeptCase, kept_cases
from totalplace._api._result import Document
from totalplace.disclosure.publish import hide, is_about_a_person, refuse_leaks, scrub
from totalplace.place import Folder

__all__ = ["case_documents"]

_WITHHELD = "(name withheld)"
_FOLDERS = {CASE: "cases", PORTFOLIO: "portfolios"}


def case_documents(folder: Folder, *, at: int) -> dict[str, Document]:
    """Path below ``documents/`` -> the public part of each case and portfolio approved by then.

    Who wrote or approved it, and why, is not in them. Of who answers for a number only the body
    is, unless the case says that owners may be named (``owners_public``). Names that may be a
    person's are withheld from every other text of the document too, and it is looked through for
    them again.

    Args:
        at: the snapshot's number.

    Raises:
        PlaceError: one is missing or not what was approved.
    """
    found = {}
    for kind, below in _FOLDERS.items():
        for one in kept_cases(folder, kind, at=at, every=False).facts:
            path = f"{below}/{one.slug}.json"
            found[path] = _public(one, path)
    return found


def _public(one: KeptCase, path: str) -> Document:
    data = tomllib.loads(one.text)
    result = dict(one.result)
    people = [one.who, one.approved_by]
    if one.kind == CASE:
        register = result["register"]
        if data["case"].get("owners_public") is not True:
            people += [row["owner"] for row in register if row.get("owner")]
            bodies = sorted((row["name"] for row in result["matrix"]), key=len, reverse=True)
            result["register"] = [
                {**row, "owner": _body_in(row.get("owner") or "", bodies)} for row in register
            ]
    hidden = hide(dict.fromkeys(filter(is_about_a_person, people), _WITHHELD))
    document: Document = scrub(
        {
            "slug": one.slug,
            "revision": one.revision,
            "title": one.title,
            "approved": one.when[:10],
            "titles": dict(_titles(data)),
            "result": result,
        },
        hidden,
    )
    # the id of a case stands in its address, where nothing can stand in a name's place
    refuse_leaks(hidden, documents={path: {**document, "address": path}})
    return document


def _body_in(owner: str, bodies: Iterable[str]) -> str | None:
    """The body of whoever answers for a number, where it is named; the person or post is not."""
    plain = owner.casefold()
    return next((name for name in bodies if name.casefold() in plain), None)


def _titles(data: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """``activity.<id>``, ``outcome``, ``intervention``, ``stream`` or ``body`` -> title."""
    for body, facts in (data.get("body") or {}).items():
        if title := facts.get("title") or facts.get("name"):
            yield f"body.{body}", str(title)
    for kind in ("activity", "outcome", "intervention", "stream"):
        rows = data.get(kind)
        for row in rows if isinstance(rows, list) else ():
            if isinstance(row, dict) and {"id", "title"} <= row.keys():
                yield f"{kind}.{row['id']}", str(row["title"])
