"""A portfolio under a pooled budget: what to buy, what fences cost, how the gain is shared."""

from totalplace.cases.portfolio._because import Left
from totalplace.cases.portfolio._fences import Opened
from totalplace.cases.portfolio._file import read_portfolio
from totalplace.cases.portfolio._games import Blocking
from totalplace.cases.portfolio._model import (
    Body,
    Cohort,
    Contract,
    Intervention,
    Overlap,
    Portfolio,
    ShareRule,
    Stream,
)
from totalplace.cases.portfolio._report_back import StreamReport
from totalplace.cases.portfolio._results import CohortResult, Results
from totalplace.cases.portfolio._run import (
    PortfolioResult,
    ShareResult,
    run_portfolio,
    share_portfolio,
    solve_portfolio,
)
from totalplace.cases.portfolio._share import Cash, Position, Shared
from totalplace.cases.portfolio._solve import Chosen

__all__ = [
    "Blocking",
    "Body",
    "Cash",
    "Chosen",
    "Cohort",
    "CohortResult",
    "Contract",
    "Intervention",
    "Left",
    "Opened",
    "Overlap",
    "Portfolio",
    "PortfolioResult",
    "Position",
    "Results",
    "ShareResult",
    "ShareRule",
    "Shared",
    "Stream",
    "StreamReport",
    "read_portfolio",
    "run_portfolio",
    "share_portfolio",
    "solve_portfolio",
]
