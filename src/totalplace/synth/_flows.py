"""Payments between bodies, as the payer and as the payee report them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from totalplace.synth._lines import YEAR, Line, shared_by_weight, year_days
from totalplace.synth._published import income_file, return_file, spend_file
from totalplace.synth._world import Body, Flow, World

__all__ = ["MONTHS", "flow_lines", "month_days", "months_of", "names_of", "whole_thousands"]

MONTHS = tuple(date(2017 + (month > 12), (month - 1) % 12 + 1, 1) for month in range(4, 16))
"""First days of the months of the year."""

_LAST_MARCH = date(2017, 3, 1)
_REFUND_SHARE = 0.03
_SHORT_SHARE = 0.88


def month_days(first: date) -> tuple[date, date]:
    """First and last day of a month."""
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return first, following - timedelta(days=1)


def months_of(*bodies: Body) -> list[date]:
    """The months of the year in which all of these bodies exist."""
    return [
        month
        for month in MONTHS
        if all(
            (body.valid_from is None or body.valid_from <= month)
            and (body.valid_to is None or month < body.valid_to)
            for body in bodies
        )
    ]


def names_of(body: Body) -> tuple[str, ...]:
    """How published files write a body when they write it right."""
    return (body.name, body.name, body.name.upper(), *body.aliases)


def whole_thousands(body: Body) -> bool:
    """Whether an outturn body reports in whole thousands (else to the penny)."""
    return int(body.org_ids[-1]) % 2 == 1


def flow_lines(flow: Flow, total: int, *, world: World, rng: random.Random) -> list[Line]:
    """Both sides of one flow of the year, each where its body publishes it.

    Args:
        total: pence the payer pays in the year (for ``prior``: paid in the year before).
    """
    payer, payee = world.bodies[flow.payer], world.bodies[flow.payee]
    if payee.evidence == "ro" and whole_thousands(payee) and flow.kind != "contract":
        total = total // 100_000 * 100_000
    months = months_of(payer) if flow.receipt == "old_name" else months_of(payer, payee)
    months = _spread(months, flow.instalments)
    amounts = _instalments(total, len(months), rng)
    reference = ""
    if payer.evidence == "return" and flow.receipt in {"sum", "each"} and rng.random() < 0.5:
        reference = f"{flow.stream_id.upper()}/{flow.payee[:12].upper()}"
    lines: list[Line] = []
    if flow.receipt == "prior":
        lines.append(_paid(flow, payer, payee, total, _LAST_MARCH, reference, rng))
    elif flow.receipt not in {"only", "capped", "external"}:
        lines += [
            _paid(flow, payer, payee, amount, month, reference, rng)
            for month, amount in zip(months, amounts, strict=True)
        ]
        if flow.case == "negative_line":
            refund = -round(total * _REFUND_SHARE)
            lines.append(_paid(flow, payer, payee, refund, months[-2], reference, rng))
        if flow.receipt == "late":
            lines.append(_paid(flow, payer, payee, amounts[-1] + 731, _LAST_MARCH, "", rng))
    booked = sum(line.amount for line in lines)
    lines += _booked(flow, payer, payee, total, booked, amounts, months, reference, rng)
    return lines


def _spread(months: Sequence[date], count: int) -> list[date]:
    count = min(count, len(months))
    return [months[(2 * number + 1) * len(months) // (2 * count)] for number in range(count)]


def _instalments(total: int, count: int, rng: random.Random) -> list[int]:
    """Unequal instalments; a one-off payment stays whole."""
    weights = {f"{number:02d}": rng.randint(900, 1100) for number in range(count)}
    return [part for _, part in sorted(shared_by_weight(total, weights).items())]


def _period(month: date, flow: Flow, payer: Body) -> tuple[date, date]:
    if payer.evidence == "return" and flow.instalments == 1:
        return year_days("2016-17" if month == _LAST_MARCH else YEAR)
    return month_days(month)


def _paid(
    flow: Flow,
    payer: Body,
    payee: Body,
    amount: int,
    month: date,
    reference: str,
    rng: random.Random,
) -> Line:
    start, end = _period(month, flow, payer)
    is_return = payer.evidence == "return"
    day = date(month.year, month.month, rng.randint(1, 28))
    return Line(
        dataset="return" if is_return else "spend",
        file=return_file(payer) if is_return else spend_file(payer, day),
        body=payer.body_id,
        amount=amount,
        start=start,
        end=end,
        nature="recharge" if payer.body_id == payee.body_id else flow.nature,
        counterparty=payee.body_id,
        payee=payee.name if is_return else rng.choice(names_of(payee)),
        stream=flow.stream_id,
        kind=flow.kind,
        cap_rev=flow.cap_rev,
        basis=payer.basis if is_return else "gross",
        unit="Partnerships and contracts",
        expense=flow.name,
        day=day,
        reference=reference if is_return else _number(payer, rng),
        stream_text=flow.name,
        case="negative_line" if amount < 0 else "" if flow.case == "negative_line" else flow.case,
    )


def _number(payer: Body, rng: random.Random) -> str:
    """A transaction number: councils' systems use ten digits, smaller ones six."""
    if payer.evidence == "ro":
        return str(5_100_000_000 + rng.randrange(90_000_000))
    return str(100_000 + rng.randrange(800_000))


def _booked(
    flow: Flow,
    payer: Body,
    payee: Body,
    total: int,
    booked: int,
    amounts: Sequence[int],
    months: Sequence[date],
    reference: str,
    rng: random.Random,
) -> Iterator[Line]:
    if flow.receipt in {"none", "ro", "old_name"} or payee.evidence not in {"spend", "return"}:
        return
    start, end = year_days(YEAR)
    name = flow.other_name or flow.name

    def receipt(amount: int, start: date, end: date, reference: str = "") -> Line:
        return Line(
            dataset="return",
            file=income_file(payee),
            body=payee.body_id,
            amount=amount,
            start=start,
            end=end,
            side="in",
            nature="transfer",
            counterparty=payer.body_id,
            payee=rng.choice(names_of(payer)),
            stream=flow.stream_id,
            kind=flow.kind,
            cap_rev=flow.cap_rev,
            basis=payee.basis,
            reference=reference,
            stream_text=name,
            case=flow.case,
        )

    if flow.receipt == "late":
        last_march = amounts[-1] + 731
        for month, amount in zip(months, (last_march, *amounts[:-1]), strict=True):
            yield receipt(amount, *month_days(month))
    elif flow.receipt == "each":
        for month, amount in zip(months, amounts, strict=True):
            yield receipt(amount, *month_days(month), reference)
    elif flow.receipt == "short":
        yield receipt(round(booked * _SHORT_SHARE), start, end)
    elif flow.receipt in {"only", "capped", "external", "prior"}:
        yield receipt(total, start, end)
    else:
        yield receipt(booked, start, end, reference)
