"""Scanned pages: what the recogniser (`recogniser`) reads in a picture, with the place and confidence of every line."""

import re
from dataclasses import replace

import numpy as np

from jixiao.model import SURE, Box, Cell, Line, Page
from jixiao.read.drawing import Drawing, Pixels
from jixiao.read.grid import RawTable, ReadPage, grid_of
from jixiao.read.recogniser import LEAST_SCORE, Found, line_in, regions_of
from jixiao.read.repair import repair_recognised

_DPI = 170
_LEAST_PIXELS = 8
_SEALED = LEAST_SCORE
"""The confidence of a line with a figure under a seal."""
_CHROMA, _BLACK_INK = 70, 110  # of 255
_SEAL_SHARE = (0.01, 0.6)  # of a figure's box
_FIGURE = re.compile(r"\d[\d,.，．]*")
_TONE = 24  # of 255
_SAMPLE = 6  # lines
_LEAST_MEAN, _BETTER = 0.8, 1.2
"""Below which mean confidence a page may stand on its head, and by how much better it must read when turned."""
_SKEW_WIDTH = 600
"""Pixels across of the picture in which the skew of a page is measured."""
_LEVEL_DEG = 0.15
"""A page that is less crooked is level."""
_STROKE, _DASH = "一", "—"
_WIDE = re.compile(r"[\u2e80-\uffef]")


def edges_of(text: str, box: Box) -> tuple[float, ...]:
    """Share a line's width among its characters: a Chinese character is twice as wide as a digit."""
    widths = [1.0 if _WIDE.match(char) else 0.52 for char in text]
    unit = (box.x1 - box.x0) / (sum(widths) or 1.0)
    out: list[float] = []
    x = box.x0
    for width in widths:
        out += [x, x + width * unit]
        x += width * unit
    return tuple(out)


def _turned(picture: np.ndarray, degrees: float, *, roughly: bool = False) -> np.ndarray:
    """Return a picture turned counter-clockwise about its centre, of the same size, white where nothing was."""
    import cv2

    high, wide = picture.shape[:2]
    matrix = cv2.getRotationMatrix2D((wide / 2, high / 2), degrees, 1.0)
    between = cv2.INTER_LINEAR if roughly else cv2.INTER_CUBIC
    return cv2.warpAffine(picture, matrix, (wide, high), flags=between, borderValue=(255, 255, 255))


