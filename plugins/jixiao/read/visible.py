"""Which characters of a PDF page no reader sees: invisible, off the page, tiny, clipped, covered, switched off.

What a page says of itself settles most of it. Where it does not (white text may stand on black), the page is drawn
twice, with and without the text in question: what makes no difference is not seen.
"""

import ctypes
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any

import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from jixiao.model import Box, Evidence, Remark
from jixiao.read.drawing import Drawing
from jixiao.read.glyphs import Glyphs, Handle, bound, moved, upright
from jixiao.read.rules import Thing, plain_things_of, things_of

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
_text_object = bound(pdfium_c.FPDFText_GetTextObject, Handle)
_page_object = bound(pdfium_c.FPDFPage_GetObject, Handle)
_form_object = bound(pdfium_c.FPDFFormObj_GetObject, Handle)

_UNSEEN_MODES = frozenset({pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium_c.FPDF_TEXTRENDERMODE_CLIP})
_FILLED_MODES = frozenset({pdfium_c.FPDF_TEXTRENDERMODE_FILL, pdfium_c.FPDF_TEXTRENDERMODE_FILL_STROKE})
_OUTLINES = frozenset({pdfium_c.FPDF_TEXTRENDERMODE_STROKE, pdfium_c.FPDF_TEXTRENDERMODE_STROKE_CLIP})
_PAINTED = frozenset({pdfium_c.FPDF_PAGEOBJ_PATH, pdfium_c.FPDF_PAGEOBJ_IMAGE, pdfium_c.FPDF_PAGEOBJ_SHADING})
_TINY_PT = 2.0
_SLACK_PT = 1.0
_PATCH_PT = 4.0  # a filled shape that is smaller hides no digit
_WHITE = 235  # of 255: what is lighter is seen only on a ground
_PALE = 150
_BLACK, _OPAQUE = 50, 255
_LIGHT = np.array([0.299, 0.587, 0.114])
_FAINT_ALPHA = 13
_SEEN_DIFFERENCE = 20  # of 255
_SCALE = 2.0  # pixels a point
_IN_FIGURE = np.array([ord(char) for char in "0123456789.,，．%％"], dtype=np.uint32)
_MOST_WORDS = 80
_SAID = b"ActualText"
_FIGURE = re.compile(r"\d[\d,.，．]*")


def _rows(count: int) -> tuple[npt.NDArray[np.uint32], list[list[ctypes.c_void_p]]]:
    """Return room for four numbers each of some objects, and pointers to its four columns."""
    room = np.zeros((count, 4), dtype=np.uint32)
    start = room.ctypes.data
    return room, [[ctypes.c_void_p(start + 16 * row + 4 * col) for row in range(count)] for col in range(4)]


_ROOM, _SPOTS = _rows(2048)


def _four(function: Any, handles: Sequence[Handle], kind: Any) -> npt.NDArray[Any]:
    """Return what a function of pdfium puts into four places for each object; black where it fails."""
    out = []
    for first in range(0, len(handles), len(_ROOM)):
        some = handles[first : first + len(_ROOM)]
        _ROOM[: len(some)] = (0, 0, 0, _OPAQUE)  # a colour that pdfium does not tell is taken for black
        for _ in map(function, some, *_SPOTS):
            pass
        out.append(_ROOM[: len(some)].view(kind).copy())
    return np.concatenate(out) if out else np.zeros((0, 4), dtype=kind)


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


def odd_text(page: pdfium.PdfPage, is_layered: Callable[[], bool]) -> Odd | None:
    """Return the text of a page that may not be seen, or None; `is_layered` tells of layers that may be off."""
    kinds, things = plain_things_of(page)
    if pdfium_c.FPDF_PAGEOBJ_FORM in kinds:
        every = [*things_of(page)]
    elif pdfium_c.FPDF_PAGEOBJ_TEXT not in kinds:
        return None
    else:
        handles = [handle for kind, handle in zip(kinds, things, strict=True) if kind == pdfium_c.FPDF_PAGEOBJ_TEXT]
        painted_after = any(kind in _PAINTED for kind in kinds[kinds.index(pdfium_c.FPDF_PAGEOBJ_TEXT) :])
        if not painted_after and _is_plain(handles):
            return None
        every = [*things_of(page)]
    return _odd(every, is_layered)


