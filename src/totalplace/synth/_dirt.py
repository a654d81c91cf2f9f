"""What publishers get wrong, in measured doses.

Faults without effect on the count (blank rows, totals, other headers) come freely; faults that
can hide or add money come out of a budget, so that at any dirt the sum of what they could do to
net stays known. Each such fault is a row of the truth.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Sequence

from totalplace.money import gbp
from totalplace.synth import _names
from totalplace.synth._files_spend import (
    AMOUNT_COLUMN,
    DATE_COLUMN,
    PAYEE_COLUMN,
)
from totalplace.synth._flows import months_of
from totalplace.synth._lines import YEAR, Line
from totalplace.synth._sheets import NO_LINE, Fault, Record, TextFile
from totalplace.synth._truth import Truth
from totalplace.synth._untidy import spoil_receipts, untidy
from totalplace.synth._world import World

__all__ = ["DEFAULT_DIRT", "soil"]

DEFAULT_DIRT = 0.3

# Parts of a thousand of the place's net that faults of each kind may touch at DEFAULT_DIRT.
_BUDGET_PER_MILLE = {
    "misspelt_payee": 1.2,
    "alias_not_registered": 0.8,
    "funder_alias_not_registered": 0.8,
    "bad_date": 0.3,
    "month_missing": 0.8,
    "amount_is_identifier": 0.8,
}
_MISSPELT_SHARE = 0.2
_MISSPELT_SUPPLIERS_SHARE = 0.1
_BAD_DATES_SHARE = 0.01
_TYPOS = 12
_BAD_DATES = ("31/02/2018", "tbc", "2017-13-05")


class _Budget:
    """How much money faults of one kind may still touch."""

    def __init__(self, dirt: float, net: int) -> None:
        self._left = {
            kind: round(net * part / 1000 * dirt / DEFAULT_DIRT)
            for kind, part in _BUDGET_PER_MILLE.items()
        }

    def takes(self, kind: str, effect: int) -> bool:
        if abs(effect) > self._left[kind]:
            return False
        self._left[kind] -= abs(effect)
        return True


def soil(
    files: Sequence[TextFile],
    lines: Sequence[Line],
    truth: Truth,
    world: World,
    *,
    dirt: float,
    rng: random.Random,
) -> tuple[list[TextFile], list[str], list[Fault]]:
    """Put faults into the files of payments and returns.

    Args:
        dirt: 0 (none) to 1.

    Returns:
        The files (one month may be missing), the aliases that nobody registered, and the faults.
    """
    if dirt <= 0:
        return list(files), [], []
    net = truth.totals(world.place).net
    budget = _Budget(dirt, net)
    effect = _effects(truth, world)
    spend = [file for file in files if file.format_id == "spend"]
    kept, faults = _lose_months(list(files), lines, effect, world, budget, dirt)
    faults += _mistype(spend, lines, effect, truth, world, budget, dirt, rng)
    faults += _bad_dates(spend, lines, effect, world, budget, dirt, rng)
    faults += _misspell(spend, lines, effect, world, budget, dirt, rng)
    aliases, unregistered = _forget_aliases(spend, lines, effect, world, budget, dirt, rng)
    faults += unregistered
    returns = [file for file in files if file.format_id == "return" and "income" in file.path]
    faults += spoil_receipts(returns, lines, dirt, rng)
    faults += untidy(spend, world, dirt, rng)
    return kept, aliases, faults


def _effects(truth: Truth, world: World) -> Callable[[int], tuple[int, int]]:
    """Line -> (what it adds to the place's gross, what is eliminated for it)."""
    taken: dict[int, int] = defaultdict(int)
    for one in truth.eliminations:
        if one.derivation == "payer_side":
            taken[one.line] += truth.eliminated(one, world.place)

    def of(line: int) -> tuple[int, int]:
        lands = truth.landing.get(line, ())
        return truth.share(truth.amount[line], lands, world.place), taken[line]

    return of


Effects = Callable[[int], tuple[int, int]]


def _lose_months(
    files: list[TextFile],
    lines: Sequence[Line],
    effect: Effects,
    world: World,
    budget: _Budget,
    dirt: float,
) -> tuple[list[TextFile], list[Fault]]:
    """A council never publishes one month, and a small body leaves one out of its year."""
    faults: list[Fault] = []
    lost = next((file for file in files if file.path == "spend/tarnholt-council/2017-09.csv"), None)
    if lost is not None and dirt >= 0.2:
        gross, taken = _sum(effect, (record.line for record in lost.records))
        if budget.takes("month_missing", taken - gross):
            files.remove(lost)
            faults.append(
                Fault(
                    "month_missing",
                    lost.path,
                    NO_LINE,
                    taken - gross,
                    "the file of September was never published",
                )
            )
    for body_id in ("glimmertarn-charity", "ostwick-homes", "marlbrook-shared-services"):
        month = months_of(world.bodies[body_id])[1]
        file = next(one for one in files if one.path == f"spend/{body_id}-payments-{YEAR}.csv")
        gone = [record for record in file.records if lines[record.line].start == month]
        gross, taken = _sum(effect, (record.line for record in gone))
        if budget.takes("month_missing", taken - gross):
            dropped = {id(record) for record in gone}
            file.records = [record for record in file.records if id(record) not in dropped]
            faults.append(
                Fault(
                    "month_missing",
                    file.path,
                    NO_LINE,
                    taken - gross,
                    f"the payments of {month:%B} are not in the file",
                )
            )
    return files, faults


def _sum(effect: Effects, numbers: object) -> tuple[int, int]:
    pairs = [effect(number) for number in numbers]  # type: ignore[attr-defined]
    return sum(gross for gross, _ in pairs), sum(taken for _, taken in pairs)


def _shuffled(files: Sequence[TextFile], rng: random.Random) -> list[tuple[TextFile, Record]]:
    pairs = [(file, record) for file in files for record in file.records if record.line != NO_LINE]
    rng.shuffle(pairs)
    return pairs


def _mistype(
    files: Sequence[TextFile],
    lines: Sequence[Line],
    effect: Effects,
    truth: Truth,
    world: World,
    budget: _Budget,
    dirt: float,
    rng: random.Random,
) -> list[Fault]:
    """The transaction number stands where the amount should."""
    faults: list[Fault] = []
    wanted = round(_TYPOS * dirt)
    for file, record in _shuffled(files, rng):
        if len(faults) >= wanted:
            break
        line = lines[record.line]
        gross, taken = effect(record.line)
        if taken or record.is_rejected or line.payee_kind != "organisation":
            continue
        mistyped = int(line.reference) * 100
        is_counted = truth.role[record.line] == "headline"
        change = mistyped - gross if is_counted else 0
        if line.nature != "purchase" or not budget.takes("amount_is_identifier", change):
            continue
        column = AMOUNT_COLUMN[world.bodies[line.body].style]
        record.cells[column] = line.reference
        record.pence = mistyped
        faults.append(
            Fault(
                "amount_is_identifier",
                file.path,
                record.line,
                change,
                f"should be {gbp(line.amount)}",
            )
        )
    return faults


def _bad_dates(
    files: Sequence[TextFile],
    lines: Sequence[Line],
    effect: Effects,
    world: World,
    budget: _Budget,
    dirt: float,
    rng: random.Random,
) -> list[Fault]:
    faults: list[Fault] = []
    wanted = round(len(lines) * _BAD_DATES_SHARE * dirt)
    for file, record in _shuffled(files, rng):
        if len(faults) >= wanted:
            break
        gross, taken = effect(record.line)
        line = lines[record.line]
        if record.pence != line.amount or not budget.takes("bad_date", taken - gross):
            continue
        record.cells[DATE_COLUMN[world.bodies[line.body].style]] = rng.choice(_BAD_DATES)
        record.is_rejected = True
        faults.append(Fault("bad_date", file.path, record.line, taken - gross, "cannot be read"))
    return faults


def _misspell(
    files: Sequence[TextFile],
    lines: Sequence[Line],
    effect: Effects,
    world: World,
    budget: _Budget,
    dirt: float,
    rng: random.Random,
) -> list[Fault]:
    """Names of payees, public bodies among them, cut or misspelt."""
    faults: list[Fault] = []
    for file, record in _shuffled(files, rng):
        line = lines[record.line]
        if line.payee_kind != "organisation" or record.is_rejected:
            continue
        share = _MISSPELT_SHARE if line.counterparty else _MISSPELT_SUPPLIERS_SHARE
        # Only the amount decides the nature of what is paid over for staff and taxes.
        if rng.random() >= share * dirt or line.nature in {"payroll", "own", "financing"}:
            continue
        _, taken = effect(record.line)
        if not budget.takes("misspelt_payee", taken):
            continue
        column = PAYEE_COLUMN[world.bodies[line.body].style]
        record.cells[column] = _names.misspelt(line.payee, rng)
        if line.counterparty:
            faults.append(
                Fault("misspelt_payee", file.path, record.line, taken, record.cells[column])
            )
    return faults


def _forget_aliases(
    files: Sequence[TextFile],
    lines: Sequence[Line],
    effect: Effects,
    world: World,
    budget: _Budget,
    dirt: float,
    rng: random.Random,
) -> tuple[list[str], list[Fault]]:
    """Other names of bodies that are used in the files, but that nobody has registered."""
    used: dict[str, int] = defaultdict(int)
    for _, record in _shuffled(files, rng):
        line = lines[record.line]
        if line.counterparty:
            used[line.payee] += effect(record.line)[1]
    booked: dict[str, int] = defaultdict(int)
    for line in lines:
        if line.side == "in" and line.counterparty:
            booked[line.payee] += line.amount
    aliases = [alias for body in world.bodies.values() for alias in body.aliases]
    rng.shuffle(aliases)
    forgotten: list[str] = []
    faults: list[Fault] = []
    for alias in aliases[: round(len(aliases) * dirt / 2)]:
        # A funder whom nobody knows would pass for money from outside.
        if not budget.takes("funder_alias_not_registered", booked[alias]):
            continue
        if budget.takes("alias_not_registered", used[alias]):
            forgotten.append(alias)
            faults.append(
                Fault(
                    "alias_not_registered",
                    "registers/body_alias.csv",
                    NO_LINE,
                    used[alias],
                    alias,
                )
            )
    return forgotten, faults
