"""Interventions: what is expected of them, and what they did where they were tried.

The prior and the local result are shown side by side and never mixed: which of the two a case
rests on is for people to say. The interval of a trial that publishes its counts is that of the
logarithm of the ratio of risks.

Source of the interval: Katz, Baptista, Azen and Pike, Obtaining confidence intervals for the risk
ratio in cohort studies, Biometrics 34(3), 1978, 469-474.
"""

from __future__ import annotations

import csv
import difflib
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa

from totalplace.errors import Problem, RequestError
from totalplace.model import load, read_table

__all__ = ["Beside", "Intervention", "InterventionLibrary", "Trial", "library"]

_Z95 = 1.959963984540054


@dataclass(frozen=True, kw_only=True)
class Intervention:
    """Something that can be done for people; the columns of the table ``intervention``.

    Attributes:
        effect_low, effect_mode, effect_high: shares, a fall is positive; None where no effect is
            published that a case could use.
        meaning: what low and high are: ``min-max`` or ``10-90``.
        effect_as: ``relative`` to the baseline, or ``points`` off it.
        evidence_grade: 1 best to 6 worst.
    """

    intervention_id: str
    title: str
    outcome: str
    evidence_grade: int
    source: str
    effect_low: Decimal | None = None
    effect_mode: Decimal | None = None
    effect_high: Decimal | None = None
    meaning: str | None = None
    effect_as: str | None = None
    cost_pence: int | None = None
    cost_unit: str | None = None
    price_year: str | None = None
    lag_years: int | None = None
    note: str | None = None


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What an intervention did where it was tried; the columns of the table ``trial``."""

    trial_id: str
    intervention_id: str
    place: str
    published: str
    design: str
    outcome: str
    finding: str
    source: str
    sample: str | None = None
    treated_n: int | None = None
    treated_events: int | None = None
    control_n: int | None = None
    control_events: int | None = None
    treated_rate: Decimal | None = None
    control_rate: Decimal | None = None
    rate_per: str | None = None

    @property
    def reduction(self) -> float | None:
        """The share by which the outcome fell against the comparison; None if none is told.

        >>> one = library().trials_of("resettlement")[0]
        >>> round(100 * one.reduction, 2)
        8.39
        """
        if self.treated_rate is not None and self.control_rate:
            return float(1 - self.treated_rate / self.control_rate)
        risks = self._risks
        return None if risks is None else 1 - risks[0] / risks[1]

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95% interval of the reduction; only where people were counted in both groups."""
        risks, counts = self._risks, (self.treated_events, self.control_events)
        if risks is None or not all(counts) or not (self.treated_n and self.control_n):
            return None
        treated, control = (int(one or 0) for one in counts)
        spread = _Z95 * math.sqrt(
            1 / treated - 1 / self.treated_n + 1 / control - 1 / self.control_n
        )
        middle = math.log(risks[0] / risks[1])
        return 1 - math.exp(middle + spread), 1 - math.exp(middle - spread)

    @property
    def _risks(self) -> tuple[float, float] | None:
        if not (self.treated_n and self.control_n and self.control_events):
            return None
        return (self.treated_events or 0) / self.treated_n, self.control_events / self.control_n


@dataclass(frozen=True)
class Beside:
    """A prior and one trial, side by side.

    Attributes:
        verdict: ``inside`` the range that was expected, ``below`` or ``above`` it; ``not
            comparable`` where either has no figure, or the prior is in points.
    """

    prior: Intervention
    trial: Trial
    verdict: str


