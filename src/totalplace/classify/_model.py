"""A small text model of one body's classified payments.

Words of service area, expense type and payee, weighted by TF-IDF, go into a logistic regression
for each division against all others (scikit-learn). Its probability is corrected by a second
logistic regression (Platt, 1999) fitted to predictions about suppliers and service areas that were
held out, since that is what it is asked about: payments of a supplier, or of a service area, that
nothing else classifies. The correction sees the first probability and how much of the same service
area is known to have the same label, so that a name alone, in a service area of which little is
known or that holds everything, convinces nobody.

The outcome depends on the texts, labels and weights alone: the seed is fixed, and one thread runs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from totalplace.classify._kinds import Kind
from totalplace.classify._rules import fold

__all__ = [
    "CONFIDENT_PCT",
    "MODEL_VERSION",
    "Example",
    "Guess",
    "Question",
    "TextModel",
    "document",
    "folds",
    "train",
]

MODEL_VERSION = 1
"""Counts up when the model changes: what is kept from an earlier one is then not used."""

CONFIDENT_PCT = 80
"""The least probability, in per cent, at which the model's word is taken."""

SEED = 20261122
FEWEST_EXAMPLES = 50
"""With fewer different texts a body gets no model: its gaps stay unclassified."""

_FOLDS = 3
_EPOCHS = 12
_ALPHA = 1e-5
_WORD = re.compile(r"[^\W\d_]{2,}")
_NEAR_CERTAIN = 1e-6

Floats = npt.NDArray[np.float64]


Question = tuple[str, str]
"""A text, as `document` makes it, and its service area."""


@dataclass(frozen=True)
class Example:
    """A text with its label.

    Attributes:
        unit, supplier: what is held out together when probabilities are corrected.
        weight: how much it counts.
    """

    text: str
    unit: str
    supplier: str
    label: str
    weight: float


def document(kind: Kind) -> str:
    """What the model sees of a kind: its words, each marked by where it stands.

    A person's name and a withheld name are one word each; figures and references are left out.

    >>> document(Kind("b", "Learn Dis 18-64", "Ext Care", "Acme Ltd", "", "organisation", 1, 1, 1))
    'u:learn u:dis u:learn_dis e:ext e:care p:acme p:ltd'
    """
    unit = _WORD.findall(fold(kind.unit_text))
    words = [f"u:{word}" for word in unit]
    if len(unit) > 1:
        words.append("u:" + "_".join(unit))
    words += [f"e:{word}" for word in _WORD.findall(fold(kind.expense_text))]
    if kind.payee_kind == "organisation":
        words += [f"p:{word}" for word in _WORD.findall(fold(kind.payee_text))]
    else:
        words.append(f"p:({kind.payee_kind})")
    return " ".join(words)


class Guess(NamedTuple):
    """What a model says of a text.

    Attributes:
        label: the most probable division.
        probability: that it is right, 0 to 1.
        support: how much of its service area is known to have that label, 0 to 1.
    """

    label: str
    probability: float
    support: float

    @property
    def is_taken(self) -> bool:
        """Whether the product takes its word."""
        return 100 * self.probability >= CONFIDENT_PCT


class TextModel:
    """A trained model; see the module."""

    def __init__(self, vectoriser: Any, classifier: Any, correction: Any, known: _Known) -> None:
        self._vectoriser = vectoriser
        self._classifier = classifier
        self._correction = correction
        self._known = known

    def predict(self, questions: Sequence[Question]) -> list[Guess]:
        """What it says of each text."""
        if not questions:
            return []
        features = self._vectoriser.transform([text for text, _ in questions])
        labels, chance = _best(self._classifier, features)
        support = self._known.support([unit for _, unit in questions], labels)
        sure = self._correction.predict_proba(_evidence(chance, support))[:, 1]
        # of a text without one known word nothing is known
        sure = np.where(np.diff(features.tocsr().indptr) > 0, sure, 0.0)
        return [
            Guess(str(label), round(float(one), 4), round(float(known), 4))
            for label, one, known in zip(labels, sure, support, strict=True)
        ]


class _Known:
    """How much of each service area is known to have each label."""

    def __init__(
        self,
        totals: Mapping[str, float],
        units: Sequence[str],
        labels: Sequence[str],
        weights: Floats,
    ) -> None:
        self._totals = totals
        self._sums: dict[tuple[str, str], float] = {}
        for unit, label, weight in zip(units, labels, weights.tolist(), strict=True):
            self._sums[unit, label] = self._sums.get((unit, label), 0.0) + weight

    def support(self, units: Sequence[str], labels: Sequence[str]) -> Floats:
        """The share of each label in its service area, 0 where nothing is known of it."""
        found = [
            self._sums.get((unit, str(label)), 0.0) / self._totals[unit]
            if unit in self._totals
            else 0.0
            for unit, label in zip(units, labels, strict=True)
        ]
        return np.array(found, dtype=np.float64)


