"""Payments of three councils classified, measured on labels held out. The bars are those stated in
advance: 25 points above the majority class, 5 above rules, 80% classified, all by money."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

import totalplace
from totalplace._api._classify import ClassifyResult

DATA = Path(os.environ.get("TOTALPLACE_REAL_DATA", Path(__file__).parents[3] / "shared" / "data"))
pytestmark = [
    pytest.mark.real,
    pytest.mark.slow,
    pytest.mark.long,
    pytest.mark.skipif(not DATA.is_dir(), reason="the real public data folder is not here"),
]
TRAFFORD = DATA / "trafford_council" / "transparency_code" / "supplier_spend"
SPEND_2024 = TRAFFORD / "trafford-supplier-spend-2024-25.zip"


def months(council: str) -> list[Path]:
    folder = DATA / f"gm_{council}_spend" / "clean"
    return sorted(path for path in folder.glob("201[789]-*.csv") if path.stem >= "2017-04")


@pytest.fixture(scope="module", params=["trafford", "three councils"])
def found(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ClassifyResult]:
    area = "E08000009" if request.param == "trafford" else "E47000001"
    path = tmp_path_factory.mktemp("classify") / "place"
    place = totalplace.new_place(path, name="A real place", areas=[area], year="2024-25")
    more = [] if request.param == "trafford" else [*months("manchester"), *months("salford")]
    place.add(SPEND_2024, *more)
    yield place.classify(evaluate=True)
    place.close()


def test_bars_on_publishers_codes_held_out(found: ClassifyResult) -> None:
    assert found.facts.evaluation is not None
    groups, suppliers = found.facts.evaluation.measured[:2]
    assert groups.labels == "publisher's codes, groups of the same texts held out"
    assert groups.lines > 130_000
    assert groups.groups > 6_000
    model, rules, majority = groups.model, groups.rules, groups.majority
    assert model is not None
    assert model.accuracy_pct is not None
    assert rules.accuracy_pct is not None
    assert majority.accuracy_pct is not None
    assert model.accuracy_pct >= majority.accuracy_pct + 25
    assert model.accuracy_pct >= rules.accuracy_pct + 5
    assert model.coverage_pct >= 80
    # Of suppliers it knows nothing of, it is better than rules, and leaves more unsaid.
    assert suppliers.model is not None
    assert suppliers.model.accuracy_pct is not None
    assert suppliers.model.accuracy_pct > rules.accuracy_pct
    assert suppliers.groups > 1_000


def test_what_is_applied_is_right_where_a_person_read_it(found: ClassifyResult) -> None:
    assert found.facts.evaluation is not None
    read = {
        one.body_id: one for one in found.facts.evaluation.measured if one.labels.startswith("te")
    }
    trafford = read["trafford"]
    assert trafford.groups >= 120
    assert trafford.applied.accuracy_pct is not None
    assert trafford.applied.accuracy_pct >= 95
    # Why a payer's own rule comes before the publisher's code, which stands on the supplier.
    assert trafford.codes is not None
    assert trafford.codes.accuracy_pct is not None
    assert trafford.codes.accuracy_pct < 92
    if "all" in read:
        assert sum(one.groups for body, one in read.items() if body != "all") >= 200
        assert read["all"].applied.right_pct >= 80


def test_money_without_a_function_is_named_not_forced(found: ClassifyResult) -> None:
    apart = {one.name: one for one in found.facts.summary.set_apart}
    assert 100_000_000_00 < apart["payroll"].pence < 110_000_000_00
    assert apart["agency"].lines >= 63
    assert found.facts.summary.coverage_pct is not None
    assert found.facts.summary.coverage_pct >= 75
    assert sum(one.lines for one in found.facts.summary.by_route) == found.facts.summary.base.lines
