"""Figures and codes as a report's reader sees them."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from totalplace.money import gbp
from totalplace.reports._report_model import Cell, Column, Table

__all__ = [
    "BASES",
    "CONTROLS",
    "GRADES",
    "NOT_KNOWN",
    "RULES",
    "STATEMENT_KINDS",
    "STATUSES",
    "TIERS",
    "TIER_WORDS",
    "caption_text",
    "cell_text",
    "counted",
    "day_text",
    "heading_text",
    "is_number",
    "joined",
    "millions",
    "pence_of",
    "pounds",
    "rounded_gbp",
]

NOT_KNOWN = "not known"
MINUS = "−"
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip

TIERS = {
    "national": "National government",
    "quango": "Agencies and other public bodies",
    "local": "Local government",
    "shared": "Shared funds",
    "provider": "Providers: trusts, schools, colleges",
    "voluntary": "Voluntary bodies",
    "private": "Private bodies",
    "unknown": "Not known",
}
TIER_WORDS = {"quango": "agency", "unknown": NOT_KNOWN}
"""A tier in one word, where the code itself is none for readers."""
CONTROLS = {
    "local": "Decided here",
    "ringfenced": "Ring-fenced: spent here on what the funder says",
    "national_rules": "National rules: paid to whoever is entitled",
    "national": "Decided nationally",
}
GRADES = {
    "A": "measured: local records",
    "B": "measured: administrative data by area",
    "C": "allocated: by the formula that shared the money out",
    "D": "apportioned: by a proxy of need or activity",
    "E": "apportioned: by share of population",
    "X": "cannot be placed",
}
STATUSES = {
    "returned": "Its own return is counted",
    "published": "Its published payments are counted",
    "estimated": "Shared out of a wider total by a key",
    "missing": "Nothing of its money is loaded",
}
BASES = {
    "gross": "gross",
    "net_income": "net of income",
    "net_grant": "net of grants",
    "net_all": "net of all transfers",
    "": "none",
}
RULES = {
    "eliminate": ("Eliminated", "taken out of net, at the payer's amount"),
    "not_counted": ("Not counted", "stays, as the payee's own spending is not in the count"),
    "net_of_receipt": ("Net of receipt", "stays, as the payee reports net of such receipts"),
    "outside": ("Outside", "the payee lies outside the place; never in gross"),
    "in_outturn": ("In the outturn", "the payer's return holds it already"),
    "internal": ("Internal", "a payment to oneself; no spending"),
}
"""The rules of a transfer: a word, and what it means."""
STATEMENT_KINDS = {
    "in_transit": "In transit: paid and received differ",
    "financing": "Financing: reserves, interest, debt",
    "not_returned": "Not returned",
    "return_fault": "A return's own arithmetic",
    "other": "No named cause",
}


def rounded_gbp(pence: int) -> str:
    """An amount in a sentence: the only rounding that prose does, half to even.

    From a billion pounds on to the million, from a million on to a tenth of it, else to the pound.

    >>> rounded_gbp(206506820228), rounded_gbp(-80202951422), rounded_gbp(860445)
    ('£2.065 billion', '−£802.0 million', '£8,604')
    """
    sign, size = (MINUS if pence < 0 else ""), abs(pence)
    if round(Fraction(size, 10**8)) >= 1000:
        return f"{sign}£{_scaled(size, 10**8, 3)} billion"
    if round(Fraction(size, 10**7)) >= 10:
        return f"{sign}£{_scaled(size, 10**7, 1)} million"
    return f"{sign}£{round(Fraction(size, 100)):,}"


def millions(pence: int) -> str:
    """An amount in a column of £ million, to two decimals, half to even.

    >>> millions(206506820228), millions(-499999), millions(-500001)
    ('2,065.07', '0.00', '−0.01')
    """
    text = _scaled(abs(pence), 10**6, 2)
    return f"{MINUS}{text}" if pence < 0 and text.strip("0.") else text


def pounds(pence: int) -> str:
    """An amount in a column of pounds, to the penny.

    >>> pounds(-123456789)
    '−1,234,567.89'
    """
    return f"{MINUS if pence < 0 else ''}{abs(pence) // 100:,}.{abs(pence) % 100:02d}"


def _scaled(size: int, unit: int, decimals: int) -> str:
    whole = round(Fraction(size, unit))
    scale = 10**decimals
    return f"{whole // scale:,}.{whole % scale:0{decimals}d}"


def pence_of(text: str) -> int:
    """Pounds of a JSON document as pence.

    >>> pence_of("-0.05")
    -5
    """
    pence = int(text.replace(".", ""))
    if gbp(pence) != text:
        raise ValueError(f"no pounds with two decimals: {text!r}")
    return pence


def day_text(day: date) -> str:
    """A day in words.

    >>> day_text(date(2026, 11, 3))
    '3 November 2026'
    """
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def cell_text(cell: Cell, column: Column) -> str:
    """A cell as a printed report shows it."""
    if cell is None:
        return NOT_KNOWN
    if isinstance(cell, int) and column.kind == "million":
        return millions(cell)
    if isinstance(cell, int) and column.kind == "pounds":
        return pounds(cell)
    if isinstance(cell, int):
        return f"{cell:,}"
    if isinstance(cell, float):
        return f"{cell:.2f}".replace("-", MINUS)
    return cell.isoformat() if isinstance(cell, date) else cell


def heading_text(column: Column) -> str:
    """A column's heading with its unit, in a printed report."""
    unit = {"million": "£ million", "pounds": "£", "pct": "%"}.get(column.kind)
    return column.heading if unit is None else f"{column.heading}, {unit}"


def is_number(column: Column) -> bool:
    """Whether the column stands at the right."""
    return column.kind in {"million", "pounds", "number", "pct"}


def counted(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun.

    >>> counted(1, "body", "bodies"), counted(1200, "line")
    ('1 body', '1,200 lines')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def joined(parts: list[str]) -> str:
    """Words as a list in a sentence.

    >>> joined(["a", "b", "c"])
    'a, b and c'
    """
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def caption_text(table: Table) -> str:
    """A printed table's caption; it says so where the table does not hold every row."""
    if not table.left_out:
        return table.caption
    rows = counted(len(table.rows), "row")
    return f"{table.caption} ({len(table.shown):,} of {rows}; the workbook holds all)"
