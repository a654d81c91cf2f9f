"""The kinds of payee in the public zone, and what stands in place of a name that is not public."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

__all__ = ["PAYEE_KINDS", "SUMMED_NAMES", "PublicKind"]

PublicKind = Literal["body", "organisation", "individual", "redacted", "unrecognised", "none"]

PAYEE_KINDS: tuple[PublicKind, ...] = get_args(PublicKind)
"""body: of the register; organisation: recognised as one; individual: reads like a person;
redacted: withheld by the publisher; unrecognised: anything else; none: a line without a payee."""

SUMMED_NAMES: Mapping[str, str] = {
    "individual": "Individuals",
    "redacted": "Withheld by the publisher",
    "unrecognised": "Payees not recognised as organisations",
}
"""What is shown for the payees whose lines are summed."""
