"""What payments are for: each line's function of government (COFOG), and how it was found."""

from totalplace.classify._classify import ROUTES, UNCLASSIFIED, Classified, classify
from totalplace.classify._crosswalk import function_weights, heaviest
from totalplace.classify._decided import ANY_TEXT, ClassPattern, class_pattern
from totalplace.classify._evaluate import Evaluation, Measured, Reliability, Score, evaluate
from totalplace.classify._kinds import (
    KIND_KEY,
    SET_APART,
    Kind,
    grouped,
    read_kinds,
    with_kind,
)
from totalplace.classify._lines import line_classes
from totalplace.classify._model import CONFIDENT_PCT
from totalplace.classify._rules import SpendRules, fold
from totalplace.classify._store import classified, payment_kinds, payments, sources
from totalplace.classify._summary import Share, Summary, summarise

__all__ = [
    "ANY_TEXT",
    "CONFIDENT_PCT",
    "KIND_KEY",
    "ROUTES",
    "SET_APART",
    "UNCLASSIFIED",
    "ClassPattern",
    "Classified",
    "Evaluation",
    "Kind",
    "Measured",
    "Reliability",
    "Score",
    "Share",
    "SpendRules",
    "Summary",
    "class_pattern",
    "classified",
    "classify",
    "evaluate",
    "fold",
    "function_weights",
    "grouped",
    "heaviest",
    "line_classes",
    "payment_kinds",
    "payments",
    "read_kinds",
    "sources",
    "summarise",
    "with_kind",
]