def _is_plain(handles: Sequence[Handle]) -> bool:
    """Tell whether text objects are all drawn in full black, without clips and marks: those of most pages are."""
    if len(handles) > len(_ROOM) or not _FILLED_MODES.issuperset(map(_mode, handles)):
        return False
    colours = _four(_fill, handles, np.uint32)
    black = colours[:, :3].max() < _BLACK and colours[:, 3].min() == _OPAQUE
    return bool(black) and max(map(_clip_paths, map(_clip, handles))) <= 0 and max(map(_marks, handles)) == 0


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
    is_spoken = any(_is_spoken(handles[at], int(marked[at])) for at in np.flatnonzero(marked).tolist())
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


def _is_spoken(handle: Handle, marks: int) -> bool:
    """Tell whether one of an object's marks says what its text is, and a digit is in that."""
    for at in range(marks):
        mark = _mark(handle, at)
        if _mark_type(mark, _SAID) != pdfium_c.FPDF_OBJECT_STRING:
            continue
        room, size = (ctypes.c_ushort * _MOST_WORDS)(), ctypes.c_ulong()
        its = ctypes.cast(mark, pdfium_c.FPDF_PAGEOBJECTMARK)
        pdfium_c.FPDFPageObjMark_GetParamStringValue(its, _SAID, room, ctypes.sizeof(room), size)
        if size.value > ctypes.sizeof(room) or any(chr(unit).isdigit() for unit in room):
            return True
    return False


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


@dataclass(frozen=True, slots=True)
class Looks:
    """Of each character of a page: whether no reader sees it, whether it is pale, and its text object's address."""

    hidden: Bools
    pale: Bools
    objects: npt.NDArray[np.uint64]


def looks_of(
    odd: Odd | None, glyphs: Glyphs, textpage: Any, page: pdfium.PdfPage, drawing: Drawing, number: int
) -> Looks:
    """Judge every character of a page; the page is drawn only where what it says of itself does not settle it."""
    hidden = _off_page(glyphs, page)
    hidden |= np.maximum(glyphs.boxes[2] - glyphs.boxes[0], glyphs.boxes[1] - glyphs.boxes[3]) < _TINY_PT
    pale, objects = np.zeros_like(hidden), np.zeros(len(hidden), dtype=np.uint64)
    if odd is not None and len(hidden):
        found = map(_text_object, repeat(textpage.raw), glyphs.indexes.tolist())
        objects = np.fromiter((one.value or 0 for one in found), np.uint64, len(hidden))
        hidden |= np.isin(objects, [*odd.unseen])
        pale = np.isin(objects, [*odd.pale])
        doubt = np.isin(objects, [*odd.doubtful])
        if odd.covers:
            x, y = (glyphs.boxes[:2] + glyphs.boxes[2:]) / 2
            order = np.array([odd.texts.get(one, (1 << 30, ()))[0] for one in objects.tolist()])
            for its_order, box in odd.covers:
                doubt |= (order < its_order) & (box.x0 <= x) & (x <= box.x1) & (box.top <= y) & (y <= box.bottom)
        doubt &= ~hidden
        if doubt.any():
            suspects = [odd.texts[one][1] for one in {*objects[doubt].tolist()} if one in odd.texts]
            hidden[doubt] = ~_seen(drawing, number, suspects, glyphs.boxes[:, doubt])
    return Looks(whole_figures(hidden, glyphs) if hidden.any() else hidden, pale, objects)


def _off_page(glyphs: Glyphs, page: pdfium.PdfPage) -> Bools:
    """Tell what stands outside of the page. Words that overrun the sheet from inside are read, figures never."""
    left, bottom, right, top = page.get_bbox()
    x, y = (glyphs.boxes[:2] + glyphs.boxes[2:]) / 2
    if not len(x):
        return np.zeros(0, dtype=np.bool_)
    off: Bools = (x < left - _SLACK_PT) | (x > right + _SLACK_PT) | (y < bottom - _SLACK_PT) | (y > top + _SLACK_PT)
    if off.any() and not _is_cropped(page):
        near, figure = _follows(glyphs), np.isin(glyphs.codes, _IN_FIGURE[:10])
        begun = ~off
        for at in np.flatnonzero(off).tolist():
            begun[at] = at > 0 and near[at - 1] and begun[at - 1]
        off &= figure | ~begun
    return off


