"""What bodies pay to everybody else: suppliers, staff, lenders, people, card banks."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from totalplace.synth import _names
from totalplace.synth._flows import month_days, months_of, names_of
from totalplace.synth._lines import Line, shared_by_weight
from totalplace.synth._published import spend_file
from totalplace.synth._world import Body, World, rows_of

__all__ = ["CARD_BANK", "LENDER", "STAFF", "payment_lines"]

STAFF = "Staff payroll account"
LENDER = "Thrumdale Lending Society"
CARD_BANK = "thistledown-cards"
_REVENUE = "albermarch-revenue"
_PENSIONS = "marlbrook-pension-fund"

# Shares of what a body pays: net pay, PAYE, pensions; the rest buys.
_PAY_SHARE = {
    "nhs_ccg": 0.04,
    "nhs_trust": 0.6,
    "college": 0.6,
    "academy_trust": 0.68,
    "housing_association": 0.28,
}
_OTHER_PAY_SHARE = 0.42
_COUNCIL_TAX_AND_PENSIONS_SHARE = 0.09
_PAID_OVER = {"paye": 0.2, "pension": 0.17}
_VAT_SHARE = 0.012
_PFI = {
    "marlbrook-hospitals": ("tarnhealth-pfi", "Estates", "Hospital buildings unitary charge"),
    "marlbrook-mind-trust": ("tarnhealth-pfi", "Estates", "Hospital buildings unitary charge"),
    "fennick-ostwick-hospitals": ("tarnhealth-pfi", "Estates", "Hospital buildings unitary charge"),
    "quillmere-council": ("bricklade-pfi", "Schools", "School buildings unitary charge"),
    "tarnholt-council": (
        "lumenway-pfi",
        "Roads and Lighting",
        "Street lighting unitary charge",
    ),
}
_PFI_SHARE = 0.03
_CARD_BODIES = ("marlbrook-hospitals", "quillmere-college", "quillmere-homes", "quillmere-council")
_CARD_SHARE = 0.004
_CARD_LINES_A_MONTH = 28
_LOAN_SHARE = 0.05
_LOAN_KINDS = ("housing_association",)
_NEGATIVE_SHARE, _TWICE_SHARE = 0.035, 0.018
_PERSON_SHARE, _REDACTED_SHARE = 0.03, 0.07
_AFTER_YEAR_END = 17
"""Every so many payments of March, one is made in April."""


@dataclass(frozen=True)
class _Service:
    unit: str
    expense: str
    weight: float
    function: str
    label: str
    code: str


def payment_lines(
    body: Body, total: int, *, world: World, suppliers: list[str], rng: random.Random
) -> list[Line]:
    """All payments of one body in the year that are not to bodies it has a flow to.

    Args:
        total: pence they come to, nearly.
        suppliers: names to choose from.
    """
    payer = _Payer(body, rng)
    is_council = body.evidence == "ro"
    months = months_of(body)
    pay = _COUNCIL_TAX_AND_PENSIONS_SHARE if is_council else _pay_share(body)
    lines: list[Line] = []
    spent = 0
    for part, share in _pay_parts(pay, is_council):
        lines += payer.monthly(round(total * share), months, **_PAY[part])
    lines += payer.monthly(
        -round(total * _VAT_SHARE),
        months,
        counterparty=_REVENUE,
        unit="Finance",
        expense="VAT recovered for the month",
        nature="own",
        case="vat_refund",
    )
    if body.body_id in _PFI:
        company, unit, expense = _PFI[body.body_id]
        lines += payer.monthly(
            round(total * _PFI_SHARE),
            months,
            counterparty=company,
            unit=unit,
            expense=expense,
            nature="purchase",
            case="pfi_charge",
        )
    if body.kind in _LOAN_KINDS:
        lines += payer.monthly(
            round(total * _LOAN_SHARE),
            months,
            payee=LENDER,
            unit="Finance",
            expense="Loan principal repayment",
            nature="financing",
            case="financing",
        )
    if body.body_id in _CARD_BODIES:
        lines += payer.cards(round(total * _CARD_SHARE), months, suppliers)
    lines = [_named(line, world, rng) for line in lines]
    spent = sum(line.amount for line in lines if line.nature not in {"recharge", "financing"})
    lines += payer.purchases(total - spent, max(body.lines - len(lines), 40), months, suppliers)
    return lines


def _pay_share(body: Body) -> float:
    return _PAY_SHARE.get(body.kind, _OTHER_PAY_SHARE)


def _pay_parts(share: float, is_council: bool) -> Iterator[tuple[str, float]]:
    # Councils pay staff outside the supplier file; what they pay over is in it.
    if not is_council:
        yield "net", share * (1 - sum(_PAID_OVER.values()))
    for part, portion in _PAID_OVER.items():
        yield part, share * (portion if not is_council else 0.5)


_PAY: Mapping[str, Mapping[str, str]] = {
    "net": {
        "payee": STAFF,
        "unit": "Payroll",
        "expense": "Net pay",
        "nature": "payroll",
    },
    "paye": {
        "counterparty": _REVENUE,
        "unit": "Payroll",
        "expense": "PAYE and insurance paid over",
        "nature": "payroll",
        "case": "payroll_paid_over",
    },
    "pension": {
        "counterparty": _PENSIONS,
        "unit": "Payroll",
        "expense": "Employer pension contributions",
        "nature": "payroll",
        "case": "pension_paid_over",
    },
}


def _named(line: Line, world: World, rng: random.Random) -> Line:
    """A payment to a registered body gets one of the body's names."""
    if not line.counterparty or line.payee:
        return line
    return replace(line, payee=rng.choice(names_of(world.bodies[line.counterparty])))


