"""The real server of a place in processes of its own, and people who ask it over HTTP."""

from __future__ import annotations

import http.client
import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from database_here import environment_of

__all__ = ["Asker", "Reply", "Served", "processes", "served", "sessions_of", "until"]

_SESSIONS = """
import sys, json
from pathlib import Path
from totalplace.workbench._outside import set_up
set_up(Path(sys.argv[1]))
from django.core.management import call_command
call_command("migrate", verbosity=0)
from django.utils import timezone
from totalplace.workbench.accounts.models import Account
from totalplace.workbench.accounts.sessions import SessionStore
found = {}
for name, (roles, bodies) in json.loads(sys.argv[2]).items():
    Account.objects.update_or_create(name=name, defaults={"roles": roles, "bodies": bodies})
    session = SessionStore()
    session["account"] = name
    session["second_factor_at"] = timezone.now().isoformat()
    session.save()
    found[name] = session.session_key
print(json.dumps(found))
"""


class Served:
    """A running server."""

    def __init__(self, process: subprocess.Popen[str], address: str, aside: Path) -> None:
        self.process, self.address, self.aside = process, address, aside


@contextmanager
def served(place: Path, *words: str) -> Iterator[Served]:
    """Serve a place as the command does; what it says aside goes to a file beside the place."""
    program = str(Path(sys.executable).with_name("totalplace"))
    aside = place.parent / f"{place.name}-said.txt"
    with (
        aside.open("a") as file,
        subprocess.Popen(
            [program, "serve", str(place), "--port", "0", *words],
            stdout=subprocess.PIPE,
            stderr=file,
            text=True,
            env=environment_of(place),
            # a group of its own, as a terminal has one that it sends Ctrl-C to
            start_new_session=True,
        ) as process,
    ):
        try:
            assert process.stdout is not None
            told = process.stdout.readline()
            assert told.startswith("Serving http://127.0.0.1:"), told + aside.read_text()
            yield Served(process, told.split()[1].rstrip("/"), aside)
        finally:
            process.kill()


def sessions_of(place: Path, accounts: Mapping[str, tuple[list[str], list[str]]]) -> dict[str, str]:
    """Accounts by name -> (roles, bodies), signed in with a second factor: their session keys."""
    done = subprocess.run(
        [sys.executable, "-c", _SESSIONS, str(place), json.dumps(accounts)],
        capture_output=True,
        text=True,
        env=environment_of(place),
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, str] = json.loads(done.stdout)
    return found


class Reply:
    """What was answered; status 0 where nothing was."""

    def __init__(self, status: int, text: str, location: str) -> None:
        self.status, self.text, self.location = status, text, location


class Asker:
    """Somebody who is signed in, and asks as a browser does."""

    def __init__(self, address: str, session: str) -> None:
        parts = urlsplit(address)
        self._host = (str(parts.hostname), int(parts.port or 80))
        self._token = secrets.token_hex(16)
        self._cookie = f"totalplace={session}; totalplace-csrf={self._token}"

    def get(self, path: str) -> Reply:
        """Read a page."""
        return self._ask("GET", path, b"", {})

    def post(self, path: str, fields: Mapping[str, str] | None = None) -> Reply:
        """Send a form."""
        values = {"csrfmiddlewaretoken": self._token, **(fields or {})}
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", path, urlencode(values).encode(), kind)

    def upload(self, path: str, name: str, content: bytes, fields: Mapping[str, str]) -> Reply:
        """Send a file."""
        edge = secrets.token_hex(16)
        values = {"csrfmiddlewaretoken": self._token, **fields}
        head = "".join(
            f'--{edge}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
            for key, value in values.items()
        )
        head += (
            f'--{edge}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n'
            "Content-Type: text/csv\r\n\r\n"
        )
        body = head.encode() + content + f"\r\n--{edge}--\r\n".encode()
        kind = {"Content-Type": f"multipart/form-data; boundary={edge}"}
        return self._ask("POST", path, body, kind)

    def _ask(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        connection = http.client.HTTPConnection(*self._host, timeout=60)
        try:
            connection.request(method, path, body, {"Cookie": self._cookie, **headers})
            answer = connection.getresponse()
            text = answer.read().decode("utf-8", "replace")
            return Reply(answer.status, text, answer.headers.get("Location", ""))
        except (OSError, http.client.HTTPException):
            return Reply(0, "", "")
        finally:
            connection.close()


def processes(place: Path) -> list[int]:
    """The workbench's own processes of a place: its server, its worker and their jobs."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            words = (entry / "cmdline").read_bytes()
            environ = (entry / "environ").read_bytes()
        except OSError:
            continue
        is_ours = b"totalplace.workbench" in words or b"forkserver" in words
        if is_ours and os.fsencode(f"TOTALPLACE_PLACES={place.resolve()}") in environ:
            found.append(int(entry.name))
    return found


def until(holds: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)
