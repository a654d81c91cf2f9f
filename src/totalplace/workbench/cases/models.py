"""The tables of drafts, of what they said before, and of what their runs have found."""

from __future__ import annotations

import secrets

from django.db import models
from django.urls import reverse

from totalplace.access import Actor, Thing

__all__ = ["Draft", "Revision", "Run", "new_id"]


def new_id() -> str:
    """The id of a draft: not to be guessed, and telling nothing of how many others there are."""
    return secrets.token_hex(8)


class Draft(models.Model):
    """A case or a portfolio that is being written.

    `text` is the truth: a TOML file, with `files` beside it (name -> text). `kind` is ``case`` or
    ``portfolio``. `bodies` are those of the place whose analysts work on it; none in particular
    means the whole place's. `authors` are the accounts that have changed it: none of them approves
    it. `revision` counts what was saved. `status` is draft, submitted, keeping, kept or returned.
    `kept` is the number under which the place keeps what was approved.
    """

    id = models.CharField(primary_key=True, max_length=32, default=new_id)
    kind = models.CharField(max_length=10, default="case")
    title = models.CharField(max_length=200)
    slug = models.CharField(max_length=200, blank=True)
    bodies = models.JSONField(default=list)
    owner = models.CharField(max_length=60, db_index=True)
    authors = models.JSONField(default=list)
    status = models.CharField(max_length=10, default="draft", db_index=True)
    revision = models.IntegerField(default=0)
    text = models.TextField()
    files = models.JSONField(default=dict)
    created = models.DateTimeField(auto_now_add=True)
    changed = models.DateTimeField(auto_now=True)
    submitted_by = models.CharField(max_length=60, blank=True)
    submitted = models.DateTimeField(null=True)
    why = models.TextField(blank=True)
    run = models.BigIntegerField(null=True)
    decided_by = models.CharField(max_length=60, blank=True)
    decided = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    problems = models.JSONField(default=list)
    job = models.BigIntegerField(null=True)
    kept = models.IntegerField(null=True)

    class Meta:
        ordering = ("-changed", "id")

    @property
    def thing(self) -> Thing:
        """The draft as the rules of access see it."""
        return Thing("case", self.pk, frozenset(self.bodies), self.submitted_by or self.owner)

    def thing_for(self, actor: Actor) -> Thing:
        """The same to whoever would approve it: all who wrote it are its owners."""
        owner = actor.name if actor.name in self.authors else self.submitted_by or self.owner
        return Thing("case", self.pk, frozenset(self.bodies), owner)

    @property
    def page(self) -> str:
        """The address of its page."""
        return reverse("case", args=[self.pk])

    @property
    def is_portfolio(self) -> bool:
        """Whether it is a portfolio."""
        return self.kind == "portfolio"

    @property
    def is_closed(self) -> bool:
        """Whether it waits for approval, and nobody changes it."""
        return self.status in {"submitted", "keeping"}

    @property
    def file_name(self) -> str:
        """What its text is called as a file."""
        return f"{self.kind}.toml"


class Revision(models.Model):
    """What a draft said when it was saved; `note` is what was done."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="revisions")
    n = models.IntegerField()
    text = models.TextField()
    files = models.JSONField(default=dict)
    by = models.CharField(max_length=60)
    when = models.DateTimeField(auto_now_add=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("-n",)
        constraints = (
            models.UniqueConstraint(fields=["draft", "n"], name="one_revision_of_a_number"),
        )


class Run(models.Model):
    """One run of a draft: of which revision, how, and what it came to.

    `tried` are budgets and fences that it was run with instead of the portfolio's own:
    stream -> {budget, ringfence}. `document` is what the command line prints with ``--json``;
    empty until the job is done.
    """

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="runs")
    revision = models.IntegerField()
    by = models.CharField(max_length=60)
    when = models.DateTimeField(auto_now_add=True)
    draws = models.IntegerField(default=0)
    perspective = models.CharField(max_length=200, blank=True)
    tried = models.JSONField(default=dict)
    job = models.BigIntegerField(null=True, db_index=True)
    document = models.JSONField(default=dict)

    class Meta:
        ordering = ("-id",)

    @property
    def run_hash(self) -> str:
        """What its figures are bound to; empty until it is done."""
        return str(self.document.get("run_hash", ""))
