"""The explorer of lines against the plain truth of its table, and one line with its way back."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

SORTS = ("order", "amount", "-amount", "date", "-date", "payee", "-payee")
SOME_SORTS = ("order", "-amount", "payee")
"""The others are long."""


@pytest.fixture(scope="session")
def lines(published: Path) -> list[dict[str, Any]]:
    return pq.read_table(published / "public" / "1" / "tables" / "lines.parquet").to_pylist()


@pytest.fixture(scope="session")
def payees(published: Path) -> dict[int, str]:
    table = pq.read_table(published / "public" / "1" / "tables" / "payees.parquet")
    return dict(zip(table["payee_id"].to_pylist(), table["name"].to_pylist(), strict=True))


@pytest.fixture
def zoned(client: Any) -> Any:
    from totalplace.web._places import publication

    return publication(None)


def _content(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def _api(client: Any, query: str) -> Any:
    answer = client.get(f"/api/v1/money/lines?{query}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def _day(line: Mapping[str, Any]) -> date | None:
    found: date | None = line["payment_date"] or line["period_start"]
    return found


def _holds(line: Mapping[str, Any], text: str, *columns: str) -> bool:
    return any(text.lower() in (line[column] or "").lower() for column in columns)


FILTERS: dict[str, Any] = {
    "": lambda line: True,
    "year=2017-18": lambda line: line["year"] == "2017-18",
    "dataset=ro": lambda line: line["dataset"] == "ro",
    "payee_kind=individual": lambda line: line["payee_kind"] == "individual",
    "role=itemised": lambda line: line["role"] == "itemised",
    "nature=transfer": lambda line: line["nature"] == "transfer",
    "cap_rev=cap": lambda line: line["cap_rev"] == "cap",
    "control=local": lambda line: line["control"] == "local",
    "grade=A": lambda line: line["grade"] == "A",
    "source=3": lambda line: line["source_no"] == 3,
    "function=10": lambda line: (line["function"] or "").partition(".")[0] == "10",
    "function=10.4": lambda line: line["function"] == "10.4",
    "payee=FOSTERING": lambda line: _holds(line, "fostering", "payee"),
    "payee=ndividual": lambda line: _holds(line, "ndividual", "payee"),
    "q=care": lambda line: _holds(line, "care", "payee", "unit_text", "expense_text", "label"),
    "min=%C2%A312,000.50": lambda line: line["amount_pence"] >= 1_200_050,
    "max=-1": lambda line: line["amount_pence"] <= -100,
    "from=2017-12-01": lambda line: _day(line) is not None and _day(line) >= date(2017, 12, 1),
    "to=2017-05-31": lambda line: _day(line) is not None and _day(line) <= date(2017, 5, 31),
    "min=100&max=200&payee=ltd&from=2017-06-01": lambda line: (
        10_000 <= line["amount_pence"] <= 20_000
        and _holds(line, "ltd", "payee")
        and (_day(line) or date.min) >= date(2017, 6, 1)
    ),
}


@pytest.mark.parametrize("query", FILTERS)
def test_a_filter_finds_what_a_plain_search_finds(
    query: str, client: Any, lines: list[dict[str, Any]]
) -> None:
    wanted = [line for line in lines if FILTERS[query](line)]
    assert wanted or query.startswith("max"), "the filter is tested by nothing"
    told = _api(client, f"{query}&rows=25")["document"]
    assert told["rows"] == len(wanted)
    assert told["lines"] == sum(line["lines"] for line in wanted)
    for side in ("out", "in"):
        pence = sum(line["amount_pence"] for line in wanted if line["side"] == side)
        assert round(float(told[f"{side}_gbp"]) * 100) == pence
    summed = {"individual": 0, "redacted": 0, "unrecognised": 0}
    for line in wanted:
        if line["payee_kind"] in summed:
            summed[line["payee_kind"]] += line["lines"]
    assert told["summed_lines"] == {kind: n for kind, n in summed.items() if n}


def _order(sort: str, payees: Mapping[int, str]) -> Any:
    ranks = {
        payee_id: rank
        for rank, (payee_id, _) in enumerate(
            sorted(payees.items(), key=lambda item: (item[1].lower(), item[0]))
        )
    }
    down = -1 if sort.startswith("-") else 1

    def key(line: Mapping[str, Any]) -> tuple[Any, int]:
        name = sort.removeprefix("-")
        if name == "amount":
            first: Any = down * line["amount_pence"]
        elif name == "date":
            day = _day(line)
            # without a day last, both ways
            first = (day is None, down * (day or date.min).toordinal())
        elif name == "payee":
            rank = ranks.get(line["payee_id"])
            first = (rank is None, down * (rank or 0))
        else:
            first = 0
        return first, line["line_no"]

    return key


def _walk(client: Any, address: str, way: str) -> Iterator[list[str]]:
    while address:
        document = client.get(address).json()
        yield [row["line_id"] for row in document["tables"]["lines"]["rows"]]
        address = document["document"]["pages"].get(way, "")


@pytest.mark.parametrize(
    "sort",
    [one if one in SOME_SORTS else pytest.param(one, marks=pytest.mark.long) for one in SORTS],
)
def test_pages_lead_through_all_lines_in_order_and_back(
    sort: str, client: Any, lines: list[dict[str, Any]], payees: dict[int, str]
) -> None:
    query = "q=a&from=2017-12-28&rows=25"
    wanted = [
        line
        for line in lines
        if _holds(line, "a", "payee", "unit_text", "expense_text", "label")
        and (_day(line) or date.min) >= date(2017, 12, 28)
        and line["body_id"] == "fennick-council"
    ]
    query = f"{query}&body=fennick-council&sort={sort}"
    wanted.sort(key=_order(sort, payees))
    assert len(wanted) > 60
    ids = [line["line_id"] for line in wanted]
    there = list(_walk(client, f"/api/v1/money/lines?{query}", "after"))
    assert [one for part in there for one in part] == ids
    last = _api(client, query)["document"]["pages"]["last"]
    back = list(_walk(client, last, "before"))
    assert back[::-1] == there


@pytest.mark.parametrize("sort", SORTS)
def test_lines_without_a_day_or_payee_stand_last(
    sort: str, client: Any, lines: list[dict[str, Any]], payees: dict[int, str]
) -> None:
    ordered = sorted(
        (line for line in lines if line["body_id"] == "fennick-council"), key=_order(sort, payees)
    )
    query = f"body=fennick-council&rows=100&sort={sort}"
    first = _api(client, query)
    assert [row["line_id"] for row in first["tables"]["lines"]["rows"]] == [
        line["line_id"] for line in ordered[:100]
    ]
    last = client.get(first["document"]["pages"]["last"]).json()
    found = [row["line_id"] for row in last["tables"]["lines"]["rows"]]
    assert found == [line["line_id"] for line in ordered[-len(found) :]]


def test_payees_are_ranked_by_name_where_their_numbers_are_not(
    client: Any, zoned: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from totalplace.web.money import _lines_query
    from totalplace.web.money._lines_filter import All, PayeeHolds

    assert _lines_query._is_numbered_by_name(zoned)
    tree = All((PayeeHolds("fostering"),))
    for sort in ("payee", "-payee"):
        plain = _lines_query.lines_page(zoned, tree, sort=sort, rows=100)
        with monkeypatch.context() as patch:
            patch.setattr(_lines_query, "_is_numbered_by_name", lambda _: False)
            ranked = _lines_query.lines_page(zoned, tree, sort=sort, rows=100)
        assert [line["line_no"] for line in plain.rows] == [line["line_no"] for line in ranked.rows]


@given(st.text(max_size=60), st.text(max_size=60))
def test_what_a_reader_writes_is_no_part_of_a_query(one: str, other: str) -> None:
    from totalplace.web.money._lines_filter import All, Is, PayeeHolds, TextHolds, where

    tree = All((PayeeHolds(one), TextHolds(other), Is("body_id", one)))
    like = All((PayeeHolds("x"), TextHolds("y"), Is("body_id", "z")))
    for payees in (None, "payees.parquet"):
        text, values = where(tree, payees=payees)
        assert text == where(like, payees=payees)[0]
        assert text.count("?") == len(values)


def test_a_column_is_one_of_the_list() -> None:
    from totalplace.web.money._lines_filter import Is, where

    with pytest.raises(ValueError, match="no column"):
        where(Is("1=1; --", "x"), payees=None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text", ["' OR 1=1 --", '"; DROP TABLE x; --', "%", "_", "\\", "\0", "😀", "a' || 'b"]
)
def test_odd_texts_are_only_looked_for(text: str, client: Any) -> None:
    from urllib.parse import urlencode

    for name in ("q", "payee"):
        answer = client.get(f"/money/lines/?{urlencode({name: text})}")
        assert answer.status_code == 200
        assert "No line matches" in answer.content.decode()


def test_wrong_filters_are_shown_in_the_form(client: Any) -> None:
    answer = client.get("/money/lines/?min=lots&from=yesterday&payee=fostering&colour=red")
    text = answer.content.decode()
    assert answer.status_code == 400
    assert "There is a problem with the filters" in text
    assert 'href="#filter-min"' in text
    assert "Enter an amount in pounds" in text
    assert "Enter a day" in text
    assert "colour" in text
    assert 'value="fostering"' in text, "what was right is kept"
    assert 'value="lots"' in text
    assert "<title>Error:" in text


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("body=nobody", 404, "unknown_filter"),
        ("function=99", 404, "unknown_filter"),
        ("year=1066-67", 404, "unknown_filter"),
        ("min=5&max=4", 400, "filters_cross"),
        ("from=2018-01-02&to=2018-01-01", 400, "filters_cross"),
        ("after=xyz", 400, "bad_cursor"),
        ("after=WyJhbW91bnQiLDAsMSwyLDNd", 400, "bad_cursor"),
        ("rows=7", 400, "bad_parameter"),
        ("sort=colour", 400, "bad_parameter"),
        ("at=99", 404, "unknown_publication"),
    ],
)
def test_what_cannot_be_asked(query: str, status: int, code: str, client: Any) -> None:
    told = client.get(f"/api/v1/money/lines?{query}")
    assert told.status_code == status
    assert code in {one["code"] for one in told.json()["problems"]}
    assert client.get(f"/money/lines.csv?{query}").status_code == status


@pytest.mark.parametrize("change", [2**70, -1, "x", None, [1]])
def test_a_cursor_that_was_tampered_with_is_refused_or_harmless(change: Any, client: Any) -> None:
    import base64

    facts = ["-amount", 0, 100, 5, 3]
    for at in range(1, 5):
        bad = [change if n == at else one for n, one in enumerate(facts)]
        text = base64.urlsafe_b64encode(json.dumps(bad).encode()).rstrip(b"=").decode()
        assert client.get(f"/money/lines/?after={text}").status_code in (200, 400)


def test_files_hold_all_lines_that_match(client: Any, lines: list[dict[str, Any]]) -> None:
    wanted = [line for line in lines if _holds(line, "fostering", "payee")]
    assert len(wanted) > 100
    content = _content(client.get("/money/lines.csv?payee=fostering&rows=25"))
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert [row["line_id"] for row in rows] == [line["line_id"] for line in wanted]
    pence = sum(line["amount_pence"] for line in wanted)
    assert sum(round(float(row["amount_gbp"]) * 100) for row in rows) == pence
    assert all(row["body"] and row["source"] and row["sha256"] for row in rows)
    assert all(row["attribution"] and row["licence"] for row in rows)

    table = pq.read_table(io.BytesIO(_content(client.get("/money/lines.parquet?payee=fostering"))))
    assert table["line_id"].to_pylist() == [line["line_id"] for line in wanted]
    assert b"attribution" in table.schema.metadata

    document = json.loads(_content(client.get("/money/lines.json?payee=fostering")))
    assert len(document["tables"]["lines"]["rows"]) == len(wanted)
    assert document["attributions"]

    book = openpyxl.load_workbook(
        io.BytesIO(_content(client.get("/money/lines.xlsx?payee=fostering"))), read_only=True
    )
    assert book.sheetnames == ["notes", "lines"]
    assert sum(1 for _ in book["lines"].iter_rows()) == len(wanted) + 1


def test_more_than_a_workbook_holds_is_refused(
    client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from totalplace.web import _data
    from totalplace.web.money import _pages_lines

    monkeypatch.setattr(_data, "SHEET_ROWS", 10)
    monkeypatch.setattr(_pages_lines, "SHEET_ROWS", 10)
    answer = client.get("/money/lines.xlsx?payee=fostering")
    assert answer.status_code == 400
    assert "a workbook cannot hold that many rows" in answer.content.decode().casefold()
    assert client.get("/money/lines.csv?payee=fostering").status_code == 200
    # another filter, for the page of the first may be kept
    text = client.get("/money/lines/?payee=fostering&rows=100").content.decode()
    assert "more lines than a workbook holds" in text


def test_texts_are_no_formulas_in_files() -> None:
    import pyarrow as pa

    from totalplace.reports import csv_parts, parquet_parts

    texts = ["=1+1", "+44", "-5", "@x", "\t=1", "＝1", "plain", None, 'a "quote", and more']
    table = pa.table({"text": texts})
    parts = b"".join(csv_parts(table.schema, table.to_batches()))
    rows = list(csv.reader(io.StringIO(parts.decode("utf-8-sig"))))
    assert [row[0] for row in rows[1:7]] == [f"'{text}" for text in texts[:6]]
    assert rows[7] == ["plain"]
    assert rows[9] == ['a "quote", and more']
    again = pq.read_table(
        io.BytesIO(b"".join(parquet_parts(table.schema, table.to_batches(), notes={"a": "b"})))
    )
    assert again["text"].to_pylist() == texts


def test_the_database_opens_public_files_alone(zoned: Any, tmp_path: Path) -> None:
    import duckdb

    from totalplace.web.money._lines_store import ask, lines_path

    assert ask("SELECT count(*) FROM read_parquet(?)", [lines_path(zoned)])[0][0] > 0
    private = Path(lines_path(zoned)).parents[3] / "place.toml"
    assert private.exists()
    for query in (
        f"SELECT * FROM read_text('{private}')",
        "SELECT * FROM read_text('/etc/hostname')",
        f"COPY (SELECT 1) TO '{tmp_path}/x.parquet'",
        f"ATTACH '{tmp_path}/x.db'",
        "SET enable_external_access = true",
        "SET memory_limit = '100GB'",
        "SET allowed_directories = ['/']",
    ):
        with pytest.raises(duckdb.Error):
            ask(query)


def test_a_line_leads_back_to_its_file_and_row(
    client: Any, lines: list[dict[str, Any]], published: Path
) -> None:
    line = next(one for one in lines if one["payee_kind"] == "organisation" and one["row_no"])
    sources = pq.read_table(published / "public" / "1" / "tables" / "sources.parquet").to_pylist()
    source = next(one for one in sources if one["source_no"] == line["source_no"])
    text = client.get(f"/money/lines/{line['line_id']}/").content.decode()
    for told in (source["sha256"], source["publisher"], source["licence"], f"{line['row_no']:,}"):
        assert told in text
    assert f"/data/sources/{source['sha256']}/" in text
    row = client.get(f"/money/lines/{line['line_id']}.json").json()
    assert row["tables"]["line"]["rows"][0]["line_id"] == line["line_id"]
    beside = row["tables"]["beside"]["rows"]
    assert line["line_id"] in {one["line_id"] for one in beside}
    assert len({one["line_id"] for one in beside}) == len(beside) <= 5
    rows = [one["row_no"] for one in beside]
    assert rows == sorted(rows)


def test_analysts_are_led_to_the_row_where_there_is_a_workbench(
    client: Any, lines: list[dict[str, Any]]
) -> None:
    from django.test import override_settings

    # of two lines: an answer is kept
    other, line = [one for one in lines if one["payee_kind"] == "organisation" and one["row_no"]][
        -2:
    ]
    assert "/work/" not in client.get(f"/money/lines/{other['line_id']}/").content.decode()
    with override_settings(TOTALPLACE_HAS_WORKBENCH=True):
        text = client.get(f"/money/lines/{line['line_id']}/").content.decode()
    (row,) = re.findall(r'href="(/work/public-lines/[^"]+)"', text)
    assert row.split("/")[4:] == [
        line["line_id"],
        str(line["row_no"]),
        str(line["column_no"] or 0),
        "",
    ]


def test_a_sum_says_that_it_is_one(client: Any, lines: list[dict[str, Any]]) -> None:
    line = next(one for one in lines if one["payee_kind"] == "individual")
    text = client.get(f"/money/lines/{line['line_id']}/").content.decode()
    assert "Individuals" in text
    assert "shown only as a sum" in text
    assert "What you do not see here" in text
    assert not re.search(r">Row<", text)


@pytest.mark.parametrize("line_id", ["x", "0" * 16, "0123456789abcdeF", "1" * 99, "..."])
def test_a_line_that_is_none(line_id: str, client: Any) -> None:
    answer = client.get(f"/money/lines/{line_id}/")
    assert answer.status_code == 404
    assert "no such line" in answer.content.decode()


def test_every_line_has_its_page_by_its_key(zoned: Any, lines: list[dict[str, Any]]) -> None:
    from totalplace.web.money._lines_query import lines_of_ids

    some = lines[:: len(lines) // 100]
    found = lines_of_ids(zoned, [line["line_id"] for line in some])
    assert [line["line_no"] for line in found] == [line["line_no"] for line in some]
