"""Makes the calls of the write seam fail or kill, one at a time. No test of its own."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Callable, Iterator
from typing import Any

from totalplace.place import _files

PRIMITIVES = ("_open", "_write", "_fsync", "_rename", "_mkdir", "_unlink", "_rmdir")

Fault = Callable[[str, Callable[..., Any], tuple[Any, ...]], Any]


@contextlib.contextmanager
def at_call(number: int, fault: Fault) -> Iterator[list[str]]:
    """Put `fault` in place of the call of this number (from 0); yields the calls made so far.

    Real fsyncs are left out: neither a fault that is reported nor a kill depends on them.
    """
    calls: list[str] = []
    originals = {name: getattr(_files, name) for name in PRIMITIVES}
    originals["_fsync"] = lambda fd: None

    def wrapped(name: str) -> Callable[..., Any]:
        def call(*args: Any) -> Any:
            calls.append(name)
            if len(calls) - 1 == number:
                return fault(name, originals[name], args)
            return originals[name](*args)

        return call

    saved = {name: getattr(_files, name) for name in PRIMITIVES}
    try:
        for name in PRIMITIVES:
            setattr(_files, name, wrapped(name))
        yield calls
    finally:
        for name, original in saved.items():
            setattr(_files, name, original)


def none(name: str, call: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    return call(*args)


def before(code: int) -> Fault:
    """The call fails without having done anything (a write: after half of it)."""

    def fault(name: str, call: Callable[..., Any], args: tuple[Any, ...]) -> Any:
        if name == "_write":
            os.write(args[0], args[1][: len(args[1]) // 2])
        raise OSError(code, os.strerror(code))

    return fault


def after(code: int) -> Fault:
    """The call does its work and reports an error all the same."""

    def fault(name: str, call: Callable[..., Any], args: tuple[Any, ...]) -> Any:
        result = call(*args)
        if name == "_open":
            os.close(result)
        raise OSError(code, os.strerror(code))

    return fault


def short(name: str, call: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    """A write takes only half of its bytes and says so."""
    if name == "_write":
        return call(args[0], args[1][: (len(args[1]) + 1) // 2])
    return call(*args)


def kill(name: str, call: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    """The process dies before the call (a write: after half of it), with no clean-up at all."""
    if name == "_write":
        os.write(args[0], args[1][: len(args[1]) // 2])
    os.kill(os.getpid(), signal.SIGKILL)
