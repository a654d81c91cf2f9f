"""Serving the site: one process, some threads, on this computer unless a proxy stands before it."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from totalplace.errors import Problem, RequestError
from totalplace.web._bodies import Room, channel_with, public_bytes

__all__ = ["serve"]

_THREADS = 8
_TRUSTED: dict[str, Any] = {"trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"}}


def serve(
    places: Sequence[Path],
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    ready: Callable[[str], None] = lambda _: None,
    wrap: Callable[[Any], Any] | None = None,
    most_bytes: Callable[[str], int] = public_bytes,
    together_bytes: int = 0,
) -> None:
    """Serve places until the process is stopped.

    Args:
        places: folders of places with a public zone; the first is shown, the others are there to
            compare with.
        host: the address that is listened on.
        port: 0 takes one that is free.
        ready: told the site's address once it answers.
        wrap: puts the workbench's addresses before the application of the public site; None where
            there is no workbench.
        most_bytes: the path of an address -> how many bytes a request to it may bring; what brings
            more is refused before it is read.
        together_bytes: so much may all that is larger than a form bring at a time, over all
            connections; what finds no room is refused before it is read.

    Raises:
        RequestError: nothing is published there, or the port is taken.
    """
    os.environ["TOTALPLACE_PLACES"] = os.pathsep.join(str(path.resolve()) for path in places)
    # the public site's own, whatever the environment says: it opens nothing but publications
    os.environ["DJANGO_SETTINGS_MODULE"] = "totalplace.web.settings"
    import django
    from django.conf import settings
    from django.core.wsgi import get_wsgi_application
    from waitress import create_server

    django.setup()
    # also where this process has read its settings before
    settings.TOTALPLACE_PLACES = [path.resolve() for path in places]
    # with all pages, so that the first reader does not wait for them to be loaded
    from totalplace.web import urls  # noqa: F401
    from totalplace.web._places import other_zones, zone

    if wrap is None:
        # with the workbench beside it, a place begins before anything is published
        _ = zone().latest
    _ = [other.latest for other in other_zones()]
    settings.TOTALPLACE_HAS_WORKBENCH = wrap is not None
    application = get_wsgi_application()
    if wrap is not None:
        application = wrap(application)
    sockets: dict[int, Any] = {}
    try:
        server = create_server(
            application,
            map=sockets,
            host=host,
            port=port,
            # as many again for those that wait for the workbench
            threads=_THREADS if wrap is None else 2 * _THREADS,
            # of a proxy that ends TLS, its word is taken on how the reader came to it
            **(
                _TRUSTED | {"trusted_proxy": settings.TOTALPLACE_PROXY}
                if settings.IS_BEHIND_TLS
                else {}
            ),
            ident=None,
            clear_untrusted_proxy_headers=True,
        )
    except OSError as error:
        raise RequestError(
            Problem(
                "port_taken",
                "the site cannot listen there",
                f"--port {port}",
                error.strerror or str(error),
                "give another port with --port, or 0 for one that is free",
            )
        ) from error
    room = Room(together_bytes)
    for one in sockets.values():
        # an address that is a name can stand for several
        if hasattr(one, "channel_class"):
            one.channel_class = channel_with(most_bytes, room)
    address = f"http://{host}:{server.effective_port}"
    # citations need one; behind a proxy the setting says which
    settings.TOTALPLACE_ADDRESS = settings.TOTALPLACE_ADDRESS or address
    ready(f"{address}/")
    try:
        server.run()
    finally:
        server.close()
