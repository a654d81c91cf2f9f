"""Accounts by command, in a process of its own: what it does, refuses, and leaves in the audit."""

from __future__ import annotations

import getpass
import json
from pathlib import Path
from typing import Any

from accounts_here import ask, codes, make_account, outcomes, sign_in

OPERATOR = f"operator:{getpass.getuser()}"


def test_an_account_is_made_listed_closed_opened_and_reset(at_work: Path, browser: Any) -> None:
    made = ask("add", name="ann", full_name="Ann Lee", roles=["analyst"], bodies=["trafford mbc"])
    assert made["account"]["bodies"] == ["trafford"]
    assert made["account"]["needs_second_factor"]
    client = browser()
    answer = sign_in(client, "ann", made["one_time_password"])
    assert answer["Location"] == "/account/new-password/"
    (listed,) = ask("list")["accounts"]
    assert listed == made["account"]
    assert ask("close", name="ann")["account"]["is_open"] is False
    assert ask("open", name="ann")["account"]["is_open"] is True
    again = ask("reset", name="ann")
    assert again["one_time_password"] != made["one_time_password"]
    make_account("bob", "analyst", has_factor=True)
    assert ask("reset", name="bob")["account"]["has_second_factor"] is True
    assert ask("reset", name="bob", second_factor=True)["account"]["has_second_factor"] is False
    told = [one for one in outcomes() if one.get("account") == "bob"]
    assert [one["reset"] for one in told] == [["password"], ["password", "second factor"]]
    told = [one for one in outcomes() if one.get("account") == "ann" and one["who"] == OPERATOR]
    assert [sorted(set(one) - {"account", "who"}) for one in told] == [
        ["made"],
        ["closed", "sessions_ended"],
        ["closed"],
        ["reset", "sessions_ended"],
    ]
    assert made["one_time_password"] not in str(outcomes())


def test_what_is_wrong_is_told_at_once_and_stands_in_the_audit(at_work: Path) -> None:
    wrong = {"full_name": "", "roles": ["king"], "bodies": []}
    assert codes(ask("add", name="a b", **wrong)) == ["bad_name", "bad_roles"]
    assert codes(ask("add", name="ann", full_name="", roles=["analyst"], bodies=["Atlantis"])) == [
        "unknown_body"
    ]
    assert codes(ask("reset", name="nobody")) == ["unknown_account"]
    assert {"problems": ["unknown_account"], "who": OPERATOR} in outcomes()


def test_a_code_is_told_of_no_account_of_a_real_place(at_work: Path) -> None:
    make_account("demo-analyst", "analyst", has_factor=True, is_demo=True)
    assert codes(ask("code", name="demo-analyst")) == ["not_fictional"]
    assert codes(ask("demo")) == ["not_fictional"]
    # the files of the fictional place beside it do not make it one
    (at_work / "published").mkdir()
    manifest = {"area": ["T47000001"], "files": []}
    (at_work / "published" / "manifest.json").write_text(json.dumps(manifest))
    assert codes(ask("code", name="demo-analyst")) == ["not_fictional"]
    (at_work / "published" / "manifest.json").write_text(json.dumps({"area": ["E08000003"]}))
    assert codes(ask("code", name="demo-analyst")) == ["not_fictional"]


def test_the_first_admin_is_made_once(at_work: Path, browser: Any) -> None:
    from totalplace.workbench.accounts import first_admin

    first = first_admin()
    assert first is not None
    assert first["name"] == "admin"
    assert sign_in(browser(), "admin", first["password"])["Location"] == "/account/new-password/"
    assert first_admin() is None
