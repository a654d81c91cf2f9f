"""The pages of claims: what the documents say, whether it adds up, and the count beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from django.utils.translation import gettext as _
from pydantic import Field

from totalplace.claims import VERDICTS, ClaimResult, Interval
from totalplace.disclosure import Publication
from totalplace.errors import Problem, RequestError
from totalplace.money import parse_pence
from totalplace.web._page import Column, Crumb, Page, Table
from totalplace.web._params import Params
from totalplace.web._places import publication
from totalplace.web._registry import page
from totalplace.web.claims._results import (
    VERDICT_WORDS,
    claim_results,
    document_ids,
    document_titles,
    verdict_word,
)

__all__: list[str] = []


class ClaimsParams(Params):
    """What the list of claims takes."""

    verdict: (
        Literal["exact", "within_rounding", "derived", "conflict", "ambiguous", "parameter"] | None
    ) = Field(None, description="Only claims with this verdict.")
    document: str | None = Field(None, description="Only claims of this document, such as 003.")


class ClaimParams(Params):
    """What the page of one claim takes."""

    claim: str = Field(description="Identifier of the claim, such as LAC-X; in any case.")


@page(
    "claims",
    "claims/",
    params=ClaimsParams,
    access="public",
    summary="Every figure that the source documents publish, recomputed, with its verdict.",
)
def claims(params: ClaimsParams) -> Page:
    if params.document is not None and params.document not in document_titles():
        raise RequestError(
            Problem(
                "unknown_document",
                "there is no source document of this number",
                f"document={params.document}"[:100],
                f"there are {', '.join(document_titles())}",
                "choose one of these, or take it out of the address",
            )
        )
    one = publication(params.at)
    results = claim_results().values()
    chosen = [
        result
        for result in results
        if params.verdict in (None, result.verdict)
        and (params.document is None or params.document in document_ids(result))
    ]
    at = params.at_query()
    counts = Counter(result.verdict for result in results)
    return Page(
        title=_("Claims"),
        template="claims/list.html",
        publication=one,
        crumbs=[Crumb(_("Home"), f"/{at}")],
        lead=_(
            "%(count)s figures that the documents of 2009 and 2010 publish, each computed again"
            " from its own numbers, and the count beside what was published of the place."
        )
        % {"count": len(results)},
        tables=[_list(chosen, at), _comparisons(one, at)],
        context={
            "verdicts": [
                {
                    "verdict": verdict,
                    "word": VERDICT_WORDS[verdict][0],
                    "says": VERDICT_WORDS[verdict][1],
                    "count": counts[verdict],
                    "href": params.query(verdict=verdict),
                }
                for verdict in VERDICTS
            ],
            "documents": document_titles(),
            "chosen_verdict": params.verdict or "",
            "chosen_document": params.document or "",
            "at": params.at,
            "shown": len(chosen),
            "all": len(results),
        },
    )


def _list(chosen: Iterable[ClaimResult], at: str) -> Table:
    rows = [
        {
            "id": result.id,
            "quote": result.quote,
            "verdict": result.verdict,
            "expected": result.expected,
            "computed": result.computed,
            "residual": result.residual,
            "unit": result.result_unit,
            "document": "; ".join(document_ids(result)),
            "equation": result.equation,
            "reason": result.reason,
            "source": result.source,
            "_links": {"id": f"/claims/{result.id}/{at}"},
            "_words": {"verdict": verdict_word(result.verdict)},
            "_notes": {
                "quote": "; ".join(map(document_titles().__getitem__, document_ids(result)))
            },
        }
        for result in chosen
    ]
    return Table(
        "claims",
        _("Claims, with what is published, what its numbers give, and the difference"),
        [
            Column("id", _("Claim"), is_head=True),
            Column("quote", _("What the document says")),
            Column("verdict", _("Verdict")),
            Column("expected", _("Published"), "decimal"),
            Column("computed", _("Computed"), "decimal"),
            Column("residual", _("Difference"), "decimal"),
            Column("unit", _("Unit")),
            Column("document", _("Document"), "code", is_shown=False),
            Column("equation", _("Equation"), is_shown=False),
            Column("reason", _("Reason"), is_shown=False),
            Column("source", _("Source"), is_shown=False),
        ],
        rows,
        empty=_("No claim has this verdict in this document. Choose another."),
    )


def _comparisons(one: Publication, at: str) -> Table:
    """What was published of the place, beside the count of each year that it is of."""
    rows = [
        _comparison(found, year, at)
        for year in one.years
        for found in one.document(year, "count").get("published", [])
    ]
    return Table(
        "published",
        _("What was published of this place, and what was counted, £"),
        [
            Column("label", _("Published figure"), is_head=True),
            Column("year", _("Year")),
            Column("published_gbp", _("Published"), "gbp"),
            Column("counted_gbp", _("Counted"), "gbp"),
            Column("difference_gbp", _("Difference"), "gbp"),
            Column("claim_id", _("Claim"), "code"),
            Column("source", _("Source"), is_shown=False),
        ],
        rows,
        empty=_("Nothing that was published of this place and these years is known here."),
    )


def _comparison(found: Mapping[str, Any], year: str, at: str) -> dict[str, Any]:
    claim_id = found["claim_id"]
    return {
        "label": found["label"],
        "year": year,
        **{
            name: None if found[name] is None else parse_pence(found[name])
            for name in ("published_gbp", "counted_gbp", "difference_gbp")
        },
        "claim_id": claim_id,
        "source": found["source"],
        "_links": {"claim_id": f"/claims/{claim_id}/{at}"} if claim_id in claim_results() else {},
        "_notes": {"label": found["source"]},
    }


@page(
    "claim",
    "claims/<str:claim>/",
    params=ClaimParams,
    access="public",
    summary="One claim: quote, numbers, equation, what it gives, and where its verdict holds.",
)
def claim(params: ClaimParams) -> Page:
    by_id = {name.casefold(): result for name, result in claim_results().items()}
    result = by_id.get(params.claim.casefold())
    if result is None:
        raise RequestError(
            Problem(
                "unknown_claim",
                "the ledger has no such claim",
                params.claim[:100],
                "no claim has this id",
                "choose one from the list of claims",
            )
        )
    one, at = publication(params.at), params.at_query()
    word, says = VERDICT_WORDS[result.verdict]
    passages = [
        {"text": text.strip(), "document": document_titles()[document.strip()]}
        for text, document in zip(
            result.quote.split(" | "), result.document.split(";"), strict=True
        )
    ]
    tables = [
        _numbers(result),
        _tests(result),
        _outputs("readings", _("What each reading gives"), result.readings),
        _outputs("outputs", _("What follows from the numbers"), result.outputs),
        _outputs("curve", _("The result over a range of its free number"), result.curve),
        _intervals(result),
        _beside(one, result, at),
    ]
    return Page(
        title=_("Claim %(id)s") % {"id": result.id},
        template="claims/one.html",
        publication=one,
        crumbs=[Crumb(_("Home"), f"/{at}"), Crumb(_("Claims"), f"/claims/{at}")],
        tables=[table for table in tables if table.rows],
        context={"claim": result, "word": word, "says": says, "passages": passages},
    )


def _numbers(result: ClaimResult) -> Table:
    rows = []
    for number in result.as_dict()["numbers"]:  # type: ignore[attr-defined]
        rows.append({**number, "raw": number["raw"] or _("from another source")})
    return Table(
        "numbers",
        _("Its numbers, as printed and as read, and the values that each may stand for"),
        [
            Column("name", _("Number"), "code", is_head=True),
            Column("raw", _("As printed")),
            Column("value", _("As read"), "decimal"),
            Column("unit", _("Unit")),
            Column("qualifier", _("Said to be")),
            Column("rounded_to", _("Rounded to"), "decimal"),
            Column("low", _("At least"), "decimal"),
            Column("high", _("At most"), "decimal"),
        ],
        rows,
    )


def _tests(result: ClaimResult) -> Table:
    rows = [
        {**vars(test), "_words": {"verdict": verdict_word(test.verdict)}} for test in result.tests
    ]
    return Table(
        "tests",
        _("The equations that test it"),
        [
            Column("relation", _("Equation"), "code", is_head=True),
            Column("expected", _("Published"), "decimal"),
            Column("computed", _("Computed"), "decimal"),
            Column("residual", _("Difference"), "decimal"),
            Column("unit", _("Unit")),
            Column("verdict", _("Verdict")),
        ],
        rows,
    )


def _outputs(name: str, caption: str, found: Iterable[Any]) -> Table:
    rows = [dict(vars(output)) for output in found]
    has_labels = any(row["label"] for row in rows)
    return Table(
        name,
        caption,
        [
            *([Column("label", _("Reading") if name == "readings" else _("At"))] * has_labels),
            Column("name", _("Result"), "code", is_head=not has_labels),
            Column("value", _("Value"), "decimal"),
            Column("unit", _("Unit")),
        ],
        rows,
    )


def _intervals(result: ClaimResult) -> Table:
    return Table(
        "intervals",
        _("Where the verdict holds, each number moved alone"),
        [
            Column("number", _("Number"), "code", is_head=True),
            Column("holds", _("The verdict holds while it is")),
            Column("unit", _("Unit")),
        ],
        [
            {"number": one.number, "holds": _interval(one), "unit": one.unit}
            for one in result.intervals
        ],
    )


def _interval(one: Interval) -> str:
    return _("any") if one.is_any else str(one)


def _beside(one: Publication, result: ClaimResult, at: str) -> Table:
    table = _comparisons(one, at)
    rows = [row for row in table.rows if row["claim_id"] == result.id]
    return Table(table.name, table.caption, table.columns, rows)
