"""A server that ends while decisions are saved: what the place holds is told, and nothing else."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from totalplace import open_place

NAMES = ("Zebra", "Quince Partners")


class Killed(BaseException):
    """The server ends here."""


def killed(*_: object, **__: object) -> Any:
    raise Killed


def decisions(place: Path) -> list[Any]:
    with open_place(place) as one:
        return list(one.folder.all_decisions())


@pytest.fixture
def saving(at_work: Path) -> Callable[[], Any]:
    """Saves two choices of ann's, as the page does once their effect was shown."""
    from django.utils import timezone

    from totalplace.access import Actor, Thing, decide
    from totalplace.workbench.audit import record
    from totalplace.workbench.queues import _basket
    from totalplace.workbench.queues._recount import key_of
    from totalplace.workbench.queues._save import save
    from totalplace.workbench.queues._state import state_of
    from totalplace.workbench.queues.models import Choice

    ann = Actor("ann", frozenset(["analyst"]), frozenset(["*"]), timezone.now())
    for name in NAMES:
        Choice.objects.create(
            account="ann", queue="payee_kinds", key=key_of("payee_kind", name), what="payee_kind",
            object_id=name, value="organisation", label="an organisation", title=name,
            bodies="west",
        )  # fmt: skip
    asked = record(decide(ann, "settle", Thing("decision"), now=timezone.now()))
    with open_place(at_work) as place:
        state = state_of(place)
    shown = {
        "fingerprint": _basket.fingerprint(list(_basket.of(ann))),
        "files": state.files,
        "decisions": state.decisions,
    }
    return lambda: save(ann, shown, "seen in the ledger", {}, asked=asked)


def outcomes() -> list[dict[str, Any]]:
    from totalplace.workbench.audit.models import Entry

    return [one.detail for one in Entry.objects.exclude(of_row=None).order_by("n")]


def left() -> tuple[list[str], dict[int, str]]:
    """The choices that are not saved, and whose money decisions are known to be about."""
    from totalplace.workbench.queues.models import Choice, Saving, Settled

    assert not Saving.objects.exists()
    return (
        [one.object_id for one in Choice.objects.all()],
        {one.n: one.bodies for one in Settled.objects.order_by("n")},
    )


def stop_at(monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    """Have the server end before the place is told, between two decisions, or after them."""
    from totalplace.place import _decisions, _files
    from totalplace.workbench.queues import _save

    written: list[Path] = []

    def write(path: Path, content: bytes) -> None:
        if len(written) == (0 if moment == "before" else 1):
            raise Killed
        written.append(path)
        _files.write_bytes_atomic(path, content)

    if moment == "after":
        monkeypatch.setattr(_save, "close", killed)
    else:
        seam = type("Seam", (), {**vars(_files), "write_bytes_atomic": staticmethod(write)})
        monkeypatch.setattr(_decisions, "_files", seam)


@pytest.mark.parametrize(
    ("moment", "made", "told"),
    [
        ("before", [], {"decisions": [], "interrupted": True, "not_saved": 2}),
        ("between", ["Zebra"], {"decisions": [1], "interrupted": True, "not_saved": 1}),
        ("after", list(NAMES), {"decisions": [1, 2], "interrupted": True}),
    ],
)
def test_what_was_begun_is_finished_from_what_the_place_holds(
    at_work: Path,
    saving: Callable[[], Any],
    monkeypatch: pytest.MonkeyPatch,
    moment: str,
    made: list[str],
    told: dict[str, Any],
) -> None:
    from totalplace.workbench.jobs.models import Job
    from totalplace.workbench.queues._saving import finish_interrupted

    with monkeypatch.context() as patched:
        stop_at(patched, moment)
        with pytest.raises(Killed):
            saving()
    assert outcomes() == []
    assert [one.object_id for one in decisions(at_work)] == made
    if moment == "before":
        # a decision of somebody else has taken the number
        with open_place(at_work) as place:
            place.decide("Zebra", what="payee_kind", value="individual", why="a man", who="bea")
    assert finish_interrupted() == 1
    assert outcomes() == [told]
    assert left() == (
        [name for name in NAMES if name not in made],
        dict.fromkeys(range(1, len(made) + 1), "west"),
    )
    assert Job.objects.filter(kind="recount").count() == bool(made)
    assert finish_interrupted() == 0
    assert len(outcomes()) == 1


def test_the_next_who_opens_a_queue_finishes_it(
    at_work: Path, saving: Callable[[], Any], signed_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from totalplace.workbench import _sweeps
    from totalplace.workbench.jobs._keep import HOURLY

    with monkeypatch.context() as patched:
        stop_at(patched, "after")
        with pytest.raises(Killed):
            saving()
    assert signed_in("analyst", "*", name="bea").get("/work/queues/").status_code == 200
    assert left() == ([], {1: "west", 2: "west"})
    assert set(_sweeps.SWEEPS) <= set(HOURLY), "and so does the worker, when it starts"


def test_what_is_saved_has_its_outcome_at_once(at_work: Path, saving: Callable[[], Any]) -> None:
    assert saving().numbers == (1, 2)
    assert outcomes() == [{"decisions": [1, 2]}]
    assert left() == ([], {1: "west", 2: "west"})


def test_a_place_that_had_lines_before_is_worked_out_once(at_work: Path) -> None:
    from totalplace.workbench.jobs.models import Job
    from totalplace.workbench.queues._first import ask_first_recount

    shutil.rmtree(at_work / "lines", ignore_errors=True)
    ask_first_recount()
    assert not Job.objects.exists()
    (at_work / "lines" / "return").mkdir(parents=True)
    for _ in range(2):
        ask_first_recount()
        assert [(job.kind, job.owner) for job in Job.objects.all()] == [("recount", "the server")]


# --- commands beside the workbench ---------------------------------------------------------------

_HOLD = """
import sys
from pathlib import Path
from totalplace.place._workspace import write_lock
with write_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.readline()
"""


@pytest.mark.slow
def test_a_command_decides_when_a_page_does_not(
    at_work: Path, saving: Callable[[], Any], monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    """The command of another process waits while a page looks and saves; and the reverse."""
    from totalplace.cli import main
    from totalplace.place import _decisions
    from totalplace.workbench.queues import _save

    real = _save.begin
    commands: list[subprocess.Popen[str]] = []

    def begin(*given: Any) -> Any:
        words = ["decide", str(at_work), "Zebra", "--what", "payee_kind"]
        words += ["--value", "individual", "--why", "a man"]
        code = f"from totalplace.cli import main; raise SystemExit(main({words!r}))"
        command = subprocess.Popen(
            [sys.executable, "-c", code],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        commands.append(command)
        with pytest.raises(subprocess.TimeoutExpired):
            command.wait(2)
        assert decisions(at_work) == []
        return real(*given)

    monkeypatch.setattr(_save, "begin", begin)
    assert saving().numbers == (1, 2)
    told, _ = commands[0].communicate(timeout=60)
    assert commands[0].returncode == 0, told
    assert [one.value for one in decisions(at_work)] == ["organisation"] * 2 + ["individual"]

    monkeypatch.setattr(_decisions, "WAIT_SECONDS", 0.2)
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(at_work)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as holder:  # fmt: skip
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        words = ["decide", str(at_work), "Elm", "--what", "payee_kind", "--value", "individual"]
        assert main([*words, "--why", "a man"]) != 0
        holder.communicate("\n")
    assert "is being written by another process" in capsys.readouterr().err
    assert len(decisions(at_work)) == 3
