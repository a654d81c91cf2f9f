"""Flows of money between layers, e.g. from funder over body to function."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from totalplace.charts._chart import (
    HATCH,
    Chart,
    Drawing,
    Linked,
    Pence,
    base_option,
    is_narrow,
    told,
)
from totalplace.charts._text import ellipsis, plain, short_gbp, text_width, wrap
from totalplace.money import format_gbp

__all__ = ["Flow", "Node", "sankey"]

_NODE = 14
_NARROW_LIMIT = 24


@dataclass(frozen=True)
class Flow:
    """Money from one node to a node of a later layer, in pence."""

    source_key: str
    target_key: str
    pence: int


@dataclass(frozen=True)
class Node:
    """An end of flows.

    Attributes:
        key: unique over all layers.
        label: its name; two nodes may have the same.
        layer: 0 is leftmost.
        href: where it leads, or empty.
    """

    key: str
    label: str
    layer: int
    href: str = ""


def sankey(
    nodes: Sequence[Node],
    flows: Sequence[Flow],
    *,
    title: str,
    description: str,
    caption: str,
    limit: int = 60,
    columns: tuple[str, str, str] = ("From", "To", "Amount"),
) -> Chart:
    """A Sankey of at most ``limit`` nodes; a layer's smallest are merged into one "Other (n)".

    Each layer has its share of the limit, and layers that need less leave it to the others. What
    is merged keeps its money to the penny, so that every layer adds up to what it did before.
    A flow of zero or less has no width: it is told, and is in the table, which has every flow.

    Raises:
        ValueError: two nodes share a key, a flow names no node or does not lead to a later layer,
            or the limit leaves a layer without a node.
    """
    known = {node.key: node for node in nodes}
    if len(known) != len(nodes):
        raise ValueError("two nodes share a key")
    for flow in flows:
        source, target = known.get(flow.source_key), known.get(flow.target_key)
        if source is None or target is None or source.layer >= target.layer:
            raise ValueError(f"{flow} does not lead from a known node to one of a later layer")
    drawn = tuple(flow for flow in flows if flow.pence > 0)
    rest = [flow.pence for flow in flows if flow.pence <= 0]
    notes = []
    if rest:
        flow_s = "flow" if len(rest) == 1 else "flows"
        notes.append(
            f"{len(rest)} {flow_s} of zero or less, {format_gbp(sum(rest))} together, cannot be"
            " drawn: see the table"
        )
    merged = len(nodes_of(known, drawn)) - len(capped(known, drawn, limit)[0])
    if merged:
        notes.append("The smallest of a layer are drawn together as Other: the table has each")
    ordered = sorted(
        flows, key=lambda flow: (known[flow.source_key].layer, -flow.pence, flow.source_key)
    )
    return Chart(
        kind="sankey",
        title=title,
        description=told([description, *notes]),
        caption=told([caption, *notes]),
        columns=columns,
        rows=tuple(
            (
                Linked(known[flow.source_key].label, known[flow.source_key].href),
                Linked(known[flow.target_key].label, known[flow.target_key].href),
                Pence(flow.pence),
            )
            for flow in ordered
        ),
        links={node.key: node.href for node in nodes if node.href},
        draw=partial(_draw, tuple(nodes), drawn, limit),
    )


def nodes_of(known: Mapping[str, Node], flows: Sequence[Flow]) -> list[Node]:
    """The nodes that a flow touches, in their order."""
    used = {flow.source_key for flow in flows} | {flow.target_key for flow in flows}
    return [node for key, node in known.items() if key in used]


def sizes_of(flows: Sequence[Flow]) -> dict[str, int]:
    """What each node passes: the larger of what comes in and what goes out, in pence."""
    into, out = defaultdict[str, int](int), defaultdict[str, int](int)
    for flow in flows:
        out[flow.source_key] += flow.pence
        into[flow.target_key] += flow.pence
    return {key: max(into[key], out[key]) for key in {**into, **out}}


def capped(
    known: Mapping[str, Node], flows: Sequence[Flow], limit: int
) -> tuple[list[Node], list[Flow]]:
    """Nodes and flows with the smallest nodes of layers that are too long merged."""
    sizes = sizes_of(flows)
    layers = defaultdict[int, list[Node]](list)
    for node in nodes_of(known, flows):
        layers[node.layer].append(node)
    shares = _shares({layer: len(found) for layer, found in layers.items()}, limit)
    kept, stands_for = list[Node](), dict[str, str]()
    for layer, found in sorted(layers.items()):
        if len(found) <= shares[layer]:
            kept += found
            continue
        ranked = sorted(found, key=lambda node: (-sizes[node.key], node.key))
        own, others = ranked[: shares[layer] - 1], ranked[shares[layer] - 1 :]
        key = f"other-{layer}"
        while key in known:
            key += "-"
        own_keys = {node.key for node in own}
        kept += [node for node in found if node.key in own_keys]
        kept.append(Node(key, f"Other ({len(others)})", layer))
        stands_for |= {node.key: key for node in others}
    sums = defaultdict[tuple[str, str], int](int)
    for flow in flows:
        source = stands_for.get(flow.source_key, flow.source_key)
        sums[source, stands_for.get(flow.target_key, flow.target_key)] += flow.pence
    return kept, [Flow(source, target, pence) for (source, target), pence in sums.items()]


def _shares(counts: Mapping[int, int], limit: int) -> dict[int, int]:
    """How many nodes each layer may have: an equal share, what some do not need left to others."""
    if counts and limit < len(counts):
        raise ValueError(f"a limit of {limit} leaves a layer without a node")
    shares, left = dict[int, int](), limit
    for layer, count in sorted(counts.items(), key=lambda item: (item[1], item[0])):
        shares[layer] = min(count, left // (len(counts) - len(shares)))
        left -= shares[layer]
    return shares


def _draw(
    all_nodes: tuple[Node, ...], all_flows: tuple[Flow, ...], limit: int, width: int
) -> Drawing:
    narrow = is_narrow(width)
    known = {node.key: node for node in all_nodes}
    layers = sorted({node.layer for node in nodes_of(known, all_flows)})
    limit = max(len(layers), min(limit, _NARROW_LIMIT)) if narrow else limit
    nodes, flows = capped(known, all_flows, limit)
    sizes = sizes_of(flows)
    fullest = max((sum(n.layer == layer for n in nodes) for layer in layers), default=1)
    gap, size = (30, 11) if narrow else (15, 12)
    inner = min(1600, max(300, fullest * gap + 260))
    last = layers[-1] if layers else 0
    column = (width - 4 - _NODE) / max(len(layers), 1) if narrow else 0
    right = column - 4 if narrow else min(220.0, width * 0.22)
    pitch = (width - 4 - right - _NODE) / max(len(layers) - 1, 1)
    totals = [sum(sizes[n.key] for n in nodes if n.layer == layer) for layer in layers]
    gaps = [(sum(n.layer == layer for n in nodes) - 1) * gap for layer in layers]
    scale = min(((inner - g) / t for g, t in zip(gaps, totals, strict=True)), default=1.0)
    names = dict[str, str]()
    data = list[dict[str, Any]]()
    for node in nodes:
        space = (right if node.layer == last else pitch - _NODE) - 10
        tall = sizes[node.key] * scale
        label = _label(plain(node.label), short_gbp(sizes[node.key]), space, size, tall, narrow)
        for short in label[1]:
            names[short] = node.label
        depth = layers.index(node.layer)
        other = node.key not in known
        colour = "@other" if other else f"@s{depth % 6 + 1}"
        item: dict[str, Any] = {
            "id": node.key,
            "name": node.key,
            "depth": depth,
            "tip": f"{node.label}\n{format_gbp(sizes[node.key])}",
            "itemStyle": {
                "color": colour,
                "borderColor": colour,
                **({"decal": HATCH} if other else {}),
            },
            "label": {"formatter": label[0]},
        }
        if node.href:
            item["href"] = node.href
        data.append(item)
    told_names = {node.key: node.label for node in nodes}
    edges = [
        {
            "source": flow.source_key,
            "target": flow.target_key,
            "value": flow.pence,
            "tip": f"{told_names[flow.source_key]} to {told_names[flow.target_key]}\n"
            f"{format_gbp(flow.pence)}",
        }
        for flow in flows
    ]
    series = {
        "type": "sankey",
        "left": 4,
        "right": right,
        "top": 10,
        "bottom": 10,
        "nodeWidth": _NODE,
        "nodeGap": gap,
        "draggable": False,
        "layoutIterations": 32,
        "emphasis": {"focus": "adjacency"},
        "blur": {
            "itemStyle": {"opacity": 0.4},
            "lineStyle": {"opacity": 0.08},
            "label": {"opacity": 0.6},
        },
        "lineStyle": {"color": "@flow", "opacity": 0.3, "curveness": 0.5},
        "itemStyle": {"borderWidth": 1},
        "label": {
            "color": "@ink",
            "fontSize": size,
            "lineHeight": size + 2,
            "distance": 6,
            "textBorderColor": "@paper",
            "textBorderWidth": 3,
        },
        "data": data,
        "links": edges,
    }
    return Drawing(base_option(series=[series]), inner + 20, names)


def _label(
    name: str, money: str, space: float, size: int, tall: float, narrow: bool
) -> tuple[str, list[str]]:
    """The text at a node for the room it has, and those of its lines that were cut."""
    if not narrow and tall < 2 * size:
        short = ellipsis(name, space - text_width(f"  {money}", size), size)
        return f"{short}  {money}", [f"{short}  {money}"] if short != name else []
    lines = wrap(name, space, size, lines=2 if tall > 3 * size else 1)
    cut = [line for line in lines if line.endswith("…") and line not in name]
    return "\n".join([*lines, money]), cut
