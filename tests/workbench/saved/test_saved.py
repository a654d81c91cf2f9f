"""Saved views: an account's own, of pages of this site alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


def test_a_view_is_saved_listed_and_removed(at_work: Path, signed_in: Any) -> None:
    from totalplace.workbench.saved.models import SavedView

    one, other = signed_in("viewer"), signed_in("practitioner")
    page = "/money/lines/?body=a&year=2017-18&at=3"
    assert (
        f'value="{page.replace("&", "&amp;")}"'
        in one.get("/work/views/", {"page": page}).content.decode()
    )
    assert one.post("/work/views/", {"name": "Roads", "address": page}).status_code == 302
    assert "Roads" in one.get("/work/views/").content.decode()
    assert "Roads" not in other.get("/work/views/").content.decode()
    saved = SavedView.objects.get()
    assert other.post(f"/work/views/{saved.pk}/remove/").status_code == 403
    assert one.post(f"/work/views/{saved.pk}/remove/").status_code == 302
    assert not SavedView.objects.exists()


@pytest.mark.parametrize(
    "address",
    ["", "https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"],
)
def test_no_view_leads_out_of_the_site(at_work: Path, signed_in: Any, address: str) -> None:
    answer = signed_in("viewer").post("/work/views/", {"name": "x", "address": address})
    assert answer.status_code == 400
    assert "from its first /" in answer.content.decode()
