"""Workbooks as LibreOffice recalculates them: every formula, whatever result is stored in the file.

All workbooks of a test go through one start of the program, which takes seconds.
"""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl

__all__ = ["SOFFICE", "changed", "named", "recalculated", "values_of"]

SOFFICE = shutil.which("soffice")
_ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"
 xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>"""


def recalculated(books: Mapping[str, bytes], folder: Path) -> dict[str, Any]:
    """Name -> the workbook with the values that LibreOffice comes to."""
    user, given, made = (folder / name for name in ("user", "given", "made"))
    for one in (user / "user", given, made):
        one.mkdir(parents=True)
    (user / "user" / "registrymodifications.xcu").write_text(_ALWAYS)
    for name, content in books.items():
        (given / f"{name}.xlsx").write_bytes(content)
    subprocess.run(
        ["soffice", "--headless", f"-env:UserInstallation=file://{user}", "--convert-to", "xlsx",
         "--outdir", str(made), *(str(given / f"{name}.xlsx") for name in books)],
        check=True, capture_output=True, timeout=240,
    )  # fmt: skip
    return {name: openpyxl.load_workbook(made / f"{name}.xlsx", data_only=True) for name in books}


def named(book: Any, name: str) -> tuple[str, str]:
    """Sheet and cell of a defined name."""
    ((sheet, cell),) = book.defined_names[name].destinations
    return sheet, cell.replace("$", "")


def changed(content: bytes, changes: Mapping[str, Any]) -> bytes:
    """The workbook with other values in named cells; a key ``Sheet!B3`` is that cell.

    Saving it so drops every stored result: what is read afterwards was recalculated.
    """
    book = openpyxl.load_workbook(io.BytesIO(content))
    for name, value in changes.items():
        sheet, cell = name.split("!") if "!" in name else named(book, name)
        found = book[sheet][cell]
        assert found.data_type != "f", f"{name} is no input"
        found.value = value
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def values_of(book: Any) -> dict[tuple[str, str], Any]:
    """Sheet and cell -> value, of all cells that have one."""
    return {
        (sheet.title, cell.coordinate): cell.value
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }
