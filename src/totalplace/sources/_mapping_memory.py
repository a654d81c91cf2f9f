"""What a place remembers of layouts: proposals in ``mapping.toml``, agreements as decisions."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from totalplace.errors import FileRefused, Problem, RequestError
from totalplace.model import BodyRegister
from totalplace.place import Decision, Folder, State
from totalplace.sources._mapping_check import known_body
from totalplace.sources._mapping_exchange import (
    HandedDown,
    HandedUp,
    hand_down,
    handed_up,
)
from totalplace.sources._mapping_file import (
    agreed_block,
    merged,
    parse_layouts,
    refuse_unbounded,
    stated_headers,
    with_agreed,
)
from totalplace.sources._mapping_layout import (
    Layout,
    layout_from_json,
    layout_to_json,
    named_keys,
)
from totalplace.sources._supplement_to import BY_RECORD, supplement_to

__all__ = ["MAPPING", "Memory", "false_reply", "read_mapping"]

MAPPING = "mapping"
"""The kind of decision that a layout is."""

_MAX_BYTES = 1_000_000
_MAX_HOW = 500


def read_mapping(path: Path, bodies: BodyRegister) -> tuple[Layout, ...]:
    """The layouts of a mapping file that a user names.

    Raises:
        RequestError: it cannot be read, or is wrong; everything that is wrong with it.
    """
    where = f"--mapping {path}"
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
        if len(data) > _MAX_BYTES:
            raise ValueError(f"it is larger than {_MAX_BYTES:,} bytes")
        text = data.decode("utf-8-sig")
        refuse_unbounded(text)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        fix = "name a mapping.toml that `totalplace add` has written"
        raise RequestError(
            Problem("bad_mapping", "the mapping file cannot be read", where, why, fix)
        ) from error
    layouts, problems = parse_layouts(text, where=str(path), known_body=known_body(bodies))
    if problems:
        raise RequestError(problems)
    return layouts


class Memory:
    """The layouts that a place knows, while files are added to it.

    Args:
        named: layouts that the user named for these files.
        given: those of them that were handed over as data, so that no mapping file states them.
        who, when: whose agreement a new one is, and its ISO timestamp.
    """

    def __init__(
        self,
        folder: Folder,
        *,
        named: tuple[Layout, ...] = (),
        given: Sequence[Layout] = (),
        who: str,
        when: str,
    ) -> None:
        self._folder = folder
        self._named = named
        self._given = frozenset(map(layout_to_json, given))
        self._who, self._when = who, when
        self._found: tuple[HandedUp, ...] = ()
        self._told: frozenset[str] = frozenset()

    def tell(self, scratch: Path, state: State) -> None:
        """Leave the reader of a file word of what is known."""
        # the last agreement about a header holds
        agreed = [layout for _, layout in reversed(_agreed(self._folder))]
        self._told = frozenset(map(layout_to_json, (*self._named, *agreed)))
        earlier = {
            tuple(sorted((field, title) for title, field in member.mapping.items()))
            for member in state.active
            if member.dataset == "spend" and member.mapping
        }
        self._found = ()
        hand_down(
            scratch,
            HandedDown(
                (*self._named, *agreed),
                tuple(dict(one) for one in sorted(earlier)),
                tuple(
                    supplement_to(one)
                    for one in state.active
                    if one.rejected and one.format_id in BY_RECORD
                ),
            ),
        )

    def learn(self, scratch: Path) -> None:
        """Take up what the reader found, before its folder is gone."""
        self._found = handed_up(scratch)

    @property
    def has_named(self) -> bool:
        """Whether the user has named a mapping file."""
        return bool(self._named)

    def unused(self, file: str) -> tuple[Problem, ...]:
        """That nothing in the file is of a layout that the user has named for it."""
        named = {layout_to_json(layout) for layout in self._named}
        if not named or any(layout_to_json(one.layout) in named for one in self._found):
            return ()
        return (
            Problem(
                "mapping_unused",
                "the mapping file that you named says nothing about this file",
                file,
                "no `headers` of a layout in it are those of the file",
                "correct its `headers`, if it was meant for this file",
            ),
        )

    def check(self, file: str, *, yes: bool) -> None:
        """Hold what the reader found against what the user has agreed to.

        The reader may have been taken over by the file: it cannot agree in the user's name, nor
        write into the mapping file what is no proposal.

        Args:
            yes: whether the user takes what is proposed.

        Raises:
            FileRefused: ``sandbox_crash``, and nothing of it is kept.
        """
        agreed = {*self._told}
        for one in self._found:
            value = layout_to_json(one.layout)
            if value in agreed and not one.block:
                continue
            if value in agreed or (one.is_accepted and not yes) or not _is_proposal(one):
                self._found = ()
                raise FileRefused(
                    false_reply(file, "it states a mapping that nobody has agreed to")
                )

    def keep(self, file: str, *, is_loaded: bool) -> tuple[Problem, ...]:
        """Write proposals down; remember what a file was read by.

        Returns:
            Why a proposal could not be written down.
        """
        problems = self._write()
        if is_loaded:
            problems += self._write_given()
            known = {_about(layout): layout_to_json(layout) for _, layout in _agreed(self._folder)}
            for one in self._found:
                value = layout_to_json(one.layout)
                if one.is_accepted and known.get(_about(one.layout)) != value:
                    known[_about(one.layout)] = value
                    self._folder.decide(
                        object_id=one.layout.name,
                        what=MAPPING,
                        value=value,
                        who=self._who,
                        when=self._when,
                        why=f"{one.how[:_MAX_HOW]}: {file}",
                    )
        self._found = ()
        return problems

    def _write(self) -> tuple[Problem, ...]:
        blocks = [(one.layout, one.block) for one in self._found if one.block]
        if not blocks:
            return ()
        try:
            self._folder.edit_mapping(lambda text: merged(text, blocks))
        except ValueError as error:
            return (_not_written(self._folder, "the proposal", error),)
        return ()

    def _write_given(self) -> tuple[Problem, ...]:
        """Write into the mapping file by which layouts that were given as data a file was read."""
        used = [one.layout for one in self._found if layout_to_json(one.layout) in self._given]
        try:
            for layout in used:
                block = agreed_block(layout, who=self._who, when=self._when)
                self._folder.edit_mapping(partial(with_agreed, layout=layout, block=block))
        except ValueError as error:
            return (_not_written(self._folder, "the mapping", error),)
        return ()


def _not_written(folder: Folder, what: str, error: ValueError) -> Problem:
    return Problem(
        "bad_mapping",
        f"{what} could not be added to the mapping file of the place",
        str(folder.mapping_path),
        str(error),
        "mend the file, or move it away, then add the same files again",
    )


def _about(layout: Layout) -> tuple[tuple[str, ...], str]:
    """What a layout is about: of two layouts about the same, the later one holds."""
    return tuple(sorted(named_keys(layout.headers))), layout.sheet


def _is_proposal(one: HandedUp) -> bool:
    """Whether a text for the mapping file states this layout and nothing else."""
    try:
        stated = stated_headers(one.block)
    except ValueError:
        return False
    layouts, problems = parse_layouts(one.block, where="", known_body=lambda _: None)
    if one.is_accepted or not problems:
        return not problems and layouts == (one.layout,)
    # an incomplete one is written down for the user to complete: nobody can read a file by it
    return stated == [one.layout.headers]


def false_reply(file: str, why: str) -> Problem:
    """What a reader says that no honest one does."""
    return Problem(
        "sandbox_crash",
        "the file broke the worker that read it",
        file,
        f"its answer makes no sense: {why}",
        "nothing of it was loaded, the place is unchanged: report the file, its format fails on it",
    )


def _agreed(folder: Folder) -> list[tuple[Decision, Layout]]:
    found = []
    for decision in folder.decisions():
        if decision.what == MAPPING:
            try:
                found.append((decision, layout_from_json(decision.value)))
            except ValueError as error:
                raise RequestError(
                    Problem(
                        "bad_mapping",
                        "a saved mapping cannot be read",
                        f"decision {decision.n}",
                        str(error),
                        f"undo it: totalplace decide PLACE {decision.n} --what undo --why ...",
                    )
                ) from error
    return found
