"""Analysts of the bench of the workbench: accounts of a place, and what they ask."""

from __future__ import annotations

import http.client
import json
import re
import secrets
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlencode

from _web_readers import Answer

__all__ = ["Analyst", "sessions"]

_TIMEOUT_S = 120
_MAKE = """
import sys, json
from pathlib import Path
from totalplace.workbench._outside import set_up
set_up(Path(sys.argv[1]))
from django.core.management import call_command
call_command("migrate", verbosity=0)
from django.utils import timezone
from totalplace.workbench.accounts.models import Account
from totalplace.workbench.accounts.sessions import SessionStore
keys = []
for number in range(int(sys.argv[2])):
    account = Account.objects.create(name=f"analyst-{number}", roles=["analyst"], bodies=["*"])
    session = SessionStore()
    session["account"] = account.name
    session["second_factor_at"] = timezone.now().isoformat()
    session.save()
    keys.append(session.session_key)
print(json.dumps(keys))
"""


def sessions(place: Path, number: int) -> list[str]:
    """Make analysts of the whole place who are signed in; the keys of their sessions."""
    done = subprocess.run(
        [sys.executable, "-c", _MAKE, place, str(number)],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found: list[str] = json.loads(done.stdout)
    return found


class Analyst:
    """Somebody who is signed in and asks as a browser does."""

    def __init__(self, host: str, port: int, session: str) -> None:
        self._host = (host, port)
        self._token = secrets.token_hex(16)
        self._cookies = f"totalplace={session}; totalplace-csrf={self._token}"

    def timed(self, address: str) -> Answer:
        """Ask for a page, and how long that took."""
        started = time.perf_counter()
        status, text = self.get(address)
        return Answer(address, status, time.perf_counter() - started, len(text))

    def get(self, address: str) -> tuple[int, str]:
        """Status and text of a page."""
        status, text, _ = self._ask("GET", address, b"", {})
        return status, text

    def post(self, address: str) -> str:
        """Send a form without fields; where it leads."""
        body = urlencode({"csrfmiddlewaretoken": self._token}).encode()
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", address, body, kind)[2]

    def upload(self, address: str, file: Path, fields: dict[str, str]) -> str:
        """Send a file; where it leads."""
        edge = secrets.token_hex(16)
        head = "".join(
            f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in {"csrfmiddlewaretoken": self._token, **fields}.items()
        )
        head += (
            f'--{edge}\r\nContent-Disposition: form-data; name="files"; filename="{file.name}"\r\n'
            "Content-Type: text/csv\r\n\r\n"
        )
        body = head.encode() + file.read_bytes() + f"\r\n--{edge}--\r\n".encode()
        kind = {"Content-Type": f"multipart/form-data; boundary={edge}"}
        return self._ask("POST", address, body, kind)[2]

    def wait_for(self, location: str) -> str:
        """Wait until the job of an address is over; its state."""
        found = re.search(r"/jobs/(\d+)/", location)
        if found is None:
            sys.exit(f"no job was begun, but {location or 'nothing'}")
        while True:
            state = str(json.loads(self.get(f"/jobs/{found[1]}.json")[1])["status"])
            if state not in {"queued", "running"}:
                return state
            time.sleep(0.2)

    def wait_for_all(self) -> None:
        """Wait until no job waits or runs."""
        while re.search(r">\s*(?:waiting|running)\s*<", self.get("/jobs/")[1]):
            time.sleep(0.5)

    def _ask(
        self, method: str, address: str, body: bytes, headers: dict[str, str]
    ) -> tuple[int, str, str]:
        connection = http.client.HTTPConnection(*self._host, timeout=_TIMEOUT_S)
        try:
            connection.request(method, address, body, {"Cookie": self._cookies, **headers})
            answer = connection.getresponse()
            text = answer.read().decode("utf-8", "replace")
            return answer.status, text, answer.headers.get("Location", "")
        except (OSError, http.client.HTTPException):
            return 0, "", ""
        finally:
            connection.close()
