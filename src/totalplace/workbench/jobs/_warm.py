"""Imported by the process that those of jobs are begun from: they need not load it all anew."""

from __future__ import annotations

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "totalplace.workbench.settings")
django.setup()

from totalplace import _api, count  # noqa: E402, F401
from totalplace.workbench import _views  # noqa: E402, F401 - hangs every kind of job on the list

__all__: list[str] = []
