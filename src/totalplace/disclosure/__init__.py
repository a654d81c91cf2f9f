"""Letting out: what the public may see of a place, written once into its public zone, and read.

This package reads: JSON and Parquet files below one folder, nothing of the place itself. What
decides and writes is ``totalplace.disclosure.publish``, which pages never import.
"""

from __future__ import annotations

from totalplace.disclosure._kinds import PAYEE_KINDS, SUMMED_NAMES
from totalplace.disclosure._line_schema import PUBLIC_LINE
from totalplace.disclosure._zone import Publication, Zone, open_zone

__all__ = ["PAYEE_KINDS", "PUBLIC_LINE", "SUMMED_NAMES", "Publication", "Zone", "open_zone"]
