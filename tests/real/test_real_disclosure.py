"""What of three councils' published payments would be shown to the public.

Names of private people stand in these files; none is written here or shown by a failing test.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest

from totalplace.disclosure.publish import public_payees
from totalplace.model import body_register

payees: Any = import_module("test_real_payees")
pytestmark = payees.pytestmark

COUNCILS = {
    "trafford": lambda: payees.trafford("2024-25"),
    "manchester": lambda: payees.district("manchester"),
    "salford": lambda: payees.district("salford"),
}


@pytest.mark.parametrize("council", COUNCILS)
def test_most_money_is_shown_by_payee_and_no_person_is(council: str) -> None:
    spend = COUNCILS[council]()
    found = public_payees(spend, body_register(), payer_id=council)
    shown = [one for one in found if one.is_public]
    money = sum(abs(spend[one.payee_text]) for one in shown)
    share = len(shown) / len(found), money / sum(map(abs, spend.values()))
    assert share[0] > 0.5
    assert share[1] > 0.7
    # what the other reading of names takes for a person is shown only if it is a known body
    people = public_payees([one.name for one in shown], body_register(), payer_id=council)
    assert sum(one.kind == "individual" for one in people) == 0
