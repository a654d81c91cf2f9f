"""Other budgets and fences of a portfolio, tried without changing what it says."""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Mapping
from typing import Any

from totalplace.cases._toml_edit import edited_toml

__all__ = ["with_tried"]


def with_tried(text: str, tried: Mapping[str, Mapping[str, Any]]) -> str:
    """The text of a portfolio with other budgets and fences.

    Args:
        tried: stream -> ``budget`` and ``ringfence``, either or both.

    >>> print(with_tried('[[stream]]\\nid = "a"\\nbudget = [1]\\n', {"a": {"budget": [2]}}), end="")
    [[stream]]
    id = "a"
    budget = [2]
    """
    data = copy.deepcopy(tomllib.loads(text))
    for stream in data.get("stream", []):
        changed = tried.get(stream.get("id"), {})
        if "budget" in changed:
            stream["budget"] = list(changed["budget"])
        if "ringfence" in changed and changed["ringfence"] != stream.get("ringfence", "hard"):
            stream["ringfence"] = changed["ringfence"]
            if changed["ringfence"] != "soft":
                stream.pop("virement", None)
            else:
                stream.setdefault("virement", 0.1)
    return edited_toml(text, data)
