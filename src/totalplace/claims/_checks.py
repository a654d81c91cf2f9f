"""Whether the statements of a claim can be computed: known names, exact bounds, one verdict."""

from __future__ import annotations

from totalplace.claims._cells import Cells
from totalplace.claims._claim import Claim
from totalplace.claims._expression import Relation

__all__ = ["check_names", "check_tests", "names_of"]


def names_of(claim: Claim) -> list[str]:
    """Every name that a statement of the claim uses, results included."""
    statements = [*claim.derived, *claim.outputs, *(r.result for r in claim.readings)]
    if claim.curve is not None:
        statements.append(claim.curve.result)
    found = [name for relation in claim.relations for name in relation.names()]
    return found + [name for each in statements for name in each.expression.names()]


def check_names(row: Cells, claim: Claim) -> None:
    """Every name must be a number, or derived before its use."""
    known = set(claim.scope)
    for name in claim.scope:
        if name.startswith(f"{claim.claim_id}."):
            row.wrong(
                "equation",
                f"{name} is a number of this claim",
                "two names for one number would be moved apart",
                f"write {name.partition('.')[2]}",
            )
    uses: list[tuple[str, tuple[str, ...], str | None]] = []
    uses += [("equation", relation.names(), None) for relation in claim.relations]
    uses += [("equation", d.expression.names(), d.name) for d in claim.derived]
    uses += [("readings", r.result.expression.names(), None) for r in claim.readings]
    uses += [("outputs", d.expression.names(), d.name) for d in claim.outputs]
    if claim.curve is not None:
        free = claim.curve.variable
        if free in known:
            row.wrong(
                "curve",
                f"the free variable {free} is already a number",
                "a curve runs over a name of its own",
                "call the variable something else",
            )
        names = tuple(n for n in claim.curve.result.expression.names() if n != free)
        uses.append(("curve", names, None))
    for column, names, defines in uses:
        for name in names:
            if name not in known:
                row.wrong(
                    column,
                    f"unknown name {name}",
                    "no number and no earlier result has it",
                    f"use one of {', '.join(sorted(known)) or 'no name: there is none'}",
                )
        if defines is not None:
            if defines in known:
                row.wrong(
                    column,
                    f"the name {defines} is given twice",
                    "it is already in use",
                    "call the result something else",
                )
            known.add(defines)


def check_tests(row: Cells, claim: Claim) -> None:
    """The conditions under which corners bound a relation; see the equation language."""
    if claim.readings and (claim.relations or claim.derived):
        row.wrong(
            "readings",
            "the row has readings and an equation",
            "a verdict has one source",
            "keep one of the two",
        )
    if claim.readings:
        if len(claim.readings) < 2:
            row.wrong(
                "readings",
                "one reading alone",
                "nothing to compare it with",
                "give two or more, or make it an equation",
            )
        if len({(r.result.name, r.result.unit) for r in claim.readings}) > 1:
            row.wrong(
                "readings",
                "the readings give different quantities",
                "they can only be compared under one name and unit",
                "give every reading the same name and unit",
            )
    for relation in claim.comparisons():
        for problem in _untestable(relation, is_equal_only=bool(claim.readings)):
            row.wrong("readings" if claim.readings else "equation", *problem)


def _untestable(relation: Relation, *, is_equal_only: bool) -> list[tuple[str, str, str]]:
    found = [
        (
            f"{name} occurs more than once in a product or quotient",
            f"its power in {relation.text!r} is above one, so no exact interval can be given",
            "write the relation so that each number is multiplied or divided by once",
        )
        for name in relation.too_high()
    ]
    sides = (relation.left, relation.right)
    if not is_equal_only and any(side.divides_by_difference() for side in sides):
        found.append(
            (
                "a relation divides by a difference",
                "its sign is not known",
                "multiply both sides by it",
            )
        )
    return found
