"""How right the grouping of suppliers is, on labelled pairs of names that look alike."""

from __future__ import annotations

import csv
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from _payee_measure import BOOTSTRAP_SEED, BOOTSTRAPS, LABELS, between, ratio, short, wilson
from _payee_pairs import organisations
from _payee_sample import digest, spaced

from totalplace.model import supplier_groups


@dataclass(frozen=True)
class Pair:
    """A labelled pair beside what was made of it."""

    band: str
    part: str
    weight: float
    is_same: bool
    is_grouped: bool


def judged_pairs(data: Path) -> list[Pair]:
    """The labelled pairs, with whether the grouping of every name of the data puts them together.

    Raises:
        SystemExit: a labelled name is not in the data.
    """
    names = organisations(data)
    group_of = {name: at for at, group in enumerate(supplier_groups(names)) for name in group.names}
    at = {digest("pair", spaced(name)): group_of.get(name) for name in names}
    with (LABELS / "pairs.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    missing = {row[side] for row in rows for side in ("one", "other")} - set(at)
    if missing:
        raise SystemExit(f"{len(missing)} labelled suppliers are not in this data")
    return [
        Pair(
            band=row["band"],
            part=row["part"],
            weight=float(row["weight"]),
            is_same=row["is_same"] == "yes",
            is_grouped=at[row["one"]] is not None and at[row["one"]] == at[row["other"]],
        )
        for row in rows
    ]


def measure_pairs(pairs: Sequence[Pair], part: str | None) -> dict[str, object]:
    """Precision and recall of grouping among look-alikes, a pair standing for those of its band."""
    kept = [one for one in pairs if part in (None, one.part)]
    rng = random.Random(BOOTSTRAP_SEED)
    bands = [[one for one in kept if one.band == band] for band in sorted({p.band for p in kept})]
    runs = [
        _shares([one for band in bands for one in rng.choices(band, k=len(band))])
        for _ in range(BOOTSTRAPS)
    ]
    grouped = [one for one in kept if one.is_grouped]
    same = [one for one in kept if one.is_same]
    both = sum(one.is_same for one in grouped)
    found: dict[str, object] = {
        "n": len(kept),
        "same_n": len(same),
        "grouped_n": len(grouped),
        "wrong_n": len(grouped) - both,
        "missed_n": len(same) - both,
    }
    for name, value in _shares(kept).items():
        low, high = between([run[name] for run in runs if not math.isnan(run[name])])
        found[name] = {"value": short(value), "low": short(low), "high": short(high)}
    found["sample_precision"] = wilson(both, len(grouped))
    found["sample_recall"] = wilson(both, len(same))
    return found


def _shares(kept: Sequence[Pair]) -> dict[str, float]:
    hit = sum(one.weight for one in kept if one.is_same and one.is_grouped)
    return {
        "precision": ratio(hit, sum(one.weight for one in kept if one.is_grouped)),
        "recall": ratio(hit, sum(one.weight for one in kept if one.is_same)),
    }
