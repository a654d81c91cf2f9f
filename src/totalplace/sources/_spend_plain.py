"""The records of a plain file of spend: pyarrow's CSV reader, which codes texts while it reads.

Only for files in which every reader sees the same cells: each line is a record, and quotes stand
where a cell begins or ends and nowhere else. Any other is left to DuckDB, see `_spend_sql`; so is
every amount that is more than digits, a sign and a point.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv

from totalplace.sources._delimited import Delimited
from totalplace.sources._spend_records import CODED, Records
from totalplace.sources._spend_sql import Connection, read_amounts

__all__ = ["is_plain", "read_plain"]

Hashes = npt.NDArray[np.uint64]
Numbers = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]

_BLOCK_BYTES = 7_000_000
"""A line must fit: fewer than DuckDB takes, which may have to read it a second time."""

_MOST_AMOUNT_BYTES = 14
"""Whatever digits these are, they are pence that 64 bits hold."""

_FACTORS = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9))
_SHIFTS = (np.uint64(29), np.uint64(32))
_WORD_BYTES = 8
_MASKS = np.array([(1 << 8 * size) - 1 for size in range(_WORD_BYTES + 1)], np.uint64)


def is_plain(piece: Delimited) -> bool:
    """Whether any reader sees the same records and cells in a file."""
    beside = piece.facts.beside_quotes
    return (
        piece.facts.is_regular and beside is not None and beside in {b"", piece.delimiter.encode()}
    )


def read_plain(
    connection: Connection,
    piece: Delimited,
    spill: Path,
    *,
    at: Mapping[str, int],
    told: Callable[[int], None] = lambda _: None,
) -> Records:
    """Read all records below the header of a plain file.

    Args:
        told: told how many there are so far.

    Raises:
        OSError, ValueError: the reader does not take the file as it is.
    """
    width = len(piece.header)
    names = [f"c{index}" for index in range(width)]
    coded = {f"c{index}" for field, index in at.items() if field in CODED}
    coded -= {f"c{index}" for field, index in at.items() if field not in CODED}
    kinds = {
        name: pa.dictionary(pa.int32(), pa.string()) if name in coded else pa.string()
        for name in names
    }
    records = Records(spill, told)
    with pa.csv.open_csv(
        str(piece.path),
        read_options=pa.csv.ReadOptions(
            use_threads=False,
            block_size=_BLOCK_BYTES,
            skip_rows=piece.header_row,
            column_names=names,
        ),
        parse_options=pa.csv.ParseOptions(delimiter=piece.delimiter, ignore_empty_lines=False),
        convert_options=pa.csv.ConvertOptions(
            check_utf8=False,
            column_types=kinds,
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
        ),
    ) as reader:
        for cells in reader:
            if cells.num_rows:
                first = piece.header_row + records.count + 1
                records.append(_record_batch(connection, cells, first, at))
    for name in CODED:
        if name in at:
            records.texts.setdefault(name, {})
    return records


def _record_batch(
    connection: Connection, cells: pa.RecordBatch, first_row: int, at: Mapping[str, int]
) -> pa.RecordBatch:
    """A batch as `records_sql` gives it."""
    size = cells.num_rows
    if any(not column.null_count for column in cells.columns):
        is_blank = np.zeros(size, np.bool_)
    else:
        nulls = (one.is_null().to_numpy(zero_copy_only=False) for one in cells.columns)
        is_blank = np.logical_and.reduce(list(nulls))
    columns = {
        "row_no": pa.array(np.arange(first_row, first_row + size, dtype=np.int64)),
        "extra": pa.nulls(size, pa.string()),
        "is_blank": pa.array(is_blank),
        "fingerprint": pa.array(_fingerprints(cells)),
    }
    for field, index in at.items():
        column = cells.column(index)
        if field not in {"amount", "vat"}:
            columns[field] = column
        elif (pence := _bare_pence(column)) is not None:
            columns[field] = pa.nulls(size, pa.string())
            columns[f"{field}_pence"] = pence
        else:
            columns[field], columns[f"{field}_pence"] = read_amounts(connection, column)
    return pa.RecordBatch.from_pydict(columns)


def _bare_pence(column: pa.StringArray) -> pa.Int64Array | None:
    """The pence of amounts that are digits, a sign and a point at most; None if one is not so."""
    starts, lengths, data = _bytes(column)
    is_filled = lengths > 0
    if not is_filled.all():
        starts, lengths = starts[is_filled], lengths[is_filled]
    if not len(starts) or lengths.max() > _MOST_AMOUNT_BYTES:
        return None
    # from the minus to the nine stand, besides the digits, the point and the slash
    if data.min() < ord("-") or data.max() > ord("9") or (data == ord("/")).any():
        return None
    first, last = data[starts], data[starts + lengths - 1]
    sign = first == ord("-")
    first = np.where(sign, data[starts + (lengths > 1)], first)
    if not all(bool(((one >= ord("0")) & (one <= ord("9"))).all()) for one in (first, last)):
        return None
    # with a third decimal, even a nought, pence do not say all
    points = np.count_nonzero(data == ord("."))
    for back in (2, 3):
        ends = (starts + lengths - back)[lengths > back]
        points -= np.count_nonzero(data[ends] == ord("."))
    if points:
        return None
    try:
        amounts = column.cast(pa.decimal128(16, 2))
    except pa.ArrowInvalid:
        return None
    # the lower half of each, in hundredths, as decimals of so few digits have nothing in the other
    pence = np.frombuffer(amounts.buffers()[1], np.dtype("<i8"))
    pence = pence[2 * amounts.offset : 2 * (amounts.offset + len(amounts)) : 2]
    return pa.array(pence, mask=None if is_filled.all() else ~is_filled)


def _fingerprints(cells: pa.RecordBatch) -> Hashes:
    """A hash of all cells of each record."""
    found = np.zeros(cells.num_rows, np.uint64)
    for column in cells.columns:
        if isinstance(column, pa.DictionaryArray):
            # one more than there are: the last is what no text is, as its code is -1
            hashes = np.append(_hashes(column.dictionary), np.uint64(0))
            codes = column.indices.fill_null(-1) if column.null_count else column.indices
            found ^= hashes[codes.to_numpy()]
        else:
            found ^= _hashes(column)
        _mix(found)
    return found


def _hashes(column: pa.StringArray) -> Hashes:
    """A hash of each text, 0 for none, eight bytes of all texts at a time."""
    starts, lengths, data = _bytes(column)
    padded = np.zeros(len(data) + _WORD_BYTES, np.uint8)
    padded[: len(data)] = data
    words = np.ndarray((len(data) + 1,), np.dtype("<u8"), padded, strides=(1,))
    found = lengths.astype(np.uint64)
    found ^= words[starts] & _MASKS[np.minimum(lengths, _WORD_BYTES)]
    _mix(found)
    done = _WORD_BYTES
    while len(rows := np.flatnonzero(lengths > done)):
        left = np.minimum(lengths[rows] - done, _WORD_BYTES)
        more = found[rows] ^ (words[starts[rows] + done] & _MASKS[left])
        _mix(more)
        found[rows] = more
        done += _WORD_BYTES
    return found


def _mix(hashes: Hashes) -> None:
    """Spread each bit over all others, in place; different hashes stay different."""
    for factor, shift in zip(_FACTORS, _SHIFTS, strict=True):
        hashes *= factor
        hashes ^= hashes >> shift


def _bytes(column: pa.StringArray) -> tuple[Numbers, Numbers, Bytes]:
    """Where each text begins, its length, and the bytes of all; nothing for no text."""
    _, offsets, data = column.buffers()
    ends = np.frombuffer(offsets, np.int32)[column.offset : column.offset + len(column) + 1]
    ends = ends.astype(np.int64)
    held = np.frombuffer(data or b"", np.uint8)[ends[0] : ends[-1]]
    return ends[:-1] - ends[0], np.diff(ends), held
