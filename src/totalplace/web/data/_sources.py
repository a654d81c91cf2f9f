"""The sources of a publication as rows, once for all readers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from totalplace.disclosure import Publication
from totalplace.web._figures import name_of

__all__ = ["Source", "is_whole", "source_href", "sources_of"]

Source = Mapping[str, Any]


@lru_cache(maxsize=8)
def sources_of(publication: Publication) -> tuple[Source, ...]:
    """Every source, with ``body`` as the name of the body whose money it holds."""
    rows: Sequence[dict[str, Any]] = publication.table("sources").to_pylist()
    return tuple(
        {**row, "body": name_of(publication, "body", row["body_id"])}
        for row in sorted(rows, key=lambda row: row["source_no"])
    )


def source_href(source: Source, at_query: str) -> str:
    """The page of a source: by its hash, which is the same in every publication."""
    return f"/data/sources/{source['sha256']}/{at_query}"


def is_whole(source: Source) -> bool:
    """Whether all its records are accounted for."""
    return bool(source["records"] == source["lines"] + source["rejected"] + source["skipped"])
