"""The truth beside the files: totals as JSON, every line, elimination, cell and payee as CSV."""

from __future__ import annotations

import csv
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from totalplace.synth._lines import YEAR, Line
from totalplace.synth._sheets import Fault, Placed
from totalplace.synth._truth import Totals, Truth
from totalplace.synth._world import PLACE_AREA, World

__all__ = ["case_counts", "write_truth"]


def write_truth(
    folder: Path,
    world: World,
    lines: Sequence[Line],
    truth: Truth,
    placed: Sequence[Placed],
    faults: Sequence[Fault],
    settings: Mapping[str, object],
) -> dict[str, object]:
    """Write ``truth/`` and give back the content of ``truth.json``."""
    folder.mkdir(parents=True, exist_ok=True)
    at = {one.line: one for one in placed}
    _write(
        folder / "truth_line.csv",
        "line,file,member,row,column,dataset,body_id,side,nature,role,counterparty_id,stream_id,"
        "stream_kind,cap_rev,amount_pence,published_pence,is_rejected,year_pence,period_start,"
        "period_end,case",
        (_line_row(number, line, truth, at.get(number)) for number, line in enumerate(lines)),
    )
    _write(
        folder / "truth_elimination.csv",
        "payer_id,payee_id,stream_id,cap_rev,derivation,amount_pence,place_pence,areas,"
        "must_hold,file,member,row,column,case",
        (
            (
                one.payer,
                one.payee,
                one.stream,
                one.cap_rev,
                one.derivation,
                one.amount,
                truth.eliminated(one, world.place),
                " ".join(one.lads),
                " ".join(one.payee_lads),
                *_where(at.get(one.line)),
                one.case,
            )
            for one in truth.eliminations
        ),
    )
    _write(
        folder / "truth_cell.csv",
        "dataset,body_id,function,cap_rev,area,amount_pence",
        ((*key, amount) for key, amount in sorted(truth.cells.items())),
    )
    _write(
        folder / "truth_funding.csv",
        "body_id,funder_id,what,cap_rev,is_reserve,is_external,amount_pence,place_pence,file,"
        "member,row,column",
        (
            (
                one.body,
                one.funder,
                one.what,
                one.cap_rev,
                one.is_reserve,
                truth.is_external(one, world.place),
                one.amount,
                truth.share(one.amount, truth.areas[one.body], world.place),
                *_where(at.get(one.line)),
            )
            for one in truth.funding
        ),
    )
    _write(
        folder / "truth_payee.csv",
        "payee_text,meaning",
        sorted({(line.payee, _meaning(line)) for line in lines if line.payee}),
    )
    _write(
        folder / "truth_fault.csv",
        "kind,file,row,effect_pence,note",
        (
            (one.kind, one.path, at[one.line].row if one.line in at else "", one.effect, one.note)
            for one in faults
        ),
    )
    summary = _summary(world, lines, truth, faults, settings)
    text = json.dumps(summary, indent=2, ensure_ascii=False)
    (folder / "truth.json").write_text(text + "\n", encoding="utf-8")
    return summary


def case_counts(lines: Iterable[Line], faults: Iterable[Fault]) -> dict[str, int]:
    """Edge case -> how often it occurs."""
    counts = Counter(line.case for line in lines if line.case)
    counts.update(fault.kind for fault in faults)
    return dict(sorted(counts.items()))


def _summary(
    world: World,
    lines: Sequence[Line],
    truth: Truth,
    faults: Sequence[Fault],
    settings: Mapping[str, object],
) -> dict[str, object]:
    codes = [PLACE_AREA, *world.place, "T12000001"]
    effect: dict[str, int] = defaultdict(int)
    for one in faults:
        effect[one.kind] += abs(one.effect)
    amounts: dict[str, int] = defaultdict(int)
    for number, line in enumerate(lines):
        amounts[line.case] += truth.amount[number]
    cases = case_counts(lines, faults)
    return {
        **settings,
        "year": YEAR,
        "area": PLACE_AREA,
        "key": "T",
        "places": {code: _totals(truth.totals(world.areas[code].lads)) for code in codes},
        "unplaceable_pence": truth.unplaceable,
        "outside_pence": truth.outside,
        "bodies": len(world.bodies),
        "streams": len({line.stream for line in lines if line.stream}),
        "lines": len(lines),
        "spend_lines": sum(line.dataset == "spend" for line in lines),
        "evidence": {
            f"{body}/{cap_rev}": dataset
            for (body, cap_rev), dataset in sorted(truth.evidence.items())
        },
        "cases": {
            case: {"count": count, "year_pence": amounts.get(case, 0)}
            for case, count in cases.items()
        },
        "faults": {
            "count": len(faults),
            "most_they_move_net_by_pence": sum(effect.values()),
            "by_kind_pence": dict(sorted(effect.items())),
        },
    }


def _totals(totals: Totals) -> dict[str, int]:
    return {
        "gross_pence": totals.gross,
        "eliminated_pence": totals.eliminated,
        "net_pence": totals.net,
        "funder_view_pence": totals.funder_view,
        "reserves_drawn_pence": totals.reserves_drawn,
        "people": totals.people,
    }


def _line_row(number: int, line: Line, truth: Truth, where: Placed | None) -> tuple[object, ...]:
    published = ("", "") if where is None else (where.pence, where.is_rejected)
    return (
        number,
        *_where(where),
        line.dataset,
        line.body,
        line.side,
        line.nature,
        truth.role[number],
        line.counterparty,
        line.stream,
        line.kind,
        line.cap_rev,
        line.amount,
        *published,
        truth.amount[number],
        line.start,
        line.end,
        line.case,
    )


def _where(placed: Placed | None) -> tuple[object, ...]:
    if placed is None:
        return ("", "", "", "")
    return (placed.path, placed.member, placed.row, placed.column)


def _meaning(line: Line) -> str:
    if line.payee_kind != "organisation":
        return line.payee_kind
    return line.counterparty or "organisation"


def _write(path: Path, header: str, rows: Iterable[Iterable[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header.split(","))
        writer.writerows(rows)
