"""The decision function: default deny, the roles of the design, whose things, second factors."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from totalplace.access import (
    ACTIONS,
    DATA_CLASSES,
    EVERY_BODY,
    NOBODY,
    ROLES,
    RULES,
    Actor,
    Thing,
    decide,
)

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
MILL, FORD = "millcombe-council", "fordwick-council"


def actor(role: str, *bodies: str, factor: bool = True, name: str = "ann") -> Actor:
    return Actor(
        name, frozenset([role]), frozenset(bodies), second_factor_at=NOW if factor else None
    )


def thing(data_class: str, *bodies: str, owner: str = "bob") -> Thing:
    return Thing(data_class, "1", frozenset(bodies), owner)


@pytest.mark.parametrize(
    ("who", "action", "what", "rule_id"),
    [
        (NOBODY, "see", thing("line", MILL), "denied-not-signed-in"),
        (NOBODY, "sign_in", thing("account"), "anyone-signs-in"),
        (NOBODY, "report", thing("mistake"), "anyone-reports"),
        (actor("viewer"), "see", thing("line", MILL), "denied-role"),
        (actor("practitioner", MILL), "see", thing("line", MILL), "denied-role"),
        (actor("admin"), "see", thing("line", MILL), "denied-role"),
        (actor("admin"), "see", thing("audit"), "denied-role"),
        (actor("admin"), "manage", thing("accounts"), "admins-accounts"),
        (actor("analyst", MILL), "see", thing("line", MILL), "analysts-money"),
        (actor("analyst", MILL), "see", thing("line", FORD), "denied-scope"),
        (actor("analyst", MILL), "see", thing("line", MILL, FORD), "denied-scope"),
        (actor("analyst", MILL), "sign_off", thing("return", MILL), "analysts-sign-off"),
        (actor("analyst", EVERY_BODY), "sign_off", thing("return", MILL), "denied-scope"),
        (actor("analyst", "*", MILL), "sign_off", thing("return", MILL), "analysts-sign-off"),
        (actor("analyst", EVERY_BODY), "keep", thing("return"), "place-analysts-due-dates"),
        (actor("analyst", MILL), "keep", thing("return"), "denied-scope"),
        (actor("analyst", MILL), "settle", thing("queue", MILL, FORD), "analysts-queues"),
        (actor("analyst", MILL), "settle", thing("queue", FORD), "denied-scope"),
        (actor("analyst"), "see", thing("line", MILL), "denied-scope"),
        (actor("analyst"), "see", thing("line"), "denied-scope"),
        (actor("analyst", MILL), "see", thing("line"), "denied-scope"),
        (actor("analyst", EVERY_BODY), "see", thing("line"), "analysts-money"),
        (actor("analyst", MILL, factor=False), "see", thing("line", MILL), "denied-second-factor"),
        (actor("analyst", MILL), "draft", thing("release"), "denied-scope"),
        (actor("analyst", EVERY_BODY), "draft", thing("release"), "place-analysts-draft"),
        (actor("analyst", EVERY_BODY), "approve", thing("release"), "denied-role"),
        (actor("governance"), "approve", thing("release"), "governance-approves"),
        (actor("governance", name="bob"), "approve", thing("release"), "denied-scope"),
        (actor("governance"), "approve", thing("release", owner=""), "denied-scope"),
        (actor("governance"), "verify", thing("audit"), "governance-audits"),
        (actor("viewer", name="bob"), "see", thing("view"), "own-views"),
        (actor("viewer"), "see", thing("view"), "denied-scope"),
        (actor("operator"), "withdraw", thing("release"), "operators"),
        (actor("king"), "see", thing("line", MILL), "denied-role"),
        (actor("analyst", EVERY_BODY), "burn", thing("line"), "denied-unknown"),
        (actor("analyst", EVERY_BODY), "see", thing("diary"), "denied-unknown"),
    ],
)
def test_who_may_do_what(who: Actor, action: str, what: Thing, rule_id: str) -> None:
    found = decide(who, action, what, now=NOW)
    assert (found.rule_id, found.allowed) == (rule_id, not rule_id.startswith("denied"))
    assert found.because


def test_a_second_factor_holds_for_twelve_hours() -> None:
    one, what = actor("analyst", MILL), thing("line", MILL)
    assert decide(one, "see", what, now=NOW + timedelta(hours=11, minutes=59)).allowed
    assert not decide(one, "see", what, now=NOW + timedelta(hours=12)).allowed


def test_a_closed_account_is_denied() -> None:
    facts = ("ann", frozenset(["admin"]), frozenset[str](), NOW)
    what = thing("accounts")
    assert decide(Actor(*facts), "manage", what, now=NOW).allowed
    assert not decide(Actor(*facts, is_active=False), "manage", what, now=NOW).allowed
    assert not decide(Actor(*facts, expires=NOW), "manage", what, now=NOW).allowed


def test_rules_use_known_words_and_have_their_own_ids() -> None:
    assert len({rule.rule_id for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert rule.actions <= set(ACTIONS)
        assert rule.data_classes <= set(DATA_CLASSES)
        assert (rule.roles or set()) <= set(ROLES)
    assert {word for rule in RULES for word in rule.actions} == set(ACTIONS)
    used = {word for rule in RULES if rule.rule_id != "operators" for word in rule.data_classes}
    assert used == set(DATA_CLASSES)


@given(
    st.frozensets(st.sampled_from(ROLES[:-1])),
    st.sampled_from(sorted(ACTIONS)),
    st.sampled_from(sorted(DATA_CLASSES)),
    st.frozensets(st.sampled_from([MILL, FORD]), min_size=1),
)
def test_an_account_without_bodies_never_reaches_money(
    roles: frozenset[str], action: str, data_class: str, bodies: frozenset[str]
) -> None:
    one = Actor("ann", roles, frozenset(), second_factor_at=NOW)
    found = decide(one, action, Thing(data_class, "1", bodies, "bob"), now=NOW)
    if found.allowed and data_class in {"line", "upload", "return", "queue"}:
        raise AssertionError(found)


@given(
    st.frozensets(st.sampled_from([MILL, FORD])),
    st.sampled_from(sorted(ACTIONS)),
    st.sampled_from(sorted(DATA_CLASSES)),
    st.frozensets(st.sampled_from([MILL, FORD])),
)
def test_more_bodies_never_deny(
    few: frozenset[str], action: str, data_class: str, bodies: frozenset[str]
) -> None:
    what = Thing(data_class, "1", bodies, "bob")
    roles = frozenset(["analyst"])
    small = Actor("ann", roles, few, second_factor_at=NOW)
    large = Actor("ann", roles, few | {EVERY_BODY}, second_factor_at=NOW)
    if decide(small, action, what, now=NOW).allowed:
        assert decide(large, action, what, now=NOW).allowed
