"""Results of the small verbs: check, snapshot, decide, formats, claims and lines added."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from totalplace._api._result import GBP, NUMBER, TEXT, Result, pounds, table_of
from totalplace.claims import ClaimResult, evaluate, load_claims
from totalplace.errors import Problem
from totalplace.place import Decision, Snapshot
from totalplace.sources import AddReport, FormatInfo

__all__ = [
    "AddResult",
    "CheckResult",
    "Checked",
    "ClaimsResult",
    "DecisionMade",
    "DecisionsResult",
    "FormatsResult",
    "SnapshotResult",
    "add_result",
    "check_result",
    "decisions_made",
    "decisions_result",
    "evaluate_claims",
    "formats",
    "history_result",
    "snapshot_result",
]

AddResult = Result[AddReport]
SnapshotResult = Result[Snapshot]
DecisionsResult = Result[tuple[Decision, ...]]
FormatsResult = Result[tuple[FormatInfo, ...]]
ClaimsResult = Result[tuple[ClaimResult, ...]]


@dataclass(frozen=True)
class Checked:
    """What a check found.

    Attributes:
        problems: damage; nothing should be published from the place before it is mended.
        leftovers: harmless remains of a writer that was killed.
        identities: year -> our own identities of its count; a year that has no lines is left out.
        not_counted: year -> why its identities could not be checked.
    """

    problems: tuple[Problem, ...]
    leftovers: tuple[Problem, ...]
    identities: Mapping[str, Mapping[str, bool]]
    not_counted: Mapping[str, str]

    @property
    def is_sound(self) -> bool:
        """Whether nothing is damaged and every identity holds."""
        return not self.problems and all(
            holds for year in self.identities.values() for holds in year.values()
        )


CheckResult = Result[Checked]


def add_result(report: AddReport) -> AddResult:
    """What became of every file, one row a file, member or sheet."""
    rows = [
        {
            **asdict(file),
            "code": file.code,
            "message": file.message,
            "sum_gbp": pounds(file.sum_pence),
            "redacted_gbp": pounds(file.redacted_pence),
            "period_start": file.period_start and file.period_start.isoformat(),
            "period_end": file.period_end and file.period_end.isoformat(),
        }
        for file in report.files
    ]
    texts = ("file", "member", "status", "code", "message", "sha256", "format", "body_id")
    numbers = ("records", "lines", "rejected", "negative_lines", "exact_duplicates")
    columns = {
        **dict.fromkeys(texts, TEXT),
        **dict.fromkeys(numbers, NUMBER),
        **dict.fromkeys(("sum_gbp", "redacted_gbp"), GBP),
        **dict.fromkeys(("period_start", "period_end"), TEXT),
    }
    return AddResult(
        facts=report,
        document=report.as_dict(),
        table=table_of(rows, columns),
        title="Files added",
        exit_code=report.exit_code,
    )


def check_result(checked: Checked) -> CheckResult:
    """What a check found, one row a problem."""
    problems = [("damage", one) for one in checked.problems]
    problems += [("leftover", one) for one in checked.leftovers]
    rows = [{"kind": kind, **problem.as_dict()} for kind, problem in problems]
    rows += [
        {
            "kind": "identity",
            "code": name,
            "what": "one of our own identities does not hold",
            "where": year,
            "why": name.replace("_", " "),
            "fix": "report it: nothing should be published from this count",
        }
        for year, identities in checked.identities.items()
        for name, holds in identities.items()
        if not holds
    ]
    columns = dict.fromkeys(("kind", "code", "what", "where", "why", "fix"), TEXT)
    return CheckResult(
        facts=checked,
        document={
            "is_sound": checked.is_sound,
            "problems": [problem.as_dict() for problem in checked.problems],
            "leftovers": [problem.as_dict() for problem in checked.leftovers],
            "identities": {year: dict(found) for year, found in checked.identities.items()},
            "not_counted": dict(checked.not_counted),
        },
        table=table_of(rows, columns),
        title="Check of the place",
        exit_code=int(not checked.is_sound),
    )


def snapshot_result(snapshot: Snapshot, *, is_new: bool) -> SnapshotResult:
    """One snapshot, one row a member."""
    facts = {
        "snapshot": snapshot.n,
        "note": snapshot.note,
        "created": snapshot.created.isoformat(),
        "content_hash": snapshot.content_hash,
        "is_new": is_new,
        "sources": len(snapshot.sources),
        "decisions": snapshot.decisions,
    }
    columns = {
        **dict.fromkeys(("file_name", "member", "dataset", "format_id", "status", "sha256"), TEXT),
        "lines": NUMBER,
    }
    rows = [{name: getattr(member, name) for name in columns} for member in snapshot.state.members]
    return SnapshotResult(
        facts=snapshot,
        document={**facts, "members": rows},
        table=table_of(rows, columns),
        title=f"Snapshot {snapshot.n}",
    )


def decisions_result(decisions: Sequence[Decision], *, made: int | None = None) -> DecisionsResult:
    """Decisions that hold, one row each.

    Args:
        made: the number of the decision just made, if any.
    """
    columns = {
        "n": NUMBER,
        **dict.fromkeys(("object_id", "what", "value", "who", "when", "why"), TEXT),
    }
    rows = [asdict(decision) for decision in decisions]
    return DecisionsResult(
        facts=tuple(decisions),
        document={"decision": made, "decisions": rows},
        table=table_of(rows, columns),
        title="Decisions that hold",
    )


def decisions_made(decisions: Sequence[Decision]) -> DecisionsResult:
    """Decisions just made, one row each."""
    columns = {
        "n": NUMBER,
        **dict.fromkeys(("object_id", "what", "value", "who", "when", "why"), TEXT),
    }
    rows = [asdict(decision) for decision in decisions]
    return DecisionsResult(
        facts=tuple(decisions),
        document={"made": [decision.n for decision in decisions], "decisions": rows},
        table=table_of(rows, columns),
        title="Decisions made",
    )


@dataclass(frozen=True)
class DecisionMade:
    """A decision, and what became of it.

    Attributes:
        decision: who decided what, when and why.
        undone_by: the number of the decision that took it back, or None.
    """

    decision: Decision
    undone_by: int | None


def history_result(decisions: Sequence[Decision]) -> Result[tuple[DecisionMade, ...]]:
    """Every decision ever made, one row each."""
    undone = {one.value: one.n for one in decisions if one.what == "undo"}
    found = tuple(DecisionMade(one, undone.get(str(one.n))) for one in decisions)
    rows = [{**asdict(one.decision), "undone_by": one.undone_by} for one in found]
    columns = {
        "n": NUMBER,
        **dict.fromkeys(("object_id", "what", "value", "who", "when", "why"), TEXT),
        "undone_by": NUMBER,
    }
    return Result(
        facts=found,
        document={"decisions": rows},
        table=table_of(rows, columns),
        title="Decisions ever made",
    )


def formats() -> FormatsResult:
    """The formats that files are recognised as, one row each.

    >>> "spend" in formats().table.column("id").to_pylist()
    True
    """
    # only here are the readers themselves needed
    from totalplace.sources import formats as known_formats

    known = known_formats()
    rows = [
        {"id": one.id, "title": one.title, "recognises": one.recognises, "columns": one.columns}
        for one in known
    ]
    shown = [{**row, "columns": "; ".join(row["columns"])} for row in rows]
    return FormatsResult(
        facts=tuple(known),
        document={"formats": [{**row, "columns": list(row["columns"])} for row in rows]},
        table=table_of(shown, dict.fromkeys(("id", "title", "recognises", "columns"), TEXT)),
        title="Formats",
    )


def evaluate_claims(file: Path | str | None = None) -> ClaimsResult:
    """Recompute what the published documents claim, one row a claim.

    Args:
        file: a claims file to use instead of the one that ships with totalplace.

    Raises:
        RequestError: the file is missing or malformed; every problem of it.

    >>> rows = evaluate_claims().table.to_pylist()
    >>> [row["residual"] for row in rows if row["id"] == "LON"]
    ['-2.132']
    """
    results = tuple(evaluate(load_claims(file)))
    rows = [result.as_dict() for result in results]
    names = (
        "id",
        "document",
        "quote",
        "raw",
        "value",
        "unit",
        "equation",
        "expected",
        "computed",
        "residual",
        "result_unit",
        "verdict",
        "stored_verdict",
        "reason",
        "warning",
    )
    return ClaimsResult(
        facts=results,
        document={"claims": rows},
        table=table_of(rows, dict.fromkeys(names, TEXT)),
        title="Claims of the documents",
        exit_code=int(any(result.matches_stored is False for result in results)),
    )
