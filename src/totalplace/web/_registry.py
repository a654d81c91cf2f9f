"""The map of the site: every page once, with its address, parameters and access rule.

A page is a function from parameters to a :class:`Page`. Its HTML, its data files, its charts and
its endpoint of the API are all made from that one function.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from totalplace.errors import Problem
from totalplace.web._page import Page
from totalplace.web._params import Params

__all__ = ["PAGES", "Access", "PageSpec", "Refused", "page", "spec_of"]

Access = Literal["public"]
"""Who may see a page. Signing in comes with the workbench: until then every page is public."""

P = TypeVar("P", bound=Params)

Refused = Callable[[Mapping[str, str], Sequence[Problem]], Page]
"""Draws a page again for a form that was filled in wrongly: from the query and its problems."""


@dataclass(frozen=True)
class PageSpec:
    """One page of the site.

    Attributes:
        name: by which templates link to it.
        path: its address below the root, with fields of `params` in angle brackets.
        params: what its address and its query may hold.
        access: who may see it.
        summary: what it shows, in one line: the API's description.
        view: makes it.
        has_endpoint: whether the API has it.
        refused: draws the page again with its form when the query is wrong; by default the
            problems stand on a page of their own.
    """

    name: str
    path: str
    params: type[Params]
    access: Access
    summary: str
    view: Callable[[Any], Page]
    has_endpoint: bool = True
    refused: Refused | None = None

    @property
    def stem(self) -> str:
        """Its address without the last slash, to which the ending of a data file is added."""
        return self.path.rstrip("/") or "index"


PAGES: dict[str, PageSpec] = {}


def page(
    name: str,
    path: str,
    *,
    params: type[P],
    access: Access,
    summary: str,
    has_endpoint: bool = True,
    refused: Refused | None = None,
) -> Callable[[Callable[[P], Page]], Callable[[P], Page]]:
    """Hang a function on the map as a page."""

    def hang(view: Callable[[P], Page]) -> Callable[[P], Page]:
        if name in PAGES:
            raise ValueError(f"two pages of one name: {name}")
        PAGES[name] = PageSpec(name, path, params, access, summary, view, has_endpoint, refused)
        return view

    return hang


def spec_of(name: str) -> PageSpec:
    """A page of the map by its name."""
    return PAGES[name]
