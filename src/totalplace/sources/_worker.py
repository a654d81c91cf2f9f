"""The process that reads supplied files: limited first, then asked for one file after the other.

Run by :mod:`totalplace.sources._sandbox` as ``python -m totalplace.sources._worker``. It reads
requests on its standard input and says its replies on what was its standard output. It ends when
its input does. See `_messages` for what is said, `_confine` for what it may not do.
"""

from __future__ import annotations

import errno
import json
import os
import sys
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from totalplace._pandas import hide_pandas
from totalplace.sources._confine import allow_time, confine, die_with_parent, limit_file_size

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

    from totalplace.errors import Problem
    from totalplace.model import BodyRegister
    from totalplace.sources._format import Job
    from totalplace.sources._messages import Reply, Request

__all__ = ["Reader", "serve"]

MEMORY_LIMIT = "300MB"
THREADS = 4

Registers = tuple[tuple[str, ...], ...]
_BODY_TABLES = ("body", "body_alias", "body_area")


class Reader:
    """Reads files for as long as it is asked to; keeps its DuckDB and the place's registers."""

    def __init__(self) -> None:
        self._connection: duckdb.DuckDBPyConnection | None = None

    def read(self, request: Request, step: Callable[[str, int, int], None]) -> Reply:
        """Do what is asked of one file; whatever is wrong with it is a reply too."""
        import duckdb

        from totalplace.errors import FileError, FileRefused
        from totalplace.sources._messages import Reply, error_reply

        try:
            return self._reply(request, step)
        except FileError as error:
            return error_reply(error)
        except (MemoryError, duckdb.OutOfMemoryException) as error:
            return Reply("memory", why=_first_line(error))
        except (OSError, duckdb.IOException) as error:
            is_memory = isinstance(error, OSError) and error.errno == errno.ENOMEM
            return Reply("memory" if is_memory else "disk", why=_first_line(error))
        except Exception as error:
            return Reply("fault", why=f"{type(error).__name__}: {_first_line(error)}")
        except BaseException as error:
            # a panic of a library written in Rust, which is no Exception
            if type(error).__name__ != "PanicException":
                raise
            return error_reply(FileRefused(_panic(request.file, _first_line(error))))

    def _reply(self, request: Request, step: Callable[[str, int, int], None]) -> Reply:
        from totalplace.sources._messages import looked_reply, read_reply

        folder, path = Path(request.folder), Path(request.path)
        if request.rows_of is not None:
            from totalplace.sources._rejected_rows import rows_reply

            return rows_reply(path, request.rows_of, request.file, folder)
        if request.want == "sheets":
            from totalplace.sources._sheets import sheets_reply

            return sheets_reply(path, request, folder)
        if request.want == "look":
            from totalplace.sources._look import look_file

            members = look_file(path, self._job(request, step), format_id=request.format_id)
            return looked_reply(members)
        from totalplace.sources._detect import read_file

        outcomes = read_file(path, self._job(request, step), format_id=request.format_id)
        return read_reply(outcomes, folder)

    def _job(self, request: Request, step: Callable[[str, int, int], None]) -> Job:
        from totalplace.sources._format import Job

        folder = Path(request.folder)
        registers = request.registers
        bodies = _bodies(tuple(registers.get(table, ()) for table in _BODY_TABLES))
        return Job(
            file=request.file,
            source=request.source,
            folder=folder,
            connection=self._spilling_into(folder / "spill"),
            bodies=bodies,
            codes=lambda table: _codes(table, registers.get(table, ())),
            body=None if request.body_id is None else bodies.get(request.body_id),
            yes=request.yes,
            step=step,
        )

    def _spilling_into(self, folder: Path) -> duckdb.DuckDBPyConnection:
        """The connection; a new one once the last has spilled, as that one's folder is gone."""
        import duckdb

        if self._connection is not None:
            try:
                self._connection.execute(f"SET temp_directory = {_literal(str(folder))}")
            except duckdb.NotImplementedException:
                self.close()
            else:
                return self._connection
        self._connection = connect(folder)
        return self._connection

    def close(self) -> None:
        """Let go of the memory."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def connect(spill: Path) -> duckdb.DuckDBPyConnection:
    """An in-memory DuckDB for reading files."""
    import duckdb

    connection = duckdb.connect(
        ":memory:",
        config={
            "temp_directory": str(spill),
            "memory_limit": MEMORY_LIMIT,
            "threads": str(min(THREADS, os.cpu_count() or 1)),
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        },
    )
    # records are always the probing side of a join: so they keep the order of the file
    connection.execute("SET disabled_optimizers = 'build_side_probe_side'")
    return connection


def serve(requests: BinaryIO, replies: BinaryIO) -> None:
    """Answer requests until there are no more, or one has used up the memory."""
    from totalplace.place import decode, encode
    from totalplace.sources._messages import HEAD, Reply, Request, Step, frame

    def say(reply: Reply) -> None:
        replies.write(frame(encode(reply, is_compact=True)))
        replies.flush()

    reader = Reader()
    while head := requests.read(HEAD.size):
        (size,) = HEAD.unpack(head)
        request = decode(requests.read(size), Request, Path("request"))
        limit_file_size(request.source.size_bytes)
        allow_time(request.seconds)
        reply = reader.read(request, lambda *step: say(Reply("step", step=Step(*step))))
        say(reply)
        if reply.kind in {"memory", "fault"}:
            return


@lru_cache(maxsize=1)
def _bodies(registers: Registers) -> BodyRegister:
    from totalplace.model import body_register

    return body_register(*map(_own_rows, registers))


def _codes(table: str, paths: tuple[str, ...]) -> list[Mapping[str, Any]]:
    from totalplace.model import load

    rows: list[Mapping[str, Any]] = load(table).to_pylist()
    own = _own_rows(paths)
    return rows if own is None else [*rows, *own.to_pylist()]


def _own_rows(paths: tuple[str, ...]) -> pa.Table | None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    tables = [pq.ParquetFile(path).read() for path in paths]
    return pa.concat_tables(tables, promote_options="permissive") if tables else None


def _panic(file: str, why: str) -> Problem:
    from totalplace.errors import Problem

    return Problem(
        "damaged_workbook",
        "the workbook cannot be read",
        file,
        f"the library that lays it out gave up: {why}",
        "open it in a spreadsheet, save it again as .xlsx, then add that",
    )


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _first_line(error: BaseException) -> str:
    return next(iter(str(error).splitlines()), "")[:500] or type(error).__name__


def main() -> None:
    """Limit this process, then serve."""
    start = json.loads(sys.argv[1])
    die_with_parent(start["parent"])
    # what a library prints must never be taken for a reply
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    hide_pandas()
    confine(start["reads"], start["writes"])
    serve(sys.stdin.buffer, replies)


if __name__ == "__main__":
    main()
    # nothing is left to be saved: the process need not be taken down piece by piece
    os._exit(0)
