"""Django's settings of the workbench: those of the public site, with accounts and a database."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import dj_database_url

from totalplace.web.settings import *  # noqa: F403
from totalplace.web.settings import (
    CONTENT_SECURITY_POLICY,
    IS_BEHIND_TLS,
    MIDDLEWARE,
    TEMPLATES,
    TOTALPLACE_PLACES,
)
from totalplace.workbench._folder import DATABASE, key_of, made_folder
from totalplace.workbench._limits import FORM_BYTES, upload_mb

TOTALPLACE_PLACE = TOTALPLACE_PLACES[0]
"""The place that is worked on."""
TOTALPLACE_FOLDER = made_folder(TOTALPLACE_PLACE)
TOTALPLACE_KEYS = Path(os.environ.get("TOTALPLACE_KEYS") or TOTALPLACE_FOLDER / "keys")
"""Where the keys are that sign the audit and hide secrets: best on another disk."""
TOTALPLACE_AUDIT_ANCHOR = (
    Path(os.environ["TOTALPLACE_AUDIT_ANCHOR"])
    if os.environ.get("TOTALPLACE_AUDIT_ANCHOR")
    else None
)
"""The folder, on another disk or share, to which signed heads of the audit are added."""
TOTALPLACE_UPLOAD_MB = upload_mb()
"""The largest file that is taken."""
TOTALPLACE_WAITING_MB = int(os.environ.get("TOTALPLACE_WAITING_MB", "2000"))
"""How much all files that wait to be loaded may take together."""

SECRET_KEY = os.environ.get("TOTALPLACE_SECRET_KEY") or key_of(TOTALPLACE_FOLDER, "secret")

TOTALPLACE_OIDC_ISSUER = os.environ.get("TOTALPLACE_OIDC_ISSUER", "")
"""A provider of OpenID Connect that people may sign in with; none when it is empty."""
TOTALPLACE_OIDC_CLIENT_ID = os.environ.get("TOTALPLACE_OIDC_CLIENT_ID", "")
TOTALPLACE_OIDC_CLIENT_SECRET = os.environ.get("TOTALPLACE_OIDC_CLIENT_SECRET", "")
TOTALPLACE_OIDC_SCOPE = os.environ.get("TOTALPLACE_OIDC_SCOPE", "openid profile")
TOTALPLACE_OIDC_NAME = os.environ.get("TOTALPLACE_OIDC_NAME", "OpenID Connect")
"""What people know the provider as."""
TOTALPLACE_OIDC_CLAIM = os.environ.get("TOTALPLACE_OIDC_CLAIM", "preferred_username")
"""The claim that is the name of the account."""
TOTALPLACE_OIDC_SECOND_FACTOR = os.environ.get("TOTALPLACE_OIDC_SECOND_FACTOR", "").split()
"""Values of `amr` or `acr` that count as a second factor; none does when it is empty."""

INSTALLED_APPS = [
    "django.contrib.staticfiles",
    "csp",
    "totalplace.web",
    "totalplace.workbench",
    "totalplace.workbench.accounts",
    "totalplace.workbench.audit",
    "totalplace.workbench.cases",
    "totalplace.workbench.jobs",
    "totalplace.workbench.loads",
    "totalplace.workbench.mistakes",
    "totalplace.workbench.queues",
    "totalplace.workbench.releases",
    "totalplace.workbench.returns",
    "totalplace.workbench.saved",
]
MIDDLEWARE = [
    *(name for name in MIDDLEWARE if "whitenoise" not in name and "problems" not in name),
    "totalplace.workbench.accounts.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "totalplace.workbench.accounts.middleware.actor",
    "totalplace.workbench._body_limit.body_limit",
    "totalplace.workbench._problems.problems",
]
ROOT_URLCONF = "totalplace.workbench.urls"
_TEMPLATES: dict[str, Any] = TEMPLATES[0]
TEMPLATES = [
    {
        **_TEMPLATES,
        "OPTIONS": {
            **_TEMPLATES["OPTIONS"],
            "context_processors": [
                *_TEMPLATES["OPTIONS"]["context_processors"],
                "totalplace.workbench._context.workbench",
            ],
        },
    }
]


def _database() -> dict[str, Any]:
    url = os.environ.get("DATABASE_URL")
    if url:
        return dict(dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True))
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": TOTALPLACE_FOLDER / DATABASE,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        },
    }


DATABASES = {"default": _database()}
ATOMIC_REQUESTS = False

AUTH_USER_MODEL = "accounts.Account"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("name", "full_name")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "totalplace.workbench.accounts._passwords.CommonAtHeart"},
    {"NAME": "totalplace.workbench.accounts._passwords.WordsOfHere"},
]

SILENCED_SYSTEM_CHECKS = ["security.W021"]

SESSION_ENGINE = "totalplace.workbench.accounts.sessions"
SESSION_COOKIE_NAME = "__Host-totalplace" if IS_BEHIND_TLS else "totalplace"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = IS_BEHIND_TLS
SESSION_SAVE_EVERY_REQUEST = False
CSRF_COOKIE_NAME = "__Host-totalplace-csrf" if IS_BEHIND_TLS else "totalplace-csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = IS_BEHIND_TLS
CSRF_FAILURE_VIEW = "totalplace.workbench._denied.wrong_form"

DATA_UPLOAD_MAX_MEMORY_SIZE = FORM_BYTES
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
FILE_UPLOAD_PERMISSIONS = 0o600

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {**CONTENT_SECURITY_POLICY["DIRECTIVES"], "img-src": ["'self'", "data:"]}
}
