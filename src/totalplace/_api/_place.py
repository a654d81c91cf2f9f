"""A place: every verb of the command line as a method."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from totalplace._api._add import add_files
from totalplace._api._exchange import Exported, Template, export_package, write_template
from totalplace._api._result import Result
from totalplace._api._small import (
    AddResult,
    Checked,
    CheckResult,
    DecisionMade,
    DecisionsResult,
    FormatsResult,
    SnapshotResult,
    add_result,
    check_result,
    decisions_made,
    decisions_result,
    formats,
    history_result,
    snapshot_result,
)
from totalplace.errors import Problem, RequestError
from totalplace.place import Approval, Folder, check
from totalplace.place._user import system_user
from totalplace.sources import bodies_of

# What analyses is imported by the verb that needs it: `add` must be small and begin at once.
if TYPE_CHECKING:
    from totalplace._api._backup import Migrated
    from totalplace._api._classify import ClassifyResult
    from totalplace._api._count import CountResult
    from totalplace._api._decide import Choice
    from totalplace._api._effect import Effect
    from totalplace._api._explain import ExplainResult
    from totalplace._api._kept_cases import KeptCase
    from totalplace._api._payees import Payees
    from totalplace._api._publish import Published, Withdrawn
    from totalplace._api._queue import Queue
    from totalplace._api._reconcile import DiffResult, ReconcileResult, TraceResult
    from totalplace._api._rejects import RejectsFile
    from totalplace._api._report import Reported
    from totalplace._api._returns import Returns
    from totalplace.backup import Backed, Part
    from totalplace.count import Counted, Coverage, Desk, Request
    from totalplace.engine import Engine
    from totalplace.place import Decision
    from totalplace.sources import Layout, LayoutFault, Proposed, Rejects

__all__ = ["Place", "Progress"]

Progress = Callable[[str, str, int, int], None]
"""Told the file, the stage, and how much of the file is done of how much: records, where it tells
how many it has, so that done by time is records a second and the rest tells the time left."""

Report = Callable[[str], None]
"""Told the name of each stage of a count as it begins."""


def _silent(_: str) -> None:
    return None


def _nothing() -> None:
    return None


class Place:
    """An open place. It takes no lock, and any number may be open anywhere.

    Made by :func:`totalplace.open_place` and :func:`totalplace.new_place`. Every method but
    ``lines`` returns a :class:`Result`: its ``facts``, its JSON ``document``, its ``table``.

    Args:
        folder: the place on disk.
        engine: makes the engine that a verb runs on; by default the one its `place.toml` names.
        clock: tells the time, by which sources, snapshots and decisions are dated.
    """

    def __init__(
        self,
        folder: Folder,
        *,
        engine: Callable[[], Engine] | None = None,
        clock: Callable[[], datetime],
    ) -> None:
        self.folder = folder
        self._make_engine = engine
        self._clock = clock
        self._kept: Engine | None = None
        self._let_go: Callable[[], object] = _nothing
        self._desk: Desk | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Place {self.name} ({', '.join(self.years)}) in {self.path}>"

    @property
    def path(self) -> Path:
        """The folder."""
        return self.folder.path

    @property
    def name(self) -> str:
        """The place's name."""
        return self.folder.name

    @property
    def areas(self) -> tuple[str, ...]:
        """Its area codes."""
        return self.folder.areas

    @property
    def years(self) -> tuple[str, ...]:
        """Its financial years; the first is counted by default."""
        return self.folder.years

    def add(
        self,
        *files: Path | str,
        body: str | None = None,
        format: str | None = None,  # noqa: A002 - the option's own name
        supersedes: str | None = None,
        yes: bool = False,
        mapping: Path | str | None = None,
        layouts: Sequence[Layout] = (),
        name: str | None = None,
        publisher: str | None = None,
        licence: str | None = None,
        who: str | None = None,
        progress: Progress | None = None,
    ) -> AddResult:
        """Take published files in, each whole or not at all; one refused never stops the others.

        Registers of the place (bodies, areas, keys) are taken in before the other files.

        Args:
            files: the files as published; a zip or workbook gives one row a member or sheet.
            body: whose money it is, as body_id, ONS code, name or alias, if the file does not say.
            format: one of ``formats()``, to have no other tried.
            supersedes: SHA-256 (four or more digits of it) of the source that the file corrects.
            yes: accept what would otherwise be refused as doubtful, and a proposed mapping that is
                complete.
            mapping: a file of layouts that you agree to, such as ``mapping.toml`` of the place.
            layouts: layouts that you agree to, as data: those of ``propose``, edited. The ones
                that the file is read by are written into ``mapping.toml`` of the place.
            name: what the one file was called where it came from, if it lies under another name.
            publisher: who published them.
            licence: under which they were published, such as ``OGL-UK-3.0``.
            who: whose agreement a layout is; by default the name of the computer's user.
            progress: told the file, the stage, what is done and what there is to do.

        Raises:
            RequestError: nothing was done: unknown body, format, source or licence, faulty
                layouts, or no such file.
            PlaceError: the disk cannot take it; files taken in before stay.
        """
        report = add_files(
            self.folder,
            [Path(file) for file in files],
            body=body,
            format_id=format,
            supersedes=supersedes,
            yes=yes,
            mapping=None if mapping is None else Path(mapping),
            layouts=layouts,
            name=name,
            who=system_user() if who is None else who,
            received=self._now(),
            publisher=publisher,
            licence=licence,
            progress=progress,
        )
        return add_result(report)

    def propose(
        self,
        path: Path | str,
        *,
        body: str | None = None,
        format: str | None = None,  # noqa: A002 - the option's own name
        name: str | None = None,
        layouts: Sequence[Layout] = (),
        yes: bool = False,
        progress: Progress | None = None,
    ) -> Result[Proposed]:
        """Look at a file before it is loaded: what ``add`` would make of it. Nothing is changed.

        The file is read in a sandboxed worker, as ``add`` reads it. Of each member (CSV, sheet,
        file in a zip) it tells the format, encoding, header, columns with samples, the proposed
        field of each with confidence and reasons, what is missing, what has changed against a
        known layout; and, where the file is short enough, what reading it so comes to.

        Args:
            path: the file.
            body: whose money it is, if the file does not say.
            format: one of ``formats()``, to have no other tried.
            name: what it was called where it came from, if it lies under another name.
            layouts: layouts to read it by, such as those of an earlier look, edited.
            yes: accept what would otherwise be refused as doubtful.
            progress: told the file, the stage, what is done and what there is to do.

        Raises:
            RequestError: an unknown body or format, faulty layouts, or no such file.
            PlaceError: the disk cannot take what a look needs.
        """
        from totalplace._api._propose import proposed_result
        from totalplace.sources import propose_file

        found = propose_file(
            self.folder,
            Path(path),
            body=body,
            format_id=format,
            name=name,
            layouts=layouts,
            yes=yes,
            when=self._now(),
            progress=progress,
        )
        return proposed_result(found)

    def check_layout(self, layout: Layout) -> Result[tuple[LayoutFault, ...]]:
        """Everything that is wrong with a layout, by field or setting; nothing if it can be used.

        Args:
            layout: such as one of ``propose``, edited.
        """
        from totalplace._api._propose import faults_result
        from totalplace.sources import faults_of

        return faults_result(layout, faults_of(layout, bodies_of(self.folder)))

    def rejects(
        self,
        source: str | None = None,
        *,
        at: int | None = None,
        limit: int | None = 100,
        offset: int = 0,
    ) -> Result[Rejects]:
        """The rejected records: why each, its number, and what stood in it.

        Args:
            source: SHA-256 (four or more digits of it) of one source: its records then have their
                cells as supplied, read again in a sandboxed worker. None for all that count.
            at: a snapshot's number; by default the place as it is now.
            limit: how many of each member at most; None for all.
            offset: how many of each to skip.

        Raises:
            RequestError: no such source or snapshot.
            FileRefused: the stored source can no longer be read.
        """
        from totalplace._api._rejects import rejects_result

        return rejects_result(self.folder, source=source, at=at, limit=limit, offset=offset)

    def rejects_file(self, sha256: str, member_index: int, path: Path | str) -> Result[RejectsFile]:
        """Write the rejected records of a member as a CSV that a person corrects.

        It has the header and the cells of the source, and columns at the end that say where each
        record is from and why it was rejected. ``add`` takes the corrected file as a supplement to
        that source: by its layout, for its body, once. It goes and comes with its source.

        Args:
            sha256: of the source; four or more digits of it will do.
            member_index: the member's, as ``rejects`` tells it.
            path: a file that ends in ``.csv``.

        Raises:
            RequestError: no such source, no rejects, those of a wide format, or a file that
                cannot be written.
            FileRefused: the stored source can no longer be read.
        """
        from totalplace._api._rejects import write_rejects

        return write_rejects(self.folder, sha256, member_index, Path(path))

    def count(
        self,
        year: str | None = None,
        *,
        by: Sequence[str] = (),
        per: str | None = None,
        key: str | None = None,
        real: str | None = None,
        at: int | None = None,
        report: Report = _silent,
    ) -> CountResult:
        """Count the place: gross, eliminated, net, its range, its quality, and rows.

        The figures are bound to a snapshot, which is made when anything has changed.

        Args:
            year: financial year; by default the place's first.
            by: any of tier, body, funder, function, route, stream, area, theme,
                grade, cap_rev, control.
            per: ``head`` or ``household``: adds that to every row.
            key: an apportionment key; the count under the default key is then given too.
            real: the year of the prices, for real terms.
            at: number of the snapshot to count; by default the place as it is now.
            report: told the name of each stage.

        Raises:
            RequestError: a year, split, key, price year or snapshot that is not to be had.
        """
        from totalplace._api._count import count_result
        from totalplace.count import Request

        request = self._request(year, by=by, per=per, key=key, real=real, at=at)
        counted = self._count(request, report)
        before = None
        if key is not None:
            plain = Request(request.year, real=real, at=counted.snapshot)
            before = self._count(plain, report)
        state = self.folder.snapshot(counted.snapshot).state
        return count_result(self.folder, state, counted, before)

    def classify(self, *, evaluate: bool = False) -> ClassifyResult:
        """What payments are for (COFOG), by which route that was found, and how much is not known.

        Args:
            evaluate: measure it too, on labels that neither rules nor model are given.

        Raises:
            RequestError: the place holds no payments.
        """
        from totalplace._api._classify import classify_result

        state = self.folder.state()
        with self._engine() as engine:
            return classify_result(
                engine, self.folder, state, self.folder.decisions(), is_evaluated=evaluate
            )

    def line_classes(self) -> Any:
        """The classes of every payment line as an Arrow table; the shares of a line sum to one.

        line_id, scheme, code (COFOG, or NULL), share_millionths, route, probability.

        Raises:
            RequestError: the place holds no payments.
        """
        from totalplace._api._classify import line_class_table

        with self._engine() as engine:
            return line_class_table(
                engine, self.folder, self.folder.state(), self.folder.decisions()
            )

    def check(self, *, report: Report = _silent) -> CheckResult:
        """Verify every file of the place, and our own identities in a count of each of its years.

        A damaged place is not counted. Like any count, one made here is bound to a snapshot.
        """
        report("files")
        found = check(self.folder)
        leftovers = tuple(one for one in found if one.code.startswith("leftover_"))
        problems = tuple(one for one in found if one not in leftovers)
        identities: dict[str, dict[str, bool]] = {}
        not_counted: dict[str, str] = {}
        for year in self.years:
            if problems:
                not_counted[year] = "the place is damaged"
                continue
            try:
                request = self._request(year)
                identities[year] = dict(self._count(request, report).identities)
            except RequestError as error:
                not_counted[year] = error.problems[0].why
        return check_result(Checked(problems, leftovers, identities, not_counted))

    def reconcile(
        self, year: str | None = None, *, at: int | None = None, report: Report = _silent
    ) -> ReconcileResult:
        """Spender and funder view, row by row, and the transfers between counted bodies.

        Raises:
            RequestError: a year or snapshot that is not to be had.
        """
        from totalplace import count as counting
        from totalplace._api._reconcile import Reconciled, reconcile_result

        request = self._request(year, at=at)
        counted = self._count(request, report)
        with self._engine() as engine:
            report("transfers")
            paid = counting.transfers(
                engine,
                self.folder,
                year=request.year,
                today=self._today(),
                at=counted.snapshot,
            )
            traced = counting.trace_place(
                engine,
                self.folder,
                year=request.year,
                today=self._today(),
                at=counted.snapshot,
            )
        return reconcile_result(Reconciled(counted, tuple(paid), traced.in_transit))

    def explain(
        self,
        id: str,  # noqa: A002 - the option's own name
        *,
        year: str | None = None,
        offset: int = 0,
    ) -> ExplainResult:
        """Explain a figure_id, a line_id or a claim id.

        Args:
            id: of a figure that a count of this place has made, of a line, or of a claim.
            year: the financial year in which a line is read; by default the place's first.
            offset: lines of a figure to skip; a page has 20.

        Raises:
            RequestError: nothing has this id.
        """
        from totalplace._api._explain import claim_result, figure_result, line_result

        claim = claim_result(id)
        if claim is not None:
            return claim
        with self._engine() as engine:
            if ":" in id:
                request = self._request(year)
                return line_result(engine, self.folder, id, year=request.year, today=self._today())
            return figure_result(engine, self.folder, id, today=self._today(), offset=offset)

    def trace(
        self, year: str | None = None, *, body: str | None = None, at: int | None = None
    ) -> TraceResult:
        """Whose money each body spends in the end, through every transfer, cycles included.

        Args:
            year: financial year; by default the place's first.
            body: only this body: a body_id, ONS code, name or alias.
            at: number of a snapshot.

        Raises:
            RequestError: a year, body or snapshot that is not to be had.
        """
        from totalplace._api._reconcile import trace_result
        from totalplace.count import trace_place

        request = self._request(year, at=at)
        body_id = None if body is None else bodies_of(self.folder).find(body).body_id
        with self._engine() as engine:
            traced = trace_place(engine, self.folder, year=request.year, today=self._today(), at=at)
        if body_id is not None and body_id not in traced.spent:
            raise RequestError(
                Problem(
                    "not_counted",
                    "this body books no money of its own in the place",
                    f"--body {body}",
                    f"the count of {request.year} has no return or payments of {body_id}",
                    f"choose one of {', '.join(sorted(traced.spent)) or 'none'}",
                )
            )
        return trace_result(self.name, traced, body_id)

    def diff(self, n: int, m: int, *, year: str | None = None) -> DiffResult:
        """Compare the counts of two snapshots: what changed, by body and cause.

        Raises:
            RequestError: no such snapshot, or one of them holds nothing of the year.
        """
        from totalplace._api._reconcile import diff_result
        from totalplace.count import diff

        request = self._request(year)
        with self._engine() as engine:
            found = diff(engine, self.folder, n, m, year=request.year, today=self._today())
        names = {body_id: one.name for body_id, one in bodies_of(self.folder).bodies.items()}
        return diff_result(found, names)

    def snapshot(self, note: str | None = None) -> SnapshotResult:
        """Freeze the place as it is now; without a note and unchanged, the last snapshot."""
        last = len(self.folder.snapshots())
        made = self.folder.freeze(note, today=self._today())
        return snapshot_result(made, is_new=made.n > last)

    def decide(
        self,
        object_id: str | None = None,
        *,
        what: str | None = None,
        value: str | None = None,
        why: str = "",
        who: str | None = None,
    ) -> DecisionsResult:
        """Make a human choice that every later count obeys, or list those that hold.

        Args:
            object_id: what it is about: a payee's name, a stream's name, a pattern of payments
                (``BODY | UNIT | EXPENSE [| PAYEE]``), for ``licence`` a source by its SHA-256,
                ``body:`` and a body, or ``*`` for every source that says none; for ``undo`` the
                number of a decision. None lists the decisions that hold.
            what: ``alias`` (the payee is this body), ``class`` (those payments have this
                function), ``licence`` (the source was published under it), ``match`` (payments and
                receipts, ``PAYER | PAYEE | STREAM [| YEAR]``, are one transfer, or none),
                ``payee_kind`` (the payee is an organisation, whose name may be published, or an
                individual), ``stream`` (the name means this stream), or ``undo``.
            value: the body, COFOG code, licence, ``organisation`` or ``individual``, stream, or
                what a transfer is: ``same``, ``purchase``, ``not_paid`` or a second key.
            why: the reason.
            who: whose choice it is; by default the name of the computer's user.

        Raises:
            RequestError: an unknown kind, body or stream, or no such decision to undo.
        """
        if object_id is None:
            return decisions_result(self.folder.decisions())
        from totalplace._api._decide import Choice

        (made,) = self._decide([Choice(object_id, what, value, why)], who=who, why="")
        return decisions_result(self.folder.decisions(), made=made)

    def decide_all(
        self,
        choices: Sequence[Choice],
        *,
        why: str = "",
        who: str | None = None,
        before: Callable[[tuple[Decision, ...]], None] | None = None,
    ) -> DecisionsResult:
        """Make several human choices: all are looked at before the first is made.

        They are written one after the other under one lock; each is a row of its own. ``facts``
        are the decisions made, in the order of the choices.

        Args:
            choices: each what `decide` takes.
            why: the reason of those that give none.
            who: whose choices those are that do not say; by default the computer's user.
            before: told the decisions with their numbers while nobody else can decide or load, and
                before the first is written; what it raises stops them all.

        Raises:
            RequestError: every problem of every choice; nothing was decided.
            PlaceError: the disk took no more; the problems say which were written. Or somebody else
                wrote for too long; nothing was decided.
        """
        numbers = self._decide(choices, who=who, why=why, before=before)
        made = [one for one in self.folder.all_decisions() if one.n in numbers]
        return decisions_made(made)

    def _decide(
        self,
        choices: Sequence[Choice],
        *,
        who: str | None,
        why: str,
        before: Callable[[tuple[Decision, ...]], None] | None = None,
    ) -> tuple[int, ...]:
        from totalplace._api._decide import as_new_decisions

        who = system_user() if who is None else who
        decisions = as_new_decisions(self.folder, choices, who=who, when=self._now(), why=why)
        return self.folder.decide_all(decisions, before=before)

    def decisions(self) -> Result[tuple[DecisionMade, ...]]:
        """Every decision ever made, by number: who, when and why, and what undid it.

        Undoing is a decision too; ``decide()`` lists those that hold.
        """
        return history_result(self.folder.all_decisions())

    def effect(
        self, choices: Sequence[Choice], *, year: str | None = None, report: Report = _silent
    ) -> Result[Effect]:
        """What choices would do to the headline, if they were made: nothing of it is.

        The headline before and after, the change by body, and how many transfers are matched and
        unresolved. What is counted is kept among the derived tables, so that the headline before,
        and that of choices that are then made, is not counted again. A place that stays open reads
        its lines once for many choices.

        Args:
            choices: each what `decide` takes; a reason is not needed.
            year: financial year; by default the place's first.
            report: told the name of each stage.

        Raises:
            RequestError: every problem of every choice, or a year that is not to be had.
        """
        from totalplace._api._decide import as_new_decisions
        from totalplace._api._effect import effect_result

        decisions = as_new_decisions(
            self.folder, choices, who=system_user(), when=self._now(), why=""
        )
        return effect_result(
            self._own_desk(),
            self.folder,
            decisions,
            year=self.years[0] if year is None else year,
            report=report,
        )

    def queue(
        self,
        kind: str,
        *,
        year: str | None = None,
        top: int | None = None,
        at: int | None = None,
        report: Report = _silent,
    ) -> Result[Queue]:
        """What a person has to decide, the largest money first.

        Kinds: ``transfers`` (payments and receipts between accounts that nothing matches),
        ``payees`` (unknown payees that sound public), ``payee_kinds`` (payees of whom nothing says
        whether they are organisations or people; this alone may name people), ``unclassified``
        (payments whose function is not known). What is decided already does not appear. A place
        that stays open reads its lines once for the headline (`effect`) and the transfers.

        Args:
            kind: one of these.
            year: financial year; by default the place's first for transfers, and every year that
                payments are of for the others.
            top: how many items; all by default.
            at: number of a snapshot; by default the place as it is now.
            report: told the name of each stage.

        Raises:
            RequestError: no such kind, year or snapshot, or no lines of the sort.
        """
        from totalplace._api._queue import queue_result

        with self._engine() as engine:
            return queue_result(
                engine,
                self._own_desk(),
                self.folder,
                kind,
                year=year,
                top=top,
                at=at,
                today=self._today(),
                report=report,
            )

    def payees(self, *, top: int = 20, at: int | None = None) -> Result[Payees]:
        """Who is paid in the spending lines: bodies, other organisations, people.

        Lists the largest payees that sound public and are no body of the register, and the
        largest suppliers that two bodies or more pay, with their spellings. People and withheld
        names are summed and never listed.

        Args:
            top: how many of each list.
            at: a snapshot's number; by default the place as it is now.

        Raises:
            RequestError: the place holds no spending lines.
        """
        from totalplace._api._payees import payees_result

        with self._engine() as engine:
            return payees_result(engine, self.folder, top=top, at=at)

    def template(
        self, path: Path | str, *, body: str | None = None, year: str | None = None
    ) -> Result[Template]:
        """Write the workbook that a partner body fills in as its return; `add` reads it back.

        Args:
            path: a file that ends in ``.xlsx``.
            body: whose return it is: its name, and the streams of its earlier returns, stand in
                the rows. None leaves the body to be chosen.
            year: financial year; by default the place's first.

        Raises:
            RequestError: an unknown body, no financial year, or a file that cannot be written.
        """
        from totalplace.count import stream_names

        streams = stream_names(self.folder)
        bodies = bodies_of(self.folder)
        when = self.years[0] if year is None else year
        return write_template(
            self.folder, bodies, Path(path), body=body, year=when, streams=streams
        )

    def returns(
        self,
        year: str | None = None,
        *,
        due: date | None = None,
        at: int | None = None,
        report: Report = _silent,
    ) -> Result[Returns]:
        """Which bodies of the place have sent their return: received, late, revised or none.

        And what the count uses of each body, with how much of its money is from returns.

        Args:
            year: financial year; by default the place's first.
            due: the last day on which a return is in time.
            at: number of a snapshot; by default the place as it is now.
            report: told the name of each stage of the count.

        Raises:
            RequestError: a year or snapshot that is not to be had.
        """
        from totalplace._api._returns import returns_result
        from totalplace.count import all_missing

        request = self._request(year, by=["body", "cap_rev"], at=at)
        counted: Counted | None = None
        absent: tuple[Coverage, ...] = ()
        try:
            counted = self._count(request, report)
        except RequestError as error:
            if {one.code for one in error.problems} != {"no_such_year"}:
                raise
            # nothing was sent yet: everybody is waited for
            absent = all_missing(self.folder, self.folder.state(at), request.year)
        state = self.folder.state(at if counted is None else counted.snapshot)
        return returns_result(
            self.folder,
            state,
            request.year,
            counted=counted,
            coverage=absent if counted is None else counted.coverage,
            due=due,
            today=self._today(),
        )

    def export(
        self,
        path: Path | str,
        *,
        year: str | None = None,
        licence: str | None = None,
        at: int | None = None,
        report: Report = _silent,
    ) -> Result[Exported]:
        """Count the place and write the count as a Fiscal Data Package 0.3.

        It holds sums by body, function, nature and stream, gross and eliminated, and no payee.

        Args:
            path: a folder that does not exist, or is empty.
            year: financial year; by default the place's first.
            licence: under which the package is published, such as ``OGL-UK-3.0``.
            at: number of a snapshot.
            report: told the name of each stage.

        Raises:
            RequestError: a year or snapshot that is not to be had, or a folder that cannot be
                written.
        """
        from totalplace.count import net_cells

        request = self._request(year, at=at)
        with self._engine() as engine:
            cells = net_cells(engine, self.folder, request, today=self._today(), report=report)
        return export_package(self.folder, cells, Path(path), licence=licence)

    def report(
        self,
        path: Path | str,
        *,
        year: str | None = None,
        at: int | None = None,
        report: Report = _silent,
    ) -> Result[Reported]:
        """Write the count as a report: headline, pictures, tables, reconciliation, method, sources.

        The same snapshot gives the same file, byte for byte.

        Args:
            path: a file that ends in ``.docx``, ``.pdf``, ``.xlsx`` or ``.html``.
            year: financial year; by default the place's first.
            at: number of a snapshot; by default the place as it is now.
            report: told the name of each stage.

        Raises:
            RequestError: a year or snapshot that is not to be had, or a file that cannot be
                written.
        """
        from totalplace._api._report import report_result

        with self._engine() as engine:
            return report_result(
                engine, self.folder, Path(path), year=year, at=at, today=self._today(),
                report=report,
            )  # fmt: skip

    def keep_case(
        self,
        case: Path | str,
        *,
        who: str,
        approved_by: str,
        why: str,
        when: str | None = None,
        files: Mapping[str, bytes] | None = None,
        draws: int = 10_000,
        seed: int | None = None,
    ) -> Result[KeptCase]:
        """Run a case that a second person has approved, and keep it with its figures for good.

        It becomes the next revision of its id; ``publish`` lets out the latest of each that holds.
        The approval is a decision: ``decide(n, what="undo")`` takes it back.

        Args:
            case: the path of a case file, or the text of one.
            who: whose case it is.
            approved_by: the person who approves it: another one.
            why: the approver's reason.
            when: ISO timestamp of the approval; by default now.
            files: of a text, the files that it names: name -> content.
            draws: how often its uncertain numbers are drawn.
            seed: of the draws; the case's own without.

        Raises:
            RequestError: every problem of the case, a file outside its folder, an id that is no
                address, no reason, or one person for both; nothing was kept.
            PlaceError: the disk cannot take it.
        """
        from totalplace._api._kept_cases import keep_case

        return keep_case(
            self.folder,
            case,
            files=files or {},
            draws=draws,
            seed=seed,
            approval=self._approval(who, approved_by, why, when),
        )

    def cases(self, *, at: int | None = None, every: bool = False) -> Result[Sequence[KeptCase]]:
        """The approved cases: the latest revision of each that holds, by id.

        Args:
            at: as of this snapshot.
            every: every revision ever approved, those whose approval was taken back too.

        Raises:
            RequestError: no such snapshot.
            PlaceError: one is missing or not what was approved.
        """
        from totalplace._api._kept_cases import kept_cases

        return kept_cases(self.folder, "case", at=at, every=every)

    def case(self, slug: str, revision: int | None = None) -> Result[KeptCase]:
        """An approved case: its files, the figures it was approved with, and by whom.

        Args:
            slug: its id.
            revision: one that was ever approved; by default the latest that holds.

        Raises:
            RequestError: there is none.
            PlaceError: it is missing or not what was approved.
        """
        from totalplace._api._kept_cases import kept_case

        return kept_case(self.folder, "case", slug, revision)

    def keep_portfolio(
        self,
        portfolio: Path | str,
        *,
        who: str,
        approved_by: str,
        why: str,
        when: str | None = None,
        files: Mapping[str, bytes] | None = None,
    ) -> Result[KeptCase]:
        """Solve a portfolio that a second person has approved, and keep it with what it gives.

        As `keep_case`, of a portfolio and the cases that it names.

        Raises:
            RequestError: every problem of the portfolio, a file outside its folder, an id that is
                no address, no reason, one person for both, or no answer; nothing was kept.
            PlaceError: the disk cannot take it.
        """
        from totalplace._api._kept_cases import keep_portfolio

        return keep_portfolio(
            self.folder,
            portfolio,
            files=files or {},
            approval=self._approval(who, approved_by, why, when),
        )

    def portfolios(
        self, *, at: int | None = None, every: bool = False
    ) -> Result[Sequence[KeptCase]]:
        """The approved portfolios, as `cases`."""
        from totalplace._api._kept_cases import kept_cases

        return kept_cases(self.folder, "portfolio", at=at, every=every)

    def portfolio(self, slug: str, revision: int | None = None) -> Result[KeptCase]:
        """An approved portfolio, as `case`.

        Raises:
            RequestError: there is none.
            PlaceError: it is missing or not what was approved.
        """
        from totalplace._api._kept_cases import kept_case

        return kept_case(self.folder, "portfolio", slug, revision)

    def publish(
        self, *, at: int | None = None, note: str = "", report: Report = _silent
    ) -> Result[Published]:
        """Write what the public may see of a snapshot into the place's public zone.

        It appears in ``public/<n>/`` whole or not at all and is never changed afterwards: the same
        snapshot gives the same files. Payees are named only where they are recognised as
        organisations; the lines of all others are summed.

        Args:
            at: number of a snapshot; by default the place as it is now.
            note: what changes with it, as the public is told, word for word.
            report: told the name of each stage.

        Raises:
            RequestError: no such snapshot, a source whose licence is not known or does not allow
                it, no year that can be counted, or the snapshot was withdrawn or is published with
                other content.
            IdentityError: one of our own identities does not hold.
        """
        from totalplace._api._publish import publish_place

        with self._engine() as engine:
            return publish_place(
                engine, self.folder, at=at, today=self._today(), note=note.strip(), report=report
            )

    def check_licences(self, *, at: int | None = None) -> None:
        """Find out whether what the place rests on may be published again.

        Args:
            at: number of a snapshot; by default the place as it is now.

        Raises:
            RequestError: sources whose licence is not known or does not allow it, all at once.
        """
        from totalplace._api._publish import check_licences

        check_licences(self.folder, at)

    def withdraw(self, n: int, *, reason: str) -> Result[Withdrawn]:
        """Take a publication back: its files go, and a notice with the reason stays.

        Args:
            n: the publication's number, which is its snapshot's.
            reason: why, as the public is told it.

        Raises:
            RequestError: there is no such publication, or no reason is given.
        """
        from totalplace._api._publish import withdraw_place

        return withdraw_place(self.folder, n, reason=reason, when=self._now())

    def backup(
        self,
        path: Path | str,
        *,
        yes: bool = False,
        parts: Mapping[str, Part] | None = None,
        progress: Progress | None = None,
    ) -> Result[Backed]:
        """Write the place, as it is at one moment, into one file: a ZIP archive with a manifest.

        Others may read and write the place meanwhile; nobody waits. The file is there whole or not
        at all, and only its owner may read it. Every file whose SHA-256 is known is verified.
        :func:`totalplace.restore_place` makes the place again.

        Args:
            path: a file outside the place's folder.
            yes: replace a file that is there.
            parts: name in the backup -> a file, or a function that writes one to a stream: what is
                kept beside the place. ``workbench/`` of the place is taken in this way alone.
            progress: told the file, the stage, the bytes done and the bytes that there are to do.

        Raises:
            RequestError: the backup cannot be written there.
            PlaceError: the place is damaged, or the disk cannot take it; nothing was written.
        """
        from totalplace._api._backup import backup_result

        return backup_result(
            self.folder, Path(path), made=self._now(), yes=yes, parts=parts, progress=progress
        )

    def migrate(self) -> Result[Migrated]:
        """Make a place that an older version made one of this version.

        An older place is read as it is, and becomes a new one with the first thing that is written
        to it: only a place that is to become one before that needs this. The older program then
        refuses it.

        Raises:
            PlaceError: the disk cannot take it.
        """
        from totalplace._api._backup import migrate_result

        return migrate_result(self.folder)

    def formats(self) -> FormatsResult:
        """The formats that files are recognised as."""
        return formats()

    def lines(self, dataset: str, *, at: int | None = None) -> Any:
        """The clean lines of one dataset as an Ibis table, with their line_id.

        It lives as long as the place object does, or until ``close()``.

        Args:
            dataset: such as ``spend``, ``card``, ``grant``, ``cra``, ``ro``, ``return`` or
                ``population``.
            at: a snapshot's number; by default the place as it is now.

        Raises:
            RequestError: the place holds no such lines; the message says which it holds.
        """
        from totalplace._api._lines import lines_table

        if self._kept is None:
            self._kept = self._new_engine()
            self._let_go = weakref.finalize(self, self._kept.close)
        return lines_table(self._kept, self.folder, dataset, at=at)

    def close(self) -> None:
        """Let go of the engines behind ``lines``, ``effect``, ``queue``; it can be used on."""
        self._let_go()
        if self._desk is not None:
            self._desk.close()
        self._kept = None

    def _today(self) -> date:
        return self._clock().date()

    def _now(self) -> str:
        return self._clock().isoformat(timespec="seconds")

    def _approval(self, who: str, approved_by: str, why: str, when: str | None) -> Approval:
        return Approval(
            who=who, approved_by=approved_by, why=why, when=self._now() if when is None else when
        )

    def _request(
        self,
        year: str | None,
        *,
        by: Sequence[str] = (),
        per: str | None = None,
        key: str | None = None,
        real: str | None = None,
        at: int | None = None,
    ) -> Request:
        from totalplace.count import Request

        return Request(
            year=self.years[0] if year is None else year,
            by=tuple(dict.fromkeys([by] if isinstance(by, str) else by)),
            per=per,
            key=key,
            real=real,
            at=at,
        )

    def _count(self, request: Request, report: Report) -> Counted:
        from totalplace.count import count

        with self._engine() as engine:
            return count(engine, self.folder, request, today=self._today(), report=report)

    def _own_desk(self) -> Desk:
        from totalplace.count import Desk

        if self._desk is None:
            self._desk = Desk(self._new_engine)
            weakref.finalize(self, self._desk.close)
        return self._desk

    def _new_engine(self) -> Engine:
        from totalplace.engine import engine_named

        return (self._make_engine or engine_named(self.folder.engine))()

    @contextmanager
    def _engine(self) -> Iterator[Engine]:
        engine = self._new_engine()
        try:
            yield engine
        finally:
            engine.close()
