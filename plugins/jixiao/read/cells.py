"""The cells between the lines of a page, as pdfplumber finds them, in a tenth of its time.

pdfplumber joins and snaps the lines and finds where they cross; of a cell it then asks the same sets of lines again
for every pair of crossings. Here each crossing's lines are a set of numbers, made once, and those below and to the
right of it are looked up. The cells are the same, in the same order.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from jixiao.without import bare, named

if TYPE_CHECKING:
    from pdfplumber.page import Page as PlumberPage

Edge = dict[str, Any]
Point = tuple[float, float]
BBox = tuple[float, float, float, float]


_PDFMINER = ("pdfminer", "pdfminer.pdftypes", "pdfminer.psparser", "pdfminer.utils")
"""What pdfplumber's tools name; nothing of it is asked where tables are found."""


@cache
def _plumber() -> tuple[Any, Any]:
    """Return pdfplumber's modules of tables and of geometry alone: all of it takes as long to import as two pages."""
    with bare("pdfplumber"), named({name: {} for name in _PDFMINER}):
        from pdfplumber import table
        from pdfplumber.utils import geometry
    return table, geometry


class _Lines:
    """What pdfplumber's table finder asks of a page."""

    def __init__(self, edges: list[Edge]) -> None:
        self.edges = edges


def tables_between(edges: list[Edge]) -> list[list[BBox]]:
    """Return the cells (x0, top, x1, bottom) of every table of two or more that lines (pdfplumber's edges) form."""
    plumber = _plumber()[0]
    finder = plumber.TableFinder.__new__(plumber.TableFinder)
    finder.page = cast("PlumberPage", _Lines(edges))
    finder.settings = settings = plumber.TableSettings.resolve(None)
    joined = finder.get_edges()
    found = plumber.edges_to_intersections(joined, settings.intersection_x_tolerance, settings.intersection_y_tolerance)
    return cast(list[list[BBox]], plumber.cells_to_tables(_cells(cast(Mapping[Point, dict[str, list[Edge]]], found))))


def _cells(crossings: Mapping[Point, dict[str, list[Edge]]]) -> list[BBox]:
    """Return the smallest cell right below each crossing, where lines lead all around it."""
    obj_to_bbox = _plumber()[1].obj_to_bbox
    numbers: dict[BBox, int] = {}

    def numbered(edges: list[Edge]) -> frozenset[int]:
        return frozenset(numbers.setdefault(obj_to_bbox(edge), len(numbers)) for edge in edges)

    plumb = {point: numbered(its["v"]) for point, its in crossings.items()}
    level = {point: numbered(its["h"]) for point, its in crossings.items()}
    down: defaultdict[float, list[float]] = defaultdict(list)
    along: defaultdict[float, list[float]] = defaultdict(list)
    points = sorted(crossings)
    for x, y in points:
        down[x].append(y)
        along[y].append(x)
    out = []
    for x, y in points:
        rights = [
            right for right in along[y][bisect_right(along[y], x) :] if not level[x, y].isdisjoint(level[right, y])
        ]
        cell = next(
            (
                (x, y, right, below)
                for below in down[x][bisect_right(down[x], y) :]
                if not plumb[x, y].isdisjoint(plumb[x, below])
                for right in rights
                if (right, below) in crossings
                and not plumb[right, below].isdisjoint(plumb[right, y])
                and not level[right, below].isdisjoint(level[x, below])
            ),
            None,
        )
        if cell is not None:
            out.append(cell)
    return out
