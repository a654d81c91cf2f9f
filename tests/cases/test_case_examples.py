"""Every example that ships reads, runs, is what the list says of it, and can be written."""

from __future__ import annotations

import csv
import re
import tomllib
from functools import cache
from importlib import resources
from pathlib import Path

import pytest

from cases.shipped_examples import CASES, FOLDER, by_id, case_of
from totalplace.cases import (
    Body,
    Example,
    example,
    examples,
    read_case,
    read_case_text,
    run_case,
    write_example,
)
from totalplace.cases.ladder import read_ladder, run_ladder
from totalplace.cases.portfolio import run_portfolio, share_portfolio
from totalplace.cases.unit_costs import library
from totalplace.claims import documents, load_claims
from totalplace.errors import RequestError

FICTIONAL = [one for one in CASES if one.is_fictional]
PUBLISHED = [one for one in CASES if not one.is_fictional]
ASKED_OF_PUBLISHED = {
    "unverified_edition", "no_owner", "no_review", "no_counterfactual",
}  # fmt: skip
"""What a reviewer asks of an article of 2010 for which nobody answers any more."""
TERMS = r"\b(npv|bcr|pert|deadweight|counterfactual|exchequer|lag)\b"
"""Words that a summary does without."""


def text_of(one: Example) -> str:
    return (FOLDER / f"{one.id}.toml").read_text("utf-8")


def test_the_list_is_the_folder() -> None:
    named = {f"{one.id}.toml" for one in examples()} | {
        name for one in examples() for name in one.beside
    }
    assert named == {path.name for path in FOLDER.iterdir()} - {"examples.csv"}
    assert len({one.id for one in examples()}) == len(examples())
    assert {one.kind for one in examples()} == {"case", "ladder", "portfolio"}


@pytest.mark.parametrize("one", CASES, ids=by_id)
def test_a_case_reads_and_runs(one: Example) -> None:
    case = case_of(one.id)
    assert (case.id, case.title) == (one.id, one.title)
    found = run_case(case, draws=64)
    assert found.document["summary"] == case.summary
    assert {row["pays_gbp"] for row in found.document["matrix"]} != {"0.00"}
    assert len(found.document["register"]) > len(case.numbers)
    asked = {warning.code for warning in case.warnings}
    allowed = {"unverified_edition"}
    if one.id in ("gang-violence", "safer-streets"):
        allowed |= {"old_unit_cost"}
    assert asked <= (allowed if one.is_fictional else ASKED_OF_PUBLISHED)


@pytest.mark.parametrize("one", CASES, ids=by_id)
def test_what_is_told_can_be_read_by_anybody(one: Example) -> None:
    case = case_of(one.id)
    words = re.findall(r"[A-Za-z']+", case.summary)
    assert 40 <= len(words) <= 100
    sentences = re.split(r"(?<=[.?:;])\s", case.summary)
    assert max(len(re.findall(r"[A-Za-z']+", part)) for part in sentences) <= 40
    assert re.search(TERMS, case.summary, re.IGNORECASE) is None
    titles = [case.title, *(item.title for item in case.items)]
    titles += [option.title for option in case.options]
    for title in titles:
        assert title[0].isupper() or title[0].isdigit() or title[0] == "£"
        assert len(title) <= 80


@pytest.mark.parametrize("one", examples(), ids=by_id)
def test_the_head_names_the_claims(one: Example) -> None:
    head = "\n".join(line for line in text_of(one).splitlines()[:4] if line.startswith("#"))
    found = re.search(r"[Cc]laims?:? ([A-Z0-9-]+(?:, [A-Z0-9-]+)*)", head)
    in_head = tuple(found[1].split(", ")) if found else ()
    elsewhere = tuple(re.findall(r"claim ([A-Z0-9]+)", _everything(one)))
    assert set(one.claims) == set(in_head) | set(elsewhere)
    assert set(one.claims) <= {claim.claim_id for claim in load_claims()}


def _everything(one: Example) -> str:
    beside = [(FOLDER / name).read_text("utf-8") for name in one.beside if name.endswith(".csv")]
    return "\n".join([text_of(one), *beside])


def test_every_claim_that_was_asked_for_has_its_example() -> None:
    wanted = ["BHM", "LAC1", "LAC5", "LAC-X", "CRO", "BRA", "BPA", "DRG", "PWC1", "PWC2", "PET"]
    assert set(wanted) <= {claim for one in examples() for claim in one.claims}


@pytest.mark.parametrize("one", PUBLISHED, ids=by_id)
def test_every_number_of_a_published_case_is_cited_or_assumed_and_graded(one: Example) -> None:
    case = case_of(one.id)
    titles = [row["title"] for row in documents()]
    for number in case.numbers:
        is_assumed = number.source.startswith("assumed: ")
        assert is_assumed or any(title in number.source for title in titles)
        assert None not in (number.grade.data, number.grade.effect, number.grade.age)
        if is_assumed:
            assert number.grade.worst == 6
    assert any(number.source.startswith("assumed: ") for number in case.numbers)


@cache
def fictional_bodies() -> dict[str, Body]:
    """Bodies of the fictional place, as a case that names the place would have them."""
    with (resources.files("totalplace.synth") / "data" / "bodies.csv").open() as lines:
        rows = list(csv.DictReader(lines))
    tiers = {"national": "national", "quango": "national", "local": "local", "provider": "local"}
    return {
        row["body_id"]: Body(row["body_id"], tiers.get(row["tier"], "society"), row["name"])
        for row in rows
    }


