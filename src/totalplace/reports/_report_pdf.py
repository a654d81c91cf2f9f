"""A report as a tagged PDF (PDF/UA-1), set by Typst."""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib.resources import as_file, files
from typing import Any

import typst

from totalplace.charts import svg
from totalplace.reports._report_letters import drawable
from totalplace.reports._report_model import (
    Block,
    Bullets,
    Cell,
    Column,
    Content,
    KeyFigures,
    Paragraph,
    Picture,
)
from totalplace.reports._report_words import caption_text, cell_text, heading_text, is_number

__all__ = ["pdf_bytes"]

_WIDTH = 720
"""Pixels for which a picture is laid out, so that its text can be read on paper."""


def pdf_bytes(content: Content) -> bytes:
    """The PDF. Fonts are those of the charts alone, so every computer sets the same pages.

    Texts travel as JSON, never as markup: no character of a label can steer the setting. A letter
    that the fonts do not have becomes a mark, since PDF/UA allows no text that cannot be shown.
    """
    told = json.dumps(_document(content), sort_keys=True, ensure_ascii=False)
    here = files("totalplace.reports").joinpath("report.typ").read_bytes()
    with as_file(files("totalplace.charts").joinpath("vendor")) as fonts:
        pdf = typst.compile(
            here,
            format="pdf",
            font_paths=typst.Fonts(
                include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(fonts)]
            ),
            ignore_system_fonts=True,
            sys_inputs={"report": drawable(told)},
            pdf_standards=["ua-1"],
        )
    return bytes(pdf)


def _document(content: Content) -> dict[str, Any]:
    return {
        "title": content.title,
        "subtitle": content.subtitle,
        "facts": [list(fact) for fact in content.facts],
        "notice": content.notice,
        "running": content.running,
        "software": content.software,
        "sections": [
            {
                "title": section.title,
                "level": section.level,
                "page": section.starts_page,
                "blocks": [_block(block) for block in section.blocks],
            }
            for section in content.sections
        ],
    }


def _block(block: Block) -> dict[str, Any]:
    if isinstance(block, Paragraph):
        return {"type": "paragraph", "style": block.style, "text": block.text}
    if isinstance(block, Bullets):
        return {"type": "bullets", "numbered": block.is_numbered, "items": list(block.items)}
    if isinstance(block, KeyFigures):
        return {"type": "key", "items": [list(item) for item in block.items]}
    if isinstance(block, Picture):
        return {
            "type": "picture",
            "svg": svg(block.chart, prefix=block.name, width=_WIDTH),
            "alt": block.chart.description,
            "caption": block.chart.caption,
        }
    columns = block.printed
    return {
        "type": "table",
        "caption": caption_text(block),
        "columns": [
            {
                "heading": heading_text(column),
                "kind": column.kind,
                "number": is_number(column),
                "width": column.width,
            }
            for column in columns
        ],
        "rows": [_row(row, columns) for row in block.shown],
        "last": [_row(row, columns) for row in block.last],
    }


def _row(row: Sequence[Cell], columns: Sequence[Column]) -> list[str]:
    return [cell_text(cell, column) for cell, column in zip(row, columns, strict=True)]
