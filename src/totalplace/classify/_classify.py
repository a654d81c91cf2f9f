"""The function of every kind of payment, and the way it was found.

In order: a person's decision; the placing rule that gives the payment a line of its payer's
return; the publisher's code where it names a service; a general rule on the words of service area,
payee and expense type; the text model, when it is confident; the publisher's code where it names
only what was bought. What none of them tells is unclassified.

The payer's own placing rule comes before the publisher's code because ProClass is given to the
supplier, not to the payment: read payment by payment the rules are right far more often.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from totalplace.classify._crosswalk import Weights, heaviest
from totalplace.classify._decided import decided_rules
from totalplace.classify._kinds import SET_APART, Kind
from totalplace.classify._model import Example, Guess, Question, TextModel, document, train
from totalplace.classify._rules import TEXTS, SpendRules, fold
from totalplace.place import Decision

__all__ = [
    "ROUTES",
    "UNCLASSIFIED",
    "Classified",
    "Reading",
    "Sources",
    "classify",
    "examples",
    "models",
    "question",
    "read",
    "supplier",
    "unit_totals",
]

UNCLASSIFIED = "unclassified"
ROUTES = ("decision", "code", "rule", "model", UNCLASSIFIED, "set_apart")
"""How a function was found; ``set_apart`` are natures that have none of the payer's own."""


_ROUTE_OF = {
    "decision": "decision",
    "placing": "rule",
    "code": "code",
    "general": "rule",
    "model": "model",
    "bought": "code",
    "none": UNCLASSIFIED,
    "set_apart": "set_apart",
}


@dataclass(frozen=True)
class Sources:
    """What a classification rests on besides the payments.

    Attributes:
        placing: placing rules of payers, which give nature and return line.
        general: rules on words that hold for any payer.
        weights: the crosswalk.
        decisions: people's corrections.
    """

    placing: SpendRules
    general: SpendRules
    weights: Weights
    decided: SpendRules

    @classmethod
    def of(
        cls,
        *,
        placing: Iterable[Mapping[str, Any]],
        general: Iterable[Mapping[str, Any]],
        weights: Weights,
        decisions: Iterable[Decision] = (),
    ) -> Sources:
        """From the rows of ``spend_rule`` and ``class_rule``, and the decisions that hold."""
        return cls(SpendRules(placing), SpendRules(general), weights, decided_rules(decisions))


@dataclass(frozen=True)
class Classified:
    """What a kind of payment is for.

    Attributes:
        nature: of the money.
        route: one of ROUTES.
        step: finer: decision, placing (a payer's rule), code, general (a rule on words), model,
            bought (a code of what was bought), none or set_apart.
        function: COFOG code (the heaviest of ``shares``), or None.
        shares: COFOG code -> millionths, summing to a million; empty without a function.
        probability: that the model is right, 0 to 1; None on every other route.
        reason: in words.
        ro_code: the return line of the placing rule, if any.
    """

    kind: Kind
    nature: str
    route: str
    step: str
    function: str | None
    shares: Mapping[str, int]
    probability: float | None
    reason: str
    ro_code: str


@dataclass(frozen=True)
class Reading:
    """What each source says of a kind, before one is chosen; each is shares and a reason."""

    kind: Kind
    nature: str
    ro_code: str
    cap_rev: str
    decision: tuple[Mapping[str, int], str] | None
    placing: tuple[Mapping[str, int], str] | None
    code: tuple[Mapping[str, int], str] | None
    general: tuple[Mapping[str, int], str] | None
    bought: tuple[Mapping[str, int], str] | None

    @property
    def rule(self) -> tuple[Mapping[str, int], str] | None:
        """What rules alone say."""
        return self.placing or self.general

    @property
    def is_capital(self) -> bool:
        """Whether its placing rule finds capital. A capital programme holds every service, and a
        model has learnt what running them costs: it is not asked."""
        return self.cap_rev == "cap"

    @property
    def may_ask(self) -> bool:
        """Whether a model may be asked."""
        return self.is_base and not self.is_capital

    @property
    def is_base(self) -> bool:
        """Whether its money has a function of the payer's own."""
        return self.nature not in SET_APART


def classify(kinds: Sequence[Kind], sources: Sources) -> list[Classified]:
    """Classify kinds, in the order given."""
    readings = read(kinds, sources)
    trained = models(examples(readings), unit_totals(readings))
    return [_chosen(one, guess) for one, guess in _guessed(readings, trained)]


def read(kinds: Sequence[Kind], sources: Sources) -> list[Reading]:
    """What codes, rules and decisions say of each kind."""
    tries = {name: _Tried(rules) for name, rules in vars(sources).items() if name != "weights"}
    readings = []
    for kind in kinds:
        placed = tries["placing"].find(kind)
        ro_code = str(placed["ro_code"] or "") if placed else ""
        decided, general = tries["decided"].find(kind), tries["general"].find(kind)
        label = fold(kind.class_code)
        readings.append(
            Reading(
                kind=kind,
                nature=placed["nature"] if placed else "purchase",
                ro_code=ro_code,
                cap_rev=placed["cap_rev"] if placed else "cur",
                decision=_of_rule(decided),
                placing=_of_code(
                    sources.weights,
                    ("ro_line", fold(ro_code)),
                    f"return line {ro_code}: {placed['reason'] if placed else ''}",
                ),
                code=_of_code(
                    sources.weights,
                    ("proclass", label),
                    f"the publisher's ProClass code {kind.class_code} names a service",
                ),
                general=_of_rule(general),
                bought=_of_code(
                    sources.weights,
                    ("proclass_input", label),
                    f"the publisher's ProClass code {kind.class_code} names what was bought, "
                    "and nothing names a service",
                ),
            )
        )
    return readings


