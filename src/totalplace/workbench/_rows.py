"""The rows of the workbench's database as lines of text, and back, on any database.

The first line says which migrations the rows are of: they are put into a database as it was then,
which is brought to this version afterwards. Sessions are not kept.

python -m totalplace.workbench._rows dump|load|migrate
"""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby, islice
from typing import IO, Any

from totalplace.errors import PlaceError, Problem, TotalplaceError

__all__ = ["REFUSED", "dump", "load", "main"]

FORMAT = "totalplace workbench"
FORMAT_VERSION = 1
REFUSED = 3
"""The exit code when something is wrong that can be told."""

_CHUNK = 2_000


def dump(out: IO[bytes]) -> int:
    """Write all rows as they are at one moment; nobody waits for it. How many there are.

    Raises:
        PlaceError: an older version made the database.
    """
    from django.apps import apps
    from django.contrib.sessions.base_session import AbstractBaseSession
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    written = 0
    with _one_moment():
        executor = MigrationExecutor(connection)
        last = executor.loader.graph.leaf_nodes()
        if executor.migration_plan(last):
            raise PlaceError(_old())
        head = {"format": FORMAT, "format_version": FORMAT_VERSION, "migrations": sorted(last)}
        out.write(_line(head))
        for model in apps.get_models(include_auto_created=True):
            if issubclass(model, AbstractBaseSession):
                continue
            table = model._meta  # noqa: SLF001 - Django's own name for it
            names = [field.attname for field in table.concrete_fields]
            every = model._base_manager  # noqa: SLF001 - as above: no manager hides a row of it
            rows = every.order_by("pk").values_list(*names)
            for row in rows.iterator(chunk_size=_CHUNK):
                values = dict(zip(names, row, strict=True))
                out.write(_line({"model": table.label_lower, "row": values}))
                written += 1
    return written


def load(lines: Iterable[bytes]) -> int:
    """Put rows into an empty database, all or none, and bring it to this version. How many.

    Raises:
        PlaceError: the database is not empty, a later version wrote the lines, or they are damaged.
    """
    from django.core.management import call_command
    from django.db import Error, connection, transaction
    from django.db.migrations.executor import MigrationExecutor

    if connection.introspection.table_names():
        raise PlaceError(_not_empty(connection.settings_dict))
    rows = iter(lines)
    executor = MigrationExecutor(connection)
    targets = _targets(next(rows, b""), executor)
    loaded = 0
    # SQLite changes no tables within a transaction; its file is thrown away when this fails
    is_whole = connection.vendor != "sqlite"
    try:
        with transaction.atomic() if is_whole else contextlib.nullcontext():
            apps = executor.migrate(targets).apps
            with transaction.atomic():
                for label, some in groupby(map(_row, rows), lambda row: str(row.get("model"))):
                    model = _model(apps, label)
                    while chunk := list(islice(some, _CHUNK)):
                        _insert(model, chunk)
                        loaded += len(chunk)
                _reset_sequences(apps)
                connection.check_constraints()
            call_command("migrate", verbosity=0, interactive=False)
    except (Error, ValueError, KeyError, TypeError) as error:
        raise PlaceError(_damaged(f"{type(error).__name__}: {error}")) from error
    return loaded


def main(words: list[str]) -> None:
    """Do one of the three; standard output is the rows themselves, or one JSON document.

    Ends with `REFUSED` when something is wrong: the problems are then the document.
    """
    from django.conf import settings
    from django.core.management import call_command

    from totalplace.workbench._database import mark_database

    told: dict[str, Any] = {}
    try:
        match words:
            case ["dump"]:
                dump(sys.stdout.buffer)
                return
            case ["load"]:
                told = {"rows": load(sys.stdin.buffer), "audit": _proved()}
                mark_database(settings.TOTALPLACE_PLACE)
            case ["migrate"]:
                call_command("migrate", verbosity=0, interactive=False)
            case _:
                raise SystemExit(__doc__)
    except TotalplaceError as error:
        problems = [problem.as_dict() for problem in error.problems]
        print(json.dumps(problems), file=sys.stderr)  # noqa: T201 - read by the command
        sys.exit(REFUSED)
    print(json.dumps(told))  # noqa: T201


