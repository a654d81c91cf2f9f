"""Cases in tests: begun, answered and run as a browser does."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

__all__ = ["PORTFOLIO", "STEPS", "answers_of", "begin", "decide", "draft_of", "seen_by", "send"]

PORTFOLIO = """
portfolio = {id = "toy", title = "Toy pool", years = 1, unit = "GBP m"}
[[stream]]
id = "health"
body = "nhs"
ringfence = "hard"
budget = [8]
[[stream]]
id = "council"
body = "council"
ringfence = "hard"
budget = [4]
[[intervention]]
id = "A"
cost = [4]
npv = 6
streams = ["health"]
gain = {nhs = 1.0}
[[intervention]]
id = "B"
cost = [4]
npv = 10
streams = ["council"]
gain = {council = 1.0}
[[intervention]]
id = "C"
cost = [4]
npv = 9
streams = ["council"]
gain = {council = 1.0}
"""
"""The toy fence: 16 with fences, 25 as one pot, and 25 with 4 more for the council."""

STEPS: list[tuple[str, dict[str, str]]] = [
    (
        "edit/head/",
        {
            "price_base": "2024-25",
            "base_year": "2024",
            "horizon": "10",
            "edition": "greenbook-2026",
            "seed": "1",
        },
    ),
    (
        "bodies/",
        {"id-1": "council", "name-1": "The council", "tier-1": "local"}
        | {"id-2": "dfe", "name-2": "", "tier-2": "national"},
    ),
    (
        "edit/activity/1/what/",
        {
            "title": "A team",
            "id": "team",
            "cost-value": "900",
            "cost-unit": "GBP k/year",
            "cost-price_year": "2024-25",
            "cost-low": "800",
            "cost-mode": "900",
            "cost-high": "1,100",
            "years-first": "0",
            "years-last": "4",
            "payer-council": "1",
        },
    ),
    (
        "edit/activity/1/evidence/",
        {"source": "The budget", "grade-data": "2", "grade-effect": "2", "grade-age": "1"},
    ),
    (
        "edit/outcome/1/what/",
        {"title": "Fewer children in care", "id": "care", "counterfactual": "comparison group"},
    ),
    (
        "edit/outcome/1/chain/",
        {
            "cohort-value": "400",
            "cohort-unit": "children/year",
            "takeup-value": "0.6",
            "baseline-value": "0.1",
            "baseline-unit": "per child per year",
            "effect-low": "0.05",
            "effect-mode": "0.15",
            "effect-high": "0.25",
            "effect-as": "relative",
        },
    ),
    (
        "edit/outcome/1/time/",
        {
            "intake-first": "0",
            "intake-last": "4",
            "lag": "1",
            "dropoff-value": "0.2",
            "displacement-value": "low",
        },
    ),
    (
        "edit/outcome/1/worth/",
        {
            "unit_cost-value": "52000",
            "unit_cost-unit": "GBP per child per year",
            "unit_cost-price_year": "2023-24",
            "class": "fiscal",
            "split-council": "0.9",
            "split-dfe": "0.1",
            "cashable-share": "0.5",
        },
    ),
    (
        "edit/outcome/1/evidence/",
        {"source": "A trial", "owner": "Ada Quixworth", "reviewed": "2026-11-01"},
    ),
]
"""The pages of a case with one activity and one outcome, each with its answers."""


def answers_of(page: str) -> dict[str, str]:
    """What the controls of a page hold."""
    found: dict[str, str] = {}
    for tag in re.findall(r"<input\b[^>]*>", page):
        facts = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if "name" not in facts or facts.get("type") in {"file", "range"}:
            continue
        if facts.get("type") in {"checkbox", "radio"} and " checked" not in tag:
            continue
        found[facts["name"]] = unescape(facts.get("value", ""))
    for name, inner in re.findall(
        r'<select\b[^>]*\bname="([^"]*)"[^>]*>(.*?)</select>', page, re.S
    ):
        chosen = re.search(r'value="([^"]*)" selected', inner)
        first = re.search(r'value="([^"]*)"', inner)
        found[name] = unescape((chosen or first)[1]) if chosen or first else ""
    for name, inner in re.findall(
        r'<textarea\b[^>]*\bname="([^"]*)"[^>]*>(.*?)</textarea>', page, re.S
    ):
        found[name] = unescape(inner).removeprefix("\n")
    return found


def begin(client: Any, way: str = "blank", title: str = "Safe at home", **more: Any) -> Any:
    """Begin a case; the draft."""
    answer = client.post("/work/cases/new/", {"way": way, "title": title, **more})
    assert answer.status_code == 302, answer.content.decode()
    return draft_of(answer["Location"].split("/")[3])


def draft_of(id: str) -> Any:  # noqa: A002
    """The draft of an id, as it is now."""
    from totalplace.workbench.cases.models import Draft

    return Draft.objects.get(pk=id)


def seen_by(client: Any, draft: Any) -> dict[str, str]:
    """What the forms on the page of a draft say of what is decided on there."""
    held = answers_of(client.get(draft.page).content.decode().partition("<main")[2])
    return {name: held[name] for name in ("revision", "run") if name in held}


def decide(client: Any, draft: Any, what: str, answers: dict[str, str]) -> Any:
    """Open the page of a draft, and approve it or send it back there; the answer."""
    return client.post(f"{draft.page}{what}/", seen_by(client, draft) | answers)


def send(client: Any, path: str, answers: dict[str, str]) -> Any:
    """Open a page, answer it and send it; the answer."""
    page = client.get(path)
    assert page.status_code == 200, (path, page.status_code)
    held = answers_of(page.content.decode().partition("<main")[2])
    return client.post(path, held | {"go": "next"} | answers)
