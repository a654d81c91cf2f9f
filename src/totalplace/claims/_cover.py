"""Is every number of a document a claim, or listed as no claim?

``not_claims.csv`` lists what is no claim: dates, telephone numbers, page marks, numbered
paragraphs. Telephone numbers are masked with ``#``, which stands for any digit, so that no
person's number is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from importlib import resources

from totalplace.claims._claim import Claim
from totalplace.claims._load import load_claims
from totalplace.claims._tables import read_table
from totalplace.claims._tokens import normalise, number_tokens
from totalplace.errors import Problem

__all__ = ["NOT_CLAIM_COLUMNS", "cover_problems", "documents", "not_claims"]

NOT_CLAIM_COLUMNS = ("document", "token", "context", "times", "kind", "reason")
_DOCUMENT_COLUMNS = ("document", "file", "title", "publisher", "date", "source")

Span = tuple[int, int]


def documents() -> list[dict[str, str]]:
    """The source documents: id, file name, title, publisher, date and where the date stands."""
    return _table("documents.csv", _DOCUMENT_COLUMNS)


def not_claims() -> list[dict[str, str]]:
    """Numbers that are no claim: ``token`` within ``context``, found ``times`` times."""
    return _table("not_claims.csv", NOT_CLAIM_COLUMNS)


def cover_problems(
    document: str, text: str, *, claims: Iterable[Claim] | None = None
) -> tuple[Problem, ...]:
    """Everything that keeps a document from being fully accounted for.

    A number token must be within the printed text (``raw``) of a claim's number, inside that
    claim's quote, or within exactly one listed token that is no claim, and never both. Quotes
    must stand in the document, and listed contexts as often as their row says.

    Args:
        document: the document id, e.g. ``000``.
        text: its text.
        claims: claims to cover it with; the shipped ones by default.
    """
    body = normalise(text)
    tokens = number_tokens(body)
    problems: list[Problem] = []
    claimed = _claimed(document, body, load_claims() if claims is None else claims, problems)
    listed = _listed(document, body, problems)
    for token in tokens:
        inside_claims = sum(low <= token.start and token.end <= high for low, high in claimed)
        inside_listed = sum(low <= token.start and token.end <= high for low, high in listed)
        where = f"document {document}, character {token.start} of the normalised text"
        context = body[max(0, token.start - 40) : token.end + 40]
        if not inside_claims and not inside_listed:
            problems.append(
                Problem(
                    "uncovered_number",
                    f"the number {token.text!r} is not accounted for",
                    where,
                    f"it stands in {context!r}",
                    "add a claim that quotes it, or a row of not_claims.csv",
                )
            )
        elif inside_listed > 1 or (inside_claims and inside_listed):
            problems.append(
                Problem(
                    "covered_twice",
                    f"the number {token.text!r} is accounted for twice",
                    where,
                    f"{inside_claims} claims and {inside_listed} rows hold {context!r}",
                    "remove the row of not_claims.csv that is too many",
                )
            )
    return tuple(problems)


def _claimed(
    document: str, body: str, claims: Iterable[Claim], problems: list[Problem]
) -> set[Span]:
    """Where the printed numbers of the claims stand in the document."""
    spans: set[Span] = set()
    for claim in claims:
        printed = [raw for n in claim.numbers for raw in n.raw.split(" / ") if raw]
        for passage in claim.passages:
            if passage.document != document:
                continue
            starts = list(_found(passage.text, body))
            if not starts:
                problems.append(
                    Problem(
                        "quote_not_found",
                        f"a quote of {claim.claim_id} is not in the document",
                        f"document {document}",
                        repr(passage.text),
                        "copy the passage as the document prints it",
                    )
                )
            for start in starts:
                for raw in printed:
                    spans |= {
                        (start + at, start + at + len(raw)) for at in _found(raw, passage.text)
                    }
    return spans


def _listed(document: str, body: str, problems: list[Problem]) -> list[Span]:
    """Where the listed tokens stand in the document."""
    spans: list[Span] = []
    for row in not_claims():
        if row["document"] != document:
            continue
        context, token = row["context"], row["token"]
        pattern = re.escape(context).replace(r"\#", r"\d")
        starts = [match.start() for match in re.finditer(f"(?={pattern})", body)]
        if len(starts) != int(row["times"]) or context.count(token) != 1:
            problems.append(
                Problem(
                    "listed_not_found",
                    f"a listed number {token!r} is not where its row says",
                    f"document {document}",
                    f"{context!r} stands {len(starts)} times against {row['times']}, and holds"
                    f" the number {context.count(token)} times against 1",
                    "mend or remove the row of not_claims.csv",
                )
            )
        at = context.find(token)
        spans += [(start + at, start + at + len(token)) for start in starts]
    return spans


def _found(part: str, whole: str) -> Iterator[int]:
    at = whole.find(part)
    while at >= 0:
        yield at
        at = whole.find(part, at + 1)


def _table(name: str, columns: tuple[str, ...]) -> list[dict[str, str]]:
    text = resources.files("totalplace.claims").joinpath(f"data/{name}").read_text("utf-8")
    return read_table(name, text, columns)
