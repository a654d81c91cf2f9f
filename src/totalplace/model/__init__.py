"""Floor 1: the registers and code lists the count rests on, all data with citations."""

from totalplace.model._areas import AreaRegister, area_register
from totalplace.model._codelists import load, read_table
from totalplace.model._tables import TABLES, Field, TableSpec, schema

__all__ = [
    "TABLES",
    "AreaRegister",
    "Field",
    "TableSpec",
    "area_register",
    "load",
    "read_table",
    "schema",
]
