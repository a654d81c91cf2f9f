"""One's own account: password, second factor, recovery codes, sessions."""

from __future__ import annotations

import re
from typing import Any

import pytest
from accounts_here import (
    PASSWORD,
    code_now,
    make_account,
    outcomes,
    sign_in,
    text_of,
    whole_sign_in,
)

NEW = "amber kettle monsoon"


def secret_on(answer: Any) -> str:
    """The secret as text, of the page that sets a second factor up."""
    found = re.search(r'<code class="tp-secret">([A-Z2-7 ]+)</code>', answer.content.decode())
    assert found is not None
    return found[1].replace(" ", "")


def codes_on(answer: Any) -> list[str]:
    return re.findall(r'<code class="tp-secret">([A-Z2-7-]{29})</code>', answer.content.decode())


def test_whoever_needs_a_second_factor_sets_it_up_at_the_first_sign_in(browser: Any) -> None:
    from totalplace.workbench.accounts.models import Account

    make_account("ann", "analyst", bodies=["*"])
    client = browser()
    assert sign_in(client, "ann", next="/jobs/")["Location"] == "/account/second-factor/new/"
    page = client.get("/account/second-factor/new/")
    secret = secret_on(page)
    assert 'src="data:image/svg+xml' in page.content.decode()
    # the same until it is set up
    assert secret_on(client.get("/account/second-factor/new/")) == secret
    wrong = client.post("/account/second-factor/new/", {"code": "000000"})
    assert "The code does not fit" in text_of(wrong)
    assert client.get("/jobs/").status_code == 403
    answer = client.post("/account/second-factor/new/", {"code": code_now(0, secret)})
    assert answer["Location"] == "/account/recovery-codes/"
    page = client.get("/account/recovery-codes/")
    codes = codes_on(page)
    assert len(set(codes)) == 8
    assert 'href="/jobs/"' in page.content.decode()
    # shown once
    assert codes_on(client.get("/account/recovery-codes/")) == []
    assert client.get("/jobs/").status_code == 200
    held = Account.objects.get()
    assert secret not in held.second_factor
    assert not {code.replace("-", "") for code in codes} & set(held.recovery_codes)
    # the code of the set-up was used
    other = browser()
    sign_in(other, "ann")
    assert other.post("/account/second-factor/", {"code": code_now(0, secret)}).status_code == 400


def test_a_password_alone_never_replaces_a_second_factor(browser: Any) -> None:
    make_account("ann", "analyst", has_factor=True)
    client = browser()
    sign_in(client, "ann")
    for answer in (
        client.get("/account/second-factor/new/"),
        client.post("/account/second-factor/new/", {"code": "1"}),
    ):
        assert answer["Location"] == "/account/second-factor/"


def test_a_recovery_code_lets_in_once(browser: Any) -> None:
    from totalplace.workbench.accounts._second_factor import new_recovery_codes

    codes = new_recovery_codes(make_account("ann", "analyst", has_factor=True))
    client = browser()
    sign_in(client, "ann")
    answer = client.post("/account/recovery-code/", {"code": f" {codes[0].lower()} "})
    assert answer["Location"] == "/work/"
    assert "7 left" in text_of(client.get("/account/"))
    again = browser()
    sign_in(again, "ann")
    answer = again.post("/account/recovery-code/", {"code": codes[0]})
    assert "not one of your recovery codes, or it was used" in text_of(answer)
    assert {"second_factor": "recovery code", "who": "ann"} in outcomes()


