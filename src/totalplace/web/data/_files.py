"""The files of a publication: what each is, in words, and where it can be taken from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import quote

import pyarrow.parquet as pq
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from totalplace.disclosure import Publication

__all__ = ["MEDIA_TYPES", "PublishedFile", "file_href", "published_files", "table_words"]

MEDIA_TYPES = {
    "csv": "text/csv",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "html": "text/html",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

_TABLES = {
    "areas": gettext_lazy("Areas, with their people and households"),
    "bodies": gettext_lazy("Bodies, and how the money of each is known"),
    "compare": gettext_lazy("Other areas, as published in the regional analysis and the returns"),
    "decisions": gettext_lazy("How many decisions of each kind the count rests on"),
    "figures": gettext_lazy("Every figure: all splits, keys and price bases"),
    "indicators": gettext_lazy("Outcomes beside the spending of themes"),
    "lines": gettext_lazy("Every public line"),
    "matches": gettext_lazy("Payments found in the accounts of both ends"),
    "names": gettext_lazy("Names of codes"),
    "payees": gettext_lazy("Payees recognised as organisations, with what they were paid"),
    "sources": gettext_lazy("Source files, their licences, and what was read from each"),
    "transfers": gettext_lazy("Payments between bodies, and what became of each"),
}
_DOCUMENTS = {
    "count": gettext_lazy("The count"),
    "reconcile": gettext_lazy("The reconciliation statement"),
    "themes": gettext_lazy("Themes"),
    "trace": gettext_lazy("Funding traced to its ultimate sources"),
}
_KINDS = {
    "documents": gettext_lazy("document"),
    "reports": gettext_lazy("report"),
    "tables": gettext_lazy("table"),
}


@dataclass(frozen=True)
class PublishedFile:
    """A file of a publication.

    Attributes:
        path: below the publication's folder.
        title: what it is, in words.
        kind: table, document or report.
        suffix: how its name ends, without the dot.
        rows: of a table.
    """

    path: str
    title: str
    kind: str
    suffix: str
    bytes: int
    sha256: str
    rows: int | None


def table_words(name: str) -> str:
    """What a table holds, in words; its own name where there are none."""
    return str(_TABLES.get(name, name))


def file_href(publication: Publication, path: str) -> str:
    """Where a file is taken from: with the number of the publication, for it never changes."""
    if path.startswith("reports/"):
        return f"/{quote(path)}?at={publication.n}"
    return f"/data/files/{quote(path)}?at={publication.n}"


def published_files(publication: Publication) -> tuple[PublishedFile, ...]:
    """Every file of a publication: tables, then documents, then reports."""
    order = list(_KINDS)
    files: Mapping[str, Mapping[str, Any]] = publication.manifest["files"]
    found = [
        PublishedFile(
            path=path,
            title=_title(path),
            kind=str(_KINDS[path.partition("/")[0]]),
            suffix=path.rpartition(".")[2],
            bytes=facts["bytes"],
            sha256=facts["sha256"],
            rows=_rows(publication, path),
        )
        for path, facts in files.items()
        if path.partition("/")[0] in _KINDS
    ]
    return tuple(
        sorted(found, key=lambda one: (-order.index(one.path.partition("/")[0]), one.path))
    )


def _title(path: str) -> str:
    folder, _slash, rest = path.partition("/")
    if folder == "tables":
        return table_words(rest.removesuffix(".parquet"))
    if folder == "reports":
        stem, _dot, suffix = rest.rpartition(".")
        told = {"year": stem.partition("-")[2], "suffix": suffix}
        return _("The report of %(year)s (%(suffix)s)") % told
    year, _slash, name = rest.removesuffix(".json").partition("/")
    kind, _dash, which = name.partition("-")
    if kind == "key" and which:
        words = _("The count under key %(key)s") % {"key": which}
    elif kind == "real" and which:
        words = _("The count in prices of %(year)s") % {"year": which}
    else:
        words = str(_DOCUMENTS.get(name, name))
    return f"{words}, {year}"


@lru_cache(maxsize=1024)
def _rows(publication: Publication, path: str) -> int | None:
    if not path.endswith(".parquet"):
        return None
    return int(pq.read_metadata(publication.path_of(path)).num_rows)
