"""Every amount in every form of a report is one of the count, or follows from them by a sum."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_readers import AMOUNTS, Made, amounts_of, forms_of, html_amounts, pdf_text

from totalplace.charts._text import short_gbp
from totalplace.reports._report_words import millions, pence_of, pounds, rounded_gbp

SUFFIXES = sorted(AMOUNTS)
PLACES = (
    pytest.param("made_tiny", marks=[pytest.mark.slow, pytest.mark.xdist_group("reports")]),
    pytest.param("made_rich", marks=[pytest.mark.slow, pytest.mark.xdist_group("browser")]),
)


def sums(rows: Iterable[Any], by: str) -> list[int]:
    """The sums of rows by a field."""
    found: dict[Any, int] = defaultdict(int)
    for row in rows:
        found[row[by]] += pence_of(row["gbp"])
    return list(found.values())


def allowed(made: Made) -> set[tuple[str, str]]:
    """Every form of every amount that the documents hold or that follows from them."""
    pence = [
        *amounts_of(made.document),
        *amounts_of(made.reconcile),
        *amounts_of(made.keys),
        *amounts_of(made.rows),
    ]
    net = pence_of(made.document["net_gbp"])
    pence += [pence_of(one["net_gbp"]) - net for one in made.keys]
    transfers = made.reconcile["transfers"]
    eliminated = [one for one in transfers if one["rule"] == "eliminate" and one["stream"]]
    streams = sorted(sums(eliminated, "stream"), reverse=True)
    pence += [*streams, sum(streams[12:])]
    pence += sums(transfers, "rule")
    pence += sums(made.reconcile["rows"], "kind")
    for split, limit in (("funder", 12), ("stream", 12), ("body", 20)):
        ranked = [pence_of(row["gbp"]) for row in made.rows.get(split, ())]
        # a table keeps its limit and sums the rest; a picture's rest is one of its bars
        largest = sorted(ranked, key=abs, reverse=True)
        pence += [sum(ranked[limit:]), sum(largest[limit - 1 :])]
    pence += [-one for one in pence]
    drawn = {(short_gbp(one).replace("-", "−"), "prose") for one in pence}
    rows = [
        made.document,
        {"share_pct": 100.0},
        *(row for some in made.rows.values() for row in some),
    ]
    percent = {
        (f"{row[name]:.2f}".replace("-", "−"), "table")
        for row in rows
        for name in ("share_pct", "coverage_pct")
        if row.get(name) is not None
    }
    return {form for one in pence for form in forms_of(one)} | drawn | percent


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("place", PLACES)
def test_every_amount_shown_is_of_the_count(
    suffix: str, place: str, request: pytest.FixtureRequest
) -> None:
    made: Made = request.getfixturevalue(place)
    shown = AMOUNTS[suffix](made.files[suffix])
    known = allowed(made)
    strange = [one for one in shown if (one[0].replace("-", "−"), one[1]) not in known]
    assert strange == []
    assert len(shown) > 40


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("place", PLACES)
def test_the_headline_is_there_to_the_penny(
    suffix: str, place: str, request: pytest.FixtureRequest
) -> None:
    made: Made = request.getfixturevalue(place)
    shown = {text.replace("-", "−") for text, _ in AMOUNTS[suffix](made.files[suffix])}
    for name in ("gross", "eliminated", "net", "net_low", "net_high", "capital", "revenue",
                 "funder_view", "residual", "per_head", "per_household"):  # fmt: skip
        amount = made.document[f"{name}_gbp"]
        if amount is not None:
            assert pounds(pence_of(amount)) in shown, name
    assert rounded_gbp(pence_of(made.document["net_gbp"])) in shown


@pytest.mark.parametrize("place", PLACES)
def test_every_split_and_the_statement_is_there_row_by_row(
    place: str, request: pytest.FixtureRequest
) -> None:
    made: Made = request.getfixturevalue(place)
    workbook = {text.replace("-", "−") for text, _ in AMOUNTS[".xlsx"](made.files[".xlsx"])}
    page = {text for text, _ in html_amounts(made.files[".html"])}
    for split in ("tier", "function", "cap_rev", "control", "funder", "stream", "body"):
        for row in made.rows[split]:
            assert pounds(pence_of(row["gbp"])) in workbook
    for row in made.reconcile["rows"]:
        assert pounds(pence_of(row["gbp"])) in workbook & page
    for one in made.reconcile["transfers"]:
        assert pounds(pence_of(one["gbp"])) in workbook


def test_a_changed_amount_would_be_seen(made_tiny: Made) -> None:
    page = made_tiny.files[".html"].replace(b"160,000.00", b"160,000.01")
    known = allowed(made_tiny)
    assert [one for one in html_amounts(page) if one not in known and one[1] == "£"] != []


def test_figures_are_bound_to_their_ids(made_rich: Made) -> None:
    figure = made_rich.document["figure_id"]
    assert figure in pdf_text(made_rich.files[".pdf"])
    assert figure.encode() in made_rich.files[".html"]


@given(st.integers(min_value=-(10**14), max_value=10**14))
def test_prose_rounds_to_the_unit_that_it_names(pence: int) -> None:
    text = rounded_gbp(pence)
    number, _, word = text.replace("−", "-").replace("£", "").replace(",", "").partition(" ")
    scale, digits = {"billion": (10**11, 3), "million": (10**8, 1), "": (100, 0)}[word]
    whole, _, part = number.lstrip("-").partition(".")
    value = int(whole + part) * scale // 10**digits
    assert abs(abs(pence) - value) * 2 * 10**digits <= scale
    assert number.startswith("-") == (pence < 0)


@given(st.integers(min_value=-(10**14), max_value=10**14))
def test_columns_hold_the_forms_that_the_readers_expect(pence: int) -> None:
    assert {(millions(pence), "£ million"), (pounds(pence), "£")} <= forms_of(pence)
