"""Signing in at a provider of OpenID Connect: a real one, on this computer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from accounts_here import code_now, make_account, outcomes, text_of

# of the provider, which runs in a thread of this process; ours gives none
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

CLAIMS = {
    "sub-ann": {"preferred_username": "ann", "amr": ["pwd", "mfa"]},
    "sub-weak": {"preferred_username": "ann", "amr": ["pwd"]},
    "sub-level": {"preferred_username": "ann", "acr": "high"},
    "sub-other": {"preferred_username": "Ann"},
    "sub-closed": {"preferred_username": "shut"},
    "sub-none": {},
    "sub-mail": {"email": "ann", "email_verified": True},
    "sub-forged": {"email": "ann", "email_verified": False},
}


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """The address of a provider."""
    oidc = pytest.importorskip("oidc_provider_mock")
    users = [oidc.User(sub=sub, claims=claims) for sub, claims in CLAIMS.items()]
    with oidc.run_server_in_thread(user_claims=users) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def at(browser: Any, provider: str) -> Iterator[Callable[..., Any]]:
    """Signs somebody in at the provider: ``at(subject, **settings)`` -> client, last answer."""
    import requests
    from django.test import override_settings

    kept = []

    def sign_in_at(sub: str, follow: str = "/jobs/", **settings: Any) -> tuple[Any, Any]:
        override = override_settings(
            **{
                "TOTALPLACE_OIDC_ISSUER": provider,
                "TOTALPLACE_OIDC_CLIENT_ID": "totalplace",
                "TOTALPLACE_OIDC_CLIENT_SECRET": "secret",
                "TOTALPLACE_OIDC_NAME": "City login",
                **settings,
            }
        )
        override.enable()
        kept.append(override)
        client = browser()
        there = client.get("/account/oidc/", {"next": follow})
        assert there.status_code == 302
        assert "code_challenge_method=S256" in there["Location"]
        back = requests.post(
            there["Location"], data={"sub": sub}, allow_redirects=False, timeout=10
        )
        parts = urlsplit(back.headers["Location"])
        assert parts.path == "/account/oidc/back/"
        return client, client.get(f"{parts.path}?{parts.query}")

    yield sign_in_at
    for override in reversed(kept):
        override.disable()


def test_the_providers_second_factor_counts_where_that_is_said(at: Any) -> None:
    make_account("ann", "analyst", bodies=["*"])
    client, answer = at("sub-ann", TOTALPLACE_OIDC_SECOND_FACTOR=["mfa"])
    assert answer["Location"] == "/jobs/"
    assert client.get("/jobs/").status_code == 200
    # a link to it signs nobody out
    assert client.get("/account/oidc/", {"next": "/jobs/"})["Location"] == "/jobs/"
    assert {"signed_in": "oidc", "second_factor": True, "who": "ann"} in outcomes()
    _, answer = at("sub-level", TOTALPLACE_OIDC_SECOND_FACTOR=["mfa", "high"])
    assert answer["Location"] == "/jobs/"


@pytest.mark.parametrize(("sub", "values"), [("sub-ann", []), ("sub-weak", ["mfa"])])
def test_else_the_own_second_factor_is_asked(at: Any, sub: str, values: list[str]) -> None:
    make_account("ann", "analyst", has_factor=True, bodies=["*"])
    client, answer = at(sub, TOTALPLACE_OIDC_SECOND_FACTOR=values)
    assert answer["Location"] == "/account/second-factor/"
    assert client.get("/jobs/").status_code == 403
    answer = client.post("/account/second-factor/", {"code": code_now()})
    assert answer["Location"] == "/jobs/"
    # without a password of their own they prove who they are by a new sign-in
    assert "Sign out, sign in again" in text_of(client.get("/account/prove/"))


@pytest.mark.parametrize("sub", ["sub-other", "sub-closed", "sub-none"])
def test_only_open_accounts_of_exactly_that_name_are_let_in(at: Any, sub: str) -> None:
    from totalplace.workbench.accounts.models import Account

    make_account("ann", "viewer")
    make_account("shut", "viewer", is_active=False)
    client, answer = at(sub)
    assert answer.status_code == 400
    assert "There is no open account of that name" in text_of(answer).replace("there", "There")
    assert client.get("/work/").status_code == 403
    assert Account.objects.count() == 2
    assert "no open account" in str(outcomes())


def test_an_address_that_nobody_has_checked_is_no_name(at: Any) -> None:
    make_account("ann", "viewer")
    email = {"TOTALPLACE_OIDC_CLAIM": "email", "TOTALPLACE_OIDC_SCOPE": "openid email"}
    assert at("sub-forged", **email)[1].status_code == 400
    assert at("sub-mail", **email)[1].status_code == 302


def test_an_answer_that_was_not_asked_for_is_refused(at: Any, browser: Any) -> None:
    make_account("ann", "viewer")
    client, _ = at("sub-weak")
    for query in ({"code": "x", "state": "y"}, {"error": "access_denied"}, {}):
        answer = client.get("/account/oidc/back/", query)
        assert answer.status_code == 400
        assert "not completed" in text_of(answer)
    # the answer of one browser serves no other
    assert browser().get("/account/oidc/back/", {"code": "x"}).status_code == 400


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"TOTALPLACE_OIDC_ISSUER": "https://other.example"}, "description is of another issuer"),
        ({"TOTALPLACE_OIDC_CLIENT_ID": "b"}, "invalid_claim"),
    ],
)
def test_what_another_issued_or_for_another_is_refused(
    at: Any, provider: str, monkeypatch: pytest.MonkeyPatch, wrong: dict[str, str], why: str
) -> None:
    from totalplace.workbench.accounts import _oidc

    make_account("ann", "viewer")
    # the provider answers as the one of these facts, whatever the settings trust
    real = _oidc._client_of
    facts = (provider, "totalplace", "secret", "openid profile")
    monkeypatch.setattr(_oidc, "_client_of", lambda *_: real(*facts))
    _, answer = at("sub-weak", **wrong)
    assert answer.status_code == 400
    assert why in text_of(answer)
    # its token says the same, if its description does not
    monkeypatch.setattr(_oidc, "_described", _oidc._client)
    assert "invalid_claim" in text_of(at("sub-weak", **wrong)[1])


def test_a_signature_that_does_not_count_is_refused(
    at: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from totalplace.workbench.accounts import _oidc

    make_account("ann", "viewer")
    assert at("sub-weak")[1].status_code == 302
    assert not {"none", "HS256"} & _oidc._SIGNED_BY
    # the provider signs by RS256
    monkeypatch.setattr(_oidc, "_SIGNED_BY", _oidc._SIGNED_BY - {"RS256"})
    _, answer = at("sub-weak")
    assert answer.status_code == 400
    assert "not completed" in text_of(answer)


def test_a_provider_that_is_away_is_told(browser: Any) -> None:
    from django.test import override_settings

    with override_settings(TOTALPLACE_OIDC_ISSUER="http://127.0.0.1:9", TOTALPLACE_OIDC_NAME="X"):
        assert "Sign in with X" in text_of(browser().get("/account/sign-in/"))
        assert "does not answer as it should" in text_of(browser().get("/account/oidc/"))
    with override_settings(TOTALPLACE_OIDC_ISSUER="http://login.example"):
        assert "does not begin with https" in text_of(browser().get("/account/oidc/"))


def test_without_a_provider_there_is_no_such_way(browser: Any) -> None:
    assert "Sign in with" not in text_of(browser().get("/account/sign-in/"))
    for page in ("", "back/"):
        assert "No provider" in text_of(browser().get(f"/account/oidc/{page}")).replace(
            "There is no provider", "No provider"
        )
