"""The tables of words: what each measure and each term means. No figure rests on them."""

from __future__ import annotations

from totalplace.model._tables import SOURCE, Field, TableSpec

__all__ = ["WORD_TABLES"]


def _text(doc: str, unit: str = "", *, null: bool = False) -> Field:
    return Field("text", doc, unit, (), null)


WORD_TABLES: dict[str, TableSpec] = {
    "definition": TableSpec(
        "What a measure is, why it is so, who wrote it, and what checks it.",
        {
            "definition_id": _text("identifier", "kebab-case slug"),
            "name": _text("its name, as pages write it"),
            "unit": _text("unit of its values", null=True),
            "definition": _text("what it is, in one or two sentences"),
            "how": _text("how it is computed"),
            "why": _text("why it is computed so and not otherwise"),
            "caution": _text("what must not be read into it", null=True),
            "shown_at": _text("address of a page that shows it", "path", null=True),
            "author": _text("who wrote the definition"),
            "checker": _text("what or who checks that figures follow it"),
            "written": Field("date", "when it was written"),
            "reviewed": Field("date", "when it was last held against what the program does"),
            "source": SOURCE,
        },
        ("definition_id",),
    ),
    "glossary": TableSpec(
        "A word of totalplace and the one thing that it means.",
        {
            "term": _text("the word"),
            "meaning": _text("what it means", "text with `code` and *stress*; one sense a line"),
            "source": SOURCE,
        },
        ("term",),
    ),
}