def examples(
    readings: Iterable[Reading], *, is_hidden: Callable[[Reading], bool] = lambda _: False
) -> dict[str, list[Example]]:
    """Body -> what its model learns from: decisions, publisher's codes and, failing these, rules.

    Args:
        is_hidden: whether a reading is held out.
    """
    found: dict[str, list[Example]] = {}
    for one in readings:
        if not one.is_base or is_hidden(one):
            continue
        label = one.decision or one.code or one.rule
        if label is None:
            continue
        found.setdefault(one.kind.body_id, []).append(
            Example(
                text=document(one.kind),
                unit=fold(one.kind.unit_text),
                supplier=supplier(one.kind),
                label=_division(label[0]),
                weight=_weight(one.kind),
            )
        )
    return found


def unit_totals(readings: Iterable[Reading]) -> dict[str, dict[str, float]]:
    """Body -> service area -> the weight of its payments, classified or not."""
    found: dict[str, dict[str, float]] = {}
    for one in readings:
        if one.is_base:
            totals = found.setdefault(one.kind.body_id, {})
            unit = fold(one.kind.unit_text)
            totals[unit] = totals.get(unit, 0.0) + _weight(one.kind)
    return found


def _weight(kind: Kind) -> float:
    return 1.0 + kind.size_pence / 100


def models(
    learnt: Mapping[str, Sequence[Example]], totals: Mapping[str, Mapping[str, float]]
) -> dict[str, TextModel]:
    """Body -> its model, for bodies with enough to learn from."""
    trained = {body_id: train(learnt[body_id], totals[body_id]) for body_id in sorted(learnt)}
    return {body_id: model for body_id, model in trained.items() if model is not None}


def question(kind: Kind) -> Question:
    """What a model is asked of a kind."""
    return document(kind), fold(kind.unit_text)


def supplier(kind: Kind) -> str:
    """What is held out together: a payee, or, of a payee that is not named, the kind's texts."""
    if kind.payee_kind == "organisation":
        return fold(kind.payee_text)
    return "|".join((kind.payee_kind, fold(kind.unit_text), fold(kind.expense_text)))


class _Tried:
    """Rules tried once for each different combination of what their patterns fit."""

    def __init__(self, rules: SpendRules) -> None:
        self._rules = rules
        self._classes: dict[tuple[str, str, str], str] = {}
        self._found: dict[tuple[str, ...], Mapping[str, Any] | None] = {}

    def find(self, kind: Kind) -> Mapping[str, Any] | None:
        own = self._rules.of(kind.body_id)
        classes = []
        for text in TEXTS:
            value = getattr(kind, f"{text}_text")
            key = kind.body_id, text, value
            if key not in self._classes:
                self._classes[key] = own.text_class(text, value)
            classes.append(self._classes[key])
        combined = (kind.body_id, *classes)
        if combined not in self._found:
            self._found[combined] = own.find(dict(zip(TEXTS, classes, strict=True)))
        return self._found[combined]


def _of_code(
    weights: Weights, code: tuple[str, str], reason: str
) -> tuple[Mapping[str, int], str] | None:
    found = weights.get(code)
    return (found, reason) if found else None


def _of_rule(rule: Mapping[str, Any] | None) -> tuple[Mapping[str, int], str] | None:
    return ({rule["code"]: 1_000_000}, rule["reason"]) if rule else None


def _division(shares: Mapping[str, int]) -> str:
    return (heaviest(shares) or "").partition(".")[0]


def _guessed(
    readings: Sequence[Reading], trained: Mapping[str, TextModel]
) -> list[tuple[Reading, Guess | None]]:
    """Readings with the model's word, where nothing surer says anything."""
    asked: dict[str, list[Reading]] = {}
    for one in readings:
        if _surer(one) is None and one.may_ask and one.kind.body_id in trained:
            asked.setdefault(one.kind.body_id, []).append(one)
    guesses = {
        one.kind.key: guess
        for body_id, here in asked.items()
        for one, guess in zip(
            here, trained[body_id].predict([question(one.kind) for one in here]), strict=True
        )
    }
    return [(one, guesses.get(one.kind.key)) for one in readings]


def _surer(one: Reading) -> tuple[str, tuple[Mapping[str, int], str]] | None:
    """Step, shares and reason of what comes before the model."""
    if one.decision:
        return "decision", one.decision
    if not one.is_base:
        return None
    for step, found in (("placing", one.placing), ("code", one.code), ("general", one.general)):
        if found:
            return step, found
    return None


def _chosen(one: Reading, guess: Guess | None) -> Classified:
    probability = None
    surer = _surer(one)
    if surer is not None:
        step, (shares, reason) = surer
    elif not one.is_base:
        step, shares, reason = "set_apart", {}, f"{one.nature}: no function of the payer's own"
    elif guess is not None and guess.is_taken:
        probability = guess.probability
        step, shares = "model", {guess.label: 1_000_000}
        reason = (
            f"words like those of payments classified as {guess.label}, "
            f"as is {100 * guess.support:.0f}% of its service area"
        )
    elif one.bought:
        step, (shares, reason) = "bought", one.bought
    else:
        step, shares = "none", {}
        reason = "no code, no rule; " + (
            f"the model gives {guess.label} only {100 * guess.probability:.0f}%"
            if guess
            else "a capital programme holds every service, so the model is not asked"
            if one.is_capital
            else "too little of its payer is classified to learn from"
        )
    return Classified(
        kind=one.kind,
        nature=one.nature,
        route=_ROUTE_OF[step],
        step=step,
        function=heaviest(shares),
        shares=shares,
        probability=probability,
        reason=reason,
        ro_code=one.ro_code,
    )
