"""payees. Suppliers and people here are invented."""

from __future__ import annotations

from pathlib import Path

import pytest

import totalplace
from cli.conftest import Run

HEADER = (
    "Body Name,Service Area,Expenses Type,Payment Date,Transaction Number,Net Amount,Supplier Name"
)
PAID = {
    "Salford City Council": [
        (100, "NHS Salford CCG"),
        (50, "Acme Care Ltd"),
        (7, "Mrs A Example"),
        (3, "REDACTED PERSONAL DATA"),
        (20, "Example Road Primary School"),
        (11, "Example County Trust"),
    ],
    "Trafford Council": [
        (40, "ACME CARE LIMITED"),
        (5, "Acme Care 2 Ltd"),
        (9, "Mrs A Example"),
        (2, "Manchester City Council"),
    ],
}


@pytest.fixture(scope="module")
def paid(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place with a spending file of each of two councils."""
    folder = tmp_path_factory.mktemp("payees")
    files = []
    for body, rows in PAID.items():
        lines = [
            f"{body},Care,Fees,03/05/2017,{at},{pounds}.00,{name}"
            for at, (pounds, name) in enumerate(rows)
        ]
        files.append(folder / f"{body}.csv")
        files[-1].write_text("\n".join([HEADER, *lines, ""]))
    with totalplace.new_place(
        folder / "gm", name="GM", areas=["E47000001"], year="2017-18"
    ) as place:
        assert place.add(*files).exit_code == 0
    return folder / "gm"


def test_payments_are_summed_by_kind_and_people_are_one_row(paid: Path, run: Run) -> None:
    ran = run("payees", paid, "--json")
    assert ran.code == 0
    assert set(ran.document) == {
        "paid",
        "unresolved",
        "unresolved_count",
        "shared",
        "shared_count",
    }
    assert {row["kind"]: (row["payees"], row["amount_gbp"]) for row in ran.document["paid"]} == {
        "body": (2, "102.00"),
        "public": (1, "20.00"),
        "organisation": (4, "106.00"),
        "individual": (2, "16.00"),
        "redacted": (1, "3.00"),
    }
    assert "Mrs A Example" not in ran.out


def test_payees_that_sound_public_are_listed_with_the_reason(paid: Path, run: Run) -> None:
    document = run("payees", paid, "--unresolved", "--json").document
    assert "shared" not in document
    assert document["unresolved_count"] == 2
    assert [(row["payee"], row["public_kind"]) for row in document["unresolved"]] == [
        ("Example Road Primary School", "school"),
        ("Example County Trust", None),
    ]
    assert document["unresolved"][0]["reason"].endswith("the register does not hold")


def test_shared_suppliers_are_listed_with_spellings_and_spend_by_body(paid: Path, run: Run) -> None:
    document = run("payees", paid, "--shared", "--json").document
    assert "unresolved" not in document
    [supplier] = document["shared"]
    assert supplier["amount_gbp"] == "90.00"
    assert supplier["by_body"] == [
        {"body_id": "salford", "amount_gbp": "50.00"},
        {"body_id": "trafford", "amount_gbp": "40.00"},
    ]
    assert [one["name"] for one in supplier["spellings"]] == ["ACME CARE LIMITED", "Acme Care Ltd"]


def test_only_the_largest_are_listed_and_all_are_counted(paid: Path, run: Run) -> None:
    document = run("payees", paid, "--top", "1", "--json").document
    assert (len(document["unresolved"]), document["unresolved_count"]) == (1, 2)
    assert "the largest 1" in run("payees", paid, "--top", "1").out


def test_the_text_names_no_person_and_says_what_there_is(paid: Path, run: Run) -> None:
    ran = run("payees", paid)
    assert "Example Road Primary School" in ran.out
    assert "Suppliers that several bodies pay: 1" in ran.out
    assert "people" in ran.out
    assert "Mrs A Example" not in ran.out


def test_a_decision_resolves_a_payee(paid: Path, run: Run, tmp_path: Path) -> None:
    with totalplace.open_place(paid) as place:
        place.decide("Example County Trust", what="alias", value="trafford", who="a", why="b")
        after = place.payees()
        assert after.facts.unresolved_count == 1
        assert after.facts.paid[0].amount_pence == 11_300
        assert after.to_arrow().num_rows == 3
        place.decide("1", what="undo", who="a", why="b")
        assert place.payees().facts.unresolved_count == 2


def test_a_place_without_spending_lines_says_so(made: Path, run: Run) -> None:
    ran = run("payees", made, "--json")
    assert (ran.code, ran.codes) == (2, ["unknown_dataset"])
