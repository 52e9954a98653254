"""Text of a PDF page that may not be seen, by what the page says: colours, modes, clips, layers, what covers it."""

import ctypes
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import compress, repeat
from typing import Any

import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from jixiao.model import Box
from jixiao.read.glyphs import Handle, bound, pointers_into
from jixiao.read.rules import Thing, things_of

Bools = npt.NDArray[np.bool_]

_mode = bound(pdfium_c.FPDFTextObj_GetTextRenderMode, ctypes.c_int)
_fill = bound(pdfium_c.FPDFPageObj_GetFillColor, ctypes.c_int)
_stroke = bound(pdfium_c.FPDFPageObj_GetStrokeColor, ctypes.c_int)
_bounds = bound(pdfium_c.FPDFPageObj_GetBounds, ctypes.c_int)
_clip = bound(pdfium_c.FPDFPageObj_GetClipPath, Handle)
_clip_paths = bound(pdfium_c.FPDFClipPath_CountPaths, ctypes.c_int)
_marks = bound(pdfium_c.FPDFPageObj_CountMarks, ctypes.c_int)
_mark = bound(pdfium_c.FPDFPageObj_GetMark, Handle)
_mark_type = bound(pdfium_c.FPDFPageObjMark_GetParamValueType, ctypes.c_int)
_UNSEEN_MODES = frozenset({pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium_c.FPDF_TEXTRENDERMODE_CLIP})
_FILLED_MODES = frozenset({pdfium_c.FPDF_TEXTRENDERMODE_FILL, pdfium_c.FPDF_TEXTRENDERMODE_FILL_STROKE})
_OUTLINES = frozenset({pdfium_c.FPDF_TEXTRENDERMODE_STROKE, pdfium_c.FPDF_TEXTRENDERMODE_STROKE_CLIP})
_PAINTED = frozenset({pdfium_c.FPDF_PAGEOBJ_PATH, pdfium_c.FPDF_PAGEOBJ_IMAGE, pdfium_c.FPDF_PAGEOBJ_SHADING})
_SLACK_PT = 1.0
_PATCH_PT = 4.0  # a filled shape that is smaller hides no digit
_WHITE = 235  # of 255: what is lighter is seen only on a ground
_PALE = 150
_BLACK, _OPAQUE = 50, 255
_LIGHT = np.array([0.299, 0.587, 0.114])
_FAINT_ALPHA = 13
_MOST_BYTES = 400
_SAID = b"ActualText"


def _rows(count: int) -> tuple[npt.NDArray[np.uint32], list[list[Any]]]:
    """Return room for four numbers each of some objects, and pointers to its four columns."""
    room = np.zeros((count, 4), dtype=np.uint32)
    return room, [pointers_into(room, 16, 4 * col) for col in range(4)]


_ROOM, _SPOTS = _rows(512)


def _four(function: Any, handles: Sequence[Any], kind: Any) -> npt.NDArray[Any]:
    """Return what a function of pdfium puts into four places for each object; black where it fails."""
    out = []
    for first in range(0, len(handles), len(_ROOM)):
        some = handles[first : first + len(_ROOM)]
        _ROOM[: len(some)] = (0, 0, 0, _OPAQUE)  # a colour that pdfium does not tell is taken for black
        deque(map(function, some, *_SPOTS), maxlen=0)  # called for what it leaves in the room
        out.append(_ROOM[: len(some)].view(kind).copy())
    return out[0] if len(out) == 1 else np.concatenate(out) if out else np.zeros((0, 4), dtype=kind)


@dataclass(frozen=True, slots=True)
class Odd:
    """Text of a page whose looks have to be judged; text objects are told by their addresses.

    `texts` holds each object's place in the order of painting and the path of indexes to it, `covers` what is painted
    after some of them (its place in that order and its box in PDF space). `is_spoken` tells that the file says other
    words with a digit for something drawn (ActualText), which pdfium takes for its text.
    """

    texts: dict[int, tuple[int, tuple[int, ...]]]
    unseen: frozenset[int]
    doubtful: frozenset[int]
    pale: frozenset[int]
    covers: tuple[tuple[int, Box], ...]
    is_spoken: bool


