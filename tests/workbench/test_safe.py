"""What holds of every page of the workbench: headers, forms, faults, and the way out."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest


def _paths(method: str) -> list[str]:
    """An address of each route that takes the method, with parts that name nothing."""
    from django.urls import reverse

    # with all routes
    from totalplace.workbench import urls  # noqa: F401
    from totalplace.workbench._route import ROUTES

    found = []
    for one in ROUTES.values():
        parts = {
            name: 1 if kind == "int" else "none"
            for kind, name in re.findall(r"<(?:(\w+):)?(\w+)>", one.path)
        }
        if method in one.allow:
            found.append(reverse(one.name, kwargs=parts))
    return found


def test_headers_that_keep_a_browser_safe(at_work: Path, anybody: Any, signed_in: Any) -> None:
    for client in (anybody, signed_in("analyst", "*")):
        for path in ("/account/sign-in/", "/work/", "/work/loads/none/", "/jobs/none.json"):
            answer = client.get(path)
            policy = answer["Content-Security-Policy"]
            for part in ("default-src", "object-src", "base-uri", "frame-ancestors"):
                assert f"{part} 'none'" in policy
            assert "unsafe" not in policy
            assert "http:" not in policy
            assert answer["X-Content-Type-Options"] == "nosniff"
            assert answer["X-Frame-Options"] == "DENY"
            assert answer["Referrer-Policy"] == "same-origin"
            assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
            assert answer["Cache-Control"] == "no-store"
            assert "Access-Control-Allow-Origin" not in answer
            kind = "application/json" if path.endswith(".json") else "text/html; charset=utf-8"
            assert answer["Content-Type"] == kind if answer.status_code != 302 else True


def test_scripts_of_ours_make_no_markup_and_keep_nothing() -> None:
    import totalplace.web
    import totalplace.workbench

    unsafe = re.compile(
        r"(?:inner|outer)HTML\s*=(?!=)|insertAdjacentHTML|document\.write|\beval\(|new Function"
        r"|postMessage|onmessage|localStorage|sessionStorage|indexedDB|document\.cookie|https?://"
    )
    scripts = [
        *Path(totalplace.web.__file__).parent.glob("static/totalplace/*.js"),
        *Path(totalplace.workbench.__file__).parent.glob("static/workbench/*.js"),
    ]
    assert len(scripts) > 5
    assert {one.name: unsafe.findall(one.read_text()) for one in scripts} == {
        one.name: [] for one in scripts
    }


def test_cookies_are_for_this_site_and_no_script(at_work: Path, signed_in: Any) -> None:
    client = signed_in("viewer")
    client.get("/account/sign-in/")
    client.get("/account/password/")
    answer = client.post("/account/sign-out/")
    held = [one for one in (client.cookies, answer.cookies) for one in one.values() if one.value]
    assert [one["httponly"] for one in held if "csrf" in one.key] != []
    for one in held:
        if one["path"]:
            assert (one["httponly"], one["samesite"], one["domain"]) == (True, "Lax", "")


def test_no_address_takes_a_form_of_another_site(at_work: Path, signed_in: Any) -> None:
    from django.test import Client

    client = Client(headers={"host": "127.0.0.1"}, enforce_csrf_checks=True)
    client.cookies = signed_in("admin").cookies
    paths = _paths("POST")
    assert len(paths) > 40
    taken = [path for path in paths if b"The form was not taken" not in client.post(path).content]
    assert taken == []


def test_a_form_of_another_site_is_logged(at_work: Path, caplog: pytest.LogCaptureFixture) -> None:
    from django.test import Client

    client = Client(headers={"host": "127.0.0.1"}, enforce_csrf_checks=True)
    client.post("/account/sign-in/", {"name": "a"})
    assert "CSRF" in caplog.text
    assert "/account/sign-in/" in caplog.text


def test_what_is_too_large_is_logged_on_one_line(
    at_work: Path, anybody: Any, caplog: pytest.LogCaptureFixture
) -> None:
    anybody.post("/mistakes/new%0Aforged/", {"text": "x" * 2_000_000})
    (told,) = [one.getMessage() for one in caplog.records if "body_limit" in one.name]
    assert "127.0.0.1 sent 200" in told
    assert "\n" not in told


@pytest.mark.parametrize("method", ["TRACE", "PUT", "DELETE", "PATCH", "OPTIONS", "CONNECT"])
def test_other_methods_are_refused(at_work: Path, signed_in: Any, method: str) -> None:
    client = signed_in("analyst", "*")
    for path in ("/work/", "/work/loads/", "/account/"):
        answer = client.generic(method, path, headers={"x-secret": "told back"})
        assert answer.status_code in {403, 405}
        assert b"told back" not in answer.content
        if answer.status_code == 405:
            assert set(answer["Allow"].split(", ")) <= {"GET", "POST"}
            assert answer["Allow"]


def test_a_place_that_cannot_be_read_is_told_without_its_folder(
    at_work: Path, signed_in: Any, caplog: pytest.LogCaptureFixture
) -> None:
    client = signed_in("analyst", "*")
    (at_work / "place.toml").write_text("no place at all")
    answer = client.get("/work/queues/")
    page = answer.content.decode()
    assert (answer.status_code, bool(answer["Retry-After"])) == (503, True)
    assert str(at_work) not in page
    assert "This cannot be done at the moment" in page
    assert 'href="/work/loads/"' in page
    assert str(at_work) in caplog.text


def test_an_address_that_is_none_is_told_within_the_workbench(
    at_work: Path, signed_in: Any
) -> None:
    answer = signed_in("analyst", "*").get("/work/nothing/here/at/all/")
    assert answer.status_code == 404
    assert 'href="/work/loads/"' in answer.content.decode()


def test_every_page_leads_out(at_work: Path, signed_in: Any) -> None:
    seen = 0
    for roles in ("viewer", "analyst", "governance", "admin"):
        client = signed_in(roles, "*")
        for path in _paths("GET"):
            if path.startswith(("/account/oidc/", "/mistakes/")):
                continue  # the provider's, and pages for everybody
            answer = client.get(path)
            if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
                seen += 1
                assert b'action="/account/sign-out/"' in answer.content, path
        # none of these addresses has ended the session
        assert client.get("/account/").status_code == 200
    assert seen > 30


def test_a_fault_of_ours_tells_nothing_of_itself(
    at_work: Path, signed_in: Any, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    from totalplace.workbench._route import ROUTES

    def fails(request: Any) -> Any:
        raise RuntimeError("SELECT secret FROM keys")

    client = signed_in("analyst", "*")
    client.raise_request_exception = False
    monkeypatch.setitem(ROUTES["home"].__dict__, "view", fails)
    answer = client.get("/work/")
    assert answer.status_code == 500
    text = answer.content.decode()
    for word in ("SELECT", "RuntimeError", "Traceback", str(at_work)):
        assert word not in text
    # those who run the site are told all of it
    assert "SELECT secret" in caplog.text
    monkeypatch.undo()
    assert client.get("/work/").status_code == 200


def test_what_no_text_holds_is_refused_everywhere(
    at_work: Path, signed_in: Any, anybody: Any
) -> None:
    client = signed_in("analyst viewer", "*")
    for path in ("/work/loads/a%00b/", "/work/lines/a%00b/", "/work/loads/?body=%00"):
        assert client.get(path).status_code == 400, path
    forms = (
        (client, "/work/views/", {"name": "a\0b", "address": "/work/"}),
        (client, "/work/queues/payees/choose/", {"choice-\0": "x"}),
        (anybody, "/account/sign-in/", {"name": "a\0b", "password": "x"}),
        (anybody, "/mistakes/new/", {"text": "a\0b"}),
    )
    for who, path, fields in forms:
        answer = who.post(path, fields)
        assert answer.status_code == 400, path
        assert "his value cannot be used" in answer.content.decode()


def test_only_who_may_load_sends_more_than_a_form(at_work: Path, signed_in: Any) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    def sent(client: Any, path: str) -> int:
        file = SimpleUploadedFile("a.csv", b"a,b\n" * 300_000, "text/csv")
        return int(client.post(path, {"files": file}).status_code)

    for path in ("/work/loads/new/", f"/work/sources/{'0' * 64}/rejects/0/"):
        assert sent(signed_in("viewer"), path) == 413
        assert sent(signed_in("analyst", "*", factor=False), path) == 413
        assert sent(signed_in("analyst", "*"), path) in {302, 404}


def test_only_pages_that_ask_for_files_take_more_than_a_form(at_work: Path) -> None:
    from totalplace.workbench._limits import FORM_BYTES, is_upload, most_bytes

    takers = {one for one in _paths("POST") if is_upload(one)}
    assert takers == {
        "/work/loads/new/",
        "/work/sources/none/rejects/1/",
        "/work/returns/none/none/",
    }
    assert {most_bytes(one) for one in takers} == {FORM_BYTES + 200_000_000}
    # and they are the pages whose forms have a field for files
    import totalplace.workbench

    templates = Path(totalplace.workbench.__file__).parent.rglob("*.html")
    asking = [one for one in templates if "multipart/form-data" in one.read_text()]
    large = [one.name for one in asking if one.parent.name != "cases"]
    assert sorted(large) == ["new.html", "one.html", "rejects.html"]
    # files of a case are text of some pages: they fit into a form
    assert sorted(one.name for one in asking if one.parent.name == "cases") == [
        "files.html",
        "new.html",
        "text.html",
    ]
    others = {most_bytes(one) for one in _paths("POST")} - {FORM_BYTES + 200_000_000}
    assert others == {FORM_BYTES}
    assert most_bytes("/money/") == most_bytes("/api/v1/money") == 4096
