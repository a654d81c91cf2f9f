"""Words of the pages that check the count: kinds of rows, identities and bases."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

__all__ = ["basis_words", "identity_words", "kind_words", "withheld_words"]


def kind_words(kind: str) -> tuple[str, str]:
    """What a kind of row of the statement is, and what it means."""
    told = _KINDS.get(kind)
    return told() if told is not None else (kind.replace("_", " "), "")


def identity_words(name: str) -> str:
    """An identity of the count as a sentence."""
    told = _IDENTITIES.get(name)
    return told() if told is not None else name.replace("_", " ").capitalize()


def basis_words(basis: str) -> str:
    """What a body's account is net of."""
    told = _BASES.get(basis)
    return told() if told is not None else basis


def withheld_words(kind: str) -> tuple[str, str]:
    """What is shown only in sums, and why."""
    told = _WITHHELD.get(kind)
    return told() if told is not None else (kind, "")


_KINDS: Mapping[str, Callable[[], tuple[str, str]]] = {
    "funding": lambda: (_("Funding from outside"), _("what comes in from outside the place")),
    "in_transit": lambda: (
        _("In transit"),
        _("a counted body paid and another booked a different amount, or none"),
    ),
    "financing": lambda: (
        _("Financing"),
        _("what an account does besides spending: reserves, interest, debt, capital from revenue"),
    ),
    "not_returned": lambda: (
        _("Not returned"),
        _("a body whose spending is counted and whose funding nobody published"),
    ),
    "return_fault": lambda: (
        _("Fault of a return"),
        _("a return whose own arithmetic is out"),
    ),
    "other": lambda: (
        _("Account does not close"),
        _("a body's account that does not close after all named rows"),
    ),
}

_IDENTITIES: Mapping[str, Callable[[], str]] = {
    "net_is_gross_less_eliminated": lambda: _("Net is gross less what is eliminated"),
    "rows_sum_to_net": lambda: _("The rows of every split add up to net"),
    "capital_and_revenue_sum_to_net": lambda: _("Capital and revenue add up to net"),
    "controls_sum_to_net": lambda: _("Net by who decides adds up to net"),
    "statement_closes": lambda: _("The rows of the statement add up to the residual"),
    "other_within_1_pct": lambda: _("Accounts that do not close are within 1% of net"),
    "range_holds_net": lambda: _("Net lies in its range"),
    "records_add_up": lambda: _("All records are lines, rejected or skipped"),
}

_BASES: Mapping[str, Callable[[], str]] = {
    "gross": lambda: _("all that it spends"),
    "net_income": lambda: _("less contracts, fees and contributions to pooled budgets"),
    "net_grant": lambda: _("less grants, allocations, benefits received and pooled budgets"),
    "net_all": lambda: _("less every transfer"),
    "": lambda: _("none"),
}

_WITHHELD: Mapping[str, Callable[[], tuple[str, str]]] = {
    "individual": lambda: (
        _("Individuals"),
        _("their names, dates and rows are nobody's business but theirs"),
    ),
    "redacted": lambda: (
        _("Withheld by the publisher"),
        _("the file itself does not name the payee"),
    ),
    "unrecognised": lambda: (
        _("Not recognised as organisations"),
        _("a name may be a person's until a register, a legal form or a decision says otherwise"),
    ),
}
