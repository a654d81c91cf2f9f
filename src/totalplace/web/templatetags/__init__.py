"""Tags and filters of the templates."""

from __future__ import annotations

__all__: list[str] = []
