"""The public Python API: what it names, what its results are, and that it needs no pandas."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

import tiny_place
import totalplace
from totalplace import CountResult, FileRefused, Place, PlaceError, RequestError, Result
from totalplace.cli import _app

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return tiny_place.make_place(tmp_path_factory.mktemp("api"))


@pytest.fixture(scope="module")
def counted(place: Place) -> CountResult:
    return place.count(by=["body", "body"], per="household")


def test_every_public_name_is_there_and_in_order() -> None:
    names = totalplace.__all__
    assert names == sorted(names)
    assert all(getattr(totalplace, name).__doc__ for name in names)
    public = {name for name, thing in vars(totalplace).items() if not name.startswith("_")}
    modules = {name for name in public if isinstance(getattr(totalplace, name), type(sys))}
    # names are imported when they are used: none other may stand there
    assert public - modules - {"TYPE_CHECKING", "annotations"} <= set(names)


def test_methods_mirror_the_verbs() -> None:
    about_no_place = {"new", "claims", "synth", "demo", "serve", "bench", "restore"}
    about_no_place |= {"unitcosts", "ladder", "portfolio", "discount"}
    about_the_workbench = {"audit", "user"}
    methods = {name for name in vars(Place) if not name.startswith("_")}
    assert set(_app.VERBS) - about_no_place - about_the_workbench <= methods
    assert all(getattr(Place, name).__doc__ for name in methods)


def test_a_place_says_what_it_is(place: Place) -> None:
    assert (place.name, place.areas, place.years) == ("Tinyshire", ("Z47000001",), ("2017-18",))
    assert repr(place) == f"<Place Tinyshire (2017-18) in {place.path}>"
    with totalplace.open_place(str(place.path)) as again:
        assert again.folder == place.folder


def test_a_count_is_facts_a_document_a_table_and_a_figure(counted: CountResult) -> None:
    assert counted.facts.net_pence == 16_000_000
    assert counted.document["net_gbp"] == "160000.00"
    assert counted.exit_code == 0
    figure = counted.net
    assert (figure.pence, figure.measure, figure.year) == (16_000_000, "net", "2017-18")
    assert (figure.price_base, figure.figure_id) == ("cash", counted.document["figure_id"])
    table = counted.to_arrow()
    assert table.schema.field("gbp").type == pa.decimal128(18, 2)
    rows = table.to_pylist()
    assert [(row["body"], row["gbp"]) for row in rows] == [
        ("eastwick-council", Decimal("150000.00")),
        ("tiny-ministry", Decimal("10000.00")),
    ]
    assert {(row["unit"], row["year"], row["price_base"]) for row in rows} == {
        ("GBP", "2017-18", "cash")
    }


def test_what_has_no_denominator_is_none_with_the_reason(counted: CountResult) -> None:
    assert counted.to_arrow().column("per_household_gbp").to_pylist() == [None, None]
    reasons = counted.document["reasons"]
    assert "no number of households" in reasons["rows.per_household_gbp"]
    assert "no number of households" in reasons["per_household_gbp"]


def test_to_pandas_keeps_decimals_exact(counted: CountResult) -> None:
    frame = counted.to_pandas()
    assert list(frame["gbp"]) == [Decimal("150000.00"), Decimal("10000.00")]


def test_the_notebook_table_is_escaped_and_ends() -> None:
    table = pa.table({"<i>": ["<b>&", None] * 30, "gbp": [Decimal("1234.50"), None] * 30})
    html = Result(None, {}, table, "a < b")._repr_html_()
    assert "<caption>a &lt; b</caption>" in html
    assert '<th scope="col">&lt;i&gt;</th>' in html
    assert "<td>&lt;b&gt;&amp;</td><td>1,234.50</td>" in html
    assert html.count("<tr>") == 51
    assert "and 10 more rows" in html


def test_lines_are_an_ibis_table_with_the_way_back(place: Place) -> None:
    lines = place.lines("return")
    first = lines.filter(lines.row_no == 4, lines.body_id == "eastwick-council").to_pyarrow()
    (row,) = first.to_pylist()
    assert row["amount_pence"] == 15_000_000
    assert row["line_id"] == f"{row['source_id']}::4:0"
    place.close()
    assert place.lines("return").count().to_pyarrow().as_py() == 6
    with pytest.raises(RequestError, match="it holds return"):
        place.lines("spend")


def test_adding_reports_each_file(place: Place, tmp_path: Path) -> None:
    told: list[tuple[str, str]] = []
    spend = tiny_place.write_spend(tmp_path)
    copy = tiny_place.make_place(tmp_path)
    added = copy.add(spend, progress=lambda file, stage, *_: told.append((file, stage)))
    (row,) = added.to_arrow().to_pylist()
    assert (row["status"], row["sum_gbp"]) == ("loaded", Decimal("1250.50"))
    assert (str(spend), "reading") in told
    assert copy.folder.state().sources[0].received == "2026-11-21T10:00:00+00:00"


def test_formats_and_claims_need_no_place() -> None:
    assert totalplace.formats().to_arrow().num_rows >= 6
    claims = totalplace.evaluate_claims()
    assert claims.exit_code == 0
    assert {row["id"]: row["verdict"] for row in claims.to_arrow().to_pylist()}["LAC-X"] == (
        "conflict"
    )


def test_wrong_requests(tmp_path: Path) -> None:
    with pytest.raises(PlaceError, match="no such folder"):
        totalplace.open_place(tmp_path / "none")
    bad = tmp_path / "bad.csv"
    bad.write_text("no register\n")
    with pytest.raises(FileRefused):
        totalplace.new_place(
            tmp_path / "x", name="X", areas=["E08000009"], year="2017-18", registers=[bad]
        )
    assert not (tmp_path / "x").exists()
    with pytest.raises(RequestError, match="at least 1,000"):
        totalplace.make_fictional_place(tmp_path / "y", people=1)
    assert not (tmp_path / "y").exists()


_WITHOUT_PANDAS = """
import sys

class NoPandas:
    def find_spec(self, name, *_):
        if name.partition(".")[0] == "pandas":
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, NoPandas())
import totalplace
print(totalplace.open_place(sys.argv[1]).count(by=["funder", "stream"]).net.pence)
"""


def test_without_pandas_only_to_pandas_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    formats = totalplace.formats()
    assert formats.to_arrow().num_rows
    with pytest.raises(RequestError, match="pandas is not installed"):
        formats.to_pandas()


def test_a_count_needs_no_pandas(place: Place) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _WITHOUT_PANDAS, str(place.path)],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert done.stdout == "16000000\n"


def test_real_terms_leave_accounts_in_cash_out(place: Place) -> None:
    real = place.count(real="2018-19").document
    assert real["price_base"] == "2018-19"
    assert Decimal(real["net_gbp"]) > 160_000
    assert real["residual_gbp"] is None
    assert "cash" in real["reasons"]["residual_gbp"]


def test_one_split_may_be_given_as_plain_text(place: Place) -> None:
    assert place.count(by="tier").document == place.count(by=["tier"]).document
