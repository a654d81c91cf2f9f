"""The lines of money as the public sees them: organisations one by one, everybody else summed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from totalplace.disclosure._hidden import Hidden
from totalplace.engine import Engine
from totalplace.model import BodyRegister

__all__ = ["PUBLIC_LINE", "RAW_LINE", "PublicLines", "public_lines"]

RAW_LINE = pa.schema(
    [
        ("line_id", pa.string()),
        ("year", pa.string()),
        ("dataset", pa.string()),
        ("body_id", pa.string()),
        ("payee_text", pa.string()),
        ("payee_kind", pa.string()),
        ("counterparty_id", pa.string()),
        ("stream_id", pa.string()),
        ("side", pa.string()),
        ("nature", pa.string()),
        ("role", pa.string()),
        ("function", pa.string()),
        ("class_route", pa.string()),
        ("cap_rev", pa.string()),
        ("control", pa.string()),
        ("grade", pa.string()),
        ("derivation", pa.string()),
        ("amount_pence", pa.int64()),
        ("low_pence", pa.int64()),
        ("high_pence", pa.int64()),
        ("period_start", pa.date32()),
        ("period_end", pa.date32()),
        ("payment_date", pa.date32()),
        ("unit_text", pa.string()),
        ("expense_text", pa.string()),
        ("label", pa.string()),
        ("source_no", pa.int32()),
        ("row_no", pa.int64()),
        ("column_no", pa.int32()),
        ("rule", pa.string()),
        ("match_id", pa.string()),
    ]
)
"""What `public_lines` takes. All may be null but line_id, year, dataset, body_id, side, nature,
role and the three amounts. payee_text is the name as published; payee_kind what the count read it as
(organisation, individual, redacted or null): it can only withhold a name, never show one.
counterparty_id is the body that is paid, where the count knows it."""

PUBLIC_LINE = pa.schema(
    [
        ("line_no", pa.int64()),
        ("line_id", pa.string()),
        ("line_key", pa.int64()),
        ("year", pa.string()),
        ("dataset", pa.string()),
        ("body_id", pa.string()),
        ("payee_id", pa.int32()),
        ("payee", pa.string()),
        ("payee_kind", pa.string()),
        ("counterparty_id", pa.string()),
        ("stream_id", pa.string()),
        ("side", pa.string()),
        ("nature", pa.string()),
        ("role", pa.string()),
        ("function", pa.string()),
        ("class_route", pa.string()),
        ("cap_rev", pa.string()),
        ("control", pa.string()),
        ("grade", pa.string()),
        ("derivation", pa.string()),
        ("amount_pence", pa.int64()),
        ("low_pence", pa.int64()),
        ("high_pence", pa.int64()),
        ("period_start", pa.date32()),
        ("period_end", pa.date32()),
        ("payment_date", pa.date32()),
        ("unit_text", pa.string()),
        ("expense_text", pa.string()),
        ("label", pa.string()),
        ("source_no", pa.int32()),
        ("row_no", pa.int64()),
        ("column_no", pa.int32()),
        ("lines", pa.int64()),
        ("rule", pa.string()),
        ("match_id", pa.string()),
    ]
)
"""The ``lines`` table of the public zone."""


@dataclass(frozen=True, eq=False)
class PublicLines:
    """The public lines, ready to be written.

    Attributes:
        payees: the ``payees`` table: payee_id, name, body_id, lines, pence, years.
        withheld: kind (individual, redacted, unrecognised) -> ``lines`` and ``pence``.
        withheld_texts: how many different texts of a payer are not shown.
        names: every payee name that is not shown -> its kind; to be hidden everywhere else.
        texts: column -> its different public texts, for `leaks`.
        rows: rows of the table.
    """

    payees: pa.Table
    withheld: Mapping[str, Mapping[str, int]]
    withheld_texts: int
    names: Mapping[str, str]
    texts: Mapping[str, tuple[str, ...]]
    rows: int

    def write(self, path: Path) -> None:
        """Write the lines as Parquet, a part at a time: a table for `write_publication`."""


def public_lines(
    engine: Engine,
    lines: Any,
    *,
    register: BodyRegister,
    aliases: Mapping[str, str | None] | None = None,
    payee_kinds: Mapping[str, str] | None = None,
    labels: Iterable[str] = (),
    hidden: Hidden | None = None,
) -> PublicLines:
    """The public lines of all raw lines, of any year and dataset.

    Args:
        engine: where `lines` live; its memory is used for the result until it is closed.
        lines: an expression on that engine with the columns of `RAW_LINE` (an Arrow table by
            ``engine.memory(table)``).
        register: the bodies that are known; a payee that is one is shown under the body's name.
        aliases: decisions of kind ``alias``: payee name -> body_id, or None for no body.
        payee_kinds: decisions of kind ``payee_kind``: payee name -> organisation or individual.
        labels: public labels beside those of the shipped code lists: the place's own streams.
        hidden: names of files and members, which no text may hold.

    Raises:
        IdentityError: the public lines do not add up to the raw ones by year, body, dataset, side,
            nature and role.
    """
    raise NotImplementedError
