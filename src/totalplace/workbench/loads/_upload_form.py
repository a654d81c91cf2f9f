"""The form of an upload: the files, whose money it is, where it is from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from totalplace.errors import RequestError
from totalplace.model import load
from totalplace.workbench.loads._bodies import Bodies

__all__ = ["UploadForm", "licences"]

_LONGEST = {"publisher": 200, "note": 2_000}


def licences() -> list[tuple[str, str]]:
    """The licences that are known: id and title."""
    return [(row["licence_id"], row["title"]) for row in load("licence").to_pylist()]


@dataclass
class UploadForm:
    """What is said of a file, with what is wrong with it.

    Attributes:
        body: as it was written; `body_id` is the one that is meant.
    """

    body: str = ""
    publisher: str = ""
    licence: str = ""
    note: str = ""
    body_id: str = ""
    errors: list[tuple[str, str]] = field(default_factory=list)

    @property
    def error(self) -> dict[str, str]:
        """Control -> what is wrong there."""
        return dict(reversed(self.errors))

    @classmethod
    def posted(cls, posted: Mapping[str, str], bodies: Bodies) -> UploadForm:
        """The answers, checked."""
        body, publisher, licence, note = (posted.get(name, "").strip() for name in _FIELDS)
        form = cls(body=body, publisher=publisher, licence=licence, note=note)
        if form.body:
            try:
                form.body_id = bodies.find(form.body)
            except RequestError as error:
                one = error.problems[0]
                form.errors.append(("body", f"{one.what[:1].upper()}{one.what[1:]}: {one.fix}"))
        elif not bodies.is_any:
            form.errors.append(("body", _("Choose whose money it is")))
        if form.licence and form.licence not in dict(licences()):
            form.errors.append(("licence", _("Choose a licence from the list")))
        for name, longest in _LONGEST.items():
            if len(getattr(form, name)) > longest:
                text = _("Write at most %(n)s characters") % {"n": f"{longest:,}"}
                form.errors.append((name, text))
        return form


_FIELDS = ("body", "publisher", "licence", "note")
