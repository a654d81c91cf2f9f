"""How a page is cited: as text, and in the forms that programs for references read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from django.urls import Resolver404, resolve

from totalplace.disclosure import Publication
from totalplace.errors import Problem, RequestError
from totalplace.web._data import page_address
from totalplace.web._params import Params, parse
from totalplace.web._places import publication
from totalplace.web._registry import PageSpec

__all__ = ["Citation", "cited", "csl", "in_bibtex", "in_ris", "in_text"]


@dataclass(frozen=True)
class Citation:
    """What names a page of one publication.

    Attributes:
        title: of the page.
        publisher: whose site it is.
        published: day of the publication, ISO.
        address: the lasting address; it begins with a slash where the site's own is not known.
        path: the same below the site.
    """

    title: str
    publisher: str
    place: str
    n: int
    published: str
    content_hash: str
    address: str
    path: str
    licence: str
    licence_url: str

    @property
    def key(self) -> str:
        """A key for lists of references: letters and digits."""
        words = re.findall(r"[A-Za-z0-9]+", f"{self.place} {self.title}")
        return "".join(words)[:40] + str(self.n)


def cited(address: str, at: int | None, *, organisation: str) -> Citation:
    """The citation of an address of this site.

    Args:
        address: path and query; ``/index`` is the first page.
        at: the publication, where the address names none.
        organisation: whose site it is; by default the place.

    Raises:
        RequestError: it is no page of this site (``not_of_this_site``), or what the page itself
            refuses.
    """
    spec, path, query = _page_of(address)
    params = parse(spec.params, query, path)
    if params.at is None and at is not None:
        params = params.model_copy(update={"at": at})
    made = spec.view(params)
    one: Publication = made.publication or publication(params.at)
    lasting: Params = params.model_copy(update={"at": one.n})
    whole = page_address(spec, lasting)
    parts = urlsplit(whole)
    manifest = one.manifest
    place = manifest["place"]["name"]
    return Citation(
        title=str(made.title),
        publisher=organisation or place,
        place=place,
        n=one.n,
        published=manifest["published"],
        content_hash=manifest["content_hash"],
        address=whole,
        path=parts.path + (f"?{parts.query}" if parts.query else ""),
        licence=manifest["licence"]["title"],
        licence_url=manifest["licence"]["url"],
    )


def in_text(one: Citation) -> str:
    """The citation as a sentence."""
    return (
        f"{one.publisher}: {one.title}. Public money in {one.place}, publication {one.n} of"
        f" {one.published}. {one.address} (snapshot {one.content_hash[:16]};"
        f" {one.licence})"
    )


def in_bibtex(one: Citation) -> str:
    """The citation for BibTeX."""
    fields = {
        "title": f"{{{_tex(one.title)}}}",
        "author": f"{{{_tex(one.publisher)}}}",
        "year": one.published[:4],
        "howpublished": _tex(f"Public money in {one.place}, publication {one.n}"),
        "date": one.published,
        "url": one.address,
        "note": _tex(f"Snapshot {one.content_hash}. {one.licence}"),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items()]
    return "\n".join([f"@misc{{{one.key},", *lines, "}"]) + "\n"


def in_ris(one: Citation) -> str:
    """The citation in RIS."""
    year, month, day = one.published.split("-")
    lines = [
        ("TY", "DATA"),
        ("TI", one.title),
        ("T2", f"Public money in {one.place}"),
        ("AU", one.publisher),
        ("PB", one.publisher),
        ("PY", year),
        ("DA", f"{year}/{month}/{day}/"),
        ("ET", f"Publication {one.n}"),
        ("UR", one.address),
        ("C1", f"Snapshot {one.content_hash}"),
        ("C2", f"{one.licence} {one.licence_url}".strip()),
        ("ER", ""),
    ]
    return "".join(f"{tag}  - {' '.join(text.split())}\r\n" for tag, text in lines)


def csl(one: Citation) -> list[dict[str, Any]]:
    """The citation as CSL-JSON: a list of one item."""
    return [
        {
            "id": one.key,
            "type": "dataset",
            "title": one.title,
            "container-title": f"Public money in {one.place}",
            "author": [{"literal": one.publisher}],
            "publisher": one.publisher,
            "issued": {"date-parts": [[int(part) for part in one.published.split("-")]]},
            "version": str(one.n),
            "number": one.content_hash,
            "URL": one.address,
            "license": one.licence_url or one.licence,
            "note": f"Publication {one.n}, snapshot {one.content_hash}",
        }
    ]


def _page_of(address: str) -> tuple[PageSpec, dict[str, str], dict[str, str]]:
    """The page of an address, with what its path and its query hold."""
    found = _split(address)
    if found is not None:
        path, query = found
        for one in (path, f"{path.rstrip('/')}/"):
            try:
                match = resolve("/" if one in ("/index", "/index/") else one)
            except Resolver404:
                continue
            spec = getattr(match.func, "spec", None)
            if isinstance(spec, PageSpec) and "suffix" not in match.kwargs:
                return spec, {k: str(v) for k, v in match.kwargs.items()}, query
    raise RequestError(
        Problem(
            "not_of_this_site",
            "there is no page of this site at the address that is to be cited",
            f"page={address}"[:200],
            "only addresses of pages here can be cited, as they stand after the site's name",
            "open the page, and follow its link to cite it",
        )
    )


def _split(address: str) -> tuple[str, dict[str, str]] | None:
    """Path and query of an address below this site; None of any other."""
    if not address.startswith("/") or address.startswith("//") or not address.isprintable():
        return None
    if "\\" in address or "#" in address:
        return None
    path, _mark, query = address.partition("?")
    return quote(path, safe="/%:@!$&'()*+,;=~-._") if not path.isascii() else path, dict(
        parse_qsl(query, keep_blank_values=True)
    )


def _tex(text: str) -> str:
    """A text in which TeX reads no sign as its own."""
    known = {
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "{": r"\{",
        "}": r"\}",
    }
    return "".join(known.get(sign, f"\\{sign}" if sign in "&%$#_" else sign) for sign in text)
