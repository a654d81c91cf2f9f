"""A layout that leaves sheets out needs no columns; one that reads them does."""

from __future__ import annotations

from dataclasses import replace

from totalplace.model import body_register
from totalplace.sources._mapping_check import faults_of
from totalplace.sources._mapping_file import agreed_block, parse_layouts
from totalplace.sources._mapping_layout import Layout, layout_from_json, layout_to_json

OUT = Layout(name="summary", headers=("Who", "How much"), sheet="Summary", left_out=True)


def test_a_layout_that_leaves_sheets_out_needs_no_columns() -> None:
    assert faults_of(OUT, body_register()) == ()
    told = faults_of(replace(OUT, left_out=False), body_register())
    assert {one.key for one in told} == {"payee", "amount", "payment_date"}
    block = agreed_block(OUT, who="ann", when="2026-11-30")
    assert parse_layouts(block, where="mapping.toml", known_body=lambda _: None) == ((OUT,), [])
    assert layout_from_json(layout_to_json(OUT)) == OUT
