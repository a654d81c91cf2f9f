"""Which records of a file of spend are lines, what they sum to, and their writing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from totalplace.sources._dates import Period
from totalplace.sources._spend_known import NO_DAY, Flags, Known, Numbers, day_number, day_of
from totalplace.sources._spend_records import Records

__all__ = ["Lines", "find_odd", "payers", "payments_in", "sums_above", "write_lines"]

_TEXTS = (
    ("unit", "unit_text"),
    ("expense", "expense_text"),
    ("class_code", "class_code"),
    ("class_label", "class_label"),
    ("transaction_no", "transaction_no"),
    ("payee_other_id", "payee_other_id"),
    ("cap", "cap_text"),
)
_SCHEMA = pa.schema(
    [
        ("source_id", pa.string()),
        ("member", pa.string()),
        ("row_no", pa.int64()),
        ("column_no", pa.int32()),
        ("raw", pa.string()),
        ("body_id", pa.string()),
        ("payee_text", pa.string()),
        ("payee_key", pa.string()),
        ("payment_date", pa.date32()),
        ("period_start", pa.date32()),
        ("period_end", pa.date32()),
        ("amount_pence", pa.int64()),
        ("vat_pence", pa.int64()),
        *((name, pa.string()) for _, name in _TEXTS),
    ]
)
_UNLIKE = ("row_no", "amount_pence", "transaction_no", "payee_other_id", "raw")
"""Columns that seldom repeat a value: a dictionary of them would cost time and save nothing."""

_RANGES = ["row_no", "payment_date", "period_start", "period_end", "amount_pence"]
"""Columns whose lowest and highest values help a reader to skip."""

_LEAST_IDENTIFIER_PENCE = 10_000_00
"""Shorter numbers meet the amount of their own payment by chance."""

_LOW = (1 << 32) - 1


@dataclass
class Lines:
    """What the lines hold, as they were written.

    Attributes:
        amounts_that_are_ids: rows whose amount is their own transaction number.
        bad_vat: lines whose VAT cannot be read.
    """

    lines: int = 0
    sum_pence: int = 0
    negative_lines: int = 0
    redacted_pence: int = 0
    exact_duplicates: int = 0
    period_start: date | None = None
    period_end: date | None = None
    body_id: str | None = None
    bad_vat: int = 0
    amounts_that_are_ids: list[int] = field(default_factory=list)

    def of_member(self) -> dict[str, Any]:
        """The arguments of a `Member` that are counted here."""
        told = {"bad_vat", "amounts_that_are_ids"}
        return {name: value for name, value in vars(self).items() if name not in told}


def find_odd(records: Records, known: Known) -> pa.Table:
    """Records that need a closer look: all that are not plainly a line, nor blank.

    Columns: row_no, extra, pence, fault of the amount, whether a date is bad, whether none is.
    """
    found = []
    for batch in records.batches():
        amount, has_amount = known.amount.of(batch, "amount")
        payment, effective = _codes(batch, "payment_date"), _codes(batch, "effective_date")
        payee = _codes(batch, "payee")
        bad_date = (payment >= 0) & (known.payment.first[payment] == NO_DAY)
        bad_date |= (effective >= 0) & (known.effective.first[effective] == NO_DAY)
        no_date = (payment < 0) & (effective < 0)
        odd = ~has_amount | (payee < 0) | known.is_total[payee] | bad_date | no_date
        extra = batch["extra"]
        if extra.null_count < len(extra):
            odd |= extra.is_valid().to_numpy(zero_copy_only=False)
        odd &= ~_blank(batch)
        if not odd.any():
            continue
        at = np.flatnonzero(odd)
        codes = _codes(batch, "amount_code")[at]
        found.append(
            pa.table(
                {
                    "row_no": batch["row_no"].take(pa.array(at)),
                    "extra": extra.take(pa.array(at)).fill_null(""),
                    "pence": pa.array(amount[at], mask=~has_amount[at]),
                    "fault": pa.array([known.amount.faults[code] for code in codes], pa.string()),
                    "is_bad_date": pa.array(bad_date[at]),
                    "has_no_date": pa.array(no_date[at]),
                }
            )
        )
    return pa.concat_tables(found) if found else pa.table({"row_no": pa.array([], pa.int64())})


def sums_above(
    records: Records, known: Known, rows: Sequence[int], not_lines: Sequence[int]
) -> dict[int, int]:
    """Row -> sum of the lines above it, in pence. `rows` are among `not_lines`."""
    wanted = sorted(rows)
    sums: dict[int, int] = {}
    total = 0
    for batch in records.batches():
        row_no = batch["row_no"].to_numpy()
        pence, has_amount = known.amount.of(batch, "amount")
        pence = np.where(has_amount & _is_line(batch, not_lines), pence, 0)
        start = 0
        while wanted and wanted[0] <= row_no[-1]:
            row = wanted.pop(0)
            end = int(np.searchsorted(row_no, row))
            total += _sum(pence[start:end])
            start = end
            sums[row] = total
        total += _sum(pence[start:])
    return sums


def payers(records: Records, not_lines: Sequence[int]) -> list[str | None]:
    """The different names of the payer among the lines; None for a blank one."""
    codes: set[int] = set()
    for batch in records.batches():
        codes |= set(np.unique(_codes(batch, "body")[_is_line(batch, not_lines)]).tolist())
    names = [*records.texts["body"], None]
    return [names[code] for code in codes]


def payments_in(
    records: Records, known: Known, month: Period, not_lines: Sequence[int]
) -> tuple[int, int]:
    """How many lines are dated inside a month, and how many are dated at all."""
    first, last = day_number(month.first), day_number(month.last)
    inside = dated = 0
    for batch in records.batches():
        days = known.payment.day[_codes(batch, "payment_date")]
        days = days[_is_line(batch, not_lines)]
        inside += int(np.count_nonzero((days >= first) & (days <= last)))
        dated += int(np.count_nonzero(days != NO_DAY))
    return inside, dated


def write_lines(
    records: Records,
    known: Known,
    path: Path,
    *,
    not_lines: Sequence[int],
    bodies: Mapping[str, str],
    source_id: str,
    member: str,
    month: Period | None,
    told: Callable[[int], None] = lambda _: None,
) -> Lines:
    """Write the lines in the order of the file, and count them.

    Args:
        told: told how many records are done.
        bodies: text of the payer's column -> body_id, a blank under ``''``.
        month: the file's accounting period, where its name and not a column states it.
    """
    writing = _Writing(records, known, bodies, source_id, member, month)
    dictionaries = [name for name in _SCHEMA.names if name not in _UNLIKE]
    with pq.ParquetWriter(
        path,
        _schema(records),
        compression="zstd",
        use_dictionary=dictionaries,
        column_encoding={"row_no": "DELTA_BINARY_PACKED"},
        write_statistics=_RANGES,
        store_schema=False,
    ) as writer:
        done = 0
        for batch in records.batches():
            keep = _is_line(batch, not_lines)
            kept = batch if keep.all() else batch.filter(pa.array(keep))
            if kept.num_rows:
                writer.write_batch(writing.batch(kept))
            done += batch.num_rows
            told(done)
    return writing.counted()


def _schema(records: Records) -> pa.Schema:
    """The columns of the lines; those of few values are written from their dictionaries."""
    coded = {"source_id", "member", "body_id", "payee_text", "payee_key"}
    coded |= {title for name, title in _TEXTS if name in records.texts}
    kind = pa.dictionary(pa.int32(), pa.string())
    return pa.schema([one.with_type(kind) if one.name in coded else one for one in _SCHEMA])


class _Writing:
    """Turns records into lines and counts them."""

    def __init__(
        self,
        records: Records,
        known: Known,
        bodies: Mapping[str, str],
        source_id: str,
        member: str,
        month: Period | None,
    ) -> None:
        self._known, self._month = known, month
        self._found = Lines()
        self._fingerprints: list[Numbers] = []
        self._days: list[int] = []
        self._ends: list[int] = []
        ids: dict[str, int] = {}
        named = [bodies.get(text) for text in (*records.texts.get("body", ()), "")]
        codes = [-1 if one is None else ids.setdefault(one, len(ids)) for one in named]
        self._body_code = np.array(codes, np.int32)
        self._body_seen: set[int] = set()
        self._body_ids = list(ids)
        self._dictionaries = {
            name: pa.array(texts, pa.string()) for name, texts in records.texts.items()
        } | {
            "source_id": pa.array([source_id]),
            "member": pa.array([member]),
            "body_id": pa.array(self._body_ids, pa.string()),
            "payee_key": pa.array(known.keys, pa.string()),
        }

    def batch(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The lines of one batch of records."""
        known, size = self._known, batch.num_rows
        zeros = np.zeros(size, np.int32)
        pence, has_amount = known.amount.of(batch, "amount")
        vat, has_vat = known.vat.of(batch, "vat")
        payee = _codes(batch, "payee")
        body = self._body_code[_codes(batch, "body")]
        payment, start, end = self._periods(batch)
        columns = {
            "source_id": self._coded("source_id", zeros),
            "member": self._coded("member", zeros),
            "row_no": batch["row_no"],
            "column_no": pa.array(zeros),
            "raw": batch["amount"],
            "body_id": self._coded("body_id", body),
            "payee_text": self._coded("payee", payee),
            "payee_key": self._coded("payee_key", known.key_code[payee]),
            "payment_date": _dates(payment),
            "period_start": _dates(start),
            "period_end": _dates(end),
            "amount_pence": pa.array(pence, mask=None if has_amount.all() else ~has_amount),
            "vat_pence": pa.array(vat, mask=None if has_vat.all() else ~has_vat),
        }
        for name, title in _TEXTS:
            if name not in batch.schema.names:
                columns[title] = pa.nulls(size, pa.string())
            elif name in self._dictionaries:
                columns[title] = self._coded(name, batch[name].to_numpy())
            else:
                columns[title] = batch[name]
        self._count(batch, pence[has_amount], start, end)
        redacted = known.is_redacted[payee] & has_amount
        self._found.redacted_pence += _sum(pence[redacted])
        self._found.bad_vat += int(np.count_nonzero(known.vat.is_fault[_codes(batch, "vat_code")]))
        self._body_seen |= set(np.unique(body).tolist())
        if "transaction_no" in batch.schema.names:
            self._found.amounts_that_are_ids += _amounts_that_are_ids(batch, pence)
        return pa.RecordBatch.from_pydict(columns)

    def counted(self) -> Lines:
        """What all batches hold."""
        found = self._found
        if self._days:
            found.period_start = day_of(min(self._days))
            found.period_end = day_of(max(self._ends))
        named = [self._body_ids[code] for code in self._body_seen if code >= 0]
        found.body_id = named[0] if len(named) == 1 else None
        if self._fingerprints:
            prints = np.sort(np.concatenate(self._fingerprints))
            found.exact_duplicates = int(np.count_nonzero(prints[1:] == prints[:-1]))
        return found

    def _count(self, batch: pa.RecordBatch, pence: Numbers, start: Numbers, end: Numbers) -> None:
        found = self._found
        found.lines += len(pence)
        found.sum_pence += _sum(pence)
        found.negative_lines += int(np.count_nonzero(pence < 0))
        self._fingerprints.append(batch["fingerprint"].to_numpy())
        if (starts := start[start != NO_DAY]).size:
            self._days.append(int(starts.min()))
            self._ends.append(int(end[end != NO_DAY].max()))

    def _periods(self, batch: pa.RecordBatch) -> tuple[Numbers, Numbers, Numbers]:
        """Day of payment, first and last day of the accounting period."""
        payment, effective = _codes(batch, "payment_date"), _codes(batch, "effective_date")
        days, months = self._known.payment, self._known.effective
        if self._month is None:
            start, end = days.first[payment], days.last[payment]
        else:
            start = np.full(batch.num_rows, day_number(self._month.first), np.int32)
            end = np.full(batch.num_rows, day_number(self._month.last), np.int32)
        if "effective_date" in batch.schema.names:
            first, last = months.month_first[effective], months.month_last[effective]
            start = np.where(first == NO_DAY, start, first)
            end = np.where(last == NO_DAY, end, last)
        return days.day[payment], start, end

    def _coded(self, name: str, codes: Numbers) -> pa.DictionaryArray:
        missing = codes < 0
        indices = pa.array(codes, mask=missing) if missing.any() else pa.array(codes)
        return pa.DictionaryArray.from_arrays(indices, self._dictionaries[name])


