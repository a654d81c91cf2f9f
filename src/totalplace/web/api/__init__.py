"""The API: each page of the map once more, as JSON."""

from __future__ import annotations

from totalplace.web.api._api import api_urls

__all__ = ["api_urls"]