def _skew_deg(picture: np.ndarray) -> float:
    """Return by how many degrees counter-clockwise a picture is to be turned to be level; 0 when it is.

    Text and rules that are level or upright leave the sharpest edges in the sums of ink by row and by column.
    """
    import cv2

    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    size = (_SKEW_WIDTH, max(_SKEW_WIDTH // 4, grey.shape[0] * _SKEW_WIDTH // grey.shape[1]))
    small = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
    edge = _SKEW_WIDTH // 16  # the border of a scan is level whatever the paper is

    def sharpness(degrees: float) -> float:
        turned = _turned(small, degrees, roughly=True)[edge:-edge, edge:-edge]
        sums = [cv2.reduce(turned, axis, cv2.REDUCE_SUM, dtype=cv2.CV_32F).ravel() for axis in (0, 1)]
        return sum(float((np.diff(one) ** 2).sum()) for one in sums)

    best = 0.0
    for step, reach in ((0.4, 10), (0.1, 4)):
        best = max((best + step * n for n in range(-reach, reach + 1)), key=sharpness)
    return round(best, 2) if abs(best) >= _LEVEL_DEG else 0.0


def _is_blank(picture: Pixels) -> bool:
    """Tell whether a picture is of one tone."""
    return int(picture.max()) - int(picture.min()) < _TONE


def _recognised(picture: Pixels) -> tuple[int, list[Found]]:
    """Return by how many quarters counter-clockwise a picture is to be turned to be read, and its lines then.

    The turn is decided by a few of the longest lines; only a page that stands is read whole.
    """
    regions = regions_of(picture)
    quarter = 0
    if regions.are_tall():
        # What is higher than wide was cut out turned to the left: so is the page to be turned, or the other way.
        longest = regions.longest(_SAMPLE)
        quarter = 1 if _quality(longest.read()) >= _quality(longest.upside_down().read()) else 3
        regions = regions_of(np.ascontiguousarray(np.rot90(picture, quarter)))
    found = regions.read()
    if quarter == 0 and found and sum(score for _, _, score in found) / len(found) < _LEAST_MEAN:
        longest = regions.longest(_SAMPLE)
        if _quality(longest.upside_down().read()) > _BETTER * _quality(longest.read()):
            return 2, regions_of(np.ascontiguousarray(np.rot90(picture, 2))).read()
    return quarter, found


def _quality(found: list[Found]) -> float:
    """Return how well a picture was read: characters weighted by confidence."""
    return sum(len(text) * max(0.0, score - 0.5) for _, text, score in found)


def picture_of(drawing: Drawing, number: int) -> tuple[Pixels, float]:
    """Return the picture of a page in which text is read, and its pixels a point."""
    with drawing.page(number) as page:
        picture = drawing.drawn(page, _DPI / 72)
        return picture, picture.shape[1] / page.get_width()


def words_of(picture: Pixels) -> str:
    """Return what a picture of one line says; nothing where there is none."""
    return repair_recognised(line_in(picture)) if min(picture.shape[:2]) >= _LEAST_PIXELS else ""


def read_page(drawing: Drawing, number: int, note: str) -> ReadPage:
    """Read one page by OCR; a page that lies on its side or upside down is turned first.

    Boxes are in the viewer's page, in points, whatever the turn.
    """
    with drawing.page(number) as page:
        picture, size = drawing.drawn(page, _DPI / 72), page.get_size()
    return replace(read_picture(picture, number, *size), note=note)


def read_picture(picture: np.ndarray, number: int, width: float, height: float) -> ReadPage:
    """Read a picture of a page that is `width` by `height` points; a crooked one is made level first."""
    if _is_blank(picture):
        return ReadPage(Page(number, width, height, (), "ocr"), ())
    skew_deg = _skew_deg(picture)
    if skew_deg:
        picture = _turned(picture, skew_deg)
    quarter, best = _recognised(picture)
    turned = np.rot90(picture, quarter) if quarter else picture
    turn = {0: 0, 1: 270, 2: 180, 3: 90}[quarter]
    unit = width / picture.shape[1]
    extent = (height, width) if quarter % 2 else (width, height)
    lines: list[Line] = []
    for quad, text, score in best:
        box = Box(
            float(quad[:, 0].min()) * unit,
            float(quad[:, 1].min()) * unit,
            float(quad[:, 0].max()) * unit,
            float(quad[:, 1].max()) * unit,
        )
        fixed = repair_recognised(text)
        edges = edges_of(fixed, box)
        if score >= SURE and _under_seal(turned, fixed, edges, box, unit):
            score = _SEALED
        lines.append(Line(fixed, number, box, edges, score, None, turn, extent, skew_deg))
    tables, rest = _tables(np.ascontiguousarray(turned), lines, number, unit)
    return ReadPage(Page(number, width, height, tuple(_in_rows(rest)), "ocr", turn, skew_deg), tuple(tables))


def _under_seal(picture: Pixels, text: str, edges: tuple[float, ...], box: Box, unit: float) -> bool:
    """Tell whether a figure of a line stands in coloured ink that is not its own: recognition is sure of it, and wrong.

    Digits in colour have no black ink beside it, and a coloured ground fills all around them.
    """
    for match in _FIGURE.finditer(text):
        x0, x1 = edges[2 * match.start()], edges[2 * match.end() - 1]
        part = picture[int(box.top / unit) : int(box.bottom / unit) + 1, int(x0 / unit) : int(x1 / unit) + 1]
        if not part.size:
            continue
        brightest, darkest = part.max(axis=2), part.min(axis=2)
        seal = (brightest.astype(np.int16) - darkest > _CHROMA).mean()
        if _SEAL_SHARE[0] < seal < _SEAL_SHARE[1] and (brightest < _BLACK_INK).mean() > _SEAL_SHARE[0]:
            return True
    return False


def _in_rows(lines: list[Line]) -> list[Line]:
    """Order lines top to bottom, those of one printed row left to right and joined."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda item: (item.box.top + item.box.bottom) / 2 if item.box else 0.0):
        if line.box is None:
            continue
        middle = (line.box.top + line.box.bottom) / 2
        if rows and (box := rows[-1][-1].box) is not None:
            height = min(box.bottom - box.top, line.box.bottom - line.box.top)
            if abs(middle - (box.top + box.bottom) / 2) < 0.5 * height:
                rows[-1].append(line)
                continue
        rows.append([line])
    out: list[Line] = []
    for row in rows:
        row.sort(key=lambda item: item.box.x0 if item.box else 0.0)
        if len(row) == 1:
            out.append(row[0])
            continue
        text = ""
        edges: list[float] = []
        box = row[0].box
        for line in row:
            if line.box is None or box is None:
                continue
            if text:
                edges += [edges[-1], line.box.x0]
                text += " "
            text += line.text
            edges += list(line.edges)
            box = box.union(line.box)
        confidence = min(line.confidence or 0.0 for line in row)
        out.append(replace(row[0], text=text, box=box, edges=tuple(edges), confidence=confidence))
    return out


def _as_dashes(lines: list[Line]) -> list[Line]:
    """Return the lines of a cell, in which a stroke alone is a dash that says "none": numbers of rows stand first."""
    return [replace(lines[0], text=_DASH)] if [line.text for line in lines] == [_STROKE] else lines


def _tables(picture: np.ndarray, lines: list[Line], number: int, unit: float) -> tuple[list[RawTable], list[Line]]:
    """Find a ruled table in the picture; share the OCR lines among its cells."""
    import cv2

    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    ink = cv2.adaptiveThreshold(255 - grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, 15, -8)
    high, wide = ink.shape
    across = cv2.morphologyEx(ink, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_RECT, (wide // 25, 1)))
    down = cv2.morphologyEx(ink, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_RECT, (1, high // 45)))
    rules = cv2.dilate(cv2.bitwise_or(across, down), np.ones((5, 5), np.uint8))
    if not across.any() or not down.any():
        return [], lines
    count, _labels, stats, _ = cv2.connectedComponentsWithStats(255 - rules, connectivity=4)
    boxes: list[Box] = []
    for label in range(1, count):
        x, y, w, h, area = (int(v) for v in stats[label])
        if (w > 0.9 * wide and h > 0.3 * high) or w < 12 or h < 12 or area < 0.8 * w * h or w * h > 0.5 * wide * high:
            continue
        if x <= 2 or y <= 2 or x + w >= wide - 2 or y + h >= high - 2:
            continue
        boxes.append(Box((x - 3) * unit, (y - 3) * unit, (x + w + 3) * unit, (y + h + 3) * unit))
    if len(boxes) < 6:
        return [], lines
    grid = grid_of(boxes)
    inside: list[list[Line]] = [[] for _ in grid.boxes]
    rest: list[Line] = []
    for line in lines:
        if line.box is None:
            continue
        place = grid.at((line.box.x0 + line.box.x1) / 2, (line.box.top + line.box.bottom) / 2)
        if place is None:
            rest.append(line)
        else:
            inside[place].append(line)
    if sum(1 for some in inside if some) < 4:
        return [], lines
    cells = tuple(
        Cell(row, col, rs, cs, "", tuple(_as_dashes(_in_rows(some)) if col else _in_rows(some)), number, box)
        for (row, col, rs, cs), box, some in zip(grid.places, grid.boxes, inside, strict=True)
    )
    whole = Box(
        min(b.x0 for b in boxes), min(b.top for b in boxes), max(b.x1 for b in boxes), max(b.bottom for b in boxes)
    )
    return [RawTable(number, whole, cells, grid.row_count, grid.col_count)], rest
