"""What the words of a header say: learnt, when asked, from the published headers of each field.

There is no second list: the weights follow from ``columns/spend.toml`` by Bayes' rule with even
priors, so that a header added there teaches its words too.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from functools import cache

from totalplace.sources._columns import header_key, read_columns, spend_fields

__all__ = ["exact_field", "header_words", "is_label", "leaning", "word_scores"]

_SPLIT = re.compile(r"£|[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_STOP = frozenset({"the", "of", "and", "for", "in", "over", "a", "t", "s"})
_SMOOTHING = 0.02
_LIKE_CHARS = 4
"""Words that begin alike for so long may be one: supplier and suppliers."""


def header_words(text: str) -> tuple[str, ...]:
    """The words of a header, in lower case, without those that say nothing.

    >>> header_words("PaymentDate"), header_words("Nett Value £"), header_words("COST CENTRE NAME")
    (('payment', 'date'), ('nett', 'value', '£'), ('cost', 'centre', 'name'))
    """
    words = (found.lower() for found in _SPLIT.findall(text))
    return tuple(word for word in words if word not in _STOP)


@cache
def exact_field(key: str) -> str | None:
    """The field that a published header means, by its key."""
    for field in spend_fields():
        if key in {header_key(text) for text in field.headers}:
            return field.name
    return None


def is_label(text: str) -> bool:
    """Whether a cell holds a word that published headers are made of."""
    return any(_weights(word) for word in header_words(text))


@cache
def word_scores(text: str) -> Mapping[str, float]:
    """Field -> how much the words of a header speak for it, 0 to 1; unknown words weaken it.

    >>> max(word_scores("Cost Centre Name").items(), key=lambda pair: pair[1])[0]
    'unit'
    """
    if (field := exact_field(header_key(text))) is not None:
        return {field: 1.0}
    words = header_words(text)
    known = [weights for word in words if (weights := _weights(word))]
    if not known:
        return {}
    scores = {field.name: 1.0 for field in spend_fields()}
    for weights in known:
        for field in scores:
            scores[field] *= weights.get(field, 0.0) + _SMOOTHING
    total = sum(scores.values())
    share = len(known) / len(words)
    return {field: share * score / total for field, score in scores.items()}


def leaning(text: str, field: str) -> int:
    """Which of two columns of one kind is meant: 1 if a word prefers this one, -1 if one avoids it.

    The words are data beside the headers of the field.

    >>> leaning("Paid on", "payment_date"), leaning("Invoice dated", "payment_date")
    (1, -1)
    """
    words = set(header_words(text))
    prefer, avoid = _leanings().get(field, (frozenset(), frozenset()))
    return 1 if words & prefer else -(1 if words & avoid else 0)


@cache
def _leanings() -> Mapping[str, tuple[frozenset[str], frozenset[str]]]:
    return {
        one["name"]: (frozenset(one.get("prefer", ())), frozenset(one.get("avoid", ())))
        for one in read_columns("spend")["field"]
    }


@cache
def _learnt() -> Mapping[str, Mapping[str, float]]:
    """Word -> field -> probability of the field where a header has the word."""
    rates: dict[str, dict[str, float]] = defaultdict(dict)
    for field in spend_fields():
        for text in field.headers:
            for word in set(header_words(text)):
                rates[word][field.name] = rates[word].get(field.name, 0) + 1 / len(field.headers)
    return {
        word: {field: rate / sum(found.values()) for field, rate in found.items()}
        for word, found in rates.items()
    }


@cache
def _weights(word: str) -> Mapping[str, float]:
    learnt = _learnt()
    if word in learnt:
        return learnt[word]
    if len(word) < _LIKE_CHARS:
        return {}
    alike = [one for one in sorted(learnt) if len(one) >= _LIKE_CHARS and _is_like(word, one)]
    return learnt[alike[0]] if alike else {}


def _is_like(word: str, learnt: str) -> bool:
    """Whether two words differ in their ending alone: supplier and suppliers, paid is not pay."""
    short, long = sorted((word, learnt), key=len)
    return long.startswith(short) and len(long) - len(short) <= 2
