"""The data of a page: its first table as CSV or Parquet, all of them as a workbook, JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote

import pyarrow as pa
from django.conf import settings
from django.http import HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from totalplace.disclosure import Publication
from totalplace.errors import Problem, RequestError
from totalplace.money import gbp
from totalplace.reports import (
    SHEET_ROWS,
    Sheet,
    csv_parts,
    parquet_parts,
    table_bytes,
    too_many_rows,
    workbook_bytes,
    write_workbook,
)
from totalplace.web._page import Column, Export, Page, Row, Table
from totalplace.web._params import Params
from totalplace.web._registry import PageSpec

__all__ = ["DATA_SUFFIXES", "arrow_of", "data_response", "page_address", "page_document"]

DATA_SUFFIXES = ("csv", "xlsx", "parquet", "json")
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}
_PART_BYTES = 2**18
_ARROW = {
    "gbp": pa.decimal128(18, 2),
    "number": pa.int64(),
    "pct": pa.float64(),
    "date": pa.date32(),
}


def page_address(spec: PageSpec, params: Params) -> str:
    """The lasting address of a page: with the number of the publication in it."""
    path = spec.path
    for name in params.path_fields():
        path = path.replace(f"<str:{name}>", quote(str(getattr(params, name)), safe=""))
    return f"{settings.TOTALPLACE_ADDRESS}/{path}{params.query()}"


def data_response(spec: PageSpec, page: Page, params: Params, suffix: str) -> HttpResponseBase:
    """A page as a data file.

    Raises:
        RequestError: it has no table (`no_such_page`).
    """
    name = spec.stem.rpartition("/")[2]
    response: HttpResponseBase
    if page.export is not None:
        if suffix == "xlsx" and page.export.rows > SHEET_ROWS:
            # told before the first byte is sent
            raise RequestError(too_many_rows(f"/{spec.stem}.xlsx", page.export.rows))
        response = StreamingHttpResponse(
            _parts(spec, page, page.export, params, suffix),
            content_type=_TYPES.get(suffix, "application/json"),
        )
    elif suffix == "json":
        document = page.own_document or page_document(spec, page, params)
        response = JsonResponse(document, safe=False, json_dumps_params={"indent": 1})
    elif not page.tables:
        raise RequestError(
            Problem(
                "no_such_page",
                "this page has no table",
                f"/{spec.stem}.{suffix}",
                "it is words alone",
                "read it as a page",
            )
        )
    elif suffix == "xlsx":
        sheets = [Sheet(one.name, one.caption, arrow_of(one)) for one in page.tables]
        content = workbook_bytes(
            sheets, title=page.title, notes=_notes(spec, page, params), created=_created(page)
        )
        response = HttpResponse(content, content_type=_TYPES[suffix])
    else:
        table = arrow_of(page.tables[0])
        content = table_bytes(table, f".{suffix}", notes=_notes(spec, page, params))
        response = HttpResponse(content, content_type=_TYPES[suffix])
    response["Content-Disposition"] = f'attachment; filename="{name}.{suffix}"'
    if suffix == "json":
        response["Content-Disposition"] = "inline"
    if page.publication is not None:
        licence = page.publication.manifest["licence"]
        response["Link"] = f'<{licence["url"]}>; rel="license"'
    response["Cache-Control"] = "no-cache"
    return response


def _parts(
    spec: PageSpec, page: Page, export: Export, params: Params, suffix: str
) -> Iterator[bytes]:
    """All rows of a page that holds only some of them, as the parts of a data file."""
    notes = _notes(spec, page, params)
    if suffix == "csv":
        return csv_parts(export.schema, export.batches())
    if suffix == "parquet":
        return parquet_parts(export.schema, export.batches(), notes=notes)
    if suffix == "json":
        return _json_parts(page_document(spec, page, params), page.tables[0].name, export)
    return _workbook_parts(page, export, notes)


def _json_parts(document: dict[str, Any], name: str, export: Export) -> Iterator[bytes]:
    columns = [{"name": one.name, "kind": str(one.type)} for one in export.schema]
    # the last list of the document is that of the rows: they are written into it
    del document["tables"]
    document["tables"] = {name: {"columns": columns, "rows": []}}
    head, _, tail = json.dumps(document).rpartition('"rows": []')
    yield f'{head}"rows": ['.encode()
    before = ""
    for batch in export.batches():
        rows = [json.dumps(row, default=str) for row in batch.to_pylist()]
        if rows:
            yield (before + ",\n".join(rows)).encode()
            before = ",\n"
    yield f"]{tail}".encode()


def _workbook_parts(page: Page, export: Export, notes: Mapping[str, str]) -> Iterator[bytes]:
    with TemporaryDirectory(prefix="totalplace-") as folder:
        path = Path(folder) / "rows.xlsx"
        write_workbook(
            path,
            page.tables[0].name,
            export.schema,
            export.batches(),
            rows=export.rows,
            title=page.title,
            notes=notes,
            created=_created(page),
        )
        with path.open("rb") as file:
            yield from iter(lambda: file.read(_PART_BYTES), b"")


def page_document(spec: PageSpec, page: Page, params: Params) -> dict[str, Any]:
    """A page as a JSON object: its facts, its tables with the links of their cells, its sources."""
    publication = page.publication
    document: dict[str, Any] = {
        "title": str(page.title),
        "address": page_address(spec, params),
        "publication": None if publication is None else _publication(publication),
        "year": page.year,
        "unit": "GBP",
        "tables": {one.name: _table(one) for one in page.tables},
        "charts": sorted(page.charts),
    }
    own = page.own_document
    if own is not None:
        document["document"] = own
    if publication is not None:
        document["licence"] = publication.manifest["licence"]
        document["attributions"] = publication.manifest["attributions"]
    return document


def arrow_of(table: Table) -> pa.Table:
    """A table's rows, every column, as an Arrow table; pence are pounds with two decimals."""
    fields = [(one.name, _ARROW.get(one.kind, pa.string())) for one in table.columns]
    rows = [{one.name: _cell(row, one) for one in table.columns} for row in table.rows]
    return pa.Table.from_pylist(rows, pa.schema(fields))