@pytest.mark.parametrize("one", FICTIONAL, ids=by_id)
def test_a_fictional_case_gives_the_same_on_the_place_itself(one: Example) -> None:
    """With ``place`` for its own table of bodies: the same bodies, and the same figures."""
    case, known = case_of(one.id), fictional_bodies()
    own = {name: body for name, body in case.bodies.items() if name != "society"}
    assert own == {name: known[name] for name in own}
    text = re.sub(r"\n\[body\]\n(?:.+\n)+", "\n", text_of(one)).replace(
        "[case]\n", '[case]\nplace = "demo-place"\n'
    )
    on_place = read_case_text(text, folder=FOLDER, bodies=known.values())
    assert on_place.bodies == case.bodies
    figures = [run_case(which, draws=1, is_full=False) for which in (case, on_place)]
    assert figures[0].document["perspectives"] == figures[1].document["perspectives"]


@pytest.mark.parametrize("one", FICTIONAL, ids=by_id)
def test_a_fictional_case_takes_unit_costs_that_are_invented_or_cited(one: Example) -> None:
    costs = [item.unit_cost_code for item in case_of(one.id).outcomes if item.unit_cost_code]
    assert all(code.startswith(("invented:", "review:")) for code in costs)
    for number in case_of(one.id).numbers:
        assert number.source
        assert re.search(r"invented|Total Place programme|additionality", number.source)


def test_effects_and_prices_are_those_of_the_library() -> None:
    found = library()
    parenting, worker = (found.find(f"invented-{name}") for name in ("parenting", "key-worker"))
    care = case_of("parenting").outcomes[0]
    assert care.effect is not None
    assert care.effect.range_text == "pert 0.05 to 0.25, mode 0.15 (min-max)"
    assert (parenting.effect_low, parenting.effect_mode, parenting.effect_high) == tuple(
        map(_decimal, ("0.05", "0.15", "0.25"))
    )
    assert care.lag == parenting.lag_years
    assert case_of("parenting").activities[0].cost.value * 1000 == 400 * parenting.cost_pence / 100
    expected, _, tried, _ = case_of("key-worker").outcomes
    assert expected.effect is not None
    assert tried.effect is not None
    assert expected.effect.value == float(worker.effect_mode)
    (trial,) = found.trials_of("invented-key-worker")
    assert tried.effect.value == pytest.approx(trial.reduction, abs=0.0005)
    assert expected.lag == tried.lag == worker.lag_years
    cost = case_of("key-worker").activities[0].cost
    assert cost.value * 1000 == 120 * worker.cost_pence / 100
    moves = tomllib.loads((FOLDER / "families-ladder.toml").read_text())["move"]
    assert [move["cost"]["value"] * 100 for move in moves] == [
        worker.cost_pence,
        parenting.cost_pence,
    ]


def _decimal(text: str):
    from decimal import Decimal

    return Decimal(text)


def test_the_ladder_runs() -> None:
    found = run_ladder(read_ladder(FOLDER / "families-ladder.toml"))
    assert len(found.moved) == 2
    bodies = {body for rung in found.ladder.rungs for body in rung.cost_pence}
    assert bodies <= set(fictional_bodies())


def test_the_portfolio_runs_and_its_fence_has_a_price() -> None:
    found = run_portfolio(FOLDER / "one-pot.toml")
    assert found.fence_price_pence > 0
    assert "drug-treatment" in {one.id for one in found.left}
    assert "drug-treatment" in found.document["one_pot_chosen"]
    assert set(found.portfolio.bodies) <= set(fictional_bodies())
    assert {stream.body for stream in found.portfolio.streams} <= set(fictional_bodies())
    assert len({stream.body for stream in found.portfolio.streams}) == 4
    shared = share_portfolio(FOLDER / "one-pot.toml").document
    total = sum(float(one["share_gbp"]) for one in shared["bodies"])
    assert total == pytest.approx(float(shared["total_gbp"]))


@pytest.mark.parametrize("one", examples(), ids=by_id)
def test_an_example_is_written_with_what_it_names(one: Example, tmp_path: Path) -> None:
    assert write_example(one.id, tmp_path / "mine.toml") == one
    assert {path.name for path in tmp_path.iterdir()} == {"mine.toml", *one.beside}
    if one.kind == "case":
        written = read_case(tmp_path / "mine.toml")
        assert [number.value for number in written.numbers] == [
            number.value for number in case_of(one.id).numbers
        ]
    with pytest.raises(RequestError) as raised:
        write_example(one.id, tmp_path / "mine.toml")
    assert [problem.code for problem in raised.value.problems] == ["file_exists"]


def test_nothing_is_written_when_a_file_beside_is_there(tmp_path: Path) -> None:
    (tmp_path / "gang-violence.csv").write_text("mine")
    for name in ("mine.toml", "gang-violence.csv"):
        with pytest.raises(RequestError) as raised:
            write_example("gang-violence", tmp_path / name)
        assert raised.value.problems[0].code == "file_exists"
    assert [path.name for path in tmp_path.iterdir()] == ["gang-violence.csv"]
    assert (tmp_path / "gang-violence.csv").read_text() == "mine"
    with pytest.raises(RequestError) as raised:
        write_example("gang-violence", tmp_path / "nowhere" / "mine.toml")
    assert raised.value.problems[0].code == "cannot_write"


def test_an_unknown_example_names_the_nearest() -> None:
    with pytest.raises(RequestError) as raised:
        example("parentin")
    (problem,) = raised.value.problems
    assert problem.code == "unknown_example"
    assert "parenting" in problem.why
    with pytest.raises(RequestError) as raised:
        example("zzz")
    assert "small-savings" in raised.value.problems[0].why
