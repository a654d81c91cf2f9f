"""Figures leaving the program: table files, workbooks to fill in, packages, plain text."""

from totalplace.reports._console import align_rows, plain_table
from totalplace.reports._files import SUFFIXES, output_problems, write_table
from totalplace.reports._fiscal_package import (
    FiscalPackage,
    package_problems,
    write_fiscal_package,
)
from totalplace.reports._template import INPUT_ROWS, ReturnTemplate, write_return_template

__all__ = [
    "INPUT_ROWS",
    "SUFFIXES",
    "FiscalPackage",
    "ReturnTemplate",
    "align_rows",
    "output_problems",
    "package_problems",
    "plain_table",
    "write_fiscal_package",
    "write_return_template",
    "write_table",
]
