"""Django's own checks of what is served to others find nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

_CHECK = """
import django
django.setup()
from django.conf import settings
from django.core.management import call_command
call_command("check", deploy=True, fail_level="WARNING")
from django.test import RequestFactory
from django.middleware.security import SecurityMiddleware
from django.http import HttpResponse
answer = SecurityMiddleware(lambda request: HttpResponse())
told = answer(RequestFactory().get("/", secure=True))
print("HSTS", told["Strict-Transport-Security"])
sent_on = answer(RequestFactory().get("/money/", headers={"host": "127.0.0.1"}))
print("TLS", sent_on.status_code, sent_on["Location"])
print("SECURE", settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE, settings.DEBUG)
print(getattr(settings, "SESSION_COOKIE_NAME"), settings.CSRF_COOKIE_NAME)
"""


@pytest.mark.slow
@pytest.mark.parametrize("module", ["web", "workbench"])
def test_the_checks_before_deployment_find_nothing(module: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _CHECK],
        env=os.environ
        | {
            "DJANGO_SETTINGS_MODULE": f"totalplace.{module}.settings",
            "TOTALPLACE_TLS": "1",
            "TOTALPLACE_PLACES": str(tmp_path),
            "TOTALPLACE_SECRET_KEY": "",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout
    assert "HSTS max-age=31536000; includeSubDomains" in done.stdout
    assert "TLS 301 https://127.0.0.1/money/" in done.stdout
    if module == "workbench":
        assert "SECURE True True False" in done.stdout
        # browsers take such cookies from this very host alone, by TLS alone
        assert done.stdout.split()[-2:] == ["__Host-totalplace", "__Host-totalplace-csrf"]
