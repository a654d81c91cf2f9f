"""The public Python API: a place, and what its verbs give back.

Names are imported when they are first used: whoever adds files needs no analysis engine.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from totalplace._api._backup import restore_place
    from totalplace._api._case_export import CaseExport, export_case
    from totalplace._api._cases import (
        CaseChecked,
        CaseRun,
        DiscountFactors,
        check_case,
        discount,
        new_case,
        run_case,
    )
    from totalplace._api._count import CountResult
    from totalplace._api._decide import Choice
    from totalplace._api._effect import BodyEffect, Effect
    from totalplace._api._examples import (
        Examples,
        ExampleWritten,
        case_examples,
        write_example,
    )
    from totalplace._api._kept_cases import KeptCase
    from totalplace._api._open import new_place, open_place
    from totalplace._api._payees import Payees
    from totalplace._api._place import Place
    from totalplace._api._portfolio import (
        PortfolioRun,
        PortfolioShared,
        run_portfolio,
        share_portfolio,
    )
    from totalplace._api._propose import layouts
    from totalplace._api._publish import Published, Withdrawn
    from totalplace._api._queue import Queue, QueueItem, Suggestion
    from totalplace._api._reconcile import Reconciled
    from totalplace._api._result import Result
    from totalplace._api._small import AddResult, Checked, DecisionMade, evaluate_claims, formats
    from totalplace._api._synth import (
        is_fictional_place,
        make_fictional_place,
        reopen_fictional_place,
    )
    from totalplace._api._unit_costs import (
        FoundCosts,
        ImportedCosts,
        WorkedLadder,
        find_costs,
        import_costs,
        run_ladder,
    )

__all__ = [
    "AddResult",
    "BodyEffect",
    "CaseChecked",
    "CaseExport",
    "CaseRun",
    "Checked",
    "Choice",
    "CountResult",
    "DecisionMade",
    "DiscountFactors",
    "Effect",
    "ExampleWritten",
    "Examples",
    "FoundCosts",
    "ImportedCosts",
    "KeptCase",
    "Payees",
    "Place",
    "PortfolioRun",
    "PortfolioShared",
    "Published",
    "Queue",
    "QueueItem",
    "Reconciled",
    "Result",
    "Suggestion",
    "Withdrawn",
    "WorkedLadder",
    "case_examples",
    "check_case",
    "discount",
    "evaluate_claims",
    "export_case",
    "find_costs",
    "formats",
    "import_costs",
    "is_fictional_place",
    "layouts",
    "make_fictional_place",
    "new_case",
    "new_place",
    "open_place",
    "reopen_fictional_place",
    "restore_place",
    "run_case",
    "run_ladder",
    "run_portfolio",
    "share_portfolio",
    "write_example",
]

_MODULES = {
    "AddResult": "_small",
    "BodyEffect": "_effect",
    "CaseChecked": "_cases",
    "CaseExport": "_case_export",
    "CaseRun": "_cases",
    "Checked": "_small",
    "Choice": "_decide",
    "CountResult": "_count",
    "DecisionMade": "_small",
    "DiscountFactors": "_cases",
    "Effect": "_effect",
    "ExampleWritten": "_examples",
    "Examples": "_examples",
    "FoundCosts": "_unit_costs",
    "ImportedCosts": "_unit_costs",
    "KeptCase": "_kept_cases",
    "Payees": "_payees",
    "Place": "_place",
    "PortfolioRun": "_portfolio",
    "PortfolioShared": "_portfolio",
    "Published": "_publish",
    "Queue": "_queue",
    "QueueItem": "_queue",
    "Reconciled": "_reconcile",
    "Result": "_result",
    "Suggestion": "_queue",
    "Withdrawn": "_publish",
    "WorkedLadder": "_unit_costs",
    "case_examples": "_examples",
    "check_case": "_cases",
    "discount": "_cases",
    "evaluate_claims": "_small",
    "export_case": "_case_export",
    "find_costs": "_unit_costs",
    "formats": "_small",
    "import_costs": "_unit_costs",
    "is_fictional_place": "_synth",
    "layouts": "_propose",
    "make_fictional_place": "_synth",
    "new_case": "_cases",
    "new_place": "_open",
    "open_place": "_open",
    "reopen_fictional_place": "_synth",
    "restore_place": "_backup",
    "run_case": "_cases",
    "run_ladder": "_unit_costs",
    "run_portfolio": "_portfolio",
    "share_portfolio": "_portfolio",
    "write_example": "_examples",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
