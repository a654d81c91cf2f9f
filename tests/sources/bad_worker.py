"""A worker that a file has taken over: what it does stands in the name of the file.

Run in the place of the real one, with the same limits, by tests of the sandbox.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from totalplace.sources import _worker
from totalplace.sources._mapping_exchange import HandedUp, hand_up
from totalplace.sources._mapping_layout import Layout
from totalplace.sources._messages import Reply, Request

real = _worker.Reader.read


def _tried(action: Callable[[], object]) -> str:
    try:
        action()
    except OSError as error:
        return type(error).__name__
    return "done"


def _told(request: Request) -> dict[str, Any]:
    """What a worker can do, and what it was given."""
    own = Path(request.folder) / "own"
    return {
        "fds": sorted(one.name for one in Path("/proc/self/fd").iterdir()),
        "environment": sorted(os.environ),
        "write own": _tried(lambda: own.write_text("x")),
        "write place": _tried(lambda: (own.parents[2] / "place.toml").write_text("x")),
        "write elsewhere": _tried(lambda: (own.parents[3] / "elsewhere").write_text("x")),
        "read source": _tried(lambda: Path(request.path).read_bytes()),
        "read elsewhere": _tried(lambda: Path(request.file).read_bytes()),
        "run": _tried(lambda: subprocess.run(["/bin/true"], check=True)),
        "network": _tried(lambda: socket.create_connection(("127.0.0.1", 9), 1)),
        "route": _tried(lambda: socket.socket(type=socket.SOCK_DGRAM).connect(("192.0.2.1", 9))),
        "modules": sorted({name.partition(".")[0] for name, one in sys.modules.items() if one}),
    }


def _hand_up(folder: Path, act: str) -> None:
    """Agree to a layout in the user's name, or put more than a proposal into the mapping file."""
    layout = Layout(
        name="mine",
        headers=("Payee", "Paid", "Amount"),
        columns={"payee": "Payee", "payment_date": "Paid", "amount": "Amount"},
    )
    block = (
        '\n[[layout]]\nname = "mine"\nheaders = ["Payee", "Paid", "Amount"]\n'
        '[layout.columns]\npayee = "Payee"\npayment_date = "Paid"\namount = "Amount"\n'
    )
    if act == "inject":
        block += block.replace("Amount", "VAT")
    if act == "dots":
        block += "a" + ".a" * 100_000 + " = 1\n"
    if act == "words":
        block = "this is no TOML"
    hand_up(folder, [HandedUp(layout, act == "agree", "agreed", block)])


def read(self: _worker.Reader, request: Request, step: Callable[[str, int, int], None]) -> Reply:
    act, _, rest = Path(request.file).stem.partition("-")
    if act == "hang":
        time.sleep(3600)
    elif act == "spin":
        while True:
            pass
    elif act == "eat":
        eaten = [bytearray(os.urandom(1 << 20)) for _ in range(4096)]
        raise AssertionError(len(eaten))
    elif act == "signal":
        os.kill(os.getpid(), int(rest))
    elif act == "exit":
        os._exit(int(rest))
    elif act == "garbage":
        os.write(3, b"\x00\x00\x00\x05hello")
        time.sleep(3600)
    elif act == "endless":
        os.write(3, b"\xff\xff\xff\xff")
        time.sleep(3600)
    elif act == "large":
        Path(request.folder, "large").write_bytes(bytes(64 << 20) * 40)
    elif act == "tell":
        return Reply("fault", why=json.dumps(_told(request)))
    elif act == "empty":
        return Reply("refused")
    reply = real(self, request, step)
    if act == "chatty":
        print("hello from a library", flush=True)
        os.write(1, b"\x00\x00\x00\x02{}")
    if act in {"agree", "inject", "dots", "words"}:
        _hand_up(Path(request.folder), act)
    if act == "foreign":
        (part,) = reply.parts
        assert part.lines is not None
        member = replace(part.lines.member, sha256=rest, member_index=7)
        return replace(reply, parts=(replace(part, lines=replace(part.lines, member=member)),))
    if act in {"outside", "link", "device", "rows"}:
        (part,) = reply.parts
        assert part.lines is not None
        lines = Path(request.folder, part.lines.lines)
        name = part.lines.lines
        if act == "outside":
            name = "../" * 8 + "etc/passwd"
        elif act == "link":
            lines.unlink()
            lines.symlink_to(request.path)
        elif act == "device":
            lines.unlink()
            os.mkfifo(lines)
        member = part.lines.member
        if act == "rows":
            member = replace(member, lines=member.lines + 1, records=member.records + 1)
        told = replace(part.lines, lines=name, member=member)
        return replace(reply, parts=(replace(part, lines=told),))
    return reply


if __name__ == "__main__":
    _worker.Reader.read = read  # type: ignore[method-assign]
    _worker.main()
