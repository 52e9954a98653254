"""Which of two columns of marks is what can be reached: by what the marks of parents and children sum to."""

from decimal import Decimal

from jixiao.extract.tables.bands import Band
from jixiao.extract.tables.grid import Grid, figure

_WHOLES = frozenset({Decimal(100), Decimal(200)})  # without the row of the total, and with it


def children_sum(grid: Grid, band: Band, parent: int, child: int) -> bool:
    """Tell whether in two parents or more the marks of one column are the sum of those beside them in the next."""
    held = 0
    seen: set[int] = set()
    for row in band.rows:
        cell = grid.at(row, parent)
        whole = figure(cell.text) if cell is not None else None
        if cell is None or whole is None or id(cell) in seen:
            continue
        seen.add(id(cell))
        below = [row for row in band.rows if cell.row <= row < cell.row + cell.row_span]
        parts = {id(part): part for row in below if (part := grid.at(row, child)) is not None}
        numbers = [figure(part.text) for part in parts.values()]
        if sum((one.value for one in numbers if one is not None), Decimal(0)) != whole.value:
            return False
        held += 1
    return held > 1


def never_below(grid: Grid, band: Band, left: int, right: int) -> bool:
    """Tell whether in two rows or more the number of one column is never below that of another."""
    pairs = [(grid.number(row, left), grid.number(row, right)) for row in band.rows]
    told = [(one, other) for one, other in pairs if one is not None and other is not None]
    if len(told) < 2 or any(one < other for one, other in told):
        return False
    # Where nothing was taken off, the marks of all of them are the whole.
    return any(one > other for one, other in told) or sum((one for one, _ in told), Decimal(0)) in _WHOLES
