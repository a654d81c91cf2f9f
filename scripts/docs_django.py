"""Django for pages of the documentation: set up once, over a place that is not there."""

from __future__ import annotations

import os
import tempfile

__all__ = ["set_up"]

_SETTINGS = "totalplace.workbench.settings"


def set_up() -> None:
    """Set Django up with the settings of the workbench, which know the public pages too."""
    if os.environ.get("DJANGO_SETTINGS_MODULE") != _SETTINGS:
        os.environ["TOTALPLACE_PLACES"] = tempfile.mkdtemp(prefix="totalplace-docs-")
        os.environ["DJANGO_SETTINGS_MODULE"] = _SETTINGS
    import django

    django.setup()
