"""The API: described, the same as the pages, read-only, and whole whatever it is asked."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jsonschema_rs
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from counted import how_many

CALLS = 5_000
SEED = 20_261_130


@pytest.fixture
def described(client: Any) -> dict[str, Any]:
    return client.get("/api/v1/openapi.json").json()


def test_the_description_is_openapi_3_1(described: dict[str, Any]) -> None:
    assert described["openapi"].startswith("3.1")
    schemathesis.openapi.from_dict(described).validate()
    spoilt = json.loads(json.dumps(described))
    spoilt["paths"]["/api/v1/data"]["get"]["parameters"] = 7
    with pytest.raises(Exception, match="is not"):
        schemathesis.openapi.from_dict(spoilt).validate()


def test_everything_in_the_description_is_explained(described: dict[str, Any]) -> None:
    for address, methods in described["paths"].items():
        assert list(methods) == ["get"], address
        operation = methods["get"]
        assert operation["summary"].endswith("."), address
        for one in operation["parameters"]:
            assert len(one.get("description", "")) > 10, (address, one["name"])
            assert one["required"] == (one["in"] == "path"), (address, one["name"])
            assert "null" not in json.dumps(one["schema"]), (address, one["name"])
        assert set(operation["responses"]) == {"200", "400", "404", "405", "410", "503"}
    for name, form in described["components"]["schemas"].items():
        assert form.get("description"), name
        for field, one in form["properties"].items():
            assert one.get("description"), (name, field)


def test_there_is_one_endpoint_a_page(described: dict[str, Any]) -> None:
    from totalplace.web._registry import PAGES

    with_endpoint = {spec.name.replace("-", "_") for spec in PAGES.values() if spec.has_endpoint}
    told = [methods["get"]["operationId"] for methods in described["paths"].values()]
    assert sorted(told) == sorted(with_endpoint)


def test_the_page_about_it_has_all_of_it(client: Any, described: dict[str, Any]) -> None:
    answer = client.get("/api/v1/docs")
    text = answer.content.decode()
    for address, methods in described["paths"].items():
        assert f"GET {address}" in text
        assert f'id="{methods["get"]["operationId"]}"' in text
    for name in described["components"]["schemas"]:
        assert f'id="form-{name}"' in text
    assert not re.search(r"(?:src|href)=\"https?://(?!www\.nationalarchives)", text)


@pytest.mark.parametrize("address", ["/api/v1/data", "/api/v1/openapi.json", "/api/v1/docs"])
def test_it_is_read_only_and_says_so(client: Any, address: str) -> None:
    allowed = "GET, HEAD, OPTIONS"
    head, got = client.head(address), client.get(address)
    assert (head.status_code, head.content) == (200, b"")
    assert head["Content-Type"] == got["Content-Type"]
    options = client.options(address)
    assert (options.status_code, options["Allow"], options.content) == (204, allowed, b"")
    for method in ("POST", "PUT", "PATCH", "DELETE", "TRACE", "FOO"):
        answer = client.generic(method, address)
        assert (answer.status_code, answer["Allow"]) == (405, allowed)
        assert answer.json()["problems"][0]["code"] == "method_not_allowed"


def test_errors_are_problems(client: Any) -> None:
    for address, status, code in (
        ("/api/v1/no-such", 404, "no_such_page"),
        ("/api/v1/data?at=x&colour=red", 400, "bad_parameter"),
        ("/api/v1/data?at=999999", 404, "unknown_publication"),
        ("/api/v1/claims/NO-SUCH", 404, "unknown_claim"),
        ("/api/v1/search?kind=person", 400, "bad_parameter"),
    ):
        answer = client.get(address)
        assert answer.status_code == status, address
        problems = answer.json()["problems"]
        assert code in {one["code"] for one in problems}
        assert all(set(one) == {"code", "what", "where", "why", "fix"} for one in problems)
    two = client.get("/api/v1/data?at=x&colour=red").json()["problems"]
    assert {one["where"] for one in two} == {"at", "colour"}


def _endpoints(described: dict[str, Any]) -> dict[str, re.Pattern[str]]:
    """Address of each endpoint -> what matches the page of it, with its fields."""
    return {
        address: re.compile(
            re.sub(r"\\?\{(\w+)\\?\}", r"(?P<\1>[^/?]+)", re.escape(address[len("/api/v1") :]))
            + "/?"
        )
        for address in described["paths"]
    }


@pytest.fixture
def real(client: Any, described: dict[str, Any]) -> dict[str, list[dict[str, dict[str, str]]]]:
    """Of each endpoint, the fields and queries that pages themselves lead to."""
    patterns = _endpoints(described)
    found: dict[str, list[dict[str, dict[str, str]]]] = {address: [] for address in patterns}
    waiting = [address for address in patterns if "{" not in address]
    asked = set()
    while waiting and len(asked) < 120:
        address = waiting.pop(0)
        if address in asked:
            continue
        asked.add(address)
        answer = client.get(address)
        assert answer.status_code == 200, address
        for table in answer.json()["tables"].values():
            for row in table["rows"][:30]:
                for href in (row.get("links") or {}).values():
                    parts = urlsplit(href)
                    for endpoint, pattern in patterns.items():
                        match = pattern.fullmatch(parts.path)
                        if match and not parts.netloc:
                            query = dict(parse_qsl(parts.query))
                            known = {"path": match.groupdict(), "query": query}
                            if known not in found[endpoint] and len(found[endpoint]) < 40:
                                found[endpoint].append(known)
                                stem = "/api/v1" + parts.path.rstrip("/")
                                waiting.append(f"{stem}?{parts.query}")
                            break
    return found


def test_links_of_answers_lead_to_endpoints_too(real) -> None:
    """Every endpoint with a field in its path is reached from the others."""
    lonely = [address for address, known in real.items() if "{" in address and not known]
    assert lonely == []


def _fuzz(client: Any, described: dict[str, Any], real: Any, *, calls: int) -> Counter[int]:
    operations = [
        one.ok() for one in schemathesis.openapi.from_dict(described).get_all_operations()
    ]
    validators = {
        name: jsonschema_rs.validator_for(
            {
                "$schema": "https://json-schema.org/draft/2020-12/schema",
                "$ref": f"#/components/schemas/{name}",
                "components": described["components"],
            }
        )
        for name in ("PageDocument", "ProblemsDocument")
    }
    statuses: Counter[int] = Counter()
    each = -(-calls // len(operations))
    client.raise_request_exception = False
    for operation in operations:
        _ask(client, described, operation, real[operation.path], validators, statuses, each)
    return statuses


def _ask(client, described, operation, known, validators, statuses, times: int) -> None:
    """Ask one endpoint a number of times: invented values, real ones, and both mixed."""
    names = [one["name"] for one in described["paths"][operation.path]["get"]["parameters"]]
    cases = operation.as_strategy()

    @seed(SEED)
    @settings(
        max_examples=times,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(data=st.data())
    def ask(data: Any) -> None:
        case = data.draw(cases)
        path, query = operation.path, dict(case.query or {})
        fields = dict(case.path_parameters or {})
        if known and data.draw(st.booleans()):
            one = data.draw(st.sampled_from(known))
            fields, query = one["path"], {**one["query"], **query}
            kept = data.draw(st.sets(st.sampled_from(sorted(query)))) if query else set()
            query = {name: value for name, value in query.items() if name in kept}
        for name, value in fields.items():
            path = path.replace(f"{{{name}}}", _quoted(value))
        if data.draw(st.integers(0, 19)) == 0:
            query[data.draw(st.sampled_from([*names, "other"]))] = data.draw(st.text())
        answer = client.get(path, query)
        statuses[answer.status_code] += 1
        assert answer.status_code < 500, (path, query, answer.content[:500])
        body = json.loads(answer.content)
        form = "ProblemsDocument" if "problems" in body else "PageDocument"
        assert answer.status_code != 200 or form == "PageDocument"
        validators[form].validate(body)

    ask()


def _quoted(value: Any) -> str:
    from urllib.parse import quote

    return quote(str(value), safe="", errors="replace")


@pytest.mark.counted
def test_whatever_it_is_asked_it_answers(client: Any, described: dict[str, Any], real) -> None:
    calls = how_many(CALLS)
    statuses = _fuzz(client, described, real, calls=calls)
    print("schema-fuzzed calls:", dict(statuses))
    assert sum(statuses.values()) >= how_many(CALLS, CALLS * 9 // 100)
    assert {200, 400, 404} <= set(statuses)
    assert statuses[200] >= calls / 10


def test_figures_and_links_are_those_of_the_page(client: Any) -> None:
    api = client.get("/api/v1/data/sources").json()
    page = client.get("/data/sources/").content.decode()
    data = client.get("/data/sources.json").json()
    assert {**api, "charts": []} == {**data, "charts": []}
    rows = api["tables"]["sources"]["rows"]
    assert rows
    for row in rows[:50]:
        assert f'href="{row["links"]["title"]}"' in page
