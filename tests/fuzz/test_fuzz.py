"""Ten thousand spoilt files through reused workers: none breaks one, and no row goes missing.

A tenth of them in ordinary runs, all with TOTALPLACE_FULL_COUNTS=1. TOTALPLACE_FUZZ_SEED makes
others. What fails is told with its seed; TOTALPLACE_FUZZ_CASE=<number> repeats that one alone.
"""

from __future__ import annotations

import csv
import io
import os
import random
import re
import shutil
import time
from collections import Counter
from pathlib import Path

import cuts
import pyarrow.parquet as pq
import pytest
from cuts import Cut
from mutations import mutated

from counted import how_many
from totalplace.errors import FileError, PlaceError, Problem, Quarantined, RequestError
from totalplace.model import body_register
from totalplace.place import Source
from totalplace.sources import Sandbox
from totalplace.sources._format import Memo, Outcome, Reading
from totalplace.sources._mapping_exchange import HandedDown, hand_down
from totalplace.sources._mapping_memory import read_mapping
from totalplace.sources._messages import Request
from totalplace.sources._sandbox import seconds_for

SEED = os.environ.get("TOTALPLACE_FUZZ_SEED", "1")
COUNT = 10_000
ONLY = os.environ.get("TOTALPLACE_FUZZ_CASE")
BROKEN = {"sandbox_crash", "sandbox_time"}
BY_ROW = {"spend", "register", "return", "over_25k", "cards", "giving"}
"""Formats in which a record is a row."""

_PLAIN = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,2})?")


class Peaked(Sandbox):
    """Keeps the most memory that its workers held, and how many there were."""

    peak_kb = 0
    pids: frozenset[int] = frozenset()

    def look(self) -> None:
        if self.pid is None:
            return
        self.pids |= {self.pid}
        try:
            status = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        except OSError:
            return
        peaks = [int(line.split()[1]) for line in status if line.startswith("VmHWM")]
        self.peak_kb = max([self.peak_kb, *peaks])


def _read(sandbox: Sandbox, path: Path, scratch: Path, rng: random.Random) -> list[Outcome]:
    source = Source(
        sha256="0" * 64,
        name=path.name,
        size_bytes=path.stat().st_size,
        received="2024-01-01T00:00:00",
        publisher=None,
        licence=None,
    )
    request = Request(
        path=str(path),
        file=str(path),
        source=source,
        folder=str(scratch),
        format_id=None,
        body_id=rng.choice([None, "trafford", "trafford"]),
        yes=rng.random() < 0.5,
        registers={},
        seconds=seconds_for(path),
    )
    return sandbox.read(request, folder=scratch, step=lambda *_: None)


def _problems_with(problem: Problem) -> list[str]:
    parts = {"code": problem.code, "what": problem.what, "where": problem.where}
    parts |= {"why": problem.why, "fix": problem.fix}
    missing = [
        f"a problem without {name}: {problem.code}" for name, text in parts.items() if not text
    ]
    return missing + ["a traceback"] * ("Traceback" in str(problem))


def _text(content: bytes, encoding: str) -> str:
    return content.decode(encoding)


def _wrong(outcome: Outcome, contents: dict[str, bytes]) -> list[str]:
    """What does not hold of a reading, by an independent look at the bytes."""
    if isinstance(outcome, Memo):
        return []
    member = outcome.member
    found = []
    if not member.adds_up:
        found.append(f"{member.records} records do not add up: {member}")
    lines = pq.read_table(outcome.lines)
    if lines.num_rows != member.lines:
        found.append(f"{lines.num_rows} rows written, {member.lines} told")
    rejects = 0 if outcome.rejects is None else pq.read_metadata(outcome.rejects).num_rows
    if rejects != member.rejected:
        found.append(f"{rejects} rejects written, {member.rejected} told")
    for problem in (*outcome.warnings, *outcome.notes):
        found += _problems_with(problem)
    if member.sum_pence is not None and sum(lines["amount_pence"].to_pylist()) != member.sum_pence:
        found.append("the sum of the lines is another one")
    content = contents.get(member.member)
    if member.format_id in BY_ROW and content is not None and "delimiter" in member.dialect:
        found += _lost(outcome, content, lines.to_pylist())
    return found


