"""Text files as bytes: what they are, how they are encoded, and how many records they hold.

One pass over the bytes answers all of it, a piece at a time, so that memory stays flat.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from totalplace.errors import FileRefused, Problem

__all__ = ["TextFacts", "refuse_other_kinds", "scan_text", "to_utf8"]

CHUNK_BYTES = 1 << 22

_QUOTE, _NEWLINE, _RETURN = 0x22, 0x0A, 0x0D
_OTHER_KINDS = (
    (b"%PDF", "a PDF document", "ask the publisher for the figures as CSV"),
    (b"\x1f\x8b", "a gzip archive", "unpack it, then add the file inside"),
    (b"Rar!", "a RAR archive", "unpack it, then add the files inside"),
    (b"7z\xbc\xaf", "a 7-Zip archive", "unpack it, then add the files inside"),
    (b"PAR1", "a Parquet file", "add the published file it was made from"),
    (b"\x89PNG", "an image", "ask the publisher for the figures as CSV"),
    (b"\xff\xd8\xff", "an image", "ask the publisher for the figures as CSV"),
    (b"GIF8", "an image", "ask the publisher for the figures as CSV"),
    (b"\x7fELF", "a program", "do not run it; ask the publisher for the figures as CSV"),
    (b"MZ\x90\x00", "a program", "do not run it; ask the publisher for the figures as CSV"),
)
_PAGES = (b"<!doctype html", b"<html", b"<?xml", b"<head", b"<body")


@dataclass(frozen=True)
class TextFacts:
    r"""What one pass over a text file found.

    Attributes:
        encoding: ``utf-8``, ``utf-8-sig``, ``cp1252`` or ``utf-16``.
        records: line feeds outside quotes, and a last line that has none; None where the encoding
            hides them.
        newline: how lines end, as DuckDB writes it: ``\n`` or ``\r\n``.
        is_regular: UTF-8 whose every line is a record that ends alike: row numbers can be counted
            while reading.
        beside_quotes: the different bytes that stand before an opening or behind a closing quote,
            line ends aside; None where a quoted cell holds a line end.
    """

    encoding: str
    records: int | None
    newline: str
    is_regular: bool
    beside_quotes: bytes | None = None


def refuse_other_kinds(head: bytes, *, where: str) -> None:
    """Refuse what is known by its first bytes to be neither text nor a zip nor a workbook.

    Raises:
        FileRefused: ``empty_file`` or ``not_a_table``.
    """
    if not head:
        raise FileRefused(
            Problem(
                "empty_file",
                "the file is empty",
                where,
                "it has 0 bytes",
                "download it again from the publisher",
            )
        )
    kind, fix = next(((k, f) for magic, k, f in _OTHER_KINDS if head.startswith(magic)), ("", ""))
    if head.lstrip(codecs.BOM_UTF8 + b" \t\r\n").lower().startswith(_PAGES):
        kind = "a web page"
        fix = "open it in a browser: it may be an error page or a link to the real file"
    if kind:
        raise FileRefused(
            Problem("not_a_table", f"the file is {kind}", where, f"it begins {_shown(head)}", fix)
        )


def _shown(head: bytes) -> str:
    """First bytes as text in quotes, what is not to be printed as its number."""
    return ascii(head[:16].decode("latin-1"))


def scan_text(path: Path, *, where: str) -> TextFacts:
    """Find out the encoding of a text file and count its records.

    Raises:
        FileRefused: it is empty, no text, or in no encoding that is read; with the byte offset.
    """
    with path.open("rb") as file:
        head = file.read(64)
    refuse_other_kinds(head, where=where)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        _refuse_invalid(path, "utf-16", where)
        return TextFacts("utf-16", None, "\\n", is_regular=False)
    encoding = "utf-8-sig" if head.startswith(codecs.BOM_UTF8) else "utf-8"
    facts = _scan(path, encoding, where)
    if facts is not None:
        return facts
    if encoding == "utf-8":
        encoding = "cp1252"
    _refuse_invalid(path, encoding, where)
    return TextFacts(encoding, None, "\\n", is_regular=False)


def to_utf8(path: Path, target: Path, encoding: str) -> None:
    """Write a text file again as UTF-8 without a byte order mark."""
    with (
        path.open("r", encoding=encoding, newline="") as source,
        target.open("w", encoding="utf-8", newline="") as out,
    ):
        while text := source.read(CHUNK_BYTES):
            out.write(text)


class _Counter:
    """Records so far: line feeds outside quotes. Carries what spans two chunks."""

    def __init__(self) -> None:
        self.records = 0
        self._is_quoted = False
        self._has_blank_line = False
        self._returns = self._feeds = self._pairs = 0
        # how far back the last line feed is, as if a line had ended just before the file
        self._since_feed = 0
        self._last = 0
        self._beside: set[int] = set()
        self._has_closed = False

    def add(self, chunk: bytes) -> None:
        data = np.frombuffer(chunk, np.uint8)
        ends = np.flatnonzero(data == _NEWLINE)
        has_return = data[ends - 1] == _RETURN
        if len(ends) and ends[0] == 0:
            has_return[0] = self._last == _RETURN
        lengths = np.diff(ends, prepend=-1 - self._since_feed) - 1
        self._has_blank_line |= bool(((lengths == 0) | ((lengths == 1) & has_return)).any())
        self._returns += int(np.count_nonzero(data == _RETURN))
        self._feeds += len(ends)
        self._pairs += int(np.count_nonzero(has_return))
        if self._has_closed:
            self._beside.add(chunk[0])
            self._has_closed = False
        if self._is_quoted or b'"' in chunk:
            quotes = np.flatnonzero(data == _QUOTE)
            self._look_beside(data, quotes)
            before = np.searchsorted(quotes, ends) + self._is_quoted
            self.records += int(np.count_nonzero(before % 2 == 0))
            self._is_quoted = bool((len(quotes) + self._is_quoted) % 2)
        else:
            self.records += len(ends)
        self._since_feed = (
            len(data) - 1 - int(ends[-1]) if len(ends) else self._since_feed + len(data)
        )
        self._last = chunk[-1]

    def _look_beside(self, data: npt.NDArray[np.uint8], quotes: npt.NDArray[np.intp]) -> None:
        """Note what stands before opening and behind closing quotes; for `""`, a quote."""
        opening, closing = quotes[self._is_quoted :: 2], quotes[1 - self._is_quoted :: 2]
        if len(opening) and opening[0] == 0:
            self._beside.add(self._last or _NEWLINE)
            opening = opening[1:]
        if len(closing) and closing[-1] == len(data) - 1:
            self._has_closed = True
            closing = closing[:-1]
        seen = np.bincount(data[np.concatenate([opening - 1, closing + 1])], minlength=1)
        self._beside.update(np.flatnonzero(seen).tolist())

    def facts(self, encoding: str) -> TextFacts:
        is_crlf = self._pairs > 0
        is_alike = self._returns == self._pairs and self._pairs in (0, self._feeds)
        beside = bytes(sorted(self._beside - {_NEWLINE, _RETURN, _QUOTE}))
        return TextFacts(
            encoding=encoding,
            records=self.records + (self._since_feed > 0),
            newline="\\r\\n" if is_crlf else "\\n",
            is_regular=is_alike and not self._has_blank_line and not self._is_quoted,
            beside_quotes=beside if self.records == self._feeds else None,
        )


def _scan(path: Path, encoding: str, where: str) -> TextFacts | None:
    """The facts of a UTF-8 file; None if it is not UTF-8."""
    counter = _Counter()
    decoder = codecs.getincrementaldecoder("utf-8")()
    offset = 0
    with path.open("rb") as file:
        file.seek(len(codecs.BOM_UTF8) if encoding == "utf-8-sig" else 0)
        while chunk := file.read(CHUNK_BYTES):
            if b"\0" in chunk:
                raise _wrong_encoding(
                    where, offset + chunk.index(0), "a NUL byte, so it is no text"
                )
            if decoder.getstate()[0] or not chunk.isascii():
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError:
                    return None
            counter.add(chunk)
            offset += len(chunk)
    if decoder.getstate()[0]:
        return None
    return counter.facts(encoding)


def _refuse_invalid(path: Path, encoding: str, where: str) -> None:
    """Refuse a file with bytes that its encoding does not have."""
    decoder = codecs.getincrementaldecoder(encoding)()
    offset = 0
    with path.open("rb") as file:
        while True:
            chunk = file.read(CHUNK_BYTES)
            pending = len(decoder.getstate()[0])
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                at = offset - pending + error.start
                found = error.object[error.start : error.start + 1].hex()
                expected = (
                    "neither UTF-8 nor Windows-1252" if encoding == "cp1252" else f"not {encoding}"
                )
                raise _wrong_encoding(where, at, f"byte 0x{found} is {expected}") from None
            if "\0" in text:
                raise _wrong_encoding(where, offset, "it holds NUL characters, so it is no text")
            offset += len(chunk)
            if not chunk:
                return


def _wrong_encoding(where: str, offset: int, why: str) -> FileRefused:
    return FileRefused(
        Problem(
            "wrong_encoding",
            "the file's characters cannot be read",
            f"{where}, byte offset {offset}",
            why,
            "save it again as UTF-8 CSV (in Excel: CSV UTF-8), then add that",
        )
    )
