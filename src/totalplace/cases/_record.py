"""What a run was made from: its hash binds every figure to case, editions, version and seed."""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import version

from totalplace.cases._case import Case
from totalplace.model import load

__all__ = ["run_hash"]

_TABLES = (
    "case_edition",
    "discount_rate",
    "optimism_bias",
    "additionality",
    "appraisal_value",
    "deflator",
)


def run_hash(case: Case, *, draws: int, seed: int) -> str:
    """SHA-256 over the case's files, the tables of editions, our version, draws and seed."""
    tables = {name: load(name).to_pylist() for name in _TABLES}
    parts = {
        "case": case.sha256,
        "edition": case.edition.id,
        "tables": hashlib.sha256(repr(tables).encode()).hexdigest(),
        "unit_costs": [
            (one.unit_cost_code, one.unit_cost and one.unit_cost.value) for one in case.outcomes
        ],
        "version": version("totalplace"),
        "draws": draws,
        "seed": seed,
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
