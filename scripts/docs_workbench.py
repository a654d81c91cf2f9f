"""The reference page of the workbench: its addresses and the rules of access, from both lists."""

from __future__ import annotations

import re

from docs_django import set_up
from docs_text import GENERATED, table

__all__ = ["PAGE", "text"]

PAGE = "reference/workbench.md"

_HEAD = """# The workbench

Every address of the workbench with what may be done there, and every rule that says who may.
[How the parts hang together](../explanation/workbench.md); [accounts](../how-to/accounts.md).

## Addresses

*Read* and *send* name an action and a class of data, as the rules below do. An address that is not
in this list does not exist; what no rule allows is denied, with the reason, and stands in the
audit.
"""

_RULES = """
## Rules of access

A rule allows some *actions* with some *classes of data* to some *roles*, if it reaches the thing
that is asked for. Whose things a rule reaches:

- *any*: anybody's;
- *own_body*: those that concern only bodies the account acts for;
- *a_body*: those that concern at least one body the account acts for;
- *named_body*: those of a body that stands in the account by its name, not only by `*`;
- *own*, *not_own*: those that the account itself made, or that another made;
- *kind*: the list as a whole, which then shows only what the other rules allow.

An account that acts for no body reaches the things of none. One that acts for `*` acts for the
place as a whole.
"""


def text() -> str:
    """The page."""
    set_up()
    from totalplace.access import ACTIONS, DATA_CLASSES, RULES
    from totalplace.workbench import _views
    from totalplace.workbench._route import ROUTES

    assert _views.AREAS
    routes = []
    for one in sorted(ROUTES.values(), key=lambda one: one.path):
        does = {method: f"{a.action} {a.data_class}" for method, a in one.allow.items()}
        routes.append(
            [
                f"`/{_plain(one.path)}`",
                _first_line(one.view),
                does.get("GET", ""),
                does.get("POST", ""),
            ]
        )
    rules = [
        [
            f"`{rule.rule_id}`",
            "everybody" if rule.roles is None else ", ".join(sorted(rule.roles)),
            ", ".join(sorted(rule.actions)) if len(rule.actions) < len(ACTIONS) else "all",
            ", ".join(sorted(rule.data_classes))
            if len(rule.data_classes) < len(DATA_CLASSES)
            else "all",
            rule.scope,
            "yes" if rule.needs_second_factor else "",
            rule.because,
        ]
        for rule in RULES
    ]
    head = ["rule", "roles", "actions", "data", "whose", "second factor", "because"]
    return "\n".join(
        [
            GENERATED,
            _HEAD,
            table(["address", "what it is", "read", "send"], routes),
            _RULES,
            table(head, rules),
            "\n## Actions\n",
            table(["action", "meaning"], [[f"`{name}`", said] for name, said in ACTIONS.items()]),
            "\n## Classes of data\n",
            table(
                ["class", "meaning"], [[f"`{name}`", said] for name, said in DATA_CLASSES.items()]
            ),
            "",
        ]
    )


def _plain(path: str) -> str:
    return re.sub(r"<(?:\w+:)?(\w+)>", r"<\1>", path)


def _first_line(view: object) -> str:
    return (view.__doc__ or "").strip().splitlines()[0]
