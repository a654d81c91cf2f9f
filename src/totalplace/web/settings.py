"""Django's settings, from the environment alone: see `docs/how-to/deploy.md`.

Nothing is kept in a database by the public pages; they read the public zones of places.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

import totalplace.charts

_HERE = Path(__file__).parent


def _words(name: str, default: str = "") -> list[str]:
    return [word for word in os.environ.get(name, default).replace(",", " ").split() if word]


TOTALPLACE_PLACES = [
    Path(text) for text in os.environ.get("TOTALPLACE_PLACES", "").split(os.pathsep) if text
]
"""Folders of places; the first is the one that the site shows, the others are compared with it."""
TOTALPLACE_ORGANISATION = os.environ.get("TOTALPLACE_ORGANISATION", "")
"""Whose site it is, for the header; by default the place's name stands there alone."""
TOTALPLACE_COLOUR = os.environ.get("TOTALPLACE_COLOUR", "")
"""The colour of the header as six hexadecimal digits."""
TOTALPLACE_ADDRESS = os.environ.get("TOTALPLACE_ADDRESS", "").rstrip("/")
"""The address under which people reach the site, for citations and metadata."""

TOTALPLACE_HAS_WORKBENCH = False
"""Whether the workbench stands under the same address; whoever serves both says so."""

SECRET_KEY = os.environ.get("TOTALPLACE_SECRET_KEY") or secrets.token_urlsafe(50)
"""Nothing that is signed outlives a restart unless it is set."""
DEBUG = False
ALLOWED_HOSTS = _words("TOTALPLACE_HOSTS", "127.0.0.1 localhost [::1]")
IS_BEHIND_TLS = os.environ.get("TOTALPLACE_TLS", "") == "1"
TOTALPLACE_PROXY = os.environ.get("TOTALPLACE_PROXY", "127.0.0.1")
"""The address from which the proxy that ends TLS comes."""

INSTALLED_APPS = ["django.contrib.staticfiles", "csp", "totalplace.web"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    # before what answers for style sheets and scripts: they have the policy too
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "totalplace.web._middleware.too_large",
    "totalplace.web._middleware.problems",
]
ROOT_URLCONF = "totalplace.web.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "totalplace.web._context.site",
            ],
            "builtins": ["totalplace.web.templatetags.tp", "django.templatetags.i18n"],
        },
    }
]
DATABASES: dict[str, dict[str, str]] = {}

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", _("English")), ("cy", _("Welsh"))]
LOCALE_PATHS = [_HERE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/London"

STATIC_URL = "/static/"
STATIC_ROOT = os.environ.get("TOTALPLACE_STATIC") or None
STATICFILES_DIRS = [
    ("vendor", Path(totalplace.charts.__file__).parent / "vendor"),
    # files of the workbench's pages too: they stand under the same address
    ("workbench", _HERE.parent / "workbench" / "static" / "workbench"),
]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 86_400

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "object-src": [NONE],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
if IS_BEHIND_TLS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_REDIRECT_EXEMPT = ["^healthz$"]

SILENCED_SYSTEM_CHECKS = [
    # public pages take no form that changes anything, and keep no session
    "security.W003",
    # to be on the browsers' own list is for whoever holds the whole domain to ask
    "security.W021",
]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    # requests that wait a moment for a thread are no fault
    "loggers": {"waitress.queue": {"level": "ERROR"}},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
