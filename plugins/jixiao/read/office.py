"""Word and Excel files: the same passages and tables as their PDF twins, with a paragraph or cell for a place."""

import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

from jixiao.model import Cell, Line, Page, Passage, Table, UnreadableDocument
from jixiao.read.flow import passage_of
from jixiao.read.limits import Limits
from jixiao.read.text import normalise

Content = tuple[list[Page], list[Table], list[Passage]]


def _refuse_bomb(path: Path, limits: Limits) -> None:
    """Refuse an archive whose members unpack to more than the limit."""
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
    except zipfile.BadZipFile:
        raise UnreadableDocument(f"{path.name}: the file is damaged or truncated") from None
    if unpacked > limits.file_bytes:
        raise UnreadableDocument(f"{path.name}: unpacks to {unpacked} bytes, more than the limit")


def read_docx(path: Path, limits: Limits) -> Content:
    """Read a Word file: paragraphs and tables in the order of the body."""
    import docx
    from docx.opc.exceptions import PackageNotFoundError
    from docx.table import Table as WordTable
    from lxml.etree import XMLSyntaxError

    _refuse_bomb(path, limits)
    try:
        document = docx.Document(str(path))
    except (PackageNotFoundError, KeyError, ValueError, XMLSyntaxError) as error:
        raise UnreadableDocument(f"{path.name}: not a readable Word file: {error}") from None
    lines: list[Line] = []
    tables: list[Table] = []
    number = 0
    for block in document.iter_inner_content():
        if isinstance(block, WordTable):
            caption = tuple(line for line in lines[-3:] if len(line.text) < 60)
            tables.append(_word_table(block, len(tables) + 1, caption))
            continue
        number += 1
        for part in block.text.split("\n"):
            if part.strip():
                lines.append(Line(part, where=f"段落 {number}"))
    page = Page(None, 0, 0, tuple(lines))
    return [page], tables, [passage_of([line]) for line in lines]


def _word_table(table: Any, number: int, caption: tuple[Line, ...]) -> Table:
    """Return a Word table; a merged cell appears once with its span."""
    spans: dict[Any, list[int]] = {}
    order: list[Any] = []
    texts: dict[Any, str] = {}
    rows = list(table.rows)
    width = 0
    for row_index, row in enumerate(rows):
        col = row.grid_cols_before
        for cell in row.cells:
            key = cell._tc
            if key not in spans:
                spans[key] = [row_index, col, row_index, col]
                order.append(key)
                texts[key] = cell.text
            seen = spans[key]
            seen[2], seen[3] = max(seen[2], row_index), max(seen[3], col)
            col += 1
        width = max(width, col)
    cells = []
    for key in order:
        top, left, bottom, right = spans[key]
        where = f"表 {number} 行 {top + 1} 列 {left + 1}"
        lines = tuple(Line(part, where=where) for part in texts[key].split("\n") if part.strip())
        text = normalise("\n".join(line.text for line in lines))
        cells.append(Cell(top, left, bottom - top + 1, right - left + 1, text, lines))
    return Table(tuple(cells), len(rows), width, caption)


def _shown(value: Any, number_format: str) -> str:
    """Return a sheet's value as its number format shows it, for the formats that reports use."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int | float):
        exact = Decimal(repr(value))
        percent = "%" in number_format
        if percent:
            exact *= 100
        digits = number_format.split(";")[0].split(".")[1] if "." in number_format.split(";")[0] else ""
        places = len([c for c in digits if c in "0"])
        if number_format != "General" and (places or percent or number_format.startswith(("0", "#"))):
            exact = round(exact, places)
        text = format(exact.normalize() if number_format == "General" else exact, "f")
        return text + ("%" if percent else "")
    return str(value)


def read_xlsx(path: Path, limits: Limits) -> Content:
    """Read an Excel file: every sheet is a table; text rows above it are passages too."""
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    _refuse_bomb(path, limits)
    try:
        book = openpyxl.load_workbook(path, data_only=True)
    except (InvalidFileException, KeyError, ValueError, OSError) as error:
        raise UnreadableDocument(f"{path.name}: not a readable Excel file: {error}") from None
    tables: list[Table] = []
    lines: list[Line] = []
    for sheet in book.worksheets:
        if sheet.max_row * sheet.max_column > limits.cells:
            raise UnreadableDocument(f"{path.name}: sheet {sheet.title} has more cells than the limit")
        merged = {(r.min_row, r.min_col): (r.max_row, r.max_col) for r in sheet.merged_cells.ranges}
        hidden = {
            (row, col)
            for (top, left), (bottom, right) in merged.items()
            for row in range(top, bottom + 1)
            for col in range(left, right + 1)
            if (row, col) != (top, left)
        }
        cells: list[Cell] = []
        for row in sheet.iter_rows():
            for item in row:
                if (item.row, item.column) in hidden:
                    continue
                bottom, right = merged.get((item.row, item.column), (item.row, item.column))
                shown = _shown(item.value, item.number_format or "General")
                if not shown.strip() and (bottom, right) == (item.row, item.column):
                    continue
                top, left = int(item.row or 1), int(item.column or 1)
                where = f"{sheet.title}!{item.coordinate}"
                line = Line(shown.replace("\n", " ") if not shown.isspace() else "", where=where)
                text = normalise(shown)
                cells.append(
                    Cell(
                        top - 1,
                        left - 1,
                        int(bottom) - top + 1,
                        int(right) - left + 1,
                        text,
                        (line,) if text else (),
                    )
                )
                wide = int(right) - left + 1 >= max(2, sheet.max_column // 2)
                # A title may stand in the first cell of a row without being merged over it.
                if text and (wide or (top <= 3 and left == 1 and len(text) >= 10)):
                    lines.append(line)
        if cells:
            tables.append(Table(tuple(cells), sheet.max_row, sheet.max_column))
    return [Page(None, 0, 0, tuple(lines))], tables, [passage_of([line]) for line in lines]
