"""Ruled tables of a PDF page: pdfium's paths are the lines; `cells` finds what stands between them."""

import ctypes
import itertools
from collections.abc import Collection, Iterator, Sequence
from itertools import repeat
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from jixiao.model import Box
from jixiao.read.cells import Edge, tables_between
from jixiao.read.glyphs import Floats, Handle, Ints, Matrix, bound

_LEVEL_PT = 0.05
_MOST_CROSSINGS = 8000
_MOST_RULES = 20_000
_DEEPEST_FORM = 4
_SAME_END_PT = 3.0
_MOST_ASKED = 1 << 20  # pairs of a box and a point at once
_FEWEST_ENDS = 3
_OF_NUMBERS = np.array([ord(one) for one in "0123456789.,%"], np.uint32)
_NO_ROOM = 0.02  # of a character's height
_SAME: Matrix = (1, 0, 0, 1, 0, 0)

_page_object = bound(pdfium_c.FPDFPage_GetObject, Handle)
_page_address = bound(pdfium_c.FPDFPage_GetObject, ctypes.c_void_p)
_form_object = bound(pdfium_c.FPDFFormObj_GetObject, Handle)
_object_count = bound(pdfium_c.FPDFFormObj_CountObjects, ctypes.c_int)
_type = bound(pdfium_c.FPDFPageObj_GetType, ctypes.c_int)
_matrix = bound(pdfium_c.FPDFPageObj_GetMatrix, ctypes.c_int)
_segment_count = bound(pdfium_c.FPDFPath_CountSegments, ctypes.c_int)
_segment = bound(pdfium_c.FPDFPath_GetPathSegment, Handle)
_segment_type = bound(pdfium_c.FPDFPathSegment_GetType, ctypes.c_int)
_segment_closes = bound(pdfium_c.FPDFPathSegment_GetClose, ctypes.c_int)
_point = bound(pdfium_c.FPDFPathSegment_GetPoint, ctypes.c_int)

Point = tuple[float, float]


class Thing(NamedTuple):
    """What a page paints: `order` counts as it is painted, `path` leads to it through forms, `matrix` out of them."""

    kind: int
    handle: Handle
    matrix: Matrix
    path: tuple[int, ...]
    order: int


def plain_things_of(page: pdfium.PdfPage) -> tuple[list[int], list[Any]]:
    """Return the kinds and handles of what a page paints, but not what is inside its forms.

    The handles are in the form that a call takes as is, and good for nothing else.
    """
    addresses = map(_page_address, repeat(page.raw), range(pdfium_c.FPDFPage_CountObjects(page.raw)))
    handles = [*map(ctypes.c_void_p.from_param, addresses)]
    return [*map(_type, handles)], handles


def paints(kinds: Collection[int], kind: int) -> bool:
    """Tell whether a page of these kinds of things may paint one of a kind, by itself or in a form."""
    return kind in kinds or pdfium_c.FPDF_PAGEOBJ_FORM in kinds


def things_of(page: pdfium.PdfPage) -> Iterator[Thing]:
    """Return what a page paints, inside forms too, in order."""
    count = pdfium_c.FPDFPage_CountObjects(page.raw)
    yield from _things(_page_object, page.raw, count, _SAME, (), itertools.count())


def _things(
    get: Any, parent: Any, count: int, matrix: Matrix, path: tuple[int, ...], order: Iterator[int]
) -> Iterator[Thing]:
    handles = [*map(get, repeat(parent), range(count))]
    for index, (kind, handle) in enumerate(zip(map(_type, handles), handles, strict=True)):
        yield Thing(kind, handle, matrix, (*path, index), next(order))
        if kind == pdfium_c.FPDF_PAGEOBJ_FORM and len(path) + 1 < _DEEPEST_FORM:
            inner = _composed(handle, matrix)
            yield from _things(_form_object, handle, _object_count(handle), inner, (*path, index), order)


def objects_of(page: pdfium.PdfPage, matrix: Matrix = _SAME) -> Iterator[tuple[int, Handle, Matrix]]:
    """Return what a page shows besides text, inside forms too: type, handle, and the matrix from its space."""
    yield from _objects(_page_object, page.raw, pdfium_c.FPDFPage_CountObjects(page.raw), matrix, 1)


