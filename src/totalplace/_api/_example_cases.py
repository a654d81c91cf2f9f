"""Example cases of the fictional place, approved as in the play of its two invented people."""

from __future__ import annotations

from importlib import resources

from totalplace._api._place import Place
from totalplace.cases._beside import cases_beside

__all__ = ["EXAMPLES", "keep_example_cases"]

_PORTFOLIO = "one-pot"
_WHO, _APPROVED_BY = "Analyst of the fictional place", "Treasurer of the fictional place"
_WHY = "An example: the figures are invented, the working is not"

EXAMPLES = ("parenting", "key-worker", "hospital-to-home", "drug-treatment")
"""Of the shipped examples, those that the fictional place has approved."""


def keep_example_cases(place: Place) -> tuple[str, ...]:
    """Have the examples approved that the place has not yet; the ids of those that it then has.

    Args:
        place: a fictional one; its bodies are those of the examples.
    """
    known = {one.slug for one in place.cases(every=True).facts}
    folder = resources.files("totalplace.cases") / "data" / "examples"
    for name in EXAMPLES:
        if name not in known:
            text = (folder / f"{name}.toml").read_text("utf-8")
            place.keep_case(text, who=_WHO, approved_by=_APPROVED_BY, why=_WHY)
    if not place.portfolios(every=True).facts:
        text = (folder / f"{_PORTFOLIO}.toml").read_text("utf-8")
        files = {name: (folder / name).read_bytes() for name in cases_beside(text)}
        place.keep_portfolio(text, files=files, who=_WHO, approved_by=_APPROVED_BY, why=_WHY)
    return tuple(one.slug for one in place.cases().facts)
