"""The index of a publication: what can be found in it by name or code, ranked.

Only what the publication shows is in it. A name that is withheld is found as little as one that
does not exist.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any
from urllib.parse import quote, urlencode

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.utils.translation import gettext_lazy, ngettext

from totalplace.disclosure import Publication
from totalplace.money import format_gbp
from totalplace.web._figures import name_of, names
from totalplace.web.cases._published import published_cases
from totalplace.web.claims._results import claim_results
from totalplace.web.data._pages_words import definitions_by_id, glossary_rows, term_anchor
from totalplace.web.data._sources import source_href, sources_of

__all__ = ["KINDS", "Hit", "Index", "folded", "index_of", "is_postcode"]

KINDS = {
    "body": gettext_lazy("Body"),
    "stream": gettext_lazy("Stream"),
    "function": gettext_lazy("Function"),
    "area": gettext_lazy("Area"),
    "theme": gettext_lazy("Theme"),
    "case": gettext_lazy("Case"),
    "payee": gettext_lazy("Payee"),
    "source": gettext_lazy("Source"),
    "claim": gettext_lazy("Claim"),
    "definition": gettext_lazy("Definition"),
    "term": gettext_lazy("Word"),
    "figure": gettext_lazy("Figure"),
}
"""What can be found, in the order in which hits of one rank stand."""

_PAYEE_SIGNS = 100
"""What the filter of the lines takes."""
_POSTCODE = re.compile(r"[A-Za-z]{1,2}[0-9][A-Za-z0-9]?\s*[0-9][A-Za-z]{2}")
_SIGNS = re.compile(r"[^\w.]|_|(?<!\d)\.|\.(?!\d)")
"""What parts words; a point between digits, as in codes, does not."""
_EXACT, _PREFIX, _WORDS, _CONTAINS, _NONE = range(5)
_PLURAL = {"body": "bodies", "stream": "streams", "function": "functions", "area": "areas"}


Numbers = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Hit:
    """Something that was found.

    Attributes:
        kind: one of `KINDS`.
        name: as the publication writes it.
        code: its id, or "".
        note: what else is to be said of it.
        href: where it stands.
        rank: how it fits: ``exact``, ``prefix``, ``words`` or ``contains``.
    """

    kind: str
    name: str
    code: str
    note: str
    href: str
    rank: str = ""


@dataclass(frozen=True, eq=False)
class Index:
    """Everything of a publication that can be found.

    Attributes:
        hits: payees apart, all that there is.
        payees: the table of payees.
        n: the number of the publication.
    """

    hits: tuple[tuple[Hit, str, int], ...]
    payees: pa.Table
    n: int

    @cached_property
    def _texts(self) -> pa.Array:
        """Of each entry its name, and of those with a code the code, in plain letters."""
        return pa.array([folded(hit.name) for hit, _m, _w in self.hits] + self._payee_texts)

    @cached_property
    def _spaced(self) -> pa.Array:
        """The names with a space before them: where a word begins."""
        return pc.binary_join_element_wise("", self._texts, " ")

    @cached_property
    def _payee_texts(self) -> list[str]:
        return [folded(name) for name in self.payees["name"].to_pylist()]

    @cached_property
    def _codes(self) -> pa.Array:
        codes = [folded(hit.code) for hit, _m, _w in self.hits]
        return pa.array(codes + [""] * self.payees.num_rows)

    @cached_property
    def _more(self) -> pa.Array:
        """What is searched besides names: the text of a definition, the quote of a claim."""
        texts = [folded(more) for _h, more, _w in self.hits]
        return pa.array(texts + [""] * self.payees.num_rows)

    @cached_property
    def _kinds(self) -> Numbers:
        """Of each entry the place of its kind."""
        kinds = list(KINDS)
        found = [kinds.index(hit.kind) for hit, _m, _w in self.hits]
        return np.array(found + [kinds.index("payee")] * self.payees.num_rows, dtype=np.int8)

    @cached_property
    def _places(self) -> Numbers:
        """Of each entry its place among all of one rank: by kind, then the weightiest, by name."""
        weights = np.concatenate(
            [
                np.array([weight for _h, _m, weight in self.hits], dtype=np.int64),
                np.abs(self.payees["pence"].to_numpy()),
            ]
        )
        by_name = np.empty(len(self._texts), dtype=np.int64)
        by_name[pc.sort_indices(self._texts).to_numpy()] = np.arange(len(self._texts))
        places = np.empty(len(self._texts), dtype=np.int64)
        places[np.lexsort((by_name, -weights, self._kinds))] = np.arange(len(self._texts))
        return places

    def find(self, query: str, *, kind: str | None = None, limit: int) -> tuple[list[Hit], int]:
        """The best hits, and how many there are in all.

        All words of the query must be found. First what is called exactly so, then what begins
        so, then what has words that begin so, then what holds it anywhere.
        """
        wanted = folded(query)
        words = wanted.split()
        if not words:
            return [], 0
        ranks = self._ranks(wanted, words)
        chosen = ranks < _NONE
        if kind is not None:
            chosen &= self._kinds == list(KINDS).index(kind)
        at = np.flatnonzero(chosen)
        order = ranks[at] * len(ranks) + self._places[at]
        if len(at) > limit:
            best = np.argpartition(order, limit)[:limit]
            at_best, order = at[best], order[best]
        else:
            at_best = at
        return self._hits(at_best[np.argsort(order)], ranks), len(at)

    def _ranks(self, wanted: str, words: list[str]) -> Numbers:
        texts, codes = self._texts, self._codes
        ranks = np.full(len(texts), _NONE, dtype=np.int64)
        inside = self._all(texts, words, before="")
        named = np.flatnonzero(inside)
        if len(named):
            # only what holds all words is looked at more closely
            near, spaced = (one.take(pa.array(named)) for one in (texts, self._spaced))
            close = np.full(len(named), _CONTAINS, dtype=np.int64)
            close[self._all(spaced, words, before=" ")] = _WORDS
            close[_mask(pc.starts_with(near, wanted))] = _PREFIX
            close[_mask(pc.equal(near, wanted))] = _EXACT
            ranks[named] = close
        ranks[_mask(pc.starts_with(codes, wanted)) & (ranks > _PREFIX)] = _PREFIX
        ranks[_mask(pc.equal(codes, wanted))] = _EXACT
        ranks[(ranks == _NONE) & self._all(self._more, words, before="")] = _CONTAINS
        return ranks

    @staticmethod
    def _all(texts: pa.Array, words: list[str], *, before: str) -> Numbers:
        found = np.ones(len(texts), dtype=bool)
        for word in words:
            found &= _mask(pc.match_substring(texts, before + word))
        return found

    def _hits(self, at: Numbers, ranks: Numbers) -> list[Hit]:
        words_of_rank = ("exact", "prefix", "words", "contains")
        payees = iter(self.payees.take(at[at >= len(self.hits)] - len(self.hits)).to_pylist())
        found = []
        for one in at.tolist():
            rank = words_of_rank[int(ranks[one])]
            if one < len(self.hits):
                found.append(replace(self.hits[one][0], rank=rank))
                continue
            row = next(payees)
            words = ngettext(
                "paid %(amount)s in %(lines)s line",
                "paid %(amount)s in %(lines)s lines",
                row["lines"],
            )
            note = words % {"amount": format_gbp(row["pence"]), "lines": f"{row['lines']:,}"}
            found.append(Hit("payee", row["name"], "", note, payee_href(row["name"]), rank))
        return found


def folded(text: str) -> str:
    """A text as it is compared: plain lower-case letters and digits, single spaces.

    >>> folded("  Café  & Sons—Ltd."), folded("O'Neil"), folded("01.2")
    ('cafe sons ltd', 'oneil', '01.2')
    """
    plain = text.casefold()
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", plain)
        plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    plain = plain.replace("'", "").replace("’", "")
    return " ".join(_SIGNS.sub(" ", plain).split())


def is_postcode(text: str) -> bool:
    """Whether a text has the form of a postcode of the United Kingdom."""
    return _POSTCODE.fullmatch(text.strip()) is not None


@lru_cache(maxsize=4)
def index_of(publication: Publication) -> Index:
    """The index of a publication, made when it is first searched."""
    return Index(tuple(_entries(publication)), _payees(publication), publication.n)


def _payees(publication: Publication) -> pa.Table:
    """The payees, without bodies under their own names: these are found as bodies."""
    payees = publication.table("payees")
    known = set(publication.table("figures")["body"].unique().to_pylist())
    own = [
        body in known and folded(name) == folded(name_of(publication, "body", body))
        for name, body in zip(
            payees["name"].to_pylist(), payees["body_id"].to_pylist(), strict=True
        )
    ]
    return payees.filter(pc.invert(pa.array(own, pa.bool_())))


def payee_href(name: str) -> str:
    """The lines of a payee."""
    return "/money/lines/?" + urlencode({"payee": name[:_PAYEE_SIGNS]})


def _entries(publication: Publication) -> Iterator[tuple[Hit, str, int]]:
    """Each thing that can be found, with further text, and its weight among its like."""
    figures = publication.table("figures")
    weights: dict[tuple[str, str], int] = {}
    newest = publication.years[0]
    shown = figures.filter((pc.field("year") == newest) & (pc.field("price_base") == "cash"))
    for kind in ("body", "stream", "function", "area", "theme"):
        rows = shown.filter(pc.field("split") == kind).select([kind, "pence"]).to_pylist()
        for row in rows:
            weights.setdefault((kind, row[kind]), abs(row["pence"]))
        known = set(figures[kind].unique().to_pylist()) - {None}
        for (one, code), row in names(publication).items():
            if one != kind or code not in known:
                continue
            href = f"/money/{_PLURAL[kind]}/{quote(code)}/" if kind in _PLURAL else ""
            if kind == "theme":
                href = "/money/themes/?" + urlencode({"theme": code})
            note = name_of(publication, "tier", row["tier"]) if kind == "body" else ""
            yield Hit(kind, row["name"], code, note, href), "", weights.get((kind, code), 0)
    for slug, document in published_cases(publication).items():
        more = document["result"]["summary"]
        yield Hit("case", document["title"], slug, more, f"/cases/{slug}/"), more, 0
    for source in sources_of(publication):
        more = f"{source['publisher'] or ''} {source['file_name'] or ''} {source['body']}"
        href = source_href(source, "")
        yield Hit("source", source["title"], source["sha256"], "", href), more, source["lines"]
    for claim_id, claim in claim_results().items():
        name, more = claim.quote, f"{claim.source} {claim.reason}"
        yield Hit("claim", name, claim_id, "", f"/claims/{claim_id}/"), more, 0
    for name, row in definitions_by_id().items():
        href = f"/data/definitions/{name}/"
        yield Hit("definition", row["name"], name, row["definition"], href), row["definition"], 0
    for word in glossary_rows():
        href = f"/data/glossary/#{term_anchor(word['term'])}"
        yield Hit("term", word["term"], "", word["meaning"], href), word["meaning"], 0


def _mask(found: Any) -> Numbers:
    mask: Numbers = pc.fill_null(found, False).to_numpy(zero_copy_only=False)
    return mask
