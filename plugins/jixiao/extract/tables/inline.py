"""Cells that hold their label and their figure (其中:基本支出:900.50)."""

import re
from dataclasses import dataclass

from jixiao.extract.numbers import NUMBER
from jixiao.extract.tables.grid import Grid, Printed, figure
from jixiao.extract.tables.meanings import meaning
from jixiao.extract.tables.stages import said_in
from jixiao.model import Cell, Doubt, Evidence, Stage, Subject
from jixiao.read.text import cell_evidence

_INLINE = re.compile(rf"^(?:其中)?:?(?P<label>[^\d:]{{2,20}}):(?P<number>{NUMBER})(?P<unit>亿元|万元|千元|元)?$")
_LONGEST_HEAD = 16


@dataclass(frozen=True, slots=True)
class Inline:
    """A label with its figure; a doubt where no single stage is named for it."""

    words: str
    evidence: Evidence
    subject: Subject | None = None
    stage: Stage | None = None
    printed: Printed | None = None
    doubt: Doubt | None = None


def read_inline(cell: Cell, grid: Grid, fiscal_year: int) -> Inline | None:
    """Return the label and figure of a cell; its stage is its own, or the one that all heads above name.

    Where a row says one label below heads of several stages, each is of its head. In a form that grows by columns
    (年初, 全年, 执行) and then goes on with one sum each, it is the budget in force.
    """
    match = _INLINE.match(cell.text)
    if match is None:
        return None
    said = meaning(match["label"])
    evidence = cell_evidence(cell, *match.span("number")) if cell.lines else cell_evidence(cell)
    if said.kind != "subject" or said.rest or said.subject is None:
        return Inline(match["label"], evidence)
    own = said_in(match["label"])
    stages = {own} if own else _by_column(cell, match["label"], grid) or _stages_above(cell, grid)
    if len(stages) != 1:
        message = f"{cell.text}: no single stage is named for it"
        return Inline(match["label"], evidence, doubt=Doubt("undecided_stage", message, evidence))
    printed = Printed(match["number"], match["unit"] or "", False)
    return Inline(match["label"], evidence, said.subject, stages.pop(), printed)


def _by_column(cell: Cell, label: str, grid: Grid) -> set[Stage]:
    """Return the stage of the head above, where the row says the label below heads of as many stages."""
    said = (one for one in grid.table.cells if one.row == cell.row)
    alike = [one for one in said if (match := _INLINE.match(one.text)) and match["label"] == label]
    stages = [_head_stage(one, grid) for one in alike]
    if len(alike) < 2 or None in stages or len({*stages}) < len(stages):
        return set()
    return {stage for one, stage in zip(alike, stages, strict=True) if one is cell and stage is not None}


def _head_stage(cell: Cell, grid: Grid) -> Stage | None:
    """Return the stage of the nearest head above a cell that names one."""
    above = (one for one in grid.table.cells if one.row < cell.row and len(one.text) <= _LONGEST_HEAD)
    over = [one for one in above if one.col < cell.col + cell.col_span and cell.col < one.col + one.col_span]
    return next((stage for one in sorted(over, key=lambda one: -one.row) if (stage := said_in(one.text))), None)


def _stages_above(cell: Cell, grid: Grid) -> set[Stage]:
    """Return the stages of the heads above; of several, that whose figure is the sum of a grouping row."""
    heads = [one for one in grid.table.cells if one.row < cell.row and len(one.text) <= _LONGEST_HEAD]
    found = {stage for one in heads if (stage := said_in(one.text))}
    if len(found) < 2:
        return found
    grouping = [
        match["number"]
        for one in grid.table.cells
        if one.row <= cell.row and (match := _INLINE.match(one.text)) and meaning(match["label"]).kind != "subject"
    ]
    equal: set[Stage] = set()
    for one in heads:
        stage = said_in(one.text)
        below = figure(grid.text(one.row + one.row_span, one.col))
        if stage and below is not None and below.number in grouping:
            equal.add(stage)
    return equal or found
