"""Mistakes: anybody reports one and follows it by its reference, analysts of the body answer."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from totalplace import open_place

pytestmark = pytest.mark.slow

NEW = "/mistakes/new/"
HOSTILE = '<script>alert(1)</script>"><img src=x>'


def report(client: Any, **fields: str) -> Any:
    return client.post(NEW, {"text": "The figure is ten times too large", **fields})


def reported(client: Any, **fields: str) -> Any:
    from totalplace.workbench.mistakes.models import Mistake

    answer = report(client, **fields)
    assert answer.status_code == 302, answer.content.decode()
    mistake = Mistake.objects.get()
    assert answer["Location"] == f"/mistakes/{mistake.reference}/?sent=1"
    return mistake


def test_anybody_reports_a_mistake_and_follows_it(at_work: Path, anybody: Any) -> None:
    page = anybody.get(
        f"{NEW}?page=/money/bodies/x/%3Fyear%3D2017-18&publication=3"
    ).content.decode()
    assert 'name="page" value="/money/bodies/x/?year=2017-18"' in page
    mistake = reported(
        anybody, page="/money/bodies/x/?year=2017-18", publication="3", contact="ann@example.org"
    )
    assert (mistake.page, mistake.publication) == ("/money/bodies/x/?year=2017-18", 3)
    assert mistake.bodies == ["x"]
    followed = anybody.get(f"/mistakes/{mistake.reference}/").content.decode()
    assert "not answered yet" in followed
    assert f"http://127.0.0.1/mistakes/{mistake.reference}/" in followed
    assert "ann@example.org" not in followed
    assert "ten times" not in followed
    assert set(anybody.cookies) == {"totalplace-csrf"}


def test_a_reference_is_not_guessed(at_work: Path, anybody: Any) -> None:
    mistake = reported(anybody)
    assert re.fullmatch(r"([a-hj-km-np-z2-9]{4}-){3}[a-hj-km-np-z2-9]{4}", mistake.reference)
    assert anybody.get(f"/mistakes/{mistake.reference.upper()}/").status_code == 200
    assert anybody.get("/mistakes/aaaa-aaaa-aaaa-aaaa/").status_code == 404
    assert anybody.get(f"/work/mistakes/{mistake.pk}/").status_code == 403


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        pytest.param({"text": " "}, "Say what is wrong", id="nothing said"),
        pytest.param({"text": "x" * 4_001}, "4,000 characters or fewer", id="too long"),
        pytest.param({"seen": "x" * 201}, "200 characters or fewer", id="long number"),
        pytest.param({"contact": "nobody"}, "Enter an e-mail address", id="no address"),
        pytest.param({"website": "spam.example"}, "only programs fill it in", id="trap"),
    ],
)
def test_what_is_wrong_with_a_report_is_told(
    at_work: Path, anybody: Any, fields: dict[str, str], told: str
) -> None:
    from totalplace.workbench.mistakes.models import Mistake

    answer = report(anybody, **fields)
    assert answer.status_code == 400
    assert told in answer.content.decode()
    assert "govuk-error-summary" in answer.content.decode()
    assert not Mistake.objects.exists()


@pytest.mark.parametrize(
    "page",
    ["//evil.example/x", "https://evil.example/", "/\\evil.example", "javascript:alert(1)",
     "/a\nb", "/" + "x" * 1_000],
)  # fmt: skip
def test_no_page_of_another_site_is_kept(at_work: Path, anybody: Any, page: str) -> None:
    assert reported(anybody, page=page).page == ""


def test_nothing_of_a_report_is_markup(at_work: Path, anybody: Any, signed_in: Any) -> None:
    shown = anybody.get(NEW, {"page": f"/money/{HOSTILE}", "figure": HOSTILE, "seen": HOSTILE})
    wrong = report(anybody, text=HOSTILE, contact=HOSTILE, page=f"/money/{HOSTILE}")
    mistake = reported(anybody, text=HOSTILE, seen=HOSTILE, page=f"/money/{HOSTILE}")
    analyst = signed_in("analyst", "*")
    pages = [
        shown,
        wrong,
        anybody.get(f"/mistakes/{mistake.reference}/"),
        analyst.get("/work/mistakes/"),
        analyst.get(f"/work/mistakes/{mistake.pk}/"),
    ]
    for page in pages:
        assert "<img src=x" not in page.content.decode()
        assert "alert(1)</script>" not in page.content.decode()


def test_one_network_sends_so_many_in_an_hour(at_work: Path, anybody: Any) -> None:
    from totalplace.workbench.mistakes._limit import PER_ADDRESS_AND_HOUR
    from totalplace.workbench.mistakes.models import Mistake, Sent

    def from_address(address: str) -> int:
        fields = {"text": "wrong"}
        return int(anybody.post(NEW, fields, REMOTE_ADDR=address).status_code)

    for _ in range(PER_ADDRESS_AND_HOUR):
        assert from_address("2001:db8::1") == 302
    assert from_address("2001:db8::2") == 429
    assert from_address("192.0.2.1") == 302
    assert Mistake.objects.count() == PER_ADDRESS_AND_HOUR + 1
    assert not any(
        "2001" in who or "192.0" in who for who in Sent.objects.values_list("who", flat=True)
    )
    from django.utils import timezone

    Sent.objects.update(when=timezone.now() - timedelta(hours=2))
    assert from_address("2001:db8::2") == 302


def test_everybody_together_sends_so_many_in_a_day(
    at_work: Path, anybody: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from totalplace.workbench.mistakes import _limit

    monkeypatch.setattr(_limit, "PER_DAY", 2)
    codes = [
        anybody.post(NEW, {"text": "wrong"}, REMOTE_ADDR=f"192.0.2.{n}").status_code
        for n in range(3)
    ]
    assert codes == [302, 302, 429]


def test_analysts_of_the_body_answer(at_work: Path, anybody: Any, signed_in: Any) -> None:
    with open_place(at_work) as place:
        place.decide("A firm", what="payee_kind", value="organisation", why="a test", who="ann")
    mistake = reported(anybody, page="/money/bodies/mill/", contact="ann@example.org")
    own, other = signed_in("analyst", "mill"), signed_in("analyst", "ford")
    address = f"/work/mistakes/{mistake.pk}/"
    assert "ten times" in own.get("/work/mistakes/").content.decode()
    assert "ten times" not in other.get("/work/mistakes/").content.decode()
    assert "ann@example.org" in own.get(address).content.decode()
    assert other.get(address).status_code == 403
    assert other.post(address, {"outcome": "refused", "text": "x", "after": "0"}).status_code == 403
    nothing = own.post(address, {"after": "0"})
    assert nothing.status_code == 400
    assert "Say whether there is a mistake" in nothing.content.decode()
    unknown = {"outcome": "accepted", "text": "Mended", "after": "0", "mended_by": "decision 9"}
    assert "no decision of this number" in own.post(address, unknown).content.decode()
    no_file = unknown | {"mended_by": "abcd1234"}
    assert own.post(address, no_file).status_code == 400
    for number in ("9" * 5_000, "0" * 90 + "1", "²"):
        assert own.post(address, unknown | {"mended_by": f"decision {number}"}).status_code == 400
    assert own.post(address, unknown | {"mended_by": "decision 1"}).status_code == 302
    late = signed_in("analyst", "mill", name="late").post(
        address, {"outcome": "refused", "text": "It is right", "after": "0"}
    )
    assert "answered meanwhile" in late.content.decode()
    followed = anybody.get(f"/mistakes/{mistake.reference}/").content.decode()
    assert "there is a mistake" in followed
    assert "Mended" in followed
    shown = own.get(address).content.decode()
    assert "mended by decision 1" in shown
    assert "analyst-mill" in shown
    assert "mistake to answer" not in own.get("/work/").content.decode()


def test_a_file_of_others_mends_nothing_and_is_not_told(
    tinyshire_at_work: Path, anybody: Any, signed_in: Any
) -> None:
    mistake = reported(anybody, page="/money/bodies/eastwick-council/")
    address = f"/work/mistakes/{mistake.pk}/"
    with open_place(tinyshire_at_work) as place:
        sources = {one.name: one.sha256 for one in place.folder.state().sources}
    own = signed_in("analyst", "eastwick-council")

    def said(sha256: str) -> str:
        form = {"outcome": "accepted", "text": "Mended", "after": "0", "mended_by": sha256}
        answer = own.post(address, form)
        return "" if answer.status_code == 302 else str(answer.content.decode())

    assert "You see no file" in said(sources["payments-04.csv"])
    assert "You see no file" in said("0" * 64)
    assert said(sources["eastwick.csv"][:12]) == ""


def test_an_answer_is_answered_anew(at_work: Path, anybody: Any, signed_in: Any) -> None:
    mistake = reported(anybody)
    analyst = signed_in("analyst", "*")
    address = f"/work/mistakes/{mistake.pk}/"
    assert "1 mistake to answer" in analyst.get("/work/").content.decode()
    for text in ("It is right", "It was right last year"):
        last = mistake.answers.last()
        fields = {"outcome": "refused", "text": text, "after": str(last.pk if last else 0)}
        assert analyst.post(address, fields).status_code == 302
    followed = anybody.get(f"/mistakes/{mistake.reference}/").content.decode()
    assert "not a mistake" in followed
    assert "It was right last year" in followed
    assert "It is right" not in followed
    assert "Earlier answer" in analyst.get(address).content.decode()


def test_the_address_of_a_reporter_is_kept_no_longer_than_promised(
    at_work: Path, anybody: Any, signed_in: Any
) -> None:
    from django.utils import timezone

    from totalplace.workbench.mistakes.models import CONTACT_DAYS, Answer, Mistake

    mistake = reported(anybody, contact="ann@example.org")
    answer = Answer.objects.create(mistake=mistake, is_accepted=False, text="no", who="bea")
    analyst = signed_in("analyst", "*")
    for days, is_there in ((CONTACT_DAYS - 1, True), (CONTACT_DAYS + 1, False)):
        answer.when = timezone.now() - timedelta(days=days)
        answer.save()
        page = analyst.get(f"/work/mistakes/{mistake.pk}/").content.decode()
        assert ("ann@example.org" in page) == is_there
        assert (Mistake.objects.get().contact != "") == is_there


def test_what_comes_of_a_report_stands_in_the_audit_without_its_words(
    at_work: Path, anybody: Any
) -> None:
    from totalplace.workbench.audit.models import Entry

    mistake = reported(anybody, text="Quixworth was paid", contact="ann@example.org")
    anybody.get(f"/mistakes/{mistake.reference}/")
    rows = [str(vars(one)) for one in Entry.objects.all()]
    assert any("'report'" in row for row in rows)
    assert any(f'"mistake":{mistake.pk}' in row.replace(" ", "") for row in rows)
    assert not any("Quixworth" in row or "example.org" in row for row in rows)
    assert not any(mistake.reference in row for row in rows)


def test_the_largest_figure_is_listed_first(at_work: Path, signed_in: Any) -> None:
    from totalplace.workbench.mistakes.models import Mistake

    for text, pence in (("second", 5_000), ("first", -90_000), ("last", None), ("third", None)):
        Mistake.objects.create(page="/", text=text, amount_pence=pence)
    listed = signed_in("analyst", "*").get("/work/mistakes/").content.decode()
    found = [listed.index(f">{text}<") for text in ("first", "second", "third", "last")]
    assert found == sorted(found)
