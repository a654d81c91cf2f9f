"""Running a case: point, draws and what they are told as."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from totalplace.cases._case import Case
from totalplace.cases._document import document_of
from totalplace.cases._draws import Draws
from totalplace.cases._evaluate import Cube, Evaluated, cube_of, evaluate
from totalplace.cases._large import refuse_too_large
from totalplace.cases._plan import plan_of
from totalplace.cases._record import run_hash
from totalplace.cases._trace import TraceRow, trace_of

__all__ = ["DRAWS", "CaseResult", "run_case"]

Array = npt.NDArray[np.float64]
DRAWS = 10_000


@dataclass(frozen=True)
class CaseResult:
    """What a run of a case found.

    Attributes:
        case: the case, as read.
        draws, seed, run_hash: what the figures are bound to.
        point: the deterministic case, of the preferred option: one draw.
        costs, benefits: present values in pounds: perspective x draw.
        cube: of the deterministic case: body x class x year (x 1 draw), undiscounted, with bias.
        trace: every step of the deterministic case.
        document: what ``case run --json`` prints.
    """

    case: Case
    draws: int
    seed: int
    run_hash: str
    point: Evaluated
    costs: Array
    benefits: Array
    cube: Cube
    trace: tuple[TraceRow, ...]
    document: Mapping[str, Any]

    @property
    def perspectives(self) -> tuple[str, ...]:
        """Bodies, then local, national, exchequer and society."""
        return self.point.views

    @property
    def npv_draws(self) -> Mapping[str, Array]:
        """Perspective -> net present value by draw, in pounds; bodies sum to the exchequer."""
        return dict(zip(self.perspectives, self.benefits - self.costs, strict=True))

    @property
    def cost_draws(self) -> Mapping[str, Array]:
        """Perspective -> present value of costs by draw, in pounds."""
        return dict(zip(self.perspectives, self.costs, strict=True))

    @property
    def benefit_draws(self) -> Mapping[str, Array]:
        """Perspective -> present value of benefits by draw, in pounds."""
        return dict(zip(self.perspectives, self.benefits, strict=True))


def run_case(
    case: Case,
    *,
    draws: int = DRAWS,
    seed: int | None = None,
    perspective: str | None = None,
    is_full: bool = True,
) -> CaseResult:
    """Evaluate a case at its point and over draws.

    Args:
        draws: how many, 1 to 1,000,000.
        seed: of the draws; the case's own without.
        perspective: whose view tornado, switching values and information are told for; the case's
            own without.
        is_full: whether the document has them, other options, correlations and editions too; a
            portfolio needs the draws alone.

    Raises:
        RequestError: ``bad_draws``, ``bad_seed``, ``too_many_numbers``, ``too_large`` or
            ``unknown_perspective``.
    """
    chosen = case.seed if seed is None else seed
    plan = plan_of(case)
    made = Draws(case, draws, chosen)
    values = made.values(case.correlation)
    view = _view(plan.views, perspective or case.perspective)
    point = evaluate(plan, {}, 1, view=view)
    drawn = evaluate(plan, values, draws, view=view)
    found = (point.cost, point.benefit, drawn.cost, drawn.benefit)
    refuse_too_large(max(float(np.abs(one).max(initial=0.0)) for one in found), str(case.file))
    cube = cube_of(plan, {})
    trace = trace_of(plan, point)
    digest = run_hash(case, draws=draws, seed=chosen)
    document = document_of(
        plan,
        made,
        values,
        point,
        drawn,
        cube,
        trace,
        view=view,
        seed=chosen,
        digest=digest,
        is_full=is_full,
    )
    return CaseResult(
        case, draws, chosen, digest, point, drawn.cost, drawn.benefit, cube, trace, document
    )


def _view(views: tuple[str, ...], wanted: str) -> str:
    if wanted in views:
        return wanted
    from totalplace.errors import Problem, RequestError

    raise RequestError(
        Problem(
            "unknown_perspective",
            f"there is no perspective {wanted!r}",
            "--perspective",
            f"the case has {', '.join(views)}",
            "choose one of them",
        )
    )
