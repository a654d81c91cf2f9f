"""Public bodies are read from the names in three councils' published payments.

Names of private people stand in these files; none is written here or shown by a failing test.
"""

from __future__ import annotations

import csv
import io
import os
import re
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from totalplace.model import PayeeMatch, body_register, resolve_payees

DATA = Path(
    os.environ.get("TOTALPLACE_REAL_DATA", Path(__file__).resolve().parents[3] / "shared" / "data")
)
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not DATA.is_dir(), reason="the real data folder is absent"),
]

TRAFFORD = DATA / "trafford_council" / "transparency_code" / "supplier_spend"
BODIES = body_register()


def pence(text: str) -> int:
    try:
        return int(Decimal(text.replace(",", "").replace("£", "").strip()) * 100)
    except InvalidOperation:
        return 0


@cache
def trafford(year: str) -> Counter[str]:
    """Pence by payee name."""
    found: Counter[str] = Counter()
    with zipfile.ZipFile(TRAFFORD / f"trafford-supplier-spend-{year}.zip") as archive:
        for member in archive.namelist():
            with archive.open(member) as raw:
                text = io.TextIOWrapper(raw, encoding="utf-8-sig", errors="replace", newline="")
                for row in csv.DictReader(text):
                    found[row["BeneficiaryName"]] += pence(row["Amount"])
    return found


@cache
def district(name: str) -> Counter[str]:
    """Pence by payee name, all monthly files of a council."""
    found: Counter[str] = Counter()
    for path in sorted((DATA / f"gm_{name}_spend" / "clean").glob("*.csv")):
        data = path.read_bytes()
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1252", errors="replace")
        for row in csv.DictReader(io.StringIO(text)):
            amount = row.get("Net Amount") or row.get("Net") or row.get("Amount") or "0"
            found[row["Supplier Name"]] += pence(amount)
    return found


def readings(spend: Counter[str], payer_id: str) -> Iterator[tuple[PayeeMatch, int]]:
    for match in resolve_payees(spend, BODIES, payer_id=payer_id):
        yield match, spend[match.payee_text]


def paid_to(spend: Counter[str], payer_id: str, *body_ids: str) -> Decimal:
    total = sum(amount for match, amount in readings(spend, payer_id) if match.body_id in body_ids)
    return Decimal(total) / 100


def nhs(spend: Counter[str], payer_id: str) -> dict[str, int]:
    """Pence by name as published, of names read as NHS bodies."""
    return {
        match.payee_text: amount
        for match, amount in readings(spend, payer_id)
        if match.body_id and BODIES.bodies[match.body_id].kind.startswith("nhs")
    }


def test_trafford_paid_the_published_sums_to_other_public_bodies() -> None:
    spend = trafford("2024-25")
    total = sum(spend.values())
    assert total == 56_521_957_374
    for body_id, pounds in [
        ("greater-manchester-combined-authority", "68159561.17"),
        ("salford", "3205735.05"),
        ("manchester", "563114.16"),
        ("hm-revenue-and-customs", "46160142.92"),
        ("greater-manchester-pension-fund", "27543514.29"),
        ("teachers-pension-scheme-england-and-wales", "24609427.04"),
    ]:
        paid = paid_to(spend, "trafford", body_id)
        assert paid == Decimal(pounds), body_id


def test_trafford_paid_the_nhs_its_published_sum_and_a_cut_name_more() -> None:
    names = nhs(trafford("2024-25"), "trafford")
    said = sum(pence for name, pence in names.items() if re.search(r"\bNHS\b", name))
    cut = {name: pence for name, pence in names.items() if not re.search(r"\bNHS\b", name)}
    # £10.5m is paid to names with the word NHS; the mental health trust's name is cut to "... NH".
    assert round(Decimal(said) / 100_000_000, 1) == Decimal("10.5")
    assert cut == {"Greater Manchester Mental Health NH": 71_537_400}


def test_redacted_lines_of_trafford_are_withheld_names() -> None:
    spend = trafford("2024-25")
    withheld = [one for one in readings(spend, "trafford") if one[0].payee_kind == "redacted"]
    assert [amount for _, amount in withheld] == [9_285_760_008]


@pytest.mark.parametrize("year", ["2024-25", "2025-26", "2026-27"])
def test_in_trafford_no_name_with_a_company_form_is_a_council_or_a_person(year: str) -> None:
    company = re.compile(r"\b(?:ltd|limited|plc|llp|cic)\b", re.IGNORECASE)
    wrong = [
        match.body_id or match.payee_kind
        for match, _ in readings(trafford(year), "trafford")
        if company.search(match.payee_text)
        and (
            match.payee_kind == "individual"
            or (match.body_id and "council" in BODIES.bodies[match.body_id].name.casefold())
        )
    ]
    assert not wrong