def odd_text(
    page: pdfium.PdfPage, kinds: Sequence[int], things: Sequence[Any], is_layered: Callable[[], bool]
) -> Odd | None:
    """Return the text of a page that may not be seen, or None; `is_layered` tells of layers that may be off.

    `kinds` and `things` are those of `plain_things_of`.
    """
    if pdfium_c.FPDF_PAGEOBJ_FORM in kinds:
        every = [*things_of(page)]
    elif pdfium_c.FPDF_PAGEOBJ_TEXT not in kinds:
        return None
    else:
        painted_after = not _PAINTED.isdisjoint(kinds[kinds.index(pdfium_c.FPDF_PAGEOBJ_TEXT) :])
        texts = [*compress(things, map(pdfium_c.FPDF_PAGEOBJ_TEXT.__eq__, kinds))]
        if not painted_after and _is_plain(texts):
            marks = [*map(_marks, texts)]
            if not any(marks) or not (_are_spoken(texts, marks) or is_layered()):
                return None
        every = [*things_of(page)]
    return _odd(every, is_layered)


def _is_plain(handles: Sequence[Any]) -> bool:
    """Tell whether text objects are all drawn in full black, without clips: those of most pages are."""
    if len(handles) > len(_ROOM) or not _FILLED_MODES.issuperset(map(_mode, handles)):
        return False
    colours = _four(_fill, handles, np.uint32)
    black = colours[:, :3].max() < _BLACK and colours[:, 3].min() == _OPAQUE
    return bool(black) and max(map(_clip_paths, map(_clip, handles))) <= 0


def _odd(things: Sequence[Thing], is_layered: Callable[[], bool]) -> Odd | None:
    texts = [thing for thing in things if thing.kind == pdfium_c.FPDF_PAGEOBJ_TEXT]
    if not texts:
        return None
    handles = [thing.handle for thing in texts]
    colours = _four(_fill, handles, np.uint32)
    modes = np.fromiter(map(_mode, handles), np.int64, len(handles))
    for at in np.flatnonzero(np.isin(modes, [*_OUTLINES])).tolist():
        colours[at] = _four(_stroke, handles[at : at + 1], np.uint32)[0]
    light, alpha = colours[:, :3] @ _LIGHT, colours[:, 3]
    covers, fills = _covers(things, texts[0].order)
    doubt = (light > _WHITE) | (alpha < _FAINT_ALPHA)
    pale = ~doubt & ((light > _PALE) | (alpha < _PALE))
    if fills:
        doubt |= np.array([tuple(colour) in fills for colour in colours[:, :3].tolist()])
    clips = np.fromiter(map(_clip_paths, map(_clip, handles)), np.int64, len(handles))
    for at in np.flatnonzero(clips > 0).tolist():
        doubt[at] |= _is_clipped(handles[at], int(clips[at]))
    within = np.array([len(thing.path) > 1 for thing in texts])
    marked = np.fromiter(map(_marks, handles), np.int64, len(handles))
    is_spoken = _are_spoken(handles, marked.tolist())
    within |= marked > 0
    if within.any() and is_layered():
        doubt |= within
    unseen = np.isin(modes, [*_UNSEEN_MODES])
    if not (covers or is_spoken or unseen.any() or doubt.any() or pale.any()):
        return None
    addresses = [int(handle.value or 0) for handle in handles]

    def some(which: Bools) -> frozenset[int]:
        return frozenset(addresses[index] for index in np.flatnonzero(which).tolist())

    places = {one: (thing.order, thing.path) for one, thing in zip(addresses, texts, strict=True)}
    return Odd(places, some(unseen), some(doubt), some(pale), tuple(covers), is_spoken)


