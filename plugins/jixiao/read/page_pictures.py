"""Pictures of text inside a page of text: read by OCR, or told of; and layers of text that claim to be a picture's."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from jixiao.model import Box, Evidence, Line, Remark
from jixiao.read import ocr
from jixiao.read.drawing import Drawing, Pixels
from jixiao.read.glyphs import Floats
from jixiao.read.grid import RawTable
from jixiao.read.marks import holds_figure
from jixiao.read.rules import box_of, objects_of

_LEAST_PT = (100.0, 24.0)  # across and down: smaller ones are logos and signatures
_LEAST_SHARE = 0.02  # of the page
_TOUCH_PT = 2.0
_BACKGROUND = 8  # characters of the page inside a picture, from which it lies behind them
_PAPER, _INK = 190, 110  # of 255
_PAPER_SHARE, _INK_SHARE = 0.5, (0.004, 0.35)
_LEAST_WORDS = 8
_LEAST_CONFIDENCE = 0.6
_MOST_LINES = 12
_MARGIN_PT = 2.0
NOT_READ = ("picture_not_read", "a picture was not read: it may hold a table")


def pictures_of(page: pdfium.PdfPage, centres: Floats, to_shown: tuple[float, ...]) -> list[Box]:
    """Return the boxes of the pictures that may hold text, on the page as shown; parts of one picture are one.

    `centres` are those of the page's characters, as shown.
    """
    boxes: list[Box] = []
    for kind, handle, matrix in objects_of(page, to_shown):  # type: ignore[arg-type]
        if kind == pdfium_c.FPDF_PAGEOBJ_IMAGE:
            box = box_of(handle, matrix)
            for other in [one for one in boxes if _touch(one, box)]:
                boxes.remove(other)
                box = box.union(other)
            boxes.append(box)
    width, height = page.get_size()
    sheet = Box(0, 0, width, height)
    out = []
    for box in boxes:
        box = Box(max(box.x0, 0), max(box.top, 0), min(box.x1, sheet.x1), min(box.bottom, sheet.bottom))
        across, down = box.x1 - box.x0, box.bottom - box.top
        if across < _LEAST_PT[0] or down < _LEAST_PT[1] or across * down < _LEAST_SHARE * width * height:
            continue
        x, y = centres
        inside = (box.x0 <= x) & (x <= box.x1) & (box.top <= y) & (y <= box.bottom)
        if inside.sum() < _BACKGROUND:
            out.append(box)
    return out


def _touch(one: Box, other: Box) -> bool:
    """Tell whether two pictures are parts of one: of the same width, one right below the other, or the like across."""
    stacked = abs(one.x0 - other.x0) < _TOUCH_PT and abs(one.x1 - other.x1) < _TOUCH_PT
    beside = abs(one.top - other.top) < _TOUCH_PT and abs(one.bottom - other.bottom) < _TOUCH_PT
    down = max(one.top, other.top) - min(one.bottom, other.bottom)
    across = max(one.x0, other.x0) - min(one.x1, other.x1)
    return (stacked and down < _TOUCH_PT) or (beside and across < _TOUCH_PT)


def read_pictures(
    boxes: Sequence[Box], drawing: Drawing, number: int
) -> tuple[list[Line], list[RawTable], list[Remark]]:
    """Read what stands in pictures of a page; return lines, tables and what could not be read."""
    lines: list[Line] = []
    tables: list[RawTable] = []
    remarks: list[Remark] = []
    picture, scale = ocr.picture_of(drawing, number)
    for box in boxes:
        x0, top = int(box.x0 * scale), int(box.top * scale)
        part = np.ascontiguousarray(picture[top : int(box.bottom * scale), x0 : int(box.x1 * scale)])
        if not _has_writing(part):
            continue
        read = ocr.read_picture(part, number, part.shape[1] / scale, part.shape[0] / scale)
        found = [*read.page.lines, *(line for table in read.tables for cell in table.cells for line in cell.lines)]
        words = "".join(line.text for line in found)
        if len(words) < _LEAST_WORDS or not holds_figure(words):
            continue
        sure = sum((line.confidence or 0.0) * len(line.text) for line in found) / len(words)
        if read.page.rotation or read.page.skew_deg or sure < _LEAST_CONFIDENCE:
            evidence = Evidence(number, box, words[:40])
            remarks.append(Remark(*NOT_READ, evidence))
            continue
        at = (x0 / scale, top / scale)
        lines += [_moved(line, *at) for line in read.page.lines]
        tables += [_table_moved(table, *at) for table in read.tables]
    return lines, tables, remarks


def _has_writing(part: Pixels) -> bool:
    """Tell whether a picture is mostly paper with some ink on it: a photograph is neither."""
    grey = part.max(axis=2)
    ink = (part.min(axis=2) < _INK).mean()
    return bool((grey > _PAPER).mean() > _PAPER_SHARE and _INK_SHARE[0] < ink < _INK_SHARE[1])


def _box_moved(box: Box | None, x: float, y: float) -> Box | None:
    return box and Box(box.x0 + x, box.top + y, box.x1 + x, box.bottom + y)


def _moved(line: Line, x: float, y: float) -> Line:
    return replace(
        line, box=_box_moved(line.box, x, y), edges=tuple(edge + x for edge in line.edges), extent=(0.0, 0.0)
    )


def _table_moved(table: RawTable, x: float, y: float) -> RawTable:
    cells = tuple(
        replace(cell, box=_box_moved(cell.box, x, y), lines=tuple(_moved(line, x, y) for line in cell.lines))
        for cell in table.cells
    )
    return replace(table, box=_box_moved(table.box, x, y) or table.box, cells=cells)


def agrees(lines: Sequence[Line], drawing: Drawing, number: int) -> bool:
    """Tell whether the digits of a text layer are those of the picture it lies over, by a sample of its lines."""
    told = [line for line in lines if line.box is not None and sum(char.isdigit() for char in line.text) >= 2]
    if not told:
        return True
    told = [told[at] for at in np.linspace(0, len(told) - 1, min(_MOST_LINES, len(told))).astype(int).tolist()]
    picture, scale = ocr.picture_of(drawing, number)
    margin = _MARGIN_PT * scale
    for line in told:
        box = line.span_box(0, len(line.text)) or Box(0, 0, 0, 0)
        part = picture[
            max(0, int(box.top * scale - margin)) : int(box.bottom * scale + margin),
            max(0, int(box.x0 * scale - margin)) : int(box.x1 * scale + margin),
        ]
        if _digits(line.text) != _digits(ocr.words_of(np.ascontiguousarray(part))):
            return False
    return True


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdigit())
