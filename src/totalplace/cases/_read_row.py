"""What activities and outcomes have in common: shares by body, profiles of years, options."""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping
from typing import Any

from totalplace.cases._case import Body, Realised
from totalplace.cases._keys import REALISED
from totalplace.cases._reader import Reader, are_numbers, shown
from totalplace.cases._toml import Key as Path

__all__ = ["read_options", "read_profile", "read_realised", "read_shares"]

_TOLERANCE = 1e-9


def read_shares(
    reader: Reader,
    path: Path,
    table: Mapping[str, Any],
    name: str,
    bodies: Mapping[str, Body],
) -> dict[str, float]:
    """Body -> share; every body is known and the shares sum to 1, or it is noted."""
    given = reader.get(path, table, name, dict)
    if given is None:
        return {}
    here = (*path, name)
    shares: dict[str, float] = {}
    before = len(reader.problems)
    for body, share in given.items():
        at = (*here, body)
        if body not in bodies:
            near = difflib.get_close_matches(body, bodies, 1)
            reader.problem(
                at,
                "unknown_body",
                f"the body {body!r} is not one of the case",
                f"its bodies are {', '.join(bodies)}",
                f"write {near[0]}" if near else f'add {body} = {{tier = "local"}} under body',
            )
        if not isinstance(share, int | float) or isinstance(share, bool) or not 0 <= share <= 1:
            reader.problem(
                at,
                "bad_share",
                f"the share of {body} is no share",
                f"found {shown(share)}",
                "write a number from 0 to 1",
            )
            continue
        shares[body] = float(share)
    total = math.fsum(shares.values())
    only_unknown = len(shares) == len(given)
    if only_unknown and abs(total - 1) > _TOLERANCE:
        reader.problem(
            here,
            f"{name}_not_one",
            f"the shares of {name} do not sum to 1",
            f"{' + '.join(f'{one:g}' for one in shares.values()) or 'nothing'} = {total:g}",
            f"change them by {1 - total:+g} in all",
        )
    return shares if len(reader.problems) == before else {}


def read_profile(
    reader: Reader,
    path: Path,
    table: Mapping[str, Any],
    years: tuple[int, int],
    *,
    is_total: bool,
) -> tuple[float, ...]:
    """The weight of each year from the first to the last.

    An amount in all is spread by shares that sum to 1; an amount a year is multiplied by a level.
    A ramp rises evenly: by 1, 2, 3... of their sum, or to the whole amount in the last year.
    """
    count = years[1] - years[0] + 1
    given = table.get("profile", "flat")
    if given == "flat":
        return (1 / count if is_total else 1.0,) * count
    if given == "ramp":
        over = count * (count + 1) / 2 if is_total else count
        return tuple(step / over for step in range(1, count + 1))
    why = ""
    if not are_numbers(given) or min(given, default=0) < 0:
        why = f"found {shown(given)}"
    elif len(given) != count:
        why = f"{len(given)} weights for {count} years, {years[0]} to {years[1]}"
    elif is_total and abs(math.fsum(given) - 1) > _TOLERANCE:
        why = f"the weights of an amount in all sum to {math.fsum(given):g}, not to 1"
    if why:
        reader.problem(
            (*path, "profile"),
            "bad_profile",
            "the profile does not fit",
            why,
            'write "flat", "ramp" or one weight of 0 or more for each year',
        )
        return (0.0,) * count
    return tuple(float(one) for one in given)


def read_options(
    reader: Reader,
    path: Path,
    table: Mapping[str, Any],
    known: Mapping[str, str],
    preferred: str,
) -> tuple[str, ...]:
    """The options that a row is part of; the preferred one unless it says others."""
    given = reader.get(path, table, "options", list)
    if given is None:
        return (preferred,)
    for number, one in enumerate(given):
        if not isinstance(one, str):
            reader.problem(
                (*path, "options", number),
                "wrong_type",
                "an option is told by its id",
                f"found {shown(one)}",
                'write ids in quotes: options = ["preferred"]',
            )
        elif one not in known:
            near = difflib.get_close_matches(one, known, 1)
            reader.problem(
                (*path, "options", number),
                "unknown_option",
                f"the option {one!r} is not one of the case",
                f"its options are {', '.join(known)}",
                f"write {near[0]!r}" if near else f'add [[option]] with id = "{one}"',
            )
    return tuple(one for one in given if isinstance(one, str) and one in known)


def read_realised(
    reader: Reader, path: Path, table: Mapping[str, Any], horizon: int
) -> Realised | None:
    """What has become of an outcome; ``None`` if nothing is said of it or it is wrong."""
    given = reader.get(path, table, "realised", dict)
    if given is None:
        return None
    here = (*path, "realised")
    reader.keys(here, given, REALISED)
    first = reader.whole(here, given, "from", 0, horizon, 0)
    values = reader.get(here, given, "values", list) or []
    why = ""
    if not are_numbers(values):
        why = f"found {shown(values)}"
    elif first + len(values) > horizon + 1:
        why = f"{len(values)} values from year {first}, and the case ends in year {horizon}"
    if why:
        reader.problem(
            (*here, "values"),
            "bad_realised",
            "what was observed does not fit the years of the case",
            why,
            "write one number for each year from the first that was observed",
        )
        values = []
    source = reader.text(here, given, "source", REALISED)
    return Realised(first, tuple(float(one) for one in values), source)
