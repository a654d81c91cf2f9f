"""Kinds of payment made up for the tests, and the rules and codes they meet."""

from __future__ import annotations

from datetime import date
from typing import Any

from totalplace.classify import Kind, function_weights
from totalplace.classify._classify import Sources
from totalplace.place import Decision

ANY = {"unit_pattern": "*", "expense_pattern": "*", "payee_pattern": "*", "body_id": "*"}
PLACING = [
    {**ANY, "priority": 50, "payee_pattern": "HMRC*", "nature": "payroll", "ro_code": None},
    {**ANY, "priority": 40, "unit_pattern": "Schools", "nature": "purchase", "ro_code": "190"},
    {
        **ANY,
        "priority": 30,
        "unit_pattern": "Capital Schemes",
        "nature": "purchase",
        "ro_code": None,
        "cap_rev": "cap",
    },
]
GENERAL = [{**ANY, "priority": 9, "unit_pattern": "*highway*", "code": "04.5", "reason": "roads"}]
CROSSWALK = [
    ("ro_line", "190", "09.1", "0.7"),
    ("ro_line", "190", "09.2", "0.3"),
    ("proclass", "321000", "10", "1"),
    ("proclass", "182000", "05.1", "1"),
    ("proclass_input", "271600", "01.3", "1"),
]


def kind(unit: str = "", expense: str = "", payee: str = "Acme Ltd", **more: Any) -> Kind:
    """One kind of a payer, of 10 lines and £100."""
    facts: dict[str, Any] = {
        "body_id": "alder-council",
        "class_code": "",
        "payee_kind": "organisation",
        "lines": 10,
        "pence": 10_000,
        "size_pence": 10_000,
    }
    return Kind(unit_text=unit, expense_text=expense, payee_text=payee, **(facts | more))


def decision(n: int, object_id: str, value: str, what: str = "class") -> Decision:
    when = date(2026, 11, 22).isoformat()
    return Decision(
        n=n, object_id=object_id, what=what, value=value, who="Ann", when=when, why="I know it"
    )


def sources(*decisions: Decision) -> Sources:
    """The rules and codes above, with these decisions."""
    return Sources.of(
        placing=[{"reason": "of the council", "cap_rev": "cur", **row} for row in PLACING],
        general=GENERAL,
        weights=function_weights(
            {
                "from_scheme": scheme,
                "from_code": code,
                "to_scheme": "cofog",
                "to_code": to,
                "share": float(share),
            }
            for scheme, code, to, share in CROSSWALK
        ),
        decisions=decisions,
    )


def town() -> list[Kind]:
    """Coded payments of one council: three services with their words and ten suppliers each."""
    services = {
        "321000": ("Older People", "care fees", "Rest Home"),
        "182000": ("Bins", "tipping charges", "Skips"),
    }
    return [
        kind(
            f"{unit} {area}",
            f"{expense} {area}",
            f"{word} {letter * 3} Ltd",
            class_code=code,
            size_pence=10_000 + 100 * number,
        )
        for code, (unit, expense, word) in services.items()
        for number, letter in enumerate("abcdefghij")
        for area in ("north", "south", "east", "west")
    ]
