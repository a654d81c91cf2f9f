"""Readers of a site: they ask for pages one after another, with a second between their requests."""

from __future__ import annotations

import gzip
import html
import http.client
import math
import random
import re
import threading
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urldefrag, urljoin, urlsplit

__all__ = ["Answer", "ask", "crawl", "percentile", "read"]

_TIMEOUT_S = 60
_LINK = re.compile(r'(?:href|src|srcset)="([^"#]+)')
_ID = re.compile(
    r"/[^/?.]*[0-9][^/?.]*|(?:(?<=/bodies)|(?<=/streams)|(?<=/functions)|(?<=/areas)|(?<=/claims))/[^/?.]+"
)
_PER_KIND = 12
_OF_THE_WORKBENCH = ("/work/", "/account/", "/mistakes/", "/jobs/", "/audit/", "/admin/")
"""Beginnings of addresses that are not for readers."""


@dataclass(frozen=True)
class Answer:
    """What came of one request: its address, status (0: none came), seconds and bytes."""

    address: str
    status: int
    seconds: float
    size: int


def ask(connection: http.client.HTTPConnection, address: str) -> tuple[Answer, bytes]:
    """Ask for a page and read all of it, as a browser does."""
    started = time.perf_counter()
    try:
        connection.request("GET", address, headers={"Accept-Encoding": "gzip"})
        response = connection.getresponse()
        content = response.read()
        status = response.status
        is_packed = response.headers.get("Content-Encoding") == "gzip"
    except (OSError, http.client.HTTPException):
        connection.close()
        return Answer(address, 0, time.perf_counter() - started, 0), b""
    answer = Answer(address, status, time.perf_counter() - started, len(content))
    return answer, gzip.decompress(content) if is_packed else content


def crawl(host: str, port: int, *, most: int) -> list[str]:
    """Distinct addresses of the site, all kinds of page among them, as links lead to them.

    Data files larger than a page of lines are left to those who want them.
    """
    connection = http.client.HTTPConnection(host, port, timeout=_TIMEOUT_S)
    kinds: dict[str, list[str]] = {}
    waiting, seen = deque(["/"]), {"/"}
    while waiting and sum(map(len, kinds.values())) < most:
        address = waiting.popleft()
        held = kinds.setdefault(_kind(address), [])
        if len(held) >= _PER_KIND:
            continue
        answer, content = ask(connection, address)
        if answer.status != 200:
            raise SystemExit(f"{address} answers {answer.status}")
        held.append(address)
        if not content.lstrip().startswith(b"<!DOCTYPE"):
            continue
        for text in _LINK.findall(content.decode()):
            found = urldefrag(urljoin(address, html.unescape(text))).url
            parts = urlsplit(found)
            is_large = re.match(r"/(?:money/lines|reports/.*)\.\w+$", parts.path)
            is_left = is_large or found.startswith(_OF_THE_WORKBENCH)
            if not parts.netloc and found.startswith("/") and found not in seen and not is_left:
                seen.add(found)
                waiting.append(found)
    connection.close()
    return [address for held in kinds.values() for address in held]


def _kind(address: str) -> str:
    """What pages of one kind share: the path without ids, and the names of the parameters."""
    path, _, query = address.partition("?")
    names = sorted(part.partition("=")[0] for part in query.split("&"))
    return _ID.sub("/*", path) + "?" + "&".join(names)


def read(
    host: str,
    port: int,
    addresses: Sequence[str],
    *,
    readers: int,
    each: int | None,
    pause_s: float,
    seed: int,
) -> list[Answer]:
    """Readers ask at the same time, each waiting between its requests.

    Args:
        each: how many requests a reader makes, of addresses drawn at random; None shares all
            addresses out among the readers, each once.
    """
    chance = random.Random(seed)
    if each is None:
        order = chance.sample(list(addresses), len(addresses))
        lists = [order[at::readers] for at in range(readers)]
    else:
        lists = [chance.choices(list(addresses), k=each) for _ in range(readers)]
    starts = [chance.random() * pause_s for _ in range(readers)]
    answers: list[Answer] = []

    def reader(mine: Sequence[str], start: float) -> None:
        connection = http.client.HTTPConnection(host, port, timeout=_TIMEOUT_S)
        time.sleep(start)
        for address in mine:
            answers.append(ask(connection, address)[0])
            time.sleep(pause_s)
        connection.close()

    threads = [
        threading.Thread(target=reader, args=pair, daemon=True)
        for pair in zip(lists, starts, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of all is at most; by the nearest rank.

    >>> percentile([5, 1, 4, 2, 3], 0.5), percentile([1, 2], 0.95)
    (3, 2)
    """
    ordered = sorted(values)
    return ordered[max(math.ceil(share * len(ordered)), 1) - 1]
