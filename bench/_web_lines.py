"""Every filter and order of the lines explorer, and pages deep in it, each asked for once."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from _web_readers import Answer, ask

__all__ = ["explore"]

_SORTS = ("-amount", "amount", "-date", "date", "payee", "-payee", "order")
_PLAIN = ("year", "body_id", "payee_kind", "role", "nature", "grade", "cap_rev")
"""Fields of a line as the API tells it that are filters by themselves."""


def explore(host: str, port: int) -> dict[str, list[Answer]]:
    """Answers by what was asked: ``filters``, ``sorts``, ``pages``, ``line``.

    Nothing is asked for twice, so that no answer is one that was kept.
    """
    connection = http.client.HTTPConnection(host, port, timeout=120)

    def page(**query: Any) -> Answer:
        return ask(connection, f"/money/lines/?{urlencode(query)}")[0]

    first = _api(connection, "/api/v1/money/lines?rows=25&sort=order")
    line = first["tables"]["lines"]["rows"][0]
    paid = _api(connection, "/api/v1/money/transfers")["tables"]["transfers"]["rows"]
    known = next((row["payee_id"] for row in paid if "/money/lines/" in _href(row)), None)
    filters = [{name.removesuffix("_id"): line[name]} for name in _PLAIN if line[name]]
    filters += [
        {"dataset": "spend"},
        {"control": "local"},
        {"source": "7"},
        {"function": "04"},
        {"function": "10.2"},
        {"payee": "supplier"},
        {"payee": "77"},
        {"payee": "no such name"},
        {"q": "limited"},
        {"q": "area 3"},
        {"min": "4,000"},
        {"max": "-10"},
        {"min": "1000", "max": "1010"},
        {"from": "2019-07-01"},
        {"to": "2019-06-30"},
        {"from": "2019-10-05", "to": "2019-10-06"},
        {"q": "type 12", "body": line["body_id"], "min": "100", "from": "2019-05-01"},
        *([{"counterparty": known}] if known else []),
    ]
    found = {
        "filters": [page(rows=100, **one) for one in filters if _is_known(connection, one)],
        "sorts": [page(rows=100, sort=sort) for sort in _SORTS],
    }
    found["sorts"] += [page(rows=100, sort=sort, payee="77") for sort in _SORTS]
    deep = []
    for sort in _SORTS:
        told = _api(connection, f"/api/v1/money/lines?rows=50&sort={sort}")
        last = told["document"]["pages"].get("last")
        if last is None:
            continue
        before = _api(connection, last)["document"]["pages"]["before"]
        for address in (last, before):
            query = address.partition("?")[2]
            deep.append(ask(connection, f"/money/lines/?{query}")[0])
    found["pages"] = deep
    found["line"] = [
        ask(connection, f"/money/lines/{row['line_id']}/")[0]
        for row in first["tables"]["lines"]["rows"][:5]
    ]
    connection.close()
    return found


def _is_known(connection: http.client.HTTPConnection, query: Mapping[str, Any]) -> bool:
    """Whether lines have such codes; a small place may not, and is asked nothing wrong."""
    if query.keys() & {"function", "source", "control"}:
        address = f"/api/v1/money/lines?{urlencode({**query, 'rows': 25, 'min': '999999999'})}"
        return ask(connection, address)[0].status == 200
    return True


def _api(connection: http.client.HTTPConnection, address: str) -> Any:
    answer, content = ask(connection, address)
    if answer.status != 200:
        raise SystemExit(f"{address} answers {answer.status}")
    return json.loads(content)


def _href(row: Mapping[str, Any]) -> str:
    return str(row.get("links", {}).get("gbp", ""))
