"""The first page of the workbench: what waits for the account, and no more than it may see."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from totalplace.access import Actor


def test_everybody_signed_in_has_a_first_page(at_work: Path, signed_in: Any, anybody: Any) -> None:
    for roles in ("viewer", "analyst", "practitioner", "governance", "admin"):
        page = signed_in(roles, "*").get("/work/")
        assert page.status_code == 200
        assert "Nothing waits for you." in page.content.decode()
    assert anybody.get("/work/").status_code == 403


def test_the_areas_say_what_waits(at_work: Path, signed_in: Any) -> None:
    from totalplace import open_place
    from totalplace.workbench import _views  # noqa: F401 - hangs every kind of job on the list
    from totalplace.workbench.mistakes.models import Mistake
    from totalplace.workbench.queues import ask_recount
    from totalplace.workbench.queues._state import state_of
    from totalplace.workbench.queues.models import Recount
    from totalplace.workbench.releases.models import Release

    with open_place(at_work) as place:
        state = str(state_of(place))
    Recount.objects.create(state=state, headlines={"2017-18": {"net_pence": 123_456}})
    Mistake.objects.create(text="wrong", bodies=["mill"])
    Release.objects.create(note="April", proposed_by="ann", status="proposed")
    ask_recount(Actor("ann"))

    def seen(roles: str, *bodies: str, name: str = "") -> str:
        return str(signed_in(roles, *bodies, name=name).get("/work/").content.decode())

    analyst = seen("analyst", "mill", name="ann")
    assert "£1,234.56" in analyst
    assert "nothing of the year is published" in analyst
    assert "The place has changed since." not in analyst
    assert "1 mistake to answer" in analyst
    assert "Work out the headline and what is to be decided: waits" in analyst
    assert "to approve" not in analyst
    other = seen("analyst", "ford", name="bea")
    assert "mistake" not in other.partition("<main")[2]
    assert "Work out the headline" not in other
    governance = seen("governance", name="cid")
    assert "1 publication to approve" in governance
    assert "£1,234.56" in governance
    viewer = seen("viewer", "*", name="dee")
    assert "£1,234.56" not in viewer
    assert "Nothing waits for you." in viewer


def test_a_headline_of_another_state_says_so(at_work: Path, signed_in: Any) -> None:
    from totalplace.workbench.queues.models import Recount

    Recount.objects.create(state="of long ago", headlines={"2017-18": {"net_pence": 1}})
    page = signed_in("analyst", "*").get("/work/").content.decode()
    assert "The place has changed since." in page
