"""Letting out: what the public may see of a place, written once into its public zone, and read."""

from __future__ import annotations

__all__: list[str] = []
