"""One published payment as pence, or what is wrong with it."""

from __future__ import annotations

from totalplace.money import MoneyError, parse_pence

__all__ = ["read_amount"]

_TOO_MUCH_PENCE = 10**17
"""A quadrillion pounds is a number of something else, and sums of it would leave 64 bits."""


_NOTHING = "£œ$-–— \t\r\n\u00a0"
"""How publishers write no amount: blank, a dash, or a dash with a currency sign."""


def read_amount(text: str) -> tuple[int | None, str]:
    """Pence and '', or None and a code: ``missing_amount``, ``bad_amount``, ``third_decimal``.

    >>> read_amount("£1,234.50"), read_amount("1.005"), read_amount("£ -"), read_amount("()")
    ((123450, ''), (None, 'third_decimal'), (None, 'missing_amount'), (None, 'bad_amount'))
    """
    if not text.strip(_NOTHING):
        return None, "missing_amount"
    if not any(mark.isdigit() for mark in text):
        return None, "bad_amount"
    try:
        pence = parse_pence(text)
    except MoneyError as error:
        return None, "bad_amount" if error.code == "not_money" else error.code
    if pence is None or abs(pence) >= _TOO_MUCH_PENCE:
        return None, "bad_amount"
    return pence, ""
