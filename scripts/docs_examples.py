"""The reference page of the examples: what each is about, shows, rests on and comes to."""

from __future__ import annotations

from decimal import Decimal
from importlib import resources
from pathlib import Path

from docs_text import GENERATED, inline, table

from totalplace.cases import Case, Example, examples, read_case, run_case

__all__ = ["PAGE", "text"]

PAGE = "reference/example-cases.md"
_ASSUMED = "assumed: "

_HEAD = """# Example cases

What ships to be read, run and begun from. `totalplace case examples` lists them, and
`totalplace case new FILE --example ID` writes one, with the files that it names beside it. How to
read one stands under [read a case by an example](../how-to/example-cases.md).

"""

_PUBLISHED = """
## From published documents

Each works out what a document of 2009 or 2010 says, and names its claims in
[the ledger of claims](claims.md); tests hold the two against each other. What the documents leave
out is assumed, said to be so, and given the worst grade of evidence. The figures are those that the
documents give, not advice.

"""

_FICTIONAL = """
## On the fictional place

Invented, on bodies of the fictional place and with unit costs of
[its own table](unit-costs.md), which ships. Write `place = "demo-place"` instead of the table
`[body]` where `totalplace demo` has made the place, and they give the same.

"""

_NOTE = """
Net is the net present value of the preferred option for all public bodies together and for society
as a whole, at the numbers as stated, with optimism bias. The run says how uncertain it is.
"""


def text() -> str:
    """The page."""
    published = [one for one in examples() if not one.is_fictional]
    fictional = [one for one in examples() if one.is_fictional]
    parts = [GENERATED, _HEAD, _list(published + fictional), _NOTE, _PUBLISHED]
    parts += [_section(one) for one in published]
    parts.append(_FICTIONAL)
    parts += [_section(one) for one in fictional]
    return "\n".join("".join(parts).rstrip().splitlines()) + "\n"


def _case(one: Example) -> Case:
    folder = Path(str(resources.files("totalplace.cases") / "data" / "examples"))
    return read_case(folder / f"{one.id}.toml")


def _list(found: list[Example]) -> str:
    rows = []
    for one in found:
        net = ["", ""]
        if one.kind == "case":
            views = run_case(_case(one), draws=1, is_full=False).document["perspectives"]
            net = [_millions(views[view]["npv_gbp"]["point"]) for view in ("exchequer", "society")]
        rows.append([f"[`{one.id}`](#example-{one.id})", one.kind, inline(one.about), *net])
    header = ["example", "kind", "what it shows", "net, all public bodies", "net, society"]
    return table(header, rows) + "\n"


def _millions(pounds: str) -> str:
    amount = Decimal(pounds) / 1_000_000
    return f"{'-' if amount < 0 else ''}£{abs(amount):,.2f}m"


def _section(one: Example) -> str:
    claims = ", ".join(f"[{claim}](claims.md#claim-{claim.lower()})" for claim in one.claims)
    parts = [f"(example-{one.id})=\n### {one.title}\n"]
    assumed: list[str] = []
    if one.kind == "case":
        case = _case(one)
        parts.append(inline(case.summary) + "\n")
        sources = dict.fromkeys(number.source for number in case.numbers)
        assumed = [source.partition(_ASSUMED)[2] for source in sources if _ASSUMED in source]
    else:
        parts.append(f"{inline(one.about)}.\n")
    make = f"totalplace case new {one.id}.toml --example {one.id}"
    facts = [
        f"- Tried in: {inline(one.serves)}",
        *([f"- Claims: {claims}"] if claims else []),
        f"- Run it: `{make}`, then `totalplace {one.next_step} {one.id}.toml`",
        *(f"- Assumed: {inline(one)}" for one in dict.fromkeys(assumed)),
    ]
    return "\n".join(parts) + "\n" + "\n".join(facts) + "\n\n"
