"""The verbs template and export."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


def test_template_writes_a_workbook(run: Run, tiny: Path, tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    done = run("template", tiny, "--body", "Eastwick Council", "-o", path)
    assert (done.code, path.exists()) == (0, True)
    assert "eastwick-council for 2017-18, 500 rows to fill in, 3 of them" in done.out
    assert f"totalplace add {tiny} {path}" in done.out


@pytest.mark.slow
def test_export_writes_a_package_and_warns_of_no_licence(
    run: Run, tiny: Path, tmp_path: Path
) -> None:
    done = run("export", tiny, "--fdp", tmp_path / "out", "--json")
    assert done.code == 0
    document = json.loads(done.out)
    assert (document["net_gbp"], document["licence"]) == ("160000.00", "notspecified")
    assert "give --licence" in done.err
    assert (tmp_path / "out" / "datapackage.json").exists()


@pytest.mark.parametrize("words", [["template"], ["export"]])
def test_where_it_goes_has_to_be_said(run: Run, tiny: Path, words: list[str]) -> None:
    done = run(*words, tiny)
    assert done.code == 2
    assert "is missing" in done.err


def test_a_full_folder_is_refused_before_anything_is_counted(
    run: Run, tiny: Path, tmp_path: Path
) -> None:
    done = run("export", tiny, "--fdp", tmp_path)
    assert done.code == 2
    assert "something is there already" in done.err
