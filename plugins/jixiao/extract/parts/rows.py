"""Whose each row of a table is, and which columns hold codes: by the heads above them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from jixiao.extract.lexicon import lexicon
from jixiao.extract.parts.titles import OwnerKind, words
from jixiao.extract.parts.units import is_figure, is_head
from jixiao.model import Cell, Table

_CODE = re.compile(r"^\d{3}(?:\d{2}){0,2}$")
_CLASS_DIGITS = 3
_LEAST_CODES = 0.7
_MOST_KNOWN = 0.3
_UNIT = re.compile(r"\((?:人民币)?[亿万千]?元\)$")


@dataclass(frozen=True, slots=True)
class RowOwner:
    """Whose the rows `first` to `end` (exclusive) of a table are, and by which words."""

    first: int
    end: int
    owner: OwnerKind
    name: str
    ground: str


def code_columns(table: Table) -> frozenset[int]:
    """Return the columns of a table that hold codes of the chart of accounts: no number in them is a figure."""
    found = set()
    for head in table.cells:
        if head.text in words("code_heads"):
            below = [cell.text for cell in table.cells if cell.col == head.col and cell.row > head.row and cell.text]
            numbers = [text for text in below if re.fullmatch(r"[\d,.]+", text)]
            if numbers and sum(bool(_CODE.match(text)) for text in numbers) >= _LEAST_CODES * len(numbers):
                found.add(head.col)
    return frozenset(found)


def row_owners(table: Table) -> list[RowOwner]:
    """Return whose the rows are that are not simply the department's."""
    return [*_items(table), *_listed(table, "project_heads", "project"), *_listed(table, "unit_heads", "unit")]


def _items(table: Table) -> Iterator[RowOwner]:
    """Give the rows whose code is longer than a class's: 款 and 项 of the accounts."""
    for col in sorted(code_columns(table)):
        for cell in table.cells:
            if cell.col == col and _CODE.match(cell.text) and len(cell.text) > _CLASS_DIGITS:
                yield RowOwner(cell.row, cell.row + cell.row_span, "item", cell.text, f"row of {cell.text} (款/项)")


def _listed(table: Table, heads: str, owner: OwnerKind) -> Iterator[RowOwner]:
    """Give the rows below a head of names (任务名称, 单位名称), to the next head or the row that sums them."""
    rows: dict[int, list[Cell]] = {}
    for cell in sorted(table.cells, key=lambda one: (one.row, one.col)):
        if cell.text:
            rows.setdefault(cell.row, []).append(cell)
    for head in table.cells:
        if _UNIT.sub("", head.text) not in words(heads) or not _heads_column(head, rows[head.row]):
            continue
        names = list(_names_below(head, rows))
        known = sum(bool(lexicon().scan(cell.text, ("subject",))) for cell in names)
        if owner == "project" and names and known > _MOST_KNOWN * len(names):
            continue  # 项目名称 over 一般公共预算, 基本支出: names of the accounts
        for cell in names:
            yield RowOwner(cell.row, cell.row + cell.row_span, owner, cell.text, f"row of a list below {head.text}")


def _heads_column(head: Cell, row: Sequence[Cell]) -> bool:
    """Tell whether a head word has other head words beside it; beside a name it is a form's label."""
    right = [cell for cell in row if cell.col > head.col]
    left = [cell for cell in row if cell.col < head.col]
    if not right:
        return False
    return is_head(_UNIT.sub("", right[0].text)) or (bool(left) and all(is_head(cell.text) for cell in right[1:2]))


def _names_below(head: Cell, rows: dict[int, list[Cell]]) -> Iterator[Cell]:
    for at in sorted(rows):
        if at < head.row + head.row_span:
            continue
        cells = rows[at]
        name = next((cell for cell in cells if cell.col <= head.col < cell.col + cell.col_span), None)
        if name is None:
            if not any(is_figure(cell.text) for cell in cells):
                continue
            return
        if _is_total(cells[0].text) or _is_total(name.text) or is_figure(name.text):
            return
        numeric = [cell for cell in cells if is_figure(cell.text)]
        if not numeric and sum(is_head(cell.text) for cell in cells) >= 2:
            if at == head.row + head.row_span:
                continue  # a second row of heads
            return
        if len(cells) == 1:
            return
        yield name


def is_total_row(table: Table, row: int) -> bool:
    """Tell whether one of a row's first two cells says that it sums the others."""
    cells = sorted((cell for cell in table.cells if cell.row == row and cell.text), key=lambda cell: cell.col)
    return any(_is_total(cell.text) for cell in cells[:2])


def _is_total(text: str) -> bool:
    bare = re.sub(r"\(.*\)$|[:]$", "", text)
    return bare in words("totals")
