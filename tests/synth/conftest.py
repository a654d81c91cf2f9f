"""One fictional world for all tests of this folder."""

from __future__ import annotations

import random
from dataclasses import dataclass

import pytest

from totalplace.synth._generate import true_count
from totalplace.synth._money import Money, all_money
from totalplace.synth._truth import Truth
from totalplace.synth._world import World, build_world


@dataclass(frozen=True)
class Made:
    world: World
    money: Money
    truth: Truth


@pytest.fixture(scope="session")
def made() -> Made:
    rng = random.Random(1)
    world = build_world(people=240_000, rng=rng)
    money = all_money(world, rng)
    return Made(world, money, true_count(world, money.lines))