def _objects(get: Any, parent: Any, count: int, matrix: Matrix, depth: int) -> Iterator[tuple[int, Handle, Matrix]]:
    handles = [*map(get, repeat(parent), range(count))]
    for kind, handle in zip(map(_type, handles), handles, strict=True):
        if kind == pdfium_c.FPDF_PAGEOBJ_TEXT:
            continue
        yield kind, handle, matrix
        if kind == pdfium_c.FPDF_PAGEOBJ_FORM and depth < _DEEPEST_FORM:
            yield from _objects(_form_object, handle, _object_count(handle), _composed(handle, matrix), depth + 1)


def _composed(handle: Handle, outer: Matrix) -> Matrix:
    """Return the matrix that applies an object's own matrix, then the outer one."""
    own = (ctypes.c_float * 6)()
    _matrix(handle, own)
    a, b, c, d, e, f = own
    oa, ob, oc, od, oe, of = outer
    return (
        a * oa + b * oc,
        a * ob + b * od,
        c * oa + d * oc,
        c * ob + d * od,
        e * oa + f * oc + oe,
        e * ob + f * od + of,
    )


def area_of(picture: Handle, matrix: Matrix) -> float:
    """Return the area that a picture covers on the page."""
    a, b, c, d, _, _ = _composed(picture, matrix)
    return abs(a * d - b * c)


def box_of(picture: Handle, matrix: Matrix) -> Box:
    """Return the box of a picture on an upright page."""
    a, b, c, d, e, f = _composed(picture, matrix)
    xs, ys = [e, a + e, c + e, a + c + e], [f, b + f, d + f, b + d + f]
    return Box(min(xs), min(ys), max(xs), max(ys))


def _strokes(handle: Handle, matrix: Matrix) -> Iterator[tuple[Point, Point]]:
    """Return the straight parts of a path."""
    a, b, c, d, e, f = _composed(handle, matrix)
    x, y = ctypes.c_float(), ctypes.c_float()
    at = ctypes.byref(x), ctypes.byref(y)
    first: Point = (0.0, 0.0)
    last: Point = (0.0, 0.0)
    for index in range(_segment_count(handle)):
        segment = _segment(handle, index)
        _point(segment, *at)
        point = (a * x.value + c * y.value + e, b * x.value + d * y.value + f)
        kind = _segment_type(segment)
        if kind == pdfium_c.FPDF_SEGMENT_MOVETO:
            first = point
        elif kind == pdfium_c.FPDF_SEGMENT_LINETO:
            yield last, point
        if _segment_closes(segment):
            yield point, first
        last = point


def edges_of(page: pdfium.PdfPage, matrix: Matrix, kinds: Collection[int]) -> list[Edge]:
    """Return the level and plumb lines that a page of these kinds of things draws, in the shape of pdfplumber's edges.

    A page with more of them than any table has (a map, a hatched drawing) has none.
    """
    edges: list[Edge] = []
    if not paints(kinds, pdfium_c.FPDF_PAGEOBJ_PATH):
        return edges
    for kind, handle, outer in objects_of(page, matrix):
        if kind != pdfium_c.FPDF_PAGEOBJ_PATH:
            continue
        for (x0, y0), (x1, y1) in _strokes(handle, outer):
            width, height = abs(x1 - x0), abs(y1 - y0)
            if height < _LEVEL_PT and width >= 1:
                orientation = "h"
                y1 = y0
            elif width < _LEVEL_PT and height >= 1:
                orientation = "v"
                x1 = x0
            else:
                continue
            edges.append(_edge(x0, y0, x1, y1, orientation))
        if len(edges) > _MOST_RULES:
            return []
    return edges


def _hatched(edges: Sequence[Edge]) -> bool:
    """Tell whether lines cross too often for the table finder to end soon."""
    across = {round(edge["top"] / 3) for edge in edges if edge["orientation"] == "h"}
    down = {round(edge["x0"] / 3) for edge in edges if edge["orientation"] == "v"}
    return len(across) * len(down) > _MOST_CROSSINGS


