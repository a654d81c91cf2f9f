"""Payments as rows of a dataset, and whose payments they are where a family of bodies is named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath

import pyarrow as pa

from totalplace.errors import FileRefused, Problem, RequestError
from totalplace.model import BodyRegister
from totalplace.sources._amounts import read_amount
from totalplace.sources._columns import header_key
from totalplace.sources._format import Job
from totalplace.sources._payer import find_payer
from totalplace.sources._payment_rows import Payment, payee_columns
from totalplace.sources._published import COMMON_FIELDS, line_table
from totalplace.sources._text_rows import TextRows

__all__ = ["PAYMENT_FIELDS", "find_payers", "payment_table"]

PAYMENT_FIELDS = (
    *COMMON_FIELDS,
    ("body_id", pa.string()),
    ("payee_text", pa.string()),
    ("payee_key", pa.string()),
    ("payment_date", pa.date32()),
    ("period_start", pa.date32()),
    ("period_end", pa.date32()),
    ("amount_pence", pa.int64()),
    ("vat_pence", pa.int64()),
    ("unit_text", pa.string()),
    ("expense_text", pa.string()),
    ("class_code", pa.string()),
    ("class_label", pa.string()),
    ("transaction_no", pa.string()),
    ("payee_other_id", pa.string()),
    ("cap_text", pa.string()),
)
"""The columns of the dataset ``spend``."""


def payment_table(
    lines: Iterable[Payment],
    payers: Mapping[tuple[str, str], str],
    *,
    source_id: str,
    member: str,
    extra: Sequence[str] = (),
) -> pa.Table:
    """Payments as rows of ``spend``, with further text fields after its own.

    Args:
        payers: (entity, family) as the file writes them -> body_id.
    """
    schema = pa.schema([*PAYMENT_FIELDS, *((name, pa.string()) for name in extra)])
    rows = []
    for line in lines:
        texts = line.texts
        payee, key = payee_columns(texts)
        vat, _ = read_amount(texts.get("vat", ""))
        rows.append(
            (
                line.row_no,
                0,
                line.raw_amount,
                payers[texts.get("body", ""), texts.get("family", "")],
                payee,
                key,
                line.day,
                *line.period,
                line.pence,
                vat,
                texts.get("unit"),
                texts.get("expense"),
                None,
                None,
                texts.get("transaction_no"),
                texts.get("payee_other_id"),
                None,
                *(texts.get(name) for name in extra),
            )
        )
    return line_table(schema, rows, source_id=source_id, member=member)


def find_payers(
    lines: Sequence[Payment], rows: TextRows, job: Job, *, itself: Sequence[str] = ()
) -> tuple[dict[tuple[str, str], str], list[Problem]]:
    """Whose payments the lines are: (entity, family) -> body_id; and warnings.

    An entity that is the department itself, or blank, is looked up by its family; any other that
    the register does not know is refused: its money is never taken for that of its department.

    Args:
        itself: texts of the entity's column that mean the department itself.

    Raises:
        FileRefused: nobody can be told, once for each such text.
    """
    pairs = sorted({(line.texts.get("body", ""), line.texts.get("family", "")) for line in lines})
    names = _names(rows, job)
    if job.body is not None or not any(family for _, family in pairs):
        texts = sorted({entity or None for entity, _ in pairs}, key=lambda text: text or "")
        by_text, warnings = find_payer(texts, job=job, where=rows.where, names=names)
        return {pair: by_text.get(pair[0]) or by_text[""] for pair in pairs}, warnings
    same = {header_key(text) for text in itself}
    found: dict[tuple[str, str], str] = {}
    problems: dict[str, Problem] = {}
    for entity, family in pairs:
        is_itself = not entity or header_key(entity) in same
        name = family if is_itself else entity
        try:
            found[entity, family] = job.bodies.find(name).body_id
        except RequestError as error:
            [problem] = error.problems
            problems[name] = Problem(
                problem.code,
                problem.what,
                f"{rows.where}, entity {entity!r} of the department family {family!r}",
                f"{problem.why}; its payments are not taken for those of the department",
                f"give --body, or {problem.fix}",
            )
    if problems:
        raise FileRefused(problems.values())
    return found, []


def is_local(body_ids: Iterable[str], bodies: BodyRegister) -> bool:
    """Whether any of the bodies is a local authority, which reclaims its VAT."""
    return any(
        (body := bodies.get(body_id)) is not None and body.tier == "local" for body_id in body_ids
    )


def _names(rows: TextRows, job: Job) -> list[str]:
    file, member = Path(job.file), PurePosixPath(rows.member)
    names = [member.name, *(part.name for part in member.parents), file.name]
    return [*names, file.absolute().parent.name]
