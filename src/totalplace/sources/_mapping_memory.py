"""What a place remembers of layouts: proposals in ``mapping.toml``, agreements as decisions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from totalplace.errors import Problem, RequestError
from totalplace.model import BodyRegister
from totalplace.place import Decision, Folder, State
from totalplace.sources._mapping_exchange import (
    HandedDown,
    HandedUp,
    hand_down,
    handed_up,
)
from totalplace.sources._mapping_file import merged, parse_layouts
from totalplace.sources._mapping_layout import Layout, layout_from_json, layout_to_json

__all__ = ["MAPPING", "Memory", "read_mapping"]

MAPPING = "mapping"
"""The kind of decision that a layout is."""

_MAX_BYTES = 1_000_000
_MAX_LAYOUTS = 1_000
_MAX_DOTS = 1_000
"""Python's reader of TOML takes hours over a key of a hundred thousand parts."""


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
        if any(line.count(".") > _MAX_DOTS for line in text.splitlines()):
            raise ValueError(f"a line of it has more than {_MAX_DOTS} dots")
        if text.count("[[") > _MAX_LAYOUTS:
            raise ValueError(f"it has more than {_MAX_LAYOUTS} layouts")
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        fix = "name a mapping.toml that `totalplace add` has written"
        raise RequestError(
            Problem("bad_mapping", "the mapping file cannot be read", where, why, fix)
        ) from error
    layouts, problems = parse_layouts(text, where=str(path), known_body=_known_body(bodies))
    if problems:
        raise RequestError(problems)
    return layouts


def _known_body(bodies: BodyRegister) -> Callable[[str], Problem | None]:
    def check(text: str) -> Problem | None:
        try:
            bodies.find(text)
        except RequestError as error:
            return error.problems[0]
        return None

    return check


class Memory:
    """The layouts that a place knows, while files are added to it.

    Args:
        named: layouts that the user named for these files.
        who, when: whose agreement a new one is, and its ISO timestamp.
    """

    def __init__(
        self, folder: Folder, *, named: tuple[Layout, ...] = (), who: str, when: str
    ) -> None:
        self._folder = folder
        self._named = named
        self._who, self._when = who, when
        self._found: tuple[HandedUp, ...] = ()

    def tell(self, scratch: Path, state: State) -> None:
        """Leave the reader of a file word of what is known."""
        # the last agreement about a header holds
        agreed = [layout for _, layout in reversed(_agreed(self._folder))]
        earlier = {
            tuple(sorted((field, title) for title, field in member.mapping.items()))
            for member in state.active
            if member.dataset == "spend" and member.mapping
        }
        self._found = ()
        hand_down(
            scratch,
            HandedDown((*self._named, *agreed), tuple(dict(one) for one in sorted(earlier))),
        )

    def learn(self, scratch: Path) -> None:
        """Take up what the reader found, before its folder is gone."""
        self._found = handed_up(scratch)

    def keep(self, file: str, *, is_loaded: bool) -> tuple[Problem, ...]:
        """Write proposals down; remember what a file was read by.

        Returns:
            Why a proposal could not be written down.
        """
        problems = self._write()
        if is_loaded:
            known = {layout_to_json(layout) for _, layout in _agreed(self._folder)}
            for one in self._found:
                value = layout_to_json(one.layout)
                if one.is_accepted and value not in known:
                    known.add(value)
                    self._folder.decide(
                        object_id=one.layout.name,
                        what=MAPPING,
                        value=value,
                        who=self._who,
                        when=self._when,
                        why=f"{one.how}: {file}",
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
            return (
                Problem(
                    "bad_mapping",
                    "the proposal could not be added to the mapping file of the place",
                    str(self._folder.mapping_path),
                    str(error),
                    "mend the file, or move it away, then add the same files again",
                ),
            )
        return ()


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
