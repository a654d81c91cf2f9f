"""A count up to its cube, and the ids of the figures made from it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from totalplace.count._evidence import Evidence, gather
from totalplace.count._net import Netted, net
from totalplace.count._perimeter import Perimeter
from totalplace.count._perspective import choose_key, perimeter_of
from totalplace.count._population_keys import with_population_keys
from totalplace.count._registers import Key, Registers, registers
from totalplace.count._request import Request
from totalplace.engine import Engine
from totalplace.model import data_edition
from totalplace.place import KEPT, Folder, Snapshot, content_hash

__all__ = ["Working", "figure_id", "work"]


@dataclass(frozen=True)
class Working:
    """What the count of a year was computed from, for explaining and tracing it.

    Attributes:
        content: SHA-256 of what figures can depend on: of the snapshot without the decisions that
            approve cases and portfolios, which move none.
    """

    year: str
    registers: Registers
    evidence: Evidence
    netted: Netted
    perimeter: Perimeter
    key: Key
    snapshot: Snapshot
    content: str


def work(
    engine: Engine,
    folder: Folder,
    request: Request,
    *,
    today: date,
    every_line: bool = False,
    report: Callable[[str], None] = lambda _: None,
) -> Working:
    """Do the count up to the cube.

    Args:
        every_line: keep every payment apart, to tell the lines of a figure.
    """
    snapshot = folder.freeze(today=today) if request.at is None else folder.snapshot(request.at)
    state = snapshot.state
    report("registers")
    register = with_population_keys(engine, folder, state, registers(folder, state))
    place = register.areas.expand(folder.areas)
    key = choose_key(register, place, request.year, request.key)
    perimeter = perimeter_of(register, place, key)
    by_area = "area" in request.by
    # a snapshot with decisions pending is not kept: those are known only to the folder
    decisions = folder.decisions(snapshot.n if folder.pending is None else request.at)
    evidence = gather(
        engine,
        folder,
        state,
        register,
        split=None if every_line else perimeter.split_zones(by_area=by_area),
        year=request.year,
        decisions=decisions,
        report=report,
    )
    report("match and eliminate")
    netted = net(
        engine,
        evidence.lines,
        evidence.counted,
        perimeter,
        by_area=by_area,
        decisions=decisions,
        year=request.year,
    )
    content = content_hash(state, tuple(one for one in decisions if one.what not in KEPT))
    return Working(request.year, register, evidence, netted, perimeter, key, snapshot, content)


def figure_id(request: Request, working: Working, measure: str, **by: str) -> str:
    """The id of one figure: a hash of content, year, perimeter, key, prices, by-values, measure.

    The shipped registers and code lists are hashed in, since figures change when they do.
    Sixteen hexadecimal digits.
    """
    parts = {
        "snapshot": working.content,
        "data": data_edition(),
        "year": request.year,
        "perimeter": sorted(working.perimeter.place),
        "key": working.key.key_id,
        "real": request.real,
        "by": dict(sorted(by.items())),
        "measure": measure,
    }
    text = json.dumps(parts, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
