"""A report as a Word document: real headings, captions, lists and tables, fit to be read aloud."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime, time
from itertools import zip_longest
from typing import Any

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from totalplace.charts import png
from totalplace.reports._report_model import (
    Block,
    Bullets,
    Cell,
    Column,
    Content,
    KeyFigures,
    Paragraph,
    Picture,
    Section,
    Table,
)
from totalplace.reports._report_words import (
    caption_text,
    cell_text,
    day_text,
    heading_text,
    is_number,
)

__all__ = ["docx_bytes"]

_FONT = "Arial"
_INK, _QUIET, _ACCENT = RGBColor(0x0B, 0x0C, 0x0C), RGBColor(0x48, 0x49, 0x49), "1D4F91"
_WIDTH = Cm(17)
_FIXED = {
    "million": Cm(2.1),
    "pounds": Cm(3.0),
    "number": Cm(1.9),
    "pct": Cm(2.15),
    "grade": Cm(1.4),
    "day": Cm(2.0),
    "id": Cm(2.8),
}
"""Widths of columns whose cells are of a known size; columns of text share what is left."""
_TORN_FROM = 18
"""Rows from which on a table may run over the end of a page."""
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_STYLES = {"lead": "Lead", "small": "Small print", "body": "Body Text"}


def docx_bytes(content: Content) -> bytes:
    """The document. Its dates are the snapshot's, and its parts are packed with a fixed date."""
    document = docx.Document()
    _properties(document, content)
    _styles(document)
    _page(document, content)
    _title_page(document, content)
    _contents(document, content)
    for number, section in enumerate(content.sections):
        _section(document, section, number)
    # a paragraph after the last table, or a reader's program would add one of its own
    document.add_paragraph(
        f"{content.running}, of {day_text(content.created)}.", style="Small print"
    )
    buffer = io.BytesIO()
    document.save(buffer)
    return _repacked(buffer.getvalue())


def _repacked(content: bytes) -> bytes:
    """The same parts in the same order, without the time at which they were packed."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            part = zipfile.ZipInfo(entry.filename, date_time=_ZIP_DATE)
            part.compress_type = zipfile.ZIP_DEFLATED
            part.external_attr = 0o600 << 16
            new.writestr(part, old.read(entry))
    return packed.getvalue()


def _properties(document: Any, content: Content) -> None:
    day = datetime.combine(content.created, time())
    core = document.core_properties
    core.title = f"{content.title}, {content.subtitle}"
    core.subject = content.running
    core.author = core.last_modified_by = f"totalplace {content.software}"
    core.comments = content.notice
    core.language = "en-GB"
    core.keywords = ""
    core.created = core.modified = day
    core.revision = 1


def _styles(document: Any) -> None:
    styles = document.styles
    language = styles.element.find(f".//{qn('w:rPrDefault')}//{qn('w:lang')}")
    for name in ("val", "eastAsia"):
        language.set(qn(f"w:{name}"), "en-GB")
    for name, size, before, after, colour in (
        ("Normal", 10.5, 0, 6, _INK),
        ("Body Text", 10.5, 6, 6, _INK),
        ("Title", 26, 150, 4, _INK),
        ("Subtitle", 16, 0, 36, _QUIET),
        ("Heading 1", 18, 20, 8, RGBColor.from_string(_ACCENT)),
        ("Heading 2", 13, 14, 6, RGBColor.from_string(_ACCENT)),
        ("Caption", 9.5, 12, 4, _INK),
        ("List Bullet", 10.5, 0, 4, _INK),
        ("List Number", 10.5, 0, 4, _INK),
        ("Header", 8, 0, 0, _QUIET),
        ("Footer", 8, 0, 0, _QUIET),
    ):
        _style(styles[name], size, before, after, colour)
    styles["Caption"].paragraph_format.keep_with_next = True
    styles["Caption"].font.bold = styles["Title"].font.bold = True
    styles["Subtitle"].font.italic = False
    title = styles["Title"].element.get_or_add_pPr()
    for border in title.findall(qn("w:pBdr")):
        title.remove(border)
    for name, size, after, colour in (
        ("Lead", 13, 8, _INK),
        ("Small print", 8, 8, _QUIET),
        ("Table text", 8.5, 0, _INK),
        ("Contents line", 10.5, 3, _INK),
    ):
        made = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        made.base_style = styles["Normal"]
        _style(made, size, after / 2, after, colour)
    styles["Table text"].paragraph_format.line_spacing = 1.0


def _style(style: Any, size: float, before: float, after: float, colour: Any) -> None:
    style.font.name, style.font.size, style.font.color.rgb = _FONT, Pt(size), colour
    style.font.italic = False
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{name}"), None)
    for name in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{name}"), _FONT)
    spacing = style.element.rPr.find(qn("w:spacing"))
    if spacing is not None:
        style.element.rPr.remove(spacing)
    style.paragraph_format.space_before = Pt(before)
    style.paragraph_format.space_after = Pt(after)


def _page(document: Any, content: Content) -> None:
    page = document.sections[0]
    page.orientation = WD_ORIENT.PORTRAIT
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2)
    page.top_margin, page.bottom_margin = Cm(2.4), Cm(2.2)
    page.different_first_page_header_footer = True
    page.header.paragraphs[0].text = content.running
    foot = page.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for text, field in (("Page ", "PAGE"), (" of ", "NUMPAGES")):
        foot.add_run(text)
        _field(foot, field, "1")


def _field(paragraph: Any, instruction: str, shown: str) -> None:
    """A field that the reader's program fills in; `shown` stands there until it does."""
    for kind in ("begin", "instruction", "separate", "shown", "end"):
        run = paragraph.add_run()
        if kind == "instruction":
            code = OxmlElement("w:instrText")
            code.set(qn("xml:space"), "preserve")
            code.text = f" {instruction} "
            run._r.append(code)  # noqa: SLF001 - python-docx has no fields of its own
        elif kind == "shown":
            run.text = shown
        else:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)  # noqa: SLF001


