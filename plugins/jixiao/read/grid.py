"""Cells from boxes: rows, columns and spans of a ruled table, and tables that go on over page breaks."""

import bisect
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from jixiao.model import Box, Cell, Line, Page, Remark, Table
from jixiao.read import cut_rows
from jixiao.read.text import join

_SAME_EDGE_PT = 3.0
_FEWEST_ROWS = 3
_WORDS = re.compile(r"[一-鿿]{2,}")


@dataclass(frozen=True, slots=True)
class RawTable:
    """A table of one page, before its cells' text is joined and it is stitched to its continuation."""

    page: int
    box: Box
    cells: tuple[Cell, ...]
    row_count: int
    col_count: int


@dataclass(frozen=True, slots=True)
class ReadPage:
    """One page as read: its lines outside tables, and its tables with cells in page coordinates.

    `note` tells a person how it was read, where it was in another way than most; `from_pictures` whether some of its
    text was in pictures.
    """

    page: Page
    tables: tuple[RawTable, ...]
    note: str | None = None
    remarks: tuple[Remark, ...] = ()
    from_pictures: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """Boxes with their (row, column, row span, column span)."""

    boxes: tuple[Box, ...]
    places: tuple[tuple[int, int, int, int], ...]
    row_count: int
    col_count: int

    def at(self, x: float, y: float) -> int | None:
        """Return the index of the smallest box that holds the point."""
        best: int | None = None
        area = 0.0
        for index, box in enumerate(self.boxes):
            if box.x0 <= x <= box.x1 and box.top <= y <= box.bottom:
                size = (box.x1 - box.x0) * (box.bottom - box.top)
                if best is None or size < area:
                    best, area = index, size
        return best


def _edges(values: Sequence[float]) -> list[float]:
    """Return the distinct edges, nearly equal ones merged."""
    out: list[float] = []
    for value in sorted(values):
        if not out or value - out[-1] > _SAME_EDGE_PT:
            out.append(value)
    return out


def columns_of(boxes: Sequence[Box]) -> list[float]:
    """Return the left and right edges of the columns that boxes stand in."""
    return _edges([edge for box in boxes for edge in (box.x0, box.x1)])


def _place(edges: Sequence[float], value: float) -> int:
    return max(0, bisect.bisect_right(edges, value + _SAME_EDGE_PT) - 1)


def grid_of(boxes: Sequence[Box]) -> Grid:
    """Give every box its row, column and spans from the edges that all boxes share."""
    xs = columns_of(boxes)
    ys = _edges([edge for box in boxes for edge in (box.top, box.bottom)])
    ordered = sorted(set(boxes), key=lambda box: (_place(ys, box.top), _place(xs, box.x0)))
    kept: list[Box] = []
    places: list[tuple[int, int, int, int]] = []
    for box in ordered:
        row, col = _place(ys, box.top), _place(xs, box.x0)
        row_span, col_span = _place(ys, box.bottom) - row, _place(xs, box.x1) - col
        if row_span > 0 and col_span > 0:
            kept.append(box)
            places.append((row, col, row_span, col_span))
    return Grid(tuple(kept), tuple(places), max(0, len(ys) - 1), max(0, len(xs) - 1))


def cell_text(lines: Sequence[Line]) -> str:
    """Return the normalised text of a cell's lines."""
    return join([line.text for line in lines])[0]


def stitch(raw: Sequence[RawTable], captions: dict[int, tuple[Line, ...]], followed: set[int]) -> list[Table]:
    """Join tables that go on over a page break.

    `captions` is by index into `raw`; `followed` holds the indexes of tables with running text behind them on their
    page.

    A table goes on when it opens the next page, has the same number of columns at nearly the same places, and
    nothing but page furniture stands between.
    """
    tables: list[Table] = []
    open_edges: list[float] = []
    last: RawTable | None = None
    for index, table in enumerate(raw):
        filled = tuple(
            Cell(c.row, c.col, c.row_span, c.col_span, cell_text(c.lines), c.lines, c.page, c.box) for c in table.cells
        )
        edges = columns_of([cell.box for cell in filled if cell.box])
        caption = captions.get(index, ())
        near = last is not None and table.page == last.page + 1 and not caption and index - 1 not in followed
        beside = near and last is not None and _is_beside(last, replace(table, cells=filled))
        goes_on = near and same_columns(edges, open_edges)
        if beside:
            tables[-1] = _widened(tables[-1], filled, table)
        elif goes_on:
            tables[-1] = _append(tables[-1], filled, table, open_edges, edges)
        else:
            tables.append(Table(filled, table.row_count, table.col_count, caption))
            open_edges = edges
        last = table
    return tables


