"""Purchase cards, grants and data packages as published."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from test_real_ingest import DATA as REAL

import totalplace

pytestmark = [
    pytest.mark.real,
    pytest.mark.slow,
    pytest.mark.skipif(not REAL.is_dir(), reason="the real data folder is absent"),
]

CODE = Path("trafford_council/transparency_code")
CARDS = CODE / "government_procurement_card_transactions"


@pytest.fixture(scope="module")
def trafford(tmp_path_factory: pytest.TempPathFactory) -> totalplace.Place:
    folder = tmp_path_factory.mktemp("real")
    place = totalplace.new_place(
        folder / "trafford", name="Trafford", areas=["E08000009"], year="2024-25"
    )
    added = place.add(
        REAL / CARDS / "government_procurement_card_transactions_2024-25.csv",
        REAL / CODE / "supplier_spend" / "trafford-supplier-spend-2024-25.zip",
        REAL / CODE / "grants" / "trafford_council_voluntary_sector_grants.csv",
    )
    assert {one.status for one in added.facts.files} == {"loaded"}
    return place


@pytest.mark.parametrize(
    ("year", "lines"), [("2024-25", 8_134), ("2025-26", 14_050), ("2026-27", 2_024)]
)
def test_every_card_file_is_read_whole(tmp_path: Path, year: str, lines: int) -> None:
    path = REAL / CARDS / f"government_procurement_card_transactions_{year}.csv"
    place = totalplace.new_place(tmp_path / "p", name="P", areas=["E08000009"], year=year)
    [report] = place.add(path).facts.files
    assert (report.format, report.lines, report.rejected) == ("cards", lines, 0)
    [(count, total)] = duckdb.sql(
        "SELECT count(*), sum(Amount::DECIMAL(18, 2)) FROM"
        f" read_csv('{path}', all_varchar = true, header = true)"
    ).fetchall()
    assert (report.lines, report.sum_pence) == (count, int(total * 100))


@pytest.mark.long
def test_the_cards_of_2024_25_find_no_bulk_payment(trafford: totalplace.Place) -> None:
    """The supplier file names no card bank: its payments to Barclays Capital are of a loan."""
    counted = trafford.count()
    [account] = counted.facts.cards
    assert account.body_id == "trafford"
    assert account.items_pence == 215_014_420
    assert (account.bulk_pence, account.apart_pence) == (0, 0)
    assert any("£2,150,144.20" in one for one in counted.facts.warnings)
    assert all(counted.facts.identities.values())


def test_the_grants_of_trafford(trafford: totalplace.Place) -> None:
    grants = trafford.lines("grant").to_pyarrow()
    assert grants.num_rows == 555
    assert sum(grants["amount_pence"].to_pylist()) == 129_143_654
    assert set(grants["body_id"].to_pylist()) == {"trafford"}
    numbered = [ids for ids in grants["org_ids"].to_pylist() if ids]
    assert len(numbered) >= 189 + 77


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("minimal", {"other_currency", "missing_column"}),
        ("entities-denormalized", {"other_currency", "missing_column"}),
        ("entities-normalized", {"other_currency", "missing_column"}),
        ("labels-and-hierarchies", {"other_currency"}),
        ("transform-needed", {"other_currency"}),
    ],
)
def test_the_examples_of_the_specification_are_refused_with_their_reason(
    tmp_path: Path, name: str, codes: set[str]
) -> None:
    """All are in dollars or euros, and three name columns that their own file does not have."""
    place = totalplace.new_place(tmp_path / "p", name="P", areas=["E08000009"], year="2014-15")
    [report] = place.add(REAL / "fdp_examples" / "examples" / name).facts.files
    assert report.status == "refused"
    assert {one.code for one in report.problems} == codes
    assert "rate of exchange" in report.problems[0].why
