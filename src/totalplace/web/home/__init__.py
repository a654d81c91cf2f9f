"""The first page of the site, and the pages about the site itself."""

from __future__ import annotations

__all__: list[str] = []
