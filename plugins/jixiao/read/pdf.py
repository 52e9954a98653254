"""PDF pages as positioned lines and ruled tables.

pdfium gives the characters with their boxes and the lines that a page draws; pdfplumber finds the cells between
those lines. A page without a usable text layer goes to OCR.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from jixiao.model import Box, Cell, Line, Page, UnreadableDocument
from jixiao.read import ocr
from jixiao.read.drawing import Drawing, open_pdf
from jixiao.read.glyphs import SKEW, Glyphs, glyphs_of, moved, upright
from jixiao.read.grid import Grid, RawTable, ReadPage, grid_of
from jixiao.read.limits import Limits
from jixiao.read.lines import lines_of
from jixiao.read.quality import is_readable
from jixiao.read.rules import area_of, cells_of, objects_of, place_in

_OUTSIDE = -1
_NO_TEXT = 8  # characters
_A_STAMP = 40
_DRAWN_LETTERS = 50
_FRESH_AFTER = 30  # pages, after which pdfium is made to forget the fonts that it keeps for a whole document


def read_pages(path: Path, limits: Limits) -> tuple[list[ReadPage], list[str]]:
    """Read every page; return the pages and notes on what was met. Pages are closed as they are done."""
    document = open_pdf(path)
    drawing = Drawing(path, limits.pixels)
    pages: list[ReadPage] = []
    notes: list[str] = []
    try:
        count = len(document)
        if count == 0:
            raise UnreadableDocument(f"{path.name}: the PDF has no pages")
        if count > limits.pages:
            raise UnreadableDocument(f"{path.name}: {count} pages, more than the limit of {limits.pages}")
        for number in range(1, count + 1):
            try:
                page = document[number - 1]
                textpage = page.get_textpage()
            except pdfium.PdfiumError:
                raise UnreadableDocument(f"{path.name}: page {number} is damaged") from None
            read, note = _read_page(page, glyphs_of(textpage, _window(page)), number, drawing)
            pages.append(read)
            if note:
                notes.append(f"page {number}: {note}")
            textpage.close()
            page.close()
            if number % _FRESH_AFTER == 0 and number < count:
                document.close()
                document = open_pdf(path)
    finally:
        drawing.close()
        document.close()
    return pages, notes


def _window(page: pdfium.PdfPage) -> tuple[float, float, float, float] | None:
    """Return the part of the sheet that a page is cut to, if it is: what overruns the sheet itself still counts."""
    cut = page.get_cropbox(fallback_ok=False)
    return None if cut in (None, page.get_mediabox(fallback_ok=False)) else page.get_bbox()


def _read_page(page: pdfium.PdfPage, glyphs: Glyphs, number: int, drawing: Drawing) -> tuple[ReadPage, str | None]:
    """Read one page; return a note where it was read in another way than most."""
    if len(glyphs.codes) < _A_STAMP and _is_picture(page, len(glyphs.codes)):
        return ocr.read_page(drawing, number), "no text layer, read by OCR"
    turn = _turn(glyphs, page.get_rotation())
    lines, tables = _content(page, glyphs, number, turn)
    inside = (line for table in tables for cell in table.cells for line in cell.lines)
    if glyphs.unmapped > len(glyphs.codes) or not is_readable("".join(line.text for line in (*lines, *inside))):
        why = "text layer is not Chinese text (fonts without a Unicode map), read by OCR"
        return ocr.read_page(drawing, number), why
    width, height = page.get_size()
    note = f"text runs sideways, turned by {turn} degrees" if turn else None
    return ReadPage(Page(number, width, height, tuple(lines), "text", turn), tuple(tables)), note


def _is_picture(page: pdfium.PdfPage, characters: int) -> bool:
    """Tell whether a page with little text shows its content in pictures or drawn letters.

    Where a scanner's software added a line of its own, only a picture of most of the page counts.
    """
    least = 0.5 * page.get_width() * page.get_height() if characters >= _NO_TEXT else 0.0
    paths = 0
    for kind, handle, matrix in objects_of(page):
        if kind == pdfium_c.FPDF_PAGEOBJ_IMAGE and area_of(handle, matrix) > least:
            return True
        paths += kind == pdfium_c.FPDF_PAGEOBJ_PATH
    return characters < _NO_TEXT and paths > _DRAWN_LETTERS


def _turn(glyphs: Glyphs, rotation: int) -> int:
    """Return the clockwise turn of the page as shown after which most of its text runs to the right."""
    quarters = np.bincount(glyphs.angles[glyphs.angles != SKEW] // 90)
    return -int(90 * quarters.argmax() + rotation) % 360 if len(quarters) else 0


def _content(page: pdfium.PdfPage, glyphs: Glyphs, number: int, turn: int) -> tuple[list[Line], list[RawTable]]:
    """Share the characters of a page, turned clockwise, among its running text and its ruled tables."""
    rotation, bbox, shown = page.get_rotation(), page.get_bbox(), page.get_size()
    matrix = upright(bbox, (rotation + turn) % 360)
    boxes = moved(glyphs.boxes, matrix)
    x, y = (boxes[:2] + boxes[2:]) / 2
    grids = [grid for cells in cells_of(page, matrix) if _used(grid := grid_of(cells), x, y) >= 3]
    places = place_in([box for grid in grids for box in grid.boxes], x, y)
    turns = np.where(glyphs.angles == SKEW, SKEW, -(glyphs.angles + rotation) % 360)
    found: dict[int, list[Line]] = {}
    # What runs another way than most (a label up the side of a cell) is read by itself. What runs askew is a stamp.
    for its_turn in sorted({*turns.tolist()} - {SKEW}, key=lambda its: its != turn) or [turn]:
        some = turns == its_turn if (turns != SKEW).any() else turns == SKEW
        its_boxes = boxes if its_turn == turn else moved(glyphs.boxes, upright(bbox, (rotation + its_turn) % 360))
        extent = shown[::-1] if its_turn in (90, 270) else shown
        lines = lines_of(glyphs.codes[some], its_boxes[:, some], places[some], number, its_turn, extent)
        for place, its_lines in lines.items():
            aside = its_turn != turn and place == _OUTSIDE
            found.setdefault(place, []).extend(_along(its_lines, turn, shown) if aside else its_lines)
    tables: list[RawTable] = []
    first = 0
    for grid in grids:
        tables.append(_table(grid, [found.get(first + index, []) for index in range(len(grid.boxes))], number))
        first += len(grid.boxes)
    return found.get(_OUTSIDE, []), tables


def _used(grid: Grid, x: np.ndarray, y: np.ndarray) -> int:
    """Return how many cells hold text."""
    return len(set(place_in(grid.boxes, x, y).tolist()) - {_OUTSIDE})


def _along(lines: Sequence[Line], turn: int, shown: tuple[float, float]) -> list[Line]:
    """Return lines that run another way with their boxes on the turned page; their characters' places are left out."""
    extent = shown[::-1] if turn in (90, 270) else shown
    return [
        replace(
            line,
            box=line.box and line.box.turned_back(line.turn, line.extent).turned_back(-turn % 360, shown),
            edges=(),
            turn=turn,
            extent=extent,
        )
        for line in lines
    ]


def _table(grid: Grid, inside: Sequence[Sequence[Line]], number: int) -> RawTable:
    cells = tuple(
        Cell(row, col, row_span, col_span, "", tuple(lines), number, box)
        for (row, col, row_span, col_span), box, lines in zip(grid.places, grid.boxes, inside, strict=True)
    )
    lefts, tops, rights, bottoms = zip(*grid.boxes, strict=True)
    whole = Box(min(lefts), min(tops), max(rights), max(bottoms))
    return RawTable(number, whole, cells, grid.row_count, grid.col_count)
