"""What a publication holds: counts of every year, lines, documents and reports, as the public
may see them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from importlib.metadata import version
from typing import Any

import pyarrow as pa

from totalplace._api._count import count_result
from totalplace._api._publish_cases import case_documents
from totalplace._api._publish_names import names_table
from totalplace._api._publish_sources import Sources
from totalplace._api._publish_tables import (
    SPLITS,
    areas_table,
    bodies_table,
    compare_table,
    decisions_table,
    figures_table,
    indicators_table,
    matches_table,
    transfers_table,
)
from totalplace._api._publish_texts import (
    free_texts,
    names_of_people,
    own_labels,
    scrubbed_table,
    with_free_texts,
)
from totalplace._api._reconcile import Reconciled, reconcile_result, trace_result
from totalplace._api._report import count_report
from totalplace._api._result import Document
from totalplace.count import (
    Counted,
    KeyCount,
    Transfer,
    YearCount,
    area_money,
    count_year,
    line_book,
    price_years,
    trace_of,
    transfers_of,
)
from totalplace.disclosure.publish import (
    Hidden,
    PublicLines,
    known_licences,
    public_lines,
    refuse_leaks,
    scrub,
)
from totalplace.engine import Engine, stack
from totalplace.errors import IdentityError, Problem, RequestError
from totalplace.model import load
from totalplace.money import format_gbp, gbp, published_pence
from totalplace.place import Decision, Folder, Snapshot
from totalplace.reports import REPORT_SPLITS, REPORT_SUFFIXES, report_bytes

__all__ = ["Content", "Task", "content_of", "count_years"]

_LICENCE = "OGL-UK-3.0"
"""Under which a publication of sources of several licences is published."""


@dataclass(frozen=True)
class Task:
    """One publication in the making.

    Attributes:
        today: the day of the publication.
        report: told the name of each stage.
    """

    engine: Engine
    folder: Folder
    snapshot: Snapshot
    decisions: tuple[Decision, ...]
    today: date
    report: Callable[[str], None]


@dataclass(frozen=True)
class Content:
    """Everything that is to be written; nothing of it is private any more."""

    documents: Mapping[str, Document]
    tables: Mapping[str, Any]
    reports: Mapping[str, bytes]
    manifest: Document
    lines: PublicLines


def count_years(task: Task) -> tuple[list[YearCount], dict[str, str]]:
    """Every year of the place that can be counted, and why the others cannot.

    Raises:
        RequestError: none can.
        IdentityError: one of our own identities does not hold in one of them.
    """
    folder, state = task.folder, task.snapshot.state
    found: list[YearCount] = []
    not_counted: dict[str, str] = {}
    last: RequestError | None = None
    for year in folder.years:
        others = [other for other in folder.years if other != year]
        try:
            counted = count_year(
                task.engine,
                folder,
                year,
                at=task.snapshot.n,
                today=task.today,
                splits=SPLITS,
                real=price_years(folder, state, year, others),
                report=partial(_of_year, task, year),
            )
        except RequestError as error:
            not_counted[year], last = error.problems[0].why, error
            continue
        found.append(counted)
    if not found and last is not None:
        raise last
    problems = [
        _fails(key.counted, name)
        for year in found
        for key in year.keys
        for name, holds in key.counted.identities.items()
        if not holds
    ]
    if problems:
        raise IdentityError(problems)
    return found, not_counted


def _fails(counted: Counted, name: str) -> Problem:
    """Why a count is not published: a fault of ours, or accounts of bodies that do not close."""
    where = f"{counted.request.year}, key {counted.key.key_id}"
    if name == "other_within_1_pct":
        return Problem(
            "accounts_do_not_close",
            "what bodies spend and how they fund it are too far apart, so nothing is published",
            where,
            f"no row of the statement explains {format_gbp(counted.statement.other_pence)}, which"
            f" is more than 1% of net {format_gbp(counted.net_pence)}",
            "see the rows called other in `totalplace reconcile`, and load corrected returns",
        )
    return Problem(
        "identity_fails",
        "one of our own identities does not hold, so nothing is published",
        where,
        name.replace("_", " "),
        "report it with the output of `totalplace check`",
    )


def _of_year(task: Task, year: str, stage: str) -> None:
    task.report(f"{year}: {stage}")


def content_of(task: Task, sources: Sources, years: Sequence[YearCount]) -> Content:
    """The content of a publication.

    Raises:
        RequestError: something of it would disclose a name that is not public.
        IdentityError: the public lines do not add up to those of the place.
    """
    folder, state, engine = task.folder, task.snapshot.state, task.engine
    first = years[0].working
    books = [
        line_book(engine, folder, one.working, sources.numbers, report=task.report) for one in years
    ]
    task.report("lines")
    labels = own_labels(years, folder.name)
    lines = public_lines(
        engine,
        stack(books),
        register=first.registers.bodies,
        aliases=_aliases(task.decisions),
        payee_kinds={d.object_id: d.value for d in task.decisions if d.what == "payee_kind"},
        labels=labels,
        files={**sources.names, **names_of_people(engine, stack(books), task.decisions)},
    )
    task.report("tables")
    hidden = with_free_texts(lines.hidden, free_texts(years), years, labels)
    transfers = {one.working.year: transfers_of(engine, one.working) for one in years}
    tables: dict[str, Any] = {
        "figures": scrubbed_table(figures_table(years), hidden),
        "bodies": bodies_table(years),
        "areas": areas_table(years),
        "sources": sources.table,
        "transfers": transfers_table(transfers),
        "matches": matches_table(engine, list(zip(years, books, strict=True))),
        "compare": compare_table(
            row for one in years for row in area_money(engine, folder, one.working)
        ),
        "indicators": indicators_table(folder, state),
        "decisions": decisions_table(task.decisions),
        "payees": lines.payees,
    }
    tables["names"] = names_table(folder, state, first, tables, _used(engine, stack(books)))
    task.report("documents")
    documents: dict[str, Document] = case_documents(folder, at=task.snapshot.n)
    for one in years:
        documents |= _documents(task, one, transfers[one.working.year])
    documents = {path: _without(document, hidden) for path, document in documents.items()}
    tables = {name: scrubbed_table(table, hidden) for name, table in tables.items()}
    refuse_leaks(lines.hidden, documents=documents, tables=tables, texts=lines.texts)
    task.report("reports")
    reports = {
        name: content
        for one in years
        for name, content in _reports(
            task, one, documents, tables["sources"], sources, hidden
        ).items()
    }
    return Content(
        documents=documents,
        tables={**tables, "lines": lines.write},
        reports=reports,
        manifest=_manifest(task, sources, years, lines),
        lines=lines,
    )


def _aliases(decisions: Sequence[Decision]) -> dict[str, str | None]:
    return {
        d.object_id: None if d.value == "none" else d.value for d in decisions if d.what == "alias"
    }


def _used(engine: Engine, lines: Any) -> dict[str, set[str]]:
    """Codes that the lines use."""
    found: dict[str, set[str]] = {}
    for kind, column in (
        ("body", "body_id"),
        ("body", "counterparty_id"),
        ("stream", "stream_id"),
        ("function", "function"),
    ):
        rows = engine.to_arrow(lines.filter(lines[column].notnull()).select(column).distinct())
        found.setdefault(kind, set()).update(rows[column].to_pylist())
    parents = {row["code"]: row["parent"] for row in load("cofog").to_pylist()}
    for _ in range(2):  # a class has a group, a group a division
        found["function"] |= {parents.get(code) or code for code in found["function"]}
    return found


def _without(document: Document, hidden: Hidden) -> Document:
    """A document without hidden names; money keyed by names that become one is added up."""
    plain = dict(document)
    for name in ("statement", "outturn"):
        if plain.get(name) is not None:
            plain[name] = _without(plain[name], hidden)
    if "funding" in plain:
        sums: dict[str, int] = {}
        for source, amount in plain["funding"].items():
            public = scrub(source, hidden)
            sums[public] = sums.get(public, 0) + published_pence(amount)
        plain["funding"] = {source: gbp(pence) for source, pence in sums.items()}
    return scrub(plain, hidden)


def _documents(task: Task, year: YearCount, transfers: Sequence[Transfer]) -> dict[str, Document]:
    folder, state = task.folder, task.snapshot.state
    first, *others = year.keys
    when = year.working.year
    traced = trace_of(task.engine, year.working)
    reconciled = Reconciled(first.counted, tuple(transfers), traced.in_transit)
    found = {
        "count": count_result(folder, state, first.counted, None).document,
        "reconcile": reconcile_result(reconciled).document,
        "trace": trace_result(folder.name, traced, None).document,
        "themes": _themes(folder, task, first),
    }
    for key in others:
        counted = key.counted
        found[f"key-{counted.key.key_id}"] = count_result(
            folder, state, counted, first.counted
        ).document
    for prices, counted in first.real.items():
        found[f"real-{prices}"] = count_result(folder, state, counted, None).document
    return {f"{when}/{name}.json": document for name, document in found.items()}


def _themes(folder: Folder, task: Task, key: KeyCount) -> Document:
    """Money by local priority, and what no rule reaches."""
    own = folder.reference("theme", task.snapshot.state)
    rows = [*load("theme").to_pylist(), *(own.to_pylist() if own is not None else [])]
    named = {row["theme_id"]: row for row in rows}
    by_theme: dict[str, dict[str, int]] = {}
    for row in key.rows["theme",]:
        theme, _, kind = row.values["theme"].partition(": ")
        by_theme.setdefault(theme, {})[kind] = row.pence
    return {
        "themes": [
            {
                "theme_id": theme,
                "name": named[theme]["name"] if theme in named else theme,
                "definition": named[theme]["definition"] if theme in named else "",
                "pence": sum(kinds.values()),
                "by_kind": kinds,
            }
            for theme, kinds in sorted(
                by_theme.items(), key=lambda item: (-sum(item[1].values()), item[0])
            )
        ],
        "net_pence": key.counted.net_pence,
        "none_pence": key.unthemed_pence,
    }


def _reports(
    task: Task,
    year: YearCount,
    documents: Mapping[str, Document],
    sources: pa.Table,
    licensed: Sources,
    hidden: Hidden,
) -> dict[str, bytes]:
    """The year's report in every form, from what is public already."""
    when, first = year.working.year, year.keys[0]
    areas = year.working.registers.areas
    made = count_report(
        documents[f"{when}/count.json"],
        {name: scrub(_rows(task, first, (name,)), hidden) for name in REPORT_SPLITS},
        documents[f"{when}/reconcile.json"],
        [_source(row) for row in sources.to_pylist()],
        attributions=licensed.attributions,
        keys=[documents[f"{when}/key-{one.counted.key.key_id}.json"] for one in year.keys[1:]],
        areas=[{"code": code, "name": areas.names[code]} for code in task.folder.areas],
        created=task.snapshot.created,
        content_hash=task.snapshot.content_hash,
    )
    return {f"count-{when}{suffix}": report_bytes(made, suffix) for suffix in REPORT_SUFFIXES}


