"""What the source documents claim, recomputed, beside the count's own comparisons."""

from __future__ import annotations

__all__: list[str] = []
