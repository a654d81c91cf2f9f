"""The records of one file of spend, small enough to be gone through several times.

Columns that repeat themselves (payees, dates, units) become codes: each different text is kept
once, cleaned once, and read once. A file of an ordinary month stays in memory; a long one goes
to the disk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from totalplace.sources._spend_sql import Connection, records_sql

__all__ = ["CODED", "NAMED", "Records", "read_records"]

CODED = (
    "body",
    "payment_date",
    "effective_date",
    "payee",
    "unit",
    "expense",
    "class_code",
    "class_label",
    "cap",
)
"""Fields of few different texts. In a batch each is a column of codes, -1 for no text."""

NAMED = ("transaction_no", "payee_other_id")
"""Fields that may differ in every record: columns of texts."""

_BATCH_RECORDS = 122_880
_HELD_BYTES = 64_000_000
_SPACES = "".join(map(chr, (0x20, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000)))
"""What may stand around a cell's text: the blanks of Unicode."""


@dataclass
class Records:
    """The records below the header, in their order.

    A batch has `row_no`, `extra` (filled cells beyond the header), `is_blank`, `fingerprint`, the
    fields in use, `amount_pence` (NULL where SQL could not read it), `amount` (its text where
    the pence do not say all), `amount_code` (a code in `texts["amount"]` where SQL could not read
    it, else -1), and the same of `vat`.

    Attributes:
        told: told how many there are whenever some were taken in.
        count: how many there are.
        blank: how many of them have no cell that holds anything.
        texts: field -> each different text, blanks around it taken off; by code.
    """

    spill: Path
    told: Callable[[int], None] = lambda _: None
    count: int = 0
    blank: int = 0
    texts: dict[str, dict[str, int]] = field(default_factory=dict)
    _held: list[pa.RecordBatch] = field(default_factory=list)
    _held_bytes: int = 0
    _spilled: pa.RecordBatchStreamWriter | None = None
    _has_extra: bool = True

    def batches(self) -> Iterator[pa.RecordBatch]:
        """All records, some thousands at a time."""
        if self._spilled is not None:
            self._spilled.close()
            with pa.OSFile(str(self.spill)) as file, pa.ipc.open_stream(file) as stream:
                yield from map(self._told, stream)
        yield from map(self._told, self._held)

    def forget_extra(self) -> None:
        """Take cells beyond the header for what they are: columns without a name."""
        self._has_extra = False

    def append(self, batch: pa.RecordBatch) -> None:
        """Take in a batch as `records_sql` gives it; none may follow once they are gone through."""
        self.count += batch.num_rows
        self.told(self.count)
        self.blank += pc.sum(batch["is_blank"]).as_py() or 0
        columns = {name: batch[name] for name in ("row_no", "extra", "is_blank", "fingerprint")}
        for name in batch.schema.names:
            if name in CODED:
                columns[name] = self._codes(name, batch[name])
            elif name in NAMED:
                columns[name] = _trimmed(batch[name])
            elif name in {"amount", "vat"}:
                pence = columns[f"{name}_pence"] = batch[f"{name}_pence"]
                columns[name] = _trimmed(batch[name])
                unread = pc.if_else(pence.is_null(), columns[name], None)
                columns[f"{name}_code"] = self._codes(name, unread)
        coded = pa.RecordBatch.from_pydict(columns)
        self._held.append(coded)
        self._held_bytes += coded.nbytes
        if self._held_bytes > _HELD_BYTES:
            self._to_disk(coded.schema)

    def _told(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        if self._has_extra:
            return batch
        at = batch.schema.get_field_index("extra")
        return batch.set_column(at, "extra", pa.nulls(batch.num_rows, pa.string()))

    def _to_disk(self, schema: pa.Schema) -> None:
        if self._spilled is None:
            self._spilled = pa.ipc.new_stream(str(self.spill), schema)
        for batch in self._held:
            self._spilled.write_batch(batch)
        self._held, self._held_bytes = [], 0

    def _codes(self, name: str, column: pa.Array) -> pa.Array:
        known = self.texts.setdefault(name, {})
        if column.null_count == len(column):
            return pa.array(np.full(len(column), -1, np.int32))
        coded = column if isinstance(column, pa.DictionaryArray) else column.dictionary_encode()
        # one more than there are: the code of no text is the last, as -1 is
        lookup = np.full(len(coded.dictionary) + 1, -1, np.int32)
        for at, text in enumerate(coded.dictionary.to_pylist()):
            if cleaned := text.strip(_SPACES):
                lookup[at] = known.setdefault(cleaned, len(known))
        indices = coded.indices
        return pa.array(lookup[(indices.fill_null(-1) if indices.null_count else indices)])


def read_records(
    connection: Connection,
    scan: str,
    spill: Path,
    *,
    width: int,
    header_row: int,
    at: Mapping[str, int],
    told: Callable[[int], None] = lambda _: None,
) -> Records:
    """Read all records below the header.

    Args:
        told: told how many there are so far.

    Raises:
        OSError, duckdb.Error: the reader does not take the file as it is.
    """
    records = Records(spill, told)
    query = records_sql(scan, width=width, header_row=header_row, at=at)
    for batch in connection.sql(query).to_arrow_reader(_BATCH_RECORDS):
        records.append(batch)
    for name in CODED:
        if name in at:
            records.texts.setdefault(name, {})
    return records


def _trimmed(column: pa.Array) -> pa.Array:
    """Texts without the blanks around them; NULL where nothing is left."""
    if column.null_count == len(column) or not _may_need_trimming(column):
        return column
    column = pc.utf8_trim(column, characters=_SPACES)
    return pc.if_else(pc.equal(column, ""), None, column)


def _may_need_trimming(column: pa.Array) -> bool:
    """Whether some text is empty, or begins or ends with a space or beyond ASCII."""
    _, offsets, data = column.buffers()
    ends = np.frombuffer(offsets, np.int32)[column.offset : column.offset + len(column) + 1]
    lengths = np.diff(ends)
    if column.null_count:
        filled = column.is_valid().to_numpy(zero_copy_only=False)
        starts, ends = ends[:-1][filled], ends[1:][filled]
        lengths = lengths[filled]
    else:
        starts, ends = ends[:-1], ends[1:]
    if not lengths.all():
        return True
    bytes_ = np.frombuffer(data, np.uint8)
    return any(
        bool(((edge == ord(" ")) | (edge >= 0x80)).any())
        for edge in (bytes_[starts], bytes_[ends - 1])
    )
