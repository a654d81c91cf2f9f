"""The ladder: families on rungs, what each rung costs whom, and what moving some of them saves."""

from totalplace.cases.ladder._file import read_ladder
from totalplace.cases.ladder._model import (
    Ladder,
    LadderResult,
    LadderYear,
    Move,
    Moved,
    Rung,
    Step,
    run_ladder,
)

__all__ = [
    "Ladder",
    "LadderResult",
    "LadderYear",
    "Move",
    "Moved",
    "Rung",
    "Step",
    "read_ladder",
    "run_ladder",
]
