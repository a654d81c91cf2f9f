"""Every role, at every address, with things of its own body and of another's: nothing comes out.

The addresses are those of the URL configuration; one that this test does not know fails it. What
may be answered is worked out here from the facts of each thing, not from the views: its class of
data, its bodies, its owner. Words that stand only in the things of one body are searched for in
every answer.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from queues.unsettled_place import HEADER, YEAR, unsettled

from totalplace import open_place
from totalplace.access import NOBODY, Actor, Thing, decide

pytestmark = [pytest.mark.slow, pytest.mark.early, pytest.mark.xdist_group("workbench-matrix")]

STARTER = (resources.files("totalplace.cases") / "data" / "starter.toml").read_text("utf-8")
WEST, EAST = "westwick-council", "eastwick-council"
BODIES = {WEST: "Westwick Council", EAST: "Eastwick Council"}
ABSENT = "absent"
ACTORS: dict[str, tuple[str, tuple[str, ...], bool]] = {
    "viewer": ("viewer", (), True),
    "practitioner": ("practitioner", ("*",), True),
    "admin": ("admin", (), True),
    "governance": ("governance", (), True),
    "analyst of none": ("analyst", (), True),
    "analyst of west": ("analyst", (WEST,), True),
    "analyst of all": ("analyst", ("*",), True),
    "analyst without a code": ("analyst", ("*",), False),
}
"""Whose they are: roles, bodies, whether the second factor was given. Nobody comes beside them."""


@dataclass(frozen=True)
class Made:
    """A thing at an address: the parts of its path, and what the rules see of it."""

    parts: Mapping[str, Any]
    thing: Thing
    is_there: bool = True


@pytest.fixture(scope="module")
def made_place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("matrix")
    made = unsettled(folder)
    with open_place(made) as place:
        for body, name in BODIES.items():
            # a payment of so many pence and a half is rejected
            paid = f"{name},Parks,Fees,03/05/2017,1,9.005,Refused{body[:4]}"
            kept = f"{name},Parks,Fees,03/05/2017,2,9.00,Acme Ltd"
            path = folder / f"faulty-{body}.csv"
            path.write_text("\n".join([HEADER, kept, paid, ""]))
            assert place.add(path).facts.files[0].rejected == 1
        place.keep_case(
            STARTER.replace("Keeping children", "keptword"),
            who="x",
            approved_by="y",
            why="z",
            draws=20,
        )
    return made


@pytest.fixture
def place(made_place: Path, tmp_path: Path, database: None) -> Iterator[Path]:
    from settings_here import working_on

    folder = shutil.copytree(made_place, tmp_path / "place")
    with working_on(folder):
        yield folder


@dataclass
class World:
    """The things of both bodies, by the name of the route at which they are asked for."""

    things: dict[str, list[Made]]
    words: dict[str, Thing]
    """Words that stand in one thing alone -> that thing."""


def world(place: Path, signed_in: Any) -> World:
    """Things of each kind, of West, of East and of nobody, with words that betray them."""
    from django.utils import timezone
    from jobs_here import run_jobs

    from totalplace.cases import read_case_text, run_case
    from totalplace.workbench.audit.models import Entry
    from totalplace.workbench.cases.models import Draft, Run
    from totalplace.workbench.jobs import enqueue
    from totalplace.workbench.jobs.models import Job
    from totalplace.workbench.loads.models import Upload
    from totalplace.workbench.mistakes.models import Mistake
    from totalplace.workbench.queues.models import Item, parted
    from totalplace.workbench.releases.models import Release
    from totalplace.workbench.returns.models import Message
    from totalplace.workbench.saved.models import SavedView

    owner = "somebody-else"
    words: dict[str, Thing] = {}
    things: dict[str, list[Made]] = {}

    def known(routes: str, parts: Mapping[str, Any], thing: Thing) -> None:
        for name in routes.split():
            things.setdefault(name, []).append(Made(parts, thing))

    def absent(routes: str, parts: Mapping[str, Any], data_class: str) -> None:
        for name in routes.split():
            things.setdefault(name, []).append(Made(parts, Thing(data_class), is_there=False))

    with open_place(place) as one:
        one.decide("Quibbleword", what="alias", value="none", why="quibbleword", who="x")
        state = one.folder.state()
    signed_in("analyst", "*", name="counter").post("/work/queues/recount/")
    run_jobs()

    sources = {
        body: next(m for m in state.members if m.dataset == "spend" and m.body_id == body)
        for body in (WEST, EAST)
    }
    on_uploads = "upload upload-details upload-load upload-look upload-remove"
    on_rows = "source source-licence rows-only"
    on_cases = (
        "case case-add case-approve case-bodies case-files case-remove case-return case-run"
        " case-submit case-take-back case-text case-toml case-form"
    )
    document = dict(run_case(read_case_text(STARTER), draws=20).document)
    for body, member in sources.items():
        bodies = frozenset([body])
        word = f"canary{body[:4]}"
        upload = Upload.objects.create(
            name=f"{word}upload.csv",
            size_bytes=1,
            sha256="0" * 64,
            body_id=body,
            owner=owner,
            note=f"{word}note",
        )
        known(on_uploads, {"id": upload.pk}, upload.thing)
        words[f"{word}upload"] = words[f"{word}note"] = upload.thing
        known(on_rows, {"sha256": member.sha256}, Thing("line", "1", bodies))
        line_id = f"{member.sha256}:{member.member}:2:1"
        known("line", {"line_id": line_id}, Thing("line", "1", bodies))
        public_id = hashlib.sha256(line_id.encode()).hexdigest()[:16]
        public = {"sha256": member.sha256, "public_id": public_id, "row_no": 2, "column_no": 1}
        known("public-line", public, Thing("line", "1", bodies))
        Message.objects.create(
            year=YEAR, body_id=body, is_answer=False, text=f"{word}message", by=owner
        )
        returned = Thing("return", body, bodies)
        known(
            "return return-message return-sign-off return-template",
            {"year": YEAR, "body_id": body},
            returned,
        )
        words[f"{word}message"] = returned
        job = Job.objects.create(
            kind="recount",
            lane="quick",
            owner=owner,
            bodies=[body],
            status="failed",
            stage=f"{word}stage",
            log=[[timezone.now().isoformat(), f"{word}log"]],
            problems=[{"code": "x", "what": f"{word}job", "where": "", "why": "", "fix": ""}],
        )
        thing = Thing("job", str(job.pk), bodies, owner)
        known("job job-json job-cancel upload-of-job", {"id": job.pk}, thing)
        words[f"{word}stage"] = words[f"{word}log"] = words[f"{word}job"] = thing
        mistake = Mistake.objects.create(
            page="/money/", text=f"{word}mistake", contact=f"{word}@contact.example", bodies=[body]
        )
        thing = Thing("mistake", str(mistake.pk), bodies)
        known("mistake", {"id": mistake.pk}, thing)
        words[f"{word}mistake"] = words[f"{word}@contact"] = thing
        draft = Draft.objects.create(
            title=f"{word}case",
            text=STARTER.replace("Keeping children", f"{word}text"),
            bodies=[body],
            owner=owner,
            authors=[owner],
            status="submitted",
            submitted_by=owner,
            why=f"{word}why",
            revision=1,
        )
        case_job = Job.objects.create(
            kind="case", lane="quick", owner=owner, bodies=[body], status="done"
        )
        run = Run.objects.create(
            draft=draft, revision=1, by=owner, draws=20, job=case_job.pk, document=document
        )
        thing = draft.thing
        known(on_cases, {"id": draft.pk}, thing)
        known("case-step", {"id": draft.pk, "step": "head"}, thing)
        known("case-item", {"id": draft.pk, "kind": "outcome", "n": 1, "step": "what"}, thing)
        known("case-item-remove", {"id": draft.pk, "kind": "outcome", "n": 1}, thing)
        known("case-result", {"id": draft.pk, "run": run.pk}, thing)
        known("case-result-part", {"id": draft.pk, "run": run.pk, "part": "audit"}, thing)
        known("case-chart", {"id": draft.pk, "run": run.pk, "name": "so_far.svg"}, thing)
        known("case-file", {"id": draft.pk, "run": run.pk, "suffix": "json"}, thing)
        known("case-of-job", {"id": case_job.pk}, thing)
        words[f"{word}case"] = words[f"{word}text"] = words[f"{word}why"] = thing
        pool = Draft.objects.create(
            kind="portfolio", title=f"{word}pool", text="", bodies=[body], owner=owner
        )
        known("case-try", {"id": pool.pk}, pool.thing)
        words[f"{word}pool"] = pool.thing
    kept = {"kind": "case", "slug": "my-case", "n": 1}
    approved = Thing("release", "case my-case 1")
    known("case-kept", kept, approved)
    known("case-kept-chart", {**kept, "name": "so_far.svg"}, approved)
    words["keptword"] = approved
    for member in state.members:
        if member.rejected and member.body_id:
            thing = Thing("upload", "1", frozenset([member.body_id]))
            at = {"sha256": member.sha256, "index": member.member_index}
            known("rejects rejects-file", at, thing)
            words[f"Refused{member.body_id[:4]}"] = thing
    words["Mr C Example"] = Thing("line", "1", frozenset([EAST]))
    words["Mrs B Example"] = Thing("line", "1", frozenset([WEST]))

    for item in Item.objects.all():
        thing = Thing("queue", item.key, parted(item.bodies))
        known("queue-item", {"queue": item.queue, "key": item.key}, thing)
    known("queue queue-choose", {"queue": "payees"}, Thing("queue"))
    release = Release.objects.create(
        note="canaryrelease", proposed_by=owner, status="refused", reason="canaryreason"
    )
    thing = Thing("release", str(release.pk), owner=owner)
    known("release release-approve release-refuse", {"id": release.pk}, thing)
    words["canaryrelease"] = words["canaryreason"] = thing
    job = enqueue("propose", {"release": release.pk}, actor=Actor(owner))
    Job.objects.filter(pk=job.pk).update(status="done")
    Release.objects.filter(pk=release.pk).update(job=job.pk)
    known("release-of-job", {"id": job.pk}, thing)
    view = SavedView.objects.create(owner=owner, name="canaryview", address="/")
    words["canaryview"] = Thing("view", str(view.pk), owner=owner)
    known("view-remove", {"id": view.pk}, words["canaryview"])
    signed_in("viewer", name=owner)
    from totalplace.workbench.accounts.models import Account

    Account.objects.filter(name=owner).update(full_name="canaryname")
    accounts = Thing("accounts", owner)
    known(
        "account-of account-change account-close account-open account-password account-reset",
        {"name": owner},
        accounts,
    )
    words["canaryname"] = accounts
    last = Entry.objects.order_by("-n").first()
    assert last is not None
    known("audit-row", {"n": last.n}, Thing("audit", str(last.n)))
    known("audit-file", {"suffix": "csv"}, Thing("audit"))
    known("decision decision-undo", {"n": 1}, Thing("decision", "1"))
    words["quibbleword"] = Thing("decision", "1")

    for number in (987_654,):
        absent("job job-json job-cancel upload-of-job", {"id": number}, "job")
        absent("release release-approve release-refuse release-of-job", {"id": number}, "release")
        absent("publication-withdraw", {"n": number}, "release")
        absent("mistake", {"id": number}, "mistake")
        absent("view-remove", {"id": number}, "view")
        absent("audit-row", {"n": number}, "audit")
        absent("audit-verified", {"id": number}, "audit")
        absent("decision decision-undo", {"n": number}, "decision")
        absent("queue-effect", {"id": number}, "job")
        absent("queue-save", {"id": number}, "decision")
        absent("upload-mapping upload-header", {"id": ABSENT, "n": 1}, "upload")
        absent("case-of-job", {"id": number}, "case")
        absent("case-result", {"id": ABSENT, "run": number}, "case")
        absent("case-kept", {"kind": "case", "slug": "my-case", "n": number}, "release")
    absent(f"{on_cases} case-try", {"id": ABSENT}, "case")
    absent(on_uploads, {"id": ABSENT}, "upload")
    absent("queue queue-choose", {"queue": ABSENT}, "queue")
    absent("queue-item", {"queue": "payees", "key": ABSENT}, "queue")
    absent("line", {"line_id": f"{'0' * 64}::1:1"}, "line")
    public = {"sha256": "0" * 64, "public_id": "-", "row_no": 1, "column_no": 1}
    absent("public-line", public, "line")
    absent(on_rows, {"sha256": "0" * 64}, "line")
    absent("rows", {"sha256": "0" * 64, "member": "x"}, "line")
    absent("rejects rejects-file", {"sha256": "0" * 64, "index": 0}, "upload")
    absent("mistake-followed", {"reference": "aaaa-bbbb-cccc-dddd"}, "mistake")
    absent("account-of account-change", {"name": ABSENT}, "accounts")
    absent("return return-template", {"year": YEAR, "body_id": ABSENT}, "return")
    return World(things, words)


@pytest.fixture
def asked(place: Path, signed_in: Any, anybody: Any) -> tuple[World, dict[str, Any]]:
    made = world(place, signed_in)
    clients = {"nobody": (NOBODY, anybody)}
    from django.utils import timezone

    for name, (roles, bodies, factor) in ACTORS.items():
        client = signed_in(roles, *bodies, name=name.replace(" ", "-"), factor=factor)
        clients[name] = (
            Actor(
                name.replace(" ", "-"),
                frozenset([roles]),
                frozenset(bodies),
                second_factor_at=timezone.now() if factor else None,
            ),
            client,
        )
    return made, clients


def test_no_role_gets_what_is_not_for_it(asked: tuple[World, dict[str, Any]]) -> None:
    from django.urls import reverse
    from django.utils import timezone

    from totalplace.workbench._route import ROUTES, Access

    made, clients = asked
    own = {"account"}
    faults: list[str] = []
    number = 0
    # signing in again ends a session: its steps come last
    none = Access("", "")
    steps = {name for name in ROUTES if ROUTES[name].allow.get("GET", none).action == "sign_in"}
    for name in sorted(ROUTES, key=lambda name: name in steps):
        route = ROUTES[name]
        has_parts = "<" in route.path
        found = made.things.get(name, [])
        if has_parts and not found:
            faults.append(f"{name}: no thing of this address is known to the test")
        cases = found or [Made({}, Thing(next(iter(route.allow.values())).data_class))]
        for who, (actor, client) in clients.items():
            for case in cases:
                for method, access in route.allow.items():
                    thing = Thing(
                        access.data_class, case.thing.id, case.thing.bodies, case.thing.owner
                    )
                    if access.data_class in own and route.thing is not None:
                        thing = Thing(access.data_class, actor.name, owner=actor.name)
                    if not case.is_there:
                        thing = Thing(access.data_class, "?", frozenset(["?"]), "?")
                    may = decide(actor, access.action, thing, now=timezone.now()).allowed
                    if method == "POST" and may:
                        continue  # what it does is for the tests of its own page
                    number += 1
                    path = reverse(name, kwargs=dict(case.parts))
                    answer = client.get(path) if method == "GET" else client.post(path)
                    text = _text(answer)
                    where = f"{who}: {method} {path} ({answer.status_code})"
                    if may and answer.status_code in {401, 403}:
                        faults.append(f"{where} is denied: {_why(text)}")
                    if not may and answer.status_code != 403:
                        faults.append(f"{where} is not denied")
                    if not may and not _why(text):
                        faults.append(f"{where} does not say why")
                    faults += [
                        f"{where} shows {word}"
                        for word, of in made.words.items()
                        if word in text and not decide(actor, "see", of, now=timezone.now()).allowed
                    ]
    assert number > 1_000
    assert not faults, "\n".join(faults[:100])


def _text(answer: Any) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    told = " ".join(f"{name}: {value}" for name, value in answer.headers.items())
    return f"{told} {content.decode('utf-8', 'replace')}"


def _why(text: str) -> str:
    found = re.search(r"""Why</dt><dd [^>]*>([^<]+)|"why": "([^"]+)""", text)
    return "" if found is None else (found[1] or found[2])


def test_search_shows_nothing_that_is_not_for_who_asks(
    asked: tuple[World, dict[str, Any]],
) -> None:
    from django.utils import timezone

    made, clients = asked
    faults = []
    paths = ("/work/loads/search/", "/work/loads/", "/audit/", "/work/decisions/")
    for who, (actor, client) in clients.items():
        nothing = {
            path: _text(client.get(path, {"q": "zzzz", "who": "zzzz"})).count("zzzz")
            for path in paths
        }
        for word, of in made.words.items():
            if decide(actor, "see", of, now=timezone.now()).allowed:
                continue
            for path in paths:
                text = _text(client.get(path, {"q": word, "who": word}))
                # the word stands where it was typed, and nowhere else
                found = text.replace(f'value="{word}"', "").count(word)
                if found > max(nothing[path], 1):
                    faults.append(f"{who}: {path} shows {word} {found} times")
    assert faults == []


def test_every_address_stands_on_the_map(tables: None) -> None:
    from totalplace.workbench._route import ROUTES
    from totalplace.workbench.urls import urlpatterns

    names = {pattern.name for pattern in urlpatterns}  # type: ignore[union-attr]
    assert names - set(ROUTES) == {"colour"}
    for pattern in urlpatterns:
        if pattern.name != "colour":  # type: ignore[union-attr]
            assert getattr(pattern.callback, "access", None) == "decided", pattern  # type: ignore[union-attr]
