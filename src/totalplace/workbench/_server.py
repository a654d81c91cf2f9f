"""The processes of the workbench: its server and its worker. Each ends with the one that began it.

python -m totalplace.workbench prepare|server SOCKET|worker|user|act ACTION CLASS THING
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any

__all__ = ["main"]

_THREADS = 8


def main(words: list[str]) -> None:
    """Be one of the processes."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "totalplace.workbench.settings"
    import django

    django.setup()
    match words:
        case ["prepare"]:
            print(json.dumps(_prepare()))  # noqa: T201 - read by the one who started it
        case ["server", socket]:
            _end_with_parent()
            _serve(socket)
        case ["worker"]:
            _work()
        case ["user"]:
            print(_user(sys.stdin.read()))  # noqa: T201 - read by the command
        case ["act", action, data_class, thing]:
            from totalplace.workbench.audit._act import record_act

            record_act(action, data_class, thing)
        case _:
            raise SystemExit(__doc__)


def _prepare() -> dict[str, Any]:
    """Bring the database to this version; what whoever starts the server is told."""
    from django.conf import settings
    from django.core.management import call_command

    from totalplace.workbench._database import mark_database
    from totalplace.workbench.accounts import first_admin

    call_command("migrate", verbosity=0, interactive=False)
    mark_database(settings.TOTALPLACE_PLACE)
    return {"first_admin": first_admin()}


def _user(asked: str) -> str:
    """Do what a command asks of the accounts."""
    from django.core.management import call_command

    from totalplace.workbench.accounts._operator import answer

    call_command("migrate", verbosity=0, interactive=False)
    return answer(asked)


def _serve(socket: str) -> None:
    from django.core.wsgi import get_wsgi_application
    from waitress import create_server

    from totalplace.workbench._limits import FORM_BYTES, upload_mb

    application = get_wsgi_application()
    # so that the first requests do not wait, each for the same
    from totalplace.model import area_register, body_register
    from totalplace.workbench import urls  # noqa: F401

    area_register(), body_register()

    server = create_server(
        _with_address(application),
        unix_socket=socket,
        unix_socket_perms="600",
        threads=_THREADS,
        # one more than the front takes anywhere: it is the front that refuses
        max_request_body_size=FORM_BYTES + upload_mb() * 1_000_000 + 1,
        ident=None,
        # only the front process reaches the socket: what it says of the asker is kept
        clear_untrusted_proxy_headers=False,
    )
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    server.run()


def _with_address(application: Callable[..., Any]) -> Callable[..., Any]:
    """The application, told from where the front process was asked: nobody else reaches it."""

    def answer(environ: dict[str, Any], start_response: Any) -> Any:
        environ["REMOTE_ADDR"] = environ.pop("HTTP_X_FORWARDED_FOR", "")
        environ["wsgi.url_scheme"] = environ.get("HTTP_X_FORWARDED_PROTO", "http")
        return application(environ, start_response)

    return answer


def _work() -> None:
    from totalplace.workbench import _sweeps  # noqa: F401 - hangs what is swept on the list
    from totalplace.workbench.jobs._worker import work

    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    threading.Thread(target=_wait_for_end, args=(stopped.set,), daemon=True).start()
    work(stopped.is_set)


def _end_with_parent() -> None:
    threading.Thread(target=_wait_for_end, args=(lambda: os._exit(0),), daemon=True).start()


def _wait_for_end(end: Callable[[], Any]) -> None:
    """Wait until the standard input ends: the process that began this one is gone."""
    # not through the file object: its lock would be held when the interpreter ends
    while os.read(0, 4096):
        pass
    end()
