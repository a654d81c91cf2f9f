"""Uploads in tests: handed over as a browser does, their jobs done in this process."""

from __future__ import annotations

import re
from typing import Any

__all__ = [
    "CREDITORS",
    "answers_of",
    "hand_over",
    "jobs_are_over",
    "text_of",
    "upload_of",
]

EASTWICK, WESTWICK = "eastwick-council", "westwick-council"

CREDITORS = (
    "Westwick Council\nPayments to creditors, June 2017\n\n"
    "Creditor,Paid On,Nett Value £,Cost Centre Name,Ref\n"
    + "".join(
        f'"Acme {i} Ltd",{1 + i % 28:02d}/06/2017,{i}.50,Highways {i % 4},R{i:04}\n'
        for i in range(30)
    )
    + "Bad Ltd,31/06/2017,10.00,Highways,R9\nWorse Ltd,01/06/2017,ten pounds,Highways,R10\n"
)
"""Thirty payments and two faulty ones, under headers that nobody knows and three lines of text."""


def jobs_are_over() -> None:
    """Have every job count as done, where a test is not about what it does."""
    from totalplace.workbench.jobs.models import Job

    Job.objects.update(status="done")


def hand_over(client: Any, content: str | bytes, *, name: str = "june.csv", **told: str) -> Any:
    """Upload one file; the answer."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    data = content.encode() if isinstance(content, str) else content
    file = SimpleUploadedFile(name, data, "text/csv")
    return client.post("/work/loads/new/", {"files": file, "licence": "OGL-UK-3.0", **told})


def upload_of(name: str = "june.csv") -> Any:
    """The upload of a name."""
    from totalplace.workbench.loads.models import Upload

    return Upload.objects.get(name=name)


def text_of(answer: Any) -> str:
    """A page without its tags, on one line."""
    found = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return re.sub(r"\s+", " ", found)


def answers_of(page: str) -> dict[str, str]:
    """What a form would send as it stands: the selects, inputs and text areas of a page."""
    found = {}
    for name, options in re.findall(
        r'<select[^>]*? name="([^"]+)"[^>]*>(.*?)</select>', page, re.S
    ):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    for tag in re.findall(r"<input[^>]*>", page):
        parts = dict(re.findall(r'([a-z-]+)="([^"]*)"', tag))
        if parts.get("type") in {"file", "search"} or "name" not in parts:
            continue
        if parts.get("type") == "checkbox" and " checked" not in tag:
            continue
        found[parts["name"]] = parts.get("value", "")
    return found
