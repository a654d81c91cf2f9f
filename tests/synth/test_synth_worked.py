"""The worked examples of the design, reproduced by the truth calculator. Pounds, not pence."""

from __future__ import annotations

from datetime import date

import pytest

from totalplace.synth._lines import Line
from totalplace.synth._rules import work_out
from totalplace.synth._truth import Totals

HERE = ("H",)
YEAR_DAYS = (date(2017, 4, 1), date(2018, 3, 31))


def out(body: str, amount: int, payee: str = "", **more: str) -> Line:
    nature = more.pop("nature", "transfer" if payee else "own")
    return Line(
        dataset=more.pop("dataset", "return"),
        file="",
        body=body,
        amount=amount,
        start=YEAR_DAYS[0],
        end=YEAR_DAYS[1],
        nature=nature,
        counterparty=payee,
        kind=more.pop("kind", "grant" if payee else ""),
        stream=f"{body}-{payee}",
        **more,
    )


def gets(body: str, amount: int, funder: str = "", **more: str) -> Line:
    return Line(
        dataset="return",
        file="",
        body=body,
        amount=amount,
        start=YEAR_DAYS[0],
        end=YEAR_DAYS[1],
        side="in",
        nature=more.pop("nature", "transfer"),
        counterparty=funder,
        stream=f"{funder}-{body}",
        **more,
    )


def count(
    lines: list[Line],
    *,
    voted: str = "",
    people: dict[str, int] | None = None,
    areas: dict[str, tuple[str, ...]] | None = None,
) -> Totals:
    bodies = {line.body for line in lines} | {line.counterparty for line in lines}
    truth = work_out(
        lines,
        areas={body: HERE for body in bodies if body} | (areas or {}),
        zones={},
        people=people or {"H": 1},
        voted=voted.split(),
    )
    return truth.totals(HERE)


EXAMPLES = {
    "department pays council": (
        [out("D", 90, "C"), out("D", 10), out("C", 150), gets("C", 90, "D"), gets("C", 60)],
        "D",
        (250, 90, 160, 160),
    ),
    "council booked less than was paid": (
        [out("D", 90, "C"), out("D", 10), out("C", 140), gets("C", 80, "D"), gets("C", 60)],
        "D",
        (240, 90, 150, 160),
    ),
    "cycle": (
        [
            out("C", 30, "N", nature="purchase"),
            out("C", 90),
            gets("C", 100),
            gets("C", 20, "N"),
            out("N", 20, "C", nature="purchase"),
            out("N", 210),
            gets("N", 200),
            gets("N", 30, "C"),
        ],
        "",
        (350, 50, 300, 300),
    ),
    "two departments, a quango and a college": (
        [
            out("D1", 500),
            out("D1", 100, "C"),
            out("C", 150),
            gets("C", 100, "D1"),
            gets("C", 50),
            out("D2", 80, "Q"),
            out("Q", 75, "K"),
            out("Q", 5),
            gets("Q", 80, "D2"),
            out("K", 85),
            gets("K", 75, "Q"),
            gets("K", 10),
        ],
        "D1 D2 Q",
        (995, 255, 740, 740),
    ),
    "the college is outside": (
        [out("D2", 80, "Q"), out("Q", 75, "K"), out("Q", 5), gets("Q", 80, "D2")],
        "D2 Q",
        (160, 80, 80, 80),
    ),
    "reserves": (
        [
            out("D", 90, "C"),
            out("C", 110),
            gets("C", 90, "D"),
            gets("C", 20, nature="financing"),
        ],
        "D",
        (200, 90, 110, 110),
    ),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_worked_example(name: str) -> None:
    lines, voted, expected = EXAMPLES[name]
    totals = count(lines, voted=voted)
    found = (totals.gross, totals.eliminated, totals.net, totals.funder_view)
    assert found == expected


def test_grants_to_other_places_never_enter_gross() -> None:
    lines = [
        out("D", 12, "C"),
        out("D", 88, "E"),
        out("D", 50),
        out("C", 20),
        gets("C", 12, "D"),
        gets("C", 8),
        out("E", 88),
        gets("E", 88, "D"),
    ]
    totals = count(
        lines,
        voted="D",
        people={"H": 10, "O": 90},
        areas={"D": ("H", "O"), "E": ("O",)},
    )
    assert totals == Totals(
        gross=37, eliminated=12, net=25, funder_view=25, reserves_drawn=0, people=10
    )


def test_levy_is_taken_out_over_the_area_of_its_receiver() -> None:
    # Two districts pay 60 and 40 to an authority that serves both; 1 in 4 people lives here.
    lines = [
        out("C", 60, "L", dataset="ro", kind="levy"),
        out("C", 10, dataset="ro"),
        out("E", 40, "L", dataset="ro", kind="levy"),
        out("E", 10, dataset="ro"),
        out("L", 100, dataset="ro"),
    ]
    totals = count(lines, people={"H": 1, "O": 3}, areas={"L": ("H", "O"), "E": ("O",)})
    # gross 60 + 10 + 100 x 1/4; eliminated (60 + 40) x 1/4
    assert (totals.gross, totals.eliminated) == (95, 25)


def test_outturn_is_net_of_contracts_but_not_of_grants() -> None:
    lines = [
        out("N", 30, "C", kind="contract"),
        out("N", 20, "C", kind="grant"),
        out("N", 5),
        out("C", 90, dataset="ro"),
    ]
    assert count(lines).eliminated == 20


def test_one_sided_receipt_is_inferred_and_capped() -> None:
    lines = [
        out("P", 40),
        out("K", 100),
        gets("K", 55, "P"),
        out("C", 500, dataset="ro"),
        gets("K", 30, "C"),
    ]
    totals = count(lines)
    # 40 of the 55 (P spends no more), and all 30 of the council's
    assert (totals.gross, totals.eliminated) == (640, 70)


def test_receipt_of_last_years_payment_is_not_inferred() -> None:
    last_year = Line(
        dataset="return",
        file="",
        body="P",
        amount=55,
        start=date(2016, 4, 1),
        end=date(2017, 3, 31),
        nature="transfer",
        counterparty="K",
        kind="grant",
        stream="P-K",
    )
    lines = [last_year, out("P", 40), out("K", 100), gets("K", 55, "P")]
    assert count(lines).eliminated == 0


def test_payroll_agency_and_self_payments() -> None:
    lines = [
        out("T", 100, dataset="spend", nature="payroll", payee="F", kind=""),
        out("T", 70, dataset="spend", nature="agency", payee="C", kind="precept"),
        out("T", 9, "T", dataset="spend", nature="purchase", kind="contract"),
        out("T", 50, dataset="spend"),
        out("F", 30),
    ]
    totals = count(lines)
    assert (totals.gross, totals.eliminated) == (180, 0)
