"""Cases that a second person has approved, kept by the place."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa

from totalplace._api._result import NUMBER, TEXT, Result, table_of
from totalplace.cases import read_case_text, run_case
from totalplace.cases._beside import files_beside
from totalplace.cases._place_bodies import bodies_of_place
from totalplace.cases._toml import located
from totalplace.errors import Problem, RequestError
from totalplace.place import Folder, Kept

__all__ = ["KeptCase", "keep_case", "kept_case", "kept_cases"]

_CASE = "case.toml"


@dataclass(frozen=True)
class KeptCase:
    """One approved revision of a case; it never changes.

    Attributes:
        slug: the case's id.
        revision: from 1.
        who: whose case it is.
        approved_by: who approved it.
        when: ISO timestamp.
        why: the approver's reason.
        run_hash: what its figures are bound to.
        is_in_force: whether the approval holds; it can be taken back like any decision.
        path: the folder of its files.
    """

    slug: str
    revision: int
    title: str
    who: str
    approved_by: str
    when: str
    why: str
    run_hash: str
    is_in_force: bool
    path: Path
    _folder: Folder = field(repr=False, compare=False)
    _kept: Kept = field(repr=False, compare=False)

    @cached_property
    def files(self) -> Mapping[str, bytes]:
        """Name -> content: ``case.toml``, the files that it names, and ``result.json``.

        Raises:
            PlaceError: one is missing or not what was approved.
        """
        return self._folder.kept_files(self._kept)

    @property
    def text(self) -> str:
        """The case file."""
        return self.files[self._kept.main].decode("utf-8-sig")

    @cached_property
    def result(self) -> Mapping[str, Any]:
        """The document of its run, as ``case run --json`` printed it."""
        found: dict[str, Any] = json.loads(self.files["result.json"])
        return found

    def as_dict(self) -> dict[str, Any]:
        """Who approved what and when, as a JSON object; without the content."""
        names = ("slug", "revision", "title", "who", "approved_by", "when", "why", "run_hash")
        return {**{name: getattr(self, name) for name in names}, "is_in_force": self.is_in_force}


def keep_case(
    folder: Folder,
    case: Path | str,
    *,
    files: Mapping[str, bytes],
    draws: int,
    seed: int | None,
    who: str,
    approved_by: str,
    when: str,
    why: str,
) -> Result[KeptCase]:
    """Run a case and keep it; see `Place.keep_case`."""
    with tempfile.TemporaryDirectory() as made:
        beside = Path(made)
        name = case.name if isinstance(case, Path) else _CASE
        text, held = _gathered(case, files, name, beside)
        is_of_place = "place" in (located(text, name).data.get("case") or {})
        bodies = bodies_of_place(folder.path) if is_of_place else None
        try:
            read = read_case_text(text, name, folder=beside, bodies=bodies)
        except RequestError as error:
            told = [Problem(**_at_home(one.as_dict(), beside)) for one in error.problems]
            raise RequestError(told) from error
        result = run_case(read, draws=draws, seed=seed)
        document = _at_home(result.document, beside)
    kept = folder.keep(
        "case",
        {**held, _CASE: text.encode()},
        slug=read.id,
        main=_CASE,
        title=read.title,
        run_hash=result.run_hash,
        result=document,
        who=who,
        approved_by=approved_by,
        when=when,
        why=why,
    )
    return _told(_of(folder, kept, is_in_force=True))


def kept_cases(folder: Folder, *, at: int | None, every: bool) -> Result[Sequence[KeptCase]]:
    """The approved cases of a place; see `Place.cases`."""
    holding = folder.kept("case", at=at)
    if every:
        found = [_of(folder, one, is_in_force=one in holding) for one in _all(folder)]
    else:
        latest = {one.slug: one for one in holding}
        found = [_of(folder, one, is_in_force=True) for one in latest.values()]
    found.sort(key=lambda one: (one.slug, -one.revision))
    return Result(
        tuple(found),
        {"cases": [one.as_dict() for one in found]},
        _table(found),
        f"{folder.name}: approved cases",
    )


def kept_case(folder: Folder, slug: str, revision: int | None) -> Result[KeptCase]:
    """One approved case; see `Place.case`."""
    holding = folder.kept("case")
    found = [
        one
        for one in (holding if revision is None else _all(folder))
        if one.slug == slug and revision in (None, one.revision)
    ]
    if not found:
        there = ", ".join(sorted({one.slug for one in holding}))
        raise RequestError(
            Problem(
                "unknown_case",
                "the place has no such approved case",
                slug if revision is None else f"{slug}, revision {revision}",
                f"it has {there or 'none yet'}",
                "name one of these, or have the case approved",
            )
        )
    return _told(_of(folder, found[-1], is_in_force=found[-1] in holding))


def _all(folder: Folder) -> tuple[Kept, ...]:
    return folder.kept("case", every=True)


def _of(folder: Folder, one: Kept, *, is_in_force: bool) -> KeptCase:
    return KeptCase(
        slug=one.slug,
        revision=one.revision,
        title=one.title,
        who=one.who,
        approved_by=one.approved_by,
        when=one.when,
        why=one.why,
        run_hash=one.run_hash,
        is_in_force=is_in_force,
        path=folder.path / one.folder,
        _folder=folder,
        _kept=one,
    )


def _told(one: KeptCase) -> Result[KeptCase]:
    return Result(one, one.as_dict(), _table([one]), f"{one.title}, revision {one.revision}")


def _table(found: Sequence[KeptCase]) -> pa.Table:
    columns = {
        "slug": TEXT,
        "revision": NUMBER,
        **dict.fromkeys(("title", "who", "approved_by", "when", "why", "run_hash"), TEXT),
        "is_in_force": pa.bool_(),
    }
    return table_of([one.as_dict() for one in found], columns)


def _gathered(
    case: Path | str, files: Mapping[str, bytes], name: str, beside: Path
) -> tuple[str, dict[str, bytes]]:
    """The text of a case, and the files that it names, which now stand in a folder of ours.

    Raises:
        RequestError: it cannot be read, or names a file outside its folder.
    """
    if isinstance(case, str):
        text, source = case, beside
        for one, content in files.items():
            if Path(one).name == one:
                (beside / one).write_bytes(content)
    else:
        text, source = _read(case), case.parent
    held = {}
    for one in files_beside(text, name, folder=source):
        path = source / one
        # what is not there, the reading of the case tells
        if path.is_file():
            held[one] = path.read_bytes()
            if source != beside:
                (beside / one).write_bytes(held[one])
    return text, held


def _at_home(value: Any, folder: Path) -> Any:
    """The same without the folder in which the case was read, which is gone."""
    if isinstance(value, Mapping):
        return {key: _at_home(inner, folder) for key, inner in value.items()}
    if isinstance(value, list):
        return [_at_home(one, folder) for one in value]
    return value.replace(f"{folder}/", "") if isinstance(value, str) else value


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise RequestError(
            Problem(
                "no_such_file" if isinstance(error, FileNotFoundError) else "cannot_read",
                "the file cannot be read",
                str(path),
                str(error),
                "give a readable TOML file saved as UTF-8",
            )
        ) from error
