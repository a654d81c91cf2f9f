"""On which page of the form a problem of the text is mended."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.translation import gettext as _

from totalplace.cases._toml import Key, Located
from totalplace.errors import Problem
from totalplace.workbench.cases._steps import ITEMS, Step, steps_of
from totalplace.workbench.cases.models import Draft

__all__ = ["Told", "told_problems"]

_WHERE = re.compile(r"(?P<file>[^:]*):(?P<line>\d+)(?:, (?P<name>.*))?")
_OF_CODE = {
    "no_owner": "owner",
    "no_review": "reviewed",
    "not_graded": "grade",
    "no_counterfactual": "counterfactual",
    "trial_with_deadweight": "deadweight",
    "no_takeup": "takeup",
    "fiscal_to_society": "split",
    "value_to_a_body": "split",
    "national_saving_as_local": "split",
    "one_off_in_annual_line": "one_off",
    "same_event_added": "event",
}
"""Questions of a reviewer that name no key -> the key that answers them."""


@dataclass(frozen=True)
class Told:
    """A problem, and the page that mends it.

    Attributes:
        href: the page, with the field where that is known.
        words: what the link says.
        step: the page of the form; None if it is that of the text or of files.
        is_unanswered: whether something was not answered yet: the problem then says what, as the
            page asks it, and not how the text would say it.
    """

    problem: Problem
    href: str
    words: str
    step: Step | None = None
    is_unanswered: bool = False


def told_problems(draft: Draft, problems: Sequence[Problem], found: Located | None) -> list[Told]:
    """Each problem with the page that mends it."""
    if found is None or draft.is_portfolio:
        return [_of_text(draft, one) for one in problems]
    steps = list(steps_of(found.data))
    return [_told(draft, one, found, steps) for one in problems]


def _told(draft: Draft, one: Problem, found: Located, steps: Sequence[Step]) -> Told:
    where = _WHERE.fullmatch(one.where)
    if where is None or where["file"] != draft.file_name:
        is_file = where is not None and where["file"] in draft.files
        return _of_files(draft, one) if is_file else _of_text(draft, one)
    path = _path(found, int(where["line"]), where["name"] or "", one.code)
    if path and path[0] in ITEMS and len(path) == 1:
        # there is none yet: it is added on the page of the case
        none = {"activity": _("there is no activity yet"), "outcome": _("there is no outcome yet")}
        plain = replace(one, what=none[str(path[0])])
        return Told(plain, f"{draft.page}#add", _("Add one"), is_unanswered=True)
    fitting = [step for step in steps if path[: len(step.path)] == step.path]
    key = path[len(fitting[0].path)] if fitting and len(path) > len(fitting[0].path) else ""
    step = next((step for step in fitting if step.holds(str(key))), None)
    if step is None and fitting and (not key or not fitting[0].fields):
        step = fitting[0]
    if step is None:
        return _of_text(draft, one)
    field = next((field for field in step.fields if field.key[0] == key), None)
    href = step.href(draft) if field is None else f"{step.href(draft)}#field-{key}"
    is_unanswered = one.code == f"missing_{key or step.kind}"
    if is_unanswered and field is not None:
        what = _("“%(question)s” is not answered yet") % {"question": field.label}
        one = replace(one, what=what, why=field.hint or one.why)
    return Told(one, href, step.title, step, is_unanswered)


def _path(found: Located, line: int, name: str, code: str) -> Key:
    """The path that a problem is about, from its line and the keys that it names."""
    parts = tuple(part for part in name.split(".") if part)
    kind = parts[0] if parts else ""
    if not parts:
        deepest = max((path for path, at in found.lines.items() if at == line), key=len, default=())
        kind = str(deepest[0]) if deepest else ""
        parts = tuple(str(part) for part in deepest if isinstance(part, str))
    if kind not in ITEMS:
        return parts
    heads = [
        (at, path[1]) for path, at in found.lines.items() if len(path) == 2 and path[0] == kind
    ]
    here = [n for at, n in heads if at <= line]
    if not here:
        return (kind,)
    rest = parts[1:] or ((_OF_CODE[code],) if code in _OF_CODE else ())
    return (kind, max(int(n) for n in here), *rest)


def _of_text(draft: Draft, one: Problem) -> Told:
    return Told(one, reverse("case-text", args=[draft.pk]), _("The text"))


def _of_files(draft: Draft, one: Problem) -> Told:
    return Told(one, reverse("case-files", args=[draft.pk]), _("The files beside it"))
