"""The file of the guide gives the figures that the guide shows, and its rules are ours."""

from __future__ import annotations

import re
from pathlib import Path

from totalplace.cases.portfolio import run_portfolio, share_portfolio
from totalplace.cases.portfolio._because import RULES
from totalplace.cli._portfolio_text import run_text, share_text

DOCS = Path(__file__).parents[3] / "docs"


def test_the_guide(tmp_path: Path) -> None:
    text = (DOCS / "how-to" / "portfolio.md").read_text("utf-8")
    (file,) = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    path = tmp_path / "pool.toml"
    path.write_text(file, encoding="utf-8")
    printed = run_text(run_portfolio(path).document) + share_text(share_portfolio(path).document)
    shown = re.findall(r"```text\n(.*?)```", text, re.DOTALL)
    assert len(shown) == 3
    assert [one for one in shown if one not in printed + "\n"] == []


def test_every_rule_is_told() -> None:
    text = (DOCS / "how-to" / "portfolio.md").read_text("utf-8")
    assert [rule for rule in RULES if f"| `{rule}` |" not in text] == []


def test_every_key_and_field_is_told(tmp_path: Path) -> None:
    from totalplace.cases.portfolio import _file, _share_file

    page = (DOCS / "reference" / "portfolio-file.md").read_text("utf-8")
    keys = [
        *_file._HEAD,
        *_file._STREAM,
        *_file._INTERVENTION,
        *_file._OVERLAP,
        *_share_file._CONTRACT,
    ]
    assert [key for key in keys if f"`{key}`" not in page and key != "cohort"] == []
    assert "`[[contract.cohort]]`" in page
