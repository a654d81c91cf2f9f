"""What builders make of facts: layouts as recorded, caps, sums, and what is told."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import pytest
from chart_examples import CHARTS, FULL, GOLDEN, WORDS, as_text, flows_of_four_layers

from totalplace.charts import (
    NARROW,
    WIDE,
    Band,
    Bar,
    Chart,
    Flow,
    HeatCell,
    Line,
    Linked,
    Node,
    Pence,
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


@pytest.mark.parametrize("name", CHARTS)
def test_layout_is_as_recorded(name: str) -> None:
    """Renew with ``python tests/charts/chart_examples.py --renew``, then look at the pictures."""
    recorded = (GOLDEN / f"{name}.json").read_text(encoding="utf-8")
    assert as_text(CHARTS[name]) == recorded


def test_every_golden_file_is_of_a_chart() -> None:
    assert {path.stem for path in GOLDEN.iterdir()} == set(CHARTS)


@pytest.mark.parametrize("name", CHARTS)
def test_option_is_plain_json(name: str) -> None:
    option = CHARTS[name].option
    assert json.loads(json.dumps(option)) == option
    assert '"@' not in json.dumps(option)


def _layer_sums(nodes: Any, flows: Any) -> dict[tuple[int, str], int]:
    layer = {node.key: node.layer for node in nodes}
    sums = defaultdict[tuple[int, str], int](int)
    for flow in flows:
        sums[layer[flow.source_key], "out"] += flow.pence
        sums[layer[flow.target_key], "in"] += flow.pence
    return dict(sums)


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_sankey_keeps_each_layer_to_the_penny(width: int) -> None:
    nodes, flows = flows_of_four_layers()
    (series,) = FULL.draw(width).option["series"]
    drawn_nodes = [Node(n["id"], "", n["depth"]) for n in series["data"]]
    drawn_flows = [Flow(e["source"], e["target"], e["value"]) for e in series["links"]]
    assert len(drawn_nodes) == (60 if width == WIDE else 24)
    assert _layer_sums(drawn_nodes, drawn_flows) == _layer_sums(nodes, flows)


def test_sankey_merges_the_smallest_of_the_layers_that_are_long() -> None:
    nodes, flows = flows_of_four_layers(counts=(3, 30, 4))
    (series,) = sankey(nodes, flows, limit=17, **WORDS).draw(WIDE).option["series"]
    by_depth = defaultdict[int, list[str]](list)
    for node in series["data"]:
        by_depth[node["depth"]].append(node["id"])
    assert len(by_depth[0]) == 3
    assert len(by_depth[2]) == 4
    assert len(by_depth[1]) == 10
    assert by_depth[1][-1] == "other-1"
    (other,) = [node for node in series["data"] if node["id"] == "other-1"]
    assert other["tip"].startswith("Other (21)\n")
    size = defaultdict[str, int](int)
    into = defaultdict[str, int](int)
    for flow in flows:
        size[flow.source_key] += flow.pence
        into[flow.target_key] += flow.pence
    whole = {key: max(size[key], into[key]) for key in (f"1-{at}" for at in range(30))}
    merged = whole.keys() - set(by_depth[1])
    assert max(whole[key] for key in merged) <= min(whole[key] for key in by_depth[1][:-1])


def test_sankey_key_of_the_merged_is_not_one_of_the_given() -> None:
    nodes = [Node("s", "S", 0), *(Node(f"other-1{'-' * at}", f"n{at}", 1) for at in range(4))]
    flows = [Flow("s", node.key, 100 + at) for at, node in enumerate(nodes[1:])]
    (series,) = sankey(nodes, flows, limit=3, **WORDS).draw(WIDE).option["series"]
    ids = [node["id"] for node in series["data"]]
    assert len(ids) == len(set(ids)) == 3
    assert sum(edge["value"] for edge in series["links"]) == sum(flow.pence for flow in flows)


def test_sankey_tells_what_has_no_width() -> None:
    nodes = [Node("a", "A", 0), Node("b", "B", 1), Node("c", "C", 1)]
    flows = [Flow("a", "b", 500), Flow("a", "c", -12_345), Flow("a", "c", 0)]
    chart = sankey(nodes, flows, **WORDS)
    (series,) = chart.draw(WIDE).option["series"]
    assert [node["id"] for node in series["data"]] == ["a", "b"]
    for told in (chart.description, chart.caption):
        assert "2 flows of zero or less, -£123.45 together, cannot be drawn" in told
    assert sum(row[2] for row in chart.rows if isinstance(row[2], Pence)) == 500 - 12_345
    assert len(chart.rows) == 3


@pytest.mark.parametrize(
    ("nodes", "flows"),
    [
        ([Node("a", "A", 0), Node("a", "B", 1)], []),
        ([Node("a", "A", 0)], [Flow("a", "b", 1)]),
        ([Node("a", "A", 1), Node("b", "B", 0)], [Flow("a", "b", 1)]),
        ([Node("a", "A", 0)], [Flow("a", "a", 1)]),
    ],
)
def test_sankey_refuses_what_it_cannot_lay_out(nodes: list[Node], flows: list[Flow]) -> None:
    with pytest.raises(ValueError, match=r"key|layer"):
        sankey(nodes, flows, **WORDS)


def _leaves(items: Any) -> list[Mapping[str, Any]]:
    return [leaf for item in items for leaf in (_leaves(item.get("children", ())) or [item])]


def test_treemap_keeps_each_group_to_the_penny() -> None:
    tiles = [Tile(str(at), f"T{at}", 100 + at, "AB"[at % 2]) for at in range(50)]
    chart = treemap([*tiles, Tile("minus", "Minus", -7, "A")], limit=12, **WORDS)
    (series,) = chart.draw(WIDE).option["series"]
    assert len(_leaves(series["data"])) == 12
    for group in series["data"]:
        name = group["name"]
        whole = sum(tile.pence for tile in tiles if tile.group == name)
        assert group["value"] == whole == sum(tile["value"] for tile in group["children"])
    assert "1 of zero or less, -£0.07 together" in chart.caption
    assert len(chart.rows) == 51


def test_a_group_too_narrow_for_its_name_has_no_heading() -> None:
    """A stub of a name says nothing, and ECharts writes the name itself for an empty text."""
    tiles = [
        Tile("large", "Large", 10**9, "Social protection"),
        *(Tile(f"s{n}", "Small", 10**6, f"Recreation and culture {n}") for n in range(9)),
    ]
    chart = treemap(tiles, **WORDS)
    (series,) = chart.draw(WIDE).option["series"]
    headings = {group["name"]: group["upperLabel"]["formatter"] for group in series["data"]}
    assert headings.pop("Social protection") == "Social protection  £10m"
    assert len(headings) == 9
    assert set(headings.values()) == {" "}
    # their names are told by the tips and the table
    assert all("Recreation" in group["tip"] for group in series["data"][1:])


def test_treemap_never_calls_one_tile_other() -> None:
    tiles = [Tile(str(at), f"T{at}", 100 + at, str(min(at, 3))) for at in range(10)]
    (series,) = treemap(tiles, limit=6, **WORDS).draw(WIDE).option["series"]
    names = [leaf["name"] for leaf in _leaves(series["data"])]
    assert "Other (1)" not in names
    assert sum(leaf["value"] for leaf in _leaves(series["data"])) == sum(t.pence for t in tiles)


def test_bars_beyond_the_limit_are_one_of_the_exact_sum() -> None:
    items = [Bar(str(at), f"B{at}", (10**at + 1, at)) for at in range(9)]
    chart = bars(items, series=("One", "Two"), stacked=True, limit=4, **WORDS)
    one, two = chart.draw(WIDE).option["series"]
    assert [len(one["data"]), len(two["data"])] == [4, 4]
    assert sum(item["value"] for item in one["data"]) == sum(10**at + 1 for at in range(9))
    assert sum(item["value"] for item in two["data"]) == sum(range(9))
    assert chart.draw(WIDE).option["yAxis"][0]["data"][-1] == "Other (6)"
    assert len(chart.rows) == 9


def test_bars_of_what_does_not_add_up_are_left_to_the_table() -> None:
    chart = CHARTS["bars_percent"]
    labels = chart.draw(WIDE).option["yAxis"][0]["data"]
    assert labels == ["Body 2", "Body 3", "Body 4", "Body 5"]
    assert "The smallest 2 are in the table alone" in chart.caption
    assert len(chart.rows) == 6


def test_bars_show_no_value_apart_from_zero() -> None:
    texts = CHARTS["bars"].draw(WIDE).option["yAxis"][1]["data"]
    assert texts == ["£123m", "£98m", "-£12m", "–"]


def test_range_stands_at_the_whole_of_a_stack() -> None:
    item = Bar("a", "A", (100, 200), 250, 350)
    *_, ranges = bars([item], series=("x", "y"), stacked=True, **WORDS).draw(WIDE).option["series"]
    assert ranges["type"] == "boxplot"
    assert ranges["data"] == [[250, 300, 300, 300, 350]]
    with pytest.raises(ValueError, match="side by side"):
        bars([item], series=("x", "y"), **WORDS)


def test_tornado_puts_the_longest_bar_first_about_the_result_as_it_is() -> None:
    swings = [
        Swing("a", "Short", "1", "2", 9_00, 12_00),
        Swing("b", "Long", "0.1", "0.3", -5_00, 11_00, "/b/"),
        Swing("c", "Aside", "3", "4", 2_00, 4_00),
    ]
    chart = tornado(swings, base_pence=10_00, limit=2, **WORDS)
    assert [row[0] for row in chart.rows] == ["Long", "Aside", "Short"]
    assert chart.rows[0][1:] == ("0.1", "0.3", -5_00, 11_00)
    assert chart.links == {"b": "/b/"}
    assert "The shortest is in the table alone." in chart.caption
    low, high = chart.option["series"]
    assert [one["value"] for one in low["data"]] == [-15_00, -8_00]
    assert [one["value"] for one in high["data"]] == [1_00, -6_00]
    with pytest.raises(ValueError, match="share a key"):
        tornado([swings[0], swings[0]], base_pence=0, **WORDS)


def test_waterfall_reckons_its_totals() -> None:
    chart = waterfall(
        [Step("a", "A", 900), Step("b", "B", -1000), Step("c", "C", 50), Step("t", "T", None)],
        **WORDS,
    )
    assert [tuple(row)[1:] for row in chart.rows] == [
        (900, 900),
        (-1000, -100),
        (50, -50),
        (None, -50),
    ]
    base, total, added, taken = chart.draw(WIDE).option["series"]
    assert base["data"] == [0, 900, -100, 0]
    changes = [
        sum(item if item == 0 else item["value"] for item in column)
        for column in zip(total["data"], added["data"], taken["data"], strict=True)
    ]
    assert changes == [900, -1000, 50, -50]


def test_line_draws_six_and_tells_the_rest() -> None:
    lines = [Line(str(at), f"L{at}", (at, None)) for at in range(8)]
    chart = line(("2030-31", "2031-32"), lines, **WORDS)
    assert len(chart.draw(WIDE).option["series"]) == 6
    assert "2 more lines are in the table alone" in chart.description
    assert chart.rows[0] == ("2030-31", *range(8))
    assert chart.rows[1][1:] == (None,) * 8


def test_fan_refuses_a_band_upside_down() -> None:
    for low, high in (((2,), (1,)), ((None,), (1,))):
        with pytest.raises(ValueError, match="from low to high"):
            fan(("y",), Line("c", "C", (1,)), [Band("b", low, high)], **WORDS)


def test_heat_leaves_a_blank_where_there_is_no_value() -> None:
    chart = heat(["r"], ["x", "y"], [HeatCell("r", "x", -5)], **WORDS)
    assert chart.rows == (("r", Pence(-5), None),)
    (series,) = chart.draw(WIDE).option["series"]
    assert [item["itemStyle"]["color"] for item in series["data"]] == ["@ramp-below"]
    with pytest.raises(ValueError, match="no row or column"):
        heat(["r"], ["x"], [HeatCell("r", "z", 1)], **WORDS)


@pytest.mark.parametrize("chart", [*CHARTS.values(), FULL], ids=[*CHARTS, "full"])
def test_table_twin_is_typed_and_full(chart: Chart) -> None:
    assert chart.rows
    for row in chart.rows:
        assert len(row) == len(chart.columns)
        for cell in row:
            assert cell is None or isinstance(cell, Pence | str | float)
    linked = {cell.href for row in chart.rows for cell in row if isinstance(cell, Linked)} - {""}
    assert linked <= set(chart.links.values())


@pytest.mark.parametrize("width", [NARROW, 500, 720, WIDE, 1200])
@pytest.mark.parametrize("chart", [*CHARTS.values(), FULL], ids=[*CHARTS, "full"])
def test_what_is_cut_is_told_in_full(chart: Chart, width: int) -> None:
    drawing = chart.draw(width)
    text = json.dumps(drawing.option, ensure_ascii=False)
    cut = {
        line
        for part in text.split('"')
        for line in part.split("\\n")
        if "…" in line
    }  # fmt: skip
    assert cut <= set(drawing.names)


@pytest.mark.parametrize(
    "chart",
    [
        sankey([], [], **WORDS),
        treemap([], **WORDS),
        bars([], **WORDS),
        line((), (), **WORDS),
        fan((), Line("c", "C", ()), (), **WORDS),
        waterfall([], **WORDS),
        tornado([], base_pence=0, **WORDS),
        heat((), (), (), **WORDS),
    ],
    ids=lambda chart: chart.kind,
)
def test_no_facts_make_an_empty_chart(chart: Chart) -> None:
    from totalplace.charts import svg

    for width in (WIDE, NARROW):
        assert svg(chart, prefix="e", width=width).startswith("<svg")
    assert chart.rows == ()
