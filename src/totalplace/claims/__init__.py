"""What the published documents claim, and whether it adds up."""

from totalplace.claims._claim import VERDICTS, Claim
from totalplace.claims._cover import cover_problems, documents
from totalplace.claims._intervals import Interval
from totalplace.claims._load import load_claims
from totalplace.claims._result import ClaimResult, evaluate, find_claim

__all__ = [
    "VERDICTS",
    "Claim",
    "ClaimResult",
    "Interval",
    "cover_problems",
    "documents",
    "evaluate",
    "find_claim",
    "load_claims",
]
