"""Definitions and the glossary: complete, cited, each word once."""

from __future__ import annotations

import re

from totalplace.model import data_edition, load
from totalplace.model._code_tables import CODE_TABLES


def test_every_definition_says_why_and_who_checks_it() -> None:
    rows = load("definition").to_pylist()
    assert {"net", "gross", "eliminated", "range", "coverage", "grade"} <= {
        row["definition_id"] for row in rows
    }
    for row in rows:
        assert re.fullmatch(r"[a-z][a-z-]*[a-z]", row["definition_id"])
        assert row["written"] <= row["reviewed"]
        for name in ("definition", "how", "why", "checker"):
            assert len(row[name]) > 20, (row["definition_id"], name)
        for name in ("definition", "why", "caution"):
            assert (row[name] or "x.")[-1] == ".", (row["definition_id"], name)
        assert row["shown_at"] is None or row["shown_at"].startswith("/")
    names = [row["name"].casefold() for row in rows]
    assert len(names) == len(set(names))


def test_every_measure_of_the_headline_has_a_definition(monkeypatch) -> None:
    text = " ".join(load("definition")["definition_id"].to_pylist())
    for word in ("funder-view", "residual", "per-head", "per-household", "real-terms", "theme"):
        assert word in text


def test_tables_that_definitions_name_exist() -> None:
    for row in load("definition").to_pylist():
        named = re.findall(r"\btable `?(\w+)", f"{row['how']} {row['source']}", re.IGNORECASE)
        for table in named:
            assert load(table).num_rows or table in CODE_TABLES


def test_the_glossary_defines_each_word_once_and_in_order() -> None:
    terms = load("glossary")["term"].to_pylist()
    assert len(terms) > 50
    assert terms == sorted(set(terms), key=str.casefold)
    assert all(meaning.endswith(".") for meaning in load("glossary")["meaning"].to_pylist())


def test_a_word_changes_no_figure(monkeypatch) -> None:
    """Derived tables are kept by the edition of the data: words are no part of it."""
    from importlib import resources

    edition = data_edition()
    read: list[str] = []
    folder = resources.files("totalplace.model") / "data"
    kind = type(folder / "glossary.csv")
    whole = kind.read_bytes

    def seen(self) -> bytes:
        read.append(self.name)
        return whole(self)

    monkeypatch.setattr(kind, "read_bytes", seen)
    assert data_edition.__wrapped__() == edition
    assert "stream.csv" in read
    assert not {"glossary.csv", "definition.csv"} & set(read)
