"""The fictional place counted from its published files, against the truth it was written from."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import ibis
import pytest

from counted import each
from totalplace import synth
from totalplace._api import make_fictional_place
from totalplace.count import Request, count
from totalplace.count import _net as net_module
from totalplace.count._net import Netted, net
from totalplace.count._perimeter import Perimeter
from totalplace.count._perspective import perimeter_of
from totalplace.count._working import Working, work
from totalplace.engine import Engine, duckdb_engine
from totalplace.place import Folder, open_folder

YEAR = "2017-18"
TODAY = date(2026, 11, 21)
MOST_GAP_PCT = 0.5

pytestmark = [pytest.mark.slow, pytest.mark.early]


@dataclass(frozen=True)
class World:
    """A place made without dirt, counted, with its truth."""

    engine: Engine
    folder: Folder
    truth: dict[str, Any]
    working: Working

    def rows(self, name: str) -> list[dict[str, str]]:
        """Rows of a truth table."""
        path = self.folder.path / "published" / "truth" / f"truth_{name}.csv"
        with path.open(encoding="utf-8", newline="") as lines:
            return list(csv.DictReader(lines))

    def net_of(self, lads: frozenset[str], *, by_area: bool = False) -> Netted:
        """The count of some authorities of the place."""
        perimeter = perimeter_of(self.working.registers, lads, self.working.key)
        evidence = self.working.evidence
        return net(self.engine, evidence.lines, evidence.counted, perimeter, by_area=by_area)


def made(path: Path, *, seed: int, dirt: float) -> Folder:
    place, _ = make_fictional_place(path, people=240_000, seed=seed, dirt=dirt)
    place.close()
    return open_folder(path)


def truth_of(folder: Folder) -> dict[str, Any]:
    text = (folder.path / "published" / "truth" / "truth.json").read_text(encoding="utf-8")
    truth: dict[str, Any] = json.loads(text)
    return truth


def sums(netted: Netted) -> dict[str, int]:
    totals: Counter[str] = Counter()
    for row in netted.cube.to_pylist():
        totals[row["measure"]] += row["pence"]
    return {
        "gross_pence": totals["gross"],
        "eliminated_pence": totals["eliminated"],
        "net_pence": totals["gross"] - totals["eliminated"],
    }


def expected(truth: dict[str, Any], code: str) -> dict[str, int]:
    place = truth["places"][code]
    return {name: place[name] for name in ("gross_pence", "eliminated_pence", "net_pence")}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = made(tmp_path_factory.mktemp("clean") / "place", seed=1, dirt=0.0)
    engine = duckdb_engine(threads=2)
    working = work(engine, folder, Request(YEAR), today=TODAY, every_line=True)
    yield World(engine, folder, truth_of(folder), working)
    engine.close()


def test_gross_eliminated_and_net_to_the_penny(world: World) -> None:
    assert sums(world.working.netted) == expected(world.truth, world.truth["area"])


@pytest.mark.long
def test_the_same_place_counts_the_same_every_time(world: World) -> None:
    first = world.working.netted.cube.to_pylist()
    for _ in range(4):
        assert world.net_of(world.working.perimeter.place).cube.to_pylist() == first


@pytest.mark.long
def test_every_authority_by_itself_to_the_penny(world: World) -> None:
    codes = [code for code in world.truth["places"] if code != world.truth["area"]]
    assert len(codes) >= 4
    for code in codes:
        lads = world.working.registers.areas.expand([code])
        assert sums(world.net_of(lads)) == expected(world.truth, code), code


def test_each_elimination_to_the_penny(world: World) -> None:
    truth: Counter[tuple[str, str, str]] = Counter()
    for row in world.rows("elimination"):
        truth[row["payer_id"], row["payee_id"], row["cap_rev"]] += int(row["place_pence"])
    found: Counter[tuple[str, str, str]] = Counter()
    for row in world.working.netted.cube.to_pylist():
        if row["measure"] == "eliminated":
            found[row["body_id"], row["counterparty_id"], row["cap_rev"]] += row["pence"]
    assert +found == +truth
    assert len(truth) > 100


def test_each_apportioned_cell_to_the_penny(world: World) -> None:
    truth: Counter[tuple[str, ...]] = Counter()
    for row in world.rows("cell"):
        if row["area"] in world.working.perimeter.place:
            key = row["dataset"], row["body_id"], row["cap_rev"], row["area"]
            truth[key] += int(row["amount_pence"])
    perimeter = world.working.perimeter
    wide = [zone for zone, lads in perimeter.zones.items() if len(lads) > 1]
    placed = world.net_of(perimeter.place, by_area=True).placed
    columns = ["dataset", "body_id", "cap_rev", "area"]
    shared = placed.filter(placed.measure == "gross", placed.zone.isin(wide))
    found = {
        tuple(row[name] for name in columns): row["pence"]
        for row in world.engine.to_arrow(
            shared.group_by(columns).agg(pence=shared.amount_pence.sum().cast("int64"))
        ).to_pylist()
    }
    assert {key: pence for key, pence in found.items() if pence} == dict(+truth)
    assert len(truth) > 100


def test_the_funder_view_and_the_statement(world: World) -> None:
    counted = count(world.engine, world.folder, Request(YEAR, by=("funder",)), today=TODAY)
    assert all(counted.identities.values()), counted.identities
    truth = world.truth["places"][world.truth["area"]]
    gap = counted.statement.funder_view_pence - truth["funder_view_pence"]
    print(f"funder view: {gap / 100:+,.2f} against the truth")
    assert 100 * abs(gap) <= MOST_GAP_PCT * truth["funder_view_pence"]


def _eliminate_nothing(ruled: Any) -> Any:
    return ruled.filter(ibis.literal(False))


def test_without_elimination_the_truth_is_missed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(net_module, "eliminations", _eliminate_nothing)
    got = sums(world.net_of(world.working.perimeter.place))
    assert got["net_pence"] != expected(world.truth, world.truth["area"])["net_pence"]


def test_with_the_smaller_of_paid_and_received_the_truth_is_missed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = net_module.eliminations
    matches = world.working.netted.matches
    short = matches.match.filter(
        matches.match.received_lines > 0,
        matches.match.received_pence < matches.match.paid_pence,
    )
    short = short.mutate(over=short.paid_pence - short.received_pence).select("match_id", "over")
    key = ["source_id", "member", "row_no", "column_no", "piece"]
    paid = matches.match_line.filter(
        matches.match_line.side == "paid", matches.match_line.year_offset == 0
    )
    largest = paid.mutate(
        rank=ibis.row_number().over(group_by="match_id", order_by=[ibis.desc("pence"), *key])
    )
    lower = largest.filter(largest.rank == 0).inner_join(short, "match_id").select(*key, "over")

    def smaller(ruled: Any) -> Any:
        kept = right(ruled)
        joined = kept.left_join(lower, key)
        amount = joined.amount_pence - joined.over.fill_null(0)
        return joined.mutate(amount_pence=amount).select(*kept.columns)

    monkeypatch.setattr(net_module, "eliminations", smaller)
    got = sums(world.net_of(world.working.perimeter.place))
    truth = expected(world.truth, world.truth["area"])
    assert got["gross_pence"] == truth["gross_pence"]
    assert got["net_pence"] > truth["net_pence"]


def test_apportioning_before_eliminating_the_truth_is_missed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def share_first(self: Perimeter, payer_zone: str, payee_id: str) -> tuple[str, str, bool]:
        return payer_zone, payer_zone, True

    monkeypatch.setattr(Perimeter, "landing", share_first)
    got = sums(world.net_of(world.working.perimeter.place))
    truth = expected(world.truth, world.truth["area"])
    assert got["gross_pence"] != truth["gross_pence"]
    assert got["net_pence"] != truth["net_pence"]


@each("seed", range(1, 21))
@pytest.mark.long
def test_at_default_dirt_net_is_within_half_a_percent(seed: int, tmp_path: Path) -> None:
    folder = made(tmp_path / "place", seed=seed, dirt=synth.DEFAULT_DIRT)
    engine = duckdb_engine(threads=2)
    working = work(engine, folder, Request(YEAR), today=TODAY, every_line=True)
    truth = truth_of(folder)
    want = expected(truth, truth["area"])
    gap = sums(working.netted)["net_pence"] - want["net_pence"]
    missed = _missed(folder, working)
    print(f"seed {seed}: net {gap / 100:+,.2f} ({100 * gap / want['net_pence']:+.3f}%)")
    for (payer, payee), pence in missed:
        print(f"  missed {payer} -> {payee}: {pence / 100:,.2f}")
    engine.close()
    assert 100 * abs(gap) <= MOST_GAP_PCT * want["net_pence"]


def _missed(folder: Folder, working: Working) -> list[tuple[tuple[str, str], int]]:
    """Transfers of the truth that the count did not eliminate in full, the largest first."""
    left: Counter[tuple[str, str]] = Counter()
    path = folder.path / "published" / "truth" / "truth_elimination.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            left[row["payer_id"], row["payee_id"]] += int(row["place_pence"])
    for row in working.netted.cube.to_pylist():
        if row["measure"] == "eliminated":
            left[row["body_id"], row["counterparty_id"]] -= row["pence"]
    return [(pair, pence) for pair, pence in left.most_common() if pence > 0]
