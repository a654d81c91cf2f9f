"""Imported by the process that those of jobs are begun from: they need not load it all anew."""

from __future__ import annotations

import os

import django

from totalplace._pandas import hide_pandas

hide_pandas()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "totalplace.workbench.settings")
django.setup()

from totalplace import _api, count  # noqa: E402, F401
from totalplace.model import area_register, body_register, data_edition  # noqa: E402
from totalplace.workbench import _views  # noqa: E402, F401 - hangs every kind of job on the list

body_register()
area_register()
data_edition()

__all__: list[str] = []
