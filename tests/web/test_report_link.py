"""From a public figure to the report of a mistake in it."""

from __future__ import annotations

from typing import Any

import pytest

from totalplace.web._figures import figure_by_id


@pytest.mark.parametrize("has_workbench", [True, False])
def test_every_page_with_figures_leads_to_the_report(small: Any, has_workbench: bool) -> None:
    from django.test import override_settings

    from totalplace.web._places import publication

    n = publication(None).n
    # an answer is kept for as long as its process lives: two addresses
    query = f"?at={n}" if has_workbench else ""
    with override_settings(TOTALPLACE_HAS_WORKBENCH=has_workbench):
        page = small.get(f"/data/sources/{query}").content.decode()
        about = small.get("/accessibility/").content.decode()
    link = f'href="/mistakes/new/?page=%2Fdata%2Fsources%2F%3Fat%3D{n}&amp;publication={n}"'
    assert ("Report a mistake" in page) == has_workbench
    assert (link in page) == has_workbench
    assert "Report a mistake" not in about


def test_a_figure_brings_its_amount_and_its_body(small: Any) -> None:
    from totalplace.web._places import publication
    from totalplace.workbench.mistakes._about import about

    of = publication(None)
    body = next(row for row in of.table("figures").to_pylist() if row["split"] == "body")
    figure = figure_by_id(of, body["figure_id"])
    found = about(f"/money/figures/{figure.figure_id}/?at={of.n}", "", "")
    assert (found.publication, found.figure) == (of.n, figure.figure_id)
    assert (found.amount_pence, found.bodies) == (figure.pence, (body["body"],))


def test_what_a_publication_does_not_know_is_taken_as_it_is(small: Any) -> None:
    from totalplace.web._places import publication
    from totalplace.workbench.mistakes._about import about

    n = publication(None).n
    other = about("/", "no-such-figure", "9999")
    assert (other.publication, other.figure, other.amount_pence) == (9999, "no-such-figure", None)
    whole = about("/money/", "", "")
    assert (whole.publication, whole.amount_pence, whole.bodies) == (n, None, ())


def test_a_line_brings_its_amount_and_its_body(client: Any) -> None:
    from totalplace.web._places import publication
    from totalplace.web.money._lines_query import line_by_id
    from totalplace.web.money._lines_store import ask, lines_path
    from totalplace.workbench.mistakes._about import about

    of = publication(None)
    [(key,)] = ask("SELECT line_key FROM read_parquet(?) LIMIT 1", [lines_path(of)])
    line_id = key.to_bytes(8, "big", signed=True).hex()
    line = line_by_id(of, line_id)
    found = about(f"/money/lines/{line_id}/", "", "")
    assert found.figure == line_id
    assert (found.amount_pence, found.bodies) == (line["amount_pence"], (line["body_id"],))
    assert about("/money/lines/0000000000000000/", "", "").amount_pence is None
