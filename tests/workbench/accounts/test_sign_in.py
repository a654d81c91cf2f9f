"""Signing in: its steps, what it tells nobody, sessions that begin and end."""

from __future__ import annotations

from datetime import timedelta
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


def test_a_viewer_signs_in_with_a_password_alone(browser: Any) -> None:
    make_account("vera", "viewer")
    client = browser()
    answer = sign_in(client, "vera", next="/work/?a=1")
    assert (answer.status_code, answer["Location"]) == (302, "/work/?a=1")
    assert client.get("/work/").status_code == 200
    assert "vera" in text_of(client.get("/account/"))


def test_whoever_needs_a_second_factor_is_not_signed_in_before_it(browser: Any) -> None:
    make_account("ann", "analyst", has_factor=True, bodies=["*"])
    client = browser()
    answer = sign_in(client, "ann", next="/jobs/")
    assert answer["Location"] == "/account/second-factor/"
    assert client.get("/jobs/").status_code == 403
    assert client.get("/account/").status_code == 403
    wrong = client.post("/account/second-factor/", {"code": "000000"})
    assert wrong.status_code == 400
    assert "The code is wrong" in text_of(wrong)
    answer = client.post("/account/second-factor/", {"code": code_now()})
    assert answer["Location"] == "/jobs/"
    assert client.get("/jobs/").status_code == 200


def test_one_answer_for_an_unknown_name_and_a_wrong_password(
    browser: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from totalplace.workbench.accounts import _passwords

    make_account("vera", "viewer")
    hashed = []
    monkeypatch.setattr(_passwords, "make_password", hashed.append)
    pages = [
        text_of(sign_in(browser(), name, "wrong password")).replace(name, "")
        for name in ("vera", "nobody")
    ]
    assert "The name or the password is wrong" in pages[0]
    assert pages[0] == pages[1]
    # as much work for a name that nobody has
    assert hashed == ["wrong password"]
    # what was typed as a name stands nowhere
    assert [one for one in outcomes() if "nobody" in str(one)] == []


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "work/",
        "",
        "/" + "a" * 3_000,
    ],
)
def test_it_leads_to_local_paths_alone(browser: Any, target: str) -> None:
    make_account("vera", "viewer")
    assert sign_in(browser(), "vera", next=target)["Location"] == "/work/"
    page = browser().get("/account/sign-in/", {"next": target}).content.decode()
    assert 'name="next" value="/work/"' in page


def test_the_key_of_the_session_changes_with_each_step(browser: Any) -> None:
    from totalplace.workbench.accounts.models import Session

    make_account("ann", "analyst", has_factor=True)
    client = browser()
    keys = []
    for step in (
        lambda: client.get("/account/oidc/"),
        lambda: sign_in(client, "ann"),
        lambda: client.post("/account/second-factor/", {"code": code_now()}),
    ):
        step()
        keys.append(client.cookies["totalplace"].value if client.cookies else "")
    assert len(set(keys)) == 3
    held = Session.objects.get()
    assert (held.pk, held.account.name, held.address) == (keys[-1], "ann", "192.0.2.1")


def test_a_code_serves_once_and_one_step_early_or_late(browser: Any) -> None:
    make_account("ann", "analyst", has_factor=True)
    whole_sign_in(browser(), "ann", -1)
    whole_sign_in(browser(), "ann", 0)
    whole_sign_in(browser(), "ann", 1)
    for offset in (-2, -1, 0, 1, 2):
        client = browser()
        sign_in(client, "ann")
        assert client.post("/account/second-factor/", {"code": code_now(offset)}).status_code == 400


def test_a_closed_account_and_an_old_one_time_password_do_not_let_in(browser: Any) -> None:
    from django.utils import timezone

    now = timezone.now()
    make_account("shut", "viewer", is_active=False)
    make_account("over", "viewer", expires=now - timedelta(seconds=1))
    make_account("late", "viewer", one_time_until=now - timedelta(seconds=1))
    for name, why in (("shut", "is closed"), ("over", "is closed"), ("late", "has run out")):
        answer = sign_in(browser(), name)
        assert answer.status_code == 400
        assert why in text_of(answer)
        # only whoever has the password is told so
        assert "The name or the password is wrong" in text_of(sign_in(browser(), name, "guess"))


