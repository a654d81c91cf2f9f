"""How right the reading of payee names is: precision and recall for all payments, estimated.

A unit stands for as many as its stratum holds for each one drawn. By money, every unit counts by
what was paid. Intervals are the 2.5th and 97.5th percentiles of a bootstrap within the strata, a
stratum that was taken whole being left whole; beside them stands Wilson's interval of the plain
share in the sample, which does not shrink to nothing when no error was drawn.
"""

from __future__ import annotations

import csv
import math
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from _payee_sample import DRAWN, Unit, draw, frame, strata

from totalplace.model import PayeeMatch

LABELS = Path(__file__).resolve().parents[1] / "tests" / "payees"
BOOTSTRAPS = 2000
BOOTSTRAP_SEED = 7


@dataclass(frozen=True)
class Judged:
    """A labelled unit beside what was read.

    Attributes:
        stratum: its stratum.
        part: tune or held_out.
        weight: how many units it stands for, when both parts are used.
        pence: what was paid under the name.
        is_public: whether it is a public body.
        is_known: whether it is one of the register.
        is_read: whether it was read as a public body, of the register or not.
        is_right: whether that is right: the body of the register, or none where it holds none.
        is_body: whether it was read as a body of the register.
        is_person: whether its name was read as a person's.
    """

    stratum: tuple[str, bool]
    part: str
    weight: float
    pence: int
    is_public: bool
    is_known: bool
    is_read: bool
    is_right: bool
    is_body: bool
    is_person: bool


def labels() -> dict[str, dict[str, str]]:
    """Digest -> labelled row."""
    with (LABELS / "sample.csv").open(encoding="utf-8", newline="") as file:
        return {row["digest"]: row for row in csv.DictReader(file)}


def judged(data: Path, read: Callable[[Unit], PayeeMatch]) -> tuple[list[Judged], list[Unit]]:
    """The labelled sample beside what is read, and the drawn units without a label.

    Args:
        data: the folder of the published files.
        read: reads a unit.

    Raises:
        SystemExit: the data does not give the sample that was labelled.
    """
    units = frame(data)
    held = {stratum: len(inside) for stratum, inside in strata(units).items()}
    drawn = draw(units)
    taken = Counter(unit.stratum for unit, _ in drawn)
    known = labels()
    missing = set(known) - {unit.digest for unit, _ in drawn}
    if missing:
        raise SystemExit(
            f"{len(missing)} labelled payees are not in this draw: the data is another edition"
        )
    found = []
    for unit, part in drawn:
        if unit.digest not in known:
            continue
        row = known[unit.digest]
        match = read(unit)
        body_id, kind = match.body_id, match.public_kind
        is_public = row["label"] == "public"
        found.append(
            Judged(
                stratum=unit.stratum,
                part=part,
                weight=held[unit.stratum] / taken[unit.stratum],
                pence=unit.pence,
                is_public=is_public,
                is_known=bool(row["body_id"]),
                is_read=bool(body_id or kind),
                is_right=bool(body_id or kind) and is_public and (body_id or "") == row["body_id"],
                is_body=body_id is not None,
                is_person=match.payee_kind == "individual",
            )
        )
    return found, [unit for unit, _ in drawn if unit.digest not in known]


def measure(sample: Sequence[Judged], part: str | None) -> dict[str, object]:
    """Precision and recall of public bodies by money and by count, with intervals.

    Args:
        sample: the judged units.
        part: only this half; None for both.
    """
    kept = [one for one in sample if part in (None, one.part)]
    rng = random.Random(BOOTSTRAP_SEED)
    whole = {s for s, most in DRAWN.items() if most >= 10_000} if part is None else set()
    by_stratum = [(stratum, [one for one in kept if one.stratum == stratum]) for stratum in DRAWN]
    runs: list[dict[str, float]] = []
    for _ in range(BOOTSTRAPS):
        again = []
        for stratum, inside in by_stratum:
            again += inside if stratum in whole else rng.choices(inside, k=len(inside))
        runs.append(_shares(again))
    public = sum(one.is_public for one in kept)
    wrong = [one for one in kept if one.is_read and not one.is_right]
    found: dict[str, object] = {
        "n": len(kept),
        "public_n": public,
        "known_n": sum(one.is_public and one.is_known for one in kept),
        "read_n": sum(one.is_read for one in kept),
        "wrong_n": len(wrong),
        "missed_n": sum(one.is_public and not one.is_right for one in kept),
    }
    for name, value in _shares(kept).items():
        low, high = between([run[name] for run in runs if not math.isnan(run[name])])
        found[name] = {"value": short(value), "low": short(low), "high": short(high)}
    right = sum(one.is_right for one in kept)
    found["sample_precision"] = wilson(right, int(str(found["read_n"])))
    found["sample_recall"] = wilson(right, public)
    return found


def _shares(kept: Sequence[Judged]) -> dict[str, float]:
    sums: dict[str, float] = defaultdict(float)
    for one in kept:
        for by, size in (("money", one.weight * one.pence), ("count", one.weight)):
            sums[f"read {by}"] += size * one.is_read
            sums[f"right {by}"] += size * one.is_right
            sums[f"public {by}"] += size * one.is_public
            known = one.is_public and one.is_known
            sums[f"known {by}"] += size * known
            sums[f"body {by}"] += size * one.is_body
            hit = one.is_body and one.is_right
            sums[f"hit {by}"] += size * hit
    return {
        f"{name}_by_{by}": ratio(sums[f"{over} {by}"], sums[f"{under} {by}"])
        for by in ("money", "count")
        for name, over, under in (
            ("precision", "right", "read"),
            ("recall", "right", "public"),
            ("body_precision", "hit", "body"),
            ("body_recall", "hit", "known"),
        )
    }


def ratio(part: float, whole: float) -> float:
    return part / whole if whole else math.nan


def between(values: Sequence[float]) -> tuple[float, float]:
    ranked = sorted(values)
    if not ranked:
        return math.nan, math.nan
    return ranked[int(0.025 * (len(ranked) - 1))], ranked[math.ceil(0.975 * (len(ranked) - 1))]


def wilson(hits: int, n: int) -> Mapping[str, float]:
    """Wilson's 95% score interval of a share."""
    if n == 0:
        return {"value": math.nan, "low": 0.0, "high": 1.0}
    z = 1.959964
    share, spread = hits / n, 1 + z * z / n
    middle = (share + z * z / (2 * n)) / spread
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / spread
    return {
        "value": short(share),
        "low": short(max(0.0, middle - half)),
        "high": short(min(1.0, middle + half)),
    }


def short(value: float) -> float:
    return round(value, 4)
