"""The rules of access as data: which role may do what with which class of data, and whose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

__all__ = [
    "ACTIONS",
    "DATA_CLASSES",
    "ROLES",
    "RULES",
    "SECOND_FACTOR_HOURS",
    "Role",
    "Rule",
    "Scope",
]

Role = Literal["viewer", "analyst", "practitioner", "governance", "admin", "operator"]
"""``operator`` is whoever runs commands on the server's own files; no account has it."""
ROLES: tuple[str, ...] = get_args(Role)

Scope = Literal["any", "own_body", "a_body", "named_body", "own", "not_own", "kind"]
"""Whose things a rule reaches: anybody's; those of bodies that the account acts for (all of them,
or at least one); those of bodies that stand in the account by name; those that the account made;
those that another made; the kind as a whole, as a list that shows only what the other rules
allow."""

SECOND_FACTOR_HOURS = 12
"""A second factor holds for so long; see OWASP ASVS 5, V7.3."""

ACTIONS: Mapping[str, str] = {
    "sign_in": "sign in, sign out, change one's own password or second factor",
    "see": "read it on a page or as data",
    "export": "take it away as a file",
    "search": "find it by words",
    "load": "upload a file, settle its mapping, take it into the place",
    "settle": "make or undo a decision",
    "sign_off": "state that a return is complete and right",
    "ask": "put a question about a return, or answer one",
    "draft": "propose a publication",
    "write": "write a case or a portfolio, run it, hand it in for approval",
    "approve": "publish or keep what was proposed, or refuse it",
    "withdraw": "take a publication back",
    "report": "report a mistake",
    "follow": "see what came of one's own report, by its reference",
    "answer": "answer a reported mistake",
    "keep": "save, change or remove it",
    "cancel": "stop it",
    "manage": "make, change, close or reset it",
    "verify": "prove that it is whole",
}
"""What can be done, each with its meaning."""

DATA_CLASSES: Mapping[str, str] = {
    "account": "one's own account and sessions",
    "accounts": "everybody's accounts, with roles and bodies",
    "home": "what waits for an account",
    "line": "payments and source rows as published, with payees that the public does not see",
    "upload": "a file that was uploaded, its mapping, its rejects",
    "return": "the return of a partner body, its questions and its signature",
    "queue": "what the software cannot decide: transfers, payees, functions",
    "decision": "what people decided",
    "release": "a publication that is proposed, with its difference from the last",
    "case": "a case or a portfolio that is being written, and what it comes to",
    "mistake": "a mistake that somebody reported",
    "view": "a view that an account has saved",
    "job": "long work, with its progress and its log",
    "audit": "who did and saw what",
    "settings": "how the workbench is set up",
}
"""Kinds of data, each with its meaning."""


@dataclass(frozen=True)
class Rule:
    """One rule: what it does not say, it does not allow.

    Attributes:
        rule_id: by which the audit names it.
        roles: who it is for; None for everybody, signed in or not.
        actions: what may be done.
        data_classes: with which kinds of data.
        scope: whose.
        because: the reason, as it is told and recorded.
        needs_second_factor: whether the session must have given one.
    """

    rule_id: str
    roles: frozenset[str] | None
    actions: frozenset[str]
    data_classes: frozenset[str]
    scope: Scope
    because: str
    needs_second_factor: bool = True


def _rule(
    rule_id: str,
    roles: str | None,
    actions: str,
    data_classes: str,
    scope: Scope,
    because: str,
    *,
    needs_second_factor: bool = True,
) -> Rule:
    return Rule(
        rule_id,
        None if roles is None else frozenset(roles.split()),
        frozenset(actions.split()),
        frozenset(data_classes.split()),
        scope,
        because,
        needs_second_factor,
    )


_MONEY = "line upload return queue decision job"
_EVERYBODY = "viewer analyst practitioner governance admin"

