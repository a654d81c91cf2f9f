"""The verb that serves the site."""

from __future__ import annotations

import contextlib
import json
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from totalplace.cli._app import JSON, PLACE, Outcome, verb

__all__ = ["PORT", "say_where", "serve_places"]


PORT = Annotated[
    int, typer.Option("--port", min=0, max=65_535, metavar="N", help="0 takes one that is free.")
]


@verb("serve", "serve gm", "serve gm --port 8080 --with albermarch")
def serve(
    folder: PLACE,
    port: PORT = 8000,
    host: Annotated[
        str, typer.Option(metavar="ADDRESS", help="The address that is listened on.")
    ] = "127.0.0.1",
    beside: Annotated[
        list[Path] | None,
        typer.Option("--with", metavar="DIR", help="Another published place to compare with."),
    ] = None,
    no_workbench: Annotated[
        bool, typer.Option("--no-workbench", help="Serve the public pages alone.")
    ] = False,
    as_json: JSON = False,
) -> Outcome:
    """Serve the public pages of a place and its workbench, until you stop it with Ctrl-C.

    The public pages open only what `totalplace publish` has written; the workbench has processes
    of its own. Put a proxy with TLS before it to serve others than this computer: see "Deploy the
    site" in the documentation.
    """
    places = [folder, *(beside or [])]

    def ready(address: str) -> None:
        told = {"address": address, "places": [str(place) for place in places]}
        text = json.dumps(told, indent=2) if as_json else f"Serving {address} (Ctrl-C stops it)"
        print(text, flush=True)  # noqa: T201 - told now: the verb returns when it is stopped

    serve_places(places, host=host, port=port, ready=ready, has_workbench=not no_workbench)
    raise typer.Exit


def serve_places(
    places: list[Path],
    *,
    host: str,
    port: int,
    ready: Callable[[str], None],
    has_workbench: bool = True,
) -> None:
    """Serve places until Ctrl-C, which is the way to end it and no fault."""
    # the web framework is loaded by this verb alone
    from totalplace.web import serve as serve_site

    with contextlib.suppress(KeyboardInterrupt), contextlib.ExitStack() as kept:
        beside_it: dict[str, Any] = {}
        if has_workbench:
            from totalplace.workbench._supervise import workbench

            signal.signal(signal.SIGTERM, _stop)
            beside = kept.enter_context(workbench(places))
            beside_it = {
                "wrap": beside.wrap,
                "most_bytes": beside.most_bytes,
                "together_bytes": beside.together_bytes,
            }
            if beside.first_admin is not None:
                _say_first_admin(**beside.first_admin)
        serve_site(places, host=host, port=port, ready=ready, **beside_it)


def _stop(*_: object) -> None:
    """Being told to stop is the same as Ctrl-C: the workbench's processes end too."""
    raise KeyboardInterrupt


def _say_first_admin(name: str, password: str) -> None:
    print(  # noqa: T201 - once, and nowhere else
        f"First admin of the workbench: {name}, one-time password {password}\n"
        "Sign in with it and choose your own; it is not shown again.",
        file=sys.stderr,
        flush=True,
    )


def say_where(address: str) -> None:
    """Tell where the site is, beside what a verb has printed."""
    print(f"Serving {address} (Ctrl-C stops it)", file=sys.stderr, flush=True)  # noqa: T201
