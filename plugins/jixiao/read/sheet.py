"""A sheet as its reader sees it, whatever the file's format: hidden rows and columns left out, merged cells once."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from jixiao.model import Cell, Line, Table, UnreadableDocument
from jixiao.read.body import Body
from jixiao.read.marks import cell_lines, figures_in, holds_figure
from jixiao.read.number_parts import is_in_words
from jixiao.read.picture import Pictures
from jixiao.read.text import normalise

Place = tuple[int, int]
_MOST_TOLD = 20
"""How many cells of one kind are told one by one."""
_LONG = 10
_ERROR = re.compile(r"#(?:REF!|VALUE!|DIV/0!|N/A|NAME\?|NUM!|NULL!|SPILL!|CALC!)|Err:\d+")


def coordinate(row: int, col: int) -> str:
    """Return a cell's name (B5) from its row and column, which count from 1."""
    letters = ""
    while col:
        col, rest = divmod(col - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


@dataclass(slots=True)
class Sheet:
    """What one sheet of a workbook holds; rows and columns count from 1.

    `values` are the cells as shown; `unseen` those that show nothing or are not seen though they hold something
    (why, words); `uncalculated` the formulas without a stored value. `merged` leads from a merged area's first cell
    to its last; with `hides_zeros` a nought shows nothing. `floating` are texts that float over the sheet, `drawn` the
    pictures, each with its row. `heads` are the heads and feet of the printed pages, `in_words` the numbers of cells
    that show them in Chinese numerals.
    """

    title: str
    is_hidden: bool = False
    values: dict[Place, str] = field(default_factory=dict)
    unseen: dict[Place, tuple[str, str]] = field(default_factory=dict)
    uncalculated: list[Place] = field(default_factory=list)
    merged: dict[Place, Place] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_cols: set[int] = field(default_factory=set)
    floating: list[tuple[int, str]] = field(default_factory=list)
    drawn: list[tuple[int, Any, Pictures]] = field(default_factory=list)
    objects: list[str] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)
    in_words: dict[Place, str] = field(default_factory=dict)
    hides_zeros: bool = False

    def put(self, place: Place, whole: str, text: str, why: str = "") -> None:
        """Keep a cell: all that it holds, what its format shows of it, and why nobody sees that, if so."""
        if self.hides_zeros and whole.strip() in ("0", "-0"):
            return
        if why or (whole.strip() and not text):
            self.unseen[place] = (why or "its format does not show", whole)
        elif text:
            self.values[place] = text
            if holds_figure(whole) and text != whole and is_in_words(text):
                self.in_words[place] = whole

    def where(self, place: Place) -> str:
        """Return a cell's name with its sheet's."""
        return f"{self.title}!{coordinate(*place)}"

    def covered(self) -> set[Place]:
        """Return the cells that lie under a merged one: what they hold is not shown."""
        return {
            (row, col)
            for (top, left), (bottom, right) in self.merged.items()
            for row in range(top, bottom + 1)
            for col in range(left, right + 1)
            if (row, col) != (top, left)
        }

    def is_seen(self, place: Place) -> bool:
        """Tell whether any part of the (merged) cell stands in a row and column that are shown."""
        (top, left), (bottom, right) = place, self.merged.get(place, place)
        return any(row not in self.hidden_rows for row in range(top, bottom + 1)) and any(
            col not in self.hidden_cols for col in range(left, right + 1)
        )


def add_sheets(sheets: Iterable[Sheet], body: Body, name: str, most_cells: int) -> None:
    """Add every visible sheet to the body, then tell which figures are not seen and stand nowhere in what is.

    Raises:
        UnreadableDocument: a sheet has more than `most_cells` cells; the message names the file (`name`).
    """
    everything = list(sheets)
    for sheet in everything:
        if not sheet.is_hidden:
            _add(sheet, body, name, most_cells)
    shown = {
        normalise(text)
        for sheet in everything
        if not sheet.is_hidden
        for covered in (sheet.covered(),)
        for place, text in sheet.values.items()
        if place not in covered and sheet.is_seen(place)
    }
    for sheet in everything:
        _tell(sheet, shown, body)


def _tell(sheet: Sheet, shown: set[str], body: Body) -> None:
    """Tell what a sheet holds that is not seen: figures that the visible part lacks, and formulas without a value."""
    covered = set() if sheet.is_hidden else sheet.covered()
    unseen = [
        (place, text)
        for place, text in sheet.values.items()
        if sheet.is_hidden or place in covered or not sheet.is_seen(place)
    ]
    lacking = [(place, text) for place, text in sorted(unseen) if _is_lacking(text, shown)]
    if lacking:
        kind = "hidden_sheet" if sheet.is_hidden else "hidden_cells"
        what = f"the hidden sheet {sheet.title}" if sheet.is_hidden else f"what is hidden on {sheet.title}"
        words = "、".join(f"{coordinate(*place)} {text}" for place, text in lacking[:5])
        message = f"{what} holds {len(lacking)} figures that the visible part lacks: {words}"
        body.remark(kind, message, sheet.where(lacking[0][0]), lacking[0][1])
    if sheet.is_hidden:
        return
    for place, (why, text) in sorted(sheet.unseen.items())[:_MOST_TOLD]:
        if sheet.is_seen(place) and _is_lacking(text, shown):
            body.remark("hidden_text", f"a cell that {why} holds a figure: {text}", sheet.where(place), text)
    _tell_of_shown(sheet, shown, body)
    waiting = [place for place in sorted(sheet.uncalculated) if sheet.is_seen(place)]
    for place in waiting[:_MOST_TOLD]:
        message = f"the formula in {sheet.where(place)} has no stored value: what it shows is not known"
        body.remark("formula_without_value", message, sheet.where(place))
    if len(waiting) > _MOST_TOLD:
        message = f"{len(waiting) - _MOST_TOLD} more formulas of {sheet.title} have no stored value"
        body.remark("formula_without_value", message, sheet.title)


