"""A run of a case in the words of its reader: names, amounts, chances, and where each stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from totalplace.cases import Activity, CaseResult, Outcome
from totalplace.reports._report_model import Kind, Paragraph
from totalplace.reports._report_words import pence_of, rounded_gbp

__all__ = [
    "PARTS",
    "Document",
    "Facts",
    "amounts",
    "chance_text",
    "gbp",
    "grade_of",
    "payback_text",
    "ratio_text",
]

PARTS = {
    "strategic": "Strategic case",
    "economic": "Economic case",
    "commercial": "Commercial case",
    "financial": "Financial case",
    "management": "Management case",
}
"""The five cases of the Green Book, in its order."""
_WIDE = {
    "local": "Local bodies",
    "national": "National bodies",
    "exchequer": "All public bodies",
    "society": "Society",
}
_NUMBERS = {
    "takeup": "take-up",
    "unit_cost": "what one is worth",
    "dropoff": "drop-off a year",
    "benefit": "amount",
    "cashable": "share that can be cashed",
    "payer": "who pays",
    "split": "who gains",
}
_LARGE = 10**9
"""Pence from which on columns are in millions: ten million pounds."""
Document = Mapping[str, Any]


@dataclass(frozen=True)
class Facts:
    """A full run, and the option that its headlines are about."""

    result: CaseResult

    @property
    def document(self) -> Document:
        """What ``case run --json`` prints."""
        return self.result.document

    @property
    def run(self) -> str:
        """The hash of the run, as far as a page can hold it."""
        return self.result.run_hash[:16]

    @property
    def view(self) -> str:
        """The perspective that sensitivities are told for."""
        return str(self.document["perspective"])

    @property
    def option_title(self) -> str:
        """The title of the preferred option."""
        option = self.result.case.option(str(self.document["option"]))
        return option.title or option.id

    @property
    def items(self) -> list[Activity | Outcome]:
        """What the preferred option does and changes."""
        wanted = self.document["option"]
        return [item for item in self.result.case.items if wanted in item.options]

    @property
    def money(self) -> Kind:
        """Columns of money: in millions where the case is large, else to the penny."""
        sizes = [
            abs(pence_of(one[name]))
            for one in self.document["perspectives"].values()
            for name in ("pv_cost_gbp", "pv_benefit_gbp")
        ]
        return "million" if max(sizes) >= _LARGE else "pounds"

    def perspective(self, view: str | None = None) -> Document:
        """The figures of a perspective; of that of the sensitivities without."""
        found: Document = self.document["perspectives"][view or self.view]
        return found

    def view_name(self, view: str | None = None) -> str:
        """A perspective in words."""
        wanted = view or self.view
        return _WIDE.get(wanted) or self.result.case.bodies[wanted].name or wanted

    def number_name(self, key: str) -> str:
        """A number in words: title of its row, and what it is of it.

        Where another row has the same title, its id stands with it.
        """
        kind, _, rest = key.partition(".")
        item_id, _, name = rest.rpartition(".")
        items = self.result.case.items
        title = next(
            (
                item.title
                for item in items
                if item.id == item_id and isinstance(item, Activity) == (kind == "activity")
            ),
            "",
        )
        if title and [item.title for item in items].count(title) > 1:
            title += f" ({item_id})"
        return f"{title}: {_NUMBERS.get(name, name)}" if title else key

    def moved_name(self, key: str) -> str:
        """A number that is moved, in words, with how many others that are the same quantity."""
        count = len(self.document["together"].get(key, ()))
        return f"{self.number_name(key)} (and {count} more)" if count else self.number_name(key)

    def told_with_names(self, key: str, sentence: str) -> str:
        """A sentence of the run with the name of its number in the place of the key."""
        named = self.moved_name(key) + sentence.removeprefix(key)
        return f"{named[:1].upper()}{named[1:]}."

    def year(self, year: int) -> str:
        """The financial year of a year."""
        begins = self.result.case.base_year + year
        return f"{begins}-{(begins + 1) % 100:02d}"

    def id(self, *path: str) -> str:
        """Where a figure stands: the run, and the way to it in the run's document."""
        return f"{self.run}:{'.'.join(path)}"

    def told(self, part: str, missing: str) -> list[Paragraph]:
        """What the file says of a part, or that it says nothing: nothing is made up for it."""
        text = self.result.case.narrative.get(part)
        if text is None:
            return [
                Paragraph(
                    f"Not stated. The case file says nothing here of {missing} It is said with "
                    f'{part} = "..." under [narrative] of the case file.'
                )
            ]
        return [Paragraph(" ".join(one.split())) for one in text.split("\n\n") if one.strip()]

    def caption(self, more: str = "") -> str:
        """What every picture says below it."""
        return (
            f"Pounds in prices of {self.document['price_base']}. {more} "
            f"Source: case {self.document['case']}, run {self.run}."
        ).replace("  ", " ")


def gbp(text: str) -> str:
    """An amount of a document in a sentence."""
    return rounded_gbp(pence_of(text))


def chance_text(chance: Document) -> str:
    """A chance with its standard error.

    >>> chance_text({"value": 0.63, "se": 0.0048})
    '63.0% (standard error 0.5)'
    """
    return f"{chance['value'] * 100:.1f}% (standard error {chance['se'] * 100:.1f})"


def ratio_text(ratio: Document | float | None) -> str:
    """A benefit-cost ratio; there is none where nothing is paid, or less."""
    if ratio is None:
        return "n/a"
    value = ratio["point"] if isinstance(ratio, Mapping) else ratio
    return f"{value:.2f}"


def payback_text(told: Document) -> str:
    """When a perspective has its money back; there is no such year where it pays nothing."""
    if pence_of(told["pv_cost_gbp"]) <= 0:
        return "n/a"
    return "never" if told["payback_year"] is None else f"year {told['payback_year']}"


def grade_of(value: int | None) -> str:
    """A grade of evidence."""
    return "not graded" if value is None else str(value)


def amounts(document: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every amount of a part of a document, with the way to it."""
    if isinstance(document, Mapping):
        for name, value in document.items():
            yield from amounts(value, (*path, str(name)))
    elif isinstance(document, str) and path and any("gbp" in one for one in path):
        yield path, document
