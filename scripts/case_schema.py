"""Write the JSON Schema of a case file from the keys that its reader knows.

    python scripts/case_schema.py            # write
    python scripts/case_schema.py --check    # write nothing; exit code 1 if it is out of date

Editors that know TOML and JSON Schema then complete keys and mark what is wrong while one types.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from totalplace.cases import _keys
from totalplace.cases._keys import Key

__all__ = ["FILE", "run", "schema"]

FILE = Path(__file__).parents[1] / "src" / "totalplace" / "cases" / "data" / "case.schema.json"
_INNER = {
    "case": _keys.CASE,
    "grade": _keys.GRADE,
    "cashable": _keys.CASHABLE,
    "realised": _keys.REALISED,
    "narrative": _keys.NARRATIVE,
}
"""Tables whose keys are known; ``body`` holds one for each body."""
_ROWS = {"activity": _keys.ACTIVITY, "outcome": _keys.OUTCOME, "option": _keys.OPTION}
_SHARES = {"payer", "split", "correlation"}
_TEXTS = {"table", "unit_costs"}


def schema() -> dict[str, Any]:
    """The whole schema."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A case of totalplace",
        **_object(_keys.TOP),
        "$defs": {"number": _object(_keys.NUMBER)},
    }


def _object(keys: Mapping[str, Key]) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [name for name, key in keys.items() if key.is_required],
        "properties": {name: _value(name, key) for name, key in keys.items()},
    }


def _value(name: str, key: Key) -> dict[str, Any]:
    return {"description": key.doc, **_kind(name, key)}


def _kind(name: str, key: Key) -> dict[str, Any]:  # noqa: PLR0911 - one a kind
    number = {"type": "number"}
    match key.kind:
        case "text":
            return {"type": "string", **({"enum": list(key.values)} if key.values else {})}
        case "whole":
            return {"type": "integer"}
        case "number":
            return number
        case "flag":
            return {"type": "boolean"}
        case "date":
            return {"type": "string", "format": "date"}
        case "years":
            whole = {"type": "integer", "minimum": 0}
            return {"type": "array", "items": whole, "minItems": 2, "maxItems": 2}
        case "quantity":
            return {"anyOf": [number, {"type": "string"}, {"$ref": "#/$defs/number"}]}
        case "list":
            return _list(name)
    return _table(name)


def _list(name: str) -> dict[str, Any]:
    if name in _ROWS:
        return {"type": "array", "items": _object(_ROWS[name])}
    items = {"type": "string" if name == "options" else "number"}
    if name == "profile":
        return {"anyOf": [{"enum": ["flat", "ramp"]}, {"type": "array", "items": items}]}
    return {"type": "array", "items": items}


def _table(name: str) -> dict[str, Any]:
    if name == "body":
        return {"type": "object", "additionalProperties": _object(_keys.BODY)}
    if name in _SHARES:
        share = {"type": "number", "minimum": 0, "maximum": 1}
        return {"type": "object", "additionalProperties": share}
    if name in _TEXTS:
        return {"type": "object", "additionalProperties": {"type": "string"}}
    return _object(_INNER[name])


def run(arguments: list[str]) -> int:
    """Write the file, or say whether it is current."""
    text = json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"
    before = FILE.read_text(encoding="utf-8") if FILE.exists() else ""
    if "--check" in arguments:
        return int(before != text)
    FILE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
