"""Every page of the site, hung on the map by being imported."""

from __future__ import annotations

from importlib import import_module

__all__ = ["MODULES"]

MODULES = ("home._pages",)
"""Modules of pages, in the order in which their addresses are tried: the fixed ones first."""

for _name in MODULES:
    import_module(f"totalplace.web.{_name}")
