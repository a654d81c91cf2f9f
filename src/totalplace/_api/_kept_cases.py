"""Cases and portfolios that a second person has approved, kept by the place."""

from __future__ import annotations

import contextlib
import hashlib
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyarrow as pa

from totalplace._api._result import NUMBER, TEXT, Result, table_of
from totalplace.cases import read_case_text, run_case
from totalplace.cases._beside import at_home, cases_beside, files_beside, problems_at_home
from totalplace.cases._place_bodies import bodies_of_place
from totalplace.cases._toml import located
from totalplace.errors import Problem, RequestError
from totalplace.place import Approval, Folder, Kept

__all__ = [
    "CASE",
    "PORTFOLIO",
    "KeptCase",
    "keep_case",
    "keep_portfolio",
    "kept_case",
    "kept_cases",
]

CASE, PORTFOLIO = "case", "portfolio"
_MAIN = {CASE: "case.toml", PORTFOLIO: "portfolio.toml"}


@dataclass(frozen=True)
class KeptCase:
    """One approved revision of a case or a portfolio; it never changes.

    Attributes:
        kind: ``case`` or ``portfolio``.
        slug: its id.
        revision: from 1.
        who: whose it is.
        approved_by: who approved it.
        when: ISO timestamp.
        why: the approver's reason.
        run_hash: what its figures are bound to.
        is_in_force: whether the approval holds; it can be taken back like any decision.
        path: the folder of its files.
    """

    kind: str
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
        """Name -> content: the file itself, the files that it names, and ``result.json``.

        Raises:
            PlaceError: one is missing or not what was approved.
        """
        return self._folder.kept_files(self._kept)

    @property
    def text(self) -> str:
        """The file itself: ``case.toml`` or ``portfolio.toml``."""
        return self.files[self._kept.main].decode("utf-8-sig")

    @cached_property
    def result(self) -> Mapping[str, Any]:
        """The document of its run, as ``case run --json`` or ``portfolio run --json`` prints it.

        That of a portfolio has its sharing of the gain under ``share``; None where the file says
        nothing of it.
        """
        found: dict[str, Any] = json.loads(self.files["result.json"])
        return found

    def as_dict(self) -> dict[str, Any]:
        """Who approved what and when, as a JSON object; without the content."""
        names = (
            "kind",
            "slug",
            "revision",
            "title",
            "who",
            "approved_by",
            "when",
            "why",
            "run_hash",
        )
        return {**{name: getattr(self, name) for name in names}, "is_in_force": self.is_in_force}


def keep_case(
    folder: Folder,
    case: Path | str,
    *,
    files: Mapping[str, bytes],
    draws: int,
    seed: int | None,
    approval: Approval,
) -> Result[KeptCase]:
    """Run a case and keep it; see `Place.keep_case`."""
    with tempfile.TemporaryDirectory() as made:
        beside = Path(made)
        name = case.name if isinstance(case, Path) else _MAIN[CASE]
        text, source = _opened(case, files, beside)
        held = _copied(files_beside(text, name, folder=source), source, beside)
        is_of_place = "place" in (located(text, name).data.get("case") or {})
        bodies = bodies_of_place(folder.path) if is_of_place else None
        with _at_home(beside):
            read = read_case_text(text, name, folder=beside, bodies=bodies)
        result = run_case(read, draws=draws, seed=seed)
        document = at_home(result.document, beside)
    kept = folder.keep(
        CASE,
        {**held, _MAIN[CASE]: text.encode()},
        slug=read.id,
        main=_MAIN[CASE],
        title=read.title,
        run_hash=result.run_hash,
        result=document,
        approval=approval,
    )
    return _told(_of(folder, kept, is_in_force=True))


