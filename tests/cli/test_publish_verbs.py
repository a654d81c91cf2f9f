"""publish, withdraw, and what they need: add --publisher --licence, decide --what licence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import tiny_place
from cli.conftest import Run


def test_publish_stops_at_sources_without_a_licence(run: Run, made: Path) -> None:
    ran = run("publish", made, "--json")
    assert ran.code == 2
    assert set(ran.codes) == {"no_licence"}
    assert ran.codes.count("no_licence") > 2
    assert "totalplace decide" in ran.err
    assert not (made / "public" / "1").exists()


@pytest.mark.slow
def test_publish_then_withdraw(run: Run, tiny: Path) -> None:
    ran = run("decide", tiny, "*", "--what", "licence", "--value", "own", "--why", "ours", "--json")
    assert ran.code == 0
    assert ran.document["decisions"][0]["value"] == "own"
    ran = run("publish", tiny, "--json")
    assert ran.code == 0
    document = ran.document
    folder = tiny / "public" / str(document["publication"])
    manifest = json.loads((folder / "publication.json").read_text())
    assert document["path"] == str(folder)
    assert document["years"] == manifest["years"] == [tiny_place.YEAR]
    assert document["files"] == len(manifest["files"])
    assert document["bytes"] == sum(one["bytes"] for one in manifest["files"].values())
    assert document["not_counted"] == {}
    assert set(document["withheld"]) == {"individual", "redacted", "unrecognised"}
    n = document["publication"]

    ran = run("withdraw", tiny, n)
    assert (ran.code, "no_reason" in ran.err or "reason" in ran.err) == (2, True)
    ran = run("withdraw", tiny, n, "--reason", "a file was loaded twice", "--json")
    assert ran.code == 0
    assert ran.document["n"] == n
    assert ran.document["reason"] == "a file was loaded twice"
    assert [path.name for path in folder.iterdir()] == ["withdrawn.json"]
    ran = run("publish", tiny, "--at", n, "--json")
    assert (ran.code, ran.codes) == (2, ["withdrawn"])
    ran = run("withdraw", tiny, 99, "--reason", "?", "--json")
    assert (ran.code, ran.codes) == (2, ["unknown_publication"])


@pytest.mark.slow
def test_publish_tells_in_words(run: Run, tiny: Path) -> None:
    assert run("publish", tiny, "--at", 7).code == 2
    facts = (tiny / "place.toml").read_text()
    (tiny / "place.toml").write_text(facts.replace('["2017-18"]', '["2017-18", "2001-02"]'))
    run("decide", tiny, "*", "--what", "licence", "--value", "OGL", "--why", "terms of use")
    ran = run("publish", tiny)
    assert ran.code == 0
    n = len(list((tiny / "snapshots").iterdir()))
    assert f"Published Tinyshire, snapshot {n} (2017-18)" in ran.out
    assert "Licence: OGL-UK-3.0." in ran.out
    assert "2001-02 is left out: its files are of 2017-18" in ran.err
    assert "Contains public sector information of Eastwick Council" in ran.out
    ran = run("withdraw", tiny, n, "--reason", "too early")
    assert ran.out.startswith(f"Withdrew publication {n}")


def test_add_keeps_who_published_it_and_under_which_licence(
    run: Run, tiny: Path, tmp_path: Path
) -> None:
    spend = tiny_place.write_spend(tmp_path)
    ran = run("add", tiny, spend, "--licence", "nonsense", "--json")
    assert (ran.code, ran.codes) == (2, ["unknown_licence"])
    ran = run("add", tiny, spend, "--publisher", "Westwick", "--licence", "ogl v3", "--json")
    assert ran.code == 0
    facts = tiny / "sources" / ran.document["files"][0]["sha256"][:2]
    source = json.loads((facts / f"{ran.document['files'][0]['sha256']}.json").read_text())
    assert (source["publisher"], source["licence"]) == ("Westwick", "OGL-UK-3.0")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("*", "--what", "licence", "--value", "mine"), "unknown_licence"),
        (("beef", "--what", "licence", "--value", "own"), "unknown_source"),
        (("body:nobody", "--what", "licence", "--value", "own"), "unknown_body"),
        (("Acme", "--what", "payee_kind", "--value", "shop"), "unknown_payee_kind"),
        (("Acme", "--what", "payee_kind"), "no_value"),
    ],
)
def test_wrong_decisions(run: Run, made: Path, words: tuple[str, ...], code: str) -> None:
    ran = run("decide", made, *words, "--why", "?", "--json")
    assert (ran.code, ran.codes) == (2, [code])
