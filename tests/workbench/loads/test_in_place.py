"""The table of what a place holds: its order, its notes, and its licences as they are decided."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from totalplace import new_place
from totalplace.place import Member, Source, State

A, B, C = ("a" * 64, "b" * 64, "c" * 64)
READ = Member(
    sha256=A, member="", member_index=0, dataset="spend", format_id="spend", file_name="a.csv",
    received="2026-11-21T10:00:00+00:00", records=3, lines=2, rejected=1,
    body_id="westwick-council",
)  # fmt: skip
STATE = State(
    sources=(
        Source(sha256=A, name="a.csv", size_bytes=1, received="2026-11-21T10:00:00+00:00"),
        Source(
            sha256=B, name="b.zip", size_bytes=1, received="2026-11-23T10:00:00+00:00",
            publisher="Westwick", licence="ogl 3",
        ),
        Source(sha256=C, name="c.pdf", size_bytes=1, received="2026-11-22T10:00:00+00:00"),
    ),
    members=(
        replace(READ, status="superseded", superseded_by=B),
        replace(READ, sha256=B, member="x.csv", dialect={"supplements": f"{A}:0"}),
        replace(READ, sha256=B, member="y.csv", member_index=1, format_id="card"),
    ),
)  # fmt: skip


def test_the_newest_comes_first_with_what_was_read_of_it(tables: None, tmp_path: Path) -> None:
    from django.utils import timezone

    from totalplace.access import Actor
    from totalplace.workbench.loads._bodies import Bodies
    from totalplace.workbench.loads._in_place import held_by, table_of

    def actor(*bodies: str) -> Actor:
        return Actor("a", frozenset(["analyst"]), frozenset(bodies), timezone.now())

    place = new_place(tmp_path / "place", name="A", areas=["E08000003"], year="2017-18")
    with place:
        every = actor("*")
        held = held_by(STATE, every)
        rows: list[Any] = list(table_of(place, Bodies(every, place), held, 0).rows)
        assert [row["name"] for row in rows] == ["b.zip", "c.pdf", "a.csv"]
        assert [row["lines"] for row in rows] == [4, 0, 2]
        assert [row["rejected"] for row in rows] == [2, 0, 1]
        assert [row["format"] for row in rows] == ["card, spend", "", "spend"]
        assert [row["publisher"] for row in rows] == ["Westwick", "", "westwick-council"]
        assert [row.get("_notes") for row in rows] == [
            {"name": "corrected rejects"},
            None,
            {"name": "replaced"},
        ]
        # nothing was read of the second: it is the whole place's
        assert [one.source.sha256 for one in held_by(STATE, actor("westwick-council"))] == [B, A]
        assert held_by(STATE, actor("eastwick-council")) == []

        def licences() -> list[str]:
            rows = table_of(place, Bodies(every, place), held, 0).rows
            return [str(row["licence"]) for row in rows]

        assert licences() == ["Open Government Licence v3.0", "Not stated", "Not stated"]
        place.decide("*", what="licence", value="CC0-1.0", why="all are", who="ann")
        assert licences()[1:] == ["Creative Commons Zero 1.0 Universal"] * 2
        place.decide("1", what="undo", why="they are not", who="ann")
        assert licences() == ["Open Government Licence v3.0", "Not stated", "Not stated"]