def keep_portfolio(
    folder: Folder,
    portfolio: Path | str,
    *,
    files: Mapping[str, bytes],
    approval: Approval,
) -> Result[KeptCase]:
    """Solve a portfolio and keep it; see `Place.keep_portfolio`."""
    from totalplace.cases.portfolio import run_portfolio, share_portfolio

    main = _MAIN[PORTFOLIO]
    with tempfile.TemporaryDirectory() as made:
        beside = Path(made)
        text, source = _opened(portfolio, files, beside)
        held = _copied(cases_beside(text, main), source, beside)
        for name in tuple(held):
            case_text = held[name].decode("utf-8-sig")
            held |= _copied(files_beside(case_text, name, folder=source), source, beside)
        (beside / main).write_text(text, encoding="utf-8")
        with _at_home(beside):
            found = run_portfolio(beside / main)
            data = located(text, main).data
            shared = share_portfolio(beside / main).document if "share" in data else None
        document = at_home({**found.document, "share": shared}, beside)
    given = {**held, main: text.encode()}
    digest = hashlib.sha256(json.dumps(document, sort_keys=True).encode())
    digest.update(version("totalplace").encode())
    for name, content in sorted(given.items()):
        digest.update(name.encode() + content)
    kept = folder.keep(
        PORTFOLIO,
        given,
        slug=found.portfolio.id,
        main=main,
        title=str(data["portfolio"].get("title") or found.portfolio.id),
        run_hash=digest.hexdigest(),
        result=document,
        approval=approval,
    )
    return _told(_of(folder, kept, is_in_force=True))


def kept_cases(
    folder: Folder, kind: str, *, at: int | None, every: bool
) -> Result[Sequence[KeptCase]]:
    """The approved cases or portfolios of a place; see `Place.cases`."""
    holding = folder.kept(kind, at=at)
    if every:
        every_one = folder.kept(kind, every=True)
        found = [_of(folder, one, is_in_force=one in holding) for one in every_one]
    else:
        latest = {one.slug: one for one in holding}
        found = [_of(folder, one, is_in_force=True) for one in latest.values()]
    found.sort(key=lambda one: (one.slug, -one.revision))
    return Result(
        tuple(found),
        {f"{kind}s": [one.as_dict() for one in found]},
        _table(found),
        f"{folder.name}: approved {kind}s",
    )


def kept_case(folder: Folder, kind: str, slug: str, revision: int | None) -> Result[KeptCase]:
    """One approved case or portfolio; see `Place.case`."""
    holding = folder.kept(kind)
    found = [
        one
        for one in (holding if revision is None else folder.kept(kind, every=True))
        if one.slug == slug and revision in (None, one.revision)
    ]
    if not found:
        there = ", ".join(sorted({one.slug for one in holding}))
        raise RequestError(
            Problem(
                f"unknown_{kind}",
                f"the place has no such approved {kind}",
                slug if revision is None else f"{slug}, revision {revision}",
                f"it has {there or 'none yet'}",
                f"name one of these, or have the {kind} approved",
            )
        )
    return _told(_of(folder, found[-1], is_in_force=found[-1] in holding))


def _of(folder: Folder, one: Kept, *, is_in_force: bool) -> KeptCase:
    return KeptCase(
        kind=one.kind,
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
        "kind": TEXT,
        "slug": TEXT,
        "revision": NUMBER,
        **dict.fromkeys(("title", "who", "approved_by", "when", "why", "run_hash"), TEXT),
        "is_in_force": pa.bool_(),
    }
    return table_of([one.as_dict() for one in found], columns)


def _opened(given: Path | str, files: Mapping[str, bytes], beside: Path) -> tuple[str, Path]:
    """The text of a file, and the folder of what it names: that of a text is ours."""
    if isinstance(given, Path):
        return _read(given), given.parent
    for name, content in files.items():
        if Path(name).name == name:
            (beside / name).write_bytes(content)
    return given, beside


def _copied(names: Sequence[str], source: Path, beside: Path) -> dict[str, bytes]:
    """The files of these names, which now stand in a folder of ours."""
    held = {}
    for name in names:
        # what is not there, the reading of the case tells
        if (source / name).is_file():
            held[name] = (source / name).read_bytes()
            if source != beside:
                (beside / name).write_bytes(held[name])
    return held


@contextlib.contextmanager
def _at_home(folder: Path) -> Iterator[None]:
    """Problems name a file without the folder in which it was read, which will be gone."""
    try:
        yield
    except RequestError as error:
        raise RequestError(problems_at_home(error.problems, folder)) from error


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
