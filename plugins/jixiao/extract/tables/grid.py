"""A table by place, and what the text of one cell is: a figure, an odd one, nothing, or words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from jixiao.extract.numbers import NUMBER, decimal_of
from jixiao.model import Cell, Table

# Parentheses mean a negative figure only with decimals: (1) is an enumeration.
_FIGURE = re.compile(
    rf"^[¥￥]?(?:(?:(?P<sign>[-—])|[+＋])?(?P<number>{NUMBER})(?P<unit>亿元|万元|千元|元|%|‰|分)?|\((?P<negative>[\d,]+\.\d+)\))[,，、。;]?$"
)
_BOUND = re.compile(rf"^[≥≤><=＞＜大小不][等于高低少]*于?{NUMBER}")
# A figure with words around it: 约1234.50, 1234.50(含结转).
_ODD = re.compile(
    rf"^(?:约|近|超|逾|大约|共|其中)?[¥￥]?-?{NUMBER}(?:亿元|万元|千元|元|%)?(?:左右|余|\([^()]{{1,24}}\))?$"
)
# Full marks and score in one cell, in either order: 9.5/10.
PAIR = re.compile(rf"^(?P<one>{NUMBER})分?/(?P<other>{NUMBER})分?$")
_REFERENCE = re.compile(r"^(?:详?见|参见)(?:附|下|上|后|正文|注|表)")
DASHES = frozenset({"", "-", "—", "/", "--", "——", "---", "－", "\\", "*", "…", "……"})
NOTHING = frozenset({"无", "无支出", "未发生", "未发生支出"})


@dataclass(frozen=True, slots=True)
class Printed:
    """A figure as a cell prints it; `unit` is empty where the cell names none. Zero in words is `0`."""

    number: str
    unit: str
    negative: bool

    @property
    def value(self) -> Decimal:
        """The signed number, in the printed unit."""
        return -decimal_of(self.number) if self.negative else decimal_of(self.number)


@lru_cache(maxsize=8192)
def figure(text: str) -> Printed | None:
    """Return the figure that is all of a cell's text, or None."""
    match = _FIGURE.match(text)
    if match is None:
        return None
    return Printed(match["number"] or match["negative"], match["unit"] or "", bool(match["sign"] or match["negative"]))


def zero_in_words(text: str) -> Printed | None:
    """Return the zero that a cell of a column of money states (无支出)."""
    return Printed("0", "", False) if text in NOTHING else None


def is_odd(text: str) -> bool:
    """Tell whether a cell holds a figure that is not printed plainly, or points elsewhere for it."""
    return bool(figure(text) is None and (_ODD.match(text) or _REFERENCE.match(text)))


def is_bound(text: str) -> bool:
    """Tell whether a cell is a bound (≥95%, 不低于3次)."""
    return bool(_BOUND.match(text))


class Grid:
    """The cells of a table by row and column; a cell stands at every place that its span covers."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.row_count = table.row_count
        self.col_count = table.col_count
        self._at: dict[tuple[int, int], Cell] = {}
        for cell in table.cells:
            for row in range(cell.row, min(cell.row + cell.row_span, table.row_count)):
                for col in range(cell.col, min(cell.col + cell.col_span, table.col_count)):
                    self._at[row, col] = cell
        self._rows: list[list[Cell]] = [[] for _ in range(self.row_count)]
        for (row, _), cell in sorted(self._at.items(), key=lambda item: item[0]):
            if not self._rows[row] or self._rows[row][-1] is not cell:
                self._rows[row].append(cell)

    def at(self, row: int, col: int | None) -> Cell | None:
        """Return the cell at a place, or None where there is none."""
        return self._at.get((row, col)) if col is not None else None

    def text(self, row: int, col: int | None) -> str:
        """Return the text at a place; empty where there is no cell."""
        cell = self.at(row, col)
        return cell.text if cell is not None else ""

    def row(self, row: int) -> list[Cell]:
        """Return the cells that stand in a row, from left to right, each once."""
        return self._rows[row]

    def told(self, row: int) -> list[Cell]:
        """Return the cells of a row that say something."""
        return [cell for cell in self._rows[row] if cell.text]

    def opened(self, row: int) -> list[Cell]:
        """Return the cells that begin in a row and say something."""
        return [cell for cell in self._rows[row] if cell.row == row and cell.text]

    def number(self, row: int, col: int | None) -> Decimal | None:
        """Return the number at a place, whatever its unit."""
        found = figure(self.text(row, col))
        return found.value if found is not None else None


def turned(table: Table) -> Table:
    """Return a table with its rows as columns."""
    cells = tuple(
        replace(cell, row=cell.col, col=cell.row, row_span=cell.col_span, col_span=cell.row_span)
        for cell in table.cells
    )
    return Table(cells, table.col_count, table.row_count, table.caption)


def halves(table: Table) -> tuple[Table, Table] | None:
    """Return both halves of a table that stands in two columns (指标 | 分值 | 得分 | 指标 | 分值 | 得分)."""
    middle = table.col_count // 2
    heads = [cell.text for cell in sorted(table.cells, key=lambda cell: cell.col) if cell.row == 0]
    if len(heads) != table.col_count or middle < 2 or heads[:middle] != heads[middle:]:
        return None
    left = tuple(cell for cell in table.cells if cell.col < middle)
    right = tuple(replace(cell, col=cell.col - middle) for cell in table.cells if cell.col >= middle)
    return Table(left, table.row_count, middle, table.caption), Table(right, table.row_count, middle, table.caption)


Side = Literal["left", "right"]


def beside(cells: Sequence[Cell], label: Cell) -> Cell | None:
    """Return the next cell with text to the right of one, in its rows."""
    same = [
        c for c in cells if c.row <= label.row < c.row + c.row_span and c.col >= label.col + label.col_span and c.text
    ]
    return min(same, key=lambda c: c.col, default=None)
