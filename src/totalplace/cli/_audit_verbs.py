"""The verb about the audit of the workbench: audit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from totalplace import _api
from totalplace.cli._app import JSON, PLACE, Outcome, verb
from totalplace.errors import PlaceError, Problem, RequestError

if TYPE_CHECKING:
    from totalplace.workbench.audit._head import SignedHead
    from totalplace.workbench.audit._verify import Verified

__all__: list[str] = []


@verb(
    "audit",
    "audit verify gm",
    "audit head gm",
    "audit head gm --json > head-2026-11-30.json",
    "audit verify gm --head head-2026-11-30.json --public-key audit-public.txt",
)
def audit(
    what: Annotated[
        str, typer.Argument(metavar="verify|head", help="What to do.", show_default=False)
    ],
    folder: PLACE,
    head: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="A head that you have kept: what `audit head --json` printed."
        ),
    ] = None,
    public_key: Annotated[
        Path | None,
        typer.Option(
            "--public-key",
            metavar="FILE",
            help="The public key that you have kept, as text; by default that of the server.",
        ),
    ] = None,
    as_json: JSON = False,  # noqa: ARG001 - read by main
) -> Outcome:
    """Prove that the audit of a place's workbench is whole, or print its signed head.

    `verify` follows the chain of rows from the first to the last, and holds it against every head
    that was signed: that of the database, those in the folder that TOTALPLACE_AUDIT_ANCHOR names,
    and one that you have kept. Exit code 1 when a row was changed, added, moved or removed; the
    first bad row is named.

    `head` prints the last row's number and seal with their signature, to be mailed or printed, and
    adds it to the folder that TOTALPLACE_AUDIT_ANCHOR names.
    """
    if what not in {"verify", "head"}:
        raise RequestError(
            Problem(
                "bad_value", "this value cannot be used", what, "it is neither verify nor head",
                "use one of them",
            )
        )  # fmt: skip
    from totalplace.workbench._outside import has_workbench, set_up

    if not has_workbench(folder):
        with _api.open_place(folder):  # which tells of a folder that is no place
            pass
        raise PlaceError(
            Problem(
                "no_workbench",
                "the place has no workbench",
                str(folder),
                "nobody has ever worked on it in a browser, so there is no audit",
                "serve it once, or name the folder of another place",
            )
        )
    set_up(folder)
    from django.db import DatabaseError

    try:
        return _head() if what == "head" else _verify(head, public_key)
    except DatabaseError as error:
        raise PlaceError(_unreadable(folder, error)) from error


def _unreadable(folder: Path, error: Exception) -> Problem:
    return Problem(
        "audit_unread",
        "the audit of the place's workbench cannot be read",
        str(folder),
        (str(error).strip().splitlines() or ["the database does not answer"])[0],
        "see that the database answers; if it is new or of an older version, run"
        " `totalplace migrate DIR`, or serve the place once",
    )


def _head() -> Outcome:
    from django.conf import settings

    from totalplace.workbench.audit._anchor import anchor
    from totalplace.workbench.audit._head import public_text
    from totalplace.workbench.audit._keys import head_key
    from totalplace.workbench.audit._verify import current_head

    head = current_head()
    if head is None:
        raise PlaceError(
            Problem(
                "audit_head_missing", "the last rows of the audit are not signed", "the head",
                "there is none: no row was ever written, or somebody has removed it",
                "run `totalplace audit verify`",
            )
        )  # fmt: skip
    public = public_text(head_key(Path(settings.TOTALPLACE_KEYS), is_new=False).public_key())
    document = {**head.as_dict(), "public_key": public}
    if settings.TOTALPLACE_AUDIT_ANCHOR is not None:
        document["is_anchored"] = anchor(settings.TOTALPLACE_AUDIT_ANCHOR, head)
    return Outcome(document, lambda: _head_text(document))


def _head_text(document: dict[str, Any]) -> str:
    lines = [
        f"row         {document['n']}",
        f"seal        {document['mac']}",
        f"signed      {document['when']}",
        f"signature   {document['signature']}",
        f"public key  {document['public_key']}",
    ]
    if "is_anchored" in document:
        state = "added" if document["is_anchored"] else "there already"
        lines.append(f"anchor      {state}")
    return "\n".join(lines)


def _verify(head: Path | None, public_key: Path | None) -> Outcome:
    from totalplace.workbench.audit._verify import verify

    given = [] if head is None else [_read_head(head)]
    public = None if public_key is None else _read_public(public_key)
    found = verify(given=given, public=public)
    return Outcome(found.as_dict(), lambda: _verify_text(found), 1 if found.problems else 0)


def _verify_text(found: Verified) -> str:
    lines = [f"The first {found.rows:,} rows of the audit hold."]
    if found.head is not None:
        lines.append(f"Signed head: row {found.head.n:,}, {found.head.when}.")
    lines.append(f"Anchored heads: {found.anchored:,}.")
    if not found.problems:
        lines[0] = f"The audit is whole: {found.rows:,} rows."
    return "\n".join([*lines, *map(str, found.problems)])


def _read_head(path: Path) -> SignedHead:
    from totalplace.workbench.audit._head import read_head

    try:
        return read_head(json.loads(_text(path)))
    except (ValueError, AttributeError) as error:
        raise RequestError(_unread(path, "--head", str(error))) from error


def _read_public(path: Path) -> Any:
    from totalplace.workbench.audit._head import read_public

    try:
        return read_public(_text(path))
    except ValueError as error:
        raise RequestError(_unread(path, "--public-key", str(error))) from error


def _text(path: Path) -> str:
    return path.read_text("utf-8")


def _unread(path: Path, option: str, why: str) -> Problem:
    return Problem(
        "bad_value", "this value cannot be used", f"{option} {path}", why,
        "give what `totalplace audit head` has printed",
    )  # fmt: skip
