"""One change of a place: files are prepared in private, then become visible in one rename."""

from __future__ import annotations

import contextlib
import dataclasses
import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import pyarrow as pa
import pyarrow.parquet as pq

from totalplace.errors import FileRefused, Problem, Quarantined, RequestError
from totalplace.place import _files
from totalplace.place._create import renew
from totalplace.place._documents import encode
from totalplace.place._journal import append, load_state
from totalplace.place._state import Member, Source, State
from totalplace.place._workspace import discard, note_moves, workspace, write_lock

__all__ = ["Change", "parquet_bytes"]


class Change:
    """A change that is whole or nothing; use it as a context manager.

    On a normal exit everything it was given becomes visible by one atomic rename of the state;
    on an exception, a full disk or a `kill -9` the place stays as it was. Several changes may be
    prepared at once in any number of processes; each commit re-reads the state under the place's
    lock, so none loses another's work. A member that another process has added meanwhile is left
    as that one added it and named in `already_there`.

    ::

        with folder.change() as change:
            source = change.store_source(Path("spend.csv"), name="spend.csv", received=now)
            ...  # read change.source_path(source.sha256), write change.path / "lines.parquet"
            change.add_member(member, change.path / "lines.parquet")

    Attributes:
        path: a private folder inside the place for the files in the making; it is gone afterwards.
        state: the state when the change began.
        already_there: after the commit, the members of this change that the place already had.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._stack = contextlib.ExitStack()
        self._sources: dict[str, Source] = {}
        self._members: dict[tuple[str, int], Member] = {}
        self._superseded: dict[str, str] = {}
        self._read_anew: set[str] = set()
        self._moves: dict[Path, Path] = {}
        self.already_there: tuple[Member, ...] = ()

    def __enter__(self) -> Self:
        self.path = self._stack.enter_context(workspace(self._root))
        self.state = load_state(self._root)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._stack:
            if error is None:
                self._commit()

    def store_source(
        self,
        content: Path | bytes,
        *,
        name: str,
        received: str,
        publisher: str | None = None,
        licence: str | None = None,
    ) -> Source:
        """Copy a supplied file into the place, byte for byte, a megabyte at a time.

        Args:
            received: ISO timestamp by the caller's clock.

        Returns:
            The source; that of the first supply if the place already has these bytes.

        Raises:
            FileRefused: the supplied file is missing or cannot be read.
            PlaceError: the place's disk cannot take it.
        """
        staged = self.path / f"source-{len(self._sources)}"
        with contextlib.ExitStack() as stack:
            stack.callback(_files.remove_file, staged)
            sha256, size_bytes = _copy(content, staged)
            known = [*self.state.sources, *self._sources.values()]
            for source in known:
                if source.sha256 == sha256:
                    return source
            source = Source(
                sha256=sha256,
                name=name.encode("utf-8", "replace").decode(),
                size_bytes=size_bytes,
                received=received,
                publisher=publisher,
                licence=licence,
            )
            facts = self.path / f"source-{len(self._sources)}.json"
            _files.write_file(facts, encode(source))
            stack.pop_all()
        self._sources[sha256] = source
        self._moves[source.path] = staged
        self._moves[source.facts_path] = facts
        return source

    def source_path(self, sha256: str) -> Path:
        """Where a source's bytes can be read now, before and after the commit of others.

        Raises:
            RequestError: neither the place nor this change has such a source.
        """
        if sha256 in self._sources:
            return self._moves[self._sources[sha256].path]
        return self._root / self.state.find_source(sha256).path

    def add_member(
        self, member: Member, lines_parquet: Path, rejects_parquet: Path | None = None
    ) -> Member:
        """Give the place the rows of one member of a stored source.

        Args:
            member: `lines_sha256` and `rejects_sha256` are filled in here.
            lines_parquet: a finished file inside `path`, one row a line (it may have no row).
            rejects_parquet: the same with one row a rejected record; needed when there is any.

        Raises:
            Quarantined: records differ from lines + rejected + skipped, or a file holds another
                number of rows than `member` says.
            PlaceError: the disk cannot take it.
        """
        if not member.adds_up:
            raise Quarantined(_sum_problem(member))
        files = {member.lines_path: (lines_parquet, member.lines)}
        if rejects_parquet is not None:
            files[member.rejects_path] = (rejects_parquet, member.rejected)
        elif member.rejected:
            raise ValueError("rejected records need a file of rejects")
        if member.sha256 not in self._sources and not self.state.has_source(member.sha256):
            raise ValueError("store the source first")
        for staged, rows in files.values():
            if not staged.is_relative_to(self.path):
                raise ValueError("the files of a change belong into its own folder")
            found = _rows(staged)
            if found != rows:
                raise Quarantined(_rows_problem(member, staged, found, rows))
            _files.sync_file(staged)
        member = dataclasses.replace(
            member,
            lines_sha256=_files.sha256_of(lines_parquet),
            rejects_sha256=None if rejects_parquet is None else _files.sha256_of(rejects_parquet),
        )
        self._members[member.key] = member
        self._moves |= {target: staged for target, (staged, _) in files.items()}
        return member

    def register(self, member: Member, rows: pa.Table) -> Member:
        """Add rows of the register `member.dataset` (bodies, aliases, keys ...) to the place.

        The member says `is_register=True`; its counts are checked like those of any other.
        """
        if not member.is_register:
            raise ValueError("a register's member says is_register")
        staged = self.path / f"register-{len(self._members)}.parquet"
        _files.write_file(staged, parquet_bytes(rows))
        return self.add_member(member, staged)

    def supersede(self, old_sha256: str, *, by: str) -> None:
        """Let one source take another's place: the old one's members no longer count.

        The old ones stay in the place and in the snapshots that name them. Where `by` was itself
        superseded before, it counts again.

        Raises:
            RequestError: at once or at the commit, when the place lacks one of the two, they are
                the same, or the old one has already been superseded by a third.
        """
        if not self.state.has_source(old_sha256):
            raise _cannot_supersede(old_sha256, "the place has no such source")
        if old_sha256 == by:
            raise _cannot_supersede(old_sha256, "a source cannot supersede itself")
        self._superseded[old_sha256] = by

    def read_anew(self, sha256: str) -> int:
        """Let the members that this change adds take the place of what was read of a source before.

        The same bytes, read in another way: the former members stay in the place and in the
        snapshots that name them, superseded by their own source, and no longer count.

        Returns:
            The first `member_index` that is free; those of the new members begin there.
        """
        self._read_anew.add(sha256)
        return 1 + max((one.member_index for one in self.state.members_of(sha256)), default=-1)

    def _commit(self) -> None:
        with write_lock(self._root):
            before = load_state(self._root)
            after = self._applied_to(before)
            if after == before:
                return
            renew(self._root)
            mine = {*self._sources, *(sha256 for sha256, _ in self._members)}
            new = after.files(mine) - before.files(mine)
            moves = {path: staged for path, staged in self._moves.items() if path in new}
            try:
                self._move(moves)
                append(self._root, after, self.path)
            except BaseException:
                discard(self._root, self.path)
                raise
        _files.remove_tree(self.path)

    def _move(self, moves: Mapping[Path, Path]) -> None:
        note_moves(self.path, list(moves))
        for target, staged in moves.items():
            _files.make_folder(self._root / target.parent)
            _files.move_file(staged, self._root / target)
        for folder in sorted({target.parent for target in moves}):
            _files.sync_folder(self._root / folder)

    def _applied_to(self, state: State) -> State:
        sources = {source.sha256: source for source in state.sources}
        members = {member.key: member for member in state.members}
        self.already_there = tuple(m for key, m in self._members.items() if key in members)
        for sha256 in self._read_anew:
            if state.members_of(sha256) != self.state.members_of(sha256):
                raise _read_meanwhile(sha256)
            for member in (*state.members_of(sha256), *_supplements(members.values(), sha256)):
                if member.is_active:
                    members[member.key] = dataclasses.replace(
                        member, status="superseded", superseded_by=sha256
                    )
        sources = self._sources | sources
        members = self._members | members
        for old, by in self._superseded.items():
            theirs = _latest(members.values(), old)
            third = {m.superseded_by for m in theirs if not m.is_active} - {by}
            if third or by not in sources:
                raise _cannot_supersede(
                    old, f"{third.pop()} has done so" if third else f"the place lacks {by}"
                )
            for member in (*theirs, *_active(_supplements(members.values(), old))):
                members[member.key] = dataclasses.replace(
                    member, status="superseded", superseded_by=by
                )
            back = _latest(members.values(), by)
            # what supplemented a source goes and comes with it
            gone_by = {member.superseded_by for member in back} - {None}
            back += [
                one for one in _supplements(members.values(), by) if one.superseded_by in gone_by
            ]
            for member in back:
                members[member.key] = dataclasses.replace(
                    member, status="active", superseded_by=None
                )
        for sha256 in {sha256 for sha256, _ in self._members}:
            theirs = _latest(members.values(), sha256)
            if any(member.is_active for member in theirs) and (
                others := [m.superseded_by for m in theirs if m.superseded_by is not None]
            ):
                raise _is_superseded(theirs[0], others[0])
        for key in self._members:
            supplemented = members.get(members[key].supplements or key)
            if members[key].is_active and not (supplemented and supplemented.is_active):
                raise _supplements_nothing(members[key])
        return State(
            sources=tuple(sources[key] for key in sorted(sources)),
            members=tuple(members[key] for key in sorted(members)),
        )


def parquet_bytes(table: pa.Table) -> memoryview:
    """A table in memory as a Parquet file, to be written through the seam."""
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink)
    return memoryview(sink.getvalue())


def _copy(content: Path | bytes, staged: Path) -> tuple[str, int]:
    stream: BinaryIO
    if isinstance(content, bytes):
        return _files.copy_stream(io.BytesIO(content), staged)
    try:
        with content.open("rb") as stream:
            return _files.copy_stream(stream, staged)
    except OSError as error:
        code = "missing_file" if isinstance(error, FileNotFoundError) else "unreadable_file"
        raise FileRefused(
            Problem(
                code,
                "the file cannot be read",
                str(content),
                error.strerror or str(error),
                "give the path of a file that you may read",
            )
        ) from error


def _rows(staged: Path) -> int:
    with _files.told("read", staged):
        rows: int = pq.read_metadata(staged).num_rows
    return rows


def _sum_problem(member: Member) -> Problem:
    skipped = sum(member.skipped.values())
    return Problem(
        "records_do_not_add_up",
        "the records of the file do not add up",
        f"{member.file_name} {member.member}".strip(),
        f"{member.records} records, but {member.lines} lines + {member.rejected} rejected"
        f" + {skipped} skipped = {member.lines + member.rejected + skipped}",
        "nothing of it was loaded: report the file, its format reads it wrongly",
    )


def _rows_problem(member: Member, staged: Path, found: int, wanted: int) -> Problem:
    return Problem(
        "records_do_not_add_up",
        "the rows written differ from the records counted",
        f"{member.file_name} {member.member}".strip(),
        f"{staged.name} holds {found} rows, {wanted} were counted",
        "nothing of it was loaded: report the file, its format reads it wrongly",
    )


def _latest(members: Iterable[Member], sha256: str) -> list[Member]:
    """The members of a source as it was read last."""
    return [one for one in members if one.sha256 == sha256 and one.superseded_by != sha256]


def _supplements(members: Iterable[Member], sha256: str) -> list[Member]:
    """The members that hold corrected rejects of a source, and those of these."""
    known = list(members)
    found: list[Member] = []
    of = {sha256}
    while of:
        more = [one for one in known if one.supplements and one.supplements[0] in of]
        more = [one for one in more if one not in found]
        found += more
        of = {one.sha256 for one in more}
    return found


def _active(members: Iterable[Member]) -> list[Member]:
    return [one for one in members if one.is_active]


def _supplements_nothing(member: Member) -> RequestError:
    return RequestError(
        Problem(
            "source_is_superseded",
            "the source of these records has been superseded",
            member.file_name,
            "the records that were rejected from it no longer count",
            "write the rejects of what counts now, and correct those",
        )
    )


def _read_meanwhile(sha256: str) -> RequestError:
    return RequestError(
        Problem(
            "read_meanwhile",
            "somebody else has read this source anew, or superseded it, at the same time",
            sha256,
            "of two readings of the same bytes only one can count",
            "look at what counts now, then add the file again if it is wrong",
        )
    )


def _is_superseded(member: Member, by: str) -> RequestError:
    return RequestError(
        Problem(
            "source_is_superseded",
            "the source of these records has been superseded",
            member.file_name,
            f"{by} has taken its place",
            f"to go back to it, add it again with --supersedes {by[:12]}",
        )
    )


def _cannot_supersede(old: str, why: str) -> RequestError:
    return RequestError(
        Problem(
            "cannot_supersede",
            "this source cannot be superseded",
            old,
            why,
            "list the sources with `totalplace check`, then name the one that is out of date",
        )
    )