def _title_page(document: Any, content: Content) -> None:
    document.add_paragraph(content.title, style="Title")
    document.add_paragraph(content.subtitle, style="Subtitle")
    table = Table(
        "facts",
        "",
        (Column("Fact", "text", 1.0), Column("Value", "text", 2.6)),
        [list(fact) for fact in content.facts],
    )
    _table_grid(document, table, has_head=False)
    notice = document.add_paragraph(content.notice, style="Small print")
    notice.paragraph_format.space_before = Pt(24)


def _contents(document: Any, content: Content) -> None:
    """The list of sections, each a link to its heading; without page numbers, so never stale."""
    heading = document.add_paragraph("Contents", style="Heading 1")
    heading.paragraph_format.page_break_before = True
    for section in content.sections:
        if section.level == 1:
            line = document.add_paragraph(style="Contents line")
            link = OxmlElement("w:hyperlink")
            link.set(qn("w:anchor"), _bookmark(section))
            run = OxmlElement("w:r")
            text = OxmlElement("w:t")
            text.text = section.title
            run.append(text)
            link.append(run)
            line._p.append(link)  # noqa: SLF001 - python-docx cannot link inside a document


def _bookmark(section: Section) -> str:
    return f"section_{section.name}"


def _section(document: Any, section: Section, number: int) -> None:
    heading = document.add_paragraph(style=f"Heading {section.level}")
    heading.paragraph_format.page_break_before = section.starts_page
    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for mark in (start, end):
        mark.set(qn("w:id"), str(number))
    start.set(qn("w:name"), _bookmark(section))
    heading._p.append(start)  # noqa: SLF001 - python-docx has no bookmarks
    heading.add_run(section.title)
    heading._p.append(end)  # noqa: SLF001
    for block, following in zip_longest(section.blocks, section.blocks[1:]):
        _block(document, block)
        # what leads to a picture or table stays with it
        if isinstance(block, Paragraph) and isinstance(following, Picture | Table):
            document.paragraphs[-1].paragraph_format.keep_with_next = True


def _block(document: Any, block: Block) -> None:
    if isinstance(block, Paragraph):
        document.add_paragraph(block.text, style=_STYLES[block.style])
    elif isinstance(block, Bullets):
        style = "List Number" if block.is_numbered else "List Bullet"
        for at, item in enumerate(block.items):
            line = document.add_paragraph(item, style=style)
            if at == 0:
                line.paragraph_format.space_before = Pt(8)
    elif isinstance(block, KeyFigures):
        columns = (Column("Figure"), Column("Value", width=1.6), Column("What it is", width=1.6))
        _table(document, Table("key_figures", block.caption, columns, block.items))
    elif isinstance(block, Picture):
        document.add_picture(io.BytesIO(png(block.chart)), width=_WIDTH)
        document.paragraphs[-1].paragraph_format.keep_with_next = True
        facts = document.inline_shapes[-1]._inline.docPr  # noqa: SLF001 - no API for alt text
        facts.set("descr", block.chart.description)
        facts.set("title", block.chart.title)
        document.add_paragraph(block.chart.caption, style="Small print")
    else:
        _table(document, block)


def _table(document: Any, table: Table) -> None:
    document.add_paragraph(caption_text(table), style="Caption")
    _table_grid(document, table, has_head=True)


