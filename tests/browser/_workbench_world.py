"""Run by test_workbench_pages.py in a process of its own: things of every kind, and who sees them.

python _workbench_world.py PLACE; prints as JSON the name of the cookie, and for each page the name
of its route, its path and the sessions that may see it, one for each visit.
"""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from jobs_here import run_jobs
from loads_here import CREDITORS, answers_of, hand_over, upload_of
from queues.unsettled_place import YEAR

from totalplace import open_place
from totalplace.workbench._outside import set_up

VISITS = 2
PASSWORD = "violet harbour sandwich"
WEST, EAST = "westwick-council", "eastwick-council"


class World:
    """Accounts, their clients, and the pages that were found."""

    def __init__(self) -> None:
        self.pages: list[dict[str, Any]] = []
        self._clients: dict[str, Any] = {}

    def account(self, name: str, roles: str, *bodies: str, **fields: Any) -> Any:
        """An account with a password of its own."""
        from totalplace.workbench.accounts.models import Account

        account = Account(name=name, roles=roles.split(), bodies=list(bodies), **fields)
        account.set_password(PASSWORD)
        account.save()
        return account

    def session(self, name: str, **more: Any) -> str:
        """The key of a session in which an account is signed in with its second factor."""
        from django.utils import timezone

        from totalplace.workbench.accounts.sessions import SessionStore

        now = timezone.now().isoformat()
        session = SessionStore()
        for key, value in {
            "account": name,
            "second_factor_at": now,
            "by": "password",
            **more,
        }.items():
            session[key] = value
        session.save()
        return str(session.session_key)

    def client(self, name: str = "") -> Any:
        """A client that is signed in, or one that is not."""
        from django.conf import settings
        from django.test import Client

        if name not in self._clients:
            one = Client(headers={"host": "127.0.0.1"})
            if name:
                one.cookies[settings.SESSION_COOKIE_NAME] = self.session(name)
            self._clients[name] = one
        return self._clients[name]

    def page(self, route: str, path: str, who: str = "", sessions: Any = None) -> None:
        """A page, and whom it is shown to: an account, or sessions, one for each visit."""
        from django.conf import settings

        if sessions is None:
            cookie = self.client(who).cookies.get(settings.SESSION_COOKIE_NAME)
            sessions = [cookie.value if cookie else ""] * VISITS
        self.pages.append({"route": route, "path": path, "sessions": list(sessions)})


def main(place: Path) -> None:
    set_up(place)
    from django.conf import settings
    from django.core.management import call_command

    # hangs every page and every kind of job on its list
    from totalplace.workbench import _views  # noqa: F401

    call_command("migrate", verbosity=0)
    world = World()
    for name, roles, *bodies in (
        ("ann", "analyst", "*"),
        ("bea", "analyst", WEST),
        ("eli", "analyst", EAST),
        ("gov", "governance"),
        ("adam", "admin"),
        ("vic", "viewer"),
    ):
        world.account(name, roles, *bodies)
    for made in (_loads, _queues, _cases, _releases, _others, _accounts, _steps):
        made(world, place)
    print(json.dumps({"cookie": settings.SESSION_COOKIE_NAME, "pages": world.pages}))