@dataclass(frozen=True)
class InterventionLibrary:
    """Interventions and trials, a place's own after those that ship."""

    interventions: tuple[Intervention, ...]
    trials: tuple[Trial, ...]

    def find(self, intervention_id: str, *, where: str = "") -> Intervention:
        """The intervention of that id.

        Raises:
            RequestError: ``unknown_intervention``, with the nearest ids.

        >>> library().find("paths").title
        'PATHS, lessons in emotional literacy for a whole class'
        """
        known = {one.intervention_id: one for one in self.interventions}
        if intervention_id in known:
            return known[intervention_id]
        near = difflib.get_close_matches(intervention_id, known, 5, cutoff=0.4)
        raise RequestError(
            Problem(
                "unknown_intervention",
                f"there is no intervention {intervention_id!r} in the library",
                where or intervention_id,
                f"the nearest are {', '.join(near)}" if near else "nothing like it is there",
                f"use one of {', '.join(sorted(known))}, or add it to a CSV table of your own",
            )
        )

    def trials_of(self, intervention_id: str) -> tuple[Trial, ...]:
        """What came of it, in the order of the tables."""
        return tuple(one for one in self.trials if one.intervention_id == intervention_id)

    def beside(self, intervention_id: str) -> tuple[Beside, ...]:
        """The prior beside each trial of it.

        Raises:
            RequestError: ``unknown_intervention``.

        >>> [one.verdict for one in library().beside("invented-key-worker")]
        ['inside']
        """
        prior = self.find(intervention_id)
        return tuple(
            Beside(prior, one, _verdict(prior, one)) for one in self.trials_of(intervention_id)
        )


def library(
    interventions: Path | str | None = None, trials: Path | str | None = None
) -> InterventionLibrary:
    """The shipped library and, after it, a person's own tables.

    Args:
        interventions, trials: CSV files with the columns of ``intervention`` and ``trial``.

    Raises:
        RequestError: a file cannot be read, an id stands in both, or a trial is of an intervention
            that is nowhere.
        FileRefused: every cell that is not what its table declares.
    """
    both = {
        "intervention": (load("intervention"), _own("intervention", interventions)),
        "trial": (load("trial"), _own("trial", trials)),
    }
    rows = {
        name: [*shipped.to_pylist(), *([] if own is None else own.to_pylist())]
        for name, (shipped, own) in both.items()
    }
    problems = [
        *_repeated(rows["intervention"], "intervention_id", str(interventions)),
        *_repeated(rows["trial"], "trial_id", str(trials)),
    ]
    known = {row["intervention_id"] for row in rows["intervention"]}
    problems += [
        Problem(
            "unknown_intervention",
            f"a trial is of an intervention that is nowhere: {row['intervention_id']!r}",
            f"{trials}, {row['trial_id']}",
            f"there are {', '.join(sorted(known))}",
            "add the intervention to your table, or correct the id",
        )
        for row in rows["trial"]
        if row["intervention_id"] not in known
    ]
    if problems:
        raise RequestError(problems)
    return InterventionLibrary(
        tuple(Intervention(**row) for row in rows["intervention"]),
        tuple(Trial(**row) for row in rows["trial"]),
    )


def _own(table: str, path: Path | str | None) -> pa.Table | None:
    if path is None:
        return None
    try:
        text = Path(path).read_text("utf-8-sig")
        return read_table(table, io.StringIO(text, newline=""), where=str(path))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise RequestError(
            Problem(
                "cannot_read",
                f"the table of {table}s cannot be read",
                str(path),
                str(error),
                "give a CSV file saved as UTF-8",
            )
        ) from error


def _repeated(rows: Sequence[dict[str, Any]], key: str, where: str) -> list[Problem]:
    ids = [row[key] for row in rows]
    return [
        Problem(
            "repeated",
            f"the {key} {one!r} ships with totalplace and stands in your table too",
            where,
            "one id means one thing",
            "give yours another id",
        )
        for one in sorted({one for one in ids if ids.count(one) > 1})
    ]


def _verdict(prior: Intervention, trial: Trial) -> str:
    found = trial.reduction
    low, high = prior.effect_low, prior.effect_high
    if found is None or low is None or high is None or prior.effect_as != "relative":
        return "not comparable"
    if found < low:
        return "below"
    return "above" if found > high else "inside"
