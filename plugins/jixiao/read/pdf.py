"""PDF pages as positioned lines and ruled tables.

pdfium gives the characters with their boxes and the lines that a page draws; pdfplumber finds the cells between
those lines. A page without a usable text layer goes to OCR.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from jixiao.model import Box, Cell, Evidence, Line, Page, Remark, UnreadableDocument
from jixiao.read import ocr
from jixiao.read.annotations import flattened
from jixiao.read.drawing import Drawing, has_layers, open_pdf
from jixiao.read.glyphs import Glyphs, by_turn, glyphs_of, laid_down, moved, runs_down, turn_of, upright
from jixiao.read.grid import Grid, RawTable, ReadPage, columns_of, grid_of, same_columns
from jixiao.read.holes import NOT_DRAWN, draws_holes
from jixiao.read.limits import Limits
from jixiao.read.lines import lines_of
from jixiao.read.odd import Odd, odd_text
from jixiao.read.overlaid import (
    askew_remarks,
    large_watermark,
    lost_remark,
    struck_through,
    watermark,
)
from jixiao.read.page_pictures import NOT_READ, agrees, pictures_of, read_pictures
from jixiao.read.quality import is_readable
from jixiao.read.rules import area_of, cells_of, edges_of, objects_of, paints, place_in, plain_things_of, whole_numbers
from jixiao.read.visible import drop_hidden, hidden_remarks, looks_of

_OUTSIDE = -1
_FEWEST_CELLS, _FEWEST_USED = 4, 3
_NO_TEXT = 8  # characters
_A_STAMP = 40
_DRAWN_LETTERS = 50
_FRESH_AFTER = 30  # pages, after which pdfium is made to forget the fonts that it keeps for a whole document


def read_pages(path: Path, limits: Limits) -> list[ReadPage]:
    """Read every page. Pages are closed as they are done."""
    document = _opened(path)
    is_layered = cache(partial(has_layers, path))
    read: list[ReadPage] = []
    try:
        count = len(document)
        if count == 0:
            raise UnreadableDocument(f"{path.name}: the PDF has no pages")
        if count > limits.pages:
            raise UnreadableDocument(f"{path.name}: {count} pages, more than the limit of {limits.pages}")
        with Drawing(path, limits.pixels) as drawing:
            for number in range(1, count + 1):
                try:
                    page, told = flattened(document, document[number - 1], number - 1)
                    before = sorted(read[-1].tables, key=lambda table: table.box.bottom)[-1:] if read else ()
                    found = _read_page(page, number, drawing, is_layered, before)
                    read.append(replace(found, remarks=(*found.remarks, *told)) if told else found)
                except pdfium.PdfiumError:
                    raise UnreadableDocument(f"{path.name}: page {number} is damaged") from None
                page.close()
                if number % _FRESH_AFTER == 0 and number < count:
                    document.close()
                    document = _opened(path)
    finally:
        document.close()
    return read


def _opened(path: Path) -> pdfium.PdfDocument:
    document = open_pdf(path)
    if document.get_formtype():
        document.init_forms()
    return document


def _read_page(
    page: pdfium.PdfPage, number: int, drawing: Drawing, is_layered: Callable[[], bool], before: Sequence[RawTable]
) -> ReadPage:
    """Read what a page shows, by its text or by OCR; `before` is the last table of the page before it."""
    kinds, things = plain_things_of(page)
    odd = odd_text(page, kinds, things, is_layered)
    glyphs, seen, remarks = _seen_text(page, number, drawing, odd)
    few = len(seen.codes) < _A_STAMP
    if few and len(glyphs.codes) >= _A_STAMP and _is_picture(page, len(glyphs.codes)):
        # A picture with a layer of its text below or above it: what a scanner's software made of it.
        turn = turn_of(glyphs, page.get_rotation())
        lines, tables, _ = _content(page, kinds, glyphs, number, turn, before)
        every = [*lines, *(line for table in tables for cell in table.cells for line in cell.lines)]
        if not agrees(every, drawing, number):
            return ocr.read_page(drawing, number, "the text layer is not what the picture says, read by OCR")
        seen, remarks = glyphs, []
    elif few and _is_picture(page, len(seen.codes)):
        return ocr.read_page(drawing, number, "no text layer, read by OCR")
    turn = turn_of(seen, page.get_rotation())
    lines, tables, lost = _content(page, kinds, seen, number, turn, before)
    inside = [line for table in tables for cell in table.cells for line in cell.lines]
    if (
        seen.is_holed
        or seen.unmapped > len(seen.codes)
        or not is_readable("".join(line.text for line in (*lines, *inside)))
    ):
        why = "text layer is not Chinese text (fonts without a Unicode map), read by OCR"
        if not draws_holes(page):
            width, height = page.get_size()
            return ReadPage(Page(number, width, height, ()), (), None, (Remark(*NOT_DRAWN, Evidence(number)),))
        return ocr.read_page(drawing, number, why)
    if seen.is_spoken and not agrees([*lines, *inside], drawing, number):
        return ocr.read_page(drawing, number, "the text layer is not what the page shows, read by OCR")
    width, height = page.get_size()
    note = f"text runs sideways, turned by {turn} degrees" if turn else None
    remarks += (lost_remark(kind, line) for kind, line in lost)
    read = ReadPage(Page(number, width, height, tuple(lines), "text", turn), tuple(tables), note, tuple(remarks))
    if (few and seen is glyphs) or not paints(kinds, pdfium_c.FPDF_PAGEOBJ_IMAGE):
        return read
    return _with_pictures(read, page, seen, drawing)


def _seen_text(
    page: pdfium.PdfPage, number: int, drawing: Drawing, odd: Odd | None
) -> tuple[Glyphs, Glyphs, list[Remark]]:
    """Return all characters of a page, those that a reader sees and trusts, and what is to be told of the others."""
    textpage = page.get_textpage()
    every = glyphs = glyphs_of(textpage)
    looks = looks_of(odd, glyphs, textpage, page, drawing, number)
    remarks: list[Remark] = []
    if looks.hidden.any():
        remarks += hidden_remarks(looks.hidden, glyphs, page, number)
        if drop_hidden(page, looks):
            # pdfium gives one of two equal texts at one place: it may have been the hidden one.
            textpage.close()
            textpage = page.get_textpage()
            glyphs = glyphs_of(textpage)
            looks = looks_of(odd, glyphs, textpage, page, drawing, number)
    textpage.close()
    if looks.hidden.any() or looks.pale.any():
        pale = looks.pale if len(looks.pale) else np.zeros_like(looks.hidden)
        kept = ~looks.hidden & ~watermark(glyphs, pale & ~looks.hidden)
        glyphs = glyphs.only(kept) if not kept.all() else glyphs
    large = large_watermark(glyphs)
    glyphs = glyphs.only(~large) if large.any() else glyphs
    remarks += askew_remarks(glyphs, page, number)
    down = runs_down(glyphs)
    if (down > 0).sum() > len(down) / 2:  # a page of vertical text: read like one that lies on its side
        glyphs = laid_down(glyphs, down)
    if odd is not None and odd.is_spoken:
        glyphs = replace(glyphs, is_spoken=True)
    return every, glyphs, remarks


def _with_pictures(read: ReadPage, page: pdfium.PdfPage, glyphs: Glyphs, drawing: Drawing) -> ReadPage:
    """Return a page of text with what its pictures say, where they stand."""
    to_shown = upright(page.get_bbox(), page.get_rotation())
    places = moved(glyphs.boxes, to_shown)
    boxes = pictures_of(page, (places[:2] + places[2:]) / 2, to_shown)
    number = read.page.number or 1
    if not boxes:
        return read
    if read.page.rotation:
        told = [Remark(*NOT_READ, Evidence(number, box)) for box in boxes]
        return replace(read, remarks=(*read.remarks, *told))
    lines, tables, told = read_pictures(boxes, drawing, number)
    if not (lines or tables):
        return replace(read, remarks=(*read.remarks, *told))
    # The text keeps its order; each line of a picture goes before the first that stands below it.
    running = list(read.page.lines)
    for line in lines:
        top = line.box.top if line.box else 0.0
        below = (at for at, other in enumerate(running) if other.box is not None and other.box.top > top)
        running.insert(next(below, len(running)), line)
    return replace(
        read,
        page=replace(read.page, lines=tuple(running)),
        tables=(*read.tables, *tables),
        remarks=(*read.remarks, *told),
        from_pictures=True,
    )


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


def _content(
    page: pdfium.PdfPage,
    kinds: Sequence[int],
    glyphs: Glyphs,
    number: int,
    turn: int,
    before: Sequence[RawTable],
) -> tuple[list[Line], list[RawTable], list[tuple[str, Line]]]:
    """Share the characters of a page, turned clockwise, among its running text and its ruled tables.

    The third are the figures that were left out, each with the kind of its loss.
    """
    rotation, bbox, shown = page.get_rotation(), page.get_bbox(), page.get_size()
    matrix = upright(bbox, (rotation + turn) % 360)
    boxes = moved(glyphs.boxes, matrix)
    edges = edges_of(page, matrix, kinds)
    found: dict[int, list[Line]] = {}
    lost: list[tuple[str, Line]] = []
    if edges and (struck := struck_through(edges, glyphs, boxes)).any():
        corners = (*boxes[:2, struck].min(axis=1).tolist(), *boxes[2:, struck].max(axis=1).tolist())
        words = "".join(map(chr, glyphs.codes[struck].tolist()))
        extent = shown[::-1] if turn in (90, 270) else shown
        lost.append(("hidden_text", Line(words, number, Box(*corners), turn=turn, extent=extent)))
        glyphs, boxes = glyphs.only(~struck), boxes[:, ~struck]
    x, y = (boxes[:2] + boxes[2:]) / 2
    grids = [grid_of(cells) for cells in cells_of(edges)]
    each = [(grid, place_in(grid.boxes, x, y)) for grid in grids]
    used = [(grid, found, _used(found)) for grid, found in each]
    kept = [
        (grid, found)
        for grid, found, some in used
        if (some >= _FEWEST_USED and _is_table(grid)) or (some and _is_rest(grid, grids, before))
    ]
    grids = [grid for grid, _ in kept]
    places = kept[0][1] if len(kept) == 1 else place_in([box for grid in grids for box in grid.boxes], x, y)
    if grids:
        places = whole_numbers(glyphs.codes, boxes, places)
    columns = runs_down(glyphs)
    if columns.any():
        columns = np.where((places == _OUTSIDE) & (glyphs.angles == 0), columns, 0)
        glyphs = laid_down(glyphs, columns)
    # What runs another way than most (a label up the side of a cell) is read by itself. What runs askew is a stamp.
    for its_turn, some in by_turn(glyphs.angles, rotation, turn):
        its_boxes = boxes if its_turn == turn else moved(glyphs.boxes, upright(bbox, (rotation + its_turn) % 360))
        extent = shown[::-1] if its_turn in (90, 270) else shown
        lines = lines_of(glyphs.codes[some], its_boxes[:, some], places[some], number, its_turn, extent, lost)
        for place, its_lines in lines.items():
            aside = its_turn != turn and place == _OUTSIDE
            found.setdefault(place, []).extend(_along(its_lines, turn, shown) if aside else its_lines)
    tables: list[RawTable] = []
    first = 0
    for grid in grids:
        tables.append(_table(grid, [found.get(first + index, []) for index in range(len(grid.boxes))], number))
        first += len(grid.boxes)
    return found.get(_OUTSIDE, []), tables, lost


def _is_table(grid: Grid) -> bool:
    """Tell whether a grid may be a table; a single row (a heading whose table goes on overleaf) has three cells."""
    return len(grid.boxes) >= _FEWEST_CELLS or (len(grid.boxes) == _FEWEST_CELLS - 1 and grid.row_count == 1)


def _is_rest(grid: Grid, grids: Sequence[Grid], before: Sequence[RawTable]) -> bool:
    """Tell whether the topmost grid of a page may be the rest of the table that stands last on the page before it."""
    tops = [min(box.top for box in one.boxes) for one in grids]
    columns = [columns_of([cell.box for cell in table.cells if cell.box]) for table in before]
    return grid is grids[tops.index(min(tops))] and any(same_columns(columns_of(grid.boxes), its) for its in columns)


def _used(places: np.ndarray) -> int:
    """Return how many cells hold text, from the cell of each character."""
    return len({*places.tolist()} - {_OUTSIDE})


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
