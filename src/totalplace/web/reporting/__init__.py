"""The reports of a publication: the count as a document, a workbook or a page to print."""

from __future__ import annotations

from totalplace.web.reporting._routes import report_urls

__all__ = ["report_urls"]
