"""Grants in the 360Giving data standard: who was awarded what, by whom.

A grants file is a list, never a whole account: the count shows it beside the payments.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import pyarrow as pa

from totalplace.errors import FileRefused, Problem, RequestError
from totalplace.model import BodyRegister, normalise_payee
from totalplace.sources._amounts import read_amount
from totalplace.sources._columns import FieldHeaders, map_columns, read_columns
from totalplace.sources._dates import parse_date
from totalplace.sources._delimited import Delimited
from totalplace.sources._format import (
    Detection,
    Format,
    FormatInfo,
    Job,
    Memo,
    Reading,
    no_match,
)
from totalplace.sources._json_file import JsonFile
from totalplace.sources._payment_rows import column_fields
from totalplace.sources._published import COMMON_FIELDS, line_table, new_member, write
from totalplace.sources._rejects import RejectWriter
from totalplace.sources._text_rows import TextRows, of_delimited, of_sheet, with_header
from totalplace.sources._workbook import Workbook

__all__ = ["GIVING", "grant_rows"]

_SCHEMA = pa.schema(
    [
        *COMMON_FIELDS,
        ("body_id", pa.string()),
        ("funder_id", pa.string()),
        ("funder_text", pa.string()),
        ("recipient_id", pa.string()),
        ("recipient_text", pa.string()),
        ("recipient_key", pa.string()),
        ("recipient_kind", pa.string()),
        ("org_ids", pa.string()),
        ("grant_id", pa.string()),
        ("title", pa.string()),
        ("programme", pa.string()),
        ("award_date", pa.date32()),
        ("planned_start", pa.date32()),
        ("planned_end", pa.date32()),
        ("amount_pence", pa.int64()),
    ]
)
_ESSENTIAL = ("grant_id", "amount", "award_date", "funder")
_ORG_ID = re.compile(r"([A-Z]{2}-[A-Z0-9]+)-(.+)")


@cache
def _fields() -> tuple[FieldHeaders, ...]:
    return column_fields("giving")


def _find(rows: TextRows) -> tuple[TextRows, dict[str, int]] | None:
    found = with_header(rows, lambda cells: _is_header(map_columns(_fields(), cells)))
    return None if found is None else (found, map_columns(_fields(), found.header))


def _is_header(at: Mapping[str, int]) -> bool:
    return all(name in at for name in _ESSENTIAL) and bool({"recipient", "individual"} & at.keys())


def _detection(rows: TextRows) -> Detection:
    if _find(rows) is None:
        return no_match("giving", "no Identifier, Amount Awarded, Award Date and Funding Org:Name")
    return Detection("giving", 0.98, ("it has the columns of the 360Giving standard",))


def _sheets(book: Workbook) -> dict[str, TextRows]:
    tables = {sheet: of_sheet(book, sheet) for sheet in book.sheets}
    return {sheet: rows for sheet, rows in tables.items() if _find(rows) is not None}


def _sniff_workbook(book: Workbook) -> Detection:
    for rows in _sheets(book).values():
        return _detection(rows)
    return no_match("giving", "no sheet has the columns of the 360Giving standard")


def _read_workbook(book: Workbook, job: Job) -> Sequence[Reading | Memo]:
    found = _sheets(book)
    return [
        _read(found[sheet], index, job)
        if sheet in found
        else Memo(sheet, len(book.rows(sheet)), "it holds no grants")
        for index, sheet in enumerate(book.sheets)
    ]


def _grants(file: JsonFile) -> list[Any] | None:
    content = file.content
    grants = content.get("grants") if isinstance(content, dict) else content
    return grants if isinstance(grants, list) else None


def _sniff_json(file: JsonFile) -> Detection:
    grants = _grants(file)
    if grants and isinstance(grants[0], dict) and "amountAwarded" in grants[0]:
        return Detection("giving", 0.98, ("it is a list of grants of the 360Giving standard",))
    return no_match("giving", "it is no list of grants with amountAwarded")


def grant_rows(file: JsonFile) -> Iterator[tuple[int, list[str]]]:
    """The grants of a JSON file as rows under the standard's titles, which are row 0."""
    fields = read_columns("giving")["field"]
    yield 0, [field["headers"][0][0] for field in fields]
    for number, grant in enumerate(_grants(file) or [], start=1):
        yield number, [_json_text(grant, field["json"]) for field in fields]


