"""The job that proves the audit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from totalplace.workbench.jobs import Progress, job_kind

__all__ = ["VERIFY"]

VERIFY = "audit-verify"


@job_kind(VERIFY, "Prove that the audit is whole", lane="quick", result_page="audit-verified")
def verify_audit(
    facts: Mapping[str, Any],  # noqa: ARG001 - as jobs are called
    told: Progress,
) -> Mapping[str, Any]:
    """Follow the chain from its first row to its last."""
    from totalplace.workbench.audit._verify import verify

    told("following the chain")
    return verify(told=lambda done, total: told("following the chain", done, total)).as_dict()
