"""A small public zone, written by the writer itself: three publications, one of them withdrawn.

Its figures are invented and few, so that what a page says of them can be worked out by hand.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

YEAR = "2017-18"
LICENCE = {
    "id": "OGL-UK-3.0",
    "title": "Open Government Licence v3.0",
    "url": "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
}
SHA = {name: f"{at:064x}" for at, name in enumerate(["old", "spend", "outturn", "analysis"], 1)}

_SPLITS = ("tier", "body", "funder", "function", "route", "stream", "area", "theme", "grade")
_FIGURES = pa.schema(
    [
        *((name, pa.string()) for name in ("year", "key_id", "price_base", "split", "figure_id")),
        *((name, pa.string()) for name in (*_SPLITS, "cap_rev", "control")),
        *((f"{name}pence", pa.int64()) for name in ("", "low_", "high_", "gross_", "eliminated_")),
        ("share_pct", pa.float64()),
        ("figure_grade", pa.string()),
        ("coverage_pct", pa.float64()),
    ]
)
_NAMES = pa.schema([(name, pa.string()) for name in ("kind", "code", "name", "tier", "parent")])
_AREAS = pa.schema(
    [
        ("year", pa.string()),
        ("area", pa.string()),
        ("name", pa.string()),
        ("people", pa.int64()),
        ("people_year", pa.int64()),
        ("households", pa.int64()),
        ("households_year", pa.int64()),
    ]
)
_PAYEES = pa.schema(
    [
        ("payee_id", pa.int32()),
        ("name", pa.string()),
        ("body_id", pa.string()),
        ("lines", pa.int64()),
        ("pence", pa.int64()),
        ("years", pa.string()),
    ]
)
_SOURCES = pa.schema(
    [
        ("source_no", pa.int32()),
        *(
            (name, pa.string())
            for name in (
                "title",
                "file_name",
                "publisher",
                "licence_id",
                "licence",
                "licence_url",
                "attribution",
            )
        ),
        ("received", pa.date32()),
        ("sha256", pa.string()),
        ("bytes", pa.int64()),
        ("format_id", pa.string()),
        ("dataset", pa.string()),
        ("body_id", pa.string()),
        ("member_no", pa.int32()),
        ("records", pa.int64()),
        ("lines", pa.int64()),
        ("rejected", pa.int64()),
        ("skipped", pa.int64()),
        ("sum_pence", pa.int64()),
        ("period_start", pa.date32()),
        ("period_end", pa.date32()),
        ("warnings", pa.int32()),
    ]
)

BODIES = {"eastwick-council": "Eastwick Council", "ministry": "Ministry of <Examples> & Sons"}
PAYEES = ("Acme Paving Ltd", "Acmeware plc", "New Acme Trading Limited", "Zeta Acmes LLP")


def write_zone(folder: Path, *, payees: Sequence[str] = PAYEES, more_sources: int = 0) -> Path:
    """Publications 1 (withdrawn), 2 and 3 below a folder of a place; the folder."""
    from totalplace.disclosure.publish import withdraw_publication, write_publication

    public = folder / "public"
    for n, net, sources in (
        (1, 900_00, ["old"]),
        (2, 1_000_00, ["old", "spend"]),
        (3, 1_234_56, ["spend", "outturn", "analysis"]),
    ):
        write_publication(
            public,
            n,
            documents={f"{YEAR}/count.json": _count(n, net)},
            tables=_tables(net, sources, payees, more_sources),
            reports={
                f"count-{YEAR}.html": _HTML.encode(),
                f"count-{YEAR}.pdf": b"%PDF-1.7 invented",
                f"count-{YEAR}.xlsx": b"PK invented",
                f"count-{YEAR}.docx": b"PK invented",
            },
            manifest=_manifest(n),
        )
    withdraw_publication(
        public,
        1,
        reason="A file was read twice.",
        when="2026-10-02",
        place={"id": "eastwick", "name": "Eastwick"},
    )
    return folder


_HTML = """<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>Report</title>
<style>
h1 { color: rgb(1, 2, 3); }
</style></head><body><h1>Report</h1></body></html>
"""


def _manifest(n: int) -> dict[str, Any]:
    return {
        "schema_version": 1,
        "place": {
            "id": "eastwick",
            "name": "Eastwick",
            "areas": [{"code": "E99000001", "name": "Eastwick"}],
        },
        "years": [YEAR],
        "published": f"2026-10-{n:02}",
        "snapshot_created": f"2026-09-{n:02}",
        "note": f"Note of {n}",
        "content_hash": f"{n}" * 64,
        "software": "0.1.0",
        "licence": LICENCE,
        "attributions": ["Contains public sector information of Eastwick Council."],
        "keys": {
            YEAR: [
                {
                    "key_id": "P",
                    "measure": "people",
                    "unit": "persons",
                    "year": 2017,
                    "source": "invented",
                    "is_default": True,
                }
            ]
        },
        "price_years": {YEAR: []},
        "splits": ["", "tier", "body", "function", "stream", "area", "theme"],
        "withheld": {
            "individual": {"lines": 12, "pence": 34_500},
            "redacted": {"lines": 0, "pence": 0},
            "unrecognised": {"lines": 3, "pence": 100},
            "texts": 5,
        },
    }


def _count(n: int, net: int) -> dict[str, Any]:
    pounds = f"{net // 100}.{net % 100:02}"
    return {
        "place": "Eastwick",
        "year": YEAR,
        "snapshot": n,
        "net_gbp": pounds,
        "coverage_pct": 75.0,
        "people": 100,
        "people_year": 2017,
        "households": None,
        "households_year": None,
        "per_head_gbp": "12.35",
        "per_household_gbp": None,
        "reasons": {"households": "no households are known"},
        "bodies": {"returned": 1, "estimated": 1},
        "coverage": [],
        "warnings": [],
        "published": [
            {
                "claim_id": "AGM",
                "label": "all public funding coming into the place",
                "published_gbp": "2000.00",
                "counted_gbp": pounds,
                "difference_gbp": f"{(net - 200000) / 100:.2f}",
                "source": "Report of the Total Place Project Group",
            }
        ],
    }


def _tables(
    net: int, sources: Sequence[str], payees: Sequence[str], more_sources: int
) -> Mapping[str, pa.Table]:
    splits = {
        "": [{}],
        "tier": [{"tier": "local"}],
        "body": [{"body": "eastwick-council"}, {"body": "ministry"}],
        "function": [{"function": "09"}],
        "stream": [{"stream": "schools-grant"}],
        "area": [{"area": "E99000001"}],
        "theme": [{"theme": "safety"}],
    }
    figures = [
        {
            "year": YEAR,
            "key_id": "P",
            "price_base": "cash",
            "split": split,
            "figure_id": f"{split or 'net'}-{net}",
            **values,
            "pence": 0 if values.get("body") == "ministry" else net,
            "low_pence": net - 1,
            "high_pence": net + 1,
            "gross_pence": net + 10,
            "eliminated_pence": 10,
            "share_pct": 100.0,
            "figure_grade": "A",
            "coverage_pct": 75.0,
        }
        for split, rows in splits.items()
        for values in rows
    ]
    names = [
        *({"kind": "body", "code": code, "name": name} for code, name in BODIES.items()),
        {"kind": "function", "code": "09", "name": "Education"},
        {"kind": "stream", "code": "schools-grant", "name": "Dedicated schools grant"},
        {"kind": "area", "code": "E99000001", "name": "Eastwick"},
        {"kind": "theme", "code": "safety", "name": "Community safety"},
        {"kind": "tier", "code": "local", "name": "Local government"},
        {"kind": "key", "code": "P", "name": "people"},
    ]
    area = {"year": YEAR, "area": "E99000001", "name": "Eastwick", "people": 100}
    paid = [
        {"payee_id": at, "name": name, "lines": 1, "pence": 100 * at, "years": YEAR}
        for at, name in enumerate(payees, 1)
    ]
    numbered = [*sources, *(f"more{at}" for at in range(more_sources))]
    return {
        "figures": pa.Table.from_pylist(figures, _FIGURES),
        "names": pa.Table.from_pylist(names, _NAMES),
        "areas": pa.Table.from_pylist([area], _AREAS),
        "payees": pa.Table.from_pylist(paid, _PAYEES),
        "sources": pa.Table.from_pylist(
            [_source(at, name) for at, name in enumerate(numbered)], _SOURCES
        ),
        "lines": _lines(),
    }


def _lines() -> pa.Table:
    """One line, of the source with the number 0."""
    texts = (
        "year",
        "body_id",
        "dataset",
        "payee",
        "payee_kind",
        "counterparty_id",
        "stream_id",
        "function",
        "cap_rev",
        "nature",
        "role",
        "control",
        "grade",
    )
    codes = {name: pa.array([None], pa.string()) for name in texts}
    codes["year"] = pa.array([YEAR])
    codes["body_id"] = pa.array(["eastwick-council"])
    return pa.table(
        {
            "line_no": pa.array([0], pa.int64()),
            **codes,
            "source_no": pa.array([0], pa.int32()),
            "amount_pence": pa.array([100], pa.int64()),
        }
    )


def _source(at: int, name: str) -> dict[str, Any]:
    return {
        "source_no": at,
        "title": f"Eastwick Council, {name}",
        "file_name": f"{name}.csv",
        "publisher": "Eastwick Council",
        "licence_id": LICENCE["id"],
        "licence": LICENCE["title"],
        "licence_url": LICENCE["url"],
        "attribution": "Contains public sector information of Eastwick Council.",
        "received": dt.date(2026, 9, 1 + at % 3),
        "sha256": SHA.get(name, f"{at + 1000:064x}"),
        "bytes": 1_000 + at,
        "format_id": "spend",
        "dataset": "spend",
        "body_id": "eastwick-council",
        "member_no": 0,
        "records": 10,
        "lines": 7,
        "rejected": 1,
        "skipped": 2,
        "sum_pence": 12_345,
        "period_start": dt.date(2017, 4, 1),
        "period_end": dt.date(2018, 3, 31),
        "warnings": 1,
    }