def _json_text(grant: Any, path: Sequence[str]) -> str:
    """The value at a path; of a list the first, as in the flat form of the standard."""
    value = grant
    for name in path:
        if isinstance(value, list):
            value = value[0] if value else None
        value = value.get(name) if isinstance(value, dict) else None
    return "" if value is None or isinstance(value, dict | list) else str(value)


def _read_json(file: JsonFile, job: Job) -> Sequence[Reading | Memo]:
    rows = TextRows(
        where=file.where,
        member="",
        encoding="utf-8",
        delimiter="\t",
        header=(),
        header_row=0,
        rows=lambda: grant_rows(file),
    )
    return [_read(rows, 0, job)]


def _read_text(piece: Delimited, index: int, job: Job) -> Reading:
    return _read(of_delimited(piece), index, job)


def _read(rows: TextRows, index: int, job: Job) -> Reading:
    found = _find(rows)
    if found is None:
        raise FileRefused(
            Problem(
                "unknown_layout",
                "the grants lack a field that the standard requires",
                rows.where,
                "Identifier, Amount Awarded, Award Date, Funding Org:Name and a recipient are"
                " needed",
                "ask the publisher for the file in the 360Giving standard",
            )
        )
    table, at = found
    lines: list[tuple[Any, ...]] = []
    skipped = table.above()
    funders: dict[tuple[str, str], str | None] = {}
    count = skipped.total()
    with RejectWriter(
        job.folder / f"rejects-{index}.parquet",
        source_id=job.source.sha256,
        member=table.member,
        where=table.where,
    ) as rejects:
        for row_no, cells in table.below():
            count += 1
            if not any(cell.strip() for cell in cells):
                skipped["blank"] += 1
                continue
            text = {
                name: cells[column].strip() if column < len(cells) else ""
                for name, column in at.items()
            }
            values, faults = _values(text)
            if faults:
                code, name, _ = faults[0]
                column = at.get(name, 0)
                rejects.add(
                    row_no,
                    column + 1,
                    column=table.header[column],
                    code=code,
                    message="; ".join(message for _, _, message in faults),
                    raw=(table.delimiter or "\t").join(cells),
                )
                continue
            funder = text.get("funder_id", ""), text["funder"]
            if funder not in funders:
                funders[funder] = _funder(*funder, job)
            lines.append((row_no, 0, None, funders[funder], *values))
    return _reading(
        table, index, job, lines, at, count=count, skipped=skipped, rejects=rejects, funders=funders
    )


def _reading(
    table: TextRows,
    index: int,
    job: Job,
    lines: Sequence[tuple[Any, ...]],
    at: Mapping[str, int],
    *,
    count: int,
    skipped: Counter[str],
    rejects: RejectWriter,
    funders: Mapping[tuple[str, str], str | None],
) -> Reading:
    where = {name: column - 2 for column, name in enumerate(_SCHEMA.names)}
    amounts = [line[where["amount_pence"]] for line in lines]
    dates = [line[where["award_date"]] for line in lines]
    ids = Counter(line[where["grant_id"]] for line in lines)
    bodies = set(funders.values())
    member = new_member(
        job,
        member=table.member,
        index=index,
        dataset="grant",
        format_id="giving",
        records=count,
        lines=len(lines),
        rejected=rejects.count,
        skipped=dict(skipped),
        body_id=next(iter(bodies)) if len(bodies) == 1 else None,
        sum_pence=sum(amounts),
        negative_lines=sum(amount < 0 for amount in amounts),
        exact_duplicates=len(lines) - len({line[3:] for line in lines}),
        period_start=min(dates, default=None),
        period_end=max(dates, default=None),
        encoding=table.encoding,
        dialect=table.dialect,
        mapping={table.header[column]: name for name, column in at.items()},
    )
    path = write(
        line_table(_SCHEMA, lines, source_id=job.source.sha256, member=table.member),
        job.folder / f"lines-{index}.parquet",
    )
    warnings = list(rejects.warnings())
    if repeated := sorted(one for one, times in ids.items() if times > 1):
        warnings.append(
            Problem(
                "repeated_grant",
                f"{len(repeated):,} grants stand more than once",
                table.where,
                f"identifiers such as {', '.join(repeated[:3])} are there twice; all are kept",
                "ask the publisher which of them holds",
            )
        )
    if unknown := sorted({name for (_, name), body_id in funders.items() if body_id is None}):
        warnings.append(
            Problem(
                "unknown_funder",
                "some funders are no known public body",
                table.where,
                f"{', '.join(unknown[:5])}: their grants are kept under the name",
                "give --body, or add the funder to the register body or body_alias",
            )
        )
    return Reading(member, path, rejects.path, tuple(warnings))


