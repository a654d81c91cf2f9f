"""The list of problem codes, gathered from the places in the code that raise them."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from docs_text import GENERATED, inline, table

import totalplace
from totalplace.cases.unit_costs import CHECKS
from totalplace.place import _files

__all__ = ["PAGE", "codes", "text"]

PAGE = "reference/problem-codes.md"

_CODE = re.compile(r"[a-z][a-z0-9_]+")
_MAKERS = {
    "Problem": (0, 1),
    "warn": (0, 1),
    "problem": (1, 2),
    "wrong": (1, 2),
    "_left_out": (0, 1),
}
"""Callable -> positions of the code and of what is wrong."""

_HEAD = """# Problem codes

Every problem has a stable code. It stands in `code` of the JSON forms, so that a script can tell
one problem from another. What is wrong is told in words; parts that differ from case to case are
shown as `…`. How problems are told, and the exit codes, stand under
[errors and exit codes](errors.md).
"""


def text() -> str:
    """The page."""
    rows = [[f"`{code}`", _what(code, found)] for code, found in sorted(codes().items())]
    return "\n".join([GENERATED, _HEAD, table(["code", "what is wrong"], rows)]) + "\n"


def _what(code: str, found: set[str]) -> str:
    if found:
        return "; ".join(inline(what) for what in sorted(found))
    return _REJECTED.get(code, "see the message")


_REJECTED = {
    "ambiguous_source": "several sources of the place begin with these digits",
    "bad_package": "the Fiscal Data Package does not say what it must; the message says what",
    "extra_field": "a record has cells beyond the last header",
    "malformed_claim": "a cell of the ledger of claims cannot be read; the message says why",
    "repeated_area": "an earlier row gives the same area",
    "unknown_source": "no source of the place begins with these digits",
    "unreadable_file": "a file of the place cannot be read",
    "third_decimal": "an amount has a fraction of a penny, which no payment has",
}
"""Codes whose message is put together where it is told."""


def codes() -> dict[str, set[str]]:
    """Code -> what is wrong, in the words of the code."""
    root = Path(totalplace.__file__).parent
    found: dict[str, set[str]] = {}
    for path in sorted(root.rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        pairs = [*_in(tree)]
        pairs += [*_faults(tree)] if "sources" in path.parts else []
        for code, what in pairs:
            found.setdefault(code, set()).update({what} if what else set())
    # files that are known and not taken in
    known = tomllib.loads((root / "sources" / "columns" / "known.toml").read_text("utf-8"))
    for file in known["file"]:
        found.setdefault(file["code"], set()).add(file["what"])
    for code, what in CHECKS.items():
        found.setdefault(code, set()).add(what)
    # what the disk answers, by errno
    for code in (code for code, _ in _files._FIXES.values()):  # noqa: SLF001 - our own table
        found.setdefault(code, set()).add("could not read or write a file of the place")
    return found


def _in(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            # a code that a helper gives unless it is told another
            for one, value in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True):
                if one.arg == "code" and (texts := _texts(value)):
                    yield texts[0], ""
        # one of two codes, chosen before the problem is told
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "code":
            yield from ((text, "") for text in _texts(node.value) if _CODE.fullmatch(text))
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        named = {keyword.arg: keyword.value for keyword in node.keywords}
        at = _MAKERS.get(name)
        if at is not None:
            code = named.get("code", _nth(node, at[0]))
            what = named.get("what", _nth(node, at[1]))
        elif "code" in named and "message" in named:
            code, what = named["code"], named["message"]
        else:
            continue
        for text in _texts(code):
            if _CODE.fullmatch(text):
                yield text, next(iter(_texts(what)), "")


def _faults(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Faults that are told later: a code first, a message last, perhaps a column between."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Tuple) or len(node.elts) not in (2, 3):
            continue
        first, *_, last = node.elts
        is_message = isinstance(last, ast.JoinedStr) or getattr(last, "id", "") == "message"
        for code in _texts(first):
            if _CODE.fullmatch(code) and (is_message or any(" " in text for text in _texts(last))):
                yield code, next(iter(_texts(last)), "")


def _nth(node: ast.Call, at: int) -> ast.expr | None:
    return node.args[at] if len(node.args) > at else None


def _texts(node: ast.expr | None) -> list[str]:
    """The constant text of an expression, with … for what is filled in; both arms of an if."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.JoinedStr):
        parts = [
            part.value if isinstance(part, ast.Constant) else "…"
            for part in node.values
            if isinstance(part, ast.Constant | ast.FormattedValue)
        ]
        return ["".join(str(part) for part in parts)]
    if isinstance(node, ast.IfExp):
        return _texts(node.body) + _texts(node.orelse)
    return []
