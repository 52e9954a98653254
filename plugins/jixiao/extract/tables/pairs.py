"""A label beside its one figure, where nothing heads the column (全年预算数 | 1200)."""

from collections.abc import Sequence
from dataclasses import dataclass

from jixiao.extract.numbers import UNITS, stated_unit
from jixiao.extract.tables.grid import Grid, Printed, figure
from jixiao.extract.tables.meanings import meaning
from jixiao.extract.tables.roles import MONEY, said_of
from jixiao.extract.tables.stages import stage_of
from jixiao.extract.tables.subjects import Decided, subject_of
from jixiao.model import Cell, Stage

_NO_MONEY = ("%", "分", "‰")


@dataclass(frozen=True, slots=True)
class Pair:
    """What a label says of the figure beside it: what it is about, its stage if one is named, its unit if one is."""

    label: Cell
    decided: Decided
    stage: Stage | None
    unit: str


def read_pair(cell: Cell, printed: Printed, labels: Sequence[Cell], grid: Grid, unit: str) -> Pair | None:
    """Return what the label beside a figure says; None where it is no label of money. `unit` is the table's."""
    label = next(iter(labels), None)
    if label is None or label.col + label.col_span != cell.col or label.row != cell.row or _goes_on(cell, grid):
        return None
    own = printed.unit if printed.unit in UNITS else stated_unit(label.text) or ""
    if printed.unit in _NO_MONEY or not (own or said_of(label.text) == MONEY or (unit and _is_spent(label))):
        return None
    decided = subject_of(cell, None, None, [label], [])
    if decided.is_doubt and not own:
        return None
    return Pair(label, decided, stage_of([], [label]), own or unit)


def _is_spent(label: Cell) -> bool:
    """Tell whether a label names a part of the budget and what was done of it (人员经费实际完成数)."""
    said = meaning(label.text).subject
    return said is not None and said.scheme != "total" and stage_of([], [label]) is not None


def _goes_on(cell: Cell, grid: Grid) -> bool:
    """Tell whether another figure follows in the row: then the label is no one figure's."""
    following = grid.at(cell.row, cell.col + cell.col_span)
    printed = figure(following.text) if following is not None else None
    return printed is not None and printed.unit != "%"
