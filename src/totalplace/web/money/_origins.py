"""Where a code leads: to its page where the count has figures of it, else to its lines."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import quote, urlencode

from totalplace.disclosure import Publication
from totalplace.web._figures import rows_of
from totalplace.web.money._splits import PARTS

__all__ = ["has_figures", "part_href"]


@lru_cache(maxsize=64)
def _with_figures(one: Publication, year: str, split: str) -> frozenset[str]:
    if year not in one.years:
        return frozenset()
    key = next(key["key_id"] for key in one.manifest["keys"][year] if key["is_default"])
    return frozenset(row.values[split] for row in rows_of(one, year, key, split))


def has_figures(one: Publication, split: str, code: str, year: str) -> bool:
    """Whether the count of a year has figures of this value, and so a page of it."""
    return code in _with_figures(one, year, split)


def part_href(
    one: Publication,
    split: str,
    code: str,
    year: str,
    *,
    at: int | None,
    column: str | None = None,
) -> str:
    """The page of a body, stream or function in a year, or the lines that name it.

    Args:
        at: the publication as asked for in the address.
        column: the filter of the lines that the code stands in; by default the split's own.
    """
    query = {"year": year} | ({} if at is None else {"at": str(at)})
    if has_figures(one, split, code, year):
        return f"/money/{PARTS[split].path}/{quote(code, safe='')}/?{urlencode(query)}"
    return f"/money/lines/?{urlencode({**query, column or split: code})}"
