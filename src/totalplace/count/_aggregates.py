"""Canonical lines from published aggregates: the regional analysis and the revenue outturn.

Both are small (one row a published cell), so they are derived cell by cell in plain Python, with
every interpretation taken from a cited code list.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

from totalplace.count._editions import SERIES
from totalplace.count._match import SEVERAL
from totalplace.count._registers import Registers
from totalplace.money import split

__all__ = ["SITES", "WITH_CHARGES", "cra_lines", "ro_lines"]

Row = Mapping[str, Any]
SITES = "site programmes: "
"""Label of a site programme's cells as published, beside the headline, which has it at its site."""

WITH_CHARGES = "RS-NTC"
"""Net total cost, a column of older forms: services with book entries for capital."""

NOT_NAMED = "central government, not named"
_BY_GRANT = {"grants-inside-aef": "inside", "grants-outside-aef": "outside"}
"""Funding cells that table RG breaks down by grant."""


def _fold(text: str | None) -> str:
    return " ".join((text or "").casefold().split())


def _key(row: Row) -> dict[str, Any]:
    return {name: row[name] for name in ("source_id", "member", "row_no", "column_no")}


def cra_lines(
    rows: Iterable[Row],
    *,
    bodies: Iterable[Row],
    functions: Mapping[tuple[str, str], Mapping[str, int]],
    local_only: Iterable[Row],
    held: Container[str],
    is_control: bool = False,
) -> list[dict[str, Any]]:
    """Lines of the Treasury's country and regional analysis, one region's cell each.

    Args:
        rows: rows of the ``cra`` dataset of one year.
        bodies: the ``cra_body`` code list.
        functions: (scheme, label) -> COFOG code -> weight, from the crosswalk.
        local_only: site programmes, placed wholly at their site's authority.
        held: ``cap`` or ``cur`` where local authorities' own accounts are loaded, so that the
            local-government rows are controls.
        is_control: make every cell a control: it tells no department, and accounts of bodies
            that are somewhere in it are loaded.
    """
    known = {
        (row["edition"], _fold(row["department"]), _fold(row["organisation"])): row
        for row in bodies
    }
    sites = list(local_only)
    lines: list[dict[str, Any]] = []
    for row in rows:
        if not row["is_identifiable"] or row["amount_pence"] == 0:
            continue
        body = known.get((row["edition"], _fold(row["dept_text"]), _fold(row["org_text"])))
        line = {
            **_key(row),
            "dataset": "cra",
            "body_id": body["body_id"] if body else _slug(row["org_text"]),
            "tier": body["tier"] if body else "national",
            "zone": row["region_code"],
            "nature": "own",
            "role": "headline",
            "amount_pence": row["amount_pence"],
            "low_pence": row["low_pence"],
            "high_pence": row["high_pence"],
            "cap_rev": row["cap_rev"],
            "grade": "E",
            "derivation": "apportioned",
            "control": body["control"] if body else "national",
            "class_scheme": "cra_subfunction" if row["subfunction_text"] else "cra_function",
            "class_code": row["subfunction_text"] or row["function_text"],
            "funder": row["dept_text"] or SERIES,
        }
        if is_control:
            line |= {"role": "control", "label": SERIES}
        elif body and body["is_local"]:
            if body["is_hra"]:
                line |= {"role": "apart", "label": "housing revenue account"}
            elif row["cap_rev"] in held:
                line |= {"role": "control", "label": "local government, regional analysis"}
            elif row["cap_rev"] == "cap":
                line |= {"funder": "capital financing, not published here"}
            else:
                line |= {"funder": "local government, not broken down"}
        site = _site(row, sites)
        if site is not None and line["role"] == "headline":
            beside = {**line, "role": "apart", "label": f"{SITES}{site['site_name']}"}
            lines.extend(_divide(beside, row, functions))
            line |= {"zone": site["site_area"], "derivation": "direct"}
        lines.extend(_divide(line, row, functions))
    return _numbered(lines)


def _slug(text: str | None) -> str:
    """A name for an organisation that the code list does not know."""
    words = "".join(c if c.isalnum() else " " for c in (text or "").casefold()).split()
    return "-".join(words) or "organisation-not-named"


