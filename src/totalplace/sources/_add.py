"""`add`: files are taken in one by one, each whole or not at all."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

from totalplace.errors import (
    FileError,
    FileRefused,
    PlaceError,
    Problem,
    Quarantined,
)
from totalplace.model import Body, BodyRegister
from totalplace.money import format_gbp
from totalplace.place import Change, Folder, Member, Source, State
from totalplace.sources._asked import bare_name, check_request, refuse_what_is_no_file
from totalplace.sources._format import MembersRefused, Memo, Outcome, Reading
from totalplace.sources._mapping_layout import Layout
from totalplace.sources._mapping_memory import Memory, false_reply
from totalplace.sources._messages import Request
from totalplace.sources._register_rows import refuse_unfit_registers, register_rank
from totalplace.sources._report import AddReport, FileReport, Status, report_of_member
from totalplace.sources._sandbox import Reads, Sandbox, seconds_for

__all__ = ["add", "own_registers", "sandbox_of"]

Progress = Callable[[str, str, int, int], None]
"""Told the file, the stage, and how much of the file is done of how much: records, where it tells
how many it has, so that done by time is records a second and the rest tells the time left."""


def add(
    folder: Folder,
    paths: Sequence[Path],
    *,
    body: str | None = None,
    format_id: str | None = None,
    supersedes: str | None = None,
    yes: bool = False,
    mapping: Path | None = None,
    layouts: Sequence[Layout] = (),
    name: str | None = None,
    who: str = "totalplace",
    received: str,
    registers: BodyRegister | None = None,
    publisher: str | None = None,
    licence: str | None = None,
    progress: Progress | None = None,
    reader: Reads | None = None,
) -> AddReport:
    """Take published files into a place.

    Each file is stored byte for byte, recognised, read and committed by itself: one that is
    refused changes nothing and never stops the others. A zip or a workbook is one file: all of
    its members are loaded, or none. A file that the place has already changes nothing.

    Args:
        paths: the files.
        body: whose money it is (body_id, ONS code, name or alias), where the file does not say.
        format_id: one of :func:`formats`, to have no other tried.
        supersedes: SHA-256 (its beginning will do) of the source that the one file replaces.
        yes: accept what would otherwise be refused as doubtful, e.g. gross amounts.
        mapping: a file of layouts that are agreed to, see `Folder.mapping_path`.
        layouts: the same as data; those that a file is read by are written into that file.
        name: what the one file was called where it came from.
        who: whose agreement a layout is that is taken.
        received: when they were supplied: ISO timestamp by the caller's clock.
        registers: every body known to the place; by default looked up there when `body` is given.
        publisher: who published the files; kept with a source that is new.
        licence: under which they were published; kept with a source that is new.
        progress: told the file, the stage, what is done and what there is to do.
        reader: what reads them; by default a sandbox that ends with the call. One that may read
            the place and write to its folder of files in the making serves several calls.

    Raises:
        RequestError: nothing was done: an unknown body, format or source, no file that exists, or
            several files for one `supersedes`; all of it at once.
        PlaceError: the place's disk cannot take it; files added before stay.
    """
    asked = check_request(
        folder,
        paths,
        body=body,
        format_id=format_id,
        supersedes=supersedes,
        mapping=mapping,
        layouts=layouts,
        name=name,
        registers=registers,
    )
    memory = Memory(folder, named=asked.layouts, given=layouts, who=who, when=received)
    reports: dict[int, list[FileReport]] = {}
    with contextlib.ExitStack() as stack:
        if reader is None:
            reader = stack.enter_context(sandbox_of(folder))
        # a register of bodies goes before those that name them
        for at in sorted(range(len(paths)), key=lambda at: register_rank(paths[at])):
            adding = _Adding(
                paths[at],
                name,
                asked.body,
                format_id,
                asked.old,
                yes,
                received,
                publisher,
                licence,
                progress,
                reader,
                memory,
            )
            reports[at] = adding.run(folder)
    return AddReport(tuple(report for at in range(len(paths)) for report in reports[at]))


def sandbox_of(folder: Folder) -> Sandbox:
    """A sandbox for the files of one place."""
    return Sandbox(reads=[folder.path], writes=[folder.path / "tmp"])


@dataclasses.dataclass(frozen=True)
class _Adding:
    """One file on its way in."""

    path: Path
    name: str | None
    body: Body | None
    format_id: str | None
    old: Source | None
    yes: bool
    received: str
    publisher: str | None
    licence: str | None
    progress: Progress | None
    reader: Reads
    memory: Memory

    @property
    def called(self) -> str:
        """What the file is called in messages."""
        return str(self.path) if self.name is None else self.name

    @property
    def own_name(self) -> str:
        """Its name without a folder."""
        return self.path.name if self.name is None else bare_name(self.name)

    def run(self, folder: Folder) -> list[FileReport]:
        sha256: str | None = None
        try:
            refuse_what_is_no_file(self.path)
            with folder.change() as change:
                self._step("storing", 0, 1)
                source = change.store_source(
                    self.path,
                    name=self.own_name,
                    received=self.received,
                    publisher=self.publisher,
                    licence=self.licence,
                )
                sha256 = source.sha256
                if self.old is not None:
                    change.supersede(self.old.sha256, by=sha256)
                known = _latest(change.state, sha256)
                if known and not self._is_read_anew(known):
                    return [self._already_there(one) for one in known]
                outcomes = self._read(folder, change, source)
                if known and _are_read_so(outcomes, known):
                    told = self.memory.unused(self.called)
                    # whoever was killed before the layout was remembered asks once more
                    told += self.memory.keep(self.own_name, is_loaded=True)
                    return _with_warnings([self._already_there(one) for one in known], told)
                _refuse_empty_reading(outcomes, known, self.called)
                outcomes = _taken(change, source, outcomes, is_anew=bool(known))
            told = self.memory.unused(self.called)
            told += self.memory.keep(self.own_name, is_loaded=True)
            reports = self._reports(source, outcomes, change)
            return _with_warnings(reports, (*told, *_read_anew(self.called, known)))
        except FileError as error:
            is_quarantined = isinstance(error, Quarantined)
            status: Status = "quarantined" if is_quarantined else "refused"
            reports = _failed(error, file=self.called, sha256=sha256, status=status)
            return _with_warnings(reports, self.memory.keep(self.own_name, is_loaded=False))
        except OSError as error:
            raise PlaceError(_cannot_write(folder, self.path, error)) from error

    def _is_read_anew(self, known: Sequence[Member]) -> bool:
        """Whether a file that is there is read once more: a mapping that is named may differ."""
        return self.memory.has_named and self.old is None and any(one.is_active for one in known)

    def _already_there(self, member: Member) -> FileReport:
        report = report_of_member(member, file=self.called, status="already_there")
        if member.is_active or self.old is not None:
            return report
        return dataclasses.replace(report, warnings=(_superseded(self.called, member),))

    def _read(self, folder: Folder, change: Change, source: Source) -> Sequence[Outcome]:
        path = change.source_path(source.sha256)
        request = Request(
            path=str(path.absolute()),
            file=self.called,
            source=source,
            folder=str(change.path.absolute()),
            format_id=self.format_id,
            body_id=None if self.body is None else self.body.body_id,
            yes=self.yes,
            registers=own_registers(folder, change.state),
            seconds=seconds_for(path),
        )
        self.memory.tell(change.path, change.state)
        try:
            outcomes = self.reader.read(request, folder=change.path, step=self._step)
        finally:
            self.memory.learn(change.path)
        self.memory.check(self.called, yes=self.yes)
        _refuse_false_members(outcomes, source, self.called)
        self._refuse_false_supplements(outcomes, change.state)
        refuse_unfit_registers(folder, change, outcomes, where=self.called)
        return outcomes

    def _refuse_false_supplements(self, outcomes: Sequence[Outcome], state: State) -> None:
        """Refuse corrected rejects of records whose corrections are in already.

        Raises:
            FileRefused: ``already_supplemented``; or ``sandbox_crash``, if they are said to be of
                what has no rejects.
        """
        members = {one.key: one for one in state.active}
        for outcome in outcomes:
            key = outcome.member.supplements if isinstance(outcome, Reading) else None
            if key is None:
                continue
            if key not in members or not members[key].rejected:
                raise FileRefused(false_reply(self.called, "it supplements what has no rejects"))
            others = [one for one in state.active if one.supplements == key]
            if others and (self.old is None or others[0].sha256 != self.old.sha256):
                raise FileRefused(_supplemented(self.called, members[key], others[0]))

    def _reports(
        self, source: Source, outcomes: Sequence[Outcome], change: Change
    ) -> list[FileReport]:
        late = {member.key for member in change.already_there}
        reports = []
        for outcome in outcomes:
            if isinstance(outcome, Memo):
                reports.append(
                    FileReport(
                        file=self.called,
                        member=outcome.member,
                        status="loaded",
                        sha256=source.sha256,
                        records=outcome.records,
                        skipped={"memo": outcome.records},
                        notes=(_memo(self.called, outcome),),
                    )
                )
                continue
            is_late = outcome.member.key in late
            report = report_of_member(
                outcome.member,
                file=self.called,
                status="already_there" if is_late else "loaded",
            )
            reports.append(
                dataclasses.replace(report, warnings=outcome.warnings, notes=outcome.notes)
            )
        return reports

    def _step(self, stage: str, done: int, total: int) -> None:
        if self.progress is not None:
            self.progress(self.called, stage, done, total)


def _latest(state: State, sha256: str) -> list[Member]:
    """The members of a source as it was read last."""
    return [one for one in state.members_of(sha256) if one.superseded_by != sha256]


def _are_read_so(outcomes: Sequence[Outcome], known: Sequence[Member]) -> bool:
    """Whether members of the place hold what has just been read."""
    read = [
        (one.member.member, one.member.dataset, _sha256(one.lines), one.member.mapping)
        for one in outcomes
        if isinstance(one, Reading)
    ]
    return read == [(one.member, one.dataset, one.lines_sha256, one.mapping) for one in known]


def _refuse_empty_reading(outcomes: Sequence[Outcome], known: Sequence[Member], where: str) -> None:
    """Refuse a reading without a line where the one before it has some.

    Raises:
        FileRefused: ``nothing_read``.
    """
    before = sum(one.lines for one in known)
    now = [one.member for one in outcomes if isinstance(one, Reading)]
    if before and not any(one.lines for one in now):
        raise FileRefused(
            Problem(
                "nothing_read",
                "by the mapping that you named, not one record of the file can be read",
                where,
                f"{sum(one.rejected for one in now):,} records would be rejected; the place has"
                f" {before:,} lines of it, which stay",
                "look whether each field of the mapping names the right column",
            )
        )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _taken(
    change: Change, source: Source, outcomes: Sequence[Outcome], *, is_anew: bool
) -> list[Outcome]:
    """Give the change what was read; the outcomes with the members as the place has them."""
    first = change.read_anew(source.sha256) if is_anew else 0
    taken: list[Outcome] = []
    for outcome in outcomes:
        if isinstance(outcome, Reading):
            at = outcome.member.member_index + first
            member = dataclasses.replace(outcome.member, member_index=at)
            change.add_member(member, outcome.lines, outcome.rejects)
            taken.append(dataclasses.replace(outcome, member=member))
        else:
            taken.append(outcome)
    return taken


def _refuse_false_members(outcomes: Sequence[Outcome], source: Source, where: str) -> None:
    """Refuse members of another source: a reader that a file has taken over may name them.

    Raises:
        FileRefused: ``sandbox_crash``.
    """
    for outcome in outcomes:
        if isinstance(outcome, Reading):
            member = outcome.member
            told = (member.sha256, member.file_name, member.received, member.status)
            if told != (source.sha256, source.name, source.received, "active"):
                raise FileRefused(false_reply(where, "it names a source that it was not given"))


def own_registers(folder: Folder, state: State) -> dict[str, tuple[str, ...]]:
    """Table -> the files of the rows that the place adds to it."""
    tables = {member.dataset for member in state.active if member.is_register}
    return {
        table: tuple(str(path.absolute()) for path in folder.reference_paths(table, state))
        for table in sorted(tables)
    }


def _failed(error: FileError, *, file: str, sha256: str | None, status: Status) -> list[FileReport]:
    """One report a member of a file that was not taken in."""
    faults = error.by_member if isinstance(error, MembersRefused) else {"": error.problems}
    return [
        FileReport(file=file, member=member, status=status, sha256=sha256, problems=tuple(problems))
        for member, problems in faults.items()
    ]


def _with_warnings(reports: list[FileReport], told: tuple[Problem, ...]) -> list[FileReport]:
    """The reports, the first of which says too what is told about the file."""
    if told and reports:
        first = reports[0]
        if first.problems:
            reports[0] = dataclasses.replace(first, problems=(*first.problems, *told))
        else:
            reports[0] = dataclasses.replace(first, warnings=(*first.warnings, *told))
    return reports


def _memo(path: str, memo: Memo) -> Problem:
    return Problem(
        "no_data",
        "nothing is read from this part of the file",
        f"{path}, {memo.member}",
        memo.reason,
        "nothing to do",
    )


def _read_anew(path: str, known: Sequence[Member]) -> tuple[Problem, ...]:
    if not known:
        return ()
    lines = sum(one.lines for one in known if one.is_active)
    pence = sum(one.sum_pence or 0 for one in known if one.is_active)
    return (
        Problem(
            "read_anew",
            "the place had this file; it is read anew, by the mapping that you named",
            path,
            f"its {lines:,} lines of before, with {format_gbp(pence)}, no longer count",
            "nothing to do: snapshots that were made before still find them",
        ),
    )


def _supplemented(path: str, member: Member, by: Member) -> Problem:
    return Problem(
        "already_supplemented",
        "the place has corrections of these rejected records already",
        path,
        f"{by.file_name} holds those of {member.file_name}; both would count",
        f"if this file replaces it, add it with --supersedes {by.sha256[:12]}; what was rejected"
        " from it again has rejects of its own",
    )


def _superseded(path: str, member: Member) -> Problem:
    return Problem(
        "superseded",
        "the place has this file, but another one has taken its place",
        path,
        f"it was superseded by {member.superseded_by}",
        "add it with --supersedes and that hash if it is to count again",
    )


def _cannot_write(folder: Folder, path: Path, error: OSError) -> Problem:
    return Problem(
        "disk_fault",
        "the file could not be worked on",
        f"{path}, for the place {folder.path}",
        error.strerror or str(error) or type(error).__name__,
        "free some disk space, then add the same files again: those already in stay",
    )
