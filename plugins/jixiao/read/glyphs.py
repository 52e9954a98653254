"""The characters of a PDF page with their boxes, fetched from pdfium in bulk.

One call a character through pypdfium2's wrappers is what reading a page mostly costs, so the same functions are bound
here anew and called in a loop that runs in C; places are numpy arrays.
"""

import ctypes
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
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
_FLAT = 0.5
_LOW = 0.8
_REACH = (-0.12, 0.88)
_SEEN = np.ones(0x110000, dtype=np.bool_)  # no control characters, none of Unicode's blanks, no character at all
_SEEN[[*range(33), 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000]] = False
_SEEN[0xFFFE:0x10000] = False
_UNMAPPED = np.zeros(0x110000, dtype=np.bool_)  # where a font has no map, a glyph's number may stand for it
_UNMAPPED[[code for code in range(32) if code not in (2, 9, 10, 13)]] = True  # 2 is a hyphen at a line's end
_FEWEST_DOWN, _FIRST_IDEOGRAPH = 6, 0x2E80
_STRAIGHT, _CLOSE, _FAR = 0.35, 0.3, 1.35  # of a character's size: how far the next one stands aside, and below
_IN_FIGURE = np.array([ord(char) for char in "0123456789.,"], dtype=np.uint32)
MARKS = np.zeros(0x110000, dtype=np.bool_)  # punctuation: none of it fills its line's height in every font
for _first, _last in ((0x21, 0x2F), (0x3A, 0x40), (0xA1, 0xBF), (0x2010, 0x2060), (0x3001, 0x3020), (0xFF01, 0xFF0F)):
    MARKS[_first : _last + 1] = True
MARKS[[0xFF1A, 0xFF1B, 0xFF1F, 0xFF5E]] = True


class Handle(ctypes.c_void_p):
    """What pdfium gives to be handed back."""


def bound(function: Any, answer: Any) -> Callable[..., Any]:
    """Return one of pdfium's functions without types of arguments: to convert them is half of a call's time."""
    return ctypes.PYFUNCTYPE(answer)(ctypes.cast(function, ctypes.c_void_p).value or 0)


def pointers_into(room: npt.NDArray[Any], step: int, first: int = 0) -> list[Any]:
    """Return a pointer to every `step` bytes of an array, from byte `first` on, in the form that a call takes as is."""
    start = (ctypes.c_char * room.nbytes).from_buffer(room.data)
    return [ctypes.byref(start, at) for at in range(first, room.nbytes, step)]


_text = bound(pdfium_c.FPDFText_GetText, ctypes.c_int)
_unicode = bound(pdfium_c.FPDFText_GetUnicode, ctypes.c_uint)
_angle = bound(pdfium_c.FPDFText_GetCharAngle, ctypes.c_float)
_loose_box = bound(pdfium_c.FPDFText_GetLooseCharBox, ctypes.c_bool)
_origin = bound(pdfium_c.FPDFText_GetCharOrigin, ctypes.c_int)
_char_matrix = bound(pdfium_c.FPDFText_GetMatrix, ctypes.c_int)
_font_size = bound(pdfium_c.FPDFText_GetFontSize, ctypes.c_double)

_ROOM = np.empty((1024, 4), dtype=np.float32)  # for the boxes of some characters; what points into it is made once
_SPOTS = pointers_into(_ROOM, _ROOM.strides[0])


@dataclass(frozen=True, slots=True)
class Glyphs:
    """Characters in the order of the content stream; places are in PDF space, before any turn.

    `boxes` has four rows (left, top, right, bottom) and a column for each; `angles` the clockwise degrees to which its
    text runs, in quarters, or `SKEW`.
    """

    codes: npt.NDArray[np.uint32]
    boxes: Floats
    angles: Ints
    indexes: Ints
    """Their indexes in pdfium's text page."""
    unmapped: int = 0
    """How many more there are of which the font does not say what they are."""
    is_holed: bool = False
    """Whether one of those stands right behind a digit: it may be one."""
    is_spoken: bool = False
    """Whether digits among them are what the file says for something drawn, and perhaps not what is drawn."""
    step_count: int = 0
    """How often the next character stands near and not to the right: none of them where no text runs down."""

    def only(self, kept: npt.NDArray[np.bool_]) -> "Glyphs":
        """Return some of the characters."""
        codes, boxes, angles, indexes = self.codes[kept], self.boxes[:, kept], self.angles[kept], self.indexes[kept]
        said = (self.unmapped, self.is_holed, self.is_spoken, self.step_count)
        return Glyphs(codes, boxes, angles, indexes, *said)


