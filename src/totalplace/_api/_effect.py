"""What decisions would do to the headline, before they are made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass

from totalplace._api._result import GBP, TEXT, Result, pounds, table_of
from totalplace.count import Desk, Standing, is_moved, known_standing
from totalplace.money import gbp
from totalplace.place import Folder, NewDecision

__all__ = ["BodyEffect", "Effect", "effect_result"]


@dataclass(frozen=True)
class BodyEffect:
    """One body's change.

    Attributes:
        before_pence, after_pence: its net.
    """

    body_id: str
    name: str
    before_pence: int
    after_pence: int

    @property
    def change_pence(self) -> int:
        """After less before."""
        return self.after_pence - self.before_pence


@dataclass(frozen=True)
class Effect:
    """What decisions would do; nothing of it is made.

    Attributes:
        decisions: as they would be stored.
        before, after: the headline, and how many transfers are matched and unresolved.
        changes: every body whose net changes, the largest change first; they sum to that of net.
    """

    year: str
    decisions: tuple[NewDecision, ...]
    before: Standing
    after: Standing
    changes: tuple[BodyEffect, ...]

    @property
    def change_pence(self) -> int:
        """Net after less net before."""
        return self.after.net_pence - self.before.net_pence


def effect_result(
    desk: Desk,
    folder: Folder,
    decisions: list[NewDecision],
    *,
    year: str,
    report: Callable[[str], None],
) -> Result[Effect]:
    """Count a place with and without decisions; see `Place.effect`.

    Args:
        desk: counts what is not kept.
    """
    saved, supposed = folder.supposing(), folder.supposing(decisions)

    def stands(one: Folder) -> Standing:
        return known_standing(one, year) or desk.standing(one, year, report=report)

    before = stands(saved)
    after = stands(supposed) if is_moved(saved, supposed) else before
    effect = Effect(year, tuple(decisions), before, after, _changes(before, after))
    return Result(
        facts=effect,
        document={
            "year": year,
            "decisions": [
                {name: getattr(one, name) for name in ("object_id", "what", "value")}
                for one in decisions
            ],
            "before": _document(before),
            "after": _document(after),
            "difference_gbp": gbp(effect.change_pence),
            "changes": [
                {
                    "body_id": one.body_id,
                    "body": one.name,
                    "before_gbp": gbp(one.before_pence),
                    "after_gbp": gbp(one.after_pence),
                    "change_gbp": gbp(one.change_pence),
                }
                for one in effect.changes
            ],
        },
        table=table_of(
            [
                {
                    **asdict(one),
                    "body": one.name,
                    "before_gbp": pounds(one.before_pence),
                    "after_gbp": pounds(one.after_pence),
                    "change_gbp": pounds(one.change_pence),
                }
                for one in effect.changes
            ],
            dict.fromkeys(("body_id", "body"), TEXT)
            | dict.fromkeys(("before_gbp", "after_gbp", "change_gbp"), GBP),
        ),
        title=f"{folder.name}, {year}: what decisions would change",
    )


def _changes(before: Standing, after: Standing) -> tuple[BodyEffect, ...]:
    was, now = ({one.body_id: one for one in side.bodies} for side in (before, after))
    found = [
        BodyEffect(
            body_id,
            (now.get(body_id) or was[body_id]).name,
            was[body_id].net_pence if body_id in was else 0,
            now[body_id].net_pence if body_id in now else 0,
        )
        for body_id in {*was, *now}
    ]
    changed = [one for one in found if one.change_pence]
    return tuple(sorted(changed, key=lambda one: (-abs(one.change_pence), one.body_id)))


def _document(one: Standing) -> dict[str, object]:
    return {
        "gross_gbp": gbp(one.gross_pence),
        "eliminated_gbp": gbp(one.eliminated_pence),
        "net_gbp": gbp(one.net_pence),
        "matched": one.matched,
        "unresolved": one.unresolved,
        "unresolved_gbp": gbp(one.unresolved_pence),
    }
