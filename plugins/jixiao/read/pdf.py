"""PDF pages as positioned lines and ruled tables.

pdfium gives the characters with their boxes and tells whether a page has ruling lines; pdfplumber finds the tables
of those pages only (its interpreter is many times slower). A page without a usable text layer goes to OCR.
"""

import ctypes
import itertools
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pdfplumber
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from pdfminer.psexceptions import PSException
from pdfplumber.utils.exceptions import PdfminerException

from jixiao.model import Box, Cell, Line, Page, UnreadableDocument
from jixiao.read import ocr
from jixiao.read.grid import RawTable, ReadPage, grid_of
from jixiao.read.limits import Limits
from jixiao.read.quality import is_readable

_RULES_FOR_A_TABLE = 4
# What pdfminer raises on damaged files: its own errors, and those of code that trusted a number or a type.
_DAMAGED = (
    PdfminerException,
    PSException,
    ArithmeticError,
    AttributeError,
    LookupError,
    NotImplementedError,
    RecursionError,
    TypeError,
    ValueError,
)


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character and its box on the upright page."""

    char: str
    box: Box

    @property
    def middle(self) -> float:
        """Return the vertical middle."""
        return (self.box.top + self.box.bottom) / 2

    @property
    def centre(self) -> tuple[float, float]:
        """Return the middle point."""
        return (self.box.x0 + self.box.x1) / 2, self.middle


def open_pdf(path: Path) -> pdfium.PdfDocument:
    """Open a PDF; raise `UnreadableDocument` in plain words when pdfium cannot."""
    try:
        return pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        said = str(error)
        if "password" in said.lower():
            raise UnreadableDocument(f"{path.name}: the PDF is encrypted and asks for a password") from None
        raise UnreadableDocument(f"{path.name}: the PDF is damaged or truncated and cannot be opened") from None


def _glyphs(page: pdfium.PdfPage, textpage: pdfium.PdfTextPage) -> tuple[list[Glyph], int]:
    """Return the page's characters upright as the viewer shows the page, and the turn most of them need.

    The turn is 0 unless most characters run up, down or upside down on the page as shown.
    """
    rotation = page.get_rotation()
    left, bottom, right, top = page.get_cropbox()
    width, height = right - left, top - bottom
    glyphs: list[Glyph] = []
    angles: dict[int, int] = {}
    raw = textpage.raw
    box = pdfium_c.FS_RECTF()
    for index in range(textpage.count_chars()):
        code = pdfium_c.FPDFText_GetUnicode(raw, index)
        if code in (0, 0xFFFE, 0xFFFF) or code < 32:
            continue
        char = chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"
        if not pdfium_c.FPDFText_GetLooseCharBox(raw, index, ctypes.byref(box)):
            continue
        x0, x1, y0, y1 = box.left - left, box.right - left, box.bottom - bottom, box.top - bottom
        if rotation == 0:
            upright = Box(x0, height - y1, x1, height - y0)
        elif rotation == 90:
            upright = Box(y0, x0, y1, x1)
        elif rotation == 180:
            upright = Box(width - x1, y0, width - x0, y1)
        else:
            upright = Box(height - y1, width - x1, height - y0, width - x0)
        glyphs.append(Glyph(char, upright))
        if not char.isspace():
            degrees = round(pdfium_c.FPDFText_GetCharAngle(raw, index) * 180 / 3.141592653589793 / 90) * 90 % 360
            shown = (degrees + rotation) % 360
            angles[shown] = angles.get(shown, 0) + 1
    # The angle is counter-clockwise in PDF space and pdfium's sign differs by build; `_turned` tries what reads.
    most = max(angles, key=lambda angle: angles[angle]) if angles else 0
    return glyphs, most


def _turned(glyphs: Sequence[Glyph], turn: int, width: float, height: float) -> list[Glyph]:
    """Return the characters on the page turned clockwise by `turn` degrees; `width`, `height` before turning."""

    def move(box: Box) -> Box:
        if turn == 90:
            return Box(height - box.bottom, box.x0, height - box.top, box.x1)
        if turn == 180:
            return Box(width - box.x1, height - box.bottom, width - box.x0, height - box.top)
        return Box(box.top, width - box.x1, box.bottom, width - box.x0)

    return [Glyph(glyph.char, move(glyph.box)) for glyph in glyphs]


def lines_of(
    glyphs: Iterable[Glyph], page_number: int, turn: int = 0, extent: tuple[float, float] = (0, 0)
) -> list[Line]:
    """Put characters into printed lines, in reading order from their places.

    A character belongs to the line whose band holds its middle; a wide gap stays visible as a space; a glyph drawn
    twice at nearly the same place (fake bold) counts once.
    """
    visible = sorted((g for g in glyphs if not g.char.isspace()), key=lambda g: (g.middle, g.box.x0))
    rows: list[list[Glyph]] = []
    band: list[tuple[float, float]] = []
    for glyph in visible:
        size = max(1.0, glyph.box.bottom - glyph.box.top)
        if rows and abs(glyph.middle - band[-1][0]) <= 0.5 * min(size, band[-1][1]):
            rows[-1].append(glyph)
            if size > band[-1][1]:
                band[-1] = (glyph.middle, size)
        else:
            rows.append([glyph])
            band.append((glyph.middle, size))
    lines: list[Line] = []
    for row in rows:
        row.sort(key=lambda g: g.box.x0)
        text: list[str] = []
        edges: list[float] = []
        last: Glyph | None = None
        for glyph in row:
            size = glyph.box.bottom - glyph.box.top
            if last is not None:
                near = abs(glyph.box.x0 - last.box.x0) < 0.25 * max(1.0, last.box.x1 - last.box.x0)
                if glyph.char == last.char and near:
                    continue
                if glyph.box.x0 - last.box.x1 > 0.3 * size:
                    text.append(" ")
                    edges += [last.box.x1, glyph.box.x0]
            text.append(glyph.char)
            edges += [glyph.box.x0, glyph.box.x1]
            last = glyph
        box = Box(
            min(g.box.x0 for g in row),
            min(g.box.top for g in row),
            max(g.box.x1 for g in row),
            max(g.box.bottom for g in row),
        )
        lines.append(Line("".join(text), page_number, box, tuple(edges), turn=turn, extent=extent))
    return lines


def _ruled(page: pdfium.PdfPage) -> bool:
    """Tell whether the page draws enough paths to hold a ruled table."""
    paths = page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_PATH], max_depth=4)
    return len(list(itertools.islice(paths, _RULES_FOR_A_TABLE))) == _RULES_FOR_A_TABLE


def _tables(
    plumber_page: pdfplumber.page.Page, glyphs: Sequence[Glyph], number: int
) -> tuple[list[RawTable], list[Box]]:
    """Find the page's ruled tables; fill their cells with the glyphs whose middle they hold."""
    found: list[RawTable] = []
    taken: list[Box] = []
    for table in plumber_page.find_tables():
        boxes = [Box(*map(float, cell)) for cell in table.cells]
        if len(boxes) < 4:
            continue
        grid = grid_of(boxes)
        inside: list[list[Glyph]] = [[] for _ in grid.boxes]
        whole = Box(*map(float, table.bbox))
        for glyph in glyphs:
            x, y = glyph.centre
            if whole.x0 <= x <= whole.x1 and whole.top <= y <= whole.bottom:
                place = grid.at(x, y)
                if place is not None:
                    inside[place].append(glyph)
        if sum(1 for some in inside if some) < 3:
            continue
        cells = tuple(
            Cell(row, col, row_span, col_span, "", tuple(lines_of(some, number)), number, box)
            for (row, col, row_span, col_span), box, some in zip(grid.places, grid.boxes, inside, strict=True)
        )
        found.append(RawTable(number, whole, cells, grid.row_count, grid.col_count))
        taken.append(whole)
    return found, taken