def _site(row: Row, sites: Iterable[Row]) -> Row | None:
    start = int(row["financial_year"][:4])
    for site in sites:
        if site["department"] and _fold(site["department"]) != _fold(row["dept_text"]):
            continue
        if site["organisation"] and _fold(site["organisation"]) != _fold(row["org_text"]):
            continue
        pattern = _fold(site["segment_pattern"])
        if pattern and not fnmatchcase(_fold(row["segment_name"]), pattern):
            continue
        if site.get("region_code") and site["region_code"] != row["region_code"]:
            continue
        if site["valid_from"] and start < site["valid_from"].year - 1:
            continue
        if site["valid_to"] and start > site["valid_to"].year:
            continue
        return site
    return None


def _divide(
    line: dict[str, Any], row: Row, functions: Mapping[tuple[str, str], Mapping[str, int]]
) -> list[dict[str, Any]]:
    """The line by COFOG function: one piece a code of its crosswalk."""
    for scheme, label in (
        ("cra_subfunction", row["subfunction_text"]),
        ("cra_function", row["function_text"]),
        ("cra_function", row["cofog0_text"]),
    ):
        codes = functions.get((scheme, _fold(label)))
        if label and codes:
            return _pieces(line, codes)
    return [line]


def _pieces(line: dict[str, Any], codes: Mapping[str, int]) -> list[dict[str, Any]]:
    if len(codes) == 1:
        return [{**line, "function": next(iter(codes))}]
    amounts = split(line["amount_pence"], codes)
    below = line["amount_pence"] - line["low_pence"]
    above = line["high_pence"] - line["amount_pence"]
    total = sum(codes.values())
    return [
        {
            **line,
            "function": code,
            "amount_pence": amount,
            "low_pence": amount - -(-below * codes[code] // total),
            "high_pence": amount + -(-above * codes[code] // total),
        }
        for code, amount in amounts.items()
    ]


def _numbered(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Number the pieces of each cell, so that every line keeps a name of its own."""
    seen: dict[tuple[Any, ...], int] = {}
    for line in lines:
        key = tuple(line[name] for name in ("source_id", "member", "row_no", "column_no"))
        line["piece"] = seen.get(key, 0)
        seen[key] = line["piece"] + 1
    return lines


def ro_lines(
    rows: Iterable[Row],
    *,
    codes: Iterable[Row],
    grants: Mapping[str, Row],
    functions: Mapping[tuple[str, str], Mapping[str, int]],
    registers: Registers,
) -> list[dict[str, Any]]:
    """Lines of the revenue outturn summary: services, benefits, levies, funding and financing.

    A levy's payer is matched to the body that reports its receipt and serves the payer's area.
    Ring-fenced grants reach the service they are for: that much of the service's cell is a piece
    of control ``ringfenced``.

    Args:
        rows: rows of the ``ro`` dataset of one year, both forms (RS and RG).
        codes: the ``ro_line`` code list of the year's form: a line's class is that of the newest
            form, so that one function means the same in every year.
        grants: RG code -> row of the ``ro_grant`` code list.
    """
    known = {(row["table"], row["code"], row["block"]): row for row in codes}
    cells = [row for row in rows if row["body_id"]]
    receivers = _levy_receivers(cells, known, registers)
    ringfenced = _ringfenced(cells, known, grants)
    named = _named_grants(cells, grants)
    lines: list[dict[str, Any]] = []
    for row in cells:
        code = known.get(("RS", row["code"], row["block"]))
        is_charged = row["form"] == WITH_CHARGES
        if not (is_charged or row["form"] == "RS") or code is None or row["amount_pence"] == 0:
            continue
        if is_charged and code["total_of"] != "service_expenditure":
            continue
        maker = _MAKERS.get(code["role"])
        if maker is None:
            continue
        base = {
            **_key(row),
            "dataset": "ro",
            "body_id": row["body_id"],
            "tier": registers.tier(row["body_id"]) or "local",
            "zone": registers.body_zone.get(row["body_id"], ""),
            "amount_pence": row["amount_pence"],
            "low_pence": row.get("low_pence", row["amount_pence"]),
            "high_pence": row.get("high_pence", row["amount_pence"]),
            "cap_rev": code["cap_rev"] or "cur",
            "control": code["control"] or "local",
            "class_scheme": "ro_line",
            "class_code": WITH_CHARGES if is_charged else code["class_code"] or str(row["code"]),
            "label": f"{row['code']} {code['label']}",
        }
        line = maker(base, code, receivers)
        if code["stream_id"] in _BY_GRANT:
            aef = _BY_GRANT[code["stream_id"]]
            lines.extend(_by_grant(line, named.get((row["body_id"], aef), [])))
        elif code["role"] == "service":
            lines.extend(_service_pieces(line, code, functions, ringfenced))
        else:
            lines.append({**line, "function": code["cofog"]} if code["cofog"] else line)
    return _numbered(lines)


def _service(line: dict[str, Any], _code: Row, _receivers: Mapping[Any, str]) -> dict[str, Any]:
    return {**line, "nature": "own", "role": "headline"}


def _benefit(line: dict[str, Any], code: Row, _receivers: Mapping[Any, str]) -> dict[str, Any]:
    return {
        **line,
        "nature": "benefit",
        "role": "headline",
        "stream_id": code["stream_id"],
        "stream_kind": "benefit",
    }


def _levy(line: dict[str, Any], code: Row, receivers: Mapping[Any, str]) -> dict[str, Any]:
    stream = {"stream_id": code["stream_id"], "stream_kind": "levy"}
    if line["amount_pence"] < 0 and code["sign"] == "negative_is_receipt":
        return {
            **_negated(line),
            **stream,
            "side": "in",
            "nature": "transfer",
            "role": "funding",
            "counterparty_id": SEVERAL,
        }
    receiver = receivers.get((code["stream_id"], line["body_id"]))
    return {**line, **stream, "nature": "transfer", "role": "headline", "counterparty_id": receiver}


def _financing(line: dict[str, Any], _code: Row, _receivers: Mapping[Any, str]) -> dict[str, Any]:
    return {**line, "nature": "financing", "role": "financing"}


def _funding(line: dict[str, Any], code: Row, _receivers: Mapping[Any, str]) -> dict[str, Any]:
    signed = line if code["sign"] == "positive_is_funding" else _negated(line)
    return {
        **signed,
        "side": "in",
        "nature": "transfer",
        "role": "funding",
        "stream_id": code["stream_id"],
        "stream_kind": "grant" if code["funder_id"] else None,
        "counterparty_id": code["funder_id"],
        "funder": code["funder_text"] or code["label"],
    }


def _total(line: dict[str, Any], _code: Row, _receivers: Mapping[Any, str]) -> dict[str, Any]:
    return {**line, "nature": "own", "role": "total"}


_MAKERS: dict[str, Callable[[dict[str, Any], Row, Mapping[Any, str]], dict[str, Any]]] = {
    "service": _service,
    "benefit": _benefit,
    "levy": _levy,
    "bridge": _financing,
    "financing": _financing,
    "funding": _funding,
    "total": _total,
}


def _negated(line: dict[str, Any]) -> dict[str, Any]:
    return {
        **line,
        "amount_pence": -line["amount_pence"],
        "low_pence": -line["high_pence"],
        "high_pence": -line["low_pence"],
    }


def _levy_receivers(
    cells: Iterable[Row], known: Mapping[Any, Row], registers: Registers
) -> dict[tuple[str, str], str]:
    """(stream, payer) -> the body that reports the levy's receipt and serves the payer's area."""
    payers: list[tuple[str, str]] = []
    receipts: list[tuple[str, str]] = []
    for row in cells:
        code = known.get((row["form"], row["code"], row["block"]))
        if code is None or code["role"] != "levy" or code["sign"] != "negative_is_receipt":
            continue
        (receipts if row["amount_pence"] < 0 else payers).append(
            (code["stream_id"], row["body_id"])
        )
    found: dict[tuple[str, str], str] = {}
    for stream_id, payer in payers:
        inside = registers.zones.get(registers.body_zone.get(payer, ""), frozenset())
        fits = [
            body_id
            for stream, body_id in receipts
            if stream == stream_id
            and inside
            and inside <= registers.zones.get(registers.body_zone.get(body_id, ""), frozenset())
        ]
        if fits:
            found[stream_id, payer] = min(
                fits, key=lambda body: len(registers.zones[registers.body_zone[body]])
            )
    return found


def _ringfenced(
    cells: Iterable[Row], known: Mapping[Any, Row], grants: Mapping[str, Row]
) -> dict[tuple[str, str], int]:
    """(body, service class) -> pence of ring-fenced grants for that service."""
    held: dict[tuple[str, str], int] = {}
    for row in cells:
        code = known.get((row["form"], row["code"], row["block"]))
        if code is not None and code["service_code"] and row["amount_pence"] < 0:
            service, amount = code["service_code"], -row["amount_pence"]
        elif row["form"] == "RG":
            grant = grants.get(str(row["code"]))
            if grant is None or grant["control"] != "ringfenced" or not grant.get("service_code"):
                continue
            service, amount = str(grant["service_code"]), row["amount_pence"]
        else:
            continue
        held[row["body_id"], service] = held.get((row["body_id"], service), 0) + amount
    return held


def _service_pieces(
    line: dict[str, Any],
    code: Row,
    functions: Mapping[tuple[str, str], Mapping[str, int]],
    ringfenced: Mapping[tuple[str, str], int],
) -> list[dict[str, Any]]:
    held = ringfenced.get((line["body_id"], line["class_code"]), 0)
    fenced = min(max(held, 0), max(line["amount_pence"], 0))
    rest = line["amount_pence"] - fenced
    parts = (
        []
        if not fenced
        else [
            {
                **line,
                "control": "ringfenced",
                "amount_pence": fenced,
                "low_pence": fenced,
                "high_pence": fenced,
            }
        ]
    )
    parts.append(
        {
            **line,
            "amount_pence": rest,
            "low_pence": line["low_pence"] - fenced,
            "high_pence": line["high_pence"] - fenced,
        }
    )
    codes = functions.get(("ro_line", _fold(line["class_code"]))) or {code["cofog"]: 1}
    amounts = ("amount_pence", "low_pence", "high_pence")
    kept = [part for part in parts if any(part[name] for name in amounts)]
    return [piece for part in kept for piece in _pieces(part, codes)]


def _named_grants(
    cells: Iterable[Row], grants: Mapping[str, Row]
) -> dict[tuple[str, str], list[tuple[Row, Row | None]]]:
    """(body, inside or outside aggregate external finance) -> its grants by name."""
    named: dict[tuple[str, str], list[tuple[Row, Row | None]]] = {}
    # A grant that the code list does not know stands before the total it is part of.
    inside = min(
        (
            int(code)
            for code, grant in grants.items()
            if grant["role"] == "total" and grant["aef"] == "inside"
        ),
        default=0,
    )
    for row in cells:
        if row["form"] != "RG" or row["amount_pence"] == 0:
            continue
        grant = grants.get(str(row["code"]))
        if grant is not None and grant["role"] == "total":
            continue
        aef = grant["aef"] if grant else ("outside" if row["code"] > inside else "inside")
        named.setdefault((row["body_id"], aef), []).append((row, grant))
    return named


def _by_grant(
    line: dict[str, Any], named: Iterable[tuple[Row, Row | None]]
) -> list[dict[str, Any]]:
    """A funding cell by the grants it is the sum of; what they leave is funding not named."""
    parts: list[dict[str, Any]] = []
    rest = line["amount_pence"]
    for row, grant in named:
        rest -= row["amount_pence"]
        parts.append(
            {
                **line,
                **_key(row),
                "amount_pence": row["amount_pence"],
                "low_pence": row.get("low_pence", row["amount_pence"]),
                "high_pence": row.get("high_pence", row["amount_pence"]),
                "stream_id": grant["stream_id"] if grant else None,
                "stream_kind": "grant",
                "control": (grant["control"] if grant else None) or "national",
                "class_scheme": "ro_grant",
                "class_code": str(row["code"]),
                "counterparty_id": grant["funder_id"] if grant else None,
                "funder": (grant["funder_text"] if grant else None) or NOT_NAMED,
                "label": grant["label"] if grant else f"grant {row['code']}, not named",
            }
        )
    if rest:
        named_pence = line["amount_pence"] - rest
        left = {
            **line,
            "amount_pence": rest,
            "low_pence": line["low_pence"] - named_pence,
            "high_pence": line["high_pence"] - named_pence,
        }
        parts.append({**left, "stream_kind": "grant", "funder": NOT_NAMED})
    return parts
