"""Publishing a snapshot: everything of it that the public may see, written once, whole or not."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from totalplace._api._publish_content import Task, content_of, count_years
from totalplace._api._publish_sources import Sources, public_sources
from totalplace._api._result import NUMBER, TEXT, Result, table_of
from totalplace.disclosure.publish import withdraw_publication, write_publication
from totalplace.engine import Engine
from totalplace.model import body_register
from totalplace.money import gbp
from totalplace.place import Decision, Folder, State

__all__ = ["Published", "Withdrawn", "check_licences", "publish_place", "withdraw_place"]

PUBLIC = "public"
"""The folder of the public zone inside the place's."""


@dataclass(frozen=True)
class Published:
    """A publication of a place.

    Attributes:
        n: the snapshot's number.
        path: its folder.
        years: financial years that it holds; the first is the default.
        not_counted: years of the place that it does not hold -> why.
        withheld: kind of payee -> the lines and pence that are published as sums only.
        lines: rows of its table of lines.
        files: path -> its size in bytes.
    """

    n: int
    path: Path
    years: tuple[str, ...]
    not_counted: Mapping[str, str]
    licence: str
    attributions: tuple[str, ...]
    withheld: Mapping[str, Mapping[str, int]]
    lines: int
    files: Mapping[str, int]


@dataclass(frozen=True)
class Withdrawn:
    """A publication taken back: what the notice in its place says."""

    n: int
    reason: str
    when: str


def check_licences(folder: Folder, at: int | None) -> None:
    """Whether what a state rests on may be published; see `Place.check_licences`."""
    _sources_of(folder, folder.state(at), folder.decisions(at))


def publish_place(
    engine: Engine,
    folder: Folder,
    *,
    at: int | None,
    today: date,
    note: str = "",
    report: Callable[[str], None] = lambda _: None,
) -> Result[Published]:
    """Publish a snapshot; see `Place.publish`."""
    report("licences")
    state, decisions = folder.state(at), folder.decisions(at)
    # before anything is frozen or counted
    sources = _sources_of(folder, state, decisions)
    snapshot = folder.freeze(today=today) if at is None else folder.snapshot(at)
    if snapshot.state != state:
        sources = _sources_of(folder, snapshot.state, folder.decisions(snapshot.n))
    task = Task(engine, folder, snapshot, folder.decisions(snapshot.n), today, report)
    years, not_counted = count_years(task)
    content = content_of(task, sources, years)
    report("writing")
    written = write_publication(
        folder.path / PUBLIC,
        snapshot.n,
        documents=content.documents,
        tables=content.tables,
        reports=content.reports,
        manifest={**content.manifest, **({"note": note} if note else {})},
    )
    manifest = written.manifest
    facts = Published(
        n=snapshot.n,
        path=written.path,
        years=tuple(manifest["years"]),
        not_counted=not_counted,
        licence=manifest["licence"]["id"],
        attributions=tuple(manifest["attributions"]),
        withheld={kind: found for kind, found in manifest["withheld"].items() if kind != "texts"},
        lines=content.lines.rows,
        files={name: one["bytes"] for name, one in sorted(manifest["files"].items())},
    )
    return Result(
        facts=facts,
        document={
            "place": folder.name,
            "publication": facts.n,
            "path": str(facts.path),
            "years": list(facts.years),
            "not_counted": dict(not_counted),
            "published": manifest["published"],
            "content_hash": manifest["content_hash"],
            "licence": facts.licence,
            "attributions": list(facts.attributions),
            "lines": facts.lines,
            "withheld": {
                kind: {"lines": one["lines"], "gbp": gbp(one["pence"])}
                for kind, one in facts.withheld.items()
            },
            "withheld_texts": manifest["withheld"]["texts"],
            "files": len(facts.files),
            "bytes": sum(facts.files.values()),
        },
        table=table_of(
            [{"file": name, "bytes": size} for name, size in facts.files.items()],
            {"file": TEXT, "bytes": NUMBER},
        ),
        title=f"{folder.name}: publication {facts.n}",
    )


def _sources_of(folder: Folder, state: State, decisions: Sequence[Decision]) -> Sources:
    tables = ("body", "body_alias", "body_area")
    bodies = body_register(*(folder.reference(name, state) for name in tables))
    return public_sources(folder, state, decisions, bodies)


def withdraw_place(folder: Folder, n: int, *, reason: str, when: str) -> Result[Withdrawn]:
    """Take a publication back; see `Place.withdraw`."""
    notice = withdraw_publication(
        folder.path / PUBLIC,
        n,
        reason=reason,
        when=when,
        place={"id": folder.id, "name": folder.name},
    )
    facts = Withdrawn(n=notice["n"], reason=notice["reason"], when=notice["when"])
    return Result(
        facts=facts,
        document=notice,
        table=table_of([vars(facts)], {"n": NUMBER, "reason": TEXT, "when": TEXT}),
        title=f"{folder.name}: publication {n} withdrawn",
    )
