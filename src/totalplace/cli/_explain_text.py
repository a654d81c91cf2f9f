"""An explanation as people read it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from totalplace.money import format_gbp
from totalplace.reports import align_rows, plain_table

if TYPE_CHECKING:
    from totalplace.claims import ClaimResult
    from totalplace.count import FigureExplained

__all__ = ["explain_text"]


def explain_text(result: Any, *, folder: Path) -> str:
    """The way back of a figure, a line or a claim."""
    from totalplace.claims import ClaimResult
    from totalplace.count import FigureExplained

    if isinstance(result.facts, FigureExplained):
        return _figure(result.facts, folder)
    if isinstance(result.facts, ClaimResult):
        return _claim(result.facts)
    return _line(result.document)


def _figure(figure: FigureExplained, folder: Path) -> str:
    values = ", ".join(f"{name} {value}" for name, value in figure.values.items())
    head = [
        ["figure", figure.figure_id],
        ["of", values or "the whole place"],
        ["year", figure.request.year],
        ["snapshot", str(figure.snapshot)],
        ["gross", format_gbp(figure.gross_pence)],
        ["eliminated", format_gbp(-figure.eliminated_pence)],
        ["net", format_gbp(figure.pence)],
        ["grade", f"{figure.grade} ({_grades(figure)})"],
        ["key", figure.key],
    ]
    header = ["£", "measure", "body", "payee or label", "grade", "shared", "file", "row"]
    rows = [
        [
            format_gbp(line.pence),
            line.measure,
            line.body,
            line.payee or line.label,
            line.grade,
            "by key" if line.is_shared else "",
            f"{line.file_name} {line.member}".strip(),
            str(line.row_no),
        ]
        for line in figure.lines
    ]
    last = figure.offset + len(figure.lines)
    parts = [
        align_rows(head),
        f"Lines {figure.offset + 1:,} to {last:,} of {figure.line_count:,}, the largest first\n"
        + plain_table(header, rows, right=[0, 7])
        if rows
        else f"No lines beyond {figure.offset:,}: it has {figure.line_count:,}.",
        "Their line_ids\n" + "\n".join(f"  {line.line_id}" for line in figure.lines)
        if rows
        else "",
        "Sources\n"
        + "\n".join(
            f"  {source['name']}  SHA-256 {source['sha256']}"
            + (f"  {source['licence']}" if source["licence"] else "")
            for source in figure.sources
        )
        if figure.sources
        else "",
        "Decisions\n"
        + "\n".join(
            f"  {one.n}: {one.what} {one.object_id} = {one.value} ({one.who}: {one.why})"
            for one in figure.decisions
        )
        if figure.decisions
        else "",
        f"More: totalplace explain {folder} {figure.figure_id} --offset {last}"
        if last < figure.line_count
        else "",
    ]
    return "\n\n".join(part for part in parts if part)


def _grades(figure: FigureExplained) -> str:
    return "; ".join(f"{grade} {format_gbp(pence)}" for grade, pence in figure.by_grade.items())


def _line(document: dict[str, Any]) -> str:
    source = document["source"]
    head = [
        ["line", document["line_id"]],
        ["file", source["name"]],
        ["SHA-256", source["sha256"]],
        ["member", document["member"] or "-"],
        ["row", str(document["row_no"])],
        ["column", str(document["column_no"]) if document["column_no"] else "the whole row"],
        ["publisher", source["publisher"] or "not said"],
        ["licence", source["licence"] or "not said"],
        ["received", source["received"]],
    ]
    published = [[f"  {one['column']}", one["value"]] for one in document["as_published"]]
    parts = [
        align_rows(head),
        "As published\n" + align_rows([row for row in published if row[1]]),
        "As read\n" + _fields(document["as_read"]),
    ]
    if document["classified"] is not None:
        parts.append("What it is for\n" + _fields(document["classified"]))
    for reading in document["readings"]:
        parts.append(f"What the count of {document['year']} makes of it\n" + _fields(reading))
    if not document["readings"]:
        parts.append(f"The count of {document['year']} makes nothing of it.")
    if document["transfer"] is not None:
        plain = {name: value for name, value in document["transfer"].items() if name != "matches"}
        parts.append("As a transfer\n" + _fields(plain))
        parts += [f"Match\n{_fields(match)}" for match in document["transfer"].get("matches", [])]
    return "\n\n".join(parts)


def _fields(fields: dict[str, Any]) -> str:
    known = [[f"  {name}", str(value)] for name, value in fields.items() if value not in (None, "")]
    return align_rows(known)


def _claim(claim: ClaimResult) -> str:
    fields = {
        "claim": claim.id,
        "document": claim.document,
        "quote": claim.quote,
        "numbers": "; ".join(f"{n.name} = {n.raw or 'not printed'}" for n in claim.numbers),
        "equation": claim.equation,
        "expected": claim.expected,
        "computed": claim.computed,
        "residual": claim.residual,
        "unit": claim.result_unit,
        "verdict": claim.verdict,
        "why": claim.reason,
        "warning": claim.warning,
        "OCR": claim.ocr_resolution,
        "source": claim.source,
    }
    parts = [_fields(fields)]
    results = [*claim.readings, *claim.outputs, *claim.curve]
    if results:
        rows = [[f"  {one.name}", one.label, one.value or "undefined", one.unit] for one in results]
        parts.append("Computed\n" + align_rows(rows, right=[2]))
    return "\n\n".join(parts)
