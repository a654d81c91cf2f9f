"""The reference page of the Python API, from the docstrings of the public names."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Iterator
from typing import Any

from docs_text import GENERATED, docstring, fence, first_sentence, table

import totalplace
from totalplace import claims, classify, count, engine, model, place, sources
from totalplace._api import (
    _classify,
    _effect,
    _exchange,
    _payees,
    _queue,
    _rejects,
    _returns,
    _small,
)
from totalplace.cases import ladder, portfolio, unit_costs

__all__ = ["PAGE", "text"]

PAGE = "reference/python.md"

_HEAD = """# Python

Everything here is imported from `totalplace`. `open_place` opens a place; each method of
[`Place`](#python-place) is a verb of the [command line](command-line.md) and returns a
[`Result`](#python-result): typed `facts`, a JSON `document` and a `table` of rows.

How to use it stands under [use it from Python](../how-to/python.md).
"""

_FACTS = (
    (
        count,
        (
            "Counted",
            "Request",
            "Row",
            "Denominator",
            "Coverage",
            "Statement",
            "StatementRow",
            "Itemised",
            "Transfer",
            "InTransit",
            "Traced",
            "PlaceTraced",
            "Flow",
            "Difference",
            "Change",
            "FigureExplained",
            "LineExplained",
            "LineRef",
        ),
    ),
    (sources, ("AddReport", "FileReport", "FormatInfo")),
    (sources, ("Proposed", "LookedMember", "LookedColumn", "Missing", "Drift")),
    (sources, ("Layout", "LayoutForm", "LayoutField", "LayoutSetting", "LayoutFault")),
    (sources, ("Rejects", "RejectedMember", "Reject")),
    (_rejects, ("RejectsFile",)),
    (_returns, ("Returns", "BodyReturn", "ReturnSource", "CountedPart")),
    (_classify, ("Classes",)),
    (classify, ("Summary", "Share", "Evaluation", "Measured", "Score", "Reliability")),
    (_payees, ("Payees", "KindPaid", "UnresolvedPayee", "SharedSupplier")),
    (_queue, ("Queue", "QueueItem", "Suggestion")),
    (_effect, ("Effect", "BodyEffect")),
    (count, ("Standing", "BodyStanding")),
    (_small, ("DecisionMade",)),
    (_exchange, ("Template", "Exported")),
    (model, ("PayeeMatch", "SupplierGroup")),
    (claims, ("ClaimResult", "Interval")),
    (unit_costs, ("Imported", "UnitCost", "Flag", "Intervention", "Trial", "Beside")),
    (portfolio, ("PortfolioResult", "Chosen", "Opened", "Left", "StreamReport", "Portfolio")),
    (portfolio, ("ShareResult", "Shared", "Position", "Cash", "Blocking", "Results")),
    (portfolio, ("CohortResult",)),
    (ladder, ("LadderResult", "LadderYear", "Step", "Moved", "Ladder", "Rung", "Move")),
    (place, ("Snapshot", "Source", "Member", "Decision")),
)
"""Types that a `Result.facts` holds; they are reached through a result, not imported."""


_BELOW = (
    (model, ("body_register", "resolve_payees", "supplier_groups")),
    (unit_costs, ("read_unit_costs", "unit_cost_of", "library")),
    (engine, ("duckdb_engine", "spark_engine")),
)
"""Functions of the floors below that guides use."""


def text() -> str:
    """The page."""
    names = list(totalplace.__all__)
    errors = [name for name in names if _is_error(name)]
    others = [name for name in names if name not in errors]
    functions = [name for name in others if inspect.isfunction(getattr(totalplace, name))]
    classes = [name for name in others if name not in functions]
    parts = [GENERATED, _HEAD, "## Functions\n"]
    parts += [_function(getattr(totalplace, name)) for name in functions]
    parts.append("\n## Functions of the floors below\n")
    for module, members in _BELOW:
        parts.append(f"\nFrom `{module.__name__}`:\n")
        parts += [_function(getattr(module, name)) for name in members]
    parts.append("\n## Classes\n")
    parts += [_class(getattr(totalplace, name)) for name in classes]
    parts.append("\n## Errors\n\nThe tree and the exit codes stand under [errors](errors.md).\n")
    parts.append(
        table(
            ["error", "exit code", "when"],
            [
                [
                    f"`{name}`",
                    str(getattr(getattr(totalplace, name), "exit_code", "")),
                    first_sentence(getattr(totalplace, name).__doc__),
                ]
                for name in errors
            ],
        )
    )
    parts.append(
        "\n## Facts\n\nWhat `facts` of a result is made of. All are frozen; money is whole pence.\n"
    )
    for module, members in _FACTS:
        parts += [_facts(getattr(module, name)) for name in members]
    return "\n".join(parts) + "\n"


def _is_error(name: str) -> bool:
    found = getattr(totalplace, name)
    return (inspect.isclass(found) and issubclass(found, Exception)) or name == "Problem"


def _anchor(name: str) -> str:
    return f"(python-{name.lower().replace('_', '-')})="


def _signature(name: str, function: Any) -> str:
    signature = inspect.signature(function)
    kept = [one for key, one in signature.parameters.items() if key != "self"]
    shown = [str(one).replace("'", "") for one in _marked(kept)]
    returns = str(signature.return_annotation).replace("'", "")
    tail = "" if returns.endswith("_empty>") else f" -> {returns}"
    line = f"{name}({', '.join(shown)}){tail}"
    if len(line) <= 96:
        return line
    inner = "".join(f"    {one},\n" for one in shown)
    return f"{name}(\n{inner}){tail}"


def _marked(parameters: list[inspect.Parameter]) -> Iterator[inspect.Parameter | str]:
    """The parameters, with a star before the first that must be named."""
    starred = False
    for one in parameters:
        starred = starred or one.kind is inspect.Parameter.VAR_POSITIONAL
        if one.kind is inspect.Parameter.KEYWORD_ONLY and not starred:
            starred = True
            yield "*"
        default = one.default
        if inspect.isfunction(default):
            # a function's address would change the page at every run
            yield f"{one.name}: {one.annotation} = {default.__name__}"
        else:
            yield one


def _function(function: Any) -> str:
    name = function.__name__
    return "\n".join(
        [
            f"\n{_anchor(name)}",
            f"### `{name}`\n",
            fence(_signature(name, function), "python"),
            "",
            docstring(function.__doc__),
        ]
    )


def _class(kind: Any) -> str:
    parts = [f"\n{_anchor(kind.__name__)}", f"### `{kind.__name__}`\n", docstring(kind.__doc__)]
    for name, member in _members(kind):
        if isinstance(member, property):
            kept = f"#### `{kind.__name__}.{name}`\n"
            parts += ["", kept, docstring(member.__doc__)]
        else:
            parts += [
                "",
                f"#### `{kind.__name__}.{name}`\n",
                fence(_signature(name, member), "python"),
                "",
                docstring(member.__doc__),
            ]
    return "\n".join(parts)


def _members(kind: Any) -> Iterator[tuple[str, Any]]:
    """Public methods and properties with a docstring, in the order of the code."""
    for base in reversed(kind.__mro__[:-1]):
        if not base.__module__.startswith("totalplace"):
            continue
        for name, member in vars(base).items():
            is_shown = inspect.isfunction(member) or isinstance(member, property)
            is_overridden = base is not kind and name in vars(kind)
            if is_shown and member.__doc__ and not name.startswith("_") and not is_overridden:
                yield name, member


def _facts(kind: Any) -> str:
    fields = ""
    if dataclasses.is_dataclass(kind):
        rows = [[f"`{one.name}`", f"`{one.type}`"] for one in dataclasses.fields(kind)]
        fields = "\n\n" + table(["field", "type"], rows)
    return f"\n{_anchor(kind.__name__)}\n### `{kind.__name__}`\n\n{docstring(kind.__doc__)}{fields}"
