"""How right a classification is, measured on labels that it was not given.

Two sources of labels, neither made by the rules or the model. *Publishers' codes*: where a body
gives codes that name a service, they are hidden from the model group by group, and neither rules
nor model ever see them when they are tried. *A read sample*: texts of service area and expense
type drawn by a stated seed before anything was tuned, read by a person, kept as hashes.

Everything is weighed by money: amounts without sign.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from totalplace.classify._classify import (
    Classified,
    Reading,
    Sources,
    classify,
    examples,
    models,
    question,
    read,
    supplier,
    unit_totals,
)
from totalplace.classify._crosswalk import heaviest
from totalplace.classify._kinds import Kind
from totalplace.classify._model import Example, Guess, document, folds, train
from totalplace.classify._rules import fold

__all__ = ["Evaluation", "Measured", "Reliability", "Score", "evaluate", "text_hash"]

FOLDS = 5
_BANDS = ((0, 50), (50, 60), (60, 70), (70, 80), (80, 90), (90, 101))


@dataclass(frozen=True)
class Score:
    """One way of classifying, on one set of labels.

    Attributes:
        accuracy_pct: right, of what it classifies, by money; None when it classifies nothing.
        coverage_pct: what it classifies, of all labelled money.
        right_pct: right, of all labelled money: what it leaves unclassified counts as wrong.
    """

    accuracy_pct: float | None
    coverage_pct: float
    right_pct: float


@dataclass(frozen=True)
class Measured:
    """Ways of classifying side by side, on the same labelled money.

    Attributes:
        labels: where the labels are from, and what was held out.
        body_id: whose payments, or ``all``.
        lines, groups, size_pence: how much was labelled: payments, distinct groups, money.
        majority_class: the division with most money, which `majority` always says.
        rules: rules alone.
        model: the text model alone, where it is confident.
        applied: what the product does: with codes held out, rules and then the model; on the read
            sample, everything it knows.
        codes: the publisher's codes alone, on the read sample.
        elsewhere: a model that has learnt from the other bodies only, on the read sample.
    """

    labels: str
    body_id: str
    lines: int
    groups: int
    size_pence: int
    majority_class: str
    majority: Score
    rules: Score
    model: Score | None
    applied: Score
    codes: Score | None = None
    elsewhere: Score | None = None


@dataclass(frozen=True)
class Reliability:
    """How often the model is right when it gives such a probability, suppliers held out.

    Attributes:
        from_pct, upto_pct: the band of probabilities.
        mean_pct: their mean; right_pct how much of the money was right.
    """

    from_pct: int
    upto_pct: int
    size_pence: int
    mean_pct: float
    right_pct: float


@dataclass(frozen=True)
class Evaluation:
    """Everything measured.

    Attributes:
        measured: one row for each set of labels.
        reliability: how far probabilities can be believed.
        unread: texts of the read sample in this place that no reader could tell.
        why_none: why nothing could be measured, if so.
    """

    measured: tuple[Measured, ...]
    reliability: tuple[Reliability, ...]
    unread: int
    why_none: str | None


@dataclass(frozen=True)
class _Case:
    """A labelled kind and what each way of classifying says of it."""

    label: str
    kind: Kind
    group: str
    rules: str | None
    model: str | None
    applied: str | None
    code: str | None = None
    elsewhere: str | None = None


def evaluate(
    kinds: Sequence[Kind], sources: Sources, sample: Iterable[Mapping[str, Any]]
) -> Evaluation:
    """Measure the classification of a place on codes held out and on the read sample.

    Args:
        kinds: the place's kinds of payment.
        sources: its rules, codes and decisions.
        sample: rows of ``class_sample``.
    """
    readings = read(kinds, sources)
    measured: list[Measured] = []
    reliability: tuple[Reliability, ...] = ()
    coded = [one for one in readings if one.code and one.is_base]
    if coded:
        ways: dict[str, Callable[[Kind], str]] = {
            "groups of the same texts": document,
            "suppliers": supplier,
        }
        for name, group in ways.items():
            held = _held_out(readings, coded, group)
            cases = [_coded_case(one, guess, group) for one, guess in held]
            measured.append(_measure(f"publisher's codes, {name} held out", "all", cases))
            reliability = _reliability(held)
    labels = {row["text_hash"]: row["code"] for row in sample}
    found = [
        (one, labels[key])
        for one in readings
        if one.is_base and (key := text_hash(one.kind)) in labels
    ]
    told = [(one, label) for one, label in found if label]
    if told:
        applied = {one.kind.key: one for one in classify(kinds, sources)}
        learnt = examples(readings)
        measured += _read_sample(told, applied, learnt, unit_totals(readings))
    return Evaluation(
        measured=tuple(measured),
        reliability=reliability,
        unread=len({text_hash(one.kind) for one, label in found if not label}),
        why_none=None
        if measured
        else "no payment has a publisher's code that names a service, or is in the read sample",
    )


def text_hash(kind: Kind) -> str:
    """What names a text of the read sample: payer, service area and expense type, hashed."""
    text = "|".join((kind.body_id, fold(kind.unit_text), fold(kind.expense_text)))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _held_out(
    readings: Sequence[Reading], coded: Sequence[Reading], group: Callable[[Kind], str]
) -> list[tuple[Reading, Guess | None]]:
    """Every coded reading with the word of a model that has learnt nothing from its group."""
    bodies = {one.kind.body_id for one in coded}
    near = [one for one in readings if one.kind.body_id in bodies]
    fold_of = dict(
        zip(
            (one.kind.key for one in near),
            folds([group(one.kind) for one in near], FOLDS).tolist(),
            strict=True,
        )
    )
    guesses: dict[tuple[str, ...], Guess | None] = {}
    totals = unit_totals(near)
    for number in range(FOLDS):
        hidden = {key for key, drawn in fold_of.items() if drawn == number}
        learnt = examples(near, is_hidden=_among(hidden))
        trained = models(learnt, totals)
        asked: dict[str, list[Reading]] = {}
        for one in coded:
            if one.kind.key in hidden and one.may_ask and one.kind.body_id in trained:
                asked.setdefault(one.kind.body_id, []).append(one)
        for body_id, held_out in asked.items():
            said = trained[body_id].predict([question(one.kind) for one in held_out])
            guesses.update((one.kind.key, guess) for one, guess in zip(held_out, said, strict=True))
    return [(one, guesses.get(one.kind.key)) for one in coded]


def _among(hidden: Collection[tuple[str, ...]]) -> Callable[[Reading], bool]:
    return lambda one: one.kind.key in hidden


def _confident(guess: Guess | None) -> str | None:
    return guess.label if guess is not None and guess.is_taken else None


def _division(found: tuple[Mapping[str, int], str] | None) -> str | None:
    return (heaviest(found[0]) or "").partition(".")[0] or None if found else None


def _coded_case(one: Reading, guess: Guess | None, group: Callable[[Kind], str]) -> _Case:
    rules, model = _division(one.rule), _confident(guess)
    return _Case(
        label=_division(one.code) or "",
        kind=one.kind,
        group=group(one.kind),
        rules=rules,
        model=model,
        applied=rules or model,
    )


def _read_sample(
    told: Sequence[tuple[Reading, str]],
    applied: Mapping[tuple[str, str, str, str, str], Classified],
    learnt: Mapping[str, Sequence[Example]],
    totals: Mapping[str, Mapping[str, float]],
) -> list[Measured]:
    bodies = sorted({one.kind.body_id for one, _ in told})
    cases: dict[str, list[_Case]] = {}
    for body_id in bodies:
        others = [one for other in sorted(learnt) if other != body_id for one in learnt[other]]
        known = {
            unit: size
            for other in sorted(learnt)
            if other != body_id
            for unit, size in totals[other].items()
        }
        elsewhere = train(others, known) if others else None
        here = [(one, label) for one, label in told if one.kind.body_id == body_id]
        said: Sequence[Guess | None] = [None] * len(here)
        if elsewhere is not None:
            said = elsewhere.predict([question(one.kind) for one, _ in here])
        cases[body_id] = [
            _Case(
                label=label,
                kind=one.kind,
                group=text_hash(one.kind),
                rules=_division(one.rule),
                model=None,
                applied=(applied[one.kind.key].function or "").partition(".")[0] or None,
                code=_division(one.code),
                elsewhere=_confident(guess),
            )
            for (one, label), guess in zip(here, said, strict=True)
        ]
    name = "texts read by a person"
    rows = [_measure(name, body_id, cases[body_id]) for body_id in bodies]
    if len(bodies) > 1:
        rows.append(_measure(name, "all", [case for body_id in bodies for case in cases[body_id]]))
    return rows


def _measure(labels: str, body_id: str, cases: Sequence[_Case]) -> Measured:
    money: dict[str, int] = {}
    for case in cases:
        money[case.label] = money.get(case.label, 0) + case.kind.size_pence
    majority = max(sorted(money), key=lambda label: money[label])
    is_read = any(case.elsewhere for case in cases) or labels.startswith("texts")
    return Measured(
        labels=labels,
        body_id=body_id,
        lines=sum(case.kind.lines for case in cases),
        groups=len({case.group for case in cases}),
        size_pence=sum(money.values()),
        majority_class=majority,
        majority=_score(cases, lambda _: majority),
        rules=_score(cases, lambda case: case.rules),
        model=None if is_read else _score(cases, lambda case: case.model),
        applied=_score(cases, lambda case: case.applied),
        codes=_score(cases, lambda case: case.code) if is_read else None,
        elsewhere=_score(cases, lambda case: case.elsewhere) if is_read else None,
    )


def _score(cases: Sequence[_Case], said: Callable[[_Case], str | None]) -> Score:
    total = sum(case.kind.size_pence for case in cases)
    covered = sum(case.kind.size_pence for case in cases if said(case))
    right = sum(case.kind.size_pence for case in cases if said(case) == case.label)
    return Score(
        accuracy_pct=_pct(right, covered) if covered else None,
        coverage_pct=_pct(covered, total),
        right_pct=_pct(right, total),
    )


def _reliability(held: Sequence[tuple[Reading, Guess | None]]) -> tuple[Reliability, ...]:
    rows = []
    for low, high in _BANDS:
        inside = [
            (one, guess)
            for one, guess in held
            if guess is not None and low <= 100 * guess.probability < high and one.kind.size_pence
        ]
        size = sum(one.kind.size_pence for one, _ in inside)
        if not size:
            continue
        right = sum(
            one.kind.size_pence for one, guess in inside if guess.label == _division(one.code)
        )
        mean = sum(one.kind.size_pence * guess.probability for one, guess in inside) / size
        rows.append(Reliability(low, min(high, 100), size, round(100 * mean, 1), _pct(right, size)))
    return tuple(rows)


def _pct(part: int, whole: int) -> float:
    return round(100 * part / whole, 1) if whole else 0.0
