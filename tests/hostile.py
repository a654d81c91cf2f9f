"""Files made to harm whoever reads them. Nothing of it is committed: all is made when needed."""

from __future__ import annotations

import io
import struct
import sys
import time
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

CSV = "Body Name,Date,Supplier,Amount\nTrafford Council,01/04/2017,Zebrula,12.50\n"

GROWTH_KB = 50_000
SECONDS = 30


@contextmanager
def untouched(seconds: float = SECONDS) -> Iterator[None]:
    """The process that asks takes no memory for what it is asked about, and does not wait long."""
    began = time.monotonic()
    if sys.platform == "linux":
        # from here on the most is what it is now
        Path("/proc/self/clear_refs").write_text("5")
        before = _memory_kb("VmRSS")
    yield
    assert time.monotonic() - began < seconds
    if sys.platform == "linux":
        assert _memory_kb("VmHWM") - before < GROWTH_KB


def _memory_kb(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name))


_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def zipped(members: Mapping[str, str | bytes]) -> bytes:
    """A zip of members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def xlsx(
    sheet: str, *, strings: str = "", doctype: str = "", book: str = "", more: str = ""
) -> bytes:
    """A workbook of one sheet whose XML is given.

    Args:
        sheet: what stands inside `worksheet`.
        strings: what stands inside `sst`.
        doctype: put before the roots of the sheet and of the strings.
        book: put before the root of the workbook.
        more: names of further sheets, as XML.
    """
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    return zipped(
        {
            "[Content_Types].xml": f'{head}<Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="xml" ContentType="application/xml"/></Types>',
            "_rels/.rels": f'{head}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship'
            f' Id="r1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'{head}{book}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
            f'<sheet name="one" sheetId="1" r:id="r1"/>{more}</sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'{head}<Relationships xmlns="{_PACKAGE}/relationships">'
            f'<Relationship Id="r1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
            f'<Relationship Id="r2" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
            "</Relationships>",
            "xl/sharedStrings.xml": f'{head}{doctype}<sst xmlns="{_MAIN}">{strings}</sst>',
            "xl/worksheets/sheet1.xml": f'{head}{doctype}<worksheet xmlns="{_MAIN}">{sheet}'
            "</worksheet>",
        }
    )


def two_cells(first: str = "A1", last: str = "XFD1048576", quote: str = '"') -> bytes:
    """A workbook of two cells that a reader lays out as 512 GiB."""
    row = last.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ&#;x0123456789")
    assert row == ""
    q = quote
    return xlsx(
        f"<dimension ref={q}A1:XFD1048576{q}/><sheetData><row r={q}1{q}><c r={q}{first}{q}>"
        f"<v>1</v></c></row><row r={q}1048576{q}><c r={q}{last}{q}><v>2</v></c></row></sheetData>"
    )


def sheet_of(*rows: str) -> str:
    """Rows of inline text as the XML of a sheet."""
    xml = []
    for number, row in enumerate(rows, start=1):
        cells = "".join(
            f'<c r="{chr(65 + at)}{number}" t="inlineStr"><is><t>{cell}</t></is></c>'
            for at, cell in enumerate(row.split("|"))
        )
        xml.append(f'<row r="{number}">{cells}</row>')
    return f"<sheetData>{''.join(xml)}</sheetData>"


LAUGHS = "<!DOCTYPE lolz [<!ENTITY a0 'ha'>" + "".join(
    f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12)
)
LAUGHS += "]>"
"""Eleven entities, each ten times the one before: 200 GB of laughter."""

EXTERNAL = "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>"
REMOTE = "<!DOCTYPE x SYSTEM 'http://192.0.2.1/x.dtd'>"


def lying_zip(name: str, *, real: int, declared: int) -> bytes:
    """A zip whose one member unpacks to more than its headers say."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    chunk = (CSV * 1000).encode()
    parts = [packer.compress(chunk) for _ in range(real // len(chunk))]
    packed = b"".join([*parts, packer.flush()])
    return _zip_of([(name, declared)], [packed], zlib.crc32(b""))


def overlapping_zip(count: int, size: int) -> bytes:
    """A zip whose members all share the same packed bytes."""
    content = (CSV * (size // len(CSV) + 1)).encode()[:size]
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(content) + packer.flush()
    names = [(f"{n}.csv", size) for n in range(count)]
    return _zip_of(names, [packed], zlib.crc32(content))


def _zip_of(names: list[tuple[str, int]], packed: list[bytes], crc: int) -> bytes:
    """A zip that is written by hand: every entry points at the first bytes."""
    first, size = names[0]
    head = struct.pack(
        "<4s5H3I2H", b"PK\3\4", 20, 0, 8, 0, 33, crc, len(packed[0]), size, len(first), 0
    )
    data = head + first.encode() + packed[0]
    start = len(data)
    for name, declared in names:
        data += struct.pack(
            "<4s6H3I5H2I",
            b"PK\1\2", 20, 20, 0, 8, 0, 33, crc, len(packed[0]), declared, len(name),
            0, 0, 0, 0, 0, 0,
        )  # fmt: skip
        data += name.encode()
    end = struct.pack(
        "<4s4H2IH", b"PK\5\6", 0, 0, len(names), len(names), len(data) - start, start, 0
    )
    return data + end


def link_zip() -> bytes:
    """A zip with a symbolic link."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        link = zipfile.ZipInfo("a.csv")
        link.create_system = 3
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return buffer.getvalue()


def locked_zip() -> bytes:
    """A zip whose member says that it needs a password."""
    data = bytearray(zipped({"a.csv": CSV}))
    at = data.index(b"PK\1\2")
    data[6] |= 1
    data[at + 8] |= 1
    return bytes(data)


def nested_zip(depth: int) -> bytes:
    """A zip in a zip in a zip ..."""
    data = zipped({"a.csv": CSV})
    for level in range(depth):
        data = zipped({f"{level}.zip": data})
    return data


def nested_bomb() -> bytes:
    """A zip of zips, each of which unpacks to a hundred megabytes."""
    inner = zipped({"a.csv": bytes(100_000_000)})
    return zipped({f"{n}.zip": inner for n in range(16)})