def read_pages(path: Path, limits: Limits) -> tuple[list[ReadPage], list[str]]:
    """Read every page; return the pages and notes on what was met. Pages are closed as they are done."""
    document = open_pdf(path)
    count = len(document)
    if count == 0:
        raise UnreadableDocument(f"{path.name}: the PDF has no pages")
    if count > limits.pages:
        raise UnreadableDocument(f"{path.name}: {count} pages, more than the limit of {limits.pages}")
    pages: list[ReadPage] = []
    notes: list[str] = []
    plumber: pdfplumber.pdf.PDF | None = None
    try:
        for index in range(count):
            number = index + 1
            try:
                page = document[index]
                textpage = page.get_textpage()
            except pdfium.PdfiumError:
                raise UnreadableDocument(f"{path.name}: page {number} is damaged") from None
            width, height = page.get_size()
            glyphs, angle = _glyphs(page, textpage)
            text = "".join(g.char for g in glyphs)
            has_images = any(True for _ in page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=2))
            visible = len("".join(text.split()))
            if (visible < 8 and has_images) or (visible >= 8 and not is_readable(text)):
                why = "no text layer" if visible < 8 else "text layer is not Chinese text (fonts without a Unicode map)"
                notes.append(f"page {number}: {why}, read by OCR")
                pages.append(ocr.read_page(page, number, limits))
            elif angle:
                turn = _turn_that_reads(glyphs, angle, width, height)
                extent = (height, width) if turn in (90, 270) else (width, height)
                lines = lines_of(_turned(glyphs, turn, width, height), number, turn, extent)
                notes.append(f"page {number}: text runs sideways, turned by {turn} degrees")
                pages.append(ReadPage(Page(number, width, height, tuple(lines), "text", turn), ()))
            else:
                tables: list[RawTable] = []
                taken: list[Box] = []
                if _ruled(page):
                    try:
                        plumber = plumber or pdfplumber.open(path)
                        plumber_page = plumber.pages[index]
                        tables, taken = _tables(plumber_page, glyphs, number)
                        plumber_page.close()
                    except _DAMAGED as error:
                        why = f"{path.name}: page {number} is damaged: {type(error).__name__}"
                        raise UnreadableDocument(why) from error
                outside = [g for g in glyphs if not any(_holds(box, g) for box in taken)]
                pages.append(ReadPage(Page(number, width, height, tuple(lines_of(outside, number))), tuple(tables)))
            textpage.close()
            page.close()
    finally:
        document.close()
        if plumber is not None:
            plumber.close()
    return pages, notes


def _holds(box: Box, glyph: Glyph) -> bool:
    x, y = glyph.centre
    return box.x0 <= x <= box.x1 and box.top <= y <= box.bottom


def _turn_that_reads(glyphs: Sequence[Glyph], angle: int, width: float, height: float) -> int:
    """Return the clockwise turn that puts the text in stream order from left to right, top to bottom."""
    if angle == 180:
        return 180

    def forward(turn: int) -> float:
        moved = _turned(glyphs, turn, width, height)
        steps = [b.box.x0 - a.box.x0 for a, b in itertools.pairwise(moved)]
        return statistics.median(steps) if steps else 0.0

    return max((90, 270), key=forward)
