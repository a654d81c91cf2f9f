"""A case as files: a workbook with live formulas, a written business case, a register.

The pages of the site import the reports, and never what reads a place: so cases, which may name a
place, are a package of their own that only those import who work cases out.
"""

from totalplace.reports.cases._files import CASE_SUFFIXES, case_bytes, case_problems, form_bytes

__all__ = ["CASE_SUFFIXES", "case_bytes", "case_problems", "form_bytes"]