def test_a_one_time_password_must_be_changed(browser: Any) -> None:
    from django.utils import timezone

    from totalplace.workbench.accounts.models import Account

    make_account("vera", "viewer", one_time_until=timezone.now() + timedelta(hours=1))
    client, other = browser(), browser()
    sign_in(other, "vera")
    assert sign_in(client, "vera")["Location"] == "/account/new-password/"
    assert client.get("/work/").status_code == 403
    for bad, why in (
        ("", "Enter a password"),
        (PASSWORD, "another password"),
        ("short", "too short"),
        ("passwordpassword"[:11], "too short"),
        ("qwerty123456", "too common"),
        ("Liverpool-2024!", "too common"),
        ("abcabcabcabc", "too common"),
        ("x" * 201, "200 characters"),
    ):
        answer = client.post("/account/new-password/", {"new_password": bad})
        assert why in text_of(answer), bad
    answer = client.post("/account/new-password/", {"new_password": "amber kettle monsoon"})
    assert answer["Location"] == "/work/"
    assert client.get("/work/").status_code == 200
    account = Account.objects.get()
    assert account.one_time_until is None
    assert account.check_password("amber kettle monsoon")
    # whoever else had begun with the one-time password cannot go on
    answer = other.post("/account/new-password/", {"new_password": "other kettle monsoon"})
    assert answer["Location"] == "/account/sign-in/"


def test_signing_in_must_be_done_in_fifteen_minutes(
    browser: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from totalplace.workbench.accounts import _sign_in

    make_account("ann", "analyst", has_factor=True)
    client = browser()
    sign_in(client, "ann")
    monkeypatch.setattr(_sign_in, "_PATIENCE", timedelta(0))
    answer = client.get("/account/second-factor/")
    assert answer["Location"] == "/account/sign-in/"


def test_a_session_ends_when_it_is_not_used_and_after_twelve_hours(browser: Any) -> None:
    from django.utils import timezone

    from totalplace.workbench.accounts.models import Session

    make_account("vera", "viewer")
    now = timezone.now()

    def status_after(**fields: Any) -> int:
        client = browser()
        sign_in(client, "vera")
        Session.objects.update(**fields)
        return int(client.get("/work/").status_code)

    assert status_after(seen=now - timedelta(minutes=29)) == 200
    # it was used, and that is written down
    assert now - Session.objects.get().seen < timedelta(minutes=1)
    assert status_after(seen=now - timedelta(minutes=31)) == 403
    assert status_after(expire_date=now) == 403
    assert status_after(expire_date=now + timedelta(minutes=1)) == 200


def test_use_does_not_make_a_session_last_longer_than_twelve_hours(browser: Any) -> None:
    from totalplace.workbench.accounts.models import Session

    make_account("vera", "viewer")
    client = browser()
    sign_in(client, "vera")
    before = Session.objects.get()
    began = before.began - timedelta(hours=11)
    session = client.session
    session["began"] = began.isoformat()
    session.save()
    client.post("/account/sessions/end/", {"session": "others"})
    after = Session.objects.get()
    assert after.began == began
    assert after.expire_date == began + timedelta(hours=12)


def test_signing_out_ends_the_session_for_good(browser: Any) -> None:
    from totalplace.workbench.accounts.models import Session

    make_account("vera", "viewer")
    client = browser()
    sign_in(client, "vera")
    key = client.cookies["totalplace"].value
    assert client.post("/account/sign-out/")["Location"] == "/"
    assert not Session.objects.exists()
    client.cookies["totalplace"] = key
    assert client.get("/work/").status_code == 403
    assert {"signed_out": True, "who": "vera"} in outcomes()


def test_a_session_that_is_ended_meanwhile_is_not_made_again(browser: Any) -> None:
    from totalplace.workbench.accounts.models import Session
    from totalplace.workbench.accounts.sessions import SessionStore

    make_account("vera", "viewer")
    client = browser()
    sign_in(client, "vera")
    held = SessionStore(client.cookies["totalplace"].value)
    assert held["account"] == "vera"
    Session.objects.all().delete()
    held["more"] = 1
    from django.contrib.sessions.backends.base import UpdateError

    with pytest.raises(UpdateError):
        held.save()
    assert not Session.objects.exists()


def test_who_signed_in_and_who_was_refused_stands_in_the_audit(browser: Any) -> None:
    make_account("ann", "analyst", has_factor=True)
    client = browser()
    sign_in(client, "ann", "wrong")
    whole_sign_in(client, "ann")
    found = [one for one in outcomes() if len(one) > 1]
    assert found == [
        {"refused": "name or password", "account": "ann", "who": ""},
        {"second_factor": "code", "who": "ann"},
        {"signed_in": "password", "second_factor": True, "who": "ann"},
    ]
