"""The cases and portfolios of a publication."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from totalplace.disclosure import Publication

__all__ = ["published_cases", "published_portfolios"]


def published_cases(one: Publication) -> dict[str, Mapping[str, Any]]:
    """Id -> document of each case that is published, by id."""
    return _published(one, "cases")


def published_portfolios(one: Publication) -> dict[str, Mapping[str, Any]]:
    """Id -> document of each portfolio that is published, by id."""
    return _published(one, "portfolios")


def _published(one: Publication, kind: str) -> dict[str, Mapping[str, Any]]:
    below = f"documents/{kind}/"
    found = sorted(name for name in one.files if name.startswith(below))
    slugs = [name.removeprefix(below).removesuffix(".json") for name in found]
    return {slug: one.document(kind, slug) for slug in slugs}
