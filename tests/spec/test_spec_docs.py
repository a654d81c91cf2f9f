"""The page of worked examples is made of the tables, and says so for every one."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
import spec_tables
from spec_tables import specs

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference" / "worked-examples.md"


def _script() -> ModuleType:
    found = importlib.util.spec_from_file_location("spec_docs", ROOT / "scripts" / "spec_docs.py")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def test_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == _script().text(), "run scripts/spec_docs.py"


def test_page_has_every_table_once() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for spec in specs():
        assert text.count(f"### {spec.title}\n") == 1


BROKEN = {
    "no such section": ("## Lines", "## Rows"),
    "no such columns": ("| body | side |", "| body | way |"),
    "no such body": ("| council | receives |", "| counsel | receives |"),
    "no amount in pounds": ("| 90.00 | council |", "| 90 | council |"),
    "is not 10 \\+ 151": ("| 10 + 150 |", "| 10 + 151 |"),
    "no arithmetic": ("| 10 + 150 |", "| 10 and 150 |"),
    "figures missing": ("| residual | | 0.00 | 160 - 160 |\n", ""),
    "to the penny": ("150 × 60/150", "150 × 61/150"),
}


@pytest.mark.parametrize("message", BROKEN)
def test_a_slip_in_a_table_is_seen(
    message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "worked-1-vote-passed-on.md"
    right, wrong = BROKEN[message]
    text = (spec_tables.TABLES / name).read_text(encoding="utf-8")
    assert right in text
    (tmp_path / name).write_text(text.replace(right, wrong), encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        spec_tables.read(tmp_path / name)