def test_manchester_paid_levies_and_precepts_to_named_bodies() -> None:
    spend = district("manchester")
    waste = paid_to(spend, "manchester", "greater-manchester-waste-disposal-authority")
    assert waste == Decimal("81243799.81")
    combined = paid_to(spend, "manchester", "greater-manchester-combined-authority")
    assert combined == Decimal("198090186.09")
    police = paid_to(spend, "manchester", "greater-manchester-police")
    assert police > 23_000_000


def test_salford_pooled_budget_goes_to_its_commissioning_group() -> None:
    spend = district("salford")
    pooled = spend["NHS CCG"]
    assert pooled == 13_182_416_774
    paid = paid_to(spend, "salford", "nhs-salford-ccg")
    assert paid >= Decimal("131824167.74")
    assert resolve_payees(["NHS CCG"], BODIES, payer_id="manchester")[0].body_id is None


@pytest.mark.parametrize(
    ("council", "least_pct"), [("trafford", 32), ("manchester", 24), ("salford", 26)]
)
def test_public_bodies_are_a_third_to_a_quarter_of_payments(council: str, least_pct: int) -> None:
    spend = trafford("2024-25") if council == "trafford" else district(council)
    named = sum(amount for match, amount in readings(spend, council) if match.body_id)
    share_pct = Decimal(100) * named / sum(spend.values())
    assert least_pct <= share_pct < least_pct + 3


PUBLIC = re.compile(
    r"\b(?:NHS|CCG|ICB|Council|MBC|M\.B\.C\.|Borough Council|HMRC|University|Police|"
    r"Combined Authori\w*|Environment Agency|Fire & Rescue)\b",
    re.IGNORECASE,
)
OTHERS = re.compile(
    r"\b(?:Ltd|Limited|Club|Trading|Press|Busy Bees|Sports|School|Academy|College|Society|Union|"
    r"Community|Councils|Network|Awards|Learning|Dem|Youth|Rep|British|Church|Ch|Scout|Field|"
    r"Association|Technical Services|of Manchester & Salford|Council For \w+)\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize("council", ["trafford", "manchester", "salford"])
def test_money_to_names_that_sound_public_is_read_almost_whole(council: str) -> None:
    spend = trafford("2024-25") if council == "trafford" else district(council)
    read = missed = 0
    for match, amount in readings(spend, council):
        if match.body_id:
            read += abs(amount)
        elif PUBLIC.search(match.payee_text) and not OTHERS.search(match.payee_text):
            missed += abs(amount)
    assert missed / (read + missed) < 0.01


BENCH = Path(__file__).resolve().parents[2] / "bench"


@cache
def measured() -> dict[str, Any]:
    """What `bench payees` measures on the real names."""
    sys.path.insert(0, str(BENCH))
    try:
        payees = import_module("payees")
    finally:
        sys.path.remove(str(BENCH))
    found: dict[str, Any] = payees.on_real(DATA)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("part", ["held_out", "all"])
def test_public_bodies_are_read_as_well_as_promised_by_money(part: str) -> None:
    payees = measured()["payees"][part]
    assert payees["n"] > {"held_out": 280, "all": 580}[part]
    for name in ("precision_by_money", "body_precision_by_money"):
        assert payees[name]["value"] >= 0.98
        assert payees[name]["low"] >= 0.98
    for name in ("recall_by_money", "body_recall_by_money"):
        assert payees[name]["value"] >= 0.95
        assert payees[name]["low"] >= 0.95


@pytest.mark.slow
@pytest.mark.parametrize("part", ["held_out", "all"])
def test_by_count_no_body_of_the_sample_is_read_wrongly(part: str) -> None:
    payees = measured()["payees"][part]
    assert payees["body_precision_by_count"]["value"] == 1
    assert payees["precision_by_count"]["value"] >= 0.97
    assert payees["recall_by_count"]["value"] >= 0.8


@pytest.mark.slow
def test_no_organisation_of_the_sample_is_taken_for_a_person() -> None:
    people = measured()["people"]
    assert people["organisations_read_as_people_n"] == 0
    assert people["missed_n"] <= 1


@pytest.mark.slow
@pytest.mark.parametrize(("part", "recall"), [("held_out", 0.75), ("all", 0.8)])
def test_no_two_suppliers_of_the_labelled_pairs_are_made_one(part: str, recall: float) -> None:
    suppliers = measured()["suppliers"][part]
    assert suppliers["wrong_n"] == 0
    assert suppliers["grouped_n"] > 70
    assert suppliers["recall"]["value"] >= recall


def test_the_sample_keeps_hashes_and_no_names() -> None:
    folder = Path(__file__).resolve().parents[1] / "payees"
    for table, columns in (("sample", ["digest"]), ("pairs", ["one", "other"])):
        with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert all(re.fullmatch("[0-9a-f]{64}", row[column]) for row in rows for column in columns)
    with (folder / "sample.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["label"] for row in rows} == {"public", "company", "charity"}
    bodies = {row["body_id"] for row in rows if row["body_id"]}
    assert bodies <= set(BODIES.bodies)
    assert len(rows) == 584
