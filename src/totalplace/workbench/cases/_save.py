"""Saving a draft: every state is kept, and nobody overwrites what they have not seen."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from totalplace.access import Actor
from totalplace.errors import Problem, RequestError
from totalplace.workbench.cases._text import MOST_FILE_BYTES, MOST_FILES, MOST_TEXT, data_of
from totalplace.workbench.cases.models import Draft, Revision

__all__ = ["begun", "saved", "too_large"]


def begun(draft: Draft, actor: Actor) -> None:
    """Keep a new draft."""
    draft.owner = actor.name
    draft.authors = [actor.name]
    draft.revision = 1
    _named(draft)
    with transaction.atomic():
        draft.save(force_insert=True)
        Revision.objects.create(
            draft=draft, n=1, text=draft.text, files=draft.files, by=actor.name, note=_("begun")
        )


def saved(
    draft: Draft,
    actor: Actor,
    *,
    seen: str,
    note: str,
    text: str | None = None,
    files: dict[str, str] | None = None,
) -> bool:
    """Save a draft with another text or other files; whether anything changed.

    Args:
        seen: the number of the revision that whoever changes it has seen.

    Raises:
        RequestError: it waits for approval, or somebody else has saved meanwhile.
    """
    if draft.is_closed:
        raise RequestError(_closed(draft))
    new_text = draft.text if text is None else text.replace("\r\n", "\n").replace("\r", "\n")
    new_files = draft.files if files is None else files
    if (new_text, new_files) == (draft.text, draft.files):
        return False
    if seen != str(draft.revision):
        raise RequestError(_stale(draft))
    with transaction.atomic():
        old = draft.revision
        draft.text, draft.files = new_text, new_files
        draft.revision = old + 1
        draft.status = "draft"
        draft.authors = sorted({*draft.authors, actor.name})
        _named(draft)
        fields: dict[str, Any] = {
            name: getattr(draft, name)
            for name in ("text", "files", "revision", "status", "authors", "title", "slug")
        }
        # of two who save at once, one does
        taken = Draft.objects.filter(
            pk=draft.pk, revision=old, status__in=("draft", "returned", "kept")
        ).update(**fields, changed=timezone.now())
        if not taken:
            raise RequestError(_stale(draft))
        Revision.objects.create(
            draft=draft,
            n=draft.revision,
            text=draft.text,
            files=draft.files,
            by=actor.name,
            note=note[:200],
        )
    return True


def too_large(text: str, files: dict[str, str]) -> str:
    """Why so much is not taken; empty if it is."""
    if len(text) > MOST_TEXT:
        return _("The text has more than %(n)s characters") % {"n": f"{MOST_TEXT:,}"}
    if len(files) > MOST_FILES:
        return _("At most %(n)s files stand beside it") % {"n": MOST_FILES}
    if sum(len(one.encode()) for one in files.values()) > MOST_FILE_BYTES:
        return _("The files beside it have more than 1 MB together")
    return ""


def _named(draft: Draft) -> None:
    """Title and id as the text says them, where it does."""
    about = data_of(draft.text).get(draft.kind)
    about = about if isinstance(about, dict) else {}
    title, slug = about.get("title") or about.get("id"), about.get("id")
    if isinstance(title, str) and title.strip():
        draft.title = title.strip()[:200]
    draft.slug = slug[:200] if isinstance(slug, str) else ""


def _closed(draft: Draft) -> Problem:
    return Problem(
        "case_waits",
        _("it was not changed"),
        draft.title,
        _("it waits for approval: what is looked at must not change under the eyes"),
        _("take it back first, or wait until it is decided"),
    )


def _stale(draft: Draft) -> Problem:
    return Problem(
        "changed_meanwhile",
        _("it was not saved"),
        draft.title,
        _("somebody has saved it since you opened the page"),
        _("open the page again, and make your change to what stands there now"),
    )
