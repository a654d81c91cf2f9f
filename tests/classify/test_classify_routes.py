"""Each kind of payment takes the surest way to a function, or honestly none."""

from __future__ import annotations

import pytest
from kinds import decision, kind, sources, town

from totalplace.classify import Classified, Kind, class_pattern, classify
from totalplace.classify._model import document
from totalplace.errors import RequestError
from totalplace.place import Decision


def one(of: Kind, *decisions: Decision) -> Classified:
    [found] = classify([of], sources(*decisions))
    return found


def said(found: Classified) -> tuple[str, str, str | None]:
    return found.route, found.step, found.function


@pytest.mark.parametrize(
    ("payment", "way"),
    [
        (kind("Schools", class_code="321000"), ("rule", "placing", "09.1")),
        (kind("Older people", class_code="321000"), ("code", "code", "10")),
        (kind("HIGHWAYS north", class_code="321000"), ("code", "code", "10")),
        (kind("HIGHWAYS north"), ("rule", "general", "04.5")),
        (kind("HIGHWAYS", class_code="271600"), ("rule", "general", "04.5")),
        (kind("Somewhere", class_code="271600"), ("code", "bought", "01.3")),
        (kind("Somewhere"), ("unclassified", "none", None)),
        (kind("Schools", payee="HMRC Cumbernauld"), ("set_apart", "set_apart", None)),
    ],
)
def test_the_surest_way_decides(payment: Kind, way: tuple[str, str, str | None]) -> None:
    assert said(one(payment)) == way


def test_shares_sum_to_a_million_or_there_are_none() -> None:
    assert dict(one(kind("Schools")).shares) == {"09.1": 700_000, "09.2": 300_000}
    for found in classify([kind("Schools"), kind("x"), *town()], sources()):
        assert sum(found.shares.values()) == (1_000_000 if found.function else 0)


def test_a_decision_wins_over_everything_and_the_last_over_earlier_ones() -> None:
    first = decision(3, "alder-council | Schools | *", "08.1")
    last = decision(7, "* | * | *pool* | Acme*", "08.2")
    pool = kind("Schools", "Swimming POOL")
    assert said(one(pool, first)) == ("decision", "decision", "08.1")
    assert said(one(pool, first, last)) == ("decision", "decision", "08.2")
    assert said(one(kind("Schools"), last)) == ("rule", "placing", "09.1")
    assert said(one(kind("Schools", payee="HMRC"), first)) == ("decision", "decision", "08.1")
    assert "decision 7 by Ann: I know it" in one(pool, first, last).reason
    other = decision(8, "anything", "not-a-function", what="alias")
    assert said(one(pool, other)) == ("rule", "placing", "09.1")


@pytest.mark.parametrize("text", ["alder | x", "a | b | c | d | e", "alder || c", ""])
def test_a_pattern_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(RequestError) as refused:
        class_pattern(text)
    assert refused.value.problems[0].code == "bad_class_pattern"


def test_the_model_speaks_where_it_is_confident_and_gives_its_probability() -> None:
    near = kind("Older People north", "care fees", "Rest Home aaa Ltd")
    far = kind("Xyzzy", "plugh", "Nobody")
    by_key = {c.kind.key: c for c in classify([*town(), near, far], sources())}
    assert said(by_key[near.key]) == ("model", "model", "10")
    assert by_key[near.key].probability is not None
    assert by_key[near.key].probability >= 0.8
    assert said(by_key[far.key]) == ("unclassified", "none", None)
    assert by_key[far.key].probability is None


def test_a_capital_programme_and_another_payer_are_not_asked_of_the_model() -> None:
    capital = kind("Capital Schemes", "care fees north", "Rest Home aaa Ltd")
    elsewhere = kind("Older People north", "care fees", body_id="birch-council")
    found = {c.kind.key: c for c in classify([*town(), capital, elsewhere], sources())}
    assert "capital programme" in found[capital.key].reason
    assert found[capital.key].route == "unclassified"
    assert found[elsewhere.key].route == "unclassified"


def test_the_same_kinds_are_classified_the_same_in_any_order() -> None:
    kinds = [*town(), kind("Older People north", "care fees", "Rest Home aaa Ltd")]
    first = {c.kind.key: (c.route, c.function, c.probability) for c in classify(kinds, sources())}
    again = classify(list(reversed(kinds)), sources())
    assert {c.kind.key: (c.route, c.function, c.probability) for c in again} == first


def test_no_persons_name_reaches_the_model() -> None:
    person = kind("Care", "fees", "Jane Example", payee_kind="individual")
    withheld = kind("Care", "fees", "Redacted Person", payee_kind="redacted")
    assert document(person) == "u:care e:fees p:(individual)"
    assert document(withheld) == "u:care e:fees p:(redacted)"
