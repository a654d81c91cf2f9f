"""The ledger of claims: each published figure, recomputed, with its verdict and why."""

from __future__ import annotations

import csv
from importlib import resources

from docs_text import GENERATED, fence, inline, table

from totalplace.claims import VERDICTS, ClaimResult, evaluate, load_claims

__all__ = ["PAGE", "text"]

PAGE = "reference/claims.md"

_HEAD = """# The ledger of claims

What five documents of 2009 and 2010 about Total Place say in numbers, and whether it adds up. The
claims are rows of `src/totalplace/claims/data/claims.csv`; `totalplace claims` recomputes every
verdict from the numbers and the equation of the row. The stored expectation is only compared.
How equations are written stands under [the equation language](claim-equations.md), what the
verdicts mean under [verdicts](claim-equations.md#verdicts).

No claim is made to agree: a conflict is shown with its residual.
"""


def text() -> str:
    """The page."""
    results = evaluate(load_claims())
    counts = [
        [f"`{verdict}`", str(sum(result.verdict == verdict for result in results))]
        for verdict in VERDICTS
    ]
    ledger = [
        [
            f"[{result.id}](#{_anchor(result)})",
            f"`{result.verdict}`",
            _equation(result),
            _outcome(result),
        ]
        for result in results
    ]
    parts = [
        GENERATED,
        _HEAD,
        "## Documents\n",
        table(["id", "title", "publisher", "date"], _documents()),
        "\n## Verdicts\n",
        table(["verdict", "claims"], counts),
        "\n## Ledger\n",
        table(["id", "verdict", "equation", "published, computed, residual"], ledger),
        "\n## Each claim\n",
        *(_claim(result) for result in results),
    ]
    return "\n".join(parts) + "\n"


def _documents() -> list[list[str]]:
    path = resources.files("totalplace.claims") / "data" / "documents.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        return [
            [row["document"], inline(row["title"]), inline(row["publisher"]), row["date"]]
            for row in csv.DictReader(lines)
        ]


def _anchor(result: ClaimResult) -> str:
    return f"claim-{result.id.lower()}"


def _equation(result: ClaimResult) -> str:
    separator = " | " if result.readings else "; "
    return f"`{separator.join(_statements(result))}`" if result.equation else ""


def _outcome(result: ClaimResult) -> str:
    parts = [
        f"published {result.expected}" if result.expected is not None else "",
        f"computed {result.computed}" if result.computed is not None else "",
        f"residual {result.residual}" if result.residual is not None else "",
    ]
    told = "; ".join(part for part in parts if part)
    return inline(f"{told} ({result.result_unit})" if told else "no equation")


def _claim(result: ClaimResult) -> str:
    parts = [f"\n({_anchor(result)})=", f"### {result.id}: {result.verdict.replace('_', ' ')}\n"]
    for quote in result.quote.split(" | "):
        parts.append("> " + inline(" ".join(quote.split())) + "\n")
    parts.append(inline(result.reason) + "\n")
    if result.warning:
        parts.append(f"**Warning.** {inline(result.warning)}\n")
    if result.ocr_resolution:
        parts.append(f"Reading of the scan: {inline(result.ocr_resolution)}\n")
    if result.equation:
        parts.append(fence("\n".join(_statements(result))) + "\n")
    if result.readings:
        rows = [[inline(one.label), one.value or "undefined", one.unit] for one in result.readings]
        parts.append(table(["reading", "value", "unit"], rows) + "\n")
    if result.outputs:
        rows = [[f"`{one.name}`", one.value or "undefined", one.unit] for one in result.outputs]
        parts.append(table(["result", "value", "unit"], rows) + "\n")
    if result.intervals:
        rows = [
            [f"`{one.number}`", inline(str(one)).replace(">", "&gt;"), one.unit]
            for one in result.intervals
        ]
        parts.append(table(["number", "verdict holds while it is", "unit"], rows) + "\n")
    parts.append(f"Source: {inline(result.source)}.\n")
    return "\n".join(parts)


def _statements(result: ClaimResult) -> list[str]:
    separator = "|" if result.readings else ";"
    return [part.strip() for part in result.equation.split(separator) if part.strip()]
