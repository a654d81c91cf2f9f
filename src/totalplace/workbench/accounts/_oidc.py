"""Signing in at a provider of OpenID Connect: the code flow with PKCE, state and nonce.

It needs the extra ``totalplace[oidc]``. The provider says who somebody is; whether they are let in,
and to what, says the account that an admin has made.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from totalplace.errors import Problem, RequestError

__all__ = ["Told", "back_from_provider", "is_configured", "to_provider"]

_TIMEOUT_SECONDS = 10
_SIGNED_BY = frozenset(
    ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
)
"""Signatures of providers that count: by a key that they alone have."""
_HERE = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True)
class Told:
    """What the provider says of somebody.

    Attributes:
        name: the claim that names their account; empty if it has none, or one that does not count.
        has_factor: whether it says that a second factor was given, of a kind that counts.
    """

    name: str
    has_factor: bool


def is_configured() -> bool:
    """Whether there is a provider."""
    return bool(settings.TOTALPLACE_OIDC_ISSUER)


def to_provider(request: HttpRequest) -> HttpResponse:
    """Lead the browser to the provider.

    Raises:
        RequestError: `provider_away`.
    """
    from requests import RequestException

    try:
        answer: HttpResponse = _client().authorize_redirect(
            request, request.build_absolute_uri(reverse("oidc-back"))
        )
    except (RequestException, ValueError, KeyError) as error:
        raise RequestError(_away(error)) from error
    return answer


def back_from_provider(request: HttpRequest) -> Told:
    """What the provider says, proved: its signature, issuer, audience, nonce, dates and state.

    Raises:
        RequestError: `provider_refused` or `provider_away`.
    """
    from authlib.common.errors import AuthlibBaseError
    from joserfc.errors import JoseError
    from requests import RequestException

    expected = {
        "iss": {"essential": True, "value": settings.TOTALPLACE_OIDC_ISSUER},
        "aud": {"essential": True, "value": settings.TOTALPLACE_OIDC_CLIENT_ID},
    }
    try:
        token = _described().authorize_access_token(request, claims_options=expected)
    except (AuthlibBaseError, JoseError) as error:
        raise RequestError(_refused(str(error))) from error
    except (RequestException, ValueError, KeyError) as error:
        raise RequestError(_away(error)) from error
    claims: dict[str, Any] = token.get("userinfo") or {}
    return Told(_name_in(claims), _has_factor(claims))


def _name_in(claims: dict[str, Any]) -> str:
    claim = settings.TOTALPLACE_OIDC_CLAIM
    # whoever can write an address that nobody has checked could be anybody
    if claim == "email" and claims.get("email_verified") is not True:
        return ""
    name = claims.get(claim)
    return name if isinstance(name, str) else ""


def _has_factor(claims: dict[str, Any]) -> bool:
    """Whether `amr` (RFC 8176) or `acr` has a value that counts as a second factor."""
    given = claims.get("amr")
    values = {one for one in given if isinstance(one, str)} if isinstance(given, list) else set()
    if isinstance(claims.get("acr"), str):
        values.add(claims["acr"])
    return bool(values & set(settings.TOTALPLACE_OIDC_SECOND_FACTOR))


def _client() -> Any:
    return _client_of(
        settings.TOTALPLACE_OIDC_ISSUER,
        settings.TOTALPLACE_OIDC_CLIENT_ID,
        settings.TOTALPLACE_OIDC_CLIENT_SECRET,
        settings.TOTALPLACE_OIDC_SCOPE,
    )


def _described() -> Any:
    """The client, once the provider's description of itself is known to be of the trusted issuer;
    whatever else it names, only signatures that count are taken.

    Raises:
        RequestError: `provider_refused`.
    """
    client = _client()
    described = client.load_server_metadata()
    if described.get("issuer") != settings.TOTALPLACE_OIDC_ISSUER:
        raise RequestError(_refused(_("the provider's description is of another issuer")))
    described["id_token_signing_alg_values_supported"] = sorted(_SIGNED_BY)
    return client


@lru_cache(maxsize=1)
def _client_of(issuer: str, client_id: str, secret: str, scope: str) -> Any:
    from authlib.integrations.django_client import OAuth

    parts = urlsplit(issuer)
    if parts.scheme != "https" and parts.hostname not in _HERE:
        raise RequestError(
            Problem(
                "provider_without_tls",
                _("nobody can sign in there"),
                "TOTALPLACE_OIDC_ISSUER",
                _("the provider's address does not begin with https"),
                _("those who run the site must give one that does"),
            )
        )
    return OAuth().register(
        "provider",
        client_id=client_id,
        client_secret=secret,
        server_metadata_url=f"{issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={
            "scope": scope,
            "code_challenge_method": "S256",
            "default_timeout": _TIMEOUT_SECONDS,
        },
    )


def _refused(why: str) -> Problem:
    return Problem(
        "provider_refused",
        _("signing in was not completed"),
        settings.TOTALPLACE_OIDC_NAME,
        why[:300],
        _("begin again from the page for signing in"),
    )


def _away(error: Exception) -> Problem:
    return Problem(
        "provider_away",
        _("the provider that you sign in with does not answer as it should"),
        settings.TOTALPLACE_OIDC_NAME,
        type(error).__name__,
        _("try again in a few minutes, or sign in with a password if your account has one"),
    )
