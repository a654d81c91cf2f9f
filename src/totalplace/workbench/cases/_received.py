"""The files of a form of a case: small texts, read at once."""

from __future__ import annotations

from django.utils.translation import gettext as _

from totalplace.workbench._route import WorkRequest
from totalplace.workbench.cases._text import FILE_NAME, MOST_FILE_BYTES

__all__ = ["received_texts"]


def received_texts(request: WorkRequest) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """The files under their own names as text, and what is wrong with them as such."""
    found: dict[str, str] = {}
    errors = []
    for file in request.FILES.getlist("files"):
        name = str(file.name)
        told = {"name": name[:100]}
        if not FILE_NAME.fullmatch(name):
            text = _(
                "%(name)s cannot be taken: a name has letters, digits, hyphens and dots, and ends"
                " in .toml or .csv"
            )
            errors.append(("files", text % told))
        elif (file.size or 0) > MOST_FILE_BYTES:
            errors.append(("files", _("%(name)s is too large: it has more than 1 MB") % told))
        else:
            try:
                found[name] = file.read().decode("utf-8-sig")
            except UnicodeDecodeError:
                errors.append(("files", _("%(name)s is no text in UTF-8") % told))
    if not found and not errors:
        errors.append(("files", _("Choose a file")))
    return found, errors
