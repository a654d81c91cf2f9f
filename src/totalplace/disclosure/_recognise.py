"""Whether the words of a name are an organisation's, or tell of a person."""

from __future__ import annotations

__all__ = ["is_about_a_person", "recognised"]


def recognised(name: str) -> tuple[str, str] | None:
    """The public name of an organisation and how it is recognised; None if it is not."""
    return None


def is_about_a_person(text: str) -> bool:
    """Whether a text may be about one person: by a name, a form of address or a word for one."""
    from totalplace.model import resolve_payees  # noqa: F401

    return False
