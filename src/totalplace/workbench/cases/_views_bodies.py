"""The page of the bodies of a case: who pays and who gains."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from totalplace.access import Thing
from totalplace.cases._toml_edit import edited_toml
from totalplace.errors import RequestError
from totalplace.workbench._route import WorkRequest, not_there, route
from totalplace.workbench.audit import record_outcome
from totalplace.workbench.cases._about import crumbs, draft_thing, found_draft
from totalplace.workbench.cases._save import saved
from totalplace.workbench.cases._steps import step_of
from totalplace.workbench.cases._text import read_draft
from totalplace.workbench.cases._views_step import after, problems_of_step

__all__: list[str] = []

_SPARE = 3
_MOST = 60
_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")


def bodies_thing(request: HttpRequest, id: str) -> Thing:  # noqa: A002
    """The draft of a case, of which a portfolio is none."""
    thing = draft_thing(request, id)
    if found_draft(id).is_portfolio:
        raise not_there("case")
    return thing


@route(
    "case-bodies",
    "work/cases/<str:id>/bodies/",
    thing=bodies_thing,
    get=("write", "case"),
    post=("write", "case"),
)
def bodies(request: WorkRequest, id: str) -> HttpResponse:  # noqa: A002
    """Who pays and who gains: the bodies of a case, each with its tier."""
    draft = found_draft(id)
    read = read_draft(draft)
    if read.located is None:
        raise RequestError(list(read.problems))
    step = step_of(read.data, ("body",), "bodies")
    assert step is not None
    rows = _rows(read.data)
    uses_place = isinstance(read.data.get("case"), Mapping) and "place" in read.data["case"]
    errors: list[tuple[str, str]] = []
    if request.method == "POST":
        old = [row["id"] for row in rows]
        rows = _posted(request.POST)
        uses_place = request.POST.get("of-place") == "yes"
        errors = _faults(rows)
        if not errors:
            data = _changed(read.data, old, rows, uses_place=uses_place)
            saved(
                draft,
                request.actor,
                seen=request.POST.get("revision", ""),
                note=step.title,
                text=edited_toml(draft.text, data),
            )
            record_outcome(request.asked, {"case": id, "revision": draft.revision})
            if request.POST.get("go") == "more":
                return redirect("case-bodies", id=id)
            return redirect(after(draft, step, go_back=request.POST.get("go") == "back"))
    spare = [{"id": "", "name": "", "tier": "local"}] * _SPARE
    wrong = dict(errors)
    context = {
        "title": step.title,
        "lead": step.hint,
        "crumbs": crumbs(draft),
        "draft": draft,
        "rows": [
            {**row, "n": n, "id_error": wrong.get(f"id-{n}"), "tier_error": wrong.get(f"tier-{n}")}
            for n, row in enumerate([*rows, *([] if errors else spare)], start=1)
        ],
        "tiers": [
            ("local", _("local")),
            ("national", _("national")),
            ("society", _("no public body")),
        ],
        "uses_place": uses_place,
        "told": [] if errors else problems_of_step(draft, read, step),
        "errors": errors,
    }
    return render(request, "workbench/cases/bodies.html", context, status=400 if errors else 200)


def _rows(data: Mapping[str, Any]) -> list[dict[str, str]]:
    held = data.get("body")
    found = []
    for name, told in (held if isinstance(held, Mapping) else {}).items():
        table = told if isinstance(told, Mapping) else {}
        found.append(
            {"id": name, "name": str(table.get("name", "")), "tier": str(table.get("tier", ""))}
        )
    return found


def _posted(posted: Mapping[str, str]) -> list[dict[str, str]]:
    return [
        {name: posted.get(f"{name}-{n}", "").strip()[:200] for name in ("id", "name", "tier")}
        for n in range(1, _MOST + 1)
        if f"id-{n}" in posted
    ]


def _faults(rows: list[dict[str, str]]) -> list[tuple[str, str]]:
    errors = []
    seen: set[str] = set()
    for n, row in enumerate(rows, start=1):
        if not row["id"]:
            if row["name"]:
                errors.append((f"id-{n}", _("Give the body a short name")))
            continue
        if not _ID.fullmatch(row["id"]):
            told = _("Write it in lower case with digits and hyphens alone, such as nhs-trust")
            errors.append((f"id-{n}", told))
        elif row["id"] in seen:
            errors.append((f"id-{n}", _("Two bodies have this short name")))
        if row["tier"] not in {"local", "national", "society"}:
            errors.append((f"tier-{n}", _("Choose whose money it is")))
        seen.add(row["id"])
    return errors


def _changed(
    data: Mapping[str, Any], old: list[str], rows: list[dict[str, str]], *, uses_place: bool
) -> dict[str, Any]:
    """The values with these bodies; who was called otherwise is so in all shares too."""
    changed = copy.deepcopy(dict(data))
    held = changed.get("body")
    held = held if isinstance(held, dict) else {}
    made: dict[str, Any] = {}
    renamed = {}
    for at, row in enumerate(rows):
        if not row["id"]:
            continue
        was = old[at] if at < len(old) else ""
        table = dict(held.get(was) or {}) if isinstance(held.get(was), dict) else {}
        table["tier"] = row["tier"]
        table.pop("name", None)
        if row["name"]:
            table["name"] = row["name"]
        made[row["id"]] = table
        if was and was != row["id"]:
            renamed[was] = row["id"]
    if made:
        changed["body"] = made
    else:
        changed.pop("body", None)
    for kind, shares in (("activity", "payer"), ("outcome", "split")):
        for one in changed.get(kind) or []:
            if isinstance(one, dict) and isinstance(one.get(shares), dict):
                one[shares] = {renamed.get(name, name): s for name, s in one[shares].items()}
    about = changed.setdefault("case", {})
    if uses_place:
        about.setdefault("place", ".")
    else:
        about.pop("place", None)
    return changed
