"""Portfolios, shares and payments by results written down as tables come out to the penny."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from case_tables import Row, checked_pence, files, sections

from totalplace.cases.portfolio import PortfolioResult, ShareResult, run_portfolio, share_portfolio

LISTS = ("streams", "requires", "excludes", "bodies")
TABLES = ("gain", "effect", "fixed", "payer")


def cell(key: str, text: str) -> str:
    """The cell of a table as a value of TOML."""
    if key in LISTS:
        return "[" + ", ".join(f'"{one.strip()}"' for one in text.split(",")) + "]"
    if key in TABLES:
        pairs = [one.strip().rpartition(" ") for one in text.split(",")]
        return "{" + ", ".join(f'"{name}" = {share}' for name, _, share in pairs) + "}"
    if key in {"budget", "cost", "cash_limit", "floor", "benefit"}:
        return f"[{text}]"
    if text in {"yes", "no"}:
        return "true" if text == "yes" else "false"
    return text if re.fullmatch(r"-?\d+(\.\d+)?", text) else f'"{text}"'


def table(name: str, row: Row, *, leaving: tuple[str, ...] = ()) -> str:
    keys = [
        f"{key} = {cell(key, text)}" for key, text in row.items() if text and key not in leaving
    ]
    return "\n".join([f"[[{name}]]", *keys]) + "\n"


def changed(tables: dict[str, list[Row]], change: str) -> tuple[dict[str, list[Row]], str]:
    """The tables after a change such as ``council +4``, and what is added to the head."""
    if change == "nobody worse off":
        return tables, ", no_agency_worse_off = true"
    name, _, what = change.rpartition(" ")
    streams = []
    for row in tables["Streams"]:
        new = dict(row)
        if row["id"] == name and what == "carry_forward":
            new["carry_forward"] = "yes"
        elif row["id"] == name and what == "hard":
            new |= {"ringfence": "hard", "virement": ""}
        elif row["id"] == name:
            amounts = [float(one) + float(what) for one in row["budget"].split(",")]
            new["budget"] = ", ".join(f"{one:g}" for one in amounts)
        streams.append(new)
    return {**tables, "Streams": streams}, ""


def written(tables: dict[str, list[Row]], path: Path, change: str = "", share: str = "") -> Path:
    """The tables as a portfolio's file."""
    tables, more = changed(tables, change)
    years = len(tables["Streams"][0]["budget"].split(","))
    parts = [
        f'portfolio = {{id = "spec", years = {years}, unit = "GBP", discount = "none"{more}}}\n'
    ]
    for row in tables.get("Bodies", []):
        parts.append(f"body.{row['id']}.cash_limit = [{row['cash_limit']}]\n")
    for title, name in (
        ("Streams", "stream"),
        ("Interventions", "intervention"),
        ("Overlaps", "overlap"),
    ):
        parts += [table(name, row) for row in tables.get(title, [])]
    parts.append(share)
    path.write_text("".join(parts), encoding="utf-8")
    return path


def figure(found: PortfolioResult, name: str, of: str) -> int:
    streams = {one.stream: one for one in found.streams}
    opened = {one.stream: one.gain_pence for one in found.opened}
    match name:
        case "fenced":
            return found.fenced.value_pence
        case "one pot":
            return found.pooled.value_pence
        case "price of the fences":
            return found.fence_price_pence
        case "opened":
            return opened[of]
        case "left":
            return streams[of].left_pence
        case "across":
            return streams[of].across_fence_pence
    raise ValueError(name)


PORTFOLIOS = [path for path in files("portfolio") if path.stem.startswith("portfolio-")]
SHARES = [path for path in files("portfolio") if path.stem.startswith("share-")]
RESULTS = [path for path in files("portfolio") if path.stem.startswith("results-")]


def test_there_are_tables_of_each_kind() -> None:
    assert [len(PORTFOLIOS), len(SHARES), len(RESULTS)] == [5, 2, 1]


@pytest.mark.parametrize("path", PORTFOLIOS, ids=lambda path: path.stem)
def test_a_portfolio(path: Path, tmp_path: Path) -> None:
    tables = sections(path)
    changes = dict.fromkeys(row["change"] for row in tables["Expected"])
    for change in changes:
        found = run_portfolio(written(tables, tmp_path / "spec.toml", change))
        assert found.document["gap"] == 0
        for row in tables["Expected"]:
            if row["change"] == change:
                assert figure(found, row["figure"], row["of"]) == checked_pence(row), row
        rules = {one.id: one.rule for one in found.left}
        told = {r["id"]: r["rule"] for r in tables["Not chosen"] if r["change"] == change}
        assert told.items() <= rules.items()
        assert all(one.is_fence_kept for one in found.streams)


def part(found: ShareResult, name: str, of: str) -> int:
    if name == "alone":
        return found.shared.coalitions[frozenset({of})]
    [position] = [one for one in found.shared.positions if one.body == of]
    return int(getattr(position, f"{name}_pence"))


@pytest.mark.parametrize("path", SHARES, ids=lambda path: path.stem)
def test_a_share(path: Path, tmp_path: Path) -> None:
    tables = sections(path)
    coalitions = "".join(table("share.coalition", row) for row in tables.get("Coalitions", []))
    for better in tables["Better alone"]:
        method, fixed = better["method"], better["fixed"]
        head = f'[share]\nmethod = "{method}"\n'
        head += f"fixed = {cell('fixed', fixed)}\n" if fixed else ""
        found = share_portfolio(written(tables, tmp_path / "spec.toml", share=head + coalitions))
        for row in tables["Shares"]:
            if (row["method"], row["fixed"]) == (method, fixed):
                assert part(found, row["figure"], row["of"]) == checked_pence(row), row
        blocking = {frozenset(one.bodies) for one in found.shared.blocking or ()}
        told = filter(None, better["bodies"].split(";"))
        assert blocking == {frozenset(b.strip() for b in one.split(",")) for one in told}
        assert found.shared.stable_split_exists
        assert sum(one.settlement_pence for one in found.shared.positions) == 0


@pytest.mark.parametrize("path", RESULTS, ids=lambda path: path.stem)
def test_payments_by_results(path: Path, tmp_path: Path) -> None:
    tables = sections(path)
    toy = sections(next(one for one in PORTFOLIOS if "toy" in one.stem))
    contracts = ""
    for name in dict.fromkeys(row["id"] for row in tables["Contracts"]):
        rows = [row for row in tables["Contracts"] if row["id"] == name]
        contracts += table("contract", rows[0], leaving=("cohort", "baseline", "observed"))
        contracts += "payer = {nhs = 0.75, council = 0.25}\n"
        for row in rows:
            contracts += (
                f'[[contract.cohort]]\nid = "{row["cohort"]}"\n'
                f"baseline = {row['baseline']}\nobserved = {row['observed']}\n"
            )
    found = share_portfolio(written(toy, tmp_path / "spec.toml", share=contracts))
    told = {
        (one.id, cohort.id): cohort
        for one in found.results
        for cohort in (*one.cohorts, one.pooled)
    }
    for row in tables["Expected"]:
        cohort = told[row["contract"], row["cohort"]]
        assert f"{float(cohort.reduction) * 100:.2f}" == row["fewer %"]
        assert cohort.is_reached == (row["reached"] == "yes")
        assert cohort.pence == checked_pence(row)
    assert all(sum(one.payers.values()) == one.pence for one in found.results)
