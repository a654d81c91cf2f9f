"""The JSON Schema of a case file is made from the reader's keys, and says what the reader does."""

from __future__ import annotations

import json
import tomllib
from datetime import date
from importlib import resources
from typing import Any

import case_schema

FOLDER = resources.files("totalplace.cases") / "data"
SCHEMA = json.loads((FOLDER / "case.schema.json").read_text("utf-8"))
STARTER = tomllib.loads((FOLDER / "starter.toml").read_text("utf-8"))
TYPES = {
    "object": dict,
    "array": list,
    "string": (str, date),
    "number": (int, float),
    "integer": int,
    "boolean": bool,
}


def wrong(schema: dict[str, Any], value: Any, at: str = "") -> list[str]:
    """Where a value is not what a schema says: the part of JSON Schema that ours uses."""
    if "$ref" in schema:
        return wrong(SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]], value, at)
    if "anyOf" in schema:
        found = [wrong(one, value, at) for one in schema["anyOf"]]
        return [] if [] in found else found[-1]
    if "enum" in schema:
        return [] if value in schema["enum"] else [at]
    if not isinstance(value, TYPES[schema["type"]]):
        return [at]
    if isinstance(value, list):
        return [
            one
            for n, inner in enumerate(value)
            for one in wrong(schema["items"], inner, f"{at}.{n}")
        ]
    if not isinstance(value, dict):
        return []
    known = schema.get("properties", {})
    other = schema.get("additionalProperties", True)
    found = [f"{at}.{name}" for name in schema.get("required", []) if name not in value]
    for name, inner in value.items():
        if name in known:
            found += wrong(known[name], inner, f"{at}.{name}")
        elif other is False:
            found.append(f"{at}.{name}")
        elif isinstance(other, dict):
            found += wrong(other, inner, f"{at}.{name}")
    return found


def test_the_file_is_current() -> None:
    assert case_schema.run(["--check"]) == 0


def test_the_starter_is_as_the_schema_says() -> None:
    assert wrong(SCHEMA, STARTER) == []


def test_what_the_reader_refuses_the_schema_marks() -> None:
    spoilt = json.loads(json.dumps(STARTER, default=str))
    spoilt["outcome"][0]["take_up"] = spoilt["outcome"][0].pop("takeup")
    spoilt["outcome"][1]["class"] = "fiskal"
    spoilt["activity"][0].pop("payer")
    spoilt["case"]["horizon"] = "ten"
    assert sorted(wrong(SCHEMA, spoilt)) == [
        ".activity.0.payer",
        ".case.horizon",
        ".outcome.0.take_up",
        ".outcome.1.class",
    ]


def test_every_key_is_described() -> None:
    def described(schema: dict[str, Any]) -> None:
        for one in schema.get("properties", {}).values():
            assert one["description"][0].islower() or one["description"][0] in '"GP'
            described(one)
            described(one.get("items", {}))

    described(SCHEMA)