def _cell(row: Row, column: Column) -> Any:
    value = row.get(column.name)
    if value is None:
        return None
    if column.kind == "gbp":
        return pa.scalar(gbp(value)).cast(_ARROW["gbp"]).as_py()
    return value if column.kind in _ARROW else str(value)


def _table(table: Table) -> dict[str, Any]:
    return {
        "caption": str(table.caption),
        "columns": [
            {"name": one.name, "label": str(one.label), "kind": one.kind} for one in table.columns
        ],
        "rows": [_row(row, table.columns) for row in table.rows],
    }


def _row(row: Row, columns: Sequence[Column]) -> dict[str, Any]:
    values = {one.name: _json(row.get(one.name), one) for one in columns}
    links: Mapping[str, str] = row.get("_links", {})
    return {**values, "links": dict(links)} if links else values


def _json(value: Any, column: Column) -> Any:
    if value is None:
        return None
    if column.kind == "gbp":
        return gbp(value)
    return value if isinstance(value, int | float) else str(value)


def _publication(publication: Publication) -> dict[str, Any]:
    manifest = publication.manifest
    return {name: manifest[name] for name in ("n", "place", "published", "content_hash")}


def _notes(spec: PageSpec, page: Page, params: Params) -> dict[str, str]:
    """What a file says of itself."""
    notes = {"title": str(page.title), "address": page_address(spec, params)}
    publication = page.publication
    if publication is not None:
        manifest = publication.manifest
        notes |= {
            "place": manifest["place"]["name"],
            "publication": str(manifest["n"]),
            "published": manifest["published"],
            "licence": f"{manifest['licence']['title']} {manifest['licence']['url']}".strip(),
            "attribution": " ".join(manifest["attributions"]),
        }
    if page.year is not None:
        notes["year"] = page.year
    return notes


def _created(page: Page) -> str:
    return "2000-01-01" if page.publication is None else page.publication.manifest["published"]
