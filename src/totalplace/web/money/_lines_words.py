"""Words for what a line is: its kind, its part in the count, how it was read. The same everywhere.

The texts of the codes are those of the reference pages of the tables and of elimination.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

from totalplace.disclosure import Publication
from totalplace.model import load
from totalplace.web._figures import name_of
from totalplace.web._words import grade_words
from totalplace.web.money._splits import value_words

__all__ = [
    "code_words",
    "dataset_words",
    "derivation_words",
    "level_words",
    "nature_meaning",
    "role_meaning",
    "rule_words",
]

_SPLITS = {"cap_rev": "cap_rev", "control": "control"}
_NAMED = {"body_id": "body", "counterparty_id": "body", "stream_id": "stream"}


def code_words(publication: Publication, column: str, code: str | int | None) -> str:
    """What a code of a column of the lines is called; the code itself where it has no words."""
    text = "" if code is None else str(code)
    if not text:
        return ""
    if column in _NAMED:
        text = name_of(publication, _NAMED[column], text)
    elif column == "function":
        text = name_of(publication, "function", text)
    elif column in _SPLITS:
        text = value_words(publication, _SPLITS[column], text)
    elif column == "grade":
        text = f"{text}: {grade_words(text)[1]}"
    elif column == "nature":
        text = _natures().get(text, (text, ""))[0]
    elif (told := _WORDS.get(column, {}).get(text)) is not None:
        text = told()
    return text


def dataset_words(dataset: str) -> str:
    """What kind of data a line is from."""
    told = _WORDS["dataset"].get(dataset)
    return told() if told is not None else dataset


def role_meaning(role: str) -> str:
    """What the role of a line means for the count."""
    told = _ROLES.get(role)
    return told() if told is not None else ""


def nature_meaning(nature: str) -> str:
    """What the nature of a line means for the count."""
    return _natures().get(nature, ("", ""))[1]


def rule_words(rule: str | None) -> tuple[str, str]:
    """What the count did with a payment to a known body, and why; empty words of other lines."""
    told = _RULES.get(rule or "")
    return told() if told is not None else (rule or "", "")


def level_words(level: str) -> str:
    """How well both ends of a payment were found to belong together."""
    told = _LEVELS.get(level)
    return told() if told is not None else level


def derivation_words(derivation: str) -> str:
    """How an amount was found."""
    told = _WORDS["derivation"].get(derivation)
    return told() if told is not None else derivation


def _natures() -> Mapping[str, tuple[str, str]]:
    return {row["nature"]: (row["name"], row["definition"]) for row in load("nature").to_pylist()}


_WORDS: Mapping[str, Mapping[str, Callable[[], str]]] = {
    "payee_kind": {
        "body": lambda: _("A public body of the register"),
        "organisation": lambda: _("An organisation"),
        "individual": lambda: _("Individuals, summed"),
        "redacted": lambda: _("Withheld by the publisher, summed"),
        "unrecognised": lambda: _("Not recognised as organisations, summed"),
        "none": lambda: _("No payee"),
    },
    "dataset": {
        "spend": lambda: _("Payments to suppliers"),
        "over_25k": lambda: _("Payments over £25,000"),
        "card": lambda: _("Purchase cards"),
        "grant": lambda: _("Grants awarded"),
        "cra": lambda: _("Country and regional analysis"),
        "ro": lambda: _("Revenue outturn"),
        "return": lambda: _("Returns of income and spending"),
    },
    "role": {
        "headline": lambda: _("In the headline"),
        "itemised": lambda: _("Under a control total"),
        "control": lambda: _("A wider source"),
        "apart": lambda: _("Beside the headline"),
        "financing": lambda: _("Reconciliation only"),
        "funding": lambda: _("Funding"),
        "total": lambda: _("A published total"),
    },
    "side": {
        "out": lambda: _("Paid out or spent"),
        "in": lambda: _("Received"),
    },
    "derivation": {
        "direct": lambda: _("as the source says it"),
        "apportioned": lambda: _("a share of a wider amount"),
        "inferred": lambda: _("from the receipt of the payee"),
        "estimated": lambda: _("an estimate"),
    },
}

_ROLES: Mapping[str, Callable[[], str]] = {
    "headline": lambda: _("It counts in gross by itself."),
    "itemised": lambda: _(
        "It is an item of a return that counts as a whole: it says what part of the return was for,"
        " and is not added again."
    ),
    "control": lambda: _(
        "It is a wider source of what the headline holds already. It is not added; its body's own"
        " figures are checked against it."
    ),
    "apart": lambda: _("It is shown beside the headline and is not part of it."),
    "financing": lambda: _(
        "It is what an account does with money besides spending it. It stands in the"
        " reconciliation and not in the headline."
    ),
    "funding": lambda: _(
        "It is money that comes in. It makes the funder's view and is not spending."
    ),
    "total": lambda: _("It is a total as its publisher states it. It checks, and is never added."),
}

_RULES: Mapping[str, Callable[[], tuple[str, str]]] = {
    "eliminate": lambda: (
        _("Taken out of net"),
        _("the payee's own spending is counted, so this payment would count twice"),
    ),
    "not_counted": lambda: (
        _("Stays in net"),
        _("the payee's own spending is not in the count: the trail ends here"),
    ),
    "net_of_receipt": lambda: (
        _("Stays in net"),
        _("the payee reports net of such receipts, so its account does not hold it again"),
    ),
    "outside": lambda: (
        _("Stays in net"),
        _("the payee's area lies outside the place"),
    ),
    "in_outturn": lambda: (
        _("In the return already"),
        _("a levy or precept among published payments: the payer's return holds it"),
    ),
    "internal": lambda: (
        _("Inside one account"),
        _("payer and payee are of one account: nothing leaves it"),
    ),
}

_LEVELS: Mapping[str, Callable[[], str]] = {
    "reference": lambda: _("the same reference on both sides"),
    "amount": lambda: _("the same amount in the same year"),
    "amount_near": lambda: _("nearly the same amount (within £1 or 0.1%)"),
    "year": lambda: _("the same amount, one year apart"),
    "sum_stream": lambda: _("the sums of a stream agree"),
    "sum_pair": lambda: _("all sums between the two agree"),
    "decided": lambda: _("a person said that they are one transfer"),
    "decided_purchase": lambda: _("a person said that it is a purchase"),
    "decided_not_paid": lambda: _("a person said that this payer did not pay it"),
    "unmatched": lambda: _("both tell, and do not agree"),
    "payer_only": lambda: _("only the payer tells"),
    "payee_only": lambda: _("only the payee tells"),
}
