"""What a worker may do: set in the worker itself, before it reads anything that was supplied.

Only the standard library is imported here, and no thread runs yet: Landlock and a network
namespace hold for the threads that start later.

Sources: setrlimit(2), prctl(2), unshare(2), landlock(7) of the Linux manual pages.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
import struct
import sys
from collections.abc import Sequence
from pathlib import Path

__all__ = [
    "DATA_BYTES",
    "allow_time",
    "confine",
    "die_with_parent",
    "limit_file_size",
    "restrict_files",
    "without_network",
]

DATA_BYTES = 832 << 20
"""Memory of a worker's own; with its libraries (mapped, shared) it stays below 1 GiB."""

_OPEN_FILES = 256
_FILE_BYTES = 1 << 30

_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 444, 445, 446
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_TRUNCATE = 1 << 14
_ALL_OF_VERSION = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1}
"""Kinds of access that a version of Landlock knows; later versions know those of 3."""
_ON_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE

_SYSTEM = ("/usr", "/lib", "/lib64", "/etc", "/proc", "/sys", "/dev/null", "/dev/urandom", "/nix")
"""Where libraries, time zones and facts of the machine are read."""


def confine(reads: Sequence[str], writes: Sequence[str]) -> None:
    """Take away from this process what reading a file does not need.

    What a machine does not offer is left out; the page on the sandbox says which.

    Args:
        reads: folders that it may read, besides the libraries of Python and of the system.
        writes: folders that it may read and write.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_NOFILE, _OPEN_FILES)
    _lower(resource.RLIMIT_DATA, DATA_BYTES)
    if sys.platform == "linux":
        without_network()
        python = [sys.prefix, sys.base_prefix, *(path for path in sys.path if path)]
        restrict_files([*_SYSTEM, *python, *reads], writes)


def die_with_parent(parent: int) -> None:
    """End when the process that started this one has ended, however it did."""
    if sys.platform == "linux":
        _libc().prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        # it was gone before the line above
        sys.exit(1)


def allow_time(seconds: int) -> None:
    """Let this process use so many CPU seconds more; then it is killed."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    allowed = int(used.ru_utime + used.ru_stime) + 1 + seconds
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    if hard == resource.RLIM_INFINITY or allowed <= hard:
        resource.setrlimit(resource.RLIMIT_CPU, (allowed, hard))


def limit_file_size(source_bytes: int) -> None:
    """Let no file that this process writes grow beyond what a source of that size needs."""
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    wanted = _FILE_BYTES + 8 * source_bytes
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_FSIZE, (allowed, hard))


def without_network() -> bool:
    """Leave the machine's network for an empty one of this process's own; whether it worked."""
    libc = _libc()
    if libc.unshare(_CLONE_NEWNET) == 0:
        return True
    user, group = os.geteuid(), os.getegid()
    if libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) != 0:
        return False
    with contextlib.suppress(OSError):
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1", encoding="ascii")
        Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1", encoding="ascii")
    return True


def restrict_files(reads: Sequence[str], writes: Sequence[str]) -> bool:
    """Let this process open files below these paths only, and run none; whether it worked."""
    libc = _libc()
    version = libc.syscall(_LANDLOCK_CREATE, None, 0, 1)
    if version < 1:
        return False
    known = _ALL_OF_VERSION[min(version, 3)]
    attribute = struct.pack("=Q", known)
    ruleset = libc.syscall(_LANDLOCK_CREATE, attribute, len(attribute), 0)
    if ruleset < 0:
        return False
    try:
        for path in reads:
            _allow(libc, ruleset, path, _READ_FILE | _READ_DIR)
        for path in writes:
            _allow(libc, ruleset, path, known & ~_EXECUTE)
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        return bool(libc.syscall(_LANDLOCK_RESTRICT, ruleset, 0) == 0)
    finally:
        os.close(ruleset)


def _allow(libc: ctypes.CDLL, ruleset: int, path: str, access: int) -> None:
    try:
        fd = os.open(path, getattr(os, "O_PATH", 0) | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not Path(path).is_dir():
            access &= _ON_FILES
        libc.syscall(_LANDLOCK_ADD, ruleset, 1, struct.pack("=Qi", access, fd), 0)
    finally:
        os.close(fd)


def _lower(what: int, limit: int) -> None:
    hard = resource.getrlimit(what)[1]
    allowed = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(what, (allowed, allowed))


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
