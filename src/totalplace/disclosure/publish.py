"""What decides what is public, and writes it: the other side of :mod:`totalplace.disclosure`.

Apart from the reader, because it needs the place's write seam and the analysis engine, and the
process that serves public pages imports neither.
"""

from __future__ import annotations

from totalplace.disclosure._hidden import Hidden, hide, leaks, refuse_leaks, scrub
from totalplace.disclosure._licences import (
    Licence,
    LicensedSource,
    attributions,
    known_licences,
    licence_decision,
    licence_of,
    licence_problems,
)
from totalplace.disclosure._line_schema import PUBLIC_LINE, RAW_LINE
from totalplace.disclosure._money import PublicLines, public_lines
from totalplace.disclosure._payees import PublicPayee, public_payee, public_payees
from totalplace.disclosure._recognise import is_about_a_person
from totalplace.disclosure._texts import file_name_is_public, text_is_public
from totalplace.disclosure._vocabulary import code_labels, ordinary_words
from totalplace.disclosure._write import (
    json_bytes,
    withdraw_publication,
    write_publication,
    write_table,
)

__all__ = [
    "PUBLIC_LINE",
    "RAW_LINE",
    "Hidden",
    "Licence",
    "LicensedSource",
    "PublicLines",
    "PublicPayee",
    "attributions",
    "code_labels",
    "file_name_is_public",
    "hide",
    "is_about_a_person",
    "json_bytes",
    "known_licences",
    "leaks",
    "licence_decision",
    "licence_of",
    "licence_problems",
    "ordinary_words",
    "public_lines",
    "public_payee",
    "public_payees",
    "refuse_leaks",
    "scrub",
    "text_is_public",
    "withdraw_publication",
    "write_publication",
    "write_table",
]
