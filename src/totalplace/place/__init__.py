"""The place: a folder of sources, lines, rejects, registers, decisions and snapshots.

Truth is Parquet and JSON in a folder that anyone can copy, back up, diff and open elsewhere; there
is no database file to lock. Nothing is overwritten, readers take no lock, and a `kill -9` at any
moment leaves a whole state.
"""

from totalplace.place._change import Change
from totalplace.place._check import check
from totalplace.place._create import year_problem
from totalplace.place._decisions import Decision, NewDecision
from totalplace.place._documents import decode, encode
from totalplace.place._folder import Folder, create, migrate, open_folder
from totalplace.place._kept import KEPT, Approval, Kept
from totalplace.place._line_id import LineId, line_id, parse_line_id
from totalplace.place._snapshots import Snapshot, content_hash
from totalplace.place._state import Member, Source, State

__all__ = [
    "KEPT",
    "Approval",
    "Change",
    "Decision",
    "Folder",
    "Kept",
    "LineId",
    "Member",
    "NewDecision",
    "Snapshot",
    "Source",
    "State",
    "check",
    "content_hash",
    "create",
    "decode",
    "encode",
    "line_id",
    "migrate",
    "open_folder",
    "parse_line_id",
    "year_problem",
]