def _amounts_that_are_ids(batch: pa.RecordBatch, pence: Numbers) -> list[int]:
    whole = np.flatnonzero((pence >= _LEAST_IDENTIFIER_PENCE) & (pence % 100 == 0))
    if not len(whole):
        return []
    numbers = batch["transaction_no"].take(pa.array(whole)).to_pylist()
    rows = batch["row_no"].take(pa.array(whole)).to_pylist()
    pounds = (pence[whole] // 100).tolist()
    return [
        row
        for row, number, amount in zip(rows, numbers, pounds, strict=True)
        if number is not None and number.lstrip("0") == str(amount)
    ]


def _codes(batch: pa.RecordBatch, name: str) -> Numbers:
    """A column of codes; no text at all where the file has no such column."""
    if name in batch.schema.names:
        codes: Numbers = batch[name].to_numpy()
        return codes
    return np.full(batch.num_rows, -1, np.int32)


def _blank(batch: pa.RecordBatch) -> Flags:
    blank: Flags = batch["is_blank"].to_numpy(zero_copy_only=False)
    return blank


def _is_line(batch: pa.RecordBatch, not_lines: Sequence[int]) -> Flags:
    is_line = ~_blank(batch)
    if len(not_lines):
        is_line &= ~np.isin(batch["row_no"].to_numpy(), np.array(not_lines, np.int64))
    return is_line


def _sum(pence: Numbers) -> int:
    """An exact sum, where 64 bits might not hold it."""
    return (int((pence >> 32).sum()) << 32) + int((pence & _LOW).sum())


def _dates(days: Numbers) -> pa.Array:
    missing = days == NO_DAY
    return pa.array(days, mask=missing if missing.any() else None).view(pa.date32())