def _loads(world: World, place: Path) -> None:
    ann = world.client("ann")
    hand_over(ann, CREDITORS, body="Westwick Council", note="from the web site")
    run_jobs("look")
    upload = upload_of()
    base = f"/work/loads/{upload.pk}/"
    world.page("upload", base, "ann")
    world.page("upload-details", f"{base}details/", "ann")
    world.page("upload-mapping", f"{base}mapping/0/", "ann")
    other = CREDITORS.replace("Creditor,", "Paid whom,").replace("/06/", "/07/")
    looked = hand_over(ann, other, name="july.csv", body="Westwick Council")["Location"]
    run_jobs("look")
    again = f"/work/loads/{upload_of('july.csv').pk}/"
    answers = answers_of(ann.get(f"{again}mapping/0/").content.decode())
    agreed = answers | {"column-1": "payee", "column-4": "unit", "name": "Westwick creditors"}
    assert ann.post(f"{again}mapping/0/", agreed).status_code == 302
    assert run_jobs("look") == ["done"]
    world.page("upload", again, "ann")
    world.page("job", looked, "ann")
    hand_over(ann, b"\x89PNG\r\n\x1a\n" * 9, name="picture.csv")
    run_jobs("look")
    world.page("upload", f"/work/loads/{upload_of('picture.csv').pk}/", "ann")
    hand_over(ann, "Acme,01/04/2017,1.00\n" * 20, name="values.csv")
    run_jobs("look")
    base = f"/work/loads/{upload_of('values.csv').pk}/"
    world.page("upload", base, "ann")
    world.page("upload-header", f"{base}header/0/", "ann")
    world.page("loads", "/work/loads/", "ann")
    world.page("loads-search", "/work/loads/search/?q=Bad", "ann")
    world.page("upload-new", "/work/loads/new/", "ann")
    world.page("upload-new", "/work/loads/new/", "bea")
    with open_place(place) as one:
        state = one.folder.state()
    member = next(member for member in state.members if member.rejected)
    world.page("source", f"/work/sources/{member.sha256}/", "ann")
    world.page("rejects", f"/work/sources/{member.sha256}/rejects/0/", "ann")
    world.page("rows-only", f"/work/rows/{member.sha256}/", "ann")
    world.page("line", f"/work/lines/{member.sha256}:{member.member}:2:0/", "ann")
    world.page("returns", "/work/returns/", "ann")
    ann.post(f"/work/returns/{YEAR}/{EAST}/messages/", {"text": "Is April in it?"})
    world.page("return", f"/work/returns/{YEAR}/{EAST}/", "ann")
    world.page("return", f"/work/returns/{YEAR}/{EAST}/", "eli")


def _queues(world: World, _place: Path) -> None:
    ann = world.client("ann")
    world.page("jobs", "/jobs/", "ann")
    ann.post("/work/queues/recount/")
    run_jobs()
    from totalplace.workbench.queues.models import Item

    for queue in ("transfers", "payees", "payee_kinds", "unclassified"):
        world.page("queue", f"/work/queues/{queue}/", "ann")
        item = Item.objects.filter(queue=queue).first()
        assert item is not None
        world.page("queue-item", f"/work/queues/{queue}/items/{item.key}/?q=council", "ann")
    world.page("queues", "/work/queues/", "ann")
    world.page("queues", "/work/queues/", "bea")
    item = Item.objects.filter(queue="transfers", suggestions__0__value="same").first()
    assert item is not None
    ann.post("/work/queues/transfers/choose/", {f"choice-{item.key}": "same"})
    world.page("choices", "/work/queues/choices/", "ann")
    world.page("choices", "/work/queues/choices/", "bea")
    job = ann.post("/work/queues/effect/")["Location"].split("/")[2]
    assert run_jobs("effect") == ["done"]
    world.page("queue-effect", f"/work/queues/effect/{job}/", "ann")
    world.page("decisions", "/work/decisions/", "ann")
    world.page("decision", "/work/decisions/1/", "ann")
    world.page("home", "/work/", "ann")
    world.page("home", "/work/", "vic")


