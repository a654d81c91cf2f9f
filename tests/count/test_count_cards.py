"""Purchase cards: the bank paid in bulk and the items it was paid for are the same money, once.

The arithmetic of each case stands in the test, as in the worked examples of the specification.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import tiny_place
import totalplace
from totalplace.count._bulk import ITEMISED, card_accounts, card_banks, set_bulk_apart
from totalplace.count._schema import LINE, line_table
from totalplace.engine import Engine
from totalplace.model import body_register, load, resolve_payees

BANK = ("alder", "Barclaycard Commercial")


def lines(
    engine: Engine, amounts: list[int], *, payee: str = BANK[1], body: str = "alder", **facts: Any
) -> Any:
    rows = [
        {
            "source_id": "a" * 64,
            "row_no": number,
            "dataset": "spend",
            "body_id": body,
            "payee_text": payee,
            "nature": "purchase",
            "amount_pence": amount,
            **facts,
        }
        for number, amount in enumerate(amounts, start=1)
    ]
    return engine.memory(line_table(rows)).select(*LINE.names)


@dataclass(frozen=True)
class Outcome:
    gross: int
    apart: int
    parts: list[tuple[int, int, str, int]]


def apart(engine: Engine, bulk: list[int], items: list[int]) -> Outcome:
    table = set_bulk_apart(
        engine, lines(engine, bulk), lines(engine, items, payee="Shop", dataset="card"), [BANK]
    )
    rows = engine.to_arrow(table.order_by("row_no", "piece")).to_pylist()
    return Outcome(
        gross=sum(row["amount_pence"] for row in rows if row["nature"] == "purchase"),
        apart=sum(row["amount_pence"] for row in rows if row["nature"] == "recharge"),
        parts=[(row["row_no"], row["piece"], row["nature"], row["amount_pence"]) for row in rows],
    )


@pytest.mark.parametrize(
    ("bulk", "items", "left", "stays"),
    [
        # 300 paid, 300 listed: all of the bulk leaves gross, the items stand
        ([300], [100, 200], 300, 0),
        # 300 paid, 250 listed: 250 leaves, 50 stays and is named
        ([300], [100, 150], 250, 50),
        # 300 paid, 400 listed: all 300 leaves; the 400 listed stand, 100 of them without a bank
        ([300], [400], 300, 0),
        # two months of 200, 300 listed: the first leaves whole, the second is divided 100 + 100
        ([200, 200], [300], 300, 100),
        # a credit of the bank: 200 - 50 + 100 = 250 paid, 250 listed
        ([200, -50, 100], [250], 250, 0),
        # no items: nothing leaves
        ([200], [], 0, 200),
        # items that refund more than they bought leave nothing out
        ([200], [-10], 0, 200),
        # the bank pays back more than it got: nothing to leave out
        ([-40], [100], 0, -40),
    ],
)
def test_as_much_leaves_as_the_items_account_for(
    engine: Engine, bulk: list[int], items: list[int], left: int, stays: int
) -> None:
    found = apart(engine, bulk, items)
    assert (found.apart, found.gross) == (left, stays)


def test_the_payment_in_which_the_sum_is_reached_is_divided(engine: Engine) -> None:
    assert apart(engine, [200, 200, 30], [300]).parts == [
        (1, 0, "recharge", 200),
        (2, 0, "recharge", 100),
        (2, 1, "purchase", 100),
        (3, 0, "purchase", 30),
    ]


def test_other_bodies_other_years_and_other_natures_stay(engine: Engine) -> None:
    items = lines(engine, [500], payee="Shop", dataset="card")
    for kept in (
        lines(engine, [300], body="birch"),
        lines(engine, [300], year_offset=-1),
        lines(engine, [300], nature="financing"),
        lines(engine, [300], payee="Barclays Capital"),
    ):
        rows = engine.to_arrow(set_bulk_apart(engine, kept, items, [BANK])).to_pylist()
        assert [row["amount_pence"] for row in rows] == [300]
        assert rows[0]["label"] != ITEMISED


def test_the_account_of_a_body(engine: Engine) -> None:
    items = lines(engine, [250], payee="Shop", dataset="card")
    paid = set_bulk_apart(engine, lines(engine, [300]), items, [BANK])
    (account,) = card_accounts(engine, paid, items, [BANK])
    assert (account.items_pence, account.bulk_pence, account.apart_pence) == (250, 300, 250)
    assert (account.unmatched_bulk_pence, account.unmatched_items_pence) == (50, 0)


@pytest.mark.parametrize(
    ("name", "is_bank"),
    [
        ("BARCLAYCARD COMMERCIAL (PAYMENTS)", True),
        ("The Royal Bank of Scotland plc - One Card", True),
        ("Nat West Bank Onecard", False),
        ("RBS Onecard", True),
        ("Lloyds TSB Commercial Cards", True),
        ("Allstar Business Solutions Ltd", True),
        ("BARCLAYS CAPITAL", False),
        ("Lloyds Bank plc", False),
        ("Intercard Limited", False),
        ("Oldfield Bank Residential Care Home", False),
    ],
)
def test_who_is_a_card_bank(name: str, is_bank: bool) -> None:
    [match] = resolve_payees([name], body_register())
    found = card_banks({("alder", name): match}, load("card_bank").to_pylist())
    assert found == ([("alder", name)] if is_bank else [])


# --- a place -----------------------------------------------------------------------------------

SPEND = (
    "Body Name,Payment Date,Supplier Name,Amount,Service Area\n"
    "Westwick Council,03/04/2017,Acme Paving Ltd,1000.00,Highways\n"
    "Westwick Council,28/04/2017,Barclaycard Commercial,300.00,Finance\n"
    "Westwick Council,30/05/2017,Barclaycard Commercial,200.00,Finance\n"
)
CARDS = (
    "Body Name,Date,Department,Merchant Name,Amount,Merchant Category\n"
    "Westwick Council,10/04/2017,Parks,Invented Plants Ltd,310.00,Florists\n"
    "Westwick Council,12/05/2017,Parks,Mrs Ann Example,90.00,Books\n"
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    one = totalplace.new_place(
        folder / "tiny",
        name="Tinyshire",
        areas=[tiny_place.AREA],
        year=tiny_place.YEAR,
        registers=tiny_place.write_registers(folder),
        clock=tiny_place.clock,
    )
    (folder / "spend.csv").write_text(SPEND)
    one.add(folder / "spend.csv")
    return one.path


@pytest.fixture
def place(made: Path, tmp_path: Path) -> totalplace.Place:
    return totalplace.open_place(shutil.copytree(made, tmp_path / "tiny"), clock=tiny_place.clock)


@pytest.mark.slow
def test_a_card_file_changes_gross_only_by_what_it_adds(
    place: totalplace.Place, tmp_path: Path
) -> None:
    """1,500 paid, 500 of it to the bank; the items come to 400.

    Before: gross 1,500. After: 1,000 + 100 of the bank not itemised + 400 of items = 1,500, and
    400 of the bank is listed as a recharge.
    """
    assert place.count().facts.gross_pence == 150_000
    (tmp_path / "cards.csv").write_text(CARDS)
    added = place.add(tmp_path / "cards.csv")
    assert [file.format for file in added.facts.files] == ["cards"]
    counted = place.count()
    assert counted.facts.gross_pence == 150_000
    assert counted.facts.listed == {"recharge": 40_000}
    assert all(counted.facts.identities.values())
    assert counted.document["cards"] == [
        {
            "body_id": "westwick-council",
            "items_gbp": "400.00",
            "bulk_gbp": "500.00",
            "apart_gbp": "400.00",
            "unmatched_bulk_gbp": "100.00",
            "unmatched_items_gbp": "0.00",
        }
    ]
    assert any("£100.00 was paid to a card bank beyond" in one for one in counted.facts.warnings)


@pytest.mark.slow
def test_items_beyond_the_bulk_payments_are_counted_and_told(
    place: totalplace.Place, tmp_path: Path
) -> None:
    """700 listed, 500 paid in bulk: gross 1,000 + 700 = 1,700, and 200 has no bulk payment."""
    (tmp_path / "cards.csv").write_text(CARDS.replace("310.00", "610.00"))
    place.add(tmp_path / "cards.csv")
    counted = place.count()
    assert counted.facts.gross_pence == 170_000
    assert counted.document["cards"][0]["unmatched_items_gbp"] == "200.00"
    assert any("none for £200.00" in one for one in counted.facts.warnings)


@pytest.mark.slow
def test_a_place_with_bulk_payments_is_explained_line_by_line(
    place: totalplace.Place, tmp_path: Path
) -> None:
    """1,000 + 100 of the bank not itemised + items of 310 and 90; 300 + 100 of the bank left."""
    (tmp_path / "cards.csv").write_text(CARDS)
    place.add(tmp_path / "cards.csv")
    explained = place.explain(place.count().net.figure_id).document
    assert explained["gross_gbp"] == "1500.00"
    assert [line["gbp"] for line in explained["lines"]] == ["1000.00", "310.00", "100.00", "90.00"]
    divided = place.explain(explained["lines"][2]["line_id"]).document
    assert sorted(reading["nature"] for reading in divided["readings"]) == ["purchase", "recharge"]


@pytest.mark.slow
def test_cards_of_a_body_without_a_supplier_file_are_no_account(
    place: totalplace.Place, tmp_path: Path
) -> None:
    (tmp_path / "cards.csv").write_text(CARDS.replace("Westwick", "Eastwick"))
    place.add(tmp_path / "cards.csv")
    assert place.count().facts.gross_pence == 150_000


@pytest.mark.slow
def test_card_files_alone_are_no_account_and_it_is_said(tmp_path: Path) -> None:
    place = totalplace.new_place(tmp_path / "p", name="P", areas=["E08000009"], year="2017-18")
    (tmp_path / "cards.csv").write_text(CARDS.replace("Westwick Council", "Trafford Council"))
    place.add(tmp_path / "cards.csv")
    with pytest.raises(totalplace.RequestError) as error:
        place.count()
    [problem] = error.value.problems
    assert problem.code == "no_such_year"
    assert problem.why.endswith("no account of a body: card")