def _source(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, date) else value for name, value in row.items()
    }


def _rows(task: Task, key: KeyCount, by: tuple[str, ...]) -> Sequence[Document]:
    """The rows of a split as `count --by` prints them."""
    counted = replace(key.counted, request=replace(key.counted.request, by=by), rows=key.rows[by])
    rows: Sequence[Document] = count_result(
        task.folder, task.snapshot.state, counted, None
    ).document["rows"]
    return rows


def _manifest(
    task: Task, sources: Sources, years: Sequence[YearCount], lines: PublicLines
) -> Document:
    folder, snapshot = task.folder, task.snapshot
    areas = years[0].working.registers.areas
    (licence_id,) = sources.licences if len(sources.licences) == 1 else (_LICENCE,)
    licence = next(one for one in known_licences().values() if one.licence_id == licence_id)
    return {
        "schema_version": 1,
        "n": snapshot.n,
        "place": {
            "id": folder.id,
            "name": folder.name,
            "areas": [{"code": code, "name": areas.names[code]} for code in folder.areas],
        },
        "years": [one.working.year for one in years],
        "published": task.today.isoformat(),
        "snapshot_created": snapshot.created.isoformat(),
        "content_hash": snapshot.content_hash,
        "software": version("totalplace"),
        "licence": {"id": licence.licence_id, "title": licence.title, "url": licence.url},
        "attributions": list(sources.attributions),
        "keys": {
            one.working.year: [
                {
                    "key_id": key.counted.key.key_id,
                    "measure": key.counted.key.measure,
                    "unit": key.counted.key.unit,
                    "year": key.counted.key.year,
                    "source": key.counted.key.source,
                    "is_default": key is one.keys[0],
                }
                for key in one.keys
            ]
            for one in years
        },
        "price_years": {one.working.year: list(one.keys[0].real) for one in years},
        "splits": [",".join(split) for split in SPLITS],
        "withheld": {
            **{kind: dict(sums) for kind, sums in lines.withheld.items()},
            "texts": lines.withheld_texts,
        },
    }
