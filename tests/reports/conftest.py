"""Reports of a tiny place, and of the fictional place as it is published."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from report_readers import Made

import tiny_place
from published_place import published_place
from totalplace import Place
from totalplace._api._report import gathered_report
from totalplace.disclosure import open_zone
from totalplace.money import gbp
from totalplace.reports import CountReport, report_bytes


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The tiny place; it is not to be changed."""
    return tiny_place.make_place(tmp_path_factory.mktemp("report"))


@pytest.fixture(scope="session")
def facts(tiny: Place) -> CountReport:
    """The facts of the tiny place's report."""
    snapshot = tiny.folder.freeze(today=tiny_place.clock().date())
    with tiny._engine() as engine:
        return gathered_report(
            engine, tiny.folder, snapshot, tiny_place.YEAR, today=snapshot.created
        )


@pytest.fixture(scope="session")
def made_tiny(tiny: Place, facts: CountReport) -> Made:
    """Its four files, with the documents that its verbs print."""
    return Made(
        files={
            suffix: report_bytes(facts, suffix) for suffix in (".docx", ".html", ".pdf", ".xlsx")
        },
        document=tiny.count().document,
        reconcile=tiny.reconcile().document,
        keys=[tiny.count(key="U").document],
        rows={split: tiny.count(by=[split]).document["rows"] for split in facts.rows},
    )


@pytest.fixture(scope="session")
def made_rich(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The files of the published fictional place, with the documents published beside them."""
    zone = max(
        (one for one in (published_place(tmp_path_factory) / "public").iterdir() if one.is_dir()),
        key=lambda one: int(one.name) if one.name.isdigit() else -1,
    )
    year = json.loads((zone / "publication.json").read_text())["years"][0]
    documents = zone / "documents" / year
    document = json.loads((documents / "count.json").read_text())
    mine = {
        "year": year, "price_base": "cash", "key_id": document["key"]["key_id"],
    }  # fmt: skip
    rows: dict[str, list[dict[str, Any]]] = {}
    for row in open_zone(zone.parent).latest.table("figures").to_pylist():
        if all(row[name] == value for name, value in mine.items()):
            rows.setdefault(row["split"], []).append(
                {name: row[name] for name in ("share_pct", "coverage_pct")}
                | {name: gbp(row[f"{field}pence"])
                 for name, field in (("gbp", ""), ("low_gbp", "low_"), ("high_gbp", "high_"))}
            )  # fmt: skip
    return Made(
        files={one.suffix: one.read_bytes() for one in (zone / "reports").glob(f"count-{year}.*")},
        document=document,
        reconcile=json.loads((documents / "reconcile.json").read_text()),
        keys=[json.loads(one.read_text()) for one in sorted(documents.glob("key-*.json"))],
        rows=rows,
    )


@pytest.fixture
def changed(facts: CountReport) -> Callable[..., CountReport]:
    """The tiny place's facts with some of them changed."""
    return lambda **fields: replace(facts, **fields)
