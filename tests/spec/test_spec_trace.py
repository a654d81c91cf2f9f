"""Whose money it is in the end: the solver against exact fractions."""

from __future__ import annotations

import reference
from hypothesis import given
from hypothesis import strategies as st

from counted import tried
from totalplace.count._trace import Flow, trace

BODIES = ["a", "b", "c", "d"]


@st.composite
def funded(draw: st.DrawFn) -> list[Flow]:
    """Bodies that all have some money from outside and pay one another in any circle."""
    flows = [Flow(body, f"tax of {body}", draw(st.integers(1, 10**9)), True) for body in BODIES]
    pairs = [(payee, payer) for payee in BODIES for payer in BODIES if payee != payer]
    for payee, payer in draw(st.lists(st.sampled_from(pairs), max_size=8)):
        flows.append(Flow(payee, payer, draw(st.integers(1, 10**9)), False))
    return flows


@tried(600)
@given(flows=funded())
def test_trace_is_the_reference(flows: list[Flow]) -> None:
    traced = trace(flows).shares
    plain = reference.trace((flow.payee, flow.source, flow.pence) for flow in flows)
    for body in BODIES:
        assert sum(traced[body].values()) == 10**12
        for source, share in plain[body].items():
            # Floating point solves, at a relative error far below a penny in a billion pounds.
            assert abs(traced[body].get(source, 0) - share * 10**12) <= 2


def test_money_that_only_goes_round_comes_from_nowhere() -> None:
    flows = [Flow("a", "b", 10, False), Flow("b", "a", 10, False), Flow("c", "tax", 5, True)]
    traced = trace(flows)
    assert traced.unfunded == ("a", "b")
    assert traced.cycles == (("a", "b"),)
    assert traced.sources_of("a", 100) == {"funding not returned": 100}
    assert traced.sources_of("c", 100) == {"tax": 100}


def test_no_outside_money_at_all() -> None:
    traced = trace(
        [Flow("a", "b", 10, False), Flow("b", "a", 10, False), Flow("a", "tax", -1, True)]
    )
    assert traced.shares == {}
    assert traced.unfunded == ("a", "b")