class _Payer:
    """Makes one body's payments; holds nothing but the body and the dice."""

    def __init__(self, body: Body, rng: random.Random) -> None:
        self._body = body
        self._rng = rng
        start = 5_100_000_000 if body.evidence == "ro" else 100_000
        self._numbers = itertools.count(start + rng.randrange(50_000), 7)

    def line(self, amount: int, month: date, *, is_card: bool = False, **more: Any) -> Line:
        start, end = month_days(month)
        day = date(month.year, month.month, self._rng.randint(1, end.day))
        return Line(
            dataset="spend",
            file=spend_file(self._body, month, is_card=is_card),
            body=self._body.body_id,
            amount=amount,
            start=start,
            end=end,
            day=day,
            reference=str(next(self._numbers)),
            **more,
        )

    def monthly(self, total: int, months: list[date], **more: Any) -> list[Line]:
        """One payment a month of slightly unequal size."""
        weights = {month.isoformat(): self._rng.randint(950, 1050) for month in months}
        amounts = shared_by_weight(total, weights)
        return [self.line(amounts[month.isoformat()], month, **more) for month in months]

    def cards(self, total: int, months: list[date], suppliers: list[str]) -> list[Line]:
        """Card purchases, and the payments to the card bank that settle them month by month."""
        lines: list[Line] = []
        for month in months:
            weights = {
                f"{number:03d}": self._rng.randint(1, 400) for number in range(_CARD_LINES_A_MONTH)
            }
            amounts = shared_by_weight(total // len(months), weights)
            lines += [
                self.line(
                    amount,
                    month,
                    is_card=True,
                    payee=self._rng.choice(suppliers),
                    unit="Purchase card lines",
                    expense="Card purchase",
                    nature="recharge",
                    case="card_line",
                )
                for amount in amounts.values()
            ]
            lines.append(
                self.line(
                    sum(amounts.values()),
                    month,
                    counterparty=CARD_BANK,
                    unit="Finance",
                    expense="Settlement of card purchases",
                    nature="purchase",
                    case="purchase_card",
                )
            )
        return lines

    def purchases(
        self, total: int, count: int, months: list[date], suppliers: list[str]
    ) -> list[Line]:
        """Payments to suppliers, people and withheld payees, of very unequal size."""
        rng = self._rng
        services = _services(self._body)
        weights = [rng.lognormvariate(0, 1.5) for _ in range(count)]
        signs = [-1 if rng.random() < _NEGATIVE_SHARE else 1 for _ in range(count)]
        scale = total / sum(weight * sign for weight, sign in zip(weights, signs, strict=True))
        chosen = rng.choices(services, [service.weight for service in services], k=count)
        pool = suppliers[: max(60, count // 6)]
        lines: list[Line] = []
        for number, (weight, sign, service) in enumerate(zip(weights, signs, chosen, strict=True)):
            amount = max(round(weight * scale), 1) * sign
            payee, kind = self._payee(pool)
            case = {"individual": "individual", "redacted": "redaction"}.get(kind, "")
            line = self.line(
                amount,
                months[number % len(months)],
                payee=payee,
                payee_kind=kind,
                unit=service.unit,
                expense=service.expense,
                function=service.function,
                nature="purchase",
                case="negative_line" if amount < 0 else case,
                cell=f"{service.label}|{service.code}",
            )
            if self._body.style == "trafford" and number % _AFTER_YEAR_END == 0:
                line = _after_year_end(line)
            lines.append(line)
            if rng.random() < _TWICE_SHARE:
                lines.append(replace(line, case="genuine_duplicate"))
        return lines

    def _payee(self, pool: list[str]) -> tuple[str, str]:
        draw = self._rng.random()
        if draw < _PERSON_SHARE:
            return _names.person(self._rng), "individual"
        if draw < _PERSON_SHARE + _REDACTED_SHARE:
            return _names.redaction(self._rng), "redacted"
        return self._rng.choice(pool), "organisation"


def _after_year_end(line: Line) -> Line:
    """Paid in April for March: the accounting period of the file decides the year."""
    if line.start.month != 3:
        return line
    return replace(line, day=line.end + timedelta(days=4), case=line.case or "paid_after_year_end")


def _services(body: Body) -> list[_Service]:
    kinds = {row["kind"] for row in rows_of("services")}
    kind = "council" if body.evidence == "ro" else body.kind if body.kind in kinds else "other"
    return [
        _Service(
            row["unit"],
            row["expense"],
            float(row["weight"]),
            row["function"],
            row["proclass_label"],
            row["proclass_code"],
        )
        for row in rows_of("services")
        if row["kind"] == kind
    ]
