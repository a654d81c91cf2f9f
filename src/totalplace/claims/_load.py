"""Reading a claims file: every problem in it at once, or claims that can be computed."""

from __future__ import annotations

import re
from dataclasses import replace
from importlib import resources
from pathlib import Path

from totalplace.claims._cells import Cells
from totalplace.claims._checks import check_names, check_tests, names_of
from totalplace.claims._claim import VERDICTS, Claim, Derived, Passage
from totalplace.claims._expression import Relation
from totalplace.claims._numbers import Number
from totalplace.claims._statements import (
    parse_curve,
    parse_derived,
    parse_equations,
    parse_readings,
)
from totalplace.claims._tables import read_table
from totalplace.errors import Problem, RequestError

__all__ = ["COLUMNS", "load_claims"]

COLUMNS = (
    "id",
    "document",
    "quote",
    "raw",
    "value",
    "unit",
    "rounded_to",
    "qualifier",
    "equation",
    "readings",
    "outputs",
    "curve",
    "verdict",
    "ocr_resolution",
    "reason",
    "warning",
    "source",
)
"""The header of a claims file.

* ``id``: capitals and digits, parts joined by hyphens: ``LAC-X``.
* ``document``, ``quote``: one document id (separated by ``;``) for each verbatim passage
  (separated by `` | ``).
* ``raw``, ``value``, ``unit``, ``rounded_to``, ``qualifier``: one entry a number, separated by
  ``;``: the text as printed (other printings after `` / ``, nothing when the number comes from
  another source), ``name=4.9`` or ``name=1/3``, and the rest as in ``Number``.
* ``equation``: relations between published numbers, ``total = a + b``, and results that nothing
  published tests, ``rest = total - a [£m 1]``, separated by ``;``.
* ``readings``: ``label: name = expression [unit places]``, separated by ``|``.
* ``outputs``: further results, which never touch the verdict.
* ``curve``: ``(variable from 0 to 1 step 0.1) name = expression [unit places]``.
* ``verdict``: the expectation, compared only; may be empty.
* ``ocr_resolution``, ``reason``, ``warning``, ``source``: text.
"""

_ID = re.compile(r"[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)*")
_NEEDED = ("id", "document", "quote", "reason", "source")


def load_claims(path: Path | str | None = None) -> tuple[Claim, ...]:
    """Read a claims file; without a path, the claims that ship with totalplace.

    ``COLUMNS`` in this module says what each column holds.

    Raises:
        RequestError: the file is missing, is no UTF-8 CSV with these columns, or has malformed
            rows; every problem is listed with row, column, why and fix.

    >>> [claim.claim_id for claim in load_claims()][:3]
    ['BIR', 'BPD', 'LCB']
    """
    if path is None:
        text = resources.files("totalplace.claims").joinpath("data/claims.csv").read_text("utf-8")
        return _claims(read_table("claims.csv", text, COLUMNS), "claims.csv")
    file = Path(path)
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except FileNotFoundError as error:
        raise RequestError(
            Problem(
                "no_such_file",
                "the claims file does not exist",
                str(file),
                "no file is there",
                "give the path of a CSV file, or leave --file out for the shipped claims",
            )
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise RequestError(
            Problem(
                "cannot_read",
                "the claims file cannot be read",
                str(file),
                str(error),
                "give a readable CSV file saved as UTF-8",
            )
        ) from error
    return _claims(read_table(str(file), text, COLUMNS), str(file))


def _claims(rows: list[dict[str, str]], name: str) -> tuple[Claim, ...]:
    problems: list[Problem] = []
    cells = [Cells(name, number, row, problems) for number, row in enumerate(rows, start=2)]
    seen: dict[str, int] = {}
    for row in cells:
        claim_id = row.text("id")
        if claim_id in seen:
            row.wrong(
                "id",
                f"the id {claim_id} is used twice",
                f"row {seen[claim_id]} has it too",
                "give each claim its own id",
            )
        seen.setdefault(claim_id, row.number)
    numbers = [row.numbers() for row in cells]
    everything = {
        f"{row.text('id')}.{number.name}": number
        for row, found in zip(cells, numbers, strict=True)
        for number in found
    }
    claims = [_claim(row, found, everything) for row, found in zip(cells, numbers, strict=True)]
    if problems:
        raise RequestError(problems)
    return tuple(claims)


def _claim(row: Cells, numbers: tuple[Number, ...], everything: dict[str, Number]) -> Claim:
    for column in _NEEDED:
        if not row.text(column):
            row.wrong(column, f"the cell {column} is empty", "every claim needs it", "fill it in")
    if row.text("id") and not _ID.fullmatch(row.text("id")):
        row.wrong(
            "id",
            "the id has another form than equations can name",
            repr(row.text("id")),
            "use capitals and digits, parts joined by hyphens, e.g. LAC-X",
        )
    if row.text("verdict") not in ("", *VERDICTS):
        row.wrong(
            "verdict",
            "the stored expectation is no verdict",
            repr(row.text("verdict")),
            f"use one of {', '.join(VERDICTS)}, or leave it empty",
        )
    own = {number.name for number in numbers}
    nothing: tuple[tuple[Relation, ...], tuple[Derived, ...]] = ((), ())
    relations, derived = row.parsed("equation", lambda text: parse_equations(text, own), nothing)
    claim = Claim(
        claim_id=row.text("id"),
        passages=_passages(row, numbers),
        numbers=numbers,
        relations=relations,
        derived=derived,
        readings=row.parsed("readings", parse_readings, ()),
        outputs=row.parsed("outputs", parse_derived, ()),
        curve=row.parsed("curve", parse_curve, None),
        stored_verdict=row.text("verdict"),
        ocr_resolution=row.text("ocr_resolution"),
        reason=row.text("reason"),
        warning=row.text("warning"),
        source=row.text("source"),
        cells=row.cells,
    )
    scope = {number.name: number for number in numbers}
    for name in names_of(claim):
        if name in everything:
            scope[name] = everything[name]
    claim = replace(claim, scope=scope)
    if len(numbers) == len(row.texts("value", ";")):
        # Otherwise a malformed number would be reported again as an unknown name.
        check_names(row, claim)
        check_tests(row, claim)
    return claim


def _passages(row: Cells, numbers: tuple[Number, ...]) -> tuple[Passage, ...]:
    texts, documents = row.texts("quote", " | "), row.texts("document", ";")
    if len(texts) != len(documents):
        row.wrong(
            "document",
            "passages and documents differ in number",
            f"{len(texts)} passages against {len(documents)} documents",
            "name one document for each passage, separated by ;",
        )
    for number in numbers:
        for printed in filter(None, number.raw.split(" / ")):
            if not any(printed in text for text in texts):
                row.wrong(
                    "raw",
                    f"the printed number {printed!r} is not in the quote",
                    "it stands in none of its passages",
                    "copy it from the quote",
                )
    return tuple(Passage(d, t) for d, t in zip(documents, texts, strict=False))
