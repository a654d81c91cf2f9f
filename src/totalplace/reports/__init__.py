"""Figures leaving the program: table files, and tables of plain text."""

from totalplace.reports._console import align_rows, plain_table
from totalplace.reports._files import SUFFIXES, output_problems, write_table

__all__ = ["SUFFIXES", "align_rows", "output_problems", "plain_table", "write_table"]
