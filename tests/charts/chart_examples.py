"""One chart of each kind from made-up facts, and their golden layouts.

python tests/charts/chart_examples.py --renew
"""

from __future__ import annotations

import itertools
import json
import random
import sys
from pathlib import Path
from typing import Any

from totalplace.charts import (
    NARROW,
    WIDE,
    Band,
    Bar,
    Chart,
    Flow,
    HeatCell,
    Line,
    Node,
    Step,
    Swing,
    Tile,
    bars,
    fan,
    heat,
    line,
    sankey,
    tornado,
    treemap,
    waterfall,
)

GOLDEN = Path(__file__).parent / "golden"
WORDS: dict[str, Any] = {
    "title": "What it shows",
    "description": "Its main message",
    "caption": "£, 2031-32, cash, snapshot 3",
}
WIDTHS = {"wide": WIDE, "narrow": NARROW}
YEARS = tuple(f"20{year}-{year + 1}" for year in range(22, 32))
_NAMES = (
    "Ministry of Fictional Affairs and Everything Else",
    "Borough Council",
    "Commissioner for Police, Crime and Fire of the Place",
    "Integrated Care Board",
    "Combined Authority",
)


def flows_of_four_layers(
    counts: tuple[int, ...] = (14, 30, 12, 10), seed: int = 5
) -> tuple[list[Node], list[Flow]]:
    """Long names, and amounts from £10 to a billion."""
    chance = random.Random(seed)
    layers = [[f"{layer}-{at}" for at in range(count)] for layer, count in enumerate(counts)]
    nodes = [
        Node(key, f"{chance.choice(_NAMES)} {key}", layer, f"/money/{key}/")
        for layer, keys in enumerate(layers)
        for key in keys
    ]
    flows = [
        Flow(source, target, int(10 ** chance.uniform(3, 11)))
        for sources, targets in itertools.pairwise(layers)
        for source in sources
        for target in chance.sample(targets, min(3, len(targets)))
    ]
    return nodes, flows


def _sankey() -> Chart:
    nodes = [
        Node("grants", "Central government grants", 0),
        Node("tax", "Council tax", 0, "/money/streams/tax/"),
        Node("council", "Fictional Borough Council of the Very Long Name", 1, "/money/bodies/c/"),
        Node("police", "Police and Crime Commissioner", 1),
        Node("care", "Social protection", 2),
        Node("school", "Education", 2),
        Node("order", "Public order and safety", 2),
    ]
    flows = [
        Flow("grants", "council", 34_500_000_000),
        Flow("tax", "council", 12_000_000_000),
        Flow("grants", "police", 7_000_000_000),
        Flow("tax", "police", 2_100_000_000),
        Flow("council", "care", 24_500_000_000),
        Flow("council", "school", 22_000_000_000),
        Flow("police", "order", 9_100_000_000),
        Flow("council", "order", -12_345),
    ]
    return sankey(nodes, flows, **WORDS)


def _treemap() -> Chart:
    chance = random.Random(3)
    tiles = [
        Tile(
            str(at),
            f"{chance.choice(_NAMES)} {at}",
            int(10 ** chance.uniform(7, 10.5)),
            _NAMES[1 + at % 3],
            f"/money/functions/{at}/",
        )
        for at in range(30)
    ]
    return treemap([*tiles, Tile("refund", "Refunds", -500)], limit=20, **WORDS)


def _bars() -> Chart:
    return bars(
        [
            Bar("a", "Adult social care and services for older people in their homes, and all else",
                (12_345_678_900,), 11_000_000_000, 14_000_000_000, "/money/functions/10/"),
            Bar("b", "Education", (9_800_000_000,), 9_000_000_000, 9_900_000_000),
            Bar("c", "Refunds", (-1_200_000_000,)),
            Bar("d", "Not published", (None,)),
        ],
        **WORDS,
    )  # fmt: skip


def _split_bars(*, stacked: bool) -> Chart:
    items = [
        Bar("a", "Adult social care", (12_345_678_900, 2_000_000_000, 500_000_000)),
        Bar("b", "Education", (9_800_000_000, 1_000_000_000, None)),
        Bar("c", "Refunds", (-1_200_000_000, 1, 200_000_000)),
    ]
    return bars(items, series=("Council", "Care board", "Police"), stacked=stacked, **WORDS)


