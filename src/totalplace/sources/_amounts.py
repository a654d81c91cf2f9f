"""One published payment as pence, or what is wrong with it."""

from __future__ import annotations

import re

from totalplace.money import MoneyError, parse_pence

__all__ = ["read_amount"]

_TOO_MUCH_PENCE = 10**17
"""A quadrillion pounds is a number of something else, and sums of it would leave 64 bits."""


_MAX_CHARS = 100
"""No amount is longer; patterns take long over what a file may put in its place."""

_AROUND = "£œ$-–—+() \t\r\n\u00a0"

_NOTHING = "£œ$-–— \t\r\n\u00a0"
"""How publishers write no amount: blank, a dash, or a dash with a currency sign."""


_MOJIBAKE = ("Â£", "\ufffd", "GBP", "gbp")
"""What a pound sign became, or stands for it."""

_MARK = re.compile(r"(.*\d[^A-Za-z]*?)\s*(CR|DR|C|D)\.?", re.IGNORECASE)
_GROUPED = re.compile(r"\d+(?:,\d{3})*(?:\.\d*)?|\.\d+")
"""Commas stand before three digits: ``12,50`` is a decimal comma, which no payment here has."""


def read_amount(text: str) -> tuple[int | None, str]:
    """Pence and '', or None and a code: ``missing_amount``, ``bad_amount``, ``third_decimal``.

    ``CR`` after an amount makes it a credit, which takes money back; ``DR`` changes nothing.

    >>> read_amount("£1,234.50"), read_amount("1.005"), read_amount("£ -"), read_amount("()")
    ((123450, ''), (None, 'third_decimal'), (None, 'missing_amount'), (None, 'bad_amount'))
    >>> read_amount("Â£12.50 CR"), read_amount("£(7.00)"), read_amount("12,50")
    ((-1250, ''), (-700, ''), (None, 'bad_amount'))
    """
    text = text.strip()
    if len(text) > _MAX_CHARS:
        return None, "bad_amount"
    for sign in _MOJIBAKE:
        text = text.replace(sign, "£")
    is_credit = False
    if marked := _MARK.fullmatch(text.strip()):
        text, is_credit = marked[1], marked[2].upper().startswith("C")
    bare = text.strip(_NOTHING)
    if bare.startswith("(") and bare.endswith(")"):
        text = bare
    if not text.strip(_NOTHING):
        return None, "missing_amount"
    # of a negative credit nobody can tell which way the money went
    if not any(mark.isdigit() for mark in text) or (is_credit and set("-(") & set(text)):
        return None, "bad_amount"
    is_grouped = "," not in text or _GROUPED.fullmatch(text.strip(_AROUND))
    try:
        pence = parse_pence(text) if is_grouped else None
    except MoneyError as error:
        return None, "bad_amount" if error.code == "not_money" else error.code
    if pence is None or abs(pence) >= _TOO_MUCH_PENCE:
        return None, "bad_amount"
    return (-pence if is_credit else pence), ""
