"""Workbooks of the kinds that no library here writes: old Excel (.xls) and OpenDocument (.ods)."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from xml.sax.saxutils import escape, quoteattr

Sheet = Sequence[Sequence[str | float | int | date | None]]

_EPOCH = date(1899, 12, 30)


def ods_bytes(
    sheets: Mapping[str, Sheet], *, hidden: Sequence[str] = (), extra_xml: str = "", head: str = ""
) -> bytes:
    """An OpenDocument spreadsheet; every sheet ends, as LibreOffice writes it, in a million rows.

    Args:
        extra_xml: tags put after the rows of each sheet.
        head: text between the XML declaration and the root.
    """
    tables = []
    for name, rows in sheets.items():
        style = ' table:style-name="hid"' if name in hidden else ""
        body = "".join(
            f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows
        )
        body += extra_xml + (
            '<table:table-row table:number-rows-repeated="1048000"><table:table-cell'
            ' table:number-columns-repeated="16384"/></table:table-row>'
        )
        tables.append(f"<table:table table:name={quoteattr(name)}{style}>{body}</table:table>")
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}<office:document-content'
        ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"'
        ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2">'
        '<office:automatic-styles><style:style style:name="hid" style:family="table">'
        '<style:table-properties table:display="false"/></style:style></office:automatic-styles>'
        f"<office:body><office:spreadsheet>{''.join(tables)}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    out = io.BytesIO()
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", kind, zipfile.ZIP_STORED)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", content)
    return out.getvalue()


def _ods_cell(cell: str | float | int | date | None) -> str:
    if cell is None or cell == "":
        return "<table:table-cell/>"
    if isinstance(cell, date):
        return (
            f'<table:table-cell office:value-type="date" office:date-value="{cell.isoformat()}">'
            f"<text:p>{cell:%d/%m/%y}</text:p></table:table-cell>"
        )
    if isinstance(cell, str):
        return (
            '<table:table-cell office:value-type="string">'
            f"<text:p>{escape(cell)}</text:p></table:table-cell>"
        )
    return (
        f'<table:table-cell office:value-type="float" office:value="{cell!r}">'
        f"<text:p>{cell:.2f}</text:p></table:table-cell>"
    )


def xls_bytes(
    sheets: Mapping[str, Sheet],
    *,
    hidden: Sequence[str] = (),
    dimensions: tuple[int, int] | None = None,
) -> bytes:
    """An Excel 97 workbook: text, numbers and dates.

    Args:
        dimensions: rows and columns that each sheet declares; by default what it has.
    """
    parts = [_xls_sheet(rows, dimensions) for rows in sheets.values()]
    head = _record(0x0809, struct.pack("<4H2I", 0x0600, 5, 0, 0, 0, 0)) + _record(0x0042, b"\xb0\4")
    # two cell formats: the general one, and the date of the built-in number format 14
    for number_format in (0, 14):
        head += _record(0x00E0, struct.pack("<HHH", 0, number_format, 0) + bytes(14))
    names = [name.encode("utf-16-le") for name in sheets]
    size = len(head) + sum(12 + len(name) for name in names) + 4
    for name, title, part in zip(names, sheets, parts, strict=True):
        about = struct.pack("<IBBBB", size, title in hidden, 0, len(title), 1)
        head += _record(0x0085, about + name)
        size += len(part)
    return compound_bytes({"Workbook": head + _record(0x000A) + b"".join(parts)})


def _xls_sheet(rows: Sheet, dimensions: tuple[int, int] | None) -> bytes:
    height, width = dimensions or (len(rows), max((len(row) for row in rows), default=0))
    out = _record(0x0809, struct.pack("<4H2I", 0x0600, 0x10, 0, 0, 0, 0))
    out += _record(0x0200, struct.pack("<IIHHH", 0, height, 0, width, 0))
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            at = struct.pack("<HH", number, column)
            if isinstance(cell, date):
                serial = float((cell - _EPOCH).days)
                out += _record(0x0203, at + struct.pack("<Hd", 1, serial))
            elif isinstance(cell, str) and cell:
                text = cell.encode("utf-16-le")
                out += _record(0x0204, at + struct.pack("<HHB", 0, len(cell), 1) + text)
            elif isinstance(cell, int | float):
                out += _record(0x0203, at + struct.pack("<Hd", 0, float(cell)))
    return out + _record(0x000A)


def _record(kind: int, data: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def compound_bytes(streams: Mapping[str, bytes], *, is_looped: bool = False) -> bytes:
    """A compound file ([MS-CFB]) of a few streams.

    Args:
        is_looped: the last sector of the first stream leads back to its first.
    """
    sector = 512
    links: list[int] = []
    data = b""

    def store(content: bytes) -> int:
        nonlocal data
        first = len(links)
        content += bytes(-len(content) % sector or (0 if content else sector))
        count = len(content) // sector
        links.extend([*range(first + 1, first + count), 0xFFFFFFFE])
        data += content
        return first

    entries = [_entry("Root Entry", 5, 0xFFFFFFFE, 0, child=1)]
    for number, (name, content) in enumerate(streams.items(), start=1):
        # at least as long as the cut-off, so that no mini stream is needed
        padded = content + bytes(max(0, 4096 - len(content)))
        first = store(padded)
        if is_looped and number == 1:
            links[-1] = first
        entries.append(_entry(name, 2, first, len(padded)))
    directory = store(b"".join(entries))
    tables = 1
    while tables * 128 < len(links) + tables:
        tables += 1
    first_table = len(links)
    links += [0xFFFFFFFD] * tables
    links += [0xFFFFFFFF] * (tables * 128 - len(links))
    data += struct.pack(f"<{len(links)}I", *links)
    numbers = [*range(first_table, first_table + tables)]
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<9I", 0, tables, directory, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    head += struct.pack("<109I", *(numbers + [0xFFFFFFFF] * (109 - tables)))
    return head + data


def _entry(name: str, kind: int, first: int, size: int, child: int = 0xFFFFFFFF) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    none = 0xFFFFFFFF
    return (
        text.ljust(64, b"\0")
        + struct.pack("<HBB3I", len(text), kind, 1, none, none, child)
        + bytes(36)
        + struct.pack("<II4x", first, size)
    )
