"""What passwords are taken, how they are kept, and that keys of sessions cannot be guessed."""

from __future__ import annotations

import base64
import math
from typing import Any

import pytest
from accounts_here import PASSWORD, make_account, outcomes, sign_in


@pytest.mark.parametrize(
    "chosen",
    [
        "eleven lower",
        "k7" * 3 + " zwölf Äpfel ☂ 書類 " + "\\'\"<>;--%s",
        "long " * 3 + "violin umber thistle quartz " * 5,
        " leading and trailing blanks ",
    ],
)
def test_any_signs_are_taken_as_they_are_typed(browser: Any, chosen: str) -> None:
    make_account("vera", "viewer")
    client = browser()
    sign_in(client, "vera")
    answer = client.post("/account/password/", {"old_password": PASSWORD, "new_password": chosen})
    assert answer.status_code == 302, answer.content.decode()
    for wrong in (chosen[:-1], chosen.swapcase(), f"{chosen}x"):
        assert sign_in(browser(), "vera", wrong).status_code == 400
    assert sign_in(browser("192.0.2.2"), "vera", chosen).status_code == 302


@pytest.mark.parametrize(
    "chosen",
    [
        "albermarch albermarch",
        "TotalPlace-2026!",
        "workbench analyst",
        "my city hall 2026 albermarch",
    ],
)
def test_words_of_the_place_and_the_site_make_no_password(at_work: Any, chosen: str) -> None:
    from django.test import override_settings

    from totalplace.workbench.accounts._passwords import faults_of

    account = make_account("vera", "viewer")
    with override_settings(TOTALPLACE_ORGANISATION="The City Hall"):
        assert "anybody here would try" in " ".join(faults_of(account, chosen))
        assert faults_of(account, f"{chosen} violin thistle") == []


def test_passwords_are_kept_by_argon2id(at_work: Any) -> None:
    import re

    from django.contrib.auth.hashers import check_password, make_password
    from django.test import override_settings

    from totalplace.workbench import settings

    with override_settings(PASSWORD_HASHERS=settings.PASSWORD_HASHERS):
        kept, again = make_password(PASSWORD), make_password(PASSWORD)
        assert check_password(PASSWORD, kept)
    assert kept != again
    found = re.match(r"argon2\$argon2id\$v=19\$m=(\d+),t=(\d+),p=\d+\$", kept)
    assert found is not None
    assert int(found[1]) >= 19_456
    assert int(found[2]) >= 2


def test_keys_and_codes_cannot_be_guessed(at_work: Any) -> None:
    from totalplace.workbench.accounts._passwords import give_one_time_password
    from totalplace.workbench.accounts._second_factor import new_recovery_codes, new_secret
    from totalplace.workbench.accounts.sessions import SessionStore

    account = make_account("vera", "viewer")
    keys = set()
    for _ in range(100):
        session = SessionStore()
        session.create()
        keys.add(str(session.session_key))
    assert len(keys) == 100
    signs = len({sign for key in keys for sign in key})
    assert min(len(key) for key in keys) * math.log2(signs) >= 128
    assert len(new_secret()) * 5 == 160
    assert {len(code.replace("-", "")) * 5 for code in new_recovery_codes(account)} == {120}
    assert len(give_one_time_password(account)[0]) * 6 >= 128


def test_a_secret_that_was_altered_is_not_read(at_work: Any) -> None:
    from totalplace.errors import PlaceError
    from totalplace.workbench.accounts._hidden import hide, shown

    told = ("second factor", "ann")
    hidden = hide("secret", *told)
    assert (shown(hidden, *told), "secret" in hidden) == ("secret", False)
    # a nonce of 96 bits and a tag of 128 around it, never the same twice
    sealed = {hide("secret", *told).partition(":")[2] for _ in range(200)}
    assert {len(base64.urlsafe_b64decode(one)) for one in sealed} == {12 + len("secret") + 16}
    assert len({one[:16] for one in sealed}) == 200
    # nor is it in the row of somebody else, or as something else
    for other in (("second factor", "bob"), ("second factor", "Ann"), ("shown once", "ann")):
        with pytest.raises(PlaceError):
            shown(hidden, *other)
    for text in ("", "gcm1:", "gcm1:AAAA", "gAAAAABk", "gcm0" + hidden[4:], hidden + "\u20ac"):
        with pytest.raises(PlaceError):
            shown(text, *told)
    for at in range(0, len(hidden) - 2, 7):
        other = "A" if hidden[at] != "A" else "B"
        with pytest.raises(PlaceError):
            shown(hidden[:at] + other + hidden[at + 1 :], *told)


def test_only_the_server_reads_keys(at_work: Any) -> None:
    from totalplace.workbench.accounts._hidden import hide

    hide("a", "second factor", "ann")
    keys = at_work / "workbench" / "keys"
    assert keys.stat().st_mode & 0o777 == 0o700
    assert {path.name: path.stat().st_mode & 0o777 for path in keys.iterdir()} == {
        "second-factor": 0o600
    }


def test_a_password_never_runs_out(browser: Any) -> None:
    from datetime import timedelta

    from django.utils import timezone

    from totalplace.workbench.accounts.models import Account

    make_account("vera", "viewer")
    Account.objects.update(created=timezone.now() - timedelta(days=5_000))
    assert sign_in(browser(), "vera")["Location"] == "/work/"


def test_password_fields_hide_and_take_what_is_pasted(browser: Any) -> None:
    import re

    make_account("vera", "viewer")
    client = browser()
    pages = [client.get("/account/sign-in/").content.decode()]
    sign_in(client, "vera")
    pages += [client.get(f"/account/{page}/").content.decode() for page in ("password", "prove")]
    for page in pages:
        fields = re.findall(r"<input[^>]*password[^>]*>", page)
        assert fields
        assert all('type="password"' in one and "maxlength" not in one for one in fields), fields
        assert "onpaste" not in page


def test_waiting_stands_in_the_audit(browser: Any) -> None:
    make_account("vera", "viewer")
    client = browser()
    for _ in range(6):
        answer = sign_in(client, "vera", "wrong")
    assert answer.status_code == 429
    assert outcomes()[-1] == {"refused": "too many tries", "account": "vera", "who": ""}


def test_signing_out_clears_what_the_browser_keeps(browser: Any) -> None:
    make_account("vera", "viewer")
    client = browser()
    sign_in(client, "vera")
    assert client.post("/account/sign-out/")["Clear-Site-Data"] == '"cache", "storage"'


def test_sessions_are_ended_only_by_who_has_given_a_password(browser: Any) -> None:
    make_account("vera", "viewer")
    one, other = browser(), browser()
    sign_in(one, "vera")
    sign_in(other, "vera")
    session = one.session
    del session["proved_at"]
    session.save()
    answer = one.post("/account/sessions/end/", {"session": "others"})
    assert answer["Location"] == "/account/prove/?next=/account/"
    assert other.get("/account/").status_code == 200
    one.post("/account/prove/", {"password": PASSWORD, "next": "/account/"})
    one.post("/account/sessions/end/", {"session": "others"})
    assert other.get("/account/").status_code == 403
