"""Every page of the site, hung on the map by being imported."""

from __future__ import annotations

__all__: list[str] = []
