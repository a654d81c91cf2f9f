"""What a draft says: read with all its problems, and laid out as files for a run.

A draft comes from a person's browser. So the files that its text names must be files of the draft
itself: nothing else of the server is opened for it.
"""

from __future__ import annotations

import contextlib
import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from totalplace.cases import Body, Case, read_case_text
from totalplace.cases._beside import files_beside, problems_at_home
from totalplace.cases._place_bodies import bodies_of_place
from totalplace.cases._toml import Located, located
from totalplace.cases.portfolio import read_portfolio
from totalplace.errors import Problem, RequestError
from totalplace.workbench.cases.models import Draft

__all__ = [
    "FILE_NAME",
    "FORM_NAME",
    "MOST_FILES",
    "MOST_FILE_BYTES",
    "MOST_TEXT",
    "Read",
    "data_of",
    "laid_out",
    "place_bodies",
    "read_draft",
]

MOST_TEXT = 300_000
"""So many characters may a text have."""
MOST_FILES = 20
MOST_FILE_BYTES = 1_000_000
"""All files beside a text together."""
FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,90}\.(csv|toml)")
FORM_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ()._-]{0,90}\.(xlsx|ods)")
"""A workbook that was filled in; what comes of it is named like a file."""


@dataclass(frozen=True)
class Read:
    """A draft as read.

    Attributes:
        located: its values with their lines; None if it is no TOML.
        problems: what must be mended before it can be run.
        warnings: what a reviewer would ask.
        is_whole: whether all was looked at: the cases that a portfolio names are run for that.
    """

    located: Located | None = None
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    case: Case | None = None
    is_whole: bool = True

    data: Mapping[str, Any] = field(default_factory=dict)


def data_of(text: str) -> dict[str, Any]:
    """The values of a text; none where it is no TOML."""
    try:
        return dict(located(text, "").data)
    except RequestError:
        return {}


def place_bodies(data: Mapping[str, Any]) -> tuple[Body, ...] | None:
    """The bodies of the place that is worked on, where the case says that they are its own."""
    about = data.get("case")
    if not isinstance(about, Mapping) or "place" not in about:
        return None
    return bodies_of_place(Path(settings.TOTALPLACE_PLACE))


def read_draft(draft: Draft) -> Read:
    """Everything that is wrong with a draft, or its case."""
    name = draft.file_name
    try:
        found = located(draft.text, name)
    except RequestError as error:
        return Read(problems=tuple(error.problems))
    data = dict(found.data)
    with laid_out(draft) as folder:
        try:
            strange = _strange(draft, found, folder)
            if strange:
                return Read(found, tuple(problems_at_home(strange, folder)), data=data)
            if draft.is_portfolio:
                if _named_cases(data):
                    return Read(found, is_whole=False, data=data)
                read_portfolio(folder / name)
                return Read(found, data=data)
            case = read_case_text(draft.text, name, folder=folder, bodies=place_bodies(data))
        except RequestError as error:
            return Read(found, tuple(problems_at_home(error.problems, folder)), data=data)
        return Read(found, (), tuple(problems_at_home(case.warnings, folder)), case, data=data)


@contextlib.contextmanager
def laid_out(draft: Draft, text: str | None = None) -> Iterator[Path]:
    """A folder, for as long as it is needed, with the text of a draft and the files beside it.

    Args:
        text: instead of the draft's own.
    """
    with tempfile.TemporaryDirectory(prefix="totalplace-case-") as made:
        folder = Path(made)
        for name, content in draft.files.items():
            if FILE_NAME.fullmatch(name):
                (folder / name).write_text(content, encoding="utf-8", newline="")
        own = draft.text if text is None else text
        (folder / draft.file_name).write_text(own, encoding="utf-8", newline="")
        yield folder


def _strange(draft: Draft, found: Located, folder: Path) -> list[Problem]:
    """Problems of files that the text names and that are none of the draft's."""
    texts = {} if draft.is_portfolio else {draft.file_name: draft.text}
    problems: list[Problem] = []
    if draft.is_portfolio:
        texts = {one: text for one, text in draft.files.items() if one.endswith(".toml")}
        for at, name in _named_cases(found.data):
            if name not in texts:
                path = ("intervention", at, "case")
                problems.append(_no_such_case(found.where(path), name, texts))
    for name, text in texts.items():
        try:
            files_beside(text, name, folder=folder)
        except RequestError as error:
            problems += error.problems
    return problems


def _named_cases(data: Mapping[str, Any]) -> list[tuple[int, Any]]:
    held = data.get("intervention")
    return [
        (at, one["case"])
        for at, one in enumerate(held if isinstance(held, list) else [])
        if isinstance(one, Mapping) and "case" in one
    ]


def _no_such_case(where: str, name: Any, there: Mapping[str, str]) -> Problem:
    held = ", ".join(sorted(there)) or _("none")
    return Problem(
        "no_such_file",
        _("the text names a case that is not beside it"),
        where,
        _("it names %(name)s; beside it stand: %(held)s") % {"name": repr(name), "held": held},
        _("add the case on the page of files, or name another"),
    )
