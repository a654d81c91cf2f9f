"""How often Hypothesis tries."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

FULL_EXAMPLES = 600
SHORT_EXAMPLES = 60
_IS_FULL = os.environ.get("TOTALPLACE_FULL_COUNTS", "") not in {"", "0"}

EXAMPLES = FULL_EXAMPLES if _IS_FULL else SHORT_EXAMPLES
"""Random worlds a property is tried on: a tenth of the full number unless asked for all."""

WORLDS_AT_ONCE = 20
"""Worlds that an engine counts in one run; an engine's property tries so many fewer batches."""

TRIES = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=not _IS_FULL,
    suppress_health_check=list(HealthCheck),
)
"""How a property of one world is tried; the short run always tries the same worlds."""
