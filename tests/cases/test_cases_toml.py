"""Lines of TOML: every number in these texts is the line on which it stands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counted import tried
from totalplace.cases._toml import MAX_BYTES, located, read_toml
from totalplace.errors import RequestError

DOCUMENT = '''\
# a comment with [brackets] and "quotes"
a = 2
b.c.d = 3
"quoted key".e = 4 # and = more

[table]
f = 7
g = {h = 8, i = {j = 8}, k = [8, 8]} # 9 = 9
text = """
[not.a.table]
l = 11 \\"""
"""
m = 13
[table.below."with.dot"]
n = 15
[[many]]
o = 17
[many.inner]
p = 19
[[many.deeper]]
q = 21
[[many.deeper]]
q = 23
[[many]]
r = [
    26, # a comment ] here
    [27, {s = 27}],
    28
]
literal = \'\'\'
]
t = 32\'\'\'
u = [{v = 33}, {v = 33}]
[last]
w = 35
x = 36
'''


def leaves(data: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[Any, int]]:
    pairs = data.items() if isinstance(data, dict) else enumerate(data)
    for key, value in pairs:
        if isinstance(value, dict | list):
            yield from leaves(value, (*path, key))
        elif isinstance(value, int):
            yield (*path, key), value


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_value_knows_its_line(end: str) -> None:
    read = located(DOCUMENT.replace("\n", end), "x.toml")
    found = list(leaves(read.data))
    assert len(found) == 22
    assert [(path, read.line_of(path)) for path, _ in found] == found


def test_tables_have_the_line_of_their_head() -> None:
    read = located(DOCUMENT, "x.toml")
    heads = {
        ("table",): 6,
        ("table", "below"): 14,
        ("many", 0): 16,
        ("many", 0, "inner"): 18,
        ("many", 0, "deeper", 1): 22,
        ("many", 1): 24,
        ("many", 1, "r"): 25,
        ("b", "c"): 3,
    }
    assert {path: read.line_of(path) for path in heads} == heads


def test_what_is_missing_is_told_at_the_head_of_its_table() -> None:
    read = located(DOCUMENT, "x.toml")
    assert read.where(("many", 1, "budget", 4)) == "x.toml:24"
    assert read.where(("nothing", "there")) == "x.toml:1"


VALUES = st.recursive(
    st.sampled_from(["N", '"a ] # \\" = }"', "'[x'", "2026-11-01", "true", '"""b\n"]"""', "1.5"]),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=6,
)


def written(value: Any, gap: str) -> str:
    if isinstance(value, list):
        return "[" + "".join(f"{gap}{written(one, gap)},{gap}" for one in value) + "]"
    return value


@tried(200)
@given(
    st.lists(st.tuples(st.sampled_from(["[t{n}]", "[[t]]", ""]), VALUES, st.booleans()), max_size=6)
)
def test_any_layout_of_lines(parts: list[tuple[str, Any, bool]]) -> None:
    """Each N becomes the number of the line on which it is written."""
    text = ""
    for n, (head, value, is_long) in enumerate(parts):
        gap = "\n# ]\n" if is_long else " "
        text += f"{head.format(n=n)}\nk{n} = {written(value, gap)}\n"
    numbered = "\n".join(
        line.replace("N", str(number)) for number, line in enumerate(text.split("\n"), start=1)
    )
    read = located(numbered, "x.toml")
    for path, value in leaves(read.data):
        if value is not True:
            assert read.line_of(path) == value


@pytest.mark.parametrize(
    ("text", "where", "why"),
    [
        ("a = 1\nb = \n", "bad.toml:2", "Invalid value"),
        ("a = 1\na = 2\n", "bad.toml:2", "Cannot overwrite a value"),
        ("a = [1,\n", "bad.toml:2", "Invalid value (at end of document)"),
        ("a = " + "[" * 100_000, "bad.toml:1", "recursion"),
        ("a = " + "9" * 5000, "bad.toml:1", "4300 digits"),
    ],
)
def test_no_toml_is_told_with_its_line(text: str, where: str, why: str) -> None:
    with pytest.raises(RequestError) as caught:
        located(text, "bad.toml")
    [problem] = caught.value.problems
    assert (problem.code, problem.where) == ("not_toml", where)
    assert why in problem.why


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    bad, large = tmp_path / "bad.toml", tmp_path / "large.toml"
    bad.write_bytes(b"a = '\xff'")
    large.write_bytes(b"#" * (MAX_BYTES + 1))
    for path, code in [
        (tmp_path / "none.toml", "no_such_file"),
        (tmp_path, "cannot_read"),
        (bad, "cannot_read"),
        (large, "too_large"),
    ]:
        with pytest.raises(RequestError) as caught:
            read_toml(path)
        assert [one.code for one in caught.value.problems] == [code]


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "bom.toml"
    path.write_bytes(b"\xef\xbb\xbfa = 1\n")
    assert read_toml(path).data == {"a": 1}
