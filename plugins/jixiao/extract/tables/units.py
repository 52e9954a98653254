"""The unit of money that a table states for its figures: in its caption, its head, or once for all tables."""

from jixiao.extract.numbers import stated_unit, units_named
from jixiao.extract.tables.grid import figure
from jixiao.model import Document, Table
from jixiao.read.text import normalise

_UNITS = frozenset({"元", "千元", "万元", "亿元"})


def table_unit(table: Table, document: Document) -> str:
    """Return the one unit that the caption, or the header cells together, state; empty where there is none."""
    lines = [line.text for line in table.caption]
    for text in (*reversed(lines), "".join(lines)):  # (单位:万 | 元) may be broken over two lines
        if unit := stated_unit(normalise(text)):
            return unit
    units = {unit for cell in table.cells if len(cell.text) < 40 and (unit := stated_unit(cell.text))}
    units = units or _units_alone(table)
    if not units:  # one statement for all tables, or far above this one
        units = {unit for passage in document.passages for unit in units_named(passage.text)}
    return units.pop() if len(units) == 1 else ""


def _units_alone(table: Table) -> set[str]:
    """Return the units that cells above the first figure name by nothing else: 单位名称 | 某局 | 万元."""
    first = min((cell.row for cell in table.cells if figure(cell.text)), default=0)
    return {cell.text for cell in table.cells if cell.row < first and cell.text in _UNITS}
