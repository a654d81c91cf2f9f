"""Figures leaving the program: table files, workbooks to fill in, packages, plain text.

Names are imported when they are first used: plain text needs no library of tables.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from totalplace.reports._console import align_rows, plain_table, quantity
    from totalplace.reports._count_report import (
        REPORT_SPLITS,
        REPORT_SUFFIXES,
        CountReport,
        report_bytes,
    )
    from totalplace.reports._files import (
        SHEET_ROWS,
        SUFFIXES,
        Sheet,
        output_problems,
        table_bytes,
        workbook_bytes,
        write_table,
    )
    from totalplace.reports._fiscal_package import (
        FiscalPackage,
        package_problems,
        write_fiscal_package,
    )
    from totalplace.reports._report_words import TIERS
    from totalplace.reports._streams import (
        csv_parts,
        parquet_parts,
        too_many_rows,
        write_workbook,
    )
    from totalplace.reports._template import INPUT_ROWS, ReturnTemplate, write_return_template

__all__ = [
    "INPUT_ROWS",
    "REPORT_SPLITS",
    "REPORT_SUFFIXES",
    "SHEET_ROWS",
    "SUFFIXES",
    "TIERS",
    "CountReport",
    "FiscalPackage",
    "ReturnTemplate",
    "Sheet",
    "align_rows",
    "csv_parts",
    "output_problems",
    "package_problems",
    "parquet_parts",
    "plain_table",
    "quantity",
    "report_bytes",
    "table_bytes",
    "too_many_rows",
    "workbook_bytes",
    "write_fiscal_package",
    "write_return_template",
    "write_table",
    "write_workbook",
]

_MODULES = {
    "SHEET_ROWS": "_files",
    "csv_parts": "_streams",
    "parquet_parts": "_streams",
    "too_many_rows": "_streams",
    "write_workbook": "_streams",
    "CountReport": "_count_report",
    "FiscalPackage": "_fiscal_package",
    "INPUT_ROWS": "_template",
    "ReturnTemplate": "_template",
    "REPORT_SPLITS": "_count_report",
    "REPORT_SUFFIXES": "_count_report",
    "SUFFIXES": "_files",
    "TIERS": "_report_words",
    "align_rows": "_console",
    "output_problems": "_files",
    "workbook_bytes": "_files",
    "table_bytes": "_files",
    "Sheet": "_files",
    "package_problems": "_fiscal_package",
    "plain_table": "_console",
    "quantity": "_console",
    "report_bytes": "_count_report",
    "report_problems": "_count_report",
    "write_bytes": "_files",
    "write_fiscal_package": "_fiscal_package",
    "write_return_template": "_template",
    "write_table": "_files",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
