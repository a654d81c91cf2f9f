"""The truth worked out the slow way: gross, eliminations and funding of one year.

Plain Python over plain records, from the rules of the design and not from the product's count:
each rule is one short function, so that a reader can check it against a worked example by hand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from totalplace.synth._lines import YEAR, Line, shared_by_days, shared_by_weight
from totalplace.synth._truth import Elimination, Funding, Lads, Truth

__all__ = ["work_out"]

_GROSS = {"own", "purchase", "transfer", "benefit", "payroll"}
_PAYMENTS = {"purchase", "transfer"}
_MOST_LOCAL_FIRST = ("return", "ro", "spend", "cra")
_HOLDS_PAYMENTS = {"return", "ro", "spend"}
_NET_OF = {
    "gross": set[str](),
    "net_income": {"contract", "fee", "pooled"},
    "net_grant": {"grant", "allocation", "benefit", "pooled"},
    "net_all": {"grant", "allocation", "benefit", "pooled", "contract", "fee", "levy", "precept"},
}


def work_out(
    lines: Sequence[Line],
    *,
    areas: Mapping[str, Lads],
    zones: Mapping[str, Lads],
    people: Mapping[str, int],
    voted: Iterable[str] = (),
    year: str = YEAR,
) -> Truth:
    """Work out the truth of one year.

    Args:
        lines: every published line, also of other years.
        areas: body -> the authorities it serves, in order of code.
        zones: area code -> its authorities, for lines reported by area.
        people: authority -> the key's value.
        voted: bodies funded by a national vote.
    """
    amounts = tuple(
        shared_by_days(line.amount, line.start, line.end).get(year, 0) for line in lines
    )
    evidence = _evidence(lines, amounts)
    role = tuple(_role(line, amount, evidence) for line, amount in zip(lines, amounts, strict=True))
    landing: dict[int, Lads] = {}
    gross: dict[tuple[str, str, str], int] = defaultdict(int)
    cells: dict[tuple[str, str, str, str, str], int] = defaultdict(int)
    eliminations: list[Elimination] = []
    for number, (line, amount) in enumerate(zip(lines, amounts, strict=True)):
        if role[number] not in {"headline", "itemised"}:
            continue
        own = zones[line.zone] if line.zone else areas[line.body]
        lands, taken_from, payee_lads = _landing(line, own, areas)
        if role[number] == "headline":
            landing[number] = lands
            parts = shared_by_weight(amount, {lad: people[lad] for lad in lands})
            for lad, part in parts.items():
                gross[line.body, line.cap_rev, lad] += part
                if len(lands) > 1:
                    cells[line.dataset, line.body, line.function, line.cap_rev, lad] += part
        if _is_eliminated(line, role[number], lines, evidence):
            eliminations.append(
                Elimination(
                    number,
                    line.body,
                    line.counterparty,
                    line.stream,
                    amount,
                    line.cap_rev,
                    taken_from,
                    payee_lads,
                    "payer_side",
                    line.case,
                )
            )
    eliminations += _inferred(lines, amounts, role, evidence, eliminations, areas)
    return Truth(
        role=role,
        amount=amounts,
        evidence=evidence,
        landing=landing,
        gross=dict(gross),
        cells=dict(cells),
        eliminations=tuple(eliminations),
        funding=tuple(
            Funding(
                number,
                line.body,
                line.counterparty,
                line.stream_text or line.cell,
                line.nature == "financing",
                line.cap_rev,
                amount,
            )
            for number, (line, amount) in enumerate(zip(lines, amounts, strict=True))
            if role[number] == "funding"
        ),
        unplaceable=_sum_of("unplaceable", role, amounts),
        outside=_sum_of("outside", role, amounts),
        areas=areas,
        people=people,
        voted=frozenset(voted),
    )


def _sum_of(wanted: str, role: Sequence[str], amounts: Sequence[int]) -> int:
    return sum(amount for one, amount in zip(role, amounts, strict=True) if one == wanted)


def _evidence(lines: Sequence[Line], amounts: Sequence[int]) -> dict[tuple[str, str], str]:
    """The most local source that shows a body's spending, capital and current apart."""
    found: dict[tuple[str, str], str] = {}
    for line, amount in zip(lines, amounts, strict=True):
        if line.side != "out" or line.role != "line" or line.phase != "outturn" or not amount:
            continue
        if line.nature not in _GROSS:
            continue
        key = (line.body, line.cap_rev)
        rank = _MOST_LOCAL_FIRST.index
        if key not in found or rank(line.dataset) < rank(found[key]):
            found[key] = line.dataset
    return found


