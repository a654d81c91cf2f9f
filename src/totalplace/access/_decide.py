"""The one decision about access."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from totalplace.access._rules import ACTIONS, DATA_CLASSES, RULES, SECOND_FACTOR_HOURS, Rule
from totalplace.access._who import Actor, Thing

__all__ = ["Decision", "decide"]


@dataclass(frozen=True)
class Decision:
    """A question about access with its answer: what the audit records.

    Attributes:
        allowed: whether it may be done.
        because: why, or why not, as the asker is told.
        rule_id: the rule that allows it, or ``denied-`` and what is lacking.
        purpose: what for, in the asker's words; the rules about money ask for none.
    """

    allowed: bool
    because: str
    rule_id: str
    actor: Actor
    action: str
    thing: Thing
    purpose: str
    when: datetime


def decide(
    actor: Actor, action: str, thing: Thing, *, now: datetime, purpose: str = ""
) -> Decision:
    """Decide whether somebody may do something with a thing.

    Denied unless a rule allows it. What is unknown (a role, an action, a kind of data) is denied;
    an account that acts for no body reaches the things of none. A pure function: no clock, no
    database.
    """
    allowing, lacking, because = _found(actor, action, thing, now)
    if allowing is not None:
        rule_id, because = allowing.rule_id, allowing.because
    else:
        rule_id = f"denied-{lacking}"
    return Decision(
        allowing is not None, because, rule_id, actor, action, thing, purpose.strip(), now
    )


def _found(  # noqa: PLR0911 - one thing after the other may be lacking
    actor: Actor, action: str, thing: Thing, now: datetime
) -> tuple[Rule | None, str, str]:
    """The rule that allows it; or what is lacking, and that in words."""
    if action not in ACTIONS or thing.data_class not in DATA_CLASSES:
        return None, "unknown", f"nothing is known as {action} of {thing.data_class}"
    fitting = [
        rule for rule in RULES if action in rule.actions and thing.data_class in rule.data_classes
    ]
    open_to_all = next((rule for rule in fitting if rule.roles is None), None)
    if open_to_all is not None:
        return open_to_all, "", ""
    if not actor.is_signed_in:
        return None, "not-signed-in", "you are not signed in"
    if not actor.is_active or (actor.expires is not None and actor.expires <= now):
        return None, "closed", "the account is closed"
    of_role = [rule for rule in fitting if rule.roles and rule.roles & actor.roles]
    in_scope = [rule for rule in of_role if _reaches(rule, actor, thing)]
    sure = [rule for rule in in_scope if not rule.needs_second_factor or _is_sure(actor, now)]
    if sure:
        return sure[0], "", ""
    if in_scope:
        return None, "second-factor", "a second factor is needed, and this session has given none"
    if of_role:
        return None, "scope", _whose(of_role)
    names = sorted({role for rule in fitting for role in rule.roles or ()} - {"operator"})
    listed = " or ".join(names) or "nobody"
    return None, "role", f"this is for the role {listed}, which the account does not have"


def _is_sure(actor: Actor, now: datetime) -> bool:
    given = actor.second_factor_at
    return given is not None and now - given < timedelta(hours=SECOND_FACTOR_HOURS)


def _reaches(rule: Rule, actor: Actor, thing: Thing) -> bool:  # noqa: PLR0911 - one a scope
    match rule.scope:
        case "any":
            return True
        case "kind":
            return thing.id == ""
        case "own":
            return thing.owner == actor.name
        case "not_own":
            return thing.owner not in ("", actor.name)
        case "own_body":
            return actor.is_for_every_body or (bool(thing.bodies) and thing.bodies <= actor.bodies)
        case "named_body":
            return bool(thing.bodies) and thing.bodies <= actor.bodies
        case "a_body":
            return actor.is_for_every_body or bool(thing.bodies & actor.bodies)


def _whose(rules: list[Rule]) -> str:
    scopes = {rule.scope for rule in rules}
    if "not_own" in scopes:
        return "somebody else must do this, and not the one who proposed it"
    if scopes & {"own_body", "a_body", "named_body"}:
        return "it is of a body that the account does not act for, or it is not there"
    return "it is another account's, or it is not there"
