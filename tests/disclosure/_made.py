"""A small invented publication for the tests of the public zone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from totalplace.disclosure import Publication
from totalplace.disclosure.publish import write_publication

PLACE = {"id": "marlbrook", "name": "Marlbrook"}
MANIFEST: dict[str, Any] = {
    "schema_version": 1,
    "place": PLACE,
    "years": ["2017-18"],
    "published": "2026-11-30",
}
DOCUMENTS: dict[str, Any] = {
    "2017-18/count.json": {"total_gbp": "1.00", "name": "Marlbrook £"},
    "2017-18/reconcile.json": b'{"rows": []}\n',
}
FIGURES = pa.table({"year": ["2017-18"], "pence": [100]})
LINES = pa.table({"line_no": [0, 1], "amount_pence": [60, 40]})
REPORTS = {"count-2017-18.html": b"<p>1.00</p>", "count-2017-18.pdf": b"%PDF"}


def lines(path: Path) -> None:
    pq.write_table(LINES, path)


def publish(public: Path, n: int = 1, **change: Any) -> Publication:
    given: dict[str, Any] = {
        "documents": DOCUMENTS,
        "tables": {"figures": FIGURES, "lines": lines},
        "reports": REPORTS,
        "manifest": MANIFEST,
    }
    return write_publication(public, n, **{**given, **change})


def tree(root: Path) -> dict[str, bytes]:
    """Every visible file below a folder and its bytes: what a reader can see."""
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(root).parts)
    }
