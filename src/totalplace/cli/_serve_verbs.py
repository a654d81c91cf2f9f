"""The verb that serves the site."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import Annotated

import typer

from totalplace.cli._app import PLACE, Outcome, verb

__all__ = ["PORT", "serve_places"]


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
) -> Outcome:
    """Serve the public pages of a place, until you stop it with Ctrl-C.

    Only what `totalplace publish` has written is opened. Put a proxy with TLS before it to serve
    others than this computer: see "Deploy the site" in the documentation.
    """
    places = [folder, *(beside or [])]
    serve_places(places, host=host, port=port)
    return Outcome({"served": [str(place) for place in places]}, lambda: "Stopped.")


def serve_places(places: list[Path], *, host: str, port: int) -> None:
    """Serve places until Ctrl-C, which is the way to end it and no fault."""
    # the web framework is loaded by this verb alone
    from totalplace.web import serve as serve_site

    def ready(address: str) -> None:
        print(f"Serving {address} (Ctrl-C stops it)", file=sys.stderr, flush=True)  # noqa: T201

    with contextlib.suppress(KeyboardInterrupt):
        serve_site(places, host=host, port=port, ready=ready)
