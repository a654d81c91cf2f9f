"""The build hook: a wheel holds the front-end libraries, or is not built.

They are brought by `scripts/frontend.py` and never committed. An editable installation may come
before them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

__all__ = ["VENDOR", "FrontendHook"]

VENDOR = (
    "src/totalplace/charts/vendor/Arimo-Bold.ttf",
    "src/totalplace/charts/vendor/Arimo-Regular.ttf",
    "src/totalplace/charts/vendor/arimo.LICENSE",
    "src/totalplace/charts/vendor/echarts.LICENSE",
    "src/totalplace/charts/vendor/echarts.min.js",
    "src/totalplace/charts/vendor/zrender.LICENSE",
    "src/totalplace/web/static/vendor/govuk-frontend.min.css",
    "src/totalplace/web/static/vendor/govuk-frontend.min.js",
)
"""What `scripts/frontend.py` brings."""


class FrontendHook(BuildHookInterface):  # type: ignore[type-arg]
    """Puts the front-end libraries into the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name the files, or stop where some are missing."""
        if version == "editable":
            return
        missing = [name for name in VENDOR if not Path(self.root, name).is_file()]
        if missing:
            raise SystemExit(
                "The wheel needs the front-end libraries, and these are missing:\n  "
                + "\n  ".join(missing)
                + "\nRun `python scripts/frontend.py`, then build again."
            )
        build_data["artifacts"] += VENDOR
