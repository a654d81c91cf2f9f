"""Admins keep accounts: what they can do, what is refused and why, and what the audit holds."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from accounts_here import code_now, make_account, outcomes, sign_in, text_of, whole_sign_in

FORM = {"full_name": "Ann Lee", "roles": "analyst", "reach": "some", "bodies": "manchester"}


@pytest.fixture
def admin(at_work: Any, signed_in: Any) -> Any:
    return signed_in("admin", name="root")


def account(name: str) -> Any:
    from totalplace.workbench.accounts.models import Account

    return Account.objects.get(name=name)


def one_time_password(answer: Any) -> str:
    found = re.search(r'<code class="tp-secret">([\w-]+)</code>', answer.content.decode())
    assert found is not None
    return found[1]


def test_an_account_is_made_and_its_password_shown_once(admin: Any, browser: Any) -> None:
    from django.utils import timezone

    form = FORM | {
        "name": "ann.lee",
        "others": "trafford mbc\n\nE47000001",
        "expires": "2099-03-31",
    }
    answer = admin.post("/admin/new/", form)
    assert answer["Location"] == "/admin/accounts/ann.lee/password/"
    password = one_time_password(admin.get(answer["Location"]))
    assert admin.get(answer["Location"]).status_code == 302
    one = account("ann.lee")
    assert one.bodies == ["greater-manchester-combined-authority", "manchester", "trafford"]
    assert (one.roles, one.full_name) == (["analyst"], "Ann Lee")
    assert timezone.localtime(one.expires).isoformat() == "2099-04-01T00:00:00+01:00"
    left = one.one_time_until - timezone.now()
    assert timedelta(hours=71) < left <= timedelta(hours=72)
    assert sign_in(browser(), "ann.lee", password)["Location"] == "/account/new-password/"
    page = text_of(admin.get("/admin/accounts/ann.lee/"))
    assert "Not used yet" in page
    assert "31 March 2099" in page
    assert "Trafford" in page
    (made,) = [one for one in outcomes() if "made" in one]
    assert made["who"] == "root"
    assert made["account"] == "ann.lee"
    assert made["made"]["roles"] == ["analyst"]
    assert password not in str(outcomes())


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"name": ""}, "cannot be the name"),
        ({"name": "ann lee"}, "cannot be the name"),
        ({"name": "operator:ann"}, "cannot be the name"),
        ({"name": "ROOT"}, "There is an account of that name"),
        ({"roles": []}, "Choose one role or more"),
        ({"roles": ["operator"]}, "There is no role operator"),
        ({"roles": ["admin", "analyst"]}, "who gives out access must not have it"),
        ({"roles": ["admin", "governance"]}, "who gives out access must not have it"),
        ({"roles": ["admin", "practitioner"]}, "who gives out access must not have it"),
        ({"roles": ["governance", "analyst"]}, "must not be one of those who make it"),
        ({"reach": ""}, "Say which bodies"),
        ({"bodies": [], "others": ""}, "Choose a body"),
        ({"others": "Atlantis Council"}, "Atlantis Council"),
        ({"expires": "31/3/2099"}, "Enter the last day"),
        ({"expires": "9999-12-31"}, "Enter the last day"),
        ({"expires": "2020-01-01"}, "must not be over"),
    ],
)
def test_a_wrong_account_is_refused_at_its_field(admin: Any, change: Any, why: str) -> None:
    from totalplace.workbench.accounts.models import Account

    answer = admin.post("/admin/new/", FORM | {"name": "ann.lee"} | change)
    assert answer.status_code == 400
    assert why in text_of(answer)
    # above the form and at the field, which keeps what was sent
    assert answer.content.decode().count("govuk-error-message") == 1
    assert 'value="Ann Lee"' in answer.content.decode()
    assert [one.name for one in Account.objects.all()] == ["root"]


def test_a_change_stands_in_the_audit_with_before_and_after(admin: Any) -> None:
    make_account("ann", "analyst", bodies=["trafford"])
    page = admin.get("/admin/accounts/ann/change/").content.decode()
    assert re.search(r'value="manchester"(?! checked)', page)
    assert re.search(r'value="analyst"[^>]* checked', page)
    assert ">trafford</textarea>" in page
    form = FORM | {"roles": ["analyst", "viewer"], "reach": "all"}
    assert admin.post("/admin/accounts/ann/change/", form).status_code == 302
    assert account("ann").bodies == ["*"]
    assert "The whole place" in text_of(admin.get("/admin/accounts/ann/"))
    (changed,) = [one for one in outcomes() if "changed" in one]
    assert changed == {
        "who": "root",
        "account": "ann",
        "changed": {
            "full_name": {"from": "", "to": "Ann Lee"},
            "roles": {"from": ["analyst"], "to": ["analyst", "viewer"]},
            "bodies": {"from": ["trafford"], "to": ["*"]},
        },
    }


def test_nobody_changes_what_they_may_do_themselves(admin: Any) -> None:
    make_account("other", "admin")
    for form in (
        FORM | {"reach": "none"},
        FORM | {"roles": "viewer", "reach": "none"},
        FORM | {"roles": "admin", "reach": "all"},
        FORM | {"roles": "admin", "reach": "none", "expires": "2099-01-01"},
    ):
        answer = admin.post("/admin/accounts/root/change/", form)
        assert answer.status_code == 400
        assert "Nobody changes what they may do themselves" in text_of(answer)
    for what in ("close", "reset"):
        answer = admin.post(f"/admin/accounts/root/{what}/")
        assert "Nobody closes or resets their own account" in text_of(answer).replace(
            "nobody", "Nobody"
        )
    assert account("root").roles == ["admin"]
    # a name is no power
    form = {"full_name": "Ruth", "roles": "admin", "reach": "none"}
    assert admin.post("/admin/accounts/root/change/", form).status_code == 302
    assert account("root").full_name == "Ruth"


def test_closing_ends_sessions_and_opening_lets_in_again(admin: Any, browser: Any) -> None:
    from django.utils import timezone

    make_account("vera", "viewer")
    client = browser()
    sign_in(client, "vera")
    assert "Its sessions end at once" in text_of(admin.get("/admin/accounts/vera/close/"))
    assert client.get("/work/").status_code == 200
    assert admin.post("/admin/accounts/vera/close/").status_code == 302
    assert client.get("/work/").status_code == 403
    assert sign_in(browser(), "vera").status_code == 400
    assert "Closed" in text_of(admin.get("/admin/"))
    account("vera").__class__.objects.filter(name="vera").update(expires=timezone.now())
    assert admin.post("/admin/accounts/vera/open/").status_code == 302
    assert sign_in(browser(), "vera").status_code == 302
    assert {"account": "vera", "closed": True, "sessions_ended": 1, "who": "root"} in outcomes()


def test_a_reset_of_the_password_keeps_the_second_factor(admin: Any, browser: Any) -> None:
    make_account("ann", "analyst", has_factor=True, recovery_codes=["x"])
    client = whole_sign_in(browser(), "ann")
    before = account("ann").second_factor
    page = admin.get("/admin/accounts/ann/reset/")
    assert "within 72 hours" in text_of(page)
    assert re.search(r'type="checkbox" name="second_factor"[^>]*>', page.content.decode())
    assert " checked" not in page.content.decode()
    # whatever else a form says, it is kept
    for sent in ({}, {"second_factor": "on"}):
        answer = admin.post("/admin/accounts/ann/reset/", sent)
    password = one_time_password(admin.get(answer["Location"]))
    assert client.get("/work/").status_code == 403
    one = account("ann")
    assert (one.second_factor, one.recovery_codes) == (before, ["x"])
    # the one-time password alone lets nobody in, and sets no other factor up
    fresh = browser()
    sign_in(fresh, "ann", password)
    answer = fresh.post("/account/new-password/", {"new_password": "amber kettle monsoon"})
    assert answer["Location"] == "/account/second-factor/"
    assert fresh.get("/account/second-factor/new/")["Location"] == "/account/second-factor/"
    assert fresh.get("/work/").status_code == 403
    assert fresh.post("/account/second-factor/", {"code": code_now(1)})["Location"] == "/work/"
    told = [one for one in outcomes() if "reset" in one]
    assert [one["reset"] for one in told] == [["password"], ["password"]]


def test_a_reset_takes_the_second_factor_away_where_that_is_said(admin: Any, browser: Any) -> None:
    make_account("vera", "viewer")
    assert "Second factor" not in text_of(admin.get("/admin/accounts/vera/reset/"))
    make_account("ann", "analyst", has_factor=True, recovery_codes=["x"])
    client = browser()
    sign_in(client, "ann")
    answer = admin.post("/admin/accounts/ann/reset/", {"second_factor": "take away"})
    password = one_time_password(admin.get(answer["Location"]))
    assert client.get("/account/second-factor/")["Location"] == "/account/sign-in/"
    one = account("ann")
    assert (one.second_factor, one.recovery_codes) == ("", [])
    fresh = browser()
    sign_in(fresh, "ann", password)
    answer = fresh.post("/account/new-password/", {"new_password": "amber kettle monsoon"})
    assert answer["Location"] == "/account/second-factor/new/"
    (told,) = [one for one in outcomes() if "reset" in one]
    assert (told["account"], told["reset"]) == ("ann", ["password", "second factor"])


def test_the_last_open_admin_stays(at_work: Any) -> None:
    from totalplace.errors import RequestError
    from totalplace.workbench.accounts import _change as change
    from totalplace.workbench.accounts._operator import as_operator

    make_account("root", "admin")
    make_account("shut", "admin", is_active=False)
    row = as_operator("manage", "root")
    for act in (
        lambda: change.close_account("root", by="operator:x", asked=row),
        lambda: change.change_account(
            "root", change.Facts("", ["viewer"], [], None), by="operator:x", asked=row
        ),
    ):
        with pytest.raises(RequestError) as refused:
            act()
        assert [one.code for one in refused.value.problems] == ["last_admin"]
    assert account("root").roles == ["admin"]
    assert account("root").is_open
    change.open_account("shut", asked=row)
    change.close_account("root", by="operator:x", asked=row)
    assert not account("root").is_open


def test_accounts_are_found_by_name(admin: Any) -> None:
    make_account("ann", "analyst", full_name="Ann Lee")
    make_account("bob", "viewer")
    page = text_of(admin.get("/admin/", {"q": "LEE"}))
    assert "Ann Lee" in page
    assert "bob" not in page
    assert "No account has such a name" in text_of(admin.get("/admin/", {"q": "zoe"}))


@pytest.mark.parametrize("roles", ["viewer", "analyst", "practitioner", "governance"])
def test_pages_of_accounts_are_for_admins(at_work: Any, signed_in: Any, roles: str) -> None:
    make_account("ann", "analyst")
    client = signed_in(roles, "*")
    for page in ("", "new/", "accounts/ann/", "accounts/none/", "accounts/ann/change/"):
        answer = client.get(f"/admin/{page}")
        assert answer.status_code == 403
        assert "for the role admin" in text_of(answer)
    assert client.post("/admin/accounts/ann/reset/").status_code == 403
    assert account("ann").one_time_until is None


def test_an_admin_without_a_second_factor_keeps_no_accounts(at_work: Any, signed_in: Any) -> None:
    answer = signed_in("admin", factor=False).get("/admin/")
    assert answer.status_code == 403
    assert "/account/second-factor/?next=/admin/" in answer.content.decode()