def train(examples: Sequence[Example], totals: Mapping[str, float]) -> TextModel | None:
    """A model of these examples, or None when they are too few, all of one label, or so that
    nothing can be learnt of how far it is right.

    Args:
        totals: service area -> the weight of all its payments, classified or not.
    """
    merged: dict[tuple[str, str, str, str], float] = {}
    for one in examples:
        key = one.text, one.unit, one.supplier, one.label
        merged[key] = merged.get(key, 0.0) + one.weight
    keys = sorted(merged)
    texts, units, suppliers = ([key[i] for key in keys] for i in range(3))
    labels = np.array([label for *_, label in keys])
    if len(set(texts)) < FEWEST_EXAMPLES or len(np.unique(labels)) < 2:
        return None
    from sklearn.feature_extraction.text import TfidfVectorizer

    money = np.array([merged[key] for key in keys])
    weights = np.sqrt(money) / np.sqrt(money).mean()
    vectoriser = TfidfVectorizer(
        lowercase=False, analyzer=str.split, sublinear_tf=True, min_df=2, dtype=np.float64
    )
    try:
        features = vectoriser.fit_transform(texts)
    except ValueError:  # no word stands in two texts
        return None

    def known(chosen: Any) -> _Known:
        return _Known(totals, _of(units, chosen), labels[chosen].tolist(), money[chosen])

    correction = _correction(features, labels, weights, units, (suppliers, units), known)
    if correction is None:
        return None
    everything = known(np.ones(len(keys), dtype=bool))
    return TextModel(vectoriser, _fit(features, labels, weights), correction, everything)


def folds(names: Sequence[str], count: int) -> npt.NDArray[np.int64]:
    """A fold for each name, equal for equal names, drawn by the stated seed."""
    distinct, of_name = np.unique(np.array(names, dtype=str), return_inverse=True)
    order = np.random.default_rng(SEED).permutation(len(distinct))
    drawn: npt.NDArray[np.int64] = (order[of_name] % count).astype(np.int64)
    return drawn


def _fit(features: Any, labels: Any, weights: Floats) -> Any:
    from sklearn.linear_model import SGDClassifier

    classifier = SGDClassifier(
        loss="log_loss",
        alpha=_ALPHA,
        max_iter=_EPOCHS,
        tol=None,
        average=True,
        random_state=SEED,
    )
    return classifier.fit(features, labels, sample_weight=weights)


def _best(classifier: Any, features: Any) -> tuple[Any, Floats]:
    chances = classifier.predict_proba(features)
    return classifier.classes_[chances.argmax(axis=1)], chances.max(axis=1)


def _evidence(chance: Floats, support: Floats) -> Floats:
    """What the correction sees: log-odds of the probability, and the service area's support."""
    inside = np.clip(chance, _NEAR_CERTAIN, 1 - _NEAR_CERTAIN)
    return np.column_stack([np.log(inside / (1 - inside)), support])


def _correction(
    features: Any,
    labels: Any,
    weights: Floats,
    units: Sequence[str],
    ways: Sequence[Sequence[str]],
    known: Callable[[Any], _Known],
) -> Any:
    """How far a probability can be believed about what was not learnt from, held out each way."""
    from sklearn.linear_model import LogisticRegression

    evidence, right, counts = [], [], []
    for names in ways:
        fold_of = folds(names, _FOLDS)
        for number in range(_FOLDS):
            held = fold_of == number
            if not held.any() or len(np.unique(labels[~held])) < 2:
                continue
            found, chance = _best(
                _fit(features[~held], labels[~held], weights[~held]), features[held]
            )
            evidence.append(_evidence(chance, known(~held).support(_of(units, held), found)))
            right.append(found == labels[held])
            counts.append(weights[held])
    if not right:
        return None
    # One made-up wrong answer where nothing is known and one right where all is: a body whose
    # payments are easily told apart has no wrong ones of its own.
    evidence.append(_evidence(np.array([0.5, 1.0]), np.array([0.0, 1.0])))
    right.append(np.array([False, True]))
    counts.append(np.ones(2))
    return LogisticRegression().fit(
        np.concatenate(evidence), np.concatenate(right), sample_weight=np.concatenate(counts)
    )


def _of(names: Sequence[str], chosen: Any) -> list[str]:
    return [name for name, is_in in zip(names, chosen.tolist(), strict=True) if is_in]
