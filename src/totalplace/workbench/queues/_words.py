"""What queues and kinds of decisions are called."""

from __future__ import annotations

from django.utils.translation import gettext as _

__all__ = ["about_words", "decision_words", "queue_lead", "queue_words"]


def queue_words(queue: str) -> str:
    """A queue, as its heading names it."""
    return {
        "transfers": _("Transfers that do not match"),
        "payees": _("Payees that sound public"),
        "payee_kinds": _("Organisations or individuals"),
        "unclassified": _("Payments without a function"),
    }[queue]


def queue_lead(queue: str) -> str:
    """What is decided in a queue, and what hangs on it."""
    return {
        "transfers": _(
            "Payments and receipts between two accounts of the place that nothing matches."
            " What is one transfer is counted once."
        ),
        "payees": _(
            "Payees that no body of the register is called. If one is a body of the place, what is"
            " paid to it is a transfer and is counted once."
        ),
        "payee_kinds": _(
            "Payees of whom nothing says whether they are people. Organisations are named to the"
            " public; individuals never are. These names are not public: do not pass them on."
        ),
        "unclassified": _(
            "Payments of which neither a code nor a rule says what they are for."
            " The headline does not hang on it; the split by function does."
        ),
    }[queue]


def decision_words(what: str) -> str:
    """A kind of decision, before its value."""
    return {
        "alias": _("The payee is"),
        "case": _("The case is approved, revision"),
        "class": _("The payments are for"),
        "licence": _("The licence is"),
        "match": _("The transfer is"),
        "payee_kind": _("The payee is"),
        "portfolio": _("The portfolio is approved, revision"),
        "stream": _("The stream is"),
        "undo": _("Undo decision"),
    }.get(what, what)


def about_words(object_id: str) -> str:
    """What a decision that was made elsewhere is about."""
    # only a licence is decided so
    return _("every file that states no licence") if object_id == "*" else object_id
