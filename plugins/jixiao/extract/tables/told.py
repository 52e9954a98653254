"""Cells that hold running text: of a report laid out as a form, or beside a label of money in a form with figures."""

import re

from jixiao.extract.numbers import MONEY
from jixiao.extract.tables.grid import Grid
from jixiao.extract.tables.roles import stage_words, subject_words
from jixiao.model import Cell, Table

_LEAST = 16
_CLAUSE = re.compile(r"[。;,]")
_FIGURE = re.compile(r"-?[\d,]+(?:\.\d+)?%?")
_LABEL = 16


def told_in(table: Table) -> list[Cell]:
    """Return the cells that hold running text, of a table without figures of its own (a report laid out as a form)."""
    cells = sorted(table.cells, key=lambda cell: (cell.row, cell.col))
    if any(_FIGURE.fullmatch(cell.text) for cell in cells):
        return []
    told = [cell for cell in cells if len(cell.text) >= _LEAST and cell.lines and _CLAUSE.search(cell.text)]
    short = [cell for cell in cells if told and cell.text.endswith("。") and cell.lines and cell not in told]
    return sorted([*told, *short], key=lambda cell: (cell.row, cell.col))


def told_beside_labels(table: Table) -> list[Cell]:
    """Return the labels of money (“三公”经费, 部门收支情况) that have nothing but sentences on sums beside them.

    Each label stands before the cells beside it, as a heading does before its text.
    """
    grid = Grid(table)
    found: list[Cell] = []
    for row in range(grid.row_count):
        cells = grid.told(row)
        if len(cells) != 2 or cells[1].row != row or not cells[1].lines or not cells[0].lines:
            continue
        label, told = cells
        is_money = len(label.text) <= _LABEL and bool(
            subject_words(label.text) or stage_words(label.text) or "收支" in label.text
        )
        if is_money and len(told.text) >= _LEAST and _CLAUSE.search(told.text) and MONEY.search(told.text):
            found += [told] if label in found else [label, told]
    return found
