"""What the cells of a column are: dates, money, identifiers, names of organisations, text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from totalplace.model import is_withheld, load
from totalplace.sources._amounts import read_amount
from totalplace.sources._dates import parse_date, parse_dates, parse_month_first

__all__ = ["ColumnValues", "glued", "split_glued"]

_SHARE = 0.9
"""A column is of a kind if so many of its filled cells are: the rest are faults and notes."""

_GLUED_SHARE = 0.8
_FEWEST_GLUED = 3
_NUMBER = re.compile(r"\d{3}")
_SERIAL = re.compile(r"\d{5}(?:\.\d*)?")
_WHOLE = re.compile(r"\d{1,15}(?:\.0+)?")
_CODE = re.compile(r"(?=\S*\d)[A-Za-z0-9][A-Za-z0-9/._\-]{1,29}")
_CREDIT_SHARE = 0.7
"""Payments are negative numbers if so many amounts are: refunds are a few in a hundred."""

_FEWEST_CREDITS = 5
_DECIMAL_COMMA = re.compile(r"-?[£€]?\d{1,3}(?:[. ]?\d{3})*,\d{2}")
_MONEY_MARK = re.compile(r"[.,£$()-]|œ|CR|DR")
_WORD = re.compile(r"[A-Za-z]{2,}")
_SERIAL_SPAN_DAYS = 800
_GLUED = {
    "id_first": re.compile(r"(?P<id>[A-Z]{0,3}\d{4,10})[\s:–-]+(?P<name>.*[A-Za-z]{2}.*)"),
    "id_bracketed": re.compile(
        r"(?P<name>.*[A-Za-z]{2}.*?)\s*[(\[](?P<id>[A-Z]{0,4}\d{3,10})[)\]]"
    ),
    "id_last": re.compile(
        r"(?P<name>.*[A-Za-z]{2}.*?)(?:\s*[:–/-]\s*|\s+)(?P<id>[A-Z]{0,3}\d{5,10})"
    ),
}


def split_glued(text: str, shape: str) -> tuple[str, str] | None:
    """The name and the id of a payee's cell of a shape, or None if it is not of it.

    >>> split_glued("1234567 ACME LTD", "id_first"), split_glued("ACME (V00123)", "id_bracketed")
    (('ACME LTD', '1234567'), ('ACME', 'V00123'))
    >>> split_glued("ACME LTD - 500123", "id_last"), split_glued("3663", "id_first")
    (('ACME LTD', '500123'), None)
    """
    found = _GLUED[shape].fullmatch(text.strip())
    return (found["name"].strip(), found["id"]) if found else None


def glued(cells: Sequence[str]) -> str:
    """The shape of ids glued to names that most cells share, or ``plain``."""
    names = {cell.strip() for cell in cells} - {""}
    if sum(_NUMBER.search(name) is not None for name in names) < _FEWEST_GLUED:
        # most files: every shape has a number in it
        return "plain"
    names = {name for name in names if not is_withheld(name)}
    for shape in _GLUED:
        found = [split for name in names if (split := split_glued(name, shape))]
        # one number in all of them is no id of the payee
        is_own = len({one for _, one in found}) > 1
        if is_own and len(found) >= max(_FEWEST_GLUED, _GLUED_SHARE * len(names)):
            return shape
    return "plain"


@cache
def _legal_forms() -> frozenset[str]:
    rows = load("payee_rule").to_pylist()
    return frozenset(row["pattern"] for row in rows if row["kind"] == "noise") - {"the", "co"}


@dataclass(frozen=True)
class ColumnValues:
    """The sampled cells of one column, blanks left out.

    Attributes:
        cells: the filled ones in their order, stripped.
        records: how many records were sampled.
    """

    cells: tuple[str, ...]
    records: int

    @cached_property
    def counts(self) -> Counter[str]:
        """Each different text and how often it stands."""
        return Counter(self.cells)

    def share(self, is_kind: Callable[[str], bool]) -> float:
        """Share of the filled cells that are of a kind."""
        if not self.cells:
            return 0.0
        return sum(n for text, n in self.counts.items() if is_kind(text)) / len(self.cells)

    @cached_property
    def filled(self) -> float:
        """Share of the sampled records that have a filled cell."""
        return len(self.cells) / self.records if self.records else 0.0

    @cached_property
    def distinct(self) -> float:
        """Different texts to filled cells."""
        return len(self.counts) / len(self.cells) if self.cells else 0.0

    @property
    def is_constant(self) -> bool:
        """Whether all filled cells are alike."""
        return len(self.counts) == 1

    @cached_property
    def date_order(self) -> str:
        """``day_first``, ``month_first``, ``mixed``, or ``''`` if the cells are no dates."""
        texts = list(self.counts)
        if not texts:
            return ""
        if all(_SERIAL.fullmatch(text) for text in texts):
            days = [day for text in texts if (day := parse_date(text))]
            span = (max(days) - min(days)).days if days else _SERIAL_SPAN_DAYS + 1
            is_near = len(days) == len(texts) and span <= _SERIAL_SPAN_DAYS
            return "day_first" if is_near else ""
        read = parse_dates(texts)
        day_first = self.share(lambda text: read[text] is not None)
        swapped = self.share(
            lambda text: parse_month_first(text) is not None and read[text] is None
        )
        either = day_first + swapped
        if either < _SHARE:
            return ""
        if swapped < 0.01:
            return "day_first"
        only_day_first = self.share(
            lambda text: read[text] is not None and parse_month_first(text) is None and "/" in text
        )
        return "mixed" if only_day_first else "month_first"

    @cached_property
    def money(self) -> float:
        """Share of cells that are amounts."""
        return self.share(lambda text: read_amount(text)[1] in {"", "missing_amount"})

    @cached_property
    def has_pence(self) -> bool:
        """Whether the amounts look like money and not like numbers of things."""
        return self.share(lambda text: _MONEY_MARK.search(text) is not None) > 0.2

    @cached_property
    def has_decimal_commas(self) -> bool:
        """Whether a comma stands where the pence begin."""
        return self.share(lambda text: _DECIMAL_COMMA.fullmatch(text) is not None) > 0.3

    @cached_property
    def negatives(self) -> float:
        """Share of cells that are amounts below nothing."""
        return self.share(lambda text: (read_amount(text)[0] or 0) < 0)

    @property
    def is_credit_positive(self) -> bool:
        """Whether payments seem to be negative numbers, and refunds positive ones."""
        return self.negatives >= _CREDIT_SHARE and len(self.cells) >= _FEWEST_CREDITS

    @cached_property
    def identifiers(self) -> float:
        """Share of cells that are whole numbers or codes."""
        return self.share(lambda text: bool(_WHOLE.fullmatch(text) or _CODE.fullmatch(text)))

    @cached_property
    def texts(self) -> float:
        """Share of cells with a word in them that are no codes."""
        return self.share(lambda text: _WORD.search(text) is not None and not _CODE.fullmatch(text))

    @cached_property
    def organisations(self) -> float:
        """Share of the different cells with a legal form, or a name that was withheld."""
        if not self.counts:
            return 0.0
        forms = _legal_forms()
        found = sum(
            any(word in forms for word in re.findall(r"[a-z]+", text.casefold()))
            or is_withheld(text)
            for text in self.counts
        )
        return found / len(self.counts)

    def samples(self, n: int = 3) -> tuple[str, ...]:
        """The first few different cells."""
        return tuple(
            text if len(text) <= 40 else f"{text[:37]}..." for text in list(self.counts)[:n]
        )
