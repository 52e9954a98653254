"""Word and Excel files: the same passages and tables as their PDF twins, with a paragraph or cell for a place."""

import re
import zipfile
import zlib
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

from jixiao.model import Cell, Line, Table, UnreadableDocument
from jixiao.read.body import Body, Content
from jixiao.read.limits import Limits
from jixiao.read.text import normalise

_SPAN = re.compile(rb'\bgrid(?:Span|Before|After)\b[^>]*\bval="(\d+)"')
_MERGED = re.compile(rb'\bmergeCell\b[^>]*\bref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')
_SHEET = re.compile(rb"<(?:\w+:)?sheet\b")
_WIDEST = 1000
_MOST_SHEETS = 200


def _refuse_bomb(path: Path, limits: Limits) -> None:
    """Refuse an archive that unpacks to more than the limit, or claims more cells or sheets than any report has."""
    from openpyxl.worksheet.cell_range import CellRange

    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
            if unpacked > limits.file_bytes:
                raise UnreadableDocument(f"{path.name}: unpacks to {unpacked} bytes, more than the limit")
            merged = widest = sheets = 0
            for name in archive.namelist():
                if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                    for found in _MERGED.finditer(archive.read(name)):
                        area = CellRange(found[1].decode()).size
                        merged += area["columns"] * area["rows"]
                elif name == "xl/workbook.xml":
                    sheets = len(_SHEET.findall(archive.read(name)))
                elif name == "word/document.xml":
                    widest = max((int(found[1]) for found in _SPAN.finditer(archive.read(name))), default=0)
    except (zipfile.BadZipFile, zlib.error):
        raise UnreadableDocument(f"{path.name}: the file is damaged or truncated") from None
    if sheets > _MOST_SHEETS:
        raise UnreadableDocument(f"{path.name}: {sheets} sheets, more than the limit of {_MOST_SHEETS}")
    if merged > limits.cells or widest > _WIDEST:
        raise UnreadableDocument(f"{path.name}: merges more cells than the limit of {limits.cells}")


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

    _refuse_bomb(path, limits)
    book = openpyxl.load_workbook(path, data_only=True)
    body = Body()
    for sheet in book.worksheets:
        merged = {(r.min_row, r.min_col): (r.max_row, r.max_col) for r in sheet.merged_cells.ranges}
        hidden = {
            (row, col)
            for (top, left), (bottom, right) in merged.items()
            for row in range(top, bottom + 1)
            for col in range(left, right + 1)
            if (row, col) != (top, left)
        }
        # A sheet is as large as what stands in it: cells that are only formatted may go on to the last row.
        filled = [at for at, item in sorted(sheet._cells.items()) if item.value is not None or at in merged]
        height = max((merged.get(at, at)[0] for at in filled), default=0)
        width = max((merged.get(at, at)[1] for at in filled), default=0)
        if height * width > limits.cells:
            raise UnreadableDocument(f"{path.name}: sheet {sheet.title} has more cells than the limit")
        in_row = Counter(row for row, col in filled if sheet._cells[row, col].value is not None)
        cells: list[Cell] = []
        told: list[tuple[int, Line]] = []
        for top, left in filled:
            if (top, left) in hidden:
                continue
            item = sheet._cells[top, left]
            bottom, right = merged.get((top, left), (top, left))
            shown = _shown(item.value, item.number_format or "General")
            if not shown.strip() and (bottom, right) == (top, left):
                continue
            line = Line(
                shown.replace("\n", " ") if not shown.isspace() else "", where=f"{sheet.title}!{item.coordinate}"
            )
            text = normalise(shown)
            lined = (line,) if text else ()
            cells.append(Cell(top - 1, left - 1, bottom - top + 1, right - left + 1, text, lined))
            wide = right - left + 1 >= max(2, width // 2)
            # A title or a paragraph may stand in the first cell of a row without being merged over it.
            alone = in_row[top] == 1 or (top <= 3 and left == 1)
            if text and (wide or (alone and len(text) >= 10)):
                told.append((top, line))
        # What stands above the first row of several cells is read before the sheet's table, what stands below after it.
        head = min((row for row, count in in_row.items() if count > 2), default=height + 1)
        for _, line in (one for one in told if one[0] < head):
            body.add_line(line, sheet.title)
        if cells:
            body.add_table(Table(tuple(cells), height, width), sheet.title)
        for _, line in (one for one in told if one[0] >= head):
            body.add_line(line, sheet.title)
    return body.content()
