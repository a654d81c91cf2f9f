"""A proposal for a header that nobody knows: field by field a column, with reasons and samples."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, replace

from totalplace.sources._amounts import read_amount
from totalplace.sources._columns import header_key, spend_fields
from totalplace.sources._mapping_layout import FROM_NAME, Layout, column_at, title_of
from totalplace.sources._mapping_values import ColumnValues, glued
from totalplace.sources._mapping_words import exact_field, leaning, word_scores

__all__ = [
    "CONFIDENT",
    "Choice",
    "Drift",
    "Missing",
    "Proposal",
    "Unused",
    "columns_of_sample",
    "propose",
]

CONFIDENT = 0.6
"""Payee, date and amount are taken with ``--yes`` only if each is at least so confident."""

_LEAST_OPTIONAL = 0.3
_FIELD_TITLES = {field.name: field.title for field in spend_fields()}
_DATES = ("payment_date", "effective_date")
_MONEY = ("amount", "gross", "vat")
_TEXTS = ("unit", "expense", "class_label", "cap")
_CODES = ("transaction_no", "payee_other_id", "class_code")
_SAME_KIND = (_DATES, _MONEY, ("payee", "body", *_TEXTS), _CODES)
_VAT_RATES = 0.95
_BY_VALUES = frozenset({"payee", "amount", *_DATES})
_LEAST_WORDS, _SURE_WORDS = 0.2, 0.5


@dataclass(frozen=True)
class Choice:
    """One field's column.

    Attributes:
        confidence: 0 to 1.
        reasons: in words.
        samples: up to three of its values.
    """

    field: str
    index: int
    title: str
    confidence: float
    reasons: tuple[str, ...]
    samples: tuple[str, ...]


@dataclass(frozen=True)
class Missing:
    """A field without which a file cannot be read, and why it was not found."""

    field: str
    why: str

    def __str__(self) -> str:
        return f"{_FIELD_TITLES[self.field]}: {self.why}"


@dataclass(frozen=True)
class Drift:
    """What has changed against a layout that is known.

    Attributes:
        field: the field.
        title: its column now.
        was: its column in that layout.
        known_as: what that layout is called.
        why: why it is taken for the same.
    """

    field: str
    title: str
    was: str
    known_as: str
    why: str

    def __str__(self) -> str:
        return f"{self.title!r} stands for {self.was!r} of {self.known_as}: {self.why}"


@dataclass(frozen=True)
class Unused:
    """A column that is not used, and why."""

    index: int
    title: str
    why: str


@dataclass(frozen=True)
class Proposal:
    """What the columns of a file seem to be.

    Attributes:
        where: the file and member, for messages.
        layout: as it would be saved.
        choices: the mapped fields.
        unused: the other columns.
        missing: what was not found, or not told confidently.
        drift: what has changed against a layout that is known.
    """

    where: str
    layout: Layout
    choices: tuple[Choice, ...]
    unused: tuple[Unused, ...]
    missing: tuple[Missing, ...]
    drift: tuple[Drift, ...]

    @property
    def is_complete(self) -> bool:
        """Whether payee, date and amount are told confidently."""
        return not self.missing


@dataclass(frozen=True)
class _Fit:
    """How well the values of a column fit a field, and whether they alone prove it."""

    value: float
    reason: str
    is_proof: bool = False


def columns_of_sample(
    header: Sequence[str], below: Sequence[Sequence[str]], needed: Container[int] | None = None
) -> tuple[ColumnValues, ...]:
    """The cells under each column of a header; none under those that are not needed."""
    return tuple(
        ColumnValues(
            tuple(text for row in below if index < len(row) and (text := row[index].strip()))
            if needed is None or index in needed
            else (),
            len(below),
        )
        for index in range(len(header))
    )


def propose(
    header: Sequence[str],
    below: Sequence[Sequence[str]],
    *,
    where: str,
    name: str,
    header_row: int,
    is_month_named: bool,
    like: Mapping[str, str],
    like_name: str = "",
    is_body: Callable[[str], bool] = lambda _: False,
) -> Proposal:
    """Tell the columns of a table by their headers' words and by their values.

    Args:
        below: a sample of the records below the header.
        name: what to call the layout.
        header_row: the record of the header, from 1.
        is_month_named: whether the name of the file or sheet states a month.
        like: field -> title in a layout that is known and has most of these headers.
        like_name: what that layout is called.
        is_body: whether a text is the name of a public body.
    """
    columns = columns_of_sample(header, below)
    fits = [_fits(values, text) for values, text in zip(columns, header, strict=True)]
    _tell_money_apart(fits, below)
    for values, found in zip(columns, fits, strict=True):
        if "body" in found and is_body(values.cells[0]):
            reason = f"every record says {values.cells[0]!r}, which is a public body"
            found["body"] = _Fit(1.0, reason, is_proof=True)
    titles = [title_of(header, index) for index in range(len(header))]
    kept = {
        field: index
        for field, title in like.items()
        if (index := column_at(header, title)) is not None
    }
    choices: dict[str, Choice] = {}
    taken: set[int] = set()
    for field, index in kept.items():
        value = fits[index].get(field)
        if value is not None and value.value >= CONFIDENT / 2:
            reason = f"so it is called in {like_name}"
            choices[field] = _choice(field, index, titles, columns, 0.95, (reason, value.reason))
            taken.add(index)
    drift: list[Drift] = []
    order = [*_MONEY, *_DATES, "payee", *_CODES, "unit", "expense", "class_label", "cap", "body"]
    ranked = sorted(
        (
            (_rank(fits[index].get(field), header[index], field), -index, field)
            for field in order
            for index in range(len(header))
            if field not in choices and index not in taken
        ),
        reverse=True,
    )
    for rank, minus, field in ranked:
        index = -minus
        if rank <= 0 or field in choices or index in taken:
            continue
        choice = _judged(field, index, header, titles, columns, fits, taken)
        if choice.confidence < _LEAST_OPTIONAL:
            continue
        if field in like and field not in kept:
            drift.append(Drift(field, choice.title, like[field], like_name, choice.reasons[-1]))
        choices[field] = choice
        taken.add(index)
    return _proposal(
        header,
        columns,
        fits,
        choices,
        titles,
        where=where,
        name=name,
        header_row=header_row,
        is_month_named=is_month_named,
        drift=drift,
    )


def _proposal(
    header: Sequence[str],
    columns: Sequence[ColumnValues],
    fits: Sequence[Mapping[str, _Fit]],
    choices: dict[str, Choice],
    titles: Sequence[str],
    *,
    where: str,
    name: str,
    header_row: int,
    is_month_named: bool,
    drift: Sequence[Drift],
) -> Proposal:
    shape, date_order = "plain", "day_first"
    if "payee" in choices:
        shape = glued(columns[choices["payee"].index].cells)
        if shape != "plain":
            choices.pop("payee_other_id", None)
    sign = "debit_positive"
    paid = choices.get("amount")
    if paid is not None and columns[paid.index].is_credit_positive:
        sign = "credit_positive"
        share = f"{columns[paid.index].negatives:.0%} of its values are negative: they are taken as"
        reason = f"{share} payments, and positive ones as refunds"
        choices["amount"] = replace(paid, reasons=(*paid.reasons, reason))
    orders = {columns[choices[field].index].date_order for field in _DATES if field in choices}
    if "month_first" in orders:
        date_order = "month_first"
    has_date = any(choices[field].confidence >= CONFIDENT for field in _DATES if field in choices)
    period = FROM_NAME if is_month_named and not any(field in choices for field in _DATES) else ""
    missing = [
        _missing(field, choices.get(field), columns, titles)
        for field in ("payee", "amount")
        if field not in choices or choices[field].confidence < CONFIDENT
    ]
    if not has_date and not period:
        dated = next((choices[field] for field in _DATES if field in choices), None)
        missing.append(_missing("payment_date", dated, columns, titles))
    if date_order == "month_first" and "day_first" in orders:
        why = "its columns have days and months in different orders"
        missing.append(Missing("payment_date", why))
    used = {choice.index for choice in choices.values()}
    order = [field.name for field in spend_fields()]
    return Proposal(
        where=where,
        layout=Layout(
            name=name,
            headers=tuple(cell.strip() for cell in header),
            columns={field: choices[field].title for field in order if field in choices},
            amount_sign=sign,
            date_order=date_order,
            payee_shape=shape,
            period=period,
            header_row=header_row,
        ),
        choices=tuple(choices[field] for field in order if field in choices),
        unused=tuple(
            Unused(index, titles[index], _why_unused(columns[index], fits[index], header[index]))
            for index in range(len(header))
            if index not in used and (header_key(header[index]) or columns[index].cells)
        ),
        missing=tuple(missing),
        drift=tuple(drift),
    )


def _fits(values: ColumnValues, text: str) -> dict[str, _Fit]:
    """Field -> how well the values of a column fit it."""
    if not values.cells:
        return {}
    found: dict[str, _Fit] = {}
    filled = min(1.0, 0.5 + values.filled)
    order = values.date_order
    if order == "mixed":
        return {}
    if order:
        how = "with the month first" if order == "month_first" else f"such as {values.cells[0]!r}"
        found |= dict.fromkeys(_DATES, _Fit(filled, f"its values are dates {how}"))
    elif values.money > 0.9 and not values.has_decimal_commas:
        by_words = word_scores(text)
        told = max((by_words.get(field, 0.0) for field in _MONEY), default=0.0)
        is_money = values.has_pence or told > 0.3
        weight = filled * values.money * (1.0 if is_money else 0.3)
        reason = "its values are amounts" if is_money else "its values are whole numbers"
        found |= dict.fromkeys(_MONEY, _Fit(weight, reason))
    is_code = values.identifiers > 0.9 and not order and not values.has_pence
    # what every record says is the number of none of them
    if is_code and not (values.is_constant and len(values.cells) > 1):
        reason = "its values are numbers or codes"
        found |= dict.fromkeys(_CODES, _Fit(0.9, reason))
    if values.texts > 0.6:
        is_named = min(1.0, values.organisations * 2.2)
        share = f"{values.organisations:.0%} of its names have a legal form or are withheld"
        spread = min(1.0, values.distinct * 2)
        # one payee in all records is a short file only where the header says that it is the payee
        is_told = word_scores(text).get("payee", 0.0) > _SURE_WORDS
        found["payee"] = _Fit(
            values.texts
            * (0.75 * is_named + 0.25 * spread)
            * float(is_told or not values.is_constant),
            share,
        )
        plain = values.texts * (1 - 0.8 * is_named)
        reason = f"its values are text, {len(values.counts):,} different ones"
        found |= dict.fromkeys(_TEXTS, _Fit(plain, reason))
        if values.is_constant:
            found["body"] = _Fit(0.9, f"every record says {values.cells[0]!r}")
        elif exact_field(header_key(text)) == "body":
            # also where a note below the records stands in this column
            found["body"] = _Fit(0.9, reason)
    return found


def _tell_money_apart(fits: list[dict[str, _Fit]], below: Sequence[Sequence[str]]) -> None:
    """Where one column is the sum of two others it is the gross, and the smaller one the VAT."""
    money = [index for index, found in enumerate(fits) if found.get("amount")]
    if not 3 <= len(money) <= 6:
        return
    rows = [
        [read_amount(row[index])[0] if index < len(row) else None for index in money]
        for row in below
    ]
    rows = [row for row in rows if sum(one is not None for one in row) >= 2]
    for gross in range(len(money)):
        for net in range(len(money)):
            for vat in range(len(money)):
                if len({gross, net, vat}) < 3 or not rows:
                    continue
                held = sum((row[net] or 0) + (row[vat] or 0) == (row[gross] or 0) for row in rows)
                larger = sum(abs(row[net] or 0) for row in rows) > sum(
                    abs(row[vat] or 0) for row in rows
                )
                some_vat = any(row[vat] for row in rows)
                if held >= _VAT_RATES * len(rows) and larger and some_vat:
                    names = zip(("amount", "vat", "gross"), (net, vat, gross), strict=True)
                    reason = "net and VAT sum to the gross in the records"
                    for field, at in names:
                        fits[money[at]] = {field: _Fit(1.0, reason, is_proof=True)}
                    return


def _rank(fit: _Fit | None, text: str, field: str) -> float:
    if fit is None:
        return 0.0
    words = _words(text, field)
    # a field that a file can do without is not told by the kind of its values alone
    if field not in _BY_VALUES and words < _LEAST_WORDS and not fit.is_proof:
        return 0.0
    if field == "effective_date" and words < _SURE_WORDS:
        return 0.0
    lean = {1: 1.2, 0: 1.0, -1: 0.6}[leaning(text, field)]
    return fit.value * (0.5 + 0.5 * words) * lean


def _words(text: str, field: str) -> float:
    """How much the words speak for a field, among those that the same values could be."""
    scores = word_scores(text)
    own = scores.get(field, 0.0)
    if not own or exact_field(header_key(text)):
        return own
    rivals = next(kinds for kinds in _SAME_KIND if field in kinds)
    among = sum(scores.get(one, 0.0) for one in rivals)
    known = sum(scores.values())
    return own / among * known if among else 0.0


def _judged(
    field: str,
    index: int,
    header: Sequence[str],
    titles: Sequence[str],
    columns: Sequence[ColumnValues],
    fits: Sequence[Mapping[str, _Fit]],
    taken: set[int],
) -> Choice:
    fit = fits[index][field]
    own = _rank(fit, header[index], field)
    others = [
        (_rank(fits[other].get(field), header[other], field), other)
        for other in range(len(header))
        if other != index
        and other not in taken
        and exact_field(header_key(header[other])) in {None, field}
    ]
    second, rival = max(others, default=(0.0, -1))
    alone = min(1.0, 2 * max(0.0, own - second) / own) if own else 0.0
    words = _words(header[index], field)
    confidence = fit.value * (0.4 + 0.6 * min(1.0, 0.8 * alone + 0.5 * words))
    if leaning(header[index], field) < 0:
        confidence *= 0.85
    reasons = []
    if exact_field(header_key(header[index])) == field:
        reasons.append("its header is a published one")
        confidence = max(confidence, 0.9 * min(1.0, fit.value + 0.2))
    elif words >= _LEAST_WORDS:
        reasons.append(f"its header speaks of: {_FIELD_TITLES[field]}")
    if alone < 0.5 and rival >= 0 and second > 0:
        reasons.append(f"{titles[rival]!r} could be it too")
        if field == "amount":
            # the wrong one of two would be a wrong total
            confidence = min(confidence, CONFIDENT - 0.01)
    return _choice(field, index, titles, columns, confidence, (*reasons, fit.reason))


def _choice(
    field: str,
    index: int,
    titles: Sequence[str],
    columns: Sequence[ColumnValues],
    confidence: float,
    reasons: tuple[str, ...],
) -> Choice:
    rounded = round(min(confidence, 1.0), 2)
    return Choice(field, index, titles[index], rounded, reasons, columns[index].samples())


def _missing(
    field: str, choice: Choice | None, columns: Sequence[ColumnValues], titles: Sequence[str]
) -> Missing:
    if choice is not None:
        return Missing(
            field,
            f"{choice.title!r} may be it, but the confidence is only"
            f" {choice.confidence:.2f} ({'; '.join(choice.reasons)})",
        )
    for name, values in zip(titles, columns, strict=True):
        if field in _DATES and values.date_order == "mixed":
            why = f"{name!r} holds dates with the day first and with the month first"
            return Missing(field, why)
        if field == "amount" and values.has_decimal_commas:
            return Missing(field, f"{name!r} has a comma before the pence, which is not read")
    kinds = {"payee": "names of organisations", "amount": "amounts"}
    return Missing(field, f"no column of {kinds.get(field, 'dates')} was found")


def _why_unused(values: ColumnValues, fits: Mapping[str, _Fit], text: str) -> str:
    if not values.cells:
        return "it is empty"
    if values.date_order == "mixed":
        return "its dates have days and months in both orders"
    if values.has_decimal_commas:
        return "its amounts have a comma before the pence"
    reasons = sorted({fit.reason for fit in fits.values()})
    shown = f"{'; '.join(reasons) or 'its values are of no kind that is read'}"
    return f"{shown}, and {text.strip() or 'no header'!r} names no field that is still open"
