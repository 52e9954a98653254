"""The characters of a PDF page with their boxes, fetched from pdfium in bulk.

One call a character through pypdfium2's wrappers is what reading a page mostly costs, so the same functions are bound
here to plain integers and called in a loop that runs in C; places are numpy arrays.
"""

import ctypes
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any

import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

SKEW = -1
_SKEW_DEG = 10
_SEEN = np.ones(0x110000, dtype=np.bool_)
_SEEN[[*(code for code in range(0x3001) if code < 32 or chr(code).isspace()), 0xFFFE, 0xFFFF]] = False


def address(handle: Any) -> int:
    """Return the address that a handle or function of pypdfium2 holds."""
    return ctypes.cast(handle, ctypes.c_void_p).value or 0


def bound(function: Any, answer: Any, *arguments: Any) -> Callable[..., Any]:
    """Return one of pdfium's functions with plain integers for its handles."""
    return ctypes.PYFUNCTYPE(answer, *arguments)(address(function))


_text = bound(pdfium_c.FPDFText_GetText, ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_int, ctypes.c_void_p)
_unicode = bound(pdfium_c.FPDFText_GetUnicode, ctypes.c_uint, ctypes.c_void_p, ctypes.c_int)
_angle = bound(pdfium_c.FPDFText_GetCharAngle, ctypes.c_float, ctypes.c_void_p, ctypes.c_int)
_loose_box = bound(pdfium_c.FPDFText_GetLooseCharBox, ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)


@dataclass(frozen=True, slots=True)
class Glyphs:
    """Visible characters in the order of the content stream; places are in PDF space, before any turn.

    `boxes` has a row (left, top, right, bottom) for each; `angles` the clockwise degrees to which its text runs, in
    quarters, or `SKEW`.
    """

    codes: npt.NDArray[np.uint32]
    boxes: Floats
    angles: Ints
    unmapped: int = 0
    """How many more there are of which the font does not say what they are."""


def text_of(codes: npt.NDArray[np.uint32]) -> str:
    """Return code points as a text."""
    return codes.astype("<u4").tobytes().decode("utf-32-le", "replace")


def _codes(textpage: int, count: int) -> npt.NDArray[np.uint32]:
    """Return the code points of a page; all at once where the text has one unit for every character."""
    units = np.zeros(count + 1, dtype=np.uint16)
    written = _text(textpage, 0, count, units.ctypes.data)
    codes = units[:count].astype(np.uint32)
    if written == count + 1 and not ((codes >= 0xD800) & (codes < 0xE000)).any():
        return codes
    codes = np.fromiter(map(_unicode, repeat(textpage), range(count)), dtype=np.uint32, count=count)
    return np.where(((codes >= 0xD800) & (codes < 0xE000)) | (codes >= 0x110000), 0xFFFD, codes).astype(np.uint32)


def _angles(textpage: int, indexes: Ints, boxes: Floats) -> Ints:
    """Return to which side each character's text runs.

    Where every character stands to the right of the one before or far from it, all text runs to the right; so it does
    where those that do not (at the end of a short line) are upright.
    """
    steps = np.diff((boxes[:, :2] + boxes[:, 2:]) / 2, axis=0)
    size = np.maximum(boxes[:, 1] - boxes[:, 3], boxes[:, 2] - boxes[:, 0])[: len(steps)]
    near = np.hypot(steps[:, 0], steps[:, 1]) < 2 * size
    onward = (steps[:, 0] >= 0) & (np.abs(steps[:, 1]) < 0.2 * size)
    odd = np.flatnonzero(near & ~onward)
    if len(steps) and not any(_angle(textpage, index) for index in indexes[np.concatenate([odd, odd + 1])].tolist()):
        return np.zeros(len(boxes), dtype=np.int64)
    radians = np.fromiter(map(_angle, repeat(textpage), indexes.tolist()), dtype=np.float64, count=len(indexes))
    degrees = np.degrees(np.maximum(radians, 0))
    quarters = np.rint(degrees / 90) * 90
    return np.where(np.abs(degrees - quarters) > _SKEW_DEG, SKEW, quarters % 360).astype(np.int64)


def glyphs_of(textpage: pdfium.PdfTextPage) -> Glyphs:
    """Return the visible characters of a page."""
    count = max(0, textpage.count_chars())
    handle = address(textpage.raw)
    codes = _codes(handle, count)
    rectangles = np.zeros((count, 4), dtype=np.float32)
    first = rectangles.ctypes.data
    placed = np.fromiter(
        map(_loose_box, repeat(handle), range(count), range(first, first + 16 * count, 16)), dtype=np.bool_, count=count
    )
    keep = placed & _SEEN[codes]
    boxes = rectangles[keep].astype(np.float64)
    return Glyphs(codes[keep], boxes, _angles(handle, np.flatnonzero(keep), boxes), int((codes == 0).sum()))


Matrix = tuple[float, float, float, float, float, float]


def upright(bbox: Sequence[float], turn: int) -> Matrix:
    """Return the matrix from PDF space to a page turned clockwise by `turn`, from its top left corner."""
    left, bottom, right, top = bbox
    return {
        0: (1.0, 0.0, 0.0, -1.0, -left, top),
        90: (0.0, 1.0, 1.0, 0.0, -bottom, -left),
        180: (-1.0, 0.0, 0.0, 1.0, right, -bottom),
        270: (0.0, -1.0, -1.0, 0.0, top, right),
    }[turn]


def moved(boxes: Floats, matrix: Matrix) -> Floats:
    """Return boxes of PDF space as rows (x0, top, x1, bottom) of an upright page."""
    a, b, c, d, e, f = matrix
    out = np.empty_like(boxes)
    for corner in (0, 2):
        out[:, corner] = a * boxes[:, corner] + c * boxes[:, corner + 1] + e
        out[:, corner + 1] = b * boxes[:, corner] + d * boxes[:, corner + 1] + f
    low = np.minimum(out[:, :2], out[:, 2:])
    high = np.maximum(out[:, :2], out[:, 2:])
    return np.concatenate([low, high], axis=1)
