"""The workbench in this process, over a place of its own for each test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from settings_here import working_on

from django_here import set_up

if os.environ.get("TOTALPLACE_TEST_POSTGRES"):
    from database_here import new_database

    os.environ["DATABASE_URL"] = new_database()

SignedIn = Callable[..., Any]


@pytest.fixture(scope="session", autouse=True)
def django() -> None:
    """Django over no place, before a command that a test gives sets it up over one of its own."""
    set_up()


@pytest.fixture(scope="session")
def tables(django: None) -> Iterator[None]:
    """The workbench's database, brought to this version once a process."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    yield
    from django.db import connections

    connections.close_all()


@pytest.fixture
def database(tables: None) -> Iterator[None]:
    """An empty database; what a test writes is removed again."""
    from django.apps import apps
    from django.db import connection, transaction

    yield
    with transaction.atomic(), connection.cursor() as cursor, _any_row_may_go(cursor):
        for model in reversed(list(apps.get_models())):
            cursor.execute(f'DELETE FROM "{model._meta.db_table}"')


class _any_row_may_go:  # noqa: N801 - used as a function
    """Lets a test remove even what is only ever added."""

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor

    def __enter__(self) -> None:
        from django.db import connection

        if connection.vendor == "postgresql":
            self._cursor.execute("SET LOCAL session_replication_role = replica")
            return
        self._cursor.execute("PRAGMA defer_foreign_keys = ON")
        self._cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        self._kept = self._cursor.fetchall()
        for name, _ in self._kept:
            self._cursor.execute(f'DROP TRIGGER "{name}"')

    def __exit__(self, *_: object) -> None:
        for _name, sql in getattr(self, "_kept", []):
            self._cursor.execute(sql)


@pytest.fixture(scope="session")
def tinyshire(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tinyshire with its returns and a month of payments, made once a process: copy it."""
    from tiny import tiny

    return tiny(tmp_path_factory.mktemp("tiny"))


@pytest.fixture
def tinyshire_at_work(tinyshire: Path, tmp_path: Path, database: None) -> Iterator[Path]:
    """The workbench over a copy of Tinyshire; its folder."""
    folder = shutil.copytree(tinyshire, tmp_path / "tinyshire")
    with working_on(folder):
        yield folder


@pytest.fixture
def empty_place(tmp_path: Path) -> Path:
    """A place that holds nothing yet."""
    from totalplace import new_place

    new_place(tmp_path / "place", name="Albermarch", areas=["E08000003"], year="2017-18").close()
    return tmp_path / "place"


@pytest.fixture
def at_work(database: None, empty_place: Path) -> Iterator[Path]:
    """The workbench over an empty place; the place's folder."""
    with working_on(empty_place):
        yield empty_place


@pytest.fixture
def signed_in(database: None) -> SignedIn:
    """A client that is signed in: ``signed_in("analyst", "millcombe-council")``.

    Args of it: roles in one text, body_ids (`"*"` for every body), ``name``, and ``factor`` for
    whether the second factor was given.
    """

    def client(roles: str, *bodies: str, name: str = "", factor: bool = True) -> Any:
        from django.conf import settings
        from django.test import Client
        from django.utils import timezone

        from totalplace.workbench.accounts.models import Account
        from totalplace.workbench.accounts.sessions import SessionStore

        account, _ = Account.objects.update_or_create(
            name=name or f"{roles.replace(' ', '-')}-{'-'.join(bodies).replace('*', 'all')}",
            defaults={"roles": roles.split(), "bodies": list(bodies)},
        )
        session = SessionStore()
        session["account"] = account.name
        if factor:
            session["second_factor_at"] = timezone.now().isoformat()
        session.save()
        one = Client(headers={"host": "127.0.0.1"})
        one.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
        return one

    return client


@pytest.fixture
def anybody(database: None) -> Any:
    """A client that is not signed in."""
    from django.test import Client

    return Client(headers={"host": "127.0.0.1"})
