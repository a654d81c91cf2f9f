"""How much of a request's body the front process takes, settled once the request's head has come.

waitress would keep the whole body in a file before anything of ours is asked. Here a parser asks
first: what says that it is larger is answered at once, and what does not say how large it is is
answered when it has become too large. The answer is a page of the site as any other.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from typing import Any

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.task import WSGITask
from waitress.utilities import RequestEntityTooLarge

__all__ = ["PUBLIC_BYTES", "TOO_LARGE", "Channel", "channel_with", "public_bytes"]

PUBLIC_BYTES = 4096
"""What a request to a public page may bring: none of them reads any of it."""
TOO_LARGE = "totalplace.most_bytes"
"""Of the environment of a request that was refused: how many bytes are taken there."""

_LINGER_SECONDS = 30.0
_PART_BYTES = 2**16


def public_bytes(path: str) -> int:  # noqa: ARG001 - the same for every address
    """How many bytes a request may bring where there are public pages alone."""
    return PUBLIC_BYTES


class _Parser(HTTPRequestParser):  # type: ignore[misc]
    """Reads a request, and no more of its body than is taken."""

    most_bytes: Callable[[str], int] = staticmethod(public_bytes)
    body_rcv: Any
    error: Any
    _most: int | None = None
    refused_at: int | None = None
    """How many bytes would have been taken, of a request that brings more; None of all others."""

    def received(self, data: bytes) -> int:
        """Take what has come; how many bytes of it were used."""
        consumed: int = super().received(data)
        if self.body_rcv is None or self.refused_at is not None:
            return consumed
        if self._most is None:
            self._most = self.most_bytes(f"/{self.path.lstrip('/')}")
        too_large = max(self.content_length, self.body_bytes_received) > self._most
        if too_large or isinstance(self.error, RequestEntityTooLarge):
            self._refuse(self._most)
        return consumed

    def _refuse(self, most: int) -> None:
        self.close()
        self.refused_at, self.body_rcv, self.error = most, None, None
        # otherwise it would be told to send the rest
        self.expect_continue, self.completed = False, True
        self.headers["CONTENT_LENGTH"] = "0"


class _Task(WSGITask):  # type: ignore[misc]
    """Answers a request; after one that was refused the connection ends."""

    def execute(self) -> None:
        """Ask the application."""
        most = self.request.refused_at
        if most is not None:
            self.channel.is_refused = True
            self.get_environment()[TOO_LARGE] = most
            self.set_close_on_finish()
        super().execute()

    def get_environment(self) -> dict[str, Any]:
        """What the application is told; the same each time."""
        self.environ = super().get_environment()
        found: dict[str, Any] = self.environ
        return found


class Channel(HTTPChannel):  # type: ignore[misc]
    """A connection. After an answer to what was refused it reads on for a while, and keeps nothing.

    Closed at once, it would be reset, and whoever still sends would not see the answer.
    """

    task_class = _Task
    parser_class = _Parser
    is_refused = False
    will_close: bool
    close_when_flushed: bool
    _lingers_until: float | None = None

    def handle_write(self) -> None:
        """Send what waits; then end, or linger."""
        if not (self.is_refused and self.close_when_flushed) or self.will_close:
            super().handle_write()
            return
        self._flush_exception(self._flush_some)
        if self.total_outbufs_len or self.will_close:
            return
        try:
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:
            self.will_close = True
            return
        self._lingers_until = time.monotonic() + _LINGER_SECONDS
        self.close_when_flushed = False

    def handle_read(self) -> None:
        """Take what has come, or let it go."""
        if self._lingers_until is None:
            super().handle_read()
            return
        try:
            data = self.recv(_PART_BYTES)
        except OSError:
            data = b""
        if not data or time.monotonic() > self._lingers_until:
            self.handle_close()


def channel_with(most_bytes: Callable[[str], int]) -> type[Channel]:
    """Connections that take so much.

    Args:
        most_bytes: the path of an address -> how many bytes a request to it may bring.
    """
    parser = type("Parser", (_Parser,), {"most_bytes": staticmethod(most_bytes)})
    return type("Channel", (Channel,), {"parser_class": parser})
