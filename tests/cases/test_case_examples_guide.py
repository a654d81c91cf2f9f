"""What the guide shows of two examples is what they print."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import totalplace
from cases.shipped_examples import FOLDER, case_of
from totalplace.cli._case_text import case_text

GUIDE = Path(__file__).parents[2] / "docs" / "how-to" / "example-cases.md"


def test_the_guide_shows_what_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = GUIDE.read_text("utf-8")
    monkeypatch.chdir(tmp_path)
    written = re.findall(r"^\$ totalplace case new (\S+) --example (\S+)$", text, re.MULTILINE)
    assert len(written) == 2
    printed = ""
    for file, example in written:
        totalplace.write_example(example, file)
        assert Path(file).read_bytes() == (FOLDER / f"{example}.toml").read_bytes()
        assert f"$ totalplace case run {file}\n" in text
        printed += case_text(totalplace.run_case(file).document) + "\n"
    lines = [line.rstrip() for line in printed.splitlines()]
    shown = [
        line for block in re.findall(r"```text\n(.*?)```", text, re.DOTALL)
        for line in block.splitlines()
    ]  # fmt: skip
    assert len(shown) > 20
    assert [line for line in shown if line not in lines] == []
    (python,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    exec(compile(python, str(GUIDE), "exec"), {})
    assert len(capsys.readouterr().out.splitlines()) == case_of("parenting").horizon + 1
