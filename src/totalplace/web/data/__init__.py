"""What a publication rests on: its files, sources, loads, definitions, words and editions."""

from __future__ import annotations

from totalplace.web.data._routes import data_urls

__all__ = ["data_urls"]
