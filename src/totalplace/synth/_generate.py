"""Write a whole fictional place: published files, a manifest to add them by, and the truth."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from totalplace.errors import Problem, RequestError
from totalplace.synth._dirt import DEFAULT_DIRT, soil
from totalplace.synth._files_return import return_files
from totalplace.synth._files_spend import spend_files
from totalplace.synth._files_tables import write_outturn, write_regional
from totalplace.synth._lines import YEAR, Line
from totalplace.synth._money import Money, all_money
from totalplace.synth._outturn import rg_figures
from totalplace.synth._published import OUTTURN_FILE, REGIONAL_FILE
from totalplace.synth._registers import register_files
from totalplace.synth._rules import work_out
from totalplace.synth._sheets import Placed, TextFile, write_text_file
from totalplace.synth._truth import Truth
from totalplace.synth._truth_files import write_truth
from totalplace.synth._world import PLACE_AREA, World, build_world

__all__ = ["FEWEST_PEOPLE", "SynthFile", "SynthPlace", "generate"]

FEWEST_PEOPLE = 1000
LICENCE = "fictional"
_STATISTICS = "albermarch-treasury"
_PUBLISHERS = {
    "outturn": "albermarch-communities-ministry",
    "registers": "marlbrook-combined-authority",
}
"""Folder of published files -> who publishes those of no body of their own."""

_NATION = ("T92000001",)


@dataclass(frozen=True)
class SynthFile:
    """One published file, in the order in which it is to be added.

    Attributes:
        path: the file.
        format_id: the format it is in: register, spend, cra-2018, ro-2017-18 or return.
        body_id: whose money it is, where one body publishes it.
        sha256: of its bytes.
        supersedes_sha256: of the file that it replaces, if it is a correction.
        publisher: the invented name of who publishes it.
    """

    path: Path
    format_id: str
    body_id: str | None
    sha256: str
    supersedes_sha256: str | None
    publisher: str


@dataclass(frozen=True)
class SynthPlace:
    """A fictional place on disk.

    Attributes:
        folder: holds the files, ``manifest.json`` and ``truth/``.
        name, area, year: of the place, as ``new`` takes them.
        files: what to add, in order.
        truth: the content of ``truth/truth.json``: totals in pence by area code under ``places``,
            edge cases under ``cases``.
    """

    folder: Path
    name: str
    area: str
    year: str
    files: tuple[SynthFile, ...]
    truth: Mapping[str, Any]


def generate(
    out_dir: Path, *, people: int = 240_000, seed: int = 1, dirt: float = DEFAULT_DIRT
) -> SynthPlace:
    """Write a fictional place as its bodies would publish it, with the truth kept beside it.

    The same arguments give the same files, byte for byte. At ``dirt`` 0 every figure of the truth
    can be found to the penny; at the default the faults could move net by 0.5% at most.

    Args:
        out_dir: folder to fill; made if it is not there.
        people: of the place.
        seed: of everything that is left to chance.
        dirt: how badly the files are kept, 0 to 1.

    Raises:
        RequestError: too few people, or dirt outside 0 to 1; both at once.
    """
    _check(people, dirt)
    rng = random.Random(seed)  # noqa: S311 - repeatable on purpose
    world = build_world(people=people, rng=rng)
    money = all_money(world, rng)
    truth = true_count(world, money.lines)
    published = [*spend_files(money.lines, world), *return_files(money.lines, world)]
    published, aliases, faults = soil(
        published,
        money.lines,
        truth,
        world,
        dirt=dirt,
        rng=random.Random(seed),  # noqa: S311
    )
    registers = register_files(world, money.fees, dropped_aliases=aliases)
    placed: list[Placed] = []
    for file in (*registers, *published):
        placed += write_text_file(out_dir, file)
    placed += write_regional(out_dir, money.lines, world)
    placed += write_outturn(out_dir, money.lines, money.accounts, _grants(money))
    files = _manifest(out_dir, [*registers, *published], world)
    settings = {"people": people, "seed": seed, "dirt": dirt}
    summary = write_truth(out_dir / "truth", world, money.lines, truth, placed, faults, settings)
    place = world.areas[PLACE_AREA]
    result = SynthPlace(out_dir, place.name, place.code, YEAR, files, summary)
    _write_manifest(result)
    return result


def true_count(world: World, lines: Sequence[Line]) -> Truth:
    """The truth of a world's lines."""
    return work_out(
        lines,
        areas={body_id: world.lads(body_id) for body_id in world.bodies},
        zones={code: area.lads for code, area in world.areas.items()},
        people=world.people,
        voted=[body.body_id for body in world.bodies.values() if body.serves == _NATION],
    )


def _check(people: int, dirt: float) -> None:
    problems = []
    if people < FEWEST_PEOPLE:
        problems.append(
            Problem(
                code="too_few_people",
                what="the place has too few people to have all its bodies",
                where=f"--people {people}",
                why=f"at least {FEWEST_PEOPLE:,} are needed",
                fix="ask for more people",
            )
        )
    if not 0 <= dirt <= 1:
        problems.append(
            Problem(
                code="bad_dirt",
                what="dirt is a share",
                where=f"--dirt {dirt}",
                why="it must lie between 0 (clean) and 1",
                fix=f"use 0, 1 or something between, such as {DEFAULT_DIRT}",
            )
        )
    if problems:
        raise RequestError(problems)


def _grants(money: Money) -> dict[str, dict[str, int]]:
    outside = {
        line.body: line.amount
        for line in money.lines
        if line.dataset == "ro" and line.cell == "804" and not line.counterparty
    }
    return rg_figures(money.grants, outside)


def _manifest(folder: Path, texts: Sequence[TextFile], world: World) -> tuple[SynthFile, ...]:
    registers = [file for file in texts if file.format_id == "register"]
    others = [file for file in texts if file.format_id != "register"]
    tables = [
        TextFile(path=REGIONAL_FILE, header=[], format_id="cra-2018"),
        TextFile(path=OUTTURN_FILE, header=[], format_id="ro-2017-18"),
    ]
    found: dict[str, SynthFile] = {}
    for file in (*registers, *tables, *others):
        path = folder / file.path
        found[file.path] = SynthFile(
            path=path,
            format_id=file.format_id,
            body_id=file.body_id or None,
            sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
            supersedes_sha256=found[file.supersedes].sha256 if file.supersedes else None,
            publisher=_publisher(file, world),
        )
    return tuple(found.values())


def _publisher(file: TextFile, world: World) -> str:
    """The body that publishes a file; a file of many bodies comes from one above them."""
    body = world.bodies.get(file.body_id or "")
    if body is None and file.path.startswith("returns/"):
        stem = Path(file.path).stem.removesuffix("-revised").removesuffix(f"-{YEAR}")
        body = world.bodies.get(stem)
    if body is None:
        top = file.path.partition("/")[0]
        body = world.bodies[_PUBLISHERS.get(top, _STATISTICS)]
    return body.name


def _write_manifest(place: SynthPlace) -> None:
    manifest = {
        "name": place.name,
        "area": [place.area],
        "year": place.year,
        "files": [
            {
                "path": file.path.relative_to(place.folder).as_posix(),
                "format": file.format_id,
                "body": file.body_id,
                "sha256": file.sha256,
                "supersedes": file.supersedes_sha256,
                "publisher": file.publisher,
                "licence": LICENCE,
            }
            for file in place.files
        ],
    }
    text = json.dumps(manifest, indent=2, ensure_ascii=False)
    (place.folder / "manifest.json").write_text(text + "\n", encoding="utf-8")
