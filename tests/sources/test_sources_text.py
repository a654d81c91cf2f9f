"""Encodings are found from the bytes, and records counted without reading them."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from totalplace.errors import FileRefused
from totalplace.sources import _text
from totalplace.sources._delimited import open_delimited, records, regularise
from totalplace.sources._text import scan_text, to_utf8


def _scan(tmp_path: Path, content: bytes) -> _text.TextFacts:
    path = tmp_path / "text.csv"
    path.write_bytes(content)
    return scan_text(path, where="text.csv")


@pytest.mark.parametrize(
    ("content", "encoding", "count", "newline", "is_regular"),
    [
        (b"a,b\n1,2\n", "utf-8", 2, "\\n", True),
        (b"a,b\n1,2", "utf-8", 2, "\\n", True),
        (b"a,b\r\n1,2\r\n", "utf-8", 2, "\\r\\n", True),
        (b"\xef\xbb\xbfa,b\n1,2\n", "utf-8-sig", 2, "\\n", True),
        ("a,b\n£,é\n".encode(), "utf-8", 2, "\\n", True),
        (b'a,b\n"x\ny",2\n', "utf-8", 2, "\\n", True),
        (b'a,b\n"x ""q""\ny",2\n3,4\n', "utf-8", 3, "\\n", True),
        (b"a,b\n\n1,2\n", "utf-8", 3, "\\n", False),
        (b"\na,b\n1,2\n", "utf-8", 3, "\\n", False),
        (b"\r\na,b\r\n", "utf-8", 2, "\\r\\n", False),
        (b"a,b\r\n\r\n1,2\r\n", "utf-8", 3, "\\r\\n", False),
        (b"a,b\r\n1,2\n", "utf-8", 2, "\\r\\n", False),
        (b"a,b\r1,2\r", "utf-8", 1, "\\n", False),
        (b'a,b\n"x,2\n', "utf-8", 1, "\\n", False),
        (b"a,b\n\xa3,2\n", "cp1252", None, "\\n", False),
        ("a,b\n1,2\n".encode("utf-16"), "utf-16", None, "\\n", False),
    ],
)
def test_facts(
    tmp_path: Path,
    content: bytes,
    encoding: str,
    count: int | None,
    newline: str,
    is_regular: bool,
) -> None:
    found = replace(_scan(tmp_path, content), beside_quotes=None)
    assert found == _text.TextFacts(encoding, count, newline, is_regular)


@pytest.mark.parametrize("chunk_bytes", [1, 2, 3, 5, 7])
@pytest.mark.parametrize(
    "content",
    [
        b'a,b\r\n"x\r\ny",2\r\n3,4\r\n',
        'é,"£\n"\nœ,2\n\n3,4'.encode(),
        b"a,b\n\r\n1,2\n",
        b"a\r\r\nb\n",
    ],
)
def test_pieces_make_no_difference(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, chunk_bytes: int
) -> None:
    whole = _scan(tmp_path, content)
    monkeypatch.setattr(_text, "CHUNK_BYTES", chunk_bytes)
    assert _scan(tmp_path, content) == whole


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (b"", "empty_file", "0 bytes"),
        (b"%PDF-1.7\n", "not_a_table", "%PDF"),
        (b"  <!DOCTYPE html><html>", "not_a_table", "DOCTYPE"),
        (b"\x1f\x8b\x08", "not_a_table", "begins"),
        (b"a,b\n1,\x00\n", "wrong_encoding", "NUL"),
        (b"a,b\n\x81\xa3,2\n", "wrong_encoding", "0x81"),
        (b"\xef\xbb\xbfa,b\n1,\xff\n", "wrong_encoding", "0xff"),
        (b"\xff\xfea", "wrong_encoding", "utf-16"),
    ],
)
def test_what_is_no_text_is_refused(tmp_path: Path, content: bytes, code: str, said: str) -> None:
    with pytest.raises(FileRefused) as caught:
        _scan(tmp_path, content)
    (problem,) = caught.value.problems
    assert problem.code == code
    assert said in problem.why
    assert problem.fix


@pytest.mark.parametrize("chunk_bytes", [3, 1 << 22])
def test_the_byte_that_is_wrong_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk_bytes: int
) -> None:
    monkeypatch.setattr(_text, "CHUNK_BYTES", chunk_bytes)
    with pytest.raises(FileRefused) as caught:
        _scan(tmp_path, b"name,amount\nSm\xa3th,1\nJ\x8dn,2\n")
    assert caught.value.problems[0].where == "text.csv, byte offset 21"


def test_transcoding_keeps_line_ends_and_characters(tmp_path: Path) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_bytes("£5 – “smart”\r\nœ\r\n".encode("cp1252"))
    to_utf8(source, target, "cp1252")
    assert target.read_bytes().decode() == "£5 – “smart”\r\nœ\r\n"


def _open(tmp_path: Path, content: bytes):
    path = tmp_path / "text.csv"
    path.write_bytes(content)
    return open_delimited(path, member="", where="text.csv", scratch=tmp_path / "utf8.csv")


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path: Path, mark: str) -> None:
    piece = _open(tmp_path, mark.join(["Payment Date", "Supplier", "Amount"]).encode() + b"\n")
    assert (piece.delimiter, len(piece.header)) == (mark, 3)


def test_a_quoted_delimiter_does_not_count(tmp_path: Path) -> None:
    assert _open(tmp_path, b'"Amount, net, in pounds";Supplier;Date\n').delimiter == ";"


def test_blank_lines_are_records_and_the_header_comes_after_them(tmp_path: Path) -> None:
    piece = _open(tmp_path, b"\n,,\na,b\n\n1,2\n")
    assert (piece.header, piece.header_row, piece.following) == (("a", "b"), 3, ("1", "2"))
    assert [number for number, _ in records(piece)] == [1, 2, 3, 4, 5]


def test_only_blank_lines_are_no_file(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="holds no record"):
        _open(tmp_path, b"\n,,\n\n")


@pytest.mark.parametrize(
    "content",
    [
        b'a,b\n1,2\n"x,2\n3,4\n',
        b'a,b\n1,2\n"x' + b"\ny" * 300 + b'",2\n',
        b'a,b\n1,2\n"' + b"x" * 1_100_000 + b'",2\n',
    ],
)
def test_a_quote_that_is_never_closed_is_refused_with_its_row(
    tmp_path: Path, content: bytes
) -> None:
    piece = _open(tmp_path, content[:8] + b"\n")
    piece.path.write_bytes(content)
    with pytest.raises(FileRefused) as caught:
        list(records(piece))
    (problem,) = caught.value.problems
    assert (problem.code, problem.where) == ("unclosed_quote", "text.csv row 3")


def test_regularised_records_keep_their_cells_and_numbers(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    piece = _open(tmp_path, b'a,b\n1\n\n1,2,,\n1,2,3,4\n"x\ny",2\n')
    regular = regularise(piece, tmp_path / "regular.parquet")
    assert (regular.records, dict(regular.extra_widths)) == (5, {4: 1})
    rows = [tuple(row.values()) for row in pq.read_table(regular.path).to_pylist()]
    assert rows == [
        (2, "1", None, None),
        (3, None, None, None),
        (4, "1", "2", None),
        (5, "1", "2", "3,4"),
        (6, "x\ny", "2", None),
    ]


cells = st.text(st.sampled_from('ab,"\n £é'), max_size=6)


@settings(max_examples=200, deadline=None)
@given(rows=st.lists(st.lists(cells, min_size=2, max_size=3), min_size=1, max_size=12))
def test_the_count_of_bytes_agrees_with_a_reader(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]
) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(rows)
    facts = _scan(tmp_path_factory.mktemp("scan"), text.getvalue().encode())
    assert facts.records == len(list(csv.reader(io.StringIO(text.getvalue(), newline=""))))
