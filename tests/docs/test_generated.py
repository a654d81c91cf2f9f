"""Generated pages say what the code says now."""

from __future__ import annotations

from pathlib import Path

import docs_pages
import docs_text
import pytest


@pytest.mark.parametrize("module", docs_pages.MODULES, ids=lambda module: module.__name__)
def test_a_generated_page_is_current(module, root: Path) -> None:
    page = root / "docs" / module.PAGE
    assert page.read_text("utf-8") == module.text(), "run python scripts/docs_pages.py"


def test_a_change_is_found_and_written(tmp_path: Path, monkeypatch, capsys) -> None:
    module = docs_pages.MODULES[0]
    monkeypatch.setattr(docs_pages, "DOCS", tmp_path)
    monkeypatch.setattr(docs_pages, "MODULES", (module,))
    (tmp_path / module.PAGE).parent.mkdir(parents=True)
    (tmp_path / module.PAGE).write_text("old")
    assert docs_pages.main(["--check"]) == 1
    assert (tmp_path / module.PAGE).read_text() == "old"
    assert docs_pages.main([]) == 0
    assert docs_pages.main(["--check"]) == 0
    assert module.PAGE in capsys.readouterr().out


def test_a_docstring_becomes_a_page() -> None:
    text = docs_text.docstring(
        """Split it.

        See :func:`totalplace.money.split` for <why>.

        Args:
            amount: pence, any
                sign.
            *files: the files.

        >>> 1 + 1
        2
        """
    )
    assert text == (
        "Split it.\n\nSee `split` for &lt;why>.\n\n**Args**\n\n- `amount`: pence, any sign.\n"
        "- `*files`: the files.\n\n```pycon\n>>> 1 + 1\n2\n```"
    )


def test_a_bar_in_a_cell_does_not_break_the_table() -> None:
    assert docs_text.table(["a"], [["x | y\nz"]]) == "| a |\n| --- |\n| x \\| y z |"
