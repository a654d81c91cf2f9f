"""Grants files stand beside the headline, and teach who is an organisation."""

from __future__ import annotations

from pathlib import Path

import pytest

import tiny_place
import totalplace

SPEND = (
    "Body Name,Payment Date,Supplier Name,Amount,Service Area\n"
    "Westwick Council,03/04/2017,John Example,1000.00,Grants\n"
    "Westwick Council,03/04/2017,Ann Example,50.00,Grants\n"
)
GRANTS = (
    "Identifier,Title,Currency,Amount Awarded,Award Date,Recipient Org:Identifier,"
    "Recipient Org:Name,Funding Org:Identifier,Funding Org:Name\n"
    "g-1,Club,GBP,1000,2017-04-01,GB-CHC-1000001,John Example,x,Westwick Council\n"
    "g-2,Club,GBP,30,2018-03-31,360G-x,Ann Example,x,Westwick Council\n"
    "g-3,Club,GBP,400,2018-04-01,GB-CHC-1000001,John Example,x,Westwick Council\n"
    "g-4,Club,GBP,5000,2017-06-01,GB-COH-1000003,Invented CIC,x,Fund of Invention\n"
)


@pytest.fixture
def place(tmp_path: Path) -> totalplace.Place:
    one = tiny_place.make_place(tmp_path)
    (tmp_path / "spend.csv").write_text(SPEND)
    (tmp_path / "grants.csv").write_text(GRANTS)
    one.add(tmp_path / "spend.csv")
    return one


@pytest.mark.slow
def test_grants_never_change_the_headline(place: totalplace.Place, tmp_path: Path) -> None:
    """1,030 was awarded by the council in the year, 5,000 by a funder that no register knows."""
    before = place.count().facts
    place.add(tmp_path / "grants.csv")
    after = place.count().facts
    assert (after.gross_pence, after.net_pence) == (before.gross_pence, before.net_pence)
    assert before.beside == {}
    assert after.beside == {
        "grants awarded by Fund of Invention (a list, evidence only)": 500_000,
        "grants awarded by Westwick Council (a list, evidence only)": 103_000,
    }


@pytest.mark.slow
def test_a_recipient_with_a_registered_number_is_an_organisation(
    place: totalplace.Place, tmp_path: Path
) -> None:
    def kinds() -> dict[str, str]:
        lines = place.lines("spend").to_pyarrow().to_pylist()
        found = {}
        for line in lines:
            explained = place.explain(line["line_id"])
            found[line["payee_text"]] = explained.document["readings"][0]["payee_kind"]
        return found

    place.add(tmp_path / "grants.csv")
    # both names read like a person's; only one of them has a number
    assert kinds() == {"John Example": "organisation", "Ann Example": "individual"}