def _closing(edges: Sequence[Edge]) -> Iterator[Edge]:
    """Return what closes a table that the end of the page leaves open: several plumb lines that end at no level one."""
    plumb = [edge for edge in edges if edge["orientation"] == "v"]
    for side, last in (("top", min), ("bottom", max)):
        y = last((edge[side] for edge in plumb), default=0.0)
        ends = [edge["x0"] for edge in plumb if abs(edge[side] - y) < _SAME_END_PT]
        x0, x1 = min(ends, default=0.0), max(ends, default=0.0)
        level = (edge for edge in edges if edge["orientation"] == "h" and abs(edge["top"] - y) < _SAME_END_PT)
        ruled = sum(max(0.0, min(edge["x1"], x1) - max(edge["x0"], x0)) for edge in level)
        if len({round(x / _SAME_END_PT) for x in ends}) >= _FEWEST_ENDS and ruled < (x1 - x0) / 2:
            yield _edge(x0, y, x1, y, "h")


def _edge(x0: float, y0: float, x1: float, y1: float, orientation: str) -> Edge:
    top, bottom = min(y0, y1), max(y0, y1)
    return {
        "object_type": "line",
        "x0": min(x0, x1),
        "x1": max(x0, x1),
        "top": top,
        "doctop": top,
        "bottom": bottom,
        "width": abs(x1 - x0),
        "height": bottom - top,
        "orientation": orientation,
    }


def cells_of(edges: Sequence[Edge]) -> list[list[Box]]:
    """Return the cells of each grid of lines, two or more: a table, a row of one, or a frame."""
    if len(edges) < 4 or _hatched(edges):
        return []
    edges = [*edges, *_closing(edges)]
    return [[Box(*map(float, cell)) for cell in cells] for cells in tables_between(edges)]


def place_in(boxes: Sequence[Box], x: Floats, y: Floats) -> Ints:
    """Return, for each point, the index of the smallest box that holds it, or -1."""
    if not boxes or not len(x):
        return np.full(len(x), -1, dtype=np.int64)
    edges = np.array(boxes)
    order = np.argsort((edges[:, 2] - edges[:, 0]) * (edges[:, 3] - edges[:, 1]), kind="stable")
    out = np.empty(len(x), dtype=np.int64)
    step = max(1, _MOST_ASKED // len(boxes))
    x0, top, x1, bottom = edges[order].T[:, :, None]
    for first in range(0, len(x), step):
        across, down = x[first : first + step], y[first : first + step]
        inside = (x0 <= across) & (across <= x1) & (top <= down) & (down <= bottom)
        smallest = inside.argmax(axis=0)
        out[first : first + step] = np.where(inside[smallest, np.arange(len(across))], order[smallest], -1)
    return out


def whole_numbers(codes: npt.NDArray[np.uint32], boxes: Floats, places: Ints) -> Ints:
    """Return the places of characters (`place_in`) with each number in one of them.

    A number that is wider than its cell is drawn over the rule: it belongs where most of it stands. Two numbers that
    stand side by side have some room between them, characters of one have none.
    """
    is_of_number = np.isin(codes, _OF_NUMBERS)
    room = np.abs(boxes[0, 1:] - boxes[2, :-1]) + np.abs(boxes[1, 1:] - boxes[1, :-1])
    near = room <= _NO_ROOM * np.abs(boxes[3, :-1] - boxes[1, :-1])
    goes_on = is_of_number[:-1] & is_of_number[1:] & near
    if not (goes_on & (places[:-1] != places[1:])).any():
        return places
    out = places.copy()
    numbers = np.concatenate(([0], np.cumsum(~goes_on)))
    cut = np.unique(numbers[1:][goes_on & (places[:-1] != places[1:])])
    for start, end in zip(np.searchsorted(numbers, cut), np.searchsorted(numbers, cut, "right"), strict=True):
        some = slice(start, end)
        found, first, counts = np.unique(places[some], return_index=True, return_counts=True)
        out[some] = found[np.lexsort((first, -counts))[0]]
    return out
