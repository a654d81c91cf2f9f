"""The page of words, from the table of them that ships with the program."""

from __future__ import annotations

import textwrap

from docs_text import GENERATED

from totalplace.model import load

__all__ = ["PAGE", "text"]

PAGE = "glossary.md"

_HEAD = """# Glossary

One word means one thing, in these pages, in tables, in code and in messages. The words are kept
in `src/totalplace/model/data/glossary.csv`; the site shows the same.

```{glossary}
"""


def text() -> str:
    """The page."""
    parts = []
    for row in load("glossary").to_pylist():
        senses = "\n".join(map(_wrapped, row["meaning"].splitlines()))
        parts.append(f"{row['term']}\n{senses}\n")
    return f"{GENERATED}\n{_HEAD}" + "\n".join(parts) + "```\n"


def _wrapped(sense: str) -> str:
    return textwrap.fill(
        sense,
        98,
        initial_indent="  ",
        subsequent_indent="  ",
        break_long_words=False,
        break_on_hyphens=False,
    )
