"""Pages of cases, and how a case is shown: tables, charts and words that the workbench shares."""

from __future__ import annotations

__all__: list[str] = []
