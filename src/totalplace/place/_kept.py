"""What was approved by two people and is kept for good: cases, and portfolios of them.

`cases/<slug>/<n>/` holds the files as they were approved, what came out of them (`result.json`) and
who answers for it (`approval.json`, with the SHA-256 of every other file). A revision is never
changed: the next one stands beside it. That it is approved is a decision like any other, which
names the SHA-256 of `approval.json`: snapshots know which revisions held, and to undo the decision
takes the approval back. A folder that no decision names is what a killed writer left.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from totalplace.errors import PlaceError, Problem, RequestError
from totalplace.place import _files
from totalplace.place._create import renew
from totalplace.place._decisions import Decision, NewDecision, all_decisions, append_decision
from totalplace.place._documents import damaged, encode, read_document
from totalplace.place._workspace import workspace, write_lock

__all__ = [
    "APPROVAL",
    "KEPT",
    "RESULT",
    "Approval",
    "Kept",
    "faults",
    "is_slug",
    "keep",
    "kept",
    "kept_files",
    "listed",
    "strays",
]

KEPT: Mapping[str, str] = {"case": "cases", "portfolio": "portfolios"}
"""Kind of decision -> the folder of what it approves."""

APPROVAL, RESULT = "approval.json", "result.json"

_FILE = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_. -]{0,99}")
"""A plain file name: no folder, not hidden."""

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_MAX_SLUG = 60
_TAKEN = frozenset(("compare", "portfolio"))
"""Addresses of pages that are no case."""


@dataclass(frozen=True, kw_only=True)
class Approval:
    """Who approved what somebody made, and why.

    Args:
        who: whose it is: the person who submitted it.
        approved_by: another person.
        when: ISO timestamp by the caller's clock.
        why: the approver's reason.
    """

    who: str
    approved_by: str
    when: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Kept:
    """One approved revision: what `approval.json` says.

    Args:
        kind: ``case`` or ``portfolio``.
        slug: the id of the case: lower-case words joined by hyphens.
        revision: from 1; each approval of the same id is the next.
        who: whose it is: the person who submitted it.
        approved_by: another person.
        when: ISO timestamp by the caller's clock.
        why: the approver's reason.
        run_hash: what the figures are bound to, as the result says it.
        main: name of the file that is the case; the others stand beside it.
        files: file name -> SHA-256, of every file but `approval.json`.
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
    main: str
    files: Mapping[str, str]

    def __post_init__(self) -> None:
        datetime.fromisoformat(self.when)
        if self.kind not in KEPT or not is_slug(self.slug) or self.revision < 1:
            raise ValueError(f"it approves no case: {self.kind} {self.slug} {self.revision}")
        if not {self.main, RESULT} <= self.files.keys() or not all(map(_is_file, self.files)):
            raise ValueError("its files are not those of an approved case")

    @property
    def folder(self) -> Path:
        """Where its files are, from the place's folder."""
        return Path(KEPT[self.kind]) / self.slug / str(self.revision)


def is_slug(text: str) -> bool:
    """Whether a text can be an address.

    >>> is_slug("early-years"), is_slug("Early years"), is_slug("../x")
    (True, False, False)
    """
    return len(text) <= _MAX_SLUG and text not in _TAKEN and _SLUG.fullmatch(text) is not None


def keep(
    root: Path,
    kind: str,
    files: Mapping[str, bytes],
    *,
    slug: str,
    main: str,
    title: str,
    run_hash: str,
    result: Mapping[str, Any],
    approval: Approval,
) -> Kept:
    """Keep a revision that was approved; see `Folder.keep`."""
    held = {**files, RESULT: encode(result)}
    problems = _problems(kind, slug, main, files, approval)
    if problems:
        raise RequestError(problems)
    with workspace(root) as scratch:
        staged = scratch / "kept"
        _files.make_folder(staged)
        for name, content in held.items():
            _files.write_file(staged / name, content)
        with write_lock(root):
            renew(root)
            made = Kept(
                kind=kind,
                slug=slug,
                revision=1 + sum(_is_about(one, kind, slug) for one in all_decisions(root)),
                title=title,
                who=approval.who,
                approved_by=approval.approved_by,
                when=approval.when,
                why=approval.why,
                run_hash=run_hash,
                main=main,
                files={name: hashlib.sha256(held[name]).hexdigest() for name in sorted(held)},
            )
            document = encode(made)
            _files.write_file(staged / APPROVAL, document)
            _files.sync_folder(staged)
            target = root / made.folder
            # what a killed writer has left there, no decision names
            _files.remove_tree(target)
            _files.make_folder(target.parent)
            try:
                _files.move_file(staged, target)
                _files.sync_folder(target.parent)
                append_decision(root, _decision(made, document))
            except BaseException:
                _files.remove_tree(target)
                raise
    return made


