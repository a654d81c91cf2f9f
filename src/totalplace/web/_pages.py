"""Every page of the site, hung on the map by being imported."""

from __future__ import annotations

from importlib import import_module

__all__ = ["MODULES"]

MODULES = (
    "home._pages",
    "money._pages_overview",
    "money._pages_parts",
    "money._pages_themes",
    "money._pages_figures",
    "money._pages_lines",
    "money._pages_transfers",
    "money._pages_evidence",
    "money._pages_reconcile",
    "money._pages_quality",
    "money._pages_compare",
    "home._pages_cite",
    "home._pages_search",
    "cases._pages",
    "claims._pages",
    "data._pages",
    "data._pages_publications",
    "data._pages_sources",
    "data._pages_words",
    "reporting._pages",
)
"""Modules of pages, in the order in which their addresses are tried: the fixed ones first."""

for _name in MODULES:
    import_module(f"totalplace.web.{_name}")
