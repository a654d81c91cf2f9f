"""Whose a member of a source is: one answer for its rows, its rejects and what a search finds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from totalplace.place import Member

MEMBER = Member(
    sha256="a" * 64, member="", member_index=2, dataset="spend", format_id="spend",
    file_name="a.csv", received="2026-11-21", records=3, lines=2, rejected=1,
    body_id="westwick-council",
)  # fmt: skip


@pytest.mark.parametrize("data_class", ["line", "upload"])
def test_a_register_is_the_whole_places_whoever_gave_it(tables: None, data_class: str) -> None:
    from totalplace.workbench.loads._sources import member_thing

    own = member_thing(MEMBER, data_class)
    assert (own.data_class, own.bodies) == (data_class, {"westwick-council"})
    assert own.id == f"{'a' * 64}:2"
    assert member_thing(replace(MEMBER, is_register=True), data_class).bodies == frozenset()
    assert member_thing(replace(MEMBER, body_id=None), data_class).bodies == frozenset()


def test_rejects_of_a_register_are_not_shown_to_a_bodys_own_analyst(
    tables: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from types import SimpleNamespace
    from typing import Any

    from django.utils import timezone

    from totalplace.access import Actor, decide
    from totalplace.workbench.loads import _views_rejects, _views_search

    register = replace(MEMBER, is_register=True, rejects_sha256="b" * 64)
    state = SimpleNamespace(active=[register], members_of=lambda _: [register])
    place: Any = SimpleNamespace(folder=SimpleNamespace(state=lambda: state))
    monkeypatch.setattr(_views_rejects, "open_place", lambda _: place)
    request: Any = None
    thing = _views_rejects._rejects_thing(request, register.sha256, 2)
    now = timezone.now()
    west = Actor("w", frozenset(["analyst"]), frozenset(["westwick-council"]), now)
    every = Actor("a", frozenset(["analyst"]), frozenset(["*"]), now)
    assert not decide(west, "see", thing, now=now).allowed
    assert decide(every, "see", thing, now=now).allowed
    assert list(_views_search._rejected(west, place, "word")) == []