_ROLE_OF_ROW = {
    "local": "control",
    "hra": "apart",
    "non_identifiable": "unplaceable",
    "outside": "outside",
    "total": "total",
    "memo": "memo",
}
_ROLE_OF_NATURE = {
    "noncash": "noncash",
    "recharge": "recharge",
    "agency": "listed",
    "financing": "financing",
}


def _role(line: Line, amount: int, evidence: Mapping[tuple[str, str], str]) -> str:
    """What a line does in the count of the year."""
    best = evidence.get((line.body, line.cap_rev))
    if line.phase == "budget":
        role = "budget"
    elif not amount:
        role = "other_year"
    elif line.role in _ROLE_OF_ROW:
        role = _ROLE_OF_ROW[line.role]
    elif line.side == "in":
        role = "funding" if best else "uncounted"
    elif line.dataset == "cra" and best != "cra":
        role = "control"
    elif line.nature in _ROLE_OF_NATURE:
        role = _ROLE_OF_NATURE[line.nature]
    elif line.counterparty == line.body:
        role = "recharge"
    else:
        role = "headline" if line.dataset == best else "itemised"
    return role


def _landing(line: Line, own: Lads, areas: Mapping[str, Lads]) -> tuple[Lads, Lads, Lads]:
    """Where a line enters gross, where it is eliminated, and who must be in the place for that."""
    if line.nature not in _PAYMENTS or not areas.get(line.counterparty):
        return own, own, ()
    payer, payee = set(own), set(areas[line.counterparty])
    if payee < payer:
        # A wider body's payment to one inside its area is that one's, not shared out.
        return areas[line.counterparty], areas[line.counterparty], ()
    if payer <= payee:
        return own, areas[line.counterparty], ()
    return own, own, areas[line.counterparty]


def _is_eliminated(
    line: Line, role: str, lines: Sequence[Line], evidence: Mapping[tuple[str, str], str]
) -> bool:
    """Payer-side: the payee is fully counted, and not net of what it was paid."""
    if line.nature not in _PAYMENTS or not line.counterparty:
        return False
    if role == "itemised" and line.kind in {"levy", "precept"}:
        return False  # the outturn has it as a line of its own
    payee = evidence.get((line.counterparty, line.cap_rev))
    if payee is None:
        return False
    basis = _basis(line.counterparty, line.cap_rev, payee, lines)
    return (line.kind or "contract") not in _NET_OF[basis]


_BASIS_OF_DATASET = {"ro": "net_income", "spend": "gross", "cra": "net_all"}


def _basis(body: str, cap_rev: str, dataset: str, lines: Sequence[Line]) -> str:
    if dataset in _BASIS_OF_DATASET:
        return _BASIS_OF_DATASET[dataset]
    return next(
        line.basis
        for line in lines
        if line.body == body and line.dataset == "return" and line.cap_rev == cap_rev
    )


def _inferred(
    lines: Sequence[Line],
    amounts: Sequence[int],
    role: Sequence[str],
    evidence: Mapping[tuple[str, str], str],
    payer_side: Sequence[Elimination],
    areas: Mapping[str, Lads],
) -> list[Elimination]:
    """Receipts whose payment the payer shows in no year: capped at its spending not named."""
    shown = {
        (line.body, line.counterparty, line.stream)
        for line in lines
        if line.side == "out" and line.counterparty
    }
    room: dict[tuple[str, str], int] = defaultdict(int)
    for line, amount, one in zip(lines, amounts, role, strict=True):
        if one == "headline":
            room[line.body, line.cap_rev] += amount
    for named in payer_side:
        room[named.payer, named.cap_rev] -= named.amount
    found: list[Elimination] = []
    for number, (line, amount) in enumerate(zip(lines, amounts, strict=True)):
        payer = (line.counterparty, line.cap_rev)
        if role[number] != "funding" or evidence.get(payer) not in _HOLDS_PAYMENTS:
            continue
        if (line.counterparty, line.body, line.stream) in shown:
            continue
        capped = min(amount, max(room[payer], 0))
        room[payer] -= capped
        mirror = Line(
            dataset="return",
            file="",
            body=line.counterparty,
            amount=capped,
            start=line.start,
            end=line.end,
            nature="transfer",
            counterparty=line.body,
            cap_rev=line.cap_rev,
            kind=line.kind,
        )
        if capped > 0 and _is_eliminated(mirror, "itemised", lines, evidence):
            _, lads, payee_lads = _landing(mirror, areas[line.counterparty], areas)
            found.append(
                Elimination(
                    number,
                    line.counterparty,
                    line.body,
                    line.stream,
                    capped,
                    line.cap_rev,
                    lads,
                    payee_lads,
                    "inferred",
                    line.case,
                )
            )
    return found
