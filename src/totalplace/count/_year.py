"""One year counted once: every key of its range, and any number of splits of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import pyarrow as pa

from totalplace.count._count import Counted, at_prices, cells_of, count_cells, remember
from totalplace.count._denominator import deflator
from totalplace.count._net import under
from totalplace.count._perspective import keys_for_range, perimeter_of
from totalplace.count._registers import Key, table
from totalplace.count._request import Request, check_request
from totalplace.count._rows import CellSets, Row, cell_sets, split_rows
from totalplace.count._themes import unthemed_pence
from totalplace.count._working import Working, work
from totalplace.engine import Engine
from totalplace.place import Folder

__all__ = ["KeyCount", "YearCount", "count_year"]

Split = tuple[str, ...]


@dataclass(frozen=True)
class KeyCount:
    """A year under one key.

    Attributes:
        counted: the headline in cash, as `count` gives it without a split.
        rows: split -> the rows that `count` gives for it.
        real: price year -> the headline at its prices.
        unthemed_pence: what of net no theme takes.
    """

    counted: Counted
    rows: Mapping[Split, tuple[Row, ...]]
    real: Mapping[str, Counted]
    unthemed_pence: int


@dataclass(frozen=True)
class YearCount:
    """A year under its default key, then under each other key of the range.

    Attributes:
        working: what the default key's count was computed from.
    """

    working: Working
    keys: tuple[KeyCount, ...]


def count_year(
    engine: Engine,
    folder: Folder,
    year: str,
    *,
    at: int,
    today: date,
    splits: Sequence[Split] = (),
    real: Sequence[str] = (),
    report: Callable[[str], None] = lambda _: None,
) -> YearCount:
    """Count one year under every key that its range is taken over, in many splits at once.

    The lines are gathered, matched and eliminated once. Each figure is that of `count`, with its
    figure_id, and is remembered for `explain`.

    Args:
        at: number of the snapshot.
        splits: each one or more of BY.
        real: price years; the headline is given at each.
        report: told the name of each stage.

    Raises:
        RequestError: a year, split, price year or snapshot that is not to be had.
    """
    # what is gathered for a split by area serves every other
    request = Request(year, by=("area",), at=at)
    for by in splits:
        check_request(replace(request, by=by))
    by_area = work(engine, folder, request, today=today, report=report)
    netted = under(engine, by_area.netted, by_area.perimeter)
    workings = _Workings(engine, replace(by_area, netted=netted))
    first = workings.base
    keys = keys_for_range(first.registers, first.perimeter.place, year, first.key)
    found = []
    for key in keys:
        report(f"key {key.key_id}")
        asked = Request(year, key=None if key is first.key else key.key_id, at=at)
        found.append(_under_key(folder, workings, key, asked, splits, real))
    remember(folder, _made(found))
    return YearCount(first, tuple(found))


class _Workings:
    """The count of a year under any key, by authority or not; each is placed once."""

    def __init__(self, engine: Engine, base: Working) -> None:
        self.engine, self.base = engine, base
        self._known: dict[tuple[str, bool], Working] = {(base.key.key_id, False): base}

    def of(self, key: Key, *, by_area: bool) -> Working:
        known = (key.key_id, by_area)
        if known not in self._known:
            perimeter = perimeter_of(self.base.registers, self.base.perimeter.place, key)
            netted = under(self.engine, self.base.netted, perimeter, by_area=by_area)
            self._known[known] = replace(self.base, netted=netted, perimeter=perimeter, key=key)
        return self._known[known]

    def cube(self, key: Key, *, by_area: bool) -> pa.Table:
        return self.of(key, by_area=by_area).netted.cube


def _under_key(
    folder: Folder,
    workings: _Workings,
    key: Key,
    request: Request,
    splits: Sequence[Split],
    real: Sequence[str],
) -> KeyCount:
    sets: dict[tuple[bool, bool, bool], CellSets] = {}

    def ready(by: Split) -> tuple[Working, CellSets]:
        """The cells of a split, prepared once for all splits that want them so."""
        by_area = "area" in by
        working = workings.of(key, by_area=by_area)
        want = (by_area, "funder" in by, "theme" in by)
        if want not in sets:
            plain = (by_area, False, False)
            if plain not in sets:
                sets[plain] = cells_of(working, lambda other: workings.cube(other, by_area=by_area))
            sets[want] = cell_sets(folder, working, sets[plain], by)
        return working, sets[want]

    working, plain = ready(())
    counted = count_cells(workings.engine, folder, request, working, plain)
    rows: dict[Split, tuple[Row, ...]] = {}
    for by in splits:
        of_split, cells = ready(by)
        rows[by] = split_rows(replace(request, by=by), of_split, cells, counted.net_pence)
    sums = all(
        "theme" in by or sum(row.pence for row in found) == counted.net_pence
        for by, found in rows.items()
    )
    counted = replace(counted, identities={**counted.identities, "rows_sum_to_net": sums})
    state = working.snapshot.state
    prices = {}
    for year in real:
        asked = replace(request, real=year)
        prices[year] = at_prices(counted, asked, working, deflator(folder, state, asked))
    rules = table(folder, state, "theme_rule").to_pylist()
    return KeyCount(counted, rows, prices, unthemed_pence(plain.own, rules))


def _made(keys: Iterable[KeyCount]) -> Iterable[tuple[Counted, Sequence[Row]]]:
    """Every count that was made, each with its rows."""
    for one in keys:
        yield one.counted, ()
        for priced in one.real.values():
            yield priced, ()
        for by, rows in one.rows.items():
            request = replace(one.counted.request, by=by)
            yield replace(one.counted, request=request), rows
