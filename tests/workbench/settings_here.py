"""The workbench's settings in tests: over whichever place a test works on."""

from __future__ import annotations

from pathlib import Path

__all__ = ["working_on"]


class working_on:  # noqa: N801 - used as a function
    """The workbench's settings over a place."""

    def __init__(self, place: Path) -> None:
        from django.test import override_settings

        from totalplace.workbench._folder import made_folder

        folder = made_folder(place)
        self._override = override_settings(
            TOTALPLACE_PLACES=[place],
            TOTALPLACE_PLACE=place,
            TOTALPLACE_FOLDER=folder,
            TOTALPLACE_KEYS=folder / "keys",
            PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        )

    def __enter__(self) -> None:
        self._override.enable()

    def __exit__(self, *_: object) -> None:
        self._override.disable()