def _cases(world: World, _place: Path) -> None:
    from cases_here import PORTFOLIO, begin, decide, draft_of, send
    from django.core.files.uploadedfile import SimpleUploadedFile

    ann, gov = world.client("ann"), world.client("gov")
    names = ("Families first", "Care at home", "Safer streets")
    written, handed_in, kept = (begin(ann, "example", name) for name in names)
    empty = begin(ann, title="Only begun")
    assert send(ann, f"{written.page}edit/head/", {"title": "Families first, again"})
    rows = SimpleUploadedFile("rows.csv", b"id\n")
    ann.post(f"{written.page}files/", {"files": rows, "revision": draft_of(written.pk).revision})
    for one in (written, handed_in, kept):
        ann.post(f"{one.page}run/", {"draws": "400"})
    assert run_jobs("case") == ["done"] * 3
    for one in (handed_in, kept):
        assert send(ann, f"{one.page}submit/", {"why": "For the budget"}).status_code == 302
    assert decide(gov, kept, "approve", {"looked": "yes", "approval": "Sound"}).status_code == 302
    assert run_jobs("keep-case") == ["done"]
    world.page("cases", "/work/cases/", "ann")
    world.page("case-new", "/work/cases/new/", "ann")
    world.page("case", handed_in.page, "gov")
    world.page("case", written.page, "ann")
    world.page("case", empty.page, "ann")
    world.page("case-text", f"{written.page}text/", "ann")
    world.page("case-files", f"{written.page}files/", "ann")
    world.page("case-bodies", f"{written.page}bodies/", "ann")
    world.page("case-step", f"{written.page}edit/head/", "ann")
    world.page("case-step", f"{written.page}edit/narrative/", "ann")
    for step in ("activity/1/what", "outcome/1/chain", "outcome/1/time", "outcome/1/worth"):
        world.page("case-item", f"{written.page}edit/{step}/", "ann")
    for step in ("outcome/3/money", "outcome/3/evidence"):
        world.page("case-item", f"{written.page}edit/{step}/", "ann")
    # it was changed since it was run
    runs = {one.pk: one.runs.get().pk for one in (written, handed_in)}
    ann.post(f"{written.page}run/", {"draws": "400"})
    assert run_jobs("case") == ["done"]
    world.page("case-submit", f"{written.page}submit/", "ann")
    result = f"{handed_in.page}runs/{runs[handed_in.pk]}/"
    world.page("case-result", result, "gov")
    for part in ("results", "who-gains", "sensitivity", "assumptions", "audit"):
        world.page("case-result-part", f"{result}{part}/", "ann")
    world.page("case-compare", f"/work/cases/compare/?a={written.pk}&b={kept.pk}", "ann")
    world.page("case-kept", f"/work/approved/case/{kept.slug}/1/", "gov")
    pool = SimpleUploadedFile("pool.toml", PORTFOLIO.encode())
    page = ann.post("/work/cases/new/", {"way": "file", "files": pool})["Location"]
    ann.post(f"{page}try/", {"budget-0-0": "8", "budget-1-0": "8", "fence-0": "hard"})
    assert run_jobs("portfolio") == ["done"]
    run = draft_of(page.split("/")[3]).runs.get().pk
    world.page("case", page, "ann")
    world.page("case-files", f"{page}files/", "ann")
    world.page("case-try", f"{page}try/", "ann")
    world.page("case-result", f"{page}runs/{run}/", "ann")


def _releases(world: World, _place: Path) -> None:
    ann = world.client("ann")
    world.page("release-new", "/work/releases/new/", "ann")
    assert ann.post("/work/releases/new/", {"note": "June is in"}).status_code == 302
    assert run_jobs("propose") == ["done"]
    from totalplace.workbench.releases.models import Release

    release = Release.objects.get()
    world.page("releases", "/work/releases/", "ann")
    world.page("release", f"/work/releases/{release.pk}/", "ann")
    world.page("release", f"/work/releases/{release.pk}/", "gov")
    world.page("publication-withdraw", "/work/releases/publications/1/withdraw/", "gov")


