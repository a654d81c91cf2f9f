"""The claims, computed once for all readers, and the words of their verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from django.utils.translation import gettext_lazy

from totalplace.claims import ClaimResult, documents, evaluate, load_claims

__all__ = ["VERDICT_WORDS", "claim_results", "document_ids", "document_titles", "verdict_word"]

VERDICT_WORDS = {
    "exact": (
        gettext_lazy("exact"),
        gettext_lazy("The printed numbers agree to the last digit."),
    ),
    "within_rounding": (
        gettext_lazy("within rounding"),
        gettext_lazy("The printed numbers can all be true once rounding is allowed for."),
    ),
    "derived": (
        gettext_lazy("derived"),
        gettext_lazy("Nothing in the documents tests it; it gives a result that they do not."),
    ),
    "conflict": (
        gettext_lazy("conflict"),
        gettext_lazy("No values that the printed numbers allow make them agree."),
    ),
    "ambiguous": (
        gettext_lazy("ambiguous"),
        gettext_lazy("The text can be read in ways that give different results."),
    ),
    "parameter": (
        gettext_lazy("parameter"),
        gettext_lazy("A number to be used elsewhere; nothing in the documents tests it."),
    ),
}
"""Verdict -> its word, and what it says."""


@cache
def claim_results() -> Mapping[str, ClaimResult]:
    """Every claim of the ledger with its computed verdict, by id."""
    return {result.id: result for result in evaluate(load_claims())}


@cache
def document_titles() -> Mapping[str, str]:
    """Title, publisher and date of each source document, by id."""
    return {
        row["document"]: f"{row['title']}, {row['publisher']}, {row['date']}" for row in documents()
    }


def document_ids(result: ClaimResult) -> tuple[str, ...]:
    """The documents that a claim quotes, each once."""
    return tuple(dict.fromkeys(part.strip() for part in result.document.split(";")))


def verdict_word(verdict: str) -> str:
    """The word for a verdict."""
    return str(VERDICT_WORDS[verdict][0])