def _percent() -> Chart:
    items = [Bar(str(at), f"Body {at}", (at * 12.5,)) for at in range(6)]
    return bars(items, unit="%", limit=4, **WORDS)


def _line() -> Chart:
    chance = random.Random(2)
    lines = [
        Line(
            str(number),
            name,
            tuple(
                None if number == 2 and at < 3 else 10**9 * (number + at) + chance.randrange(10**9)
                for at in range(len(YEARS))
            ),
        )
        for number, name in enumerate(_NAMES)
    ]
    return line(YEARS, lines, **WORDS)


def _fan() -> Chart:
    middle = tuple(10**8 * (at - 3) for at in range(len(YEARS)))

    def band(label: str, width: int) -> Band:
        far = tuple(None if at < 4 else width * (at - 3) * 10**7 for at in range(len(YEARS)))
        low = tuple(None if f is None else m - f for m, f in zip(middle, far, strict=True))
        high = tuple(None if f is None else m + f for m, f in zip(middle, far, strict=True))
        return Band(label, low, high)

    bands = [band("90% of runs", 6), band("50% of runs", 3)]
    return fan(YEARS, Line("net", "Central", middle), bands, **WORDS)


def _waterfall() -> Chart:
    return waterfall(
        [
            Step("gross", "Spending of all bodies", 90_000_000_000, "/money/"),
            Step("grants", "Grants between bodies of the place", -25_000_000_000),
            Step("local", "Net of local bodies", None),
            Step("national", "Apportioned national spending", 12_000_000_000),
            Step("below", "More than there is", -80_000_000_000),
            Step("net", "Net", None),
        ],
        **WORDS,
    )


def _heat() -> Chart:
    chance = random.Random(4)
    rows = [f"{name} and others" for name in _NAMES]
    columns = ["Metropolitan Borough Council", "Police", "Fire and Rescue Authority", "Other"]
    cells = [
        HeatCell(row, column, int(10 ** chance.uniform(6, 11)) * chance.choice((1, 1, 1, -1)))
        for row in rows
        for column in columns
        if chance.random() < 0.8
    ]
    return heat(rows, columns, cells, **WORDS)


def _tornado() -> Chart:
    return tornado(
        [
            Swing("takeup", "How many take it up", "0.5", "0.7", -3_000_000, 65_000_000),
            Swing("effect", "Children who need no care because of it, by the trial in the city",
                  "0.05", "0.25", -231_227_391, 151_285_495, "/cases/x/assumptions/"),
            Swing("cost", "Cost of the team", "£800k", "£1.1m", 61_000_000, -9_000_000),
            Swing("none", "Changes nothing", "1", "2", 12_345_678, 12_345_678),
            Swing("aside", "Worse at both ends", "1", "2", -80_000_000, -20_000_000),
            Swing("better", "Better at both ends", "1", "2", 40_000_000, 95_000_000),
        ],
        base_pence=12_345_678,
        limit=5,
        **WORDS,
    )  # fmt: skip


CHARTS: dict[str, Chart] = {
    "sankey": _sankey(),
    "treemap": _treemap(),
    "bars": _bars(),
    "bars_grouped": _split_bars(stacked=False),
    "bars_stacked": _split_bars(stacked=True),
    "bars_percent": _percent(),
    "line": _line(),
    "fan": _fan(),
    "waterfall": _waterfall(),
    "heat": _heat(),
    "tornado": _tornado(),
}

FULL = sankey(*flows_of_four_layers(), **WORDS)
"""66 nodes of which 60 are drawn; too large for a golden file."""


def layouts(chart: Chart) -> dict[str, Any]:
    """All that a golden file holds."""
    drawn = {name: chart.draw(width) for name, width in WIDTHS.items()}
    return {
        "description": chart.description,
        "caption": chart.caption,
        "columns": chart.columns,
        "rows": chart.rows,
        "links": chart.links,
        **{
            name: {"height": one.height, "names": one.names, "option": one.option}
            for name, one in drawn.items()
        },
    }


def as_text(chart: Chart) -> str:
    """A golden file's text."""
    return json.dumps(layouts(chart), indent=1, ensure_ascii=False, default=str) + "\n"


if __name__ == "__main__":
    if sys.argv[1:] != ["--renew"]:
        sys.exit("usage: chart_examples.py --renew")
    for name, chart in CHARTS.items():
        (GOLDEN / f"{name}.json").write_text(as_text(chart), encoding="utf-8")
