"""Lines from published payments, and the rules that place them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa
import pytest
from northland import ALDER, SCHEMAS, YEAR, Row, paid

from totalplace.classify import SpendRules, fold, grouped
from totalplace.count._payees import Payees
from totalplace.count._registers import Registers
from totalplace.count._spend import each_line, place_kinds
from totalplace.engine import Engine
from totalplace.model import PayeeMatch

ANY = {"unit_pattern": "*", "expense_pattern": "*", "payee_pattern": "*"}


def rule(priority: int, body_id: str = "*", /, **facts: Any) -> Row:
    base = {"body_id": body_id, "nature": "purchase", "ro_code": None, "cap_rev": "cur"}
    return {**base, **ANY, "priority": priority, **facts}


def found_nature(rules: list[Row], body_id: str, **texts: str) -> str | None:
    """The nature that the rules give a line with these texts."""
    own = SpendRules(rules).of(body_id)
    names = ("unit", "expense", "payee")
    decided = own.find({name: own.text_class(name, texts.get(name)) for name in names})
    return None if decided is None else decided["nature"]


def test_texts_are_compared_folded() -> None:
    assert fold("  Adult   SOCIAL\ncare ") == "adult social care"
    assert fold(None) == ""


def test_the_highest_priority_that_fits_decides_then_the_payers_own() -> None:
    rules = [
        rule(10, nature="own"),
        rule(20, nature="payroll", payee_pattern="HMRC*"),
        rule(20, "alder-council", nature="agency", payee_pattern="HMRC VAT*"),
        rule(20, "birch-council", nature="financing", payee_pattern="*"),
    ]
    assert found_nature(rules, "alder-council", payee="Acme") == "own"
    assert found_nature(rules, "alder-council", payee="hmrc  paye") == "payroll"
    assert found_nature(rules, "alder-council", payee="HMRC VAT") == "agency"
    assert found_nature(rules, "cedar-council", payee="HMRC VAT") == "payroll"
    assert found_nature(rules, "birch-council", payee="HMRC VAT") == "financing"


def test_a_rule_needs_all_its_texts_and_only_the_star_is_special() -> None:
    rules = [rule(5, nature="transfer", unit_pattern="Waste (DISPOSAL)", expense_pattern="*Levy*")]
    assert found_nature(rules, "x", unit="waste (disposal)", expense="the levy") == "transfer"
    assert found_nature(rules, "x", unit="waste disposal", expense="the levy") is None
    assert found_nature(rules, "x", unit="waste (disposal)") is None
    assert found_nature([rule(5, expense_pattern="")], "x", expense="anything") == "purchase"
    assert found_nature([], "x", payee="Acme") is None


def test_a_text_may_fit_several_patterns() -> None:
    rules = [
        rule(9, nature="agency", payee_pattern="*council*", unit_pattern="precepts"),
        rule(8, nature="recharge", payee_pattern="alder*"),
    ]
    assert found_nature(rules, "x", payee="Alder Council", unit="Precepts") == "agency"
    assert found_nature(rules, "x", payee="Alder Council", unit="Roads") == "recharge"


# --- lines -------------------------------------------------------------------------------------

RULES = [
    rule(1, nature="purchase", ro_code="190", unit_pattern="schools"),
    rule(5, nature="own", ro_code="290", unit_pattern="roads", cap_rev="cap"),
    rule(9, nature="transfer", ro_code="724", expense_pattern="*levy*"),
    rule(9, nature="purchase", ro_code="724", expense_pattern="skips"),
    rule(20, nature="payroll", payee_pattern="HMRC*"),
    rule(9, nature="benefit", expense_pattern="rent allowance*"),
    rule(8, "birch-council", nature="financing", unit_pattern="schools"),
]
CODES = {
    "724": {"stream_id": "waste-levy", "class_code": "724"},
    "190": {"stream_id": None, "class_code": "190"},
}
FUNCTIONS = {
    ("ro_line", "190"): {"09.1": 300, "09.2": 700},
    ("proclass", "321000"): {"04.5": 1},
}


def lines(
    engine: Engine, north: Registers, *rows: Row, headline: set[tuple[str, str]] | None = None
) -> list[dict[str, Any]]:
    full = [
        {"source_id": "s", "member": "", "row_no": number, "column_no": 0, **row}
        for number, row in enumerate(rows, start=2)
    ]
    spend = engine.memory(pa.Table.from_pylist(full, schema=SCHEMAS["spend"]))
    names = {(row["body_id"], row["payee_text"]) for row in rows if row["payee_text"]}
    known = {"Alder College": "alder-college", "J. Smith": None}
    shared = {
        name: PayeeMatch(
            name,
            name.casefold(),
            "individual" if name == "J. Smith" else "organisation",
            known.get(name),
            1.0,
            "test",
        )
        for _, name in sorted(names)
    }
    schema = pa.schema([("body_id", pa.string()), ("payee_text", pa.string())])
    pairs = [{"body_id": body, "payee_text": name} for body, name in sorted(names)]
    payees = Payees(shared, {}, pa.Table.from_pylist(pairs, schema=schema))
    placed = place_kinds(
        engine,
        grouped({"spend": spend}),
        year=YEAR,
        payees=payees,
        rules=SpendRules(RULES),
        codes=CODES,
        functions=FUNCTIONS,
        headline=frozenset(headline or ()),
        registers=north,
    )
    return engine.to_arrow(each_line(spend, placed).order_by("row_no")).to_pylist()


@pytest.fixture(scope="module")
def placed(shared_engine: Engine, north: Registers) -> list[dict[str, Any]]:
    rows = [
        paid("alder-council", "Acme", 100, unit_text="Schools"),
        paid("alder-council", "Alder College", -40, unit_text="Roads"),
        paid("alder-council", "Waste Co", 7, expense_text="Waste Levy 2017"),
        paid("alder-council", "Waste Co", 8, expense_text="Skips"),
        paid("alder-council", "HMRC PAYE", 9, unit_text="Schools"),
        paid("alder-council", None, 11),  # a payee that nobody names
        paid("alder-council", "J. Smith", 12, class_code="321000"),
        paid("birch-council", "Acme", 13, unit_text="Schools", expense_text=None),
        paid("nobody-known", "Acme", 14),
    ]
    headline = {("alder-council", "cur"), ("nobody-known", "cur")}
    return lines(shared_engine, north, *rows, headline=headline)


def test_no_line_and_no_penny_is_lost(placed: list[dict[str, Any]]) -> None:
    assert [line["amount_pence"] for line in placed] == [100, -40, 7, 8, 9, 11, 12, 13, 14]
    assert all(line["low_pence"] == line["high_pence"] == line["amount_pence"] for line in placed)
    assert {(line["dataset"], line["side"], line["grade"]) for line in placed} == {
        ("spend", "out", "A")
    }


def test_natures_codes_and_capital_by_rule(placed: list[dict[str, Any]]) -> None:
    assert [(line["nature"], line["class_code"], line["cap_rev"]) for line in placed] == [
        ("purchase", "190", "cur"),
        ("own", "290", "cap"),
        ("transfer", "724", "cur"),
        ("purchase", "724", "cur"),
        ("payroll", None, "cur"),
        ("purchase", None, "cur"),
        ("purchase", None, "cur"),
        ("financing", None, "cur"),
        ("purchase", None, "cur"),
    ]


def test_only_transfers_stand_in_the_return_lines_stream(placed: list[dict[str, Any]]) -> None:
    assert [(line["stream_id"], line["stream_kind"]) for line in placed][2:4] == [
        ("waste-levy", "levy"),
        (None, None),
    ]


def test_function_by_the_rules_return_line_then_by_the_publishers_class(
    placed: list[dict[str, Any]],
) -> None:
    assert [line["function"] for line in placed] == [
        "09.2",  # the heavier part of the return line
        None,
        None,
        None,
        None,
        None,
        "04.5",  # no rule: the publisher's own class
        None,
        None,
    ]
    assert placed[0]["class_scheme"] == "ro_line"
    assert placed[6]["class_scheme"] is None


def test_payees_are_read_per_payer(placed: list[dict[str, Any]]) -> None:
    assert placed[1]["counterparty_id"] == "alder-college"
    assert [line["payee_kind"] for line in placed][5:7] == ["organisation", "individual"]
    assert placed[5]["payee_text"] is None


def test_payments_are_the_headline_only_where_no_wider_account_is(
    placed: list[dict[str, Any]],
) -> None:
    roles = [line["role"] for line in placed]
    # Alder's capital is not in the headline, its revenue is; Birch's is in another account.
    assert roles == ["headline", "itemised", *["headline"] * 5, "itemised", "headline"]
    assert (placed[0]["zone"], placed[0]["tier"]) == (ALDER, "local")
    assert (placed[8]["zone"], placed[8]["tier"]) == ("", None)


def test_who_controls_payments(engine: Engine, north: Registers) -> None:
    rows = [
        paid("alder-council", "Acme", 1),
        paid("alder-council", "Many tenants", 2, expense_text="Rent allowance"),
        paid("harbour-agency", "Acme", 3),
    ]
    found = lines(engine, north, *rows)
    assert [line["control"] for line in found] == ["local", "national_rules", "national"]


def test_years_by_the_end_of_the_accounting_period(engine: Engine, north: Registers) -> None:
    ends = [
        date(2016, 3, 31),
        date(2016, 4, 1),
        date(2017, 3, 31),
        date(2017, 4, 1),
        date(2018, 3, 31),
        date(2018, 4, 1),
        date(2019, 3, 31),
        date(2019, 4, 1),
    ]
    rows = [paid("alder-council", "Acme", 1, period_end=end) for end in ends]
    found = lines(engine, north, *rows)
    assert [line["year_offset"] for line in found] == [-1, -1, 0, 0, 1, 1]
    assert [line["row_no"] for line in found] == [3, 4, 5, 6, 7, 8]
