"""Real fsyncs take most of the time and decide nothing here."""

from __future__ import annotations

import pytest

from totalplace.place import _files


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_files, "_fsync", lambda fd: None)