def test_another_device_takes_the_password_again_and_ends_other_sessions(
    browser: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import timedelta

    from totalplace.workbench.accounts import _sign_in

    make_account("ann", "analyst", has_factor=True)
    client, other = whole_sign_in(browser(), "ann", -1), whole_sign_in(browser(), "ann", 0)
    session = client.session
    del session["proved_at"]
    session.save()
    answer = client.get("/account/second-factor/new/")
    assert answer["Location"] == "/account/prove/?next=/account/second-factor/new/"
    wrong = client.post("/account/prove/", {"password": "no"})
    assert "This is not your password" in text_of(wrong)
    answer = client.post(
        "/account/prove/", {"password": PASSWORD, "next": "/account/second-factor/new/"}
    )
    assert answer["Location"] == "/account/second-factor/new/"
    secret = secret_on(client.get("/account/second-factor/new/"))
    answer = client.post("/account/second-factor/new/", {"code": code_now(0, secret)})
    assert answer["Location"] == "/account/recovery-codes/"
    assert len(codes_on(client.get("/account/recovery-codes/"))) == 8
    assert client.get("/account/").status_code == 200
    assert other.get("/account/").status_code == 403
    # new recovery codes, too, take the password again when it is long ago
    assert client.post("/account/recovery-codes/")["Location"] == "/account/recovery-codes/"
    monkeypatch.setattr(_sign_in, "_PATIENCE", timedelta(0))
    assert client.post("/account/recovery-codes/")["Location"].startswith("/account/prove/")


def test_a_session_without_a_second_factor_gives_it_when_asked(browser: Any) -> None:
    from accounts_here import SECRET

    from totalplace.workbench.accounts._second_factor import hidden_secret
    from totalplace.workbench.accounts.models import Account

    make_account("vera", "viewer")
    client = browser()
    sign_in(client, "vera")
    # meanwhile an admin makes her an analyst
    Account.objects.update(roles=["analyst"], bodies=["*"])
    answer = client.get("/jobs/")
    assert answer.status_code == 403
    assert "/account/second-factor/?next=/jobs/" in answer.content.decode()
    assert client.get("/account/second-factor/")["Location"] == "/account/second-factor/new/"
    assert client.get("/account/second-factor/new/").status_code == 200
    Account.objects.update(second_factor=hidden_secret(SECRET, "vera"))
    key = client.cookies["totalplace"].value
    answer = client.post("/account/second-factor/", {"code": code_now(), "next": "/jobs/"})
    assert answer["Location"] == "/jobs/"
    assert client.cookies["totalplace"].value != key
    assert client.get("/jobs/").status_code == 200


def test_a_password_is_changed_with_the_old_one(browser: Any) -> None:
    make_account("vera", "viewer")
    client, other = browser(), browser()
    sign_in(client, "vera")
    sign_in(other, "vera")
    page = client.get("/account/password/").content.decode()
    assert 'autocomplete="current-password"' in page
    assert 'autocomplete="new-password"' in page
    answer = client.post("/account/password/", {"old_password": "no", "new_password": "short"})
    assert answer.status_code == 400
    assert "This is not your password" in text_of(answer)
    assert "too short" in text_of(answer)
    answer = client.post("/account/password/", {"old_password": PASSWORD, "new_password": NEW})
    assert answer["Location"] == "/account/"
    assert "Your password is changed" in text_of(client.get("/account/"))
    assert other.get("/account/").status_code == 403
    assert sign_in(browser(), "vera").status_code == 400
    assert sign_in(browser(), "vera", NEW).status_code == 302
    assert {"password": "changed", "sessions_ended": 1, "who": "vera"} in outcomes()


def test_sessions_are_seen_and_ended(browser: Any) -> None:
    make_account("vera", "viewer")
    make_account("bob", "viewer")
    one, two, three, bobs = (browser(f"192.0.2.{n}") for n in range(1, 5))
    for client in (one, two, three):
        sign_in(client, "vera")
    sign_in(bobs, "bob")
    page = one.get("/account/")
    assert text_of(page).count("This session") == 1
    assert "192.0.2.2" in text_of(page)
    assert "192.0.2.4" not in text_of(page)
    # keys of sessions stand on no page
    assert two.cookies["totalplace"].value not in page.content.decode()
    references = re.findall(r'name="session" value="([0-9a-f]{16})"', page.content.decode())
    assert len(references) == 2
    assert bobs.post("/account/sessions/end/", {"session": references[0]}).status_code == 302
    assert [client.get("/account/").status_code for client in (one, two, three)] == [200] * 3
    one.post("/account/sessions/end/", {"session": references[0]})
    assert "1 session has ended" in text_of(one.get("/account/"))
    assert sorted(client.get("/account/").status_code for client in (two, three)) == [200, 403]
    one.post("/account/sessions/end/", {"session": "others"})
    assert [client.get("/account/").status_code for client in (one, two, three, bobs)] == [
        200,
        403,
        403,
        200,
    ]


def test_forms_of_another_site_are_refused(browser: Any) -> None:
    from django.test import Client

    make_account("vera", "viewer")
    client = Client(headers={"host": "127.0.0.1"}, enforce_csrf_checks=True)
    answer = client.post("/account/sign-in/", {"name": "vera", "password": PASSWORD})
    assert answer.status_code == 403
    assert "The form was not taken" in text_of(answer)


@pytest.mark.parametrize(
    ("page", "wanted"),
    [
        ("sign-in", ["username", "current-password"]),
        ("second-factor", ["one-time-code"]),
    ],
)
def test_fields_say_what_they_are_for(browser: Any, page: str, wanted: list[str]) -> None:
    make_account("ann", "analyst", has_factor=True)
    client = browser()
    if page != "sign-in":
        sign_in(client, "ann")
    text = client.get(f"/account/{page}/").content.decode()
    assert re.findall(r'id="\w+" name="\w+"[^>]*autocomplete="([\w-]+)"', text) == wanted


def test_a_lost_key_is_told_and_not_taken_for_a_wrong_code(browser: Any, at_work: Any) -> None:
    make_account("ann", "analyst", has_factor=True)
    client = browser()
    sign_in(client, "ann")
    (at_work / "workbench" / "keys" / "second-factor").write_text("another")
    answer = client.post("/account/second-factor/", {"code": code_now()})
    assert answer.status_code == 503
    assert "is not the one that they were hidden with" in text_of(answer)


def test_a_second_factor_copied_to_another_account_lets_nobody_in(browser: Any) -> None:
    from totalplace.workbench.accounts.models import Account

    mallory = make_account("mallory", "analyst", has_factor=True)
    make_account("ann", "analyst")
    Account.objects.filter(name="ann").update(second_factor=mallory.second_factor)
    client = browser()
    sign_in(client, "ann")
    answer = client.post("/account/second-factor/", {"code": code_now()})
    assert answer.status_code == 503
    assert "or a row of the database was altered" in text_of(answer)
    assert client.get("/jobs/").status_code == 403
