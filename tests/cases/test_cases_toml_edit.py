"""A text that a form changes says what it should, and keeps all that did not change."""

from __future__ import annotations

import copy
import tomllib
from importlib import resources
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counted import tried
from totalplace.cases._toml_edit import as_toml, edited_toml

STARTER = (resources.files("totalplace.cases") / "data" / "starter.toml").read_text("utf-8")
_KEYS = st.text('abz-_ .é"\\', min_size=1, max_size=4)
_PLAIN = (
    st.integers(-9, 9)
    | st.booleans()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=6).filter(lambda text: not any(0xD800 <= ord(one) < 0xE000 for one in text))
    | st.dates()
)
_VALUES = st.recursive(
    _PLAIN,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=3),
    max_leaves=8,
)
_DATA = st.dictionaries(_KEYS, _VALUES | st.lists(st.dictionaries(_KEYS, _VALUES)), max_size=4)


@tried(300, 20)
@given(_DATA)
def test_what_is_written_is_read_again(data: dict[str, Any]) -> None:
    assert tomllib.loads(as_toml(data)) == data


@tried(300, 20)
@given(_DATA, _DATA)
def test_any_text_can_be_made_to_say_anything(old: dict[str, Any], new: dict[str, Any]) -> None:
    assert tomllib.loads(edited_toml(as_toml(old), new)) == new


def _changed() -> dict[str, Any]:
    return copy.deepcopy(tomllib.loads(STARTER))


def _lines_lost(text: str) -> list[str]:
    kept = text.splitlines()
    return [one for one in STARTER.splitlines() if one not in kept]


def test_a_value_changes_alone_and_its_comment_stays() -> None:
    data = _changed()
    data["case"]["horizon"] = 12
    text = edited_toml(STARTER, data)
    assert tomllib.loads(text) == data
    assert len(_lines_lost(text)) == 1
    assert "horizon = 12                        # years run from 0" in text


def test_a_key_is_added_below_its_table_and_taken_out_with_its_line() -> None:
    data = _changed()
    data["outcome"][0]["leakage"] = 0.1
    del data["outcome"][1]["displacement"]
    text = edited_toml(STARTER, data)
    assert tomllib.loads(text) == data
    assert [one.split()[0] for one in _lines_lost(text)] == ["displacement"]
    first, second = text.split("[[outcome]]")[1:3]
    assert "leakage = 0.1" in first
    assert "leakage" not in second


def test_rows_come_and_go_whole() -> None:
    data = _changed()
    data["activity"].append({"id": "second", "years": [0, 1]})
    del data["outcome"][1]
    text = edited_toml(STARTER, data)
    assert tomllib.loads(text) == data
    assert text.count("[[activity]]") == 2
    assert "Fewer stays in a crisis bed" not in text
    assert "# Money may be stated directly instead." in text


@pytest.mark.parametrize(
    "text",
    [
        'case = {id = "a", horizon = 3}\nbody = {x = {tier = "local"}}\n',
        'case.id = "a"\ncase.horizon = 3\n[body.x]\ntier = "local"\n',
        '[case]\nid = "a"\nhorizon = 3\n[body]\nx = {tier = "local"}',
    ],
)
def test_however_a_table_is_written_it_can_be_changed(text: str) -> None:
    data = copy.deepcopy(tomllib.loads(text))
    data["case"] |= {"horizon": 4, "seed": 1}
    data["body"]["y"] = {"tier": "national"}
    data["outcome"] = [{"id": "new"}]
    assert tomllib.loads(edited_toml(text, data)) == data


def test_nothing_changes_where_nothing_is_changed() -> None:
    assert edited_toml(STARTER, _changed()) == STARTER