def _proved() -> dict[str, Any]:
    """Whether the audit that was restored is whole."""
    from totalplace.workbench.audit._verify import verify

    try:
        return verify().as_dict()
    except PlaceError as error:
        return {"is_whole": False, "problems": [one.as_dict() for one in error.problems]}


@contextlib.contextmanager
def _one_moment() -> Iterator[None]:
    """A transaction that sees the database as it is now, whatever others write."""
    from django.db import connection, transaction

    if connection.vendor == "sqlite":
        # not `atomic`: its transactions are begun as those of a writer, of whom there is one
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def _line(document: dict[str, Any]) -> bytes:
    text = json.dumps(
        document, ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=_moment
    )
    return text.encode() + b"\n"


def _moment(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"a value of {type(value).__name__} has no form in a backup")


def _row(line: bytes) -> dict[str, Any]:
    row: dict[str, Any] = json.loads(line)
    return row


def _targets(line: bytes, executor: Any) -> list[tuple[str, str]]:
    try:
        head = json.loads(line)
        form, version = head["format"], head["format_version"]
        targets = [(str(app), str(name)) for app, name in head["migrations"]]
    except (ValueError, KeyError, TypeError) as error:
        raise PlaceError(_damaged("its first line says nothing of its form")) from error
    known = set(executor.loader.graph.nodes)
    if form != FORMAT or version > FORMAT_VERSION or not known.issuperset(targets):
        raise PlaceError(
            Problem(
                "newer_backup",
                "a later version of totalplace made the backup of the workbench",
                "the workbench's database",
                f"this version lacks {sorted(set(targets) - known) or version}",
                "install the newest totalplace, then run the same command again",
            )
        )
    return targets


def _model(apps: Any, label: str) -> Any:
    try:
        return apps.get_model(label)
    except LookupError as error:
        raise ValueError(f"there is no table of {label!r}") from error


def _insert(model: Any, rows: list[dict[str, Any]]) -> None:
    """Add rows as they were: no default, time or key of them is made anew."""
    from django.db import connection

    table = model._meta  # noqa: SLF001 - Django's own name for it
    fields = table.concrete_fields
    quoted = connection.ops.quote_name
    columns = ", ".join(quoted(field.column) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    values = [
        [
            field.get_db_prep_save(field.to_python(row["row"][field.attname]), connection)
            for field in fields
        ]
        for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {quoted(table.db_table)} ({columns}) VALUES ({places})",  # noqa: S608
            values,
        )


def _reset_sequences(apps: Any) -> None:
    """Have new rows numbered after those that are there."""
    from django.core.management.color import no_style
    from django.db import connection

    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), apps.get_models()):
            cursor.execute(statement)


def _old() -> Problem:
    return Problem(
        "workbench_is_old",
        "an older version of totalplace made the database of the workbench",
        "the workbench's database",
        "it is not of this version's form",
        "run `totalplace migrate DIR`, or serve the place once",
    )


def _not_empty(database: dict[str, Any]) -> Problem:
    return Problem(
        "database_in_use",
        "the workbench is restored into an empty database",
        str(database["NAME"]),
        "it has tables already",
        "set DATABASE_URL to a new database, or unset it to keep the workbench in the place",
    )


def _damaged(why: str) -> Problem:
    return Problem(
        "bad_backup",
        "the workbench's part of this backup is damaged",
        "workbench/database.jsonl",
        why,
        "nothing was made: take another copy of the backup, or an earlier one",
    )


if __name__ == "__main__":
    from pathlib import Path

    from totalplace.workbench._outside import set_up

    set_up(Path(sys.argv[2]))
    main(sys.argv[1:2])
