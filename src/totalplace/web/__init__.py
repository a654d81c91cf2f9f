"""The site: pages over the public zone of places."""

from __future__ import annotations

__all__: list[str] = []
