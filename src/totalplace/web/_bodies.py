"""How much of a request's body the front process takes, settled once the request's head has come.

waitress would keep the whole body in a file before anything of ours is asked. Here a parser asks
first: what says that it is larger is answered at once, and what does not say how large it is is
answered when it has become too large. So is what finds no room beside the large bodies that are
on their way over all connections. The answer is a page of the site as any other.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.task import WSGITask
from waitress.utilities import RequestEntityTooLarge

__all__ = [
    "NO_ROOM",
    "PUBLIC_BYTES",
    "REFUSED",
    "TOO_LARGE",
    "Channel",
    "Room",
    "channel_with",
    "public_bytes",
]

PUBLIC_BYTES = 4096
"""What a request to a public page may bring: none of them reads any of it."""
TOO_LARGE = "totalplace.most_bytes"
"""Of the environment of a request that was refused: how many bytes are taken there."""
NO_ROOM = "totalplace.no_room"
"""Of the environment of a request that was refused: there is no room for it beside the others."""
REFUSED = frozenset({TOO_LARGE, NO_ROOM})

_LINGER_SECONDS = 30.0
_PART_BYTES = 2**16
_COUNTED_BYTES = 2**20
"""A body that may be larger is counted with the others: it is kept in a file."""


def public_bytes(path: str) -> int:  # noqa: ARG001 - the same for every address
    """How many bytes a request may bring where there are public pages alone."""
    return PUBLIC_BYTES


class Room:
    """How many bytes the large bodies have together that are on their way, over all connections.

    >>> class Body: pass
    >>> room, one, other = Room(10), Body(), Body()
    >>> room.take(one, 6), room.take(other, 6)
    (True, False)
    >>> room.leave(one)
    >>> room.take(other, 6)
    True
    """

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        # one of a connection that was cut off is let go with its file, whoever forgets it last
        self._sizes: WeakKeyDictionary[object, int] = WeakKeyDictionary()
        self._lock = Lock()

    def take(self, body: object, size_bytes: int) -> bool:
        """Keep room for a body, if there is any."""
        with self._lock:
            if sum(self._sizes.values()) + size_bytes > self._most:
                return False
            self._sizes[body] = size_bytes
        return True

    def leave(self, body: object) -> None:
        """Let go of the room of a body; nothing if it has none."""
        with self._lock:
            self._sizes.pop(body, None)


class _Parser(HTTPRequestParser):  # type: ignore[misc]
    """Reads a request, and no more of its body than is taken."""

    most_bytes: Callable[[str], int] = staticmethod(public_bytes)
    room = Room(0)
    body_rcv: Any
    error: Any
    _most: int | None = None
    refused_at: int | None = None
    """How many bytes would have been taken, of a request that was refused; None of all others."""
    is_crowded = False
    """Whether it was refused because of the others."""

    def received(self, data: bytes) -> int:
        """Take what has come; how many bytes of it were used."""
        consumed: int = super().received(data)
        if self.body_rcv is None or self.refused_at is not None:
            return consumed
        if self._most is None:
            self._most = self.most_bytes(f"/{self.path.lstrip('/')}")
            self._crowd(self._most)
        too_large = max(self.content_length, self.body_bytes_received) > self._most
        if too_large or isinstance(self.error, RequestEntityTooLarge) or self.is_crowded:
            self._refuse(self._most)
        return consumed

    def close(self) -> None:
        """Let go of the body."""
        super().close()
        self.room.leave(self)

    def _crowd(self, most: int) -> None:
        """Take room for what it says that it brings, or, if it does not say, for all it may."""
        size_bytes = most if self.chunked else self.content_length
        is_taken = size_bytes > most or size_bytes <= _COUNTED_BYTES
        self.is_crowded = not is_taken and not self.room.take(self, size_bytes)

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
            reason = NO_ROOM if self.request.is_crowded else TOO_LARGE
            self.get_environment()[reason] = most
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
    request: Any
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

    def handle_close(self) -> None:
        """End, and let go of what has come of a request."""
        super().handle_close()
        if self.request is not None:
            self.request.close()


def channel_with(most_bytes: Callable[[str], int], room: Room) -> type[Channel]:
    """Connections that take so much.

    Args:
        most_bytes: the path of an address -> how many bytes a request to it may bring.
        room: for the large bodies of all connections together.
    """
    parser = type("Parser", (_Parser,), {"most_bytes": staticmethod(most_bytes), "room": room})
    return type("Channel", (Channel,), {"parser_class": parser})
