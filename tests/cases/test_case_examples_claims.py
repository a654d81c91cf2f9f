"""What a claim says and what its example works out are the same figures.

The ledger of claims computes from the quote's numbers; the example reads its own file. Money is
compared undiscounted and without optimism bias, as the documents print it.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from cases.shipped_examples import FOLDER, case_of
from totalplace.cases import Case, Example, Grade, examples, run_case
from totalplace.cases.ladder import read_ladder, run_ladder
from totalplace.claims import ClaimResult, documents, evaluate, load_claims

DOCUMENTS = Path(
    os.environ.get("TOTALPLACE_REAL_DOCUMENTS", Path(__file__).parents[3] / "shared" / "documents")
)


@cache
def claims() -> dict[str, ClaimResult]:
    return {one.id: one for one in evaluate(load_claims())}


def said(claim: str, name: str, label: str | None = None) -> float:
    """A number of the quote, or a result of the ledger, in pounds where it is money."""
    found = claims()[claim]
    for one in found.numbers:
        if one.name == name:
            return float(one.value) * _SCALES.get(one.unit, 1)
    values = [
        one
        for one in found.outputs + found.readings
        if one.name == name and (label is None or one.label == label)
    ]
    (one,) = values
    return float(one.value) * _SCALES.get(one.unit, 1)


_SCALES = {"£m": 1e6, "£bn": 1e9, "%": 0.01}


@cache
def money(example_id: str, option: str | None = None) -> dict[str, np.ndarray]:
    """Class and body, or ``cost`` -> pounds by year, of an option: undiscounted, without bias."""
    cube = run_case(
        replace(unbiased(case_of(example_id)), preferred=option or case_of(example_id).preferred),
        draws=1,
        is_full=False,
    ).cube
    at = cube.classes.index("cost")
    found = {"cost": -cube.values[:, at, :, 0].sum(axis=0)}
    for number, body in enumerate(cube.bodies):
        found[body] = cube.values[number, at + 1 :, :, 0].sum(axis=0)
    found["all"] = sum(found[body] for body in cube.bodies)
    return found


def unbiased(case: Case) -> Case:
    best = Grade(1, 1, 1)
    return replace(
        case,
        activities=tuple(replace(one, grade=best) for one in case.activities),
        outcomes=tuple(replace(one, grade=best) for one in case.outcomes),
    )


def test_bhm() -> None:
    found = money("birmingham-prevention")
    cost, council, every = (found[name].sum() for name in ("cost", "council", "all"))
    assert council / cost == pytest.approx(said("BHM", "council_ratio"), abs=0.0005)
    assert every / cost == pytest.approx(said("BHM", "all_ratio"), abs=0.005)
    assert council / every == pytest.approx(said("BHM", "council_share"), abs=0.0005)
    assert found["cost"][:6] == pytest.approx(said("BHM", "cost_a_year"), abs=5_000)
    assert np.count_nonzero(found["cost"]) == said("BHM", "cost_years")
    assert np.count_nonzero(found["council"]) == said("BHM", "return_years")


def test_bhm_discounted_as_the_golden_has_it() -> None:
    found = run_case(unbiased(case_of("birmingham-prevention")), draws=1, is_full=False)
    views = found.document["perspectives"]
    assert round(float(views["council"]["npv_gbp"]["point"]) / 1e6, 2) == 39.99
    assert round(views["council"]["bcr"]["point"], 3) == 2.043
    assert views["council"]["payback_year"] == 7
    assert round(float(views["exchequer"]["npv_gbp"]["point"]) / 1e6, 2) == 268.80
    # the file's own grades are those of an article: its headline is lower, and this stands beside
    own = run_case(case_of("birmingham-prevention"), draws=1, is_full=False)
    told = own.document["perspectives"]["council"]
    assert told["without_bias"]["npv_gbp"]["point"] == views["council"]["npv_gbp"]["point"]
    assert float(told["npv_gbp"]["point"]) < 0.1 * float(views["council"]["npv_gbp"]["point"])


def test_lac() -> None:
    for option, claim in (("one-in-a-hundred", "LAC1"), ("five-in-a-hundred", "LAC5")):
        (one,) = (
            item for item in case_of("looked-after-children").outcomes if option in item.options
        )
        saved = money("looked-after-children", option)["all"].sum()
        assert saved == pytest.approx(said(claim, "saving"))
        assert one.cohort is not None
        assert one.effect is not None
        assert one.unit_cost is not None
        assert one.cohort.point == said("LAC1", "children")
        assert one.effect.point == said(claim, "rate")
        assert one.unit_cost.spread is not None
        ends = [one.unit_cost.spread.low, one.unit_cost.spread.high]
        assert ends == [said("LAC1", "cost_low"), said("LAC1", "cost_high")]
        children = one.cohort.point * one.effect.point
        assert [children * end for end in ends] == pytest.approx(
            [said(claim, "saving_low"), said(claim, "saving_high")], abs=50_000
        )


def test_lac_x_contradicts_lac1() -> None:
    saved = money("looked-after-children", "as-the-magazine-says")["all"].sum()
    assert saved == said("LAC-X", "saving")
    (one,) = (
        item
        for item in case_of("looked-after-children").outcomes
        if item.options == ("one-in-a-hundred",)
    )
    assert one.cohort is not None
    assert one.effect is not None
    assert one.unit_cost is not None
    assert one.unit_cost.spread is not None
    each = saved / (one.cohort.point * one.effect.point)
    assert each == said("LAC-X", "cost_each")
    assert each < one.unit_cost.spread.low
    assert claims()["LAC-X"].verdict == "conflict"


def test_cro() -> None:
    found = money("croydon-early", "sum-of-years")["all"]
    assert found[1:4].sum() == pytest.approx(said("CRO", "saving"))
    assert found[1:4] == pytest.approx(said("CRO", "saving_a_year", "cumulative"))
    assert found.sum() == pytest.approx(said("CRO", "long_saving"))
    assert len(found) - 1 == said("CRO", "long_period")
    assert found[1:].mean() == pytest.approx(
        said("CRO", "long_saving_a_year_if_cumulative"), abs=5_000
    )
    found = money("croydon-early", "each-year")["all"]
    assert found[1:4] == pytest.approx(said("CRO", "saving_a_year", "annual"))
    assert found[-1] == pytest.approx(said("CRO", "long_saving"))
    assert np.diff(found[3:]) == pytest.approx((61 - 8.4) / 10 * 1e6, rel=0.002)


@pytest.mark.parametrize(
    ("option", "reading", "new_rate"),
    [
        ("ten-per-cent-of-the-rate", "relative", "new_rate_if_relative"),
        ("ten-points", "points", "new_rate_if_points"),
    ],
)
def test_bra(option: str, reading: str, new_rate: str) -> None:
    (one,) = (item for item in case_of("bradford-reoffending").outcomes if option in item.options)
    assert one.effect_as == reading
    assert one.cohort is not None
    assert one.baseline is not None
    assert one.effect is not None
    assert one.unit_cost is not None
    saved = money("bradford-reoffending", option)["all"].sum()
    assert saved == pytest.approx(said("BRA", "saving"), abs=1)
    now = one.cohort.point * one.baseline.point * one.unit_cost.point
    assert now == pytest.approx(said("BRA", "present_cost", reading), abs=50_000)
    fewer = saved / one.unit_cost.point / one.cohort.point
    assert one.baseline.point - fewer == pytest.approx(said("BRA", new_rate), abs=0.005)


def test_bpa() -> None:
    (one,) = case_of("dorset-older-people").outcomes
    assert one.cohort is not None
    assert one.unit_cost is not None
    assert money("dorset-older-people")["all"].sum() == pytest.approx(said("BPA", "saving"))
    assert one.cohort.point * one.unit_cost.point == said("BPA", "implied_base")


def test_drg() -> None:
    case = unbiased(case_of("birmingham-drugs"))
    views = run_case(case, draws=1, is_full=False).document["perspectives"]
    assert views["treatment"]["bcr"]["point"] == said("DRG", "payer_ratio") == 0
    assert views["exchequer"]["bcr"]["point"] == said("DRG", "partner_ratio") == 9
    assert views["justice"]["bcr"] is None
    assert float(views["justice"]["pv_benefit_gbp"]) == 9e6


def test_pwc() -> None:
    by_id = {one.id: one.benefit for one in case_of("london-three-themes").outcomes}
    found = money("london-three-themes")["all"].sum()
    assert by_id["long-illness"].point == said("PWC1", "saving")
    assert found == pytest.approx(said("PWC2", "saving"))
    work = by_id["into-work"].spread
    assert (work.low * 1e6, work.high * 1e6) == (
        said("PWC2", "worklessness_of_computed"),
        said("PWC2", "worklessness_of_printed"),
    )
    assert by_id["young-people"].point == said("ASB", "rate") * said("LON5", "antisocial")


def test_pet() -> None:
    found = run_ladder(read_ladder(FOLDER / "families-ladder.toml"))
    chaotic, barely, coping = (rung.cost_pence["quillmere-council"] for rung in found.ladder.rungs)
    assert chaotic / barely == said("PET", "chaotic_to_barely")
    assert barely / coping == said("PET", "barely_to_coping")
    assert chaotic / coping == said("PET", "chaotic_to_coping") == 70


def test_what_fictional_examples_take_from_claims() -> None:
    murder, attempted = case_of("gang-violence").outcomes
    assert murder.unit_cost is not None
    assert attempted.unit_cost is not None
    assert murder.unit_cost.value == said("GNG", "murder_cost")
    assert attempted.unit_cost.value == said("GNG", "each_attempt")
    rehab = case_of("safer-streets").activities[0].cost
    assert rehab.value * rehab.scale == 160 * said("REH", "cost")
    abuse = case_of("alcohol").outcomes[0].baseline
    assert abuse is not None
    assert abuse.spread is not None
    assert abuse.spread.low == said("ALC", "alcohol_share")
    dementia, custody = case_of("dementia-and-custody").outcomes
    assert dementia.profile[:5] == pytest.approx(
        [1 - (1 - said("CRO2", "dementia_saving")) ** year for year in range(1, 6)], abs=0.00005
    )
    assert custody.effect is not None
    assert custody.effect.point == said("CRO2", "custody_reduction")
    cleaning = case_of("small-savings").outcomes[0].benefit
    assert cleaning is not None
    assert cleaning.value * cleaning.scale == said("WOR", "cleaning")


def test_phrases_stand_in_the_documents() -> None:
    """Each phrase in quotes, after the title of the document that it is said to stand in."""
    held = {row["title"]: DOCUMENTS / row["file"] for row in documents()}
    if not all(path.is_file() for path in held.values()):
        pytest.skip("the documents are not here")
    texts = {title: " ".join(path.read_text("utf-8").split()) for title, path in held.items()}
    checked = 0
    for one in examples():
        for source in sources(one):
            inside = [title for title in texts if f"{title}, " in source] or list(texts)
            for phrase in re.findall(r"'([^']{4,})'", source):
                checked += 1
                assert any(phrase in texts[title] for title in inside), (one.id, phrase)
    assert checked >= 20


def sources(one: Example) -> Iterator[str]:
    """Every source that an example's file, or a table beside it, tells."""
    text = (FOLDER / f"{one.id}.toml").read_text("utf-8")
    yield from re.findall(r'source = "([^"]+)"', text)
    for name in one.beside:
        if name.endswith(".csv"):
            with (FOLDER / name).open(encoding="utf-8", newline="") as lines:
                yield from (row["source"] for row in csv.DictReader(lines))