def _is_cropped(page: pdfium.PdfPage) -> bool:
    """Tell whether a page shows a part of its sheet."""
    cut = page.get_cropbox(fallback_ok=False) or page.get_bbox()
    return bool(cut != (page.get_mediabox(fallback_ok=False) or cut))


def _follows(glyphs: Glyphs) -> Bools:
    """Tell of each character but the first whether it stands right behind the one before."""
    left, top, right, bottom = glyphs.boxes
    near: Bools = (np.abs(left[1:] - right[:-1]) < 0.4 * (top - bottom)[1:]) & (np.abs(np.diff(bottom)) < 1.0)
    return near


def _seen(drawing: Drawing, number: int, suspects: Iterable[tuple[int, ...]], boxes: npt.NDArray[Any]) -> Bools:
    """Tell which places of a page look different when some of its text is left out."""
    with drawing.page(number) as page:
        whole = drawing.drawn(page, _SCALE).astype(np.int16)
        for path in suspects:
            handle = _page_object(page.raw, path[0])
            for index in path[1:]:
                handle = _form_object(handle, index)
            pdfium_c.FPDFPageObj_SetIsActive(ctypes.cast(handle, pdfium_c.FPDF_PAGEOBJECT), False)
        without = drawing.drawn(page, _SCALE).astype(np.int16)
        places = moved(boxes, upright(page.get_bbox(), page.get_rotation()))
        scale = whole.shape[1] / page.get_width()
    changed = np.abs(whole - without).max(axis=2) > _SEEN_DIFFERENCE
    sums = np.pad(changed.cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))
    high, wide = changed.shape
    x0, x1 = (np.clip(edge * scale, 0, wide).astype(np.int64) for edge in (places[0], places[2]))
    y0, y1 = (np.clip(edge * scale, 0, high).astype(np.int64) for edge in (places[1], places[3]))
    seen: Bools = sums[y1, x1] - sums[y0, x1] - sums[y1, x0] + sums[y0, x0] > 0
    return seen


def whole_figures(hidden: Bools, glyphs: Glyphs) -> Bools:
    """Hide the rest of a figure of which a digit is hidden: half a figure is another figure."""
    figure = np.isin(glyphs.codes, _IN_FIGURE)
    linked = _follows(glyphs) & figure[1:] & figure[:-1]
    run = np.concatenate([[0], np.cumsum(~linked)])
    cut = np.unique(run[hidden & figure])
    whole: Bools = hidden | (figure & np.isin(run, cut))
    return whole


def drop_hidden(page: pdfium.PdfPage, looks: Looks) -> bool:
    """Switch off the text objects of a page of which no character is seen; tell whether there were any."""
    gone = {*looks.objects[looks.hidden].tolist()} - {*looks.objects[~looks.hidden].tolist()} - {0}
    for address in gone:
        handle = ctypes.cast(ctypes.c_void_p(address), pdfium_c.FPDF_PAGEOBJECT)
        pdfium_c.FPDFPageObj_SetIsActive(handle, False)
    return bool(gone)


def hidden_remarks(hidden: Bools, glyphs: Glyphs, page: pdfium.PdfPage, number: int) -> list[Remark]:
    """Return what to tell of a page's hidden characters: of a figure that is not seen beside them.

    What a page was cropped of is another page's.
    """
    if _is_cropped(page):
        left, bottom, right, top = page.get_bbox()
        x, y = (glyphs.boxes[:2] + glyphs.boxes[2:]) / 2
        hidden = hidden & (left <= x) & (x <= right) & (bottom <= y) & (y <= top)
    words, seen = ("".join(map(chr, glyphs.codes[which].tolist())) for which in (hidden, ~hidden))
    if not {*_FIGURE.findall(words)} - {*_FIGURE.findall(seen)}:
        return []
    places = moved(glyphs.boxes[:, hidden], upright(page.get_bbox(), page.get_rotation()))
    box = Box(*(float(edge) for edge in (*places[:2].min(axis=1), *places[2:].max(axis=1))))
    words = words if len(words) <= _MOST_WORDS else f"{words[:_MOST_WORDS]}…"
    return [Remark("hidden_text", f"text that no reader sees was left out: {words}", Evidence(number, box, words))]
