"""Excel files of before 2007 (.xls, and WPS's .et) by xlrd: the same sheets as `excel` gives, by the same formats."""

import io
from pathlib import Path
from typing import Any

from jixiao.model import UnreadableDocument
from jixiao.read.body import Body, Content
from jixiao.read.limits import Limits
from jixiao.read.marks import joined
from jixiao.read.number_format import GENERAL, built_in, shown_number, shown_text, stored
from jixiao.read.sheet import Place, Sheet, add_sheets

_LOCKED = ("encrypted", "password")
_WHITE = (9, 1)
_LEAST_TWIPS, _LEAST_WIDTH = 40, 77  # widths in 256ths of a digit
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"\xff\xd8\xff\xe1")
_DATE_FORMATS = (*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59))


def read_old_excel(path: Path, limits: Limits) -> Content:
    """Read an .xls; raise `UnreadableDocument` in words where it is encrypted, damaged or too large."""
    import xlrd

    data = path.read_bytes()
    try:
        book = xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=io.StringIO())
    except xlrd.XLRDError as error:
        if any(word in str(error).lower() for word in _LOCKED):
            raise UnreadableDocument(f"{path.name}: the workbook is encrypted: save it without a password") from None
        raise UnreadableDocument(f"{path.name}: an old Excel file that is damaged: save it as .xlsx") from None
    body = Body()
    add_sheets([_sheet(book, sheet, path.name, limits) for sheet in book.sheets()], body, path.name, limits.cells)
    if any(mark in data for mark in _PICTURES):
        body.remark("picture_not_read", "the workbook holds pictures, which were not read")
    return body.content()


def _sheet(book: Any, source: Any, name: str, limits: Limits) -> Sheet:
    if source.nrows * max(source.ncols, 1) > 4 * limits.cells:
        raise UnreadableDocument(f"{name}: sheet {source.name} has more cells than the limit")
    sheet = Sheet(source.name, source.visibility != 0)
    sheet.hides_zeros = not source.show_zero_values
    for top, bottom, left, right in source.merged_cells:
        sheet.merged[top + 1, left + 1] = (bottom, right)
    rows, cols = source.rowinfo_map.items(), source.colinfo_map.items()
    sheet.hidden_rows = {row + 1 for row, info in rows if info.hidden or info.height < _LEAST_TWIPS}
    sheet.hidden_cols = {col + 1 for col, info in cols if info.hidden or info.width < _LEAST_WIDTH}
    for row in range(source.nrows):
        for col in range(source.row_len(row)):
            _cell(book, source, sheet, (row + 1, col + 1))
    return sheet


def _cell(book: Any, source: Any, sheet: Sheet, place: Place) -> None:
    import xlrd

    row, col = place[0] - 1, place[1] - 1
    cell = source.cell(row, col)
    if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
        return
    style = book.xf_list[cell.xf_index]
    code = _code(book, style.format_key)
    if cell.ctype == xlrd.XL_CELL_TEXT:
        whole, lost = joined(_pieces(book, source, row, col, cell.value))
        text = shown_text(whole, code)
        for words in lost:
            sheet.unseen[place] = ("has raised text beside a number", words)
    elif cell.ctype == xlrd.XL_CELL_BOOLEAN:
        whole = text = "TRUE" if cell.value else "FALSE"
    elif cell.ctype == xlrd.XL_CELL_ERROR:
        whole = text = str(xlrd.error_text_from_code.get(cell.value, "#ERR"))
    else:
        number = stored(cell.value)
        whole = "" if number is None else format(number, "f")
        text = "" if number is None else shown_number(number, code, book.datemode == 1)
    font = book.font_list[style.font_index]
    fill = style.background
    ground = _WHITE if fill.fill_pattern == 0 else (fill.pattern_colour_index,) if fill.fill_pattern == 1 else ()
    why = "is struck through" if font.struck_out else ""
    if font.colour_index in (_WHITE if set(ground) & set(_WHITE) else ground):
        why = "is in the colour of its ground"
    sheet.put(place, whole, text, why)


def _code(book: Any, key: int) -> str:
    """Return a format's code; built-in dates are those of Chinese Excel, as in newer files."""
    found = book.format_map.get(key)
    if key in _DATE_FORMATS and (found is None or key < 164):
        return built_in(key)
    return found.format_str or GENERAL if found is not None else built_in(key)


def _pieces(book: Any, source: Any, row: int, col: int, text: str) -> list[tuple[str, bool]]:
    """Return a cell's text in pieces (text, raised?); what is struck through is left out."""
    runs = source.rich_text_runlist_map.get((row, col))
    if not runs:
        return [(text, False)]
    edges = [(0, None), *((start, book.font_list[font]) for start, font in runs)]
    out = []
    for (start, font), end in zip(edges, [*(start for start, _ in edges[1:]), len(text)], strict=True):
        if font is None or not font.struck_out:
            out.append((text[start:end], font is not None and font.escapement != 0))
    return out
