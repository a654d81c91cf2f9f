"""Every declared table in one place, and its Arrow schema."""

from __future__ import annotations

import pyarrow as pa

from totalplace.model._case_tables import CASE_TABLES
from totalplace.model._code_tables import CODE_TABLES
from totalplace.model._count_tables import COUNT_TABLES
from totalplace.model._disclosure_tables import DISCLOSURE_TABLES
from totalplace.model._tables import REGISTER_TABLES, TableSpec
from totalplace.model._unit_cost_tables import UNIT_COST_TABLES
from totalplace.model._word_tables import WORD_TABLES

__all__ = ["TABLES", "schema"]

_ARROW: dict[str, pa.DataType] = {
    "text": pa.string(),
    "integer": pa.int64(),
    "pence": pa.int64(),
    "decimal": pa.decimal128(21, 12),
    "date": pa.date32(),
    "flag": pa.bool_(),
}

TABLES: dict[str, TableSpec] = {
    **REGISTER_TABLES,
    **CODE_TABLES,
    **CASE_TABLES,
    **DISCLOSURE_TABLES,
    **UNIT_COST_TABLES,
    **WORD_TABLES,
    **COUNT_TABLES,
}
"""Table name -> what it holds: registers and code lists (shipped) and what a count computes."""


def schema(table: str) -> pa.Schema:
    """Arrow schema of a table; each field carries ``doc`` and ``unit`` as metadata.

    >>> schema("key_value").field("value").type
    DataType(int64)
    """
    return pa.schema(
        [
            pa.field(
                name,
                _ARROW[field.kind],
                nullable=field.is_nullable,
                metadata={"doc": field.doc, "unit": field.unit},
            )
            for name, field in TABLES[table].fields.items()
        ]
    )