def _others(world: World, _place: Path) -> None:
    from django.utils import timezone

    from totalplace.workbench.jobs.models import Job
    from totalplace.workbench.mistakes.models import Mistake
    from totalplace.workbench.saved.models import SavedView

    anybody, gov, ann = world.client(), world.client("gov"), world.client("ann")
    world.page("mistake-new", "/mistakes/new/")
    followed = anybody.post(
        "/mistakes/new/",
        {"page": "/money/", "text": "Too little", "seen": "£1", "contact": "a@example.org"},
    )["Location"]
    world.page("mistake-followed", followed)
    world.page("mistakes", "/work/mistakes/", "ann")
    world.page("mistake", f"/work/mistakes/{Mistake.objects.get().pk}/", "ann")
    ann.post("/work/views/", {"name": "By function", "address": "/money/?by=function"})
    assert SavedView.objects.count() == 1
    world.page("views", "/work/views/", "ann")
    failed = Job.objects.create(
        kind="recount",
        lane="quick",
        owner="ann",
        status="failed",
        finished=timezone.now(),
        stage="headline of 2017-18",
        log=[["2026-11-21T10:00:00+00:00", "headline of 2017-18"]],
        problems=[{"code": "x", "what": "it broke", "where": "a", "why": "b", "fix": "again"}],
    )
    world.page("job", f"/jobs/{failed.pk}/", "ann")
    gov.post("/audit/verify/")
    verified = run_jobs()
    assert (Job.objects.latest("id").kind, verified[-1]) == ("audit-verify", "done"), verified
    world.page("audit-verified", f"/audit/proofs/{Job.objects.latest('id').pk}/", "gov")
    world.page("audit", "/audit/", "gov")
    world.page("audit-row", "/audit/1/", "gov")


def _accounts(world: World, _place: Path) -> None:
    from django.utils import timezone

    from totalplace.workbench.accounts._hidden import hide
    from totalplace.workbench.accounts._second_factor import hidden_secret, new_secret

    world.account("old", "viewer", is_active=False)
    soon = timezone.now() + timedelta(hours=1)
    secret = hidden_secret(new_secret(), "new")
    world.account("new", "analyst", WEST, one_time_until=soon, second_factor=secret)
    for name in ("new", "old"):
        world.page("account-of", f"/admin/accounts/{name}/", "adam")
    for what in ("change", "close", "reset"):
        world.page(f"account-{what}", f"/admin/accounts/new/{what}/", "adam")
    shown = [
        world.session("adam", shown_once=hide("new abcd-efgh", "shown once")) for _ in range(VISITS)
    ]
    world.page("account-password", "/admin/accounts/new/password/", sessions=shown)
    world.page("account-new", "/admin/new/", "adam")
    world.page("accounts", "/admin/", "adam")
    world.page("account", "/account/", "ann")
    world.page("password", "/account/password/", "ann")
    world.page("prove", "/account/prove/", "ann")


def _steps(world: World, _place: Path) -> None:
    """Pages between the steps of signing in, and what is shown once or to nobody."""
    from django.conf import settings
    from django.test import Client

    from totalplace.workbench.accounts._hidden import hide
    from totalplace.workbench.accounts._second_factor import (
        hidden_secret,
        new_recovery_codes,
        new_secret,
    )

    factor = world.account(
        "factor", "analyst", "*", second_factor=hidden_secret(new_secret(), "factor")
    )
    world.account("bare", "analyst", "*")
    codes = hide("\n".join(new_recovery_codes(factor)), "shown once")
    world.page("sign-in", "/account/sign-in/")

    def begun(name: str) -> list[str]:
        client = Client(headers={"host": "127.0.0.1"})
        form = {"name": name, "password": PASSWORD}
        assert client.post("/account/sign-in/", form).status_code == 302
        return [client.cookies[settings.SESSION_COOKIE_NAME].value] * VISITS

    world.page("new-password", "/account/new-password/", sessions=begun("new"))
    world.page("second-factor-new", "/account/second-factor/new/", sessions=begun("bare"))
    for name in ("second-factor", "recovery-code"):
        path = f"/account/{name}/"
        world.page(name, path, sessions=begun("factor"))
    shown = [world.session("factor", shown_once=codes) for _ in range(VISITS)]
    world.page("recovery-codes", "/account/recovery-codes/", sessions=shown)
    world.page("recovery-codes", "/account/recovery-codes/", "factor")
    for path, who in (("/work/", ""), ("/audit/", "vic"), ("/work/none/", "ann")):
        world.page("refused", path, who)
    world.page("oidc", "/account/oidc/")
    world.page("oidc-back", "/account/oidc/back/")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
