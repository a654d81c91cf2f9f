"""The pages of the money: the whole, its parts, single figures and lines, and the checks."""

from __future__ import annotations

__all__: list[str] = []
