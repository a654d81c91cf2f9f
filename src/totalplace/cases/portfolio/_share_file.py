"""Reading what a portfolio's file says of shares and of payments by results."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from totalplace.cases.portfolio._cells import Cells
from totalplace.cases.portfolio._model import METHODS, Body, Cohort, Contract, ShareRule

__all__ = ["contracts_of", "share_of"]

_CONTRACT = (
    "id", "title", "cohort_threshold", "pooled_threshold", "price", "cap", "payer", "cohort",
)  # fmt: skip


def share_of(top: Cells, bodies: Mapping[str, Body]) -> ShareRule:
    """The table ``share``."""
    cells = top.table("share")
    cells.only(("method", "fixed", "coalition"))
    method = cells.choice("method", METHODS)
    fixed: dict[str, Fraction] = {}
    if method == "fixed" and cells.needed("fixed", "fixed = {council = 0.5, nhs = 0.5}"):
        fixed = cells.shares("fixed", bodies, low=0)
    coalitions: dict[frozenset[str], int] = {}
    tables = cells.tables("coalition")
    for one in tables:
        one.only(("bodies", "value"))
        members = one.texts("bodies")
        one.bodies_known("bodies", members, bodies)
        if not members:
            one.problem(
                ("bodies",), "empty_coalition", "a group without members", "bodies is empty",
                "name at least one body",
            )  # fmt: skip
        if frozenset(members) in coalitions:
            one.problem(
                ("bodies",), "repeated_coalition", "the group stands in the file twice",
                ", ".join(members), "take one of them away",
            )  # fmt: skip
        if one.needed("value", "value = 0"):
            coalitions[frozenset(members)] = one.pence("value")
    # of all bodies together it need not be said: that is what one pot is worth
    said = {*coalitions, frozenset(bodies)}
    wanted = 2 ** len(bodies) - 1
    if tables and len(said) != wanted:
        cells.problem(
            ("coalition",), "missing_coalition", "what some groups would have alone is not said",
            f"{len(said)} of {wanted} groups of {len(bodies)} bodies",
            "give a [[share.coalition]] for every group, or for none: then they are solved",
        )  # fmt: skip
    return ShareRule(method, fixed, coalitions)


def contracts_of(top: Cells, bodies: Mapping[str, Body]) -> Iterator[Contract]:
    """The tables ``contract``: payments by results."""
    for cells in top.tables("contract"):
        cells.only(_CONTRACT)
        thresholds = [
            cells.number(key, low=0, high=1) if cells.needed(key, f"{key} = 0.1") else Fraction(0)
            for key in ("cohort_threshold", "pooled_threshold")
        ]
        payers: dict[str, Fraction] = {}
        if cells.needed("payer", "payer = {council = 1.0}"):
            payers = cells.shares("payer", bodies, low=0)
        tables = cells.tables("cohort")
        if not tables:
            cells.problem(
                ("cohort",), "no_cohort", "the contract has no cohort", "nothing was measured",
                "add a [[contract.cohort]] with id, baseline and observed",
            )  # fmt: skip
        yield Contract(
            id=cells.text("id"),
            cohort_threshold=thresholds[0],
            pooled_threshold=thresholds[1],
            price_pence=cells.pence("price", low=0) if cells.needed("price", "price = 1") else 0,
            cap_pence=cells.pence("cap", low=0) if "cap" in cells.data else None,
            payers=payers,
            cohorts=tuple(_cohort(one) for one in tables),
        )


def _cohort(cells: Cells) -> Cohort:
    cells.only(("id", "baseline", "observed"))
    events = {
        key: cells.number(key, low=0) if cells.needed(key, f"{key} = 100") else Fraction(0)
        for key in ("baseline", "observed")
    }
    if events["baseline"] == 0 and isinstance(cells.data.get("baseline"), int | float):
        cells.problem(
            ("baseline",), "no_baseline", "a cohort without expected events has no reduction",
            "baseline is 0", "give the number of events of the comparison group",
        )  # fmt: skip
    return Cohort(cells.text("id"), events["baseline"], events["observed"])
