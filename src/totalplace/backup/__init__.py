"""A whole place in one file, and back: a consistent picture of it while others write.

The file is a ZIP archive that any tool opens. It ends with a manifest, which names every file with
its size and SHA-256. What stands beside the place and has no files that could be copied while they
are in use (a database) is given by the caller as *parts*, and read back by the caller.
"""

from totalplace.backup._manifest import Entry, Manifest
from totalplace.backup._restore import ReadParts, Restored, restore
from totalplace.backup._write import Backed, Part, Progress, Sink, back_up

__all__ = [
    "Backed",
    "Entry",
    "Manifest",
    "Part",
    "Progress",
    "ReadParts",
    "Restored",
    "Sink",
    "back_up",
    "restore",
]