def _codes(textpage: Any, count: int) -> npt.NDArray[np.uint32]:
    """Return the code points of a page; all at once where the text has one unit for every character."""
    units = np.zeros(count + 1, dtype=np.uint16)
    written = _text(textpage, 0, count, ctypes.c_void_p(units.ctypes.data))
    codes = units[:count].astype(np.uint32)
    if written == count + 1 and not ((codes >= 0xD800) & (codes < 0xE000)).any():
        return codes
    codes = np.fromiter(map(_unicode, repeat(textpage), range(count)), dtype=np.uint32, count=count)
    return np.where(((codes >= 0xD800) & (codes < 0xE000)) | (codes >= 0x110000), 0xFFFD, codes).astype(np.uint32)


def _boxes(textpage: Any, indexes: Ints) -> tuple[npt.NDArray[np.bool_], Floats]:
    """Return which of some characters have a place, and the places."""
    placed, boxes = np.empty(len(indexes), dtype=np.bool_), np.empty((4, len(indexes)))
    for first in range(0, len(indexes), len(_SPOTS)):
        some = indexes[first : first + len(_SPOTS)].tolist()
        end = first + len(some)
        placed[first:end] = [*map(_loose_box, repeat(textpage), some, _SPOTS)]
        boxes[:, first:end] = _ROOM[: len(some)].T
    return placed, boxes


def _angles(textpage: Any, indexes: Ints, boxes: Floats) -> tuple[Ints, int]:
    """Return to which side each character's text runs, and how often the next one stands near and not to the right.

    Where every character stands to the right of the one before or far from it, all text runs to the right; so it does
    where those that do not (at the end of a short line) are upright.
    """
    left, top, right, bottom = boxes
    across, down = np.diff((left + right) / 2), np.diff((top + bottom) / 2)
    size = np.maximum(top - bottom, right - left)[: len(across)]
    near = across * across + down * down < 4 * size * size
    onward = (across >= 0) & (np.abs(down) < 0.2 * size)
    odd = np.flatnonzero(near & ~onward)
    if len(across) and not any(map(_angle, repeat(textpage), indexes[np.concatenate([odd, odd + 1])].tolist())):
        return np.zeros(len(indexes), dtype=np.int64), len(odd)
    radians = np.fromiter(map(_angle, repeat(textpage), indexes.tolist()), dtype=np.float64, count=len(indexes))
    degrees = np.degrees(np.maximum(radians, 0))
    quarters = np.rint(degrees / 90) * 90
    return np.where(np.abs(degrees - quarters) > _SKEW_DEG, SKEW, quarters % 360).astype(np.int64), len(odd)


