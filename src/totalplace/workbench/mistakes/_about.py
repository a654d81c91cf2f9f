"""What a report is about: the page, the publication and the figure, as far as they are known."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from django.utils.http import url_has_allowed_host_and_scheme

from totalplace.disclosure import Publication
from totalplace.errors import RequestError
from totalplace.web._figures import figure_by_id
from totalplace.web._places import publication
from totalplace.web.money._lines_query import line_by_id

__all__ = ["About", "about"]

PAGE_LENGTH, FIGURE_LENGTH = 1_000, 200

_FIGURE = re.compile(r"^/money/figures/([^/]+)/$")
_LINE = re.compile(r"^/money/lines/([^/]+)/$")
_BODY = re.compile(r"^/money/bodies/([^/]+)/$")


@dataclass(frozen=True)
class About:
    """What is reported on.

    Attributes:
        page: the address of a page of this site, with its query; empty for none.
        publication: what it showed, or None.
        figure: of a figure_id or line_id, or empty.
        amount_pence: that of the figure or line, or None.
        bodies: whose money it is; empty for the place as a whole.
    """

    page: str
    publication: int | None
    figure: str
    amount_pence: int | None
    bodies: tuple[str, ...]


def about(page: str, figure: str, published: str) -> About:
    """What an address and the names that came with it say.

    All of it is anybody's text. What is kept of it is an address within this site, a publication
    that there is, and what that publication itself says of the figure.
    """
    page = page.strip()
    is_own = page.startswith("/") and len(page) <= PAGE_LENGTH and page.isprintable()
    if not (is_own and url_has_allowed_host_and_scheme(page, allowed_hosts=None)):
        page = ""
    parts = urlsplit(page)
    path = unquote(parts.path)
    n = _number(published) or _number(parse_qs(parts.query).get("at", [""])[0])
    figure = (figure.strip() or _first(_FIGURE, path) or _first(_LINE, path))[:FIGURE_LENGTH]
    of_page = _first(_BODY, path)
    amount_pence, body_id = None, ""
    # it may be withdrawn, or a figure of another: the report is taken all the same
    with contextlib.suppress(RequestError):
        of = publication(n)
        n = of.n
        amount_pence, body_id = _known(of, figure)
    body_id = body_id or of_page
    return About(page, n, figure, amount_pence, (body_id,) if body_id else ())


def _known(of: Publication, figure: str) -> tuple[int | None, str]:
    """The amount and the body of a figure or line of a publication."""
    if not figure:
        return None, ""
    with contextlib.suppress(RequestError):
        row = figure_by_id(of, figure)
        return row.pence, row.values.get("body", "")
    line = line_by_id(of, figure)
    return int(line["amount_pence"]), str(line["body_id"])


def _first(pattern: re.Pattern[str], path: str) -> str:
    found = pattern.match(path)
    return found[1] if found else ""


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None