def _are_spoken(handles: Sequence[Any], counts: Sequence[int]) -> bool:
    """Tell whether one of the marks of some objects, so many each, says what its text is, and a digit is in that."""
    for at in range(max(counts)):
        marks = [*map(_mark, compress(handles, map(at.__lt__, counts)), repeat(at))]
        types = [*map(_mark_type, marks, repeat(_SAID))]
        if pdfium_c.FPDF_OBJECT_STRING in types:
            said = compress(marks, map(pdfium_c.FPDF_OBJECT_STRING.__eq__, types))
            if any(map(_says_a_digit, said)):
                return True
    return False


def _says_a_digit(mark: Any) -> bool:
    """Tell whether what a mark says its text is has a digit."""
    room, size = (ctypes.c_ubyte * _MOST_BYTES)(), ctypes.c_ulong()
    its = ctypes.cast(mark, pdfium_c.FPDF_PAGEOBJECTMARK)
    pdfium_c.FPDFPageObjMark_GetParamBlobValue(its, _SAID, room, ctypes.sizeof(room), size)
    said = bytes(room)[: size.value]
    text = said.decode("utf-16", "replace") if said[:2] in (b"\xfe\xff", b"\xff\xfe") else said.decode("latin-1")
    return size.value > _MOST_BYTES or any(char.isdigit() for char in text)


def _covers(things: Sequence[Thing], first: int) -> tuple[list[tuple[int, Box]], set[tuple[int, ...]]]:
    """Return what is painted after the first text, large enough to hide a digit, and the colours of all such fills."""
    painted = [thing for thing in things if thing.kind in _PAINTED]
    edges = _four(_bounds, [thing.handle for thing in painted], np.float32)
    covers: list[tuple[int, Box]] = []
    fills: set[tuple[int, ...]] = set()
    wide = np.minimum(edges[:, 2] - edges[:, 0], edges[:, 3] - edges[:, 1]) > _PATCH_PT
    kind, stroked = ctypes.c_int(), ctypes.c_int()
    for at in np.flatnonzero(wide).tolist():
        thing = painted[at]
        if thing.kind == pdfium_c.FPDF_PAGEOBJ_PATH:
            pdfium_c.FPDFPath_GetDrawMode(ctypes.cast(thing.handle, pdfium_c.FPDF_PAGEOBJECT), kind, stroked)
            if kind.value == pdfium_c.FPDF_FILLMODE_NONE:
                continue
            colour = _four(_fill, [thing.handle], np.uint32)[0]
            fills.add(tuple(colour[:3].tolist()))
        if thing.order > first:
            a, b, c, d, e, f = thing.matrix
            x0, y0, x1, y1 = edges[at].tolist()
            xs = [a * x + c * y + e for x in (x0, x1) for y in (y0, y1)]
            ys = [b * x + d * y + f for x in (x0, x1) for y in (y0, y1)]
            covers.append((thing.order, Box(min(xs), min(ys), max(xs), max(ys))))
    return covers, fills


def _is_clipped(handle: Handle, paths: int) -> bool:
    """Tell whether a text object reaches out of what it is clipped to."""
    left, bottom, right, top = _four(_bounds, [handle], np.float32)[0].tolist()
    clip = ctypes.cast(_clip(handle), pdfium_c.FPDF_CLIPPATH)
    x, y = ctypes.c_float(), ctypes.c_float()
    for path in range(paths):
        xs, ys = [], []
        for at in range(pdfium_c.FPDFClipPath_CountPathSegments(clip, path)):
            pdfium_c.FPDFPathSegment_GetPoint(pdfium_c.FPDFClipPath_GetPathSegment(clip, path, at), x, y)
            xs.append(x.value)
            ys.append(y.value)
        if xs and (
            left < min(xs) - _SLACK_PT
            or right > max(xs) + _SLACK_PT
            or bottom < min(ys) - _SLACK_PT
            or top > max(ys) + _SLACK_PT
        ):
            return True
    return False