def middle_of(values: Floats) -> float:
    """Return the middle of some values in order of size, 0 of none; numpy's median takes four times as long."""
    return float(np.partition(values, len(values) // 2)[len(values) // 2]) if len(values) else 0.0


def _at_full_height(textpage: Any, indexes: Ints, boxes: Floats, angles: Ints, codes: npt.NDArray[np.uint32]) -> None:
    """Give flat characters the height of their size: a font that tells none has 一 and the comma as high as drawn."""
    left, top, right, bottom = boxes
    heights = np.where(angles % 180 == 0, top - bottom, right - left)
    middle = middle_of(heights)
    as_high: set[tuple[int, float]] = set()  # what was found to be as high as its font tells
    flat = np.flatnonzero((heights < _FLAT * middle) | (MARKS[codes] & (heights < _LOW * middle)))
    if not len(flat):
        return
    x, y, matrix = ctypes.c_double(), ctypes.c_double(), pdfium_c.FS_MATRIX()
    to_x, to_y, to_matrix = ctypes.byref(x), ctypes.byref(y), ctypes.byref(matrix)
    level = (angles[flat] % 180 == 0).tolist()
    each = zip(
        flat.tolist(), codes[flat].tolist(), heights[flat].tolist(), level, boxes[:, flat].T.tolist(), strict=True
    )
    for at, code, height, is_level, (x0, y1, x1, y0) in each:
        kind = code, round(height, 3)
        if kind in as_high:
            continue
        index = int(indexes[at])
        _origin(textpage, index, to_x, to_y)
        low, at_line, high = (x0, x.value, x1) if is_level else (y0, y.value, y1)
        if not low - height <= at_line <= high + height:
            continue  # what a file says for something drawn: all of it has one origin
        _char_matrix(textpage, index, to_matrix)
        size = _font_size(textpage, index)
        if height > (_LOW if MARKS[code] else _FLAT) * size * math.hypot(matrix.c, matrix.d):
            as_high.add(kind)
            continue
        # Of an ideograph below and above the line that it stands on.
        xs = [x.value + part * size * matrix.c for part in _REACH]
        ys = [y.value + part * size * matrix.d for part in _REACH]
        left[at], right[at] = min(x0, *xs), max(x1, *xs)
        bottom[at], top[at] = min(y0, *ys), max(y1, *ys)


def runs_down(glyphs: Glyphs) -> Ints:
    """Number the columns of characters that stand upright below one another, as vertical text is set; 0 for the others.

    A column of a few is a label; one without ideographs is a column of figures.
    """
    out = np.zeros(len(glyphs.codes), dtype=np.int64)
    if glyphs.step_count < _FEWEST_DOWN - 1:
        return out
    left, top, right, bottom = glyphs.boxes
    size = np.maximum(top - bottom, right - left)[1:]
    across, down = np.diff(left + right) / 2, np.diff(top + bottom) / 2
    below = (np.abs(across) < _STRAIGHT * size) & (down < -_CLOSE * size) & (down > -_FAR * size)
    if below.sum() < _FEWEST_DOWN - 1:
        return out
    starts = np.flatnonzero(np.concatenate([[True], ~below]))
    lengths = np.diff(np.append(starts, len(out)))
    ideographs = np.add.reduceat(glyphs.codes >= _FIRST_IDEOGRAPH, starts)
    found = (lengths >= _FEWEST_DOWN) & (ideographs >= _FEWEST_DOWN / 2)
    return np.repeat(np.where(found, np.arange(1, len(starts) + 1), 0), lengths)


def laid_down(glyphs: Glyphs, columns: Ints) -> Glyphs:
    """Return characters of which those of columns run down; each is as wide as its column."""
    boxes, angles = glyphs.boxes.copy(), np.where((columns > 0) & (glyphs.angles == 0), 90, glyphs.angles)
    for column in np.unique(columns[columns > 0]).tolist():
        its = columns == column
        boxes[0, its], boxes[2, its] = boxes[0, its].min(), boxes[2, its].max()
    return replace(glyphs, boxes=boxes, angles=angles)


def glyphs_of(textpage: pdfium.PdfTextPage) -> Glyphs:
    """Return the characters of a page that are no white space and have a place."""
    count = max(0, textpage.count_chars())
    codes = _codes(textpage.raw, count)
    seen = np.flatnonzero(_SEEN[codes])
    placed, boxes = _boxes(textpage.raw, seen)
    if not placed.all():
        seen, boxes = seen[placed], boxes[:, placed]
    angles, steps = _angles(textpage.raw, seen, boxes)
    _at_full_height(textpage.raw, seen, boxes, angles, codes[seen])
    unmapped = np.flatnonzero(_UNMAPPED[codes])
    is_holed = bool(len(unmapped) and np.isin(codes[unmapped[unmapped > 0] - 1], _IN_FIGURE).any())
    return Glyphs(codes[seen], boxes, angles, seen, len(unmapped), is_holed, step_count=steps)


def turn_of(glyphs: Glyphs, rotation: int) -> int:
    """Return the clockwise turn of the page as shown after which most of its text runs to the right."""
    if len(glyphs.angles) and not glyphs.angles.any():
        return -rotation % 360
    quarters = np.bincount(glyphs.angles[glyphs.angles != SKEW] // 90)
    return -int(90 * quarters.argmax() + rotation) % 360 if len(quarters) else 0


def by_turn(angles: Ints, rotation: int, turn: int) -> list[tuple[int, npt.NDArray[np.bool_] | slice]]:
    """Share characters by the turn that makes their text run to the right, those of the page's `turn` first."""
    if not angles.any():
        return [(turn, slice(None))]
    turns = np.where(angles == SKEW, SKEW, -(angles + rotation) % 360)
    each = sorted({*turns.tolist()} - {SKEW}, key=lambda its: its != turn)
    return [(its, turns == its) for its in each] or [(turn, slice(None))]


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
    """Return boxes of PDF space as boxes (x0, top, x1, bottom) of an upright page."""
    a, b, c, d, e, f = matrix
    xs, ys = boxes[::2], boxes[1::2]
    xs, ys = a * xs + c * ys + e, b * xs + d * ys + f
    return np.array([np.minimum(*xs), np.minimum(*ys), np.maximum(*xs), np.maximum(*ys)])