def _table_grid(document: Any, table: Table, *, has_head: bool) -> None:
    columns = table.printed
    body = [[cell_text(cell, at) for cell, at in _paired(row, columns)] for row in table.shown]
    last = [[cell_text(cell, at) for cell, at in _paired(row, columns)] for row in table.last]
    head = [[heading_text(column) for column in columns]] if has_head else []
    rows = [*head, *body, *last]
    made = document.add_table(rows=len(rows), cols=len(columns))
    made.autofit = False
    widths = _widths(columns)
    is_kept = len(rows) < _TORN_FROM
    _dress(made, table.caption, widths, has_head=has_head, has_first=table.has_row_headings)
    for at, (cells, row) in enumerate(zip(rows, made._tbl.tr_lst, strict=True)):  # noqa: SLF001
        is_head, is_last = at < len(head), at >= len(head) + len(body)
        properties = row.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if is_head:
            properties.append(OxmlElement("w:tblHeader"))
        for number, (text, column, cell) in enumerate(zip(cells, columns, row.tc_lst, strict=True)):
            is_bold = is_head or is_last or (not has_head and number == 0)
            _fill(cell, text, column, is_bold=is_bold, is_head=is_head, width=widths[number])
            if is_kept and at < len(rows) - 1:
                cell.p_lst[0].get_or_add_pPr().keepNext_val = True
            if is_last:
                _shade(cell, "E8EDF3")
            elif is_head:
                _rule(cell)


def _paired(row: Sequence[Cell], columns: Sequence[Column]) -> list[tuple[Cell, Column]]:
    return list(zip(row, columns, strict=True))


def _widths(columns: Sequence[Column]) -> list[int]:
    fixed = [_FIXED.get(column.kind) for column in columns]
    left = _WIDTH - sum(width for width in fixed if width is not None)
    shares = sum(c.width for c, width in zip(columns, fixed, strict=True) if width is None)
    return [
        int(left * column.width / shares) if width is None else int(width)
        for column, width in zip(columns, fixed, strict=True)
    ]


def _dress(
    made: Any, caption: str, widths: Sequence[int], *, has_head: bool, has_first: bool
) -> None:
    """Lines, widths, and which row and column name the others: what a screen reader is told."""
    properties = made._tbl.tblPr  # noqa: SLF001 - python-docx has no borders, looks or captions
    for name in ("w:tblStyle", "w:tblLook"):
        for old in properties.findall(qn(name)):
            properties.remove(old)
    width = properties.find(qn("w:tblW"))
    if width is None:
        width = OxmlElement("w:tblW")
        properties.append(width)
    width.set(qn("w:type"), "dxa")
    width.set(qn("w:w"), str(sum(widths) // 635))
    borders = OxmlElement("w:tblBorders")
    for side in ("bottom", "insideH"):
        line = OxmlElement(f"w:{side}")
        for key, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", "B1B4B6")):
            line.set(qn(f"w:{key}"), value)
        borders.append(line)
    layout = properties.find(qn("w:tblLayout"))
    layout.addprevious(borders)
    margins = OxmlElement("w:tblCellMar")
    for side, space in (("top", 45), ("left", 40), ("bottom", 45), ("right", 70)):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(space))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    look = OxmlElement("w:tblLook")
    flags = {"firstRow": has_head, "firstColumn": has_first, "noHBand": True, "noVBand": True}
    for name, holds in {**flags, "lastRow": False, "lastColumn": False}.items():
        look.set(qn(f"w:{name}"), "1" if holds else "0")
    properties.extend([margins, look])
    if caption:
        words = OxmlElement("w:tblCaption")
        words.set(qn("w:val"), caption)
        properties.append(words)
    for column, width_emu in zip(made._tbl.tblGrid.gridCol_lst, widths, strict=True):  # noqa: SLF001
        column.w = width_emu


def _fill(
    cell: Any, text: str, column: Column, *, is_bold: bool, is_head: bool, width: int
) -> None:
    cell.width = width
    paragraph = cell.p_lst[0]
    paragraph.style = "Tabletext"
    if is_number(column):
        paragraph.get_or_add_pPr().jc_val = WD_ALIGN_PARAGRAPH.RIGHT
    run = paragraph.add_r()
    run.text = text
    properties = run.get_or_add_rPr()
    if is_bold:
        properties._add_b()  # noqa: SLF001
    if column.kind == "id" and not is_head:
        size = OxmlElement("w:sz")
        size.set(qn("w:val"), "13")
        properties.append(size)


def _shade(cell: Any, colour: str) -> None:
    shade = OxmlElement("w:shd")
    for key, value in (("val", "clear"), ("color", "auto"), ("fill", colour)):
        shade.set(qn(f"w:{key}"), value)
    cell.get_or_add_tcPr().append(shade)


def _rule(cell: Any) -> None:
    """The line below a heading, and its text at the foot of the cell."""
    properties = cell.get_or_add_tcPr()
    borders = OxmlElement("w:tcBorders")
    line = OxmlElement("w:bottom")
    for key, value in (("val", "single"), ("sz", "10"), ("space", "0"), ("color", "0B0C0C")):
        line.set(qn(f"w:{key}"), value)
    borders.append(line)
    properties.append(borders)
    foot = OxmlElement("w:vAlign")
    foot.set(qn("w:val"), "bottom")
    properties.append(foot)
