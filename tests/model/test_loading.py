"""Reading a table: types, and faults that name file, row and column."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pytest

from totalplace.errors import FileRefused, RequestError
from totalplace.model import TABLES, load, read_table, schema

HEADER = "key_id,measure,unit,year,is_complete,source\n"


def refused(lines: list[str], table: str = "key") -> list[tuple[str, str, str]]:
    with pytest.raises(FileRefused) as caught:
        read_table(table, lines, where="keys.csv")
    return [(one.code, one.where, one.why) for one in caught.value.problems]


def test_cells_get_their_declared_types() -> None:
    [row] = read_table(
        "key", [HEADER, 'H,households,dwellings,2021,false,"Census, table 1"\n'], where="keys.csv"
    ).to_pylist()
    assert row == {
        "key_id": "H",
        "measure": "households",
        "unit": "dwellings",
        "year": 2021,
        "is_complete": False,
        "source": "Census, table 1",
    }
    [area] = read_table(
        "area",
        ["code,name,level,parent,valid_from,valid_to,source\n", "T1,Tarn,site,,2019-04-01,,own\n"],
        where="areas.csv",
    ).to_pylist()
    assert (area["valid_from"], area["valid_to"], area["parent"]) == (date(2019, 4, 1), None, None)


def test_all_faults_are_told_at_once_with_their_cells() -> None:
    assert refused(
        [HEADER, "A,people,persons,twenty,true,x\n", "B,,persons,2020,yes,x\n", "C,people\n"]
    ) == [
        ("bad_cell", "keys.csv row 2, column year", "found 'twenty', expected a whole number"),
        ("bad_cell", "keys.csv row 3, column measure", "found '', expected a value"),
        ("bad_cell", "keys.csv row 3, column is_complete", "found 'yes', expected true or false"),
        ("bad_row", "keys.csv row 4", "found 2 cells, expected 6 cells"),
    ]


def test_a_row_number_is_that_of_the_record_shown_blank_lines_included() -> None:
    [(_, where, _)] = refused([HEADER, "\n", "A,people,persons,20x,true,x\n"])
    assert where == "keys.csv row 3, column year"


def test_a_repeated_key_names_both_rows() -> None:
    row = "A,people,persons,2020,true,x\n"
    [(_, where, why)] = refused([HEADER, row, row])
    assert where == "keys.csv row 3, column key_id"
    assert why == "found A, expected unique (also row 2)"


def test_a_value_outside_its_closed_list_is_refused() -> None:
    lines = ["body_id,area,role,source\n", "a,E08000009,governs,x\n"]
    assert refused(lines, "body_area") == [
        (
            "bad_cell",
            "keys.csv row 2, column role",
            "found 'governs', expected one of serves, located",
        )
    ]


def test_space_at_an_end_is_refused_because_it_would_make_a_second_name() -> None:
    [(_, where, why)] = refused([HEADER, "A ,people,persons,2020,true,x\n"])
    assert where.endswith("column key_id")
    assert why == "found 'A ', expected no space at either end"


def test_a_wrong_header_shows_the_right_one() -> None:
    [(code, where, _)] = refused(["key_id,measure\n"])
    assert (code, where) == ("wrong_header", "keys.csv row 1")


def test_an_unknown_table_lists_those_there_are() -> None:
    with pytest.raises(RequestError) as caught:
        load("bodies")
    [problem] = caught.value.problems
    assert problem.code == "unknown_table"
    assert "body_alias" in problem.fix


def test_a_computed_table_is_declared_but_never_shipped() -> None:
    assert schema("line").field("amount_pence").type == pa.int64()
    with pytest.raises(RequestError):
        load("line")


def test_the_same_table_object_is_given_each_time() -> None:
    assert load("key") is load("key")


@pytest.mark.parametrize("table", sorted(TABLES))
def test_every_field_says_what_it_is(table: str) -> None:
    spec = TABLES[table]
    assert spec.doc.endswith(".")
    assert set(spec.key) <= set(spec.fields)
    for name, field in spec.fields.items():
        assert field.doc, name
        if field.kind in ("integer", "pence", "decimal") and name not in ("block", "priority"):
            assert field.unit or "number" in field.doc, name


@pytest.mark.parametrize("table", sorted(name for name, spec in TABLES.items() if spec.is_shipped))
def test_every_shipped_row_is_cited(table: str) -> None:
    sources = load(table)["source"].to_pylist()
    # what is aimed at is each place's own: no indicator ships
    assert bool(sources) != (table == "indicator")
    assert all(len(source) >= 10 for source in sources)


def test_the_binding_tables_are_all_declared() -> None:
    wanted = """body body_alias body_area stream line line_class crosswalk key key_value
    area_overlap match elimination control_total denominator coverage decision"""
    assert set(wanted.split()) <= set(TABLES)
