"""Serve a published place on a free port of this computer, and say on which."""

from __future__ import annotations

import sys
from pathlib import Path

from totalplace.web import serve


def ready(address: str) -> None:
    sys.stdout.write(f"{address}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    serve([Path(sys.argv[1])], port=0, ready=ready)