def _values(text: Mapping[str, str]) -> tuple[list[Any], list[tuple[str, str, str]]]:
    """The fields of one grant after the body, and what is wrong with it."""
    faults: list[tuple[str, str, str]] = []
    pence, fault = read_amount(text["amount"])
    if fault:
        faults.append((fault, "amount", f"{text['amount']!r} is no exact amount in pounds"))
    wanted = read_columns("giving")["currency"]
    if (currency := text.get("currency", "")) and currency.upper() != wanted:
        faults.append(("other_currency", "currency", f"{currency!r} is not {wanted}"))
    awarded = _date(text["award_date"])
    if awarded is None:
        code = "bad_date" if text["award_date"] else "missing_date"
        faults.append((code, "award_date", f"{text['award_date']!r} is no date"))
    if not text["funder"]:
        faults.append(("missing_value", "funder", "the funder is blank"))
    recipient, person = text.get("recipient", ""), text.get("individual", "")
    if not recipient and not person:
        faults.append(("missing_value", "recipient", "the recipient is blank"))
    ids = _org_ids(text)
    values = [
        text.get("funder_id") or None,
        text["funder"],
        text.get("recipient_id") or None,
        recipient or person or None,
        normalise_payee(recipient or person),
        "organisation" if recipient else "individual",
        ";".join(ids) or None,
        text["grant_id"] or None,
        text.get("title") or None,
        text.get("programme") or None,
        awarded,
        _date(text.get("planned_start", "")),
        _date(text.get("planned_end", "")),
        pence,
    ]
    return values, faults


def _org_ids(text: Mapping[str, str]) -> list[str]:
    """Identifiers of the recipient that only a registered organisation has."""
    found = []
    match = _ORG_ID.fullmatch(text.get("recipient_id", ""))
    if match and match[1] in read_columns("giving")["organisation_schemes"]:
        found.append(match[0])
    for name, scheme in (("charity_number", "GB-CHC"), ("company_number", "GB-COH")):
        number = text.get(name, "")
        if number and (one := f"{scheme}-{number}") not in found:
            found.append(one)
    return found


def _date(text: str) -> Any:
    """A date; of a time stamp its day."""
    return parse_date(text) or parse_date(text[:10])


def _funder(org_id: str, name: str, job: Job) -> str | None:
    if job.body is not None:
        return job.body.body_id
    return _by_org_id(org_id, job.bodies) or _by_name(name, job.bodies)


def _by_org_id(org_id: str, bodies: BodyRegister) -> str | None:
    match = _ORG_ID.fullmatch(org_id)
    scheme = read_columns("giving")["register_schemes"].get(match[1]) if match else None
    body = bodies.by_org_id(scheme, match[2]) if match and scheme else None
    return None if body is None else body.body_id


def _by_name(name: str, bodies: BodyRegister) -> str | None:
    try:
        return bodies.find(name).body_id
    except RequestError:
        return None


GIVING = Format(
    FormatInfo(
        "giving",
        read_columns("giving")["title"],
        "the titles (or JSON names) of the 360Giving standard: identifier, amount awarded, award"
        " date, funder and recipient",
        tuple(f"{one.name}: {', '.join(one.headers)}" for one in _fields()),
    ),
    sniff_text=lambda piece: _detection(of_delimited(piece)),
    read_text=_read_text,
    sniff_workbook=_sniff_workbook,
    read_workbook=_read_workbook,
    sniff_json=_sniff_json,
    read_json=_read_json,
)
