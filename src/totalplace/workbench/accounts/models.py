"""Accounts and their sessions."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from totalplace.access import Actor

__all__ = ["Account", "Attempt", "Session"]


class Account(AbstractBaseUser):
    """Somebody who signs in.

    `roles` and `bodies` are lists of ids; an account without bodies acts for none.
    `second_factor` is the hidden secret of its codes (see `_second_factor`), `second_factor_step`
    the last step whose code was taken: a code serves once.
    """

    name = models.CharField(max_length=60, unique=True)
    full_name = models.CharField(max_length=120, blank=True)
    roles = models.JSONField(default=list)
    bodies = models.JSONField(default=list)
    second_factor = models.TextField(blank=True)
    second_factor_step = models.BigIntegerField(default=0)
    must_change_password = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    expires = models.DateTimeField(null=True, blank=True)
    created = models.DateTimeField(auto_now_add=True)

    objects = BaseUserManager["Account"]()

    USERNAME_FIELD = "name"

    class Meta:
        ordering = ("name",)

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
    """A session in the database, so that a person can see and end those of their account."""

    account = models.ForeignKey(Account, null=True, on_delete=models.CASCADE)
    address = models.CharField(max_length=60, blank=True)
    created = models.DateTimeField(auto_now_add=True)
    seen = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "accounts_session"

    @classmethod
    def get_session_store_class(cls) -> type:
        """The store that keeps it."""
        from totalplace.workbench.accounts.sessions import SessionStore

        return SessionStore


class Attempt(models.Model):
    """A failed attempt to sign in or to give a code: what guessing is slowed by."""

    who = models.CharField(max_length=80, db_index=True)
    when = models.DateTimeField(auto_now_add=True, db_index=True)
