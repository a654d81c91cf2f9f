"""Guessing is slowed, more with each failure, and nobody is locked out for ever."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from accounts_here import code_now, make_account, sign_in, text_of


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The time as throttling sees it: what it returns is moved on by calling it."""
    from django.utils import timezone

    from totalplace.workbench.accounts import _guessing

    class Clock:
        now_is = timezone.now()

        def __call__(self, **passed: float) -> None:
            self.now_is += timedelta(**passed)

        def now(self) -> Any:
            return self.now_is

    held = Clock()
    monkeypatch.setattr(_guessing, "timezone", held)
    return held


def failures(client: Any, count: int, name: str = "vera") -> Any:
    for _ in range(count):
        answer = sign_in(client, name, "wrong")
    return answer


def test_after_five_failures_the_next_waits_and_is_not_looked_at(browser: Any, clock: Any) -> None:
    make_account("vera", "viewer")
    client = browser()
    assert failures(client, 5).status_code == 400
    waits = []
    for _ in range(4):
        # the right password too
        answer = sign_in(client, "vera")
        assert answer.status_code == 429
        waits.append(int(answer["Retry-After"]))
        clock(seconds=waits[-1])
        assert failures(client, 1).status_code == 400
    assert waits == [1, 2, 4, 8]
    answer = sign_in(client, "VERA")
    assert "Wait 16 seconds, then try again" in text_of(answer)
    assert "not locked" in text_of(answer)
    clock(seconds=16)
    assert sign_in(client, "vera").status_code == 302
    # what was right ends the waiting
    assert failures(browser(), 5).status_code == 400


def test_a_name_that_nobody_has_waits_as_any_other(browser: Any, clock: Any) -> None:
    client = browser()
    assert failures(client, 5, "nobody").status_code == 400
    assert sign_in(client, "nobody").status_code == 429


def test_the_owner_comes_in_from_elsewhere_while_somebody_guesses(browser: Any, clock: Any) -> None:
    make_account("vera", "viewer")
    failures(browser("198.51.100.7"), 6)
    assert sign_in(browser("198.51.100.7"), "vera").status_code == 429
    assert sign_in(browser("192.0.2.1"), "vera").status_code == 302


def test_an_address_that_guesses_many_accounts_waits(browser: Any, clock: Any) -> None:
    make_account("vera", "viewer")
    for number in range(30):
        # of one network of IPv6, whatever the address in it
        client = browser(f"2001:db8::{number:x}")
        assert sign_in(client, f"name{number}", "wrong").status_code == 400
    assert sign_in(browser("2001:db8::ffff"), "vera").status_code == 429
    assert sign_in(browser("2001:db8:0:1::1"), "vera").status_code == 302
    # a right password elsewhere forgives the address nothing
    assert sign_in(browser("2001:db8::ffff"), "vera").status_code == 429


@pytest.mark.parametrize("kind", ["pair", "account", "address", "code"])
def test_every_wait_has_an_end(at_work: Any, clock: Any, kind: str) -> None:
    from totalplace.workbench.accounts._guessing import LIMITS, guess

    limit = LIMITS[kind]
    longest = 0
    for _ in range(limit.free + 30):
        tried = guess(**{kind: "x"})
        longest = max(longest, tried.wait_seconds)
        if tried.wait_seconds:
            clock(seconds=tried.wait_seconds)
            assert guess(**{kind: "x"}).wait_seconds == 0
    assert 0 < longest <= limit.longest.total_seconds()


def test_codes_are_slowed_too(browser: Any, clock: Any) -> None:
    make_account("ann", "analyst", has_factor=True)
    for _ in range(5):
        client = browser()
        sign_in(client, "ann")
        assert client.post("/account/second-factor/", {"code": "1"}).status_code == 400
    client = browser()
    # the right password has not forgiven them
    assert sign_in(client, "ann").status_code == 302
    for page in ("second-factor", "recovery-code"):
        answer = client.post(f"/account/{page}/", {"code": code_now()})
        assert (answer.status_code, answer["Retry-After"]) == (429, "1")
    clock(seconds=1)
    assert client.post("/account/second-factor/", {"code": code_now()}).status_code == 302


def test_old_rows_are_removed_and_hold_no_name(browser: Any, clock: Any) -> None:
    from totalplace.workbench.accounts.models import Attempt

    failures(browser(), 2, "my-password-by-mistake")
    assert Attempt.objects.count() == 6
    assert not [one for one in Attempt.objects.all() if "my-password" in one.who]
    clock(hours=25)
    failures(browser(), 1)
    assert Attempt.objects.count() == 3
