"""What the place can be set beside: areas of the national files, other places, published claims."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlencode

from django.utils.translation import gettext as _

from totalplace.disclosure import Publication
from totalplace.errors import Problem, RequestError
from totalplace.web._figures import rows_of
from totalplace.web._places import other_zones
from totalplace.web._scope import Scope
from totalplace.web.data._sources import source_href, sources_of

__all__ = ["Option", "Side", "default_of", "of_the_place", "options_of", "side_of"]


@dataclass(frozen=True)
class Option:
    """Something to compare with: its word in the address, its name, and the group it is of."""

    value: str
    name: str
    group: str


@dataclass(frozen=True)
class Side:
    """One side of a comparison.

    Attributes:
        name: of the area or place.
        basis: what its amounts are, as a sentence.
        pence: division of COFOG, or ``unclassified`` -> amount.
        people: of the area; None where not known.
        hrefs: division -> where the amount leads.
    """

    name: str
    basis: str
    pence: Mapping[str, int]
    people: int | None
    hrefs: Mapping[str, str] = field(default_factory=dict)

    @property
    def total_pence(self) -> int:
        """All divisions."""
        return sum(self.pence.values())


@lru_cache(maxsize=8)
def _areas(one: Publication) -> Mapping[tuple[str, str, str], tuple[Mapping[str, Any], ...]]:
    """Rows of the national files by year, dataset and area."""
    found: dict[tuple[str, str, str], list[Mapping[str, Any]]] = {}
    for row in one.table("compare").to_pylist():
        found.setdefault((row["year"], row["dataset"], _area_key(row)), []).append(row)
    return {key: tuple(rows) for key, rows in found.items()}


def _area_key(row: Mapping[str, Any]) -> str:
    return "place" if row["level"] == "place" else str(row["area"])


def options_of(scope: Scope, find: str = "") -> list[Option]:
    """Everything that the place can be compared with in this year, narrowed by a text."""
    groups = {
        "cra": _("Regions and countries, by the regional analysis"),
        "ro": _("Authorities, by the revenue outturn"),
    }
    found = [
        Option(f"{dataset}:{area}", _name(rows[0]), groups.get(dataset, dataset))
        for (year, dataset, area), rows in _areas(scope.publication).items()
        if year == scope.year and area != "place"
    ]
    found += [
        Option(f"place:{one.manifest['place']['id']}", one.manifest["place"]["name"], _("Places"))
        for one in _others()
    ]
    wanted = find.casefold()
    chosen = [one for one in found if wanted in one.name.casefold() or wanted in one.value]
    return sorted(chosen, key=lambda one: (one.group, one.name))


def default_of(scope: Scope) -> str | None:
    """What the place stands beside until something is chosen: the largest area of known people.

    Areas of the regional analysis come before authorities, and these before other places.
    """
    found = [
        (dataset == "cra", rows[0]["people"], f"{dataset}:{area}")
        for (year, dataset, area), rows in _areas(scope.publication).items()
        if year == scope.year and area != "place" and rows[0]["people"]
    ]
    if found:
        return max(found)[2]
    return next((one.value for one in options_of(scope) if one.value.startswith("place:")), None)


def _name(row: Mapping[str, Any]) -> str:
    """The name of an area; the codes of what lies in no region have words."""
    told = {
        "ZZ_OUTSIDE": _("Outside the country"),
        "ZZ_NONID": _("In no region"),
    }
    return told.get(row["area"], str(row["name"]))


def side_of(scope: Scope, value: str) -> Side:
    """What the address asks to compare with.

    Raises:
        RequestError: there is no such area or place (`unknown_comparison`).
    """
    kind, _colon, code = value.partition(":")
    if kind == "place":
        for other in _others():
            if other.manifest["place"]["id"] == code:
                return _of_other(scope, other)
    rows = _areas(scope.publication).get((scope.year, kind, code))
    if rows and code != "place":
        return _of_area(scope, kind, rows)
    raise RequestError(
        Problem(
            "unknown_comparison",
            "there is nothing of this name to compare with",
            f"with={value}"[:120],
            f"the national files of {scope.year} in this publication have no such area, and the"
            " site shows no such place beside this one",
            "choose one from the list",
        )
    )


def of_the_place(scope: Scope, value: str) -> Side:
    """The place itself, on the basis that is nearest to what it is compared with."""
    name = scope.publication.manifest["place"]["name"]
    rows = _areas(scope.publication).get((scope.year, "ro", "place"))
    if value.startswith("ro:") and rows:
        lines = {"year": scope.year, "dataset": "ro", "role": "headline"}
        at = {"at": scope.params.at} if scope.params.at else {}
        return Side(
            name,
            _("Service expenditure of its authorities, by the revenue outturn."),
            {row["function"]: row["pence"] for row in rows},
            rows[0]["people"] or scope.document["people"],
            {
                row["function"]: "/money/lines/?"
                + urlencode({**lines, "function": row["function"], **at})
                if row["function"] != "unclassified"
                else "/money/lines/?" + urlencode({**lines, **at})
                for row in rows
            },
        )
    pence = _by_division((row.values["function"], row.pence) for row in scope.rows("function"))
    return Side(
        name,
        _("Net of the count: every body, nothing counted twice."),
        pence,
        scope.document["people"],
        {
            code: f"/money/functions/{quote(code, safe='')}/{scope.query()}"
            for code in pence
            if code in {row.values["function"] for row in scope.rows("function")}
        }
        | {
            code: f"/money/functions/{scope.query()}"
            for code in pence
            if code not in {row.values["function"] for row in scope.rows("function")}
        },
    )


def _of_area(scope: Scope, dataset: str, rows: tuple[Mapping[str, Any], ...]) -> Side:
    basis = {
        "cra": _(
            "All identifiable public spending, by the country and regional analysis. It holds"
            " what bodies pay one another only once, and no local payments."
        ),
        "ro": _("Service expenditure, by the revenue outturn."),
    }
    at = f"?at={scope.params.at}" if scope.params.at else ""
    source = next((one for one in sources_of(scope.publication) if one["dataset"] == dataset), None)
    href = source_href(source, at) if source is not None else ""
    return Side(
        _name(rows[0]),
        basis.get(dataset, dataset),
        {row["function"]: row["pence"] for row in rows},
        rows[0]["people"],
        {row["function"]: href for row in rows} if href else {},
    )


def _of_other(scope: Scope, other: Publication) -> Side:
    year = scope.year if scope.year in other.years else other.years[0]
    key = next(one["key_id"] for one in other.manifest["keys"][year] if one["is_default"])
    name = other.manifest["place"]["name"]
    basis = _("Net of its own count, %(year)s, publication %(n)s.") % {"year": year, "n": other.n}
    if year != scope.year:
        basis += " " + _("It has no count of %(year)s.") % {"year": scope.year}
    return Side(
        name,
        basis,
        _by_division(
            (row.values["function"], row.pence) for row in rows_of(other, year, key, "function")
        ),
        other.document(year, "count")["people"],
    )


def _others() -> list[Publication]:
    found = []
    for one in other_zones():
        try:
            found.append(one.latest)
        except RequestError:
            # nothing of it is published any more
            continue
    return found


def _by_division(rows: Iterable[tuple[str, int]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for code, pence in rows:
        division = code.partition(".")[0] or "unclassified"
        found[division] = found.get(division, 0) + pence
    return found