RULES: tuple[Rule, ...] = (
    _rule(
        "anyone-signs-in", None, "sign_in", "account", "any",
        "anyone may sign in or out", needs_second_factor=False,
    ),
    _rule(
        "anyone-reports", None, "report follow", "mistake", "any",
        "anyone may report a mistake in what is public, and follow their report",
        needs_second_factor=False,
    ),
    _rule(
        "own-account", _EVERYBODY, "see keep", "account", "own",
        "it is the account's own", needs_second_factor=False,
    ),
    _rule(
        "own-home", _EVERYBODY, "see", "home", "any",
        "everybody who is signed in sees what waits for them", needs_second_factor=False,
    ),
    _rule(
        "own-views", _EVERYBODY, "see keep export", "view", "own",
        "it is the account's own", needs_second_factor=False,
    ),
    _rule(
        "lists-of-views", _EVERYBODY, "see keep", "view", "kind",
        "a list shows the account's own", needs_second_factor=False,
    ),
    _rule(
        "analysts-lists", "analyst", "see search export load settle ask",
        f"{_MONEY} mistake", "kind", "analysts work on lists of what their bodies concern",
    ),
    _rule(
        "analysts-money", "analyst", "see export search load settle ask cancel",
        "line upload return job", "own_body",
        "analysts see and work on the money of the bodies that they act for in full",
    ),
    _rule(
        "analysts-sign-off", "analyst", "sign_off", "return", "named_body",
        "a return is signed off by somebody of that very body",
    ),
    _rule(
        "place-analysts-due-dates", "analyst", "keep", "return", "own_body",
        "analysts who act for the whole place say when returns are due",
    ),
    _rule(
        "analysts-queues", "analyst", "see export search settle", "queue decision", "a_body",
        "an analyst of one of the bodies concerned may settle it",
    ),
    _rule(
        "own-jobs", "analyst governance", "see cancel", "job", "own",
        "it is the account's own work",
    ),
    _rule(
        "analysts-drafts", "analyst", "see export", "release", "any",
        "analysts see what is proposed for publication",
    ),
    _rule(
        "place-analysts-draft", "analyst", "draft withdraw", "release", "own_body",
        "analysts who act for the whole place propose and withdraw publications",
    ),
    _rule(
        "analysts-lists-of-cases", "analyst", "see export write", "case", "kind",
        "analysts write cases; a list shows those of their bodies",
    ),
    _rule(
        "analysts-cases", "analyst", "see export write", "case", "a_body",
        "an analyst of one of the bodies that a case is of works on it",
    ),
    _rule(
        "analysts-mistakes", "analyst", "see search answer", "mistake", "own_body",
        "analysts answer mistakes that are reported in the money of their bodies",
    ),
    _rule(
        "governance-reads", "governance", "see export search", "release case decision job", "any",
        "information governance reads what it approves and how it came about",
    ),
    _rule(
        "governance-approves", "governance", "approve", "release case", "not_own",
        "information governance approves what somebody else proposed",
    ),
    _rule(
        "governance-withdraws", "governance", "withdraw", "release", "any",
        "information governance takes back what should not be public",
    ),
    _rule(
        "governance-audits", "governance", "see export search verify", "audit", "any",
        "information governance reads and proves the audit",
    ),
    _rule(
        "admins-accounts", "admin", "see search manage", "accounts", "any",
        "admins keep the accounts",
    ),
    _rule(
        "admins-settings", "admin", "see", "settings", "any",
        "admins see how the workbench is set up",
    ),
    _rule(
        "admins-jobs", "admin", "cancel", "job", "any",
        "admins may stop work that hangs",
    ),
    _rule(
        "operators", "operator", " ".join(ACTIONS), " ".join(DATA_CLASSES), "any",
        "commands are run by whoever holds the server's own files", needs_second_factor=False,
    ),
)  # fmt: skip
"""Every rule. The first that allows is the reason; nothing else is allowed."""
