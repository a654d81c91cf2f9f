"""The command line begins at once: only the verbs that analyse import what analyses."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from totalplace._api import new_place

_MODULES = """
import sys
from totalplace.cli import main
code = main(sys.argv[1:])
print("modules", code, *sys.modules)
"""


def modules(*words: str) -> tuple[int, set[str]]:
    """The exit code of a command in a process of its own, and the libraries that it imported."""
    done = subprocess.run(
        [sys.executable, "-c", _MODULES, *words],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    _, code, *names = done.stdout.splitlines()[-1].split()
    return int(code), {name.partition(".")[0] for name in names} | set(names)


@pytest.mark.parametrize("words", [["--help"], ["add", "--help"], ["count", "--help"]])
def test_help_imports_neither_engine_nor_tables(words: list[str]) -> None:
    code, found = modules(*words)
    assert code == 0
    assert not {"ibis", "pyarrow", "duckdb", "sklearn", "numpy"} & found


@pytest.mark.slow
def test_add_imports_no_engine_and_no_reader(tmp_path: Path) -> None:
    new_place(tmp_path / "p", name="P", areas=["E08000009"], year="2024-25").close()
    spend = tmp_path / "spend.csv"
    spend.write_text("Supplier Name,Payment Date,Net Amount\nAcme Ltd,01/04/2024,10.00\n")
    code, found = modules("add", str(tmp_path / "p"), str(spend), "--body", "trafford")
    assert code == 0
    # the worker reads the file: neither its readers nor the engine are needed here
    assert not {"ibis", "duckdb", "sklearn", "totalplace.count", "totalplace.classify"} & found
    assert not {name for name in found if name.startswith("totalplace.sources._spend")}