def _is_beside(left: RawTable, right: RawTable) -> bool:
    """Tell whether a table holds the further columns of the rows of one on the page before, which was too wide.

    It has as many rows, as high, and no words but in its headings: it says nothing of what its figures are of.
    """
    if right.row_count != left.row_count or right.row_count < _FEWEST_ROWS:
        return False
    heights = [
        [below - above for above, below in itertools.pairwise(edges)]
        for edges in (_edges([y for cell in one.cells if cell.box for y in cell.box[1::2]]) for one in (left, right))
    ]
    if len(heights[0]) != len(heights[1]):
        return False
    if any(abs(one - other) > _SAME_EDGE_PT for one, other in zip(*heights, strict=True)):
        return False
    heads = [cell.text for cell in right.cells if cell.row == 0]
    if heads == [cell_text(cell.lines) for cell in left.cells if cell.row == 0]:
        return False
    body = [cell.text for cell in right.cells if cell.row > 0 and cell.text]
    return all(map(_WORDS.search, heads)) and bool(body) and not any(map(_WORDS.search, body))


def _widened(table: Table, cells: tuple[Cell, ...], part: RawTable) -> Table:
    """Return a table with the columns of its continuation to the right."""
    moved = tuple(replace(cell, col=cell.col + table.col_count) for cell in cells)
    return replace(table, cells=(*table.cells, *moved), col_count=table.col_count + part.col_count)


def same_columns(edges: Sequence[float], others: Sequence[float]) -> bool:
    """Tell whether every edge of the shorter list is among the longer, both with the same outer edges."""
    if len(edges) < 2 or len(others) < 2:
        return False
    few, many = sorted((edges, others), key=len)
    near = all(min(abs(edge - other) for other in many) < 2 * _SAME_EDGE_PT for edge in few)
    return near and abs(few[0] - many[0]) < 6 and abs(few[-1] - many[-1]) < 6


def _row_texts(cells: Sequence[Cell], row: int) -> list[tuple[int, str]]:
    return [(cell.col, cell.text) for cell in cells if cell.row == row]


def _append(
    table: Table, cells: tuple[Cell, ...], part: RawTable, edges: Sequence[float], part_edges: Sequence[float]
) -> Table:
    """Return the table with the next page's cells: repeated header rows dropped, repeated level cells extended."""

    def column(cell: Cell) -> tuple[int, int]:
        if len(part_edges) == len(edges) or cell.box is None:
            return cell.col, cell.col_span
        start, end = _place(edges, cell.box.x0), _place(edges, cell.box.x1)
        return start, max(1, end - start)

    moved = []
    for cell in cells:
        col, span = column(cell)
        is_there = (col, span) == (cell.col, cell.col_span)
        moved.append(cell if is_there else replace(cell, col=col, col_span=span))
    skip = 0
    if part.row_count:
        first = _row_texts(moved, 0)
        for row in range(min(table.row_count, 12)):
            if (
                first
                and [t for _, t in first] == [t for _, t in _row_texts(table.cells, row)]
                and any(t for _, t in first)
            ):
                skip = 1
                while skip < part.row_count and _row_texts(moved, skip) == _row_texts(table.cells, row + skip):
                    skip += 1
                break
    old = list(table.cells)
    last = {i for i, c in enumerate(old) if c.row + c.row_span == table.row_count}
    rest = [cell for cell in moved if cell.row == skip]
    extended_to = {0}  # right edges of the cells that go on, so that a level goes on only below a level that does
    if cut_rows.goes_on([old[i] for i in sorted(last)], rest):
        below = {cell.col: cell for cell in rest}
        for i in last:
            old[i] = cut_rows.joined(old[i], below[old[i].col])
        skip, extended_to = skip + 1, set()
    base = table.row_count - skip
    for cell in sorted(moved, key=lambda c: (c.row, c.col)):
        if cell.row < skip:
            continue
        if cell.row == skip and cell.col in extended_to:
            above = [
                i
                for i, c in enumerate(old)
                if c.col == cell.col and c.col_span == cell.col_span and c.row + c.row_span == table.row_count
            ]
            # A level cell printed again, or its empty continuation: one cell that spans the page break.
            if above and (cell.text in ("", old[above[0]].text) or not old[above[0]].text):
                before = old[above[0]]
                old[above[0]] = replace(
                    before,
                    row_span=before.row_span + cell.row_span,
                    text=before.text or cell.text,
                    lines=before.lines or cell.lines,
                )
                extended_to.add(cell.col + cell.col_span)
                continue
        at = (base + cell.row, cell.col, cell.row_span, cell.col_span)
        old.append(Cell(*at, cell.text, cell.lines, cell.page, cell.box))
    return Table(tuple(old), base + part.row_count, table.col_count, table.caption)