def _tell_of_shown(sheet: Sheet, shown: set[str], body: Body) -> None:
    """Tell what of a sheet is seen and gives no figure: errors, numbers in words, heads and feet of its pages."""
    failed = [place for place, text in sheet.values.items() if _ERROR.fullmatch(text) and sheet.is_seen(place)]
    for place in sorted(failed)[:_MOST_TOLD]:
        message = f"the cell {sheet.where(place)} shows an error: {sheet.values[place]}"
        body.remark("formula_without_value", message, sheet.where(place), sheet.values[place])
    for place, whole in sorted(sheet.in_words.items())[:_MOST_TOLD]:
        if sheet.is_seen(place):
            message = f"the cell {sheet.where(place)} shows {whole} in Chinese numerals, which are not read as a figure"
            body.remark("text_not_read", message, sheet.where(place), sheet.values[place])
    for words in dict.fromkeys(sheet.heads):
        if not all(any(figure in text for text in shown) for figure in figures_in(normalise(words))):
            said = f"a head or foot of the pages holds a figure that the sheet lacks: {words}"
            body.remark("text_not_read", said, sheet.title, words)


def _is_lacking(text: str, shown: set[str]) -> bool:
    return holds_figure(text) and normalise(text) not in shown and normalise(text) not in ("0", "0.00")


def _add(sheet: Sheet, body: Body, name: str, most_cells: int) -> None:
    """Add a sheet's title rows, its table, its notes, and what floats over it."""
    merged = sum((bottom - top + 1) * (right - left + 1) for (top, left), (bottom, right) in sheet.merged.items())
    if merged > most_cells:
        raise UnreadableDocument(f"{name}: sheet {sheet.title} merges more cells than the limit of {most_cells}")
    covered = sheet.covered()
    # A sheet is as large as what stands in it: cells that are only formatted may go on to the last row.
    filled = sorted({*sheet.values, *(at for at in sheet.merged if at[0] and at[1])} - covered)
    height = max((sheet.merged.get(at, at)[0] for at in filled), default=0)
    width = max((sheet.merged.get(at, at)[1] for at in filled), default=0)
    if height * width > most_cells:
        raise UnreadableDocument(f"{name}: sheet {sheet.title} has more cells than the limit")
    rows = _numbered(height, sheet.hidden_rows)
    cols = _numbered(width, sheet.hidden_cols)
    seen = [at for at in filled if sheet.is_seen(at)]
    in_row = Counter(row for row, col in seen if (row, col) in sheet.values)
    cells: list[Cell] = []
    told: list[tuple[int, Line]] = []
    for place in seen:
        cell, line = _cell(sheet, place, rows, cols)
        if line is None and cell.row_span == cell.col_span == 1:
            continue
        cells.append(cell)
        wide = cell.col_span >= max(2, cols[width] // 2)
        # A title or a paragraph may stand in the first cell of a row without being merged over it.
        alone = in_row[place[0]] == 1 or (place[0] <= 3 and place[1] == 1)
        if line is not None and (wide or (alone and len(cell.text) >= _LONG)):
            told.append((place[0], line))
    _in_order(sheet, body, cells, told, (rows[height], cols[width]), in_row)


def _in_order(
    sheet: Sheet,
    body: Body,
    cells: list[Cell],
    told: list[tuple[int, Line]],
    size: tuple[int, int],
    in_row: Counter[int],
) -> None:
    """Add what stands above the first row of several cells, the table, then what stands below and floats."""
    told += [(row, Line(text, where=sheet.where((row, 1)))) for row, text in sheet.floating]
    told.sort(key=lambda one: one[0])
    head = min((row for row, count in in_row.items() if count > 2), default=2**31)
    for _, line in (one for one in told if one[0] < head):
        body.add_line(line, sheet.title)
    if cells:
        body.add_table(Table(tuple(cells), *size), sheet.title)
    for _, line in (one for one in told if one[0] >= head):
        body.add_line(line, sheet.title)
    for row, picture, pictures in sheet.drawn:
        pictures.add(picture, sheet.where((row, 1)), body, sheet.title)
    for what in sheet.objects:
        body.remark("object_not_read", f"{what} was not read", sheet.title)


def _numbered(last: int, hidden: set[int]) -> list[int]:
    """Return for each row (or column) from 0 to `last` how many are shown up to it."""
    out = [0]
    for number in range(1, last + 1):
        out.append(out[-1] + (number not in hidden))
    return out


def _cell(sheet: Sheet, place: Place, rows: list[int], cols: list[int]) -> tuple[Cell, Line | None]:
    """Return a cell among those that are shown, and its text as one line, if it has any."""
    (top, left), (bottom, right) = place, sheet.merged.get(place, place)
    text = " ".join(cell_lines(sheet.values.get(place, "")))
    said = normalise(text)
    line = Line(text, where=sheet.where(place)) if said else None
    row, col = rows[top - 1], cols[left - 1]
    spans = (rows[bottom] - row, cols[right] - col)
    return Cell(row, col, *spans, said, (line,) if line else ()), line
