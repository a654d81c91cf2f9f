"""Accounts and their sessions."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from totalplace.access import Actor

__all__ = ["Account", "Attempt", "Session"]


class Account(AbstractBaseUser):
    """Somebody who signs in. Accounts are closed, never removed: the audit names them.

    `roles` and `bodies` are lists of ids; an account without bodies acts for none.
    `one_time_until` is set while the password is one that was given out: it must be changed at the
    first sign-in, and serves until then at most.
    `second_factor` is the hidden secret of its codes (see `_second_factor`), `second_factor_step`
    the last step whose code was taken: a code serves once. `recovery_codes` are digests.
    `is_demo` is set for the accounts that `totalplace demo` makes, and by nothing else.
    """

    name = models.CharField(max_length=60, unique=True)
    full_name = models.CharField(max_length=120, blank=True)
    roles = models.JSONField(default=list)
    bodies = models.JSONField(default=list)
    one_time_until = models.DateTimeField(null=True, blank=True)
    second_factor = models.TextField(blank=True)
    second_factor_step = models.BigIntegerField(default=0)
    recovery_codes = models.JSONField(default=list)
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False)
    expires = models.DateTimeField(null=True, blank=True)
    created = models.DateTimeField(auto_now_add=True)

    objects = BaseUserManager["Account"]()

    USERNAME_FIELD = "name"

    class Meta:
        ordering = ("name",)
        constraints = (models.UniqueConstraint(Lower("name"), name="account_name_in_any_case"),)

    @property
    def is_open(self) -> bool:
        """Whether it may be used now."""
        return self.is_active and (self.expires is None or self.expires > timezone.now())

    def actor(self, second_factor_at: datetime | None = None) -> Actor:
        """The account as the rules of access see it."""
        return Actor(
            name=self.name,
            roles=frozenset(self.roles),
            bodies=frozenset(self.bodies),
            second_factor_at=second_factor_at,
            is_active=self.is_active,
            expires=self.expires,
        )


class Session(AbstractBaseSession):
    """A session in the database, so that a person can see and end those of their account.

    `account` is null until signing in is complete.
    """

    account = models.ForeignKey(Account, null=True, on_delete=models.CASCADE)
    address = models.CharField(max_length=60, blank=True)
    began = models.DateTimeField()
    seen = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "accounts_session"

    @property
    def reference(self) -> str:
        """Names the session on a page; its key would open it."""
        return hashlib.sha256(self.session_key.encode()).hexdigest()[:16]

    @classmethod
    def get_session_store_class(cls) -> type:
        """The store that keeps it."""
        from totalplace.workbench.accounts.sessions import SessionStore

        return SessionStore


class Attempt(models.Model):
    """An attempt to sign in or to give a code that failed: what guessing is slowed by.

    `who` is a digest: what somebody types as a name may be a password.
    """

    who = models.CharField(max_length=80)
    when = models.DateTimeField(db_index=True)

    class Meta:
        indexes = (models.Index(fields=["who", "when"], name="attempts_of_one"),)
