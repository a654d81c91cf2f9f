"""The jobs of cases: running a draft, and keeping what a second person has approved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from totalplace import open_place
from totalplace.access import Actor
from totalplace.errors import Problem, RequestError, TotalplaceError
from totalplace.workbench._ask import may
from totalplace.workbench.jobs import Progress, enqueue, job_kind

if TYPE_CHECKING:
    from totalplace import Place
    from totalplace._api._kept_cases import KeptCase
    from totalplace.workbench.cases.models import Draft, Run

__all__ = ["begin_keep", "begin_run"]


def begin_run(run: Run, actor: Actor, *, asked: int | None) -> int:
    """Have a draft run; the number of the job."""
    kind = "portfolio" if run.draft.is_portfolio else "case"
    job = enqueue(kind, {"run": run.pk}, actor=actor, bodies=run.draft.bodies, asked=asked)
    run.job = int(job.pk)
    run.save()
    return run.job


def begin_keep(draft: Draft, actor: Actor, *, asked: int | None) -> int:
    """Have an approved case kept by the place; the number of the job."""
    job = enqueue("keep-case", {"case": draft.pk}, actor=actor, bodies=draft.bodies, asked=asked)
    draft.job = int(job.pk)
    type(draft).objects.filter(pk=draft.pk).update(job=draft.job)
    return draft.job


@job_kind("case", "Run a case", lane="quick", result_page="case-of-job")
def run_draft(facts: Mapping[str, Any], told: Progress) -> Mapping[str, Any]:
    """Work out a case over its draws; begun again it finds the same."""
    from totalplace.cases import read_case_text, run_case
    from totalplace.cases._beside import at_home
    from totalplace.workbench.cases._text import laid_out, place_bodies, read_draft

    run = _run(facts)
    draft = run.draft
    told(_("reading the case"))
    read = read_draft(draft)
    if read.problems:
        raise RequestError(list(read.problems))
    with laid_out(draft) as folder:
        bodies = place_bodies(read.data)
        case = read_case_text(draft.text, draft.file_name, folder=folder, bodies=bodies)
        told(_("drawing its numbers %(n)s times") % {"n": f"{run.draws:,}"})
        found = run_case(case, draws=run.draws, perspective=run.perspective or None)
        run.document = at_home(found.document, folder)
    run.save()
    return {"case": draft.pk, "revision": run.revision, "run_hash": found.run_hash}


@job_kind("portfolio", "Solve a portfolio", lane="long", result_page="case-of-job")
def run_portfolio(facts: Mapping[str, Any], told: Progress) -> Mapping[str, Any]:
    """Find what a portfolio should buy, with the budgets and fences that are tried."""
    from totalplace.cases._beside import at_home, problems_at_home
    from totalplace.cases.portfolio import run_portfolio as solve
    from totalplace.cases.portfolio import share_portfolio as share
    from totalplace.workbench.cases._text import laid_out, read_draft
    from totalplace.workbench.cases._tried import with_tried

    run = _run(facts)
    draft = run.draft
    told(_("reading the portfolio"))
    read = read_draft(draft)
    if read.problems:
        raise RequestError(list(read.problems))
    with laid_out(draft, with_tried(draft.text, run.tried)) as folder:
        told(_("solving it, fenced and as one pot"))
        try:
            document = dict(solve(folder / draft.file_name).document)
            if "share" in read.data:
                told(_("sharing the gain"))
                document["share"] = share(folder / draft.file_name).document
        except RequestError as error:
            raise RequestError(problems_at_home(error.problems, folder)) from error
        run.document = at_home(document, folder)
    run.save()
    return {"case": draft.pk, "revision": run.revision, "gap": run.document.get("gap")}


@job_kind("keep-case", "Keep an approved case", lane="quick", result_page="case-of-job")
def keep(facts: Mapping[str, Any], told: Progress) -> Mapping[str, Any]:
    """Have the place keep what a second person has approved; begun again it is kept once."""
    from totalplace.workbench.cases.models import Draft

    draft = Draft.objects.get(pk=facts["case"])
    if draft.status == "kept" and draft.kept is not None:
        return {"case": draft.pk, "kept": draft.kept}
    if draft.status != "keeping" or not _still_may(draft):
        raise RequestError(_not_approved(draft))
    assert draft.decided is not None
    try:
        with open_place(settings.TOTALPLACE_PLACE) as place:
            told(_("running it once more, and keeping it"))
            when = draft.decided.isoformat()
            made = _made(place, draft, when)
    except TotalplaceError as error:
        draft.status = "submitted"
        draft.problems = [one.as_dict() for one in error.problems]
        draft.save()
        raise
    draft.status, draft.kept, draft.problems = "kept", made.revision, []
    draft.save()
    return {"case": draft.pk, "kept": made.revision, "run_hash": made.run_hash}


def _made(place: Place, draft: Draft, when: str) -> KeptCase:
    """What the place keeps of a draft; what it keeps already if the work was begun before."""
    listed = place.portfolios if draft.is_portfolio else place.cases
    before: KeptCase
    for before in listed(every=True).facts:
        if before.slug == draft.slug and before.when == when:
            return before
    told: dict[str, Any] = {
        "files": {name: text.encode() for name, text in draft.files.items()},
        "who": draft.submitted_by,
        "approved_by": draft.decided_by,
        "when": when,
        "why": draft.reason,
    }
    if draft.is_portfolio:
        return place.keep_portfolio(draft.text, **told).facts
    return place.keep_case(draft.text, draws=_draws(draft), **told).facts


def _draws(draft: Draft) -> int:
    from totalplace.workbench.cases.models import Run

    run = None if draft.run is None else Run.objects.filter(pk=draft.run).first()
    return run.draws if run is not None and run.draws else 10_000


def _still_may(draft: Draft) -> bool:
    """Whether who has approved it may still do so: the work may have waited for long."""
    from totalplace.workbench.accounts.models import Account

    account = Account.objects.filter(name=draft.decided_by).first()
    if account is None:
        return False
    # the second factor was given when it was approved
    actor = account.actor(timezone.now())
    return may(actor, "approve", draft.thing_for(actor))


def _not_approved(draft: Draft) -> Problem:
    return Problem(
        "not_approved",
        _("only what a second person has approved is kept"),
        draft.title,
        _("it is not approved, or the account that approved it may no longer approve it"),
        _("have somebody of information governance look at it and approve it"),
    )


def _run(facts: Mapping[str, Any]) -> Run:
    from totalplace.workbench.cases._exports import as_of
    from totalplace.workbench.cases.models import Run

    run = Run.objects.filter(pk=facts["run"]).select_related("draft").first()
    if run is None:
        raise RequestError(
            Problem(
                "no_such_case",
                _("there is no case to run"),
                f"run {facts['run']}",
                _("it was removed meanwhile"),
                _("begin it again from the list of cases"),
            )
        )
    # what was asked for is what stood there then
    as_of(run)
    return run
