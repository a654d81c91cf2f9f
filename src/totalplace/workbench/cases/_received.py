"""The files of a form of a case: small texts, read at once, and workbooks that were filled in."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from django.utils.translation import gettext as _

from totalplace.cases import as_toml, case_values
from totalplace.cases._beside import problems_at_home
from totalplace.errors import RequestError
from totalplace.workbench._route import WorkRequest
from totalplace.workbench.cases._text import FILE_NAME, FORM_NAME, MOST_FILE_BYTES

__all__ = ["received_texts"]

_SHOWN = 50
"""So many cells that cannot be placed are told one by one."""


def received_texts(request: WorkRequest) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """The files under their own names as text, and what is wrong with them as such.

    A workbook that was filled in is told as the TOML that says the same.
    """
    found: dict[str, str] = {}
    errors = []
    for file in request.FILES.getlist("files"):
        name = str(file.name)
        told = {"name": name[:100]}
        is_form = FORM_NAME.fullmatch(name) is not None
        if not is_form and not FILE_NAME.fullmatch(name):
            text = _(
                "%(name)s cannot be taken: a name has letters, digits, hyphens and dots, and ends"
                " in .toml, .csv, .xlsx or .ods"
            )
            errors.append(("files", text % told))
        elif (file.size or 0) > MOST_FILE_BYTES:
            errors.append(("files", _("%(name)s is too large: it has more than 1 MB") % told))
        elif is_form:
            text, wrong = _form(name, file.read())
            errors += [("files", one) for one in wrong]
            found[f"{'-'.join(re.findall('[A-Za-z0-9._-]+', name.rpartition('.')[0]))}.toml"] = text
        else:
            try:
                found[name] = file.read().decode("utf-8-sig")
            except UnicodeDecodeError:
                errors.append(("files", _("%(name)s is no text in UTF-8") % told))
    if not found and not errors:
        errors.append(("files", _("Choose a file")))
    return found, errors


def _form(name: str, content: bytes) -> tuple[str, list[str]]:
    """What a workbook says as TOML, or every cell of it that cannot be placed."""
    with tempfile.TemporaryDirectory(prefix="totalplace-case-") as made:
        folder = Path(made).resolve()
        (folder / name).write_bytes(content)
        try:
            return as_toml(case_values(folder / name)), []
        except RequestError as error:
            told = problems_at_home(error.problems, folder)
            words = [f"{one.where}: {one.what}: {one.why}; {one.fix}" for one in told[:_SHOWN]]
            more = len(told) - len(words)
            return "", [*words, *([_("and %(n)s more") % {"n": f"{more:,}"}] if more else [])]
