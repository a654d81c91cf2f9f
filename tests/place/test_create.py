"""Making and opening a place: what is written, and what is refused, all at once."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

import totalplace.place
from totalplace.errors import PlaceError, Problem, RequestError
from totalplace.place import create, open_folder, year_problem

from ._made import new_place


def test_what_a_module_offers_is_there() -> None:
    offered = totalplace.place.__all__
    assert all(hasattr(totalplace.place, name) for name in offered)


def test_a_new_place_says_what_it_was_told(tmp_path: Path) -> None:
    made = create(
        tmp_path / "a" / "b",
        name='  Ynys   Môn "North" \\ West ',
        areas=["W06000001", "E08000009"],
        year="1999-00",
    )
    document = tomllib.loads((tmp_path / "a" / "b" / "place.toml").read_text())
    assert document == {
        "id": "ynys-mon-north-west",
        "name": 'Ynys Môn "North" \\ West',
        "areas": ["W06000001", "E08000009"],
        "years": ["1999-00"],
        "engine": "duckdb",
        "schema_version": 2,
    }
    assert open_folder(tmp_path / "a" / "b") == made
    assert made.areas == ("W06000001", "E08000009")
    assert made.state().members == ()


def test_everything_wrong_is_told_at_once_and_nothing_is_made(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    unknown = Problem("unknown_area", "unknown area code", "E99", "not in the register", "use E08")
    with pytest.raises(RequestError) as told:
        create(
            tmp_path,
            name=" !? ",
            areas=["E99", "E99"],
            year="2017-19",
            known_area=lambda area: unknown,
        )
    codes = [problem.code for problem in told.value.problems]
    assert codes == [
        "folder_in_use",
        "bad_name",
        "bad_areas",
        "unknown_area",
        "unknown_area",
        "bad_year",
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


@pytest.mark.parametrize(
    ("areas", "why"),
    [([], "none was given"), (["E08000009", ""], "''"), (["E08\x7f"], "x7f")],
)
def test_areas_that_are_none(tmp_path: Path, areas: list[str], why: str) -> None:
    with pytest.raises(RequestError, match=why):
        create(tmp_path / "p", name="Marlbrook", areas=areas, year="2017-18")


@pytest.mark.parametrize("name", ["", "\x07bell", "caf\udce9", "---"])
def test_names_that_are_none(tmp_path: Path, name: str) -> None:
    with pytest.raises(RequestError, match="needs a name"):
        create(tmp_path / "p", name=name, areas=["E08000009"], year="2017-18")


@pytest.mark.parametrize(
    ("year", "is_good"),
    [
        ("2017-18", True),
        ("1999-00", True),
        ("2099-00", True),
        ("2017-17", False),
        ("2017-2018", False),
        ("2017/18", False),
        ("2017", False),
        ("", False),
        ("٢٠١٧-١٨", False),
    ],
)
def test_years(year: str, is_good: bool) -> None:
    assert (year_problem(year) is None) is is_good


def test_a_place_or_a_file_is_not_made_into_a_place(tmp_path: Path) -> None:
    folder = new_place(tmp_path / "p")
    with pytest.raises(RequestError, match="it is a place already"):
        new_place(folder.path)
    (tmp_path / "file").write_text("")
    with pytest.raises(RequestError, match="it is a file"):
        new_place(tmp_path / "file")
    (tmp_path / "empty").mkdir()
    assert new_place(tmp_path / "empty").name == "Marlbrook"


def test_what_a_killed_new_left_behind_is_no_obstacle(tmp_path: Path) -> None:
    left = tmp_path / "left"
    (left / "changes").mkdir(parents=True)
    (left / ".place.toml.0123abcd.tmp").write_text('name = "Mar')
    with pytest.raises(PlaceError, match="no place"):
        open_folder(left)
    assert new_place(left).name == "Marlbrook"


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ("schema_version = 2", "schema_version = 3", "later version"),
        ("schema_version = 2", "schema_version = 0", "unknown schema_version"),
        ("schema_version = 2", "schema_version = true", "wrong kind: schema_version"),
        ('engine = "duckdb"', 'engine = "abacus"', "engine"),
        ('"2017-18"', '"2017-19"', "after 2017 comes 18"),
        ('"2017-18"', "2017", "wrong kind: years"),
        ('["2017-18"]', "[]", "wrong kind: years"),
        ('name = "Marlbrook"', "", "wrong kind: name"),
        ("[", "", "no TOML document"),
        ('"Marlbrook"', '"\ufffe\x00"', "no TOML document"),
    ],
)
def test_a_place_that_cannot_be_understood(
    tmp_path: Path, before: str, after: str, why: str
) -> None:
    file = new_place(tmp_path / "p").path / "place.toml"
    text = file.read_text()
    assert before in text
    file.write_text(text.replace(before, after, 1))
    with pytest.raises(PlaceError, match=why) as told:
        open_folder(tmp_path / "p")
    assert str(file) in told.value.problems[0].where


def test_folders_that_are_no_place(tmp_path: Path) -> None:
    with pytest.raises(PlaceError, match="there is no such folder"):
        open_folder(tmp_path / "nowhere")
    with pytest.raises(PlaceError, match=r"it has no place\.toml"):
        open_folder(tmp_path)
    folder = new_place(tmp_path / "p")
    (folder.path / "changes").rmdir()
    with pytest.raises(PlaceError, match="changes"):
        open_folder(folder.path)
