"""What the different texts of a file of spend mean: each is read once, in Python.

Every array here is looked up by code and has one entry more than there are texts: the last is
what no text at all means, as its code is -1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from totalplace.model import is_withheld, normalise_payee
from totalplace.sources._amounts import read_amount
from totalplace.sources._dates import Period, parse_dates
from totalplace.sources._spend_odd import is_total_text
from totalplace.sources._spend_records import Records

__all__ = ["NO_DAY", "Amounts", "Days", "Known", "day_number", "day_of", "know"]

Numbers = npt.NDArray[Any]
Flags = npt.NDArray[np.bool_]

NO_DAY = np.iinfo(np.int32).min
_FAULTS = {"bad_amount", "third_decimal"}
"""What is wrong with an amount; that it is missing is no fault of the text."""

_REMEMBERED_NAMES = 100_000
"""The same suppliers are paid month after month."""

_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True)
class Days:
    """Days since 1970 by code, `NO_DAY` for none: what a date states (see `Period`), and the

    accounting months that it falls in.
    """

    day: Numbers
    first: Numbers
    last: Numbers
    month_first: Numbers
    month_last: Numbers


@dataclass(frozen=True)
class Amounts:
    """Amounts that SQL did not read, by code."""

    pence: Numbers
    is_read: Flags
    faults: tuple[str, ...]
    is_fault: Flags

    def of(self, batch: pa.RecordBatch, name: str) -> tuple[Numbers, Flags]:
        """The pence of each record, and whether it has any."""
        if f"{name}_pence" not in batch.schema.names:
            return np.zeros(batch.num_rows, np.int64), np.zeros(batch.num_rows, np.bool_)
        column = batch[f"{name}_pence"]
        if not column.null_count:
            return column.to_numpy(), np.ones(batch.num_rows, np.bool_)
        plain = column.is_valid().to_numpy(zero_copy_only=False)
        codes = batch[f"{name}_code"].to_numpy()
        pence = np.where(plain, column.fill_null(0).to_numpy(), self.pence[codes])
        return pence, plain | self.is_read[codes]


@dataclass(frozen=True)
class Known:
    """What is known of a file's texts.

    Attributes:
        keys: each different key of a payee.
        key_code: payee -> key; -1 for no payee.
    """

    keys: tuple[str, ...]
    key_code: Numbers
    is_redacted: Flags
    is_total: Flags
    payment: Days
    effective: Days
    amount: Amounts
    vat: Amounts


def know(records: Records) -> Known:
    """Read each different payee, date and odd amount of a file."""
    keys: dict[str, int] = {}
    key_code = np.full(len(records.texts["payee"]) + 1, -1, np.int32)
    is_redacted, is_total = (np.zeros(len(key_code), np.bool_) for _ in range(2))
    for code, name in enumerate(records.texts["payee"]):
        key, is_redacted[code], is_total[code] = _payee(name)
        key_code[code] = keys.setdefault(key, len(keys))
    return Known(
        keys=tuple(keys),
        key_code=key_code,
        is_redacted=is_redacted,
        is_total=is_total,
        payment=_days(records.texts.get("payment_date", ())),
        effective=_days(records.texts.get("effective_date", ())),
        amount=_amounts(records.texts.get("amount", ())),
        vat=_amounts(records.texts.get("vat", ())),
    )


def day_number(day: date) -> int:
    """A day as a number of days since 1970, as Parquet keeps it."""
    return day.toordinal() - _EPOCH


def day_of(number: int) -> date:
    """The day of a number of days since 1970."""
    return date.fromordinal(number + _EPOCH)


@lru_cache(maxsize=_REMEMBERED_NAMES)
def _payee(name: str) -> tuple[str, bool, bool]:
    """Key of a payee's name, whether it is withheld, and whether it announces a total."""
    return normalise_payee(name), is_withheld(name), is_total_text(name)


def _days(texts: Iterable[str]) -> Days:
    texts = list(texts)
    found = parse_dates(texts)
    periods = [*(found[text] for text in texts), None]

    def numbers(days: Iterable[date | None]) -> Numbers:
        return np.array([NO_DAY if day is None else day_number(day) for day in days], np.int32)

    def of(fact: Callable[[Period], date | None]) -> Numbers:
        return numbers(None if period is None else fact(period) for period in periods)

    return Days(
        day=of(lambda period: period.day),
        first=of(lambda period: period.first),
        last=of(lambda period: period.last),
        month_first=of(lambda period: period.first.replace(day=1)),
        month_last=of(_month_end),
    )


def _month_end(period: Period) -> date:
    last = period.last
    following = last.replace(day=28).toordinal() + 4
    end = date.fromordinal(following)
    return date.fromordinal(following - end.day)


def _amounts(texts: Iterable[str]) -> Amounts:
    read: Sequence[tuple[int | None, str]] = [*(read_amount(text) for text in texts), (None, "")]
    faults = tuple(fault if fault in _FAULTS else "" for _, fault in read)
    return Amounts(
        pence=np.array([pence or 0 for pence, _ in read], np.int64),
        is_read=np.array([pence is not None for pence, _ in read]),
        faults=faults,
        is_fault=np.array([fault != "" for fault in faults]),
    )
