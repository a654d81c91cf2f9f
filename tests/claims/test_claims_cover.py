"""Every number of a document is a claim or listed as none; a further one is found."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from totalplace.claims import _cover as cover
from totalplace.claims import cover_problems, documents, load_claims
from totalplace.claims._tokens import normalise, number_tokens

FOLDER = Path(
    os.environ.get("TOTALPLACE_REAL_DOCUMENTS", Path(__file__).parents[3] / "shared" / "documents")
)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("over 80% of £22.0 billion", ["80", "22.0 billion"]),
        ("Thirteen parts, 63 councils", ["Thirteen", "63"]),
        ("twenty-five of Forty-four", ["twenty-five", "Forty-four"]),
        ("half, a third and three quarters", ["half", "third", "three", "quarters"]),
        ("two-thirds, ½ and a sixth", ["two-thirds", "½", "sixth"]),
        ("five per cent, twice, a dozen", ["five", "twice", "dozen"]),
        ("many million pounds, one hundred thousand", ["million", "one hundred", "thousand"]),
        ("an eightto 10-year, threeand four-year-olds", ["eight", "10", "three", "four"]),
        ("f_{12} m, $f_{100,000}$, f67mmulti", ["12", "100,000", "67"]),
        (r"\$4650m, thei7, 40-yearold, 3rd", ["4650", "7", "40", "3"]),
        ("2011/12 to 12/02/2010 16:33, 1.1.", ["2011/12", "12/02/2010", "16:33", "1.1"]),
        ("someone, none, often, tent, anyone, weight, secondee, single, both, another", []),
    ],
)
def test_the_grammar_of_number_tokens(text, tokens) -> None:
    assert [token.text for token in number_tokens(text)] == tokens


@pytest.fixture
def small(monkeypatch):
    """One claim and one listed number of a small document."""
    row = {
        "document": "900",
        "token": "## ##",
        "context": "call ## ##.",
        "times": "1",
        "kind": "telephone",
        "reason": "a telephone number",
    }
    monkeypatch.setattr(cover, "not_claims", lambda: [row])
    claim = next(claim for claim in load_claims() if claim.claim_id == "HAR2")
    passage = replace(claim.passages[0], document="900")
    return replace(claim, passages=(passage,))


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("There is a 28 day\n waiting period; call 12 34.", []),
        ("a 28 day waiting period; call 12 34. In 7 areas", ["uncovered_number"]),
        ("a 28 day waiting period; call 12 34. Half", ["uncovered_number"]),
        ("a 29 day waiting period; call 12 34.", ["quote_not_found", "uncovered_number"]),
        ("a 28 day waiting period; call 12 345.", ["listed_not_found"] + ["uncovered_number"] * 2),
        ("a 28 day waiting period; call 12 34. call 12 34.", ["listed_not_found"]),
    ],
)
def test_what_keeps_a_document_from_being_covered(small, text, codes) -> None:
    assert [p.code for p in cover_problems("900", text, claims=[small])] == codes


def test_a_number_is_not_both_a_claim_and_none(small, monkeypatch) -> None:
    row = {"document": "900", "token": "28", "context": "a 28 day", "times": "1"}
    monkeypatch.setattr(cover, "not_claims", lambda: [row])
    found = cover_problems("900", "a 28 day waiting period", claims=[small])
    assert [problem.code for problem in found] == ["covered_twice"]


def read(file: str) -> str:
    path = FOLDER / file
    if not path.exists():
        pytest.skip(f"no document {file}")
    return path.read_text("utf-8")


@pytest.mark.real
@pytest.mark.parametrize("document", documents(), ids=lambda row: row["document"])
def test_every_number_of_the_documents_is_accounted_for(document) -> None:
    assert cover_problems(document["document"], read(document["file"])) == ()


@pytest.mark.real
@pytest.mark.parametrize("document", documents(), ids=lambda row: row["document"])
def test_every_single_number_matters(document) -> None:
    """Each digit of the document changed in turn is found, but for masked telephone numbers."""
    text = normalise(read(document["file"]))
    claims = load_claims()
    unseen = []
    for token in number_tokens(text):
        other = "".join(str((int(c) + 1) % 10) if c.isdigit() else c for c in token.text)
        other = "eleven" if other == token.text else other
        changed = text[: token.start] + other + text[token.end :]
        if not cover_problems(document["document"], changed, claims=claims):
            unseen.append(token.text)
    masked = {"000": 0, "001": 12, "002": 6, "003": 0, "004": 0}
    assert len(unseen) == masked[document["document"]], unseen


@pytest.mark.real
@pytest.mark.parametrize("document", documents(), ids=lambda row: row["document"])
def test_a_further_number_anywhere_is_found(document) -> None:
    text = read(document["file"])
    middle = text.index(" ", len(text) // 2)
    for further in ("£9.99m", "seventeen", "a third"):
        for at in (0, middle, len(text)):
            changed = f"{text[:at]} {further} {text[at:]}"
            assert cover_problems(document["document"], changed)


@pytest.mark.real
def test_quotes_are_short_excerpts() -> None:
    for document in documents():
        text = normalise(read(document["file"]))
        quoted = {
            passage.text
            for claim in load_claims()
            for passage in claim.passages
            if passage.document == document["document"]
        }
        assert max(map(len, quoted)) < 300
        assert sum(map(len, quoted)) < len(text) * 0.25