def kept(root: Path, decisions: Sequence[Decision], kind: str) -> tuple[Kept, ...]:
    """The revisions that these decisions approve, in their order.

    Raises:
        PlaceError: one is missing or not what was approved.
    """
    return tuple(_read(root, one) for one in decisions if one.what == kind)


def kept_files(root: Path, one: Kept) -> dict[str, bytes]:
    """The files of a revision, as they were approved; `result.json` among them.

    Raises:
        PlaceError: one is missing or not what was approved.
    """
    found = {}
    for name, sha256 in one.files.items():
        path = root / one.folder / name
        with _files.told("read", path):
            found[name] = path.read_bytes()
        if hashlib.sha256(found[name]).hexdigest() != sha256:
            raise damaged(path, "it is not what was approved")
    return found


def faults(root: Path, decisions: Sequence[Decision]) -> Iterator[Problem]:
    """What is damaged of everything that was ever approved."""
    for one in decisions:
        if one.what in KEPT:
            try:
                kept_files(root, _read(root, one))
            except PlaceError as error:
                yield from error.problems


def listed(root: Path) -> list[Path]:
    """Everything that stands where approved revisions do, files in their folders too."""
    return [
        path
        for top in KEPT.values()
        for path in sorted((root / top).rglob("*"))
        if not (path.is_dir() and path.parent.parent == root)
    ]


def strays(root: Path, there: Sequence[Path], decisions: Sequence[Decision]) -> Iterator[Path]:
    """Of what was listed, that which no decision names; of a folder not its files too."""
    known = set()
    for one in decisions:
        if one.what in KEPT:
            folder = root / KEPT[one.what] / one.object_id / str(_named(one)[0])
            known |= {folder, folder / APPROVAL}
            with contextlib.suppress(PlaceError):
                known |= {folder / name for name in read_document(folder / APPROVAL, Kept).files}
    odd = [path for path in there if path not in known]
    yield from (path for path in odd if path.parent not in odd)


def _read(root: Path, decision: Decision) -> Kept:
    revision, sha256 = _named(decision)
    path = root / KEPT[decision.what] / decision.object_id / str(revision) / APPROVAL
    found = read_document(path, Kept)
    if _files.sha256_of(path) != sha256:
        raise damaged(path, f"it is not what decision {decision.n} approves")
    return found


def _decision(made: Kept, document: bytes) -> NewDecision:
    return NewDecision(
        object_id=made.slug,
        what=made.kind,
        value=f"{made.revision} {hashlib.sha256(document).hexdigest()}",
        who=made.approved_by,
        when=made.when,
        why=made.why,
    )


def _named(decision: Decision) -> tuple[int, str]:
    """Revision, and SHA-256 of its approval."""
    revision, _, sha256 = decision.value.partition(" ")
    if not (revision.isdecimal() and is_slug(decision.object_id)):
        raise damaged(f"decision {decision.n}", f"it approves no {decision.what}")
    return int(revision), sha256


def _is_about(one: Decision, kind: str, slug: str) -> bool:
    return (one.what, one.object_id) == (kind, slug)


def _is_file(name: str) -> bool:
    return _FILE.fullmatch(name) is not None


def _problems(
    kind: str,
    slug: str,
    main: str,
    files: Mapping[str, bytes],
    approval: Approval,
) -> list[Problem]:
    found = []
    who, by = approval.who, approval.approved_by
    empty = [
        name
        for name, text in (("who", who), ("approved_by", by), ("why", approval.why))
        if not text.strip()
    ]
    if empty:
        found.append(
            Problem(
                "incomplete_approval",
                "an approval needs who, by whom, and why",
                ", ".join(empty),
                "empty",
                "say whose it is, who approves it, and why",
            )
        )
    elif " ".join(who.split()).casefold() == " ".join(by.split()).casefold():
        found.append(
            Problem(
                "approved_by_oneself",
                f"nobody approves a {kind} of their own",
                f"approved_by {by}",
                f"it is {who}'s",
                "have a second person approve it",
            )
        )
    if not is_slug(slug):
        found.append(
            Problem(
                "bad_case_id",
                f"the id of a {kind} that is kept is an address",
                slug or "(no id)",
                f"it is no lower-case words joined by hyphens, has more than {_MAX_SLUG}"
                f" characters, or is one of {', '.join(sorted(_TAKEN))}",
                'write e.g. id = "early-years"',
            )
        )
    odd = [name for name in files if not _is_file(name) or name in (APPROVAL, RESULT)]
    if main not in files:
        raise ValueError(f"{main} is none of the files")
    if odd:
        found.append(
            Problem(
                "bad_side_file",
                f"a file of this name cannot be kept beside the {kind}",
                ", ".join(sorted(odd)),
                f"it names a folder, is hidden, or is {APPROVAL} or {RESULT}",
                "put the file beside the case under a plain name",
            )
        )
    return found
