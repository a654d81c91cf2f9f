"""The public Python API: a place, and what its verbs give back."""

from totalplace._api._count import CountResult
from totalplace._api._open import new_place, open_place
from totalplace._api._payees import Payees
from totalplace._api._place import Place
from totalplace._api._reconcile import Reconciled
from totalplace._api._result import Result
from totalplace._api._small import AddResult, Checked, evaluate_claims, formats
from totalplace._api._synth import make_fictional_place, reopen_fictional_place

__all__ = [
    "AddResult",
    "Checked",
    "CountResult",
    "Payees",
    "Place",
    "Reconciled",
    "Result",
    "evaluate_claims",
    "formats",
    "make_fictional_place",
    "new_place",
    "open_place",
    "reopen_fictional_place",
]
