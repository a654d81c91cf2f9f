"""Spoilt case files are refused with problems, and never crash."""

from __future__ import annotations

import random
import re
from importlib import resources

import pytest

from counted import how_many
from totalplace.cases import read_case_text, run_case
from totalplace.errors import TotalplaceError

STARTER = (resources.files("totalplace.cases") / "data" / "starter.toml").read_text("utf-8")
VALUES = (
    '"x"', "-1", "0", "1e308", "nan", "inf", "true", "[1, 2]", "{}", "{a = 1}", "2026-01-01", "[]",
    '""', "[[1]]", "1e-320", '"%"', "12345678901234567890123", '{value = "x"}', "{value = true}",
    "{low = 1}", "{low = 1, high = 0}", "{values = []}", "{values = [1], weights = [0]}",
    "{low = 0, mode = 0, high = 0}", '{dist = "beta", mean = 0.5, sd = 0.1}',
    '{dist = "normal", value = 0.5, sd = 1e308}', '{dist = "lognormal", low = 1, high = 2}',
    '{dist = "triangular", low = 1, mode = 2, high = 3, meaning = "10-90"}', '"society"',
    '[["a"]]', '["a"]', '"percent"', "1" + "0" * 400, "0x" + "F" * 5_000, "[nan]", "[1e300]",
    "5e-324", "[" * 40 + "]" * 40, "{alpha = 5e-324, beta = 1}", "{low = 0, high = 5e-324}",
    '{dist = "beta", mean = 0.5, sd = 1e-200}', '{dist = "lognormal", mean = 1e-200, sd = 1}',
    '{dist = "fixed", low = 1, high = 2}', '{csv = "x\\u0000.csv"}', '"' + "x" * 5_000 + '.csv"',
    "{id = 5, value = 3}", "{code = 5}", '{dist = "normal", mean = 1e15, sd = 1e15}',
)  # fmt: skip


def spoilt(chance: random.Random) -> str:
    lines = STARTER.split("\n")
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(lines))
        key, equals, value = lines[at].partition("=")
        if equals and chance.random() < 0.6:
            lines[at] = f"{key}= " + (
                re.sub(r"(?<== )[^,}]+", lambda _: chance.choice(VALUES), value, count=1)
                if "{" in value and chance.random() < 0.6
                else chance.choice(VALUES)
            )
        elif chance.random() < 0.5:
            lines[at] = ""
        else:
            lines.insert(at, chance.choice(lines))
    return "\n".join(lines)


@pytest.mark.counted
def test_a_spoilt_case_is_told_or_run_and_never_crashes() -> None:
    run, told = 0, []
    for number in range(how_many(10_000, 150)):
        text = spoilt(random.Random(number))
        try:
            run_case(read_case_text(text), draws=8, is_full=number % 10 == 0)
            run += 1
        except TotalplaceError as error:
            told.append(error.problems)
    assert run > 5
    assert len(told) > run
    assert all(one.fix for problems in told for one in problems)
