"""Which columns of a band are those of a score table: names, full marks, scores, and what stands beside them."""

from collections.abc import Sequence
from dataclasses import dataclass

from jixiao.extract.tables.bands import Band, bands_of
from jixiao.extract.tables.grid import DASHES, PAIR, Grid, figure
from jixiao.extract.tables.roles import Column, columns_of, with_role
from jixiao.model import Table

_LOOKED_AT, _WHOLE = 3, 100


@dataclass(frozen=True, slots=True)
class ScoreHead:
    """The columns of a score table: of names, of the full marks of each, of scores, and what stands beside them."""

    names: tuple[int, ...]
    marks: dict[int, int]  # name column -> its full marks column
    score: int | None
    level_scores: dict[int, int]
    rate: int | None
    reason: int | None
    off: int | None
    actual: int | None


def score_head(grid: Grid, band: Band) -> ScoreHead | None:
    """Tell whether a band is of scores, and which column holds what."""
    columns = columns_of(grid, band)
    told = [column for column in columns.values() if _begins(column)]
    marks = [column.col for column in with_role(told, "full_marks")]
    scores = [column.col for column in with_role(told, "score")]
    names = _without_points_to_look_at(grid, band, _names(told), columns)
    if not names and marks and scores:
        weak = [column.col for column in with_role(told, "name", "project") if column.col < min(scores)]
        empty = [0] if 0 in columns and not columns[0].head and columns[0].role in ("", "side") else []
        names = weak[:1] or empty
        if any(column.role == "money" and column.has_words for column in told):
            return None
    if not names or not (marks or scores or with_role(told, "taken_off")):
        return None
    leaf = names[-1]
    by_name: dict[int, int] = {}
    for col in marks:
        owner = max((n for n in names if n < col), default=None)
        if owner is not None:
            by_name.setdefault(owner, col)
    level_scores: dict[int, int] = {}
    score: int | None = None
    for col in scores:
        owner = max((n for n in names if n < col), default=leaf)
        if owner == leaf:
            score = col if score is None else score
        else:
            level_scores.setdefault(owner, col)
    return ScoreHead(
        tuple(names),
        by_name,
        score,
        level_scores,
        _first(told, "score_rate"),
        _first(told, "reason"),
        _first(told, "taken_off"),
        _first(told, "actual"),
    )


def _begins(column: Column) -> bool:
    """Tell whether a head begins in a column: one that is merged over several stands in its first."""
    return not column.path or column.path[0].col == column.col


def _first(columns: Sequence[Column], role: str) -> int | None:
    return next((column.col for column in with_role(columns, role)), None)


def _names(columns: Sequence[Column]) -> list[int]:
    """Return the columns of names; one heading may stand over several, but 一级指标 is one however the grid cuts it."""
    out: list[int] = []
    for column in with_role(columns, "level"):
        cell = column.path[0]
        spread = cell.col_span <= 3 and not out and "级" not in cell.text
        out.extend(range(cell.col, cell.col + cell.col_span) if spread else [cell.col])
    return out


def _without_points_to_look_at(grid: Grid, band: Band, names: list[int], columns: dict[int, Column]) -> list[int]:
    """Leave out a last column 评价要点 where the one before it names each row: it says what is looked at there."""
    if len(names) < 2 or columns[names[-1]].second != "rubric":
        return names
    rows = [row for row in band.rows if grid.text(row, names[-1]) not in DASHES]
    before = [cell for row in rows if (cell := grid.at(row, names[-2])) is not None and cell.text not in DASHES]
    named = {cell.text for cell in before if cell.row_span == 1}
    return names[:-1] if len(rows) > 2 and len(named) == len(rows) else names


def goes_on(table: Table, head: ScoreHead, col_count: int) -> bool:
    """Tell whether a table without a head of its own is the rest of the score table before it.

    It has as many columns, nothing heads them, and in its first rows names and marks stand where that head says.
    """
    grid = Grid(table)
    if table.col_count != col_count or any(band.head_rows for band in bands_of(grid)):
        return False
    marks = head.marks.get(head.names[-1], max(head.marks.values(), default=None))
    for row in range(min(grid.row_count, _LOOKED_AT)):
        full, got = grid.number(row, marks), grid.number(row, head.score)
        name = grid.text(row, head.names[-1])
        if got is None and PAIR.match(grid.text(row, head.score)) is None:
            continue
        named = name not in DASHES and figure(name) is None
        return named and (marks is None or (full is not None and (got is None or got <= full <= _WHOLE)))
    return False
