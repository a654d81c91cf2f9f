"""Django in this process, for tests: set up once, with the settings of the workbench.

Tests of the public pages take the public site's settings over them: one process can hold one.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

__all__ = ["public_settings", "set_up"]

_NOT_CHANGED = {"DATABASES", "INSTALLED_APPS", "SECRET_KEY"}
"""What Django takes at set-up alone; the rest of the public site's settings is set for a test."""


def set_up() -> None:
    """Set Django up, once a process, over a place that is not there."""
    if os.environ.get("DJANGO_SETTINGS_MODULE") != "totalplace.workbench.settings":
        folder = Path(tempfile.mkdtemp(prefix="totalplace-test-"))
        os.environ["TOTALPLACE_PLACES"] = str(folder)
        os.environ["DJANGO_SETTINGS_MODULE"] = "totalplace.workbench.settings"
    import django

    django.setup()


def public_settings() -> dict[str, Any]:
    """The settings of the public site's process, to be taken with `override_settings`."""
    from totalplace.web import settings

    names = [name for name in dir(settings) if name.isupper() and not name.startswith("_")]
    return {name: getattr(settings, name) for name in names if name not in _NOT_CHANGED}
