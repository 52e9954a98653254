"""Blocks to files: one description of a report becomes a PDF, Word, Excel or HTML file.

A block is a paragraph (`str`) or a `Grid`. PDFs name the font STSong-Light without embedding it.
"""

import html
import io
from dataclasses import dataclass, field
from typing import Any

import docx
import openpyxl
import pypdfium2
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Flowable, PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
BODY = ParagraphStyle("body", fontName="STSong-Light", fontSize=12, leading=20, wordWrap="CJK")
CAPTION = ParagraphStyle("caption", BODY, keepWithNext=1)
TITLE = ParagraphStyle("title", BODY, fontSize=18, leading=28, alignment=1)
CELL = ParagraphStyle("cell", fontName="STSong-Light", fontSize=9, leading=12, wordWrap="CJK", alignment=1)


class Title(str):
    """A paragraph set as a title: larger and in the middle of the line."""

    __slots__ = ()


@dataclass(frozen=True)
class Grid:
    """A table. None stands in a place that the cell above (in its column) or to the left covers."""

    rows: tuple[tuple[str | None, ...], ...]
    across: frozenset[tuple[int, int]] = field(default=frozenset())
    """Places of None that belong to the cell on their left; the others belong to the cell above."""
    ruled: bool = True
    breaks: tuple[int, ...] = ()
    """Rows that a PDF puts at the top of the next page, below the first row again."""

    def pages(self) -> "list[Grid]":
        """Return what stands on each page; a cell that covers a break is printed again."""
        found = []
        for start, stop in zip((0, *self.breaks), (*self.breaks, len(self.rows)), strict=True):
            places = [*([0] if start else []), *range(start, stop)]
            rows = [list(self.rows[y]) for y in places]
            for x, text in enumerate(self.rows[start]):
                if start and text is None and (start, x) not in self.across:
                    rows[1][x] = next(row[x] for row in self.rows[start::-1] if row[x] is not None)
            across = frozenset(
                (at, x) for at, y in enumerate(places) for x in range(len(rows[0])) if (y, x) in self.across
            )
            found.append(Grid(tuple(map(tuple, rows)), across, self.ruled))
        return found

    def spans(self) -> list[tuple[int, int, int, int]]:
        """Return every cell as (row, column, row span, column span)."""
        found = []
        for y, row in enumerate(self.rows):
            for x, text in enumerate(row):
                if text is None:
                    continue
                right = 1
                while x + right < len(row) and row[x + right] is None and (y, x + right) in self.across:
                    right += 1
                down = 1
                while y + down < len(self.rows) and self.rows[y + down][x] is None and (y + down, x) not in self.across:
                    down += 1
                found.append((y, x, down, right))
        return found


class _Down(Spacer):
    """The room that puts what follows low on its page, as a table is that goes on overleaf."""

    def __init__(self, below: list[Flowable]) -> None:
        super().__init__(0, 0)
        self.below = below

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """Return what the page leaves."""
        return 0, max(0, height - sum(part.wrap(width, height)[1] for part in self.below) - 1)


def _table(block: Grid, room: float) -> Table:
    style: list[Any] = [("VALIGN", (0, 0), (-1, -1), "MIDDLE"), ("FONT", (0, 0), (-1, -1), "STSong-Light")]
    if block.ruled:
        style.append(("GRID", (0, 0), (-1, -1), 0.5, "black"))
    for y, x, down, right in block.spans():
        if down > 1 or right > 1:
            style.append(("SPAN", (x, y), (x + right - 1, y + down - 1)))
    cells = [["" if text is None else Paragraph(html.escape(text), CELL) for text in row] for row in block.rows]
    width = room / len(block.rows[0])
    return Table(cells, colWidths=[width] * len(block.rows[0]), style=TableStyle(style))


def pdf(blocks: list[str | Grid], *, wide: bool = False, rotate: int = 0) -> bytes:
    """Return the blocks as a PDF; with `rotate` its pages are turned in the file and stand upright by /Rotate."""
    out = io.BytesIO()
    size = landscape(A4) if wide else A4
    story: list[Any] = []
    for block in blocks:
        if isinstance(block, str):
            look = TITLE if isinstance(block, Title) else CAPTION if block.startswith("单位") else BODY
            story.append(Paragraph(html.escape(block), look))
            continue
        *early, last = [_table(page, size[0] - 120) for page in block.pages()]
        for part in early:
            above = story[-1:] if isinstance(story[-1], Paragraph) else []
            story[len(story) - len(above) :] = [_Down([*above, part]), *above, part, PageBreak()]
        story += [last, Spacer(1, 8)]

    made = SimpleDocTemplate(out, pagesize=size, margin=60, leftMargin=60, rightMargin=60, invariant=1)
    made.build(story)
    return turned(out.getvalue(), rotate) if rotate else out.getvalue()


def turned(data: bytes, rotate: int, *, flat: bool = False) -> bytes:
    """Return a PDF turned by 90 or 270 degrees in the file, and back by its /Rotate unless `flat`."""
    whole = pypdfium2.PdfDocument(data)
    for page in whole:  # not by setPageRotation of the canvas: reportlab's templates set it back
        wide, high = page.get_size()
        turn = (0, 1, -1, 0, high, 0) if rotate == 90 else (0, -1, 1, 0, 0, wide)
        for part in page.get_objects():
            part.transform(pypdfium2.PdfMatrix(*turn))
        page.set_mediabox(0, 0, high, wide)
        page.set_rotation(0 if flat else rotate)
        page.gen_content()
    out = io.BytesIO()
    whole.save(out)
    return out.getvalue()


def word(blocks: list[str | Grid]) -> bytes:
    """Return the blocks as a Word file."""
    made = docx.Document()
    for block in blocks:
        if isinstance(block, str):
            made.add_paragraph(block)
            continue
        table = made.add_table(len(block.rows), len(block.rows[0]), style="Table Grid")
        for y, x, down, right in block.spans():
            cell = table.cell(y, x).merge(table.cell(y + down - 1, x + right - 1))
            cell.text = block.rows[y][x] or ""
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def excel(blocks: list[str | Grid]) -> bytes:
    """Return the blocks as an Excel file of one sheet, all cells texts."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    top = 1
    for block in blocks:
        if isinstance(block, str):
            sheet.cell(top, 1, block)
            top += 1
            continue
        for y, x, down, right in block.spans():
            sheet.cell(top + y, x + 1, block.rows[y][x])
            if down > 1 or right > 1:
                sheet.merge_cells(None, top + y, x + 1, top + y + down - 1, x + right)
        top += len(block.rows)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def web(blocks: list[str | Grid]) -> bytes:
    """Return the blocks as an HTML page."""
    parts = ["<!DOCTYPE html><html><head><meta charset='utf-8'></head><body>"]
    for block in blocks:
        if isinstance(block, str):
            parts.append(f"<p>{html.escape(block)}</p>")
            continue
        cells = {(y, x): (down, right) for y, x, down, right in block.spans()}
        parts.append("<table border='1'>")
        for y, row in enumerate(block.rows):
            parts.append("<tr>")
            for x, text in enumerate(row):
                if (y, x) in cells:
                    down, right = cells[y, x]
                    parts.append(f"<td rowspan='{down}' colspan='{right}'>{html.escape(text or '')}</td>")
            parts.append("</tr>")
        parts.append("</table>")
    return "".join([*parts, "</body></html>"]).encode()
