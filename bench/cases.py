"""Work a case out over 10,000 draws, beside whole NumPy arrays and a loop as in a spreadsheet."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
from _cases_data import case_text
from _cases_plain import by_arrays, by_loop
from _measure import arguments, measured, tell, versions

from totalplace.cases import read_case_text, run_case
from totalplace.cases._draws import Draws
from totalplace.cases._evaluate import evaluate
from totalplace.cases._plan import plan_of

HERE = Path(__file__).parent
CASES = 200
LOOPS = 50
ROUNDS = 9


def main() -> None:
    asked = arguments(__doc__, lines=10_000, unit="draws")
    draws = asked.lines
    case = read_case_text(case_text())
    plan = plan_of(case)
    sampled = least(lambda: Draws(case, draws, 1).values(case.correlation), 3)
    values = Draws(case, draws, 1).values(case.correlation)
    ours, arrays = in_turn(
        lambda: evaluate(plan, values, draws), lambda: by_arrays(case, values, draws)
    )
    agree(evaluate(plan, values, draws), by_arrays(case, values, draws))
    loop = looped(case, plan, values, min(LOOPS, draws)) * draws
    whole = least(lambda: run_case(case, draws=draws), 3)
    held = measured([sys.executable, HERE / "_cases_hold.py", str(CASES), str(draws)])
    tell(
        {
            "draws": draws,
            "uncertain": len(case.uncertain),
            "years": plan.years,
            "bodies": len(case.bodies) - 1,
            "outcomes": len(case.outcomes),
            "evaluate_cpu_ms": round(ours * 1e3, 2),
            "numpy_cpu_ms": round(arrays * 1e3, 2),
            "ratio_to_numpy": round(ours / arrays, 3),
            "loop_cpu_ms": round(loop * 1e3),
            "times_loop": round(loop / ours),
            "sample_cpu_ms": round(sampled * 1e3, 2),
            "whole_run_cpu_ms": round(whole * 1e3),
            "cases_held": CASES,
            "held_peak_mb": round(held.peak_mb),
            "held_cpu_s": round(json.loads(held.output)["cpu_s"], 1),
            "squigglepy": squigglepy(draws),
            "versions": versions("numpy", "scipy"),
        },
        as_json=asked.json,
    )


def least(work: Callable[[], Any], rounds: int) -> float:
    """The least processor seconds of several rounds."""
    found = []
    for _ in range(rounds):
        started = process_time()
        work()
        found.append(process_time() - started)
    return min(found)


def in_turn(one: Callable[[], Any], other: Callable[[], Any]) -> tuple[float, float]:
    """The least of each, one after the other in every round: both see the same machine."""
    pairs = [(least(one, 1), least(other, 1)) for _ in range(ROUNDS)]
    return min(pair[0] for pair in pairs), min(pair[1] for pair in pairs)


def agree(ours: Any, theirs: dict[str, Any]) -> None:
    """Stop unless both find the same."""
    pairs = [
        (ours.cost, "biased cost"),
        (ours.benefit, "biased benefit"),
        (ours.cost_without_bias, "plain cost"),
        (ours.benefit_without_bias, "plain benefit"),
        (ours.payback, "payback"),
        (ours.cumulative, "cumulated"),
        (ours.cash, "cash"),
    ]
    for found, name in pairs:
        wanted = theirs[name]
        if name == "payback":
            # a view that pays nothing has no payback year
            pays = theirs["biased cost"].max(axis=1) > 0
            wanted = np.where(pays[:, None], wanted, found)
        scale = max(1.0, float(np.abs(wanted).max()))
        if float(np.abs(found - wanted).max()) > 1e-9 * scale:
            sys.exit(f"{name} differs from the plain version")


def looped(case: Any, plan: Any, values: Any, count: int) -> float:
    """Processor seconds of one draw in a loop; it must agree too."""
    started = process_time()
    found = [by_loop(case, values, draw) for draw in range(count)]
    seconds = (process_time() - started) / count
    ours = evaluate(plan, {key: one[:count] for key, one in values.items()}, count)
    for draw, views in enumerate(found):
        for at, view in enumerate(plan.views):
            cost, benefit = views[view]
            for mine, other in ((ours.cost, cost), (ours.benefit, benefit)):
                if abs(mine[at, draw] - other) > 1e-9 * max(1.0, abs(other)):
                    sys.exit(f"{view} differs from the loop")
    return seconds


def squigglepy(draws: int) -> str | float:
    """CPU ms in which squigglepy samples 25 numbers such as the case's, if it can be imported."""
    if find_spec("squigglepy") is None:
        return "not installed, so not measured"
    import squigglepy as sq

    numbers = [sq.triangular(0.05, 0.15, 0.3) for _ in range(25)]
    took = least(lambda: [sq.sample(one, n=draws) for one in numbers], 3)
    return round(took * 1e3, 2)


if __name__ == "__main__":
    main()
