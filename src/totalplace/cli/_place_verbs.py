"""Verbs about the place itself: new, add, formats, check, snapshot, decide."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from totalplace import _api
from totalplace.cli._app import JSON, PLACE, Outcome, verb
from totalplace.cli._progress import file_progress, stage_progress
from totalplace.cli._text import check_text, decisions_text, files_text, formats_text

__all__: list[str] = []


@verb(
    "new",
    "new trafford --name Trafford --area E08000009 --year 2017-18",
    'new gm --name "Greater Manchester" --area E47000001 --year 2017-18',
)
def new(
    folder: PLACE,
    name: Annotated[
        str, typer.Option(metavar="NAME", help="The place's name.", show_default=False)
    ] = "",
    area: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CODE",
            help="An English area: district, unitary, county, combined authority, police or "
            "fire area, region. Repeat it for several.",
        ),
    ] = None,
    year: Annotated[
        str,
        typer.Option(
            metavar="YEAR", help="The financial year to count, such as 2017-18.", show_default=False
        ),
    ] = "",
    register: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE",
            help="A register of the place's own (areas, bodies, keys) that it begins with; "
            "--area may then be a code that it defines. Repeat it for several.",
        ),
    ] = None,
    as_json: JSON = False,  # noqa: ARG001 - read by main
) -> Outcome:
    """Make an empty place: a folder that anyone can copy, back up and open elsewhere."""
    made = _api.new_place(folder, name=name, areas=area or [], year=year, registers=register or [])
    document = {
        "place": made.name,
        "id": made.folder.id,
        "path": str(made.path),
        "areas": list(made.areas),
        "years": list(made.years),
    }
    return Outcome(
        document,
        lambda: (
            f"Made {made.name} ({', '.join(made.areas)}; {', '.join(made.years)}) in {made.path}.\n"
            f"Next: totalplace add {made.path} FILE..."
        ),
    )


@verb(
    "add",
    "add trafford spend-2024-25.zip --body trafford",
    "add gm outturn-2017-18.xlsx regional-analysis-2018.xlsx",
    "add trafford corrected.csv --supersedes 3f9a1c",
    "add trafford creditors.xlsx --mapping trafford/mapping.toml",
)
def add(
    folder: PLACE,
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FILE", help="Files as published.", show_default=False),
    ] = None,
    body: Annotated[
        str | None,
        typer.Option(
            metavar="BODY",
            help="Whose money it is, where the file does not say: a body_id, ONS code, name or "
            "alias.",
        ),
    ] = None,
    format_id: Annotated[
        str | None,
        typer.Option(
            "--format", metavar="F", help="Read the files as this format; see `totalplace formats`."
        ),
    ] = None,
    supersedes: Annotated[
        str | None,
        typer.Option(
            metavar="SHA",
            help="The source that the file corrects: four or more digits of its SHA-256.",
        ),
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Accept a reading that is proposed or doubtful.")
    ] = False,
    mapping: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Read files of an unknown layout as this file says; `add` writes one, mapping.toml"
            " in the place, for you to look at and correct.",
        ),
    ] = None,
    publisher: Annotated[
        str | None,
        typer.Option(
            metavar="T", help="Who published them; by default the body whose money it is."
        ),
    ] = None,
    licence: Annotated[
        str | None,
        typer.Option(
            metavar="ID", help="Under which licence they were published, such as OGL-UK-3.0."
        ),
    ] = None,
    as_json: JSON = False,  # noqa: ARG001
) -> Outcome:
    """Take published files into a place, byte for byte, with every record accounted for.

    Each file is whole or not at all, and one that is refused never stops the others. A file that
    is there already changes nothing. Rejected records are kept, told, and leave the exit code 0.
    """
    paths = files or []
    with _api.open_place(folder) as place, file_progress(paths) as progress:
        added = place.add(
            *paths,
            body=body,
            format=format_id,
            supersedes=supersedes,
            yes=yes,
            mapping=mapping,
            publisher=publisher,
            licence=licence,
            progress=progress,
        )
    return Outcome(
        added.document,
        lambda: files_text(added.facts),
        exit_code=added.exit_code,
        warnings=tuple(one for file in added.facts.files for one in file.warnings),
    )


@verb("formats", "formats", "formats --json")
def formats(as_json: JSON = False) -> Outcome:  # noqa: ARG001
    """List the formats that files are recognised as, and how each is recognised."""
    known = _api.formats()
    return Outcome(known.document, lambda: formats_text(known.facts))


@verb("check", "check trafford")
def check(folder: PLACE, as_json: JSON = False) -> Outcome:  # noqa: ARG001
    """Verify every file of a place by its hash, rows and sums, the chain of its snapshots, and our
    own identities in a count of each of its years.

    Exit code 1 means damage, or an identity that fails: publish nothing from it before it is
    mended. What a killed writer left behind is harmless and only told.
    """
    with _api.open_place(folder) as place, stage_progress("checking") as report:
        found = place.check(report=report)
    return Outcome(found.document, lambda: check_text(found.facts), exit_code=found.exit_code)


@verb("snapshot", "snapshot trafford", 'snapshot trafford --note "as sent to the board"')
def snapshot(
    folder: PLACE,
    note: Annotated[
        str | None, typer.Option(metavar="T", help="Why it is made; always makes a new one.")
    ] = None,
    as_json: JSON = False,  # noqa: ARG001
) -> Outcome:
    """Freeze the place as it is now, so that figures can be computed from it again for ever.

    A count makes a snapshot by itself whenever anything has changed.
    """
    with _api.open_place(folder) as place:
        made = place.snapshot(note)
    one = made.facts
    state = "made" if made.document["is_new"] else "nothing has changed since it was made"
    return Outcome(
        made.document,
        lambda: (
            f"Snapshot {one.n} ({state}): {len(one.sources)} sources, "
            f"{one.decisions} decisions, content {one.content_hash[:16]}."
        ),
    )


@verb(
    "decide",
    "decide trafford",
    'decide trafford "GMCA (TRANSPORT)" --what alias --value greater-manchester-ca '
    '--why "named so in its own accounts"',
    "decide trafford '*' --what licence --value OGL-UK-3.0 --why \"the councils' terms of use\"",
    'decide trafford 1 --what undo --why "it was the passenger executive"',
)
def decide(
    folder: PLACE,
    object_id: Annotated[
        str | None,
        typer.Argument(
            metavar="ID",
            help="What it is about: a payee's name, a stream's name, payments as "
            '"BODY | UNIT | EXPENSE | PAYEE" with * for any text, a transfer as "PAYER | PAYEE | '
            'STREAM | YEAR" with * for any stream, a source by its SHA-256 (body: and a body, or '
            "*, for several), or the number of a decision to undo. Without it, the decisions that "
            "hold are listed.",
            show_default=False,
        ),
    ] = None,
    what: Annotated[
        str | None,
        typer.Option(
            metavar="KIND",
            help="alias (this payee is that body), class (those payments are for this), "
            "licence (the source was published under it), match (payments and receipts are one "
            "transfer or none), payee_kind (the payee is an organisation or an individual), stream "
            "(this name is that), undo.",
        ),
    ] = None,
    value: Annotated[
        str | None,
        typer.Option(
            metavar="V",
            help="The body, COFOG code, licence, organisation or individual, stream, or of a "
            "transfer same, purchase, not_paid or the other side's key.",
        ),
    ] = None,
    why: Annotated[str, typer.Option(metavar="TEXT", help="The reason.", show_default=False)] = "",
    who: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Whose choice it is; by default the computer's user."),
    ] = None,
    as_json: JSON = False,  # noqa: ARG001
) -> Outcome:
    """Make a human choice that every later count obeys: numbered, signed, and undone at will."""
    with _api.open_place(folder) as place:
        made = place.decide(object_id, what=what, value=value, why=why, who=who)
    return Outcome(made.document, lambda: decisions_text(made.facts, made.document["decision"]))
