"""The worker, with kinds of jobs that only tests have: `python own_worker.py prepare|worker`.

The process of a job imports this file too, so that it knows them.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from totalplace.workbench.jobs._kinds import job_kind


@job_kind("test-steps", "Go step by step", lane="long")
def steps(facts: Mapping[str, Any], told: Any) -> Mapping[str, Any]:
    """Write a file for each step, whole or not at all; begun again, go on where the last was."""
    folder = Path(facts["folder"])
    with (folder / "begun").open("a") as file:
        file.write(f"{os.getpid()}\n")
    for number in range(facts["steps"]):
        told("going", number, facts["steps"])
        path = folder / f"step-{number}"
        if not path.exists():
            own = path.with_suffix(f".{os.getpid()}")
            own.write_text("x" * 1000)
            own.rename(path)
        time.sleep(facts["seconds"])
    return {"steps": facts["steps"]}


@job_kind("test-quick", "Be quick", lane="quick")
def quick(facts: Mapping[str, Any], told: Any) -> Mapping[str, Any]:
    """Tell who has done it."""
    with Path(facts["file"]).open("a") as file:
        file.write("x")
    return {}


@job_kind("test-fault", "Fail", lane="quick")
def fault(facts: Mapping[str, Any], told: Any) -> Mapping[str, Any]:
    """A fault of ours."""
    raise ZeroDivisionError("by nought")


if __name__ == "__main__":
    from totalplace.workbench._server import main

    main(sys.argv[1:])
