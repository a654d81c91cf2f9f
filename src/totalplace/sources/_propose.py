"""`propose`: what `add` would make of a file, without any change of the place."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path

from totalplace.errors import FileError
from totalplace.place import Folder, Source
from totalplace.sources._add import own_registers
from totalplace.sources._asked import bare_name, check_request, refuse_what_is_no_file
from totalplace.sources._given import digest_of
from totalplace.sources._looked import Proposed
from totalplace.sources._mapping_layout import Layout
from totalplace.sources._mapping_memory import Memory
from totalplace.sources._messages import Request
from totalplace.sources._sandbox import Sandbox, seconds_for

__all__ = ["propose_file"]


def propose_file(
    folder: Folder,
    path: Path,
    *,
    body: str | None,
    format_id: str | None,
    name: str | None,
    layouts: Sequence[Layout],
    yes: bool,
    when: str,
    progress: Callable[[str, str, int, int], None] | None,
) -> Proposed:
    """Look at a file; see `Place.propose`.

    Raises:
        RequestError: an unknown body or format, faulty layouts, or no such file; all at once.
        PlaceError: the disk cannot take what a look needs.
    """
    asked = check_request(
        folder, [path], body=body, format_id=format_id, layouts=layouts, name=name
    )
    file = str(path) if name is None else name
    own_name = path.name if name is None else bare_name(name)
    state = folder.state()
    try:
        refuse_what_is_no_file(path)
        sha256, size_bytes = digest_of(path)
    except FileError as error:
        return Proposed(file=file, problems=error.problems)
    source = Source(
        sha256=sha256,
        name=own_name.encode("utf-8", "replace").decode(),
        size_bytes=size_bytes,
        received=when,
    )
    memory = Memory(folder, named=asked.layouts, who="nobody", when=when)

    def step(stage: str, done: int, total: int) -> None:
        if progress is not None:
            progress(file, stage, done, total)

    look = Proposed(
        file=file,
        sha256=sha256,
        size_bytes=size_bytes,
        already_there=any(one.is_active for one in state.members_of(sha256)),
    )
    # a change that is given nothing changes nothing: its folder is swept if this process dies
    with (
        folder.change() as change,
        Sandbox(reads=[folder.path, path], writes=[folder.path / "tmp"]) as reader,
    ):
        memory.tell(change.path, state)
        request = Request(
            want="look",
            path=str(path.absolute()),
            file=file,
            source=source,
            folder=str(change.path.absolute()),
            format_id=format_id,
            body_id=None if asked.body is None else asked.body.body_id,
            yes=yes,
            registers=own_registers(folder, state),
            seconds=seconds_for(path),
        )
        try:
            members = reader.look(request, step=step)
        except FileError as error:
            return dataclasses.replace(look, problems=error.problems)
    return dataclasses.replace(look, members=members)
