"""Who works on a place, where nobody has said so: the user of this computer."""

from __future__ import annotations

import getpass
import os

__all__ = ["system_user"]


def system_user() -> str:
    """The name of the user, or ``uid:N`` of one whom the system knows no name of."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        # as in a container that was started with a number
        return f"uid:{os.getuid()}"