def _lost(outcome: Reading, content: bytes, lines: list[dict[str, object]]) -> list[str]:
    """Rows that went missing, and plain amounts that became others."""
    member = outcome.member
    text = _text(content, member.encoding or "utf-8")
    csv.field_size_limit(10_000_000)
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=member.dialect["delimiter"]))
    found = []
    if member.records != len(rows) - 1:
        found.append(f"{len(rows)} rows with the header, but {member.records} records")
    numbers = [int(str(line["row_no"])) for line in lines]
    if outcome.rejects is not None:
        numbers += pq.read_table(outcome.rejects)["row_no"].to_pylist()
    if len(set(numbers)) != len(numbers) or (
        numbers and not 1 <= min(numbers) <= max(numbers) <= len(rows)
    ):
        found.append("a row is there twice, or is none of the file")
    header = rows[int(member.dialect["header_row"]) - 1]
    title = next((title for title, field in member.mapping.items() if field == "amount"), "")
    if header.count(title) == 1:
        at = header.index(title)
        for line in lines:
            row = rows[int(str(line["row_no"])) - 1]
            cell = row[at].strip() if at < len(row) else ""
            if _PLAIN.fullmatch(cell) and _pence(cell) != line["amount_pence"]:
                found.append(f"row {line['row_no']}: {cell!r} became {line['amount_pence']}")
    return found


def _pence(plain: str) -> int:
    whole, _, part = plain.lstrip("-").partition(".")
    pence = int(whole) * 100 + int((part + "00")[:2])
    return -pence if plain.startswith("-") else pence


def _contents(content: bytes, kind: str) -> dict[str, bytes]:
    if kind in {"csv", "toml"}:
        return {"": content}
    if kind != "zip":
        return {}
    try:
        return dict(cuts.members_of(content))
    except Exception:
        # the independent reader takes less than ours: nothing to compare with
        return {}


@pytest.fixture(scope="module")
def seeds() -> list[Cut]:
    found = cuts.made_up() + cuts.mappings() + cuts.published(how_many(60, 12))
    assert all(len(cut.content) <= 2 * cuts.BYTES for cut in found)
    return found


@pytest.mark.slow
@pytest.mark.early
@pytest.mark.counted
def test_spoilt_files(seeds: list[Cut], tmp_path: Path) -> None:
    count = how_many(COUNT)
    failures: list[str] = []
    statuses: Counter[str] = Counter()
    loaded: Counter[str] = Counter()
    slowest = 0.0
    with Peaked(reads=[tmp_path], writes=[tmp_path]) as sandbox:
        for number in [int(ONLY)] if ONLY else range(count):
            rng = random.Random(f"{SEED}:{number}")
            cut = rng.choice(seeds)
            content, done = mutated(cut.content, cut.kind, rng)
            path, scratch = tmp_path / cut.name, tmp_path / f"scratch-{number}"
            path.write_bytes(content)
            scratch.mkdir()
            began = time.monotonic()
            wrong: list[str] = []
            try:
                if cut.kind == "toml":
                    # the file is sound: it is the agreement about its layout that is spoilt
                    hand_down(scratch, HandedDown(read_mapping(path, body_register())))
                    path.write_bytes(cuts.UNSEEN)
                    content = cuts.UNSEEN
                outcomes = _read(sandbox, path, scratch, rng)
            except PlaceError as error:
                wrong.append(f"it stopped everything: {error}")
            except RequestError as error:
                statuses["mapping refused"] += 1
                wrong += [fault for one in error.problems for fault in _problems_with(one)]
            except FileError as error:
                codes = {problem.code for problem in error.problems}
                statuses["quarantined" if isinstance(error, Quarantined) else "refused"] += 1
                wrong += [str(error)] if codes & BROKEN or isinstance(error, Quarantined) else []
                # a workbook may ask for any memory, a text file of this size may not
                wrong += [str(error)] if "sandbox_memory" in codes and cut.kind == "csv" else []
                wrong += [fault for one in error.problems for fault in _problems_with(one)]
            else:
                statuses["loaded"] += 1
                loaded[cut.kind] += 1
                contents = _contents(content, cut.kind)
                wrong += [fault for one in outcomes for fault in _wrong(one, contents)]
            took = time.monotonic() - began
            slowest = max(slowest, took)
            if took > 30:
                wrong.append(f"it took {took:.0f} seconds")
            sandbox.look()
            if wrong:
                kept = tmp_path / f"failed-{number}-{cut.name}"
                shutil.copy(path, kept)
                failures.append(
                    f"case {number}, seed {SEED}, {cut.name}, {'+'.join(done)}: "
                    + "; ".join(wrong)[:600]
                )
            path.unlink()
            shutil.rmtree(scratch)
            if len(failures) == 20:
                break
    print(
        f"\n{sum(statuses.values())} spoilt files of {len(seeds)} seeds: {dict(statuses)},"
        f" loaded {dict(loaded)};"
        f" slowest {slowest:.1f} s, peak {sandbox.peak_kb // 1024} MB, {len(sandbox.pids)} workers"
    )
    assert not failures, "\n".join(failures)
    assert sandbox.peak_kb < 1 << 20
    if not ONLY:
        # a fuzz that loads nothing, or refuses nothing, looks at nothing
        assert {"csv", "xlsx", "xls", "ods", "zip", "toml"} <= loaded.keys()
        assert statuses["loaded"] > count // 20
        assert statuses["refused"] > count // 20
