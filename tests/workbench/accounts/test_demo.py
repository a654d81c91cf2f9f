"""The accounts of the fictional place: made for each role, told again, and of no other place."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from accounts_here import ask, codes, make_account, sign_in

import tiny_place

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def invented(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place of the area that is invented, with the list of its files beside it."""
    from totalplace import new_place
    from totalplace.synth import PLACE_AREA

    folder = tmp_path_factory.mktemp("invented")
    registers = tiny_place.write_registers(folder)
    for path in registers:
        path.write_text(path.read_text().replace("Z47000001", PLACE_AREA))
    place = folder / "place"
    new_place(
        place,
        name="Marlbrook",
        areas=[PLACE_AREA],
        year=tiny_place.YEAR,
        registers=registers,
        publisher="nobody",
        licence="fictional",
    ).close()
    (place / "published").mkdir()
    (place / "published" / "manifest.json").write_text(json.dumps({"area": [PLACE_AREA]}))
    return place


@pytest.fixture
def empty_place(invented: Path, tmp_path: Path) -> Path:
    """The place that these tests work on."""
    return Path(shutil.copytree(invented, tmp_path / "demo"))


def test_the_demonstration_has_an_account_for_each_role(at_work: Path) -> None:
    from django.test import Client

    from totalplace.access import ROLES

    accounts = {one["name"]: one for one in ask("demo")["accounts"]}
    assert {one["role"] for one in accounts.values()} == set(ROLES) - {"operator"}
    assert accounts["demo-analyst"]["bodies"] == ["*"]
    (body,) = accounts["demo-analyst-2"]["bodies"]
    assert body.endswith("-council")
    for name, one in accounts.items():
        client = Client(headers={"host": "127.0.0.1"})
        answer = sign_in(client, name, one["password"])
        if one["code"]:
            assert answer["Location"] == "/account/second-factor/"
            answer = client.post("/account/second-factor/", {"code": one["code"]})
        assert answer["Location"] == "/work/"
        assert client.get("/work/").status_code == 200
    # the code was used: the next is another, and is taken at once
    told = ask("code", name="demo-analyst")
    assert told["code"] != accounts["demo-analyst"]["code"]
    assert 0 < told["seconds"] <= 90
    client = Client(headers={"host": "127.0.0.1"})
    sign_in(client, "demo-analyst", accounts["demo-analyst"]["password"])
    answer = client.post("/account/second-factor/", {"code": told["code"]})
    assert answer["Location"] == "/work/"
    assert codes(ask("code", name="demo-viewer")) == ["no_second_factor"]


def test_the_demonstration_made_again_has_the_same_passwords(at_work: Path) -> None:
    from totalplace.workbench.accounts.models import Account

    first = ask("demo")["accounts"]
    Account.objects.filter(name="demo-viewer").update(is_active=False, password="!", roles=[])
    again = ask("demo")["accounts"]
    assert [one["password"] for one in again] == [one["password"] for one in first]
    held = Account.objects.get(name="demo-viewer")
    assert held.is_open
    assert held.check_password(again[0]["password"])


def test_the_demonstration_takes_no_account_or_database_of_real_people(at_work: Path) -> None:
    make_account("ann", "analyst")
    assert codes(ask("demo")) == ["not_demo_account"]
    make_account("demo-viewer", "viewer")
    assert codes(ask("demo")) == ["not_demo_account"]
    make_account("demo-admin", "admin", has_factor=True)
    assert codes(ask("code", name="demo-admin")) == ["not_demo_account"]
    assert codes(ask("code", name="none")) == ["unknown_account"]
