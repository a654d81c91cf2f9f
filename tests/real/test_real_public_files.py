"""What becomes of every public file, counted a second time from its bytes by other means."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))
import public_files

pytestmark = [
    pytest.mark.real,
    pytest.mark.slow,
    pytest.mark.long,
    pytest.mark.skipif(not public_files.folder().is_dir(), reason="no folder of public data"),
]


@pytest.fixture(scope="module")
def found() -> list[public_files.Row]:
    return public_files.rows(public_files.folder())


def test_records_are_those_of_another_pass_over_the_bytes(found) -> None:
    assert len([one for one in found if one.counted]) > 50
    assert public_files.differing(found) == []


def test_every_record_is_a_line_rejected_or_skipped(found) -> None:
    for one in found:
        told = one.report
        assert told.records == told.lines + told.rejected + sum(told.skipped.values()), one.file


def test_every_file_is_loaded_or_refused_with_a_reason(found) -> None:
    for one in found:
        assert one.report.status in {"loaded", "already_there", "refused"}, one.file
        assert one.report.status != "refused" or one.report.problems[0].fix, one.file


def test_the_page_says_so(found) -> None:
    page = public_files.ROOT / "docs" / public_files.PAGE
    assert page.read_text("utf-8") == public_files.text(found), "run scripts/public_files.py"
