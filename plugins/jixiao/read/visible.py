"""Which characters of a PDF page no reader sees: invisible, off the page, tiny, clipped, covered, switched off.

What a page says of itself settles most of it. Where it does not (white text may stand on black), the page is drawn
twice, with and without the text in question: what makes no difference is not seen.
"""

import ctypes
import re
from collections.abc import Iterable
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
from jixiao.read.odd import Bools, Odd

_text_object = bound(pdfium_c.FPDFText_GetTextObject, Handle)
_page_object = bound(pdfium_c.FPDFPage_GetObject, Handle)
_form_object = bound(pdfium_c.FPDFFormObj_GetObject, Handle)
_TINY_PT = 2.0
_SLACK_PT = 1.0
_SEEN_DIFFERENCE = 20  # of 255
_SCALE = 2.0  # pixels a point
_IN_FIGURE = np.array([ord(char) for char in "0123456789.,，．%％"], dtype=np.uint32)
_MOST_WORDS = 80
_FIGURE = re.compile(r"\d[\d,.，．]*")


@dataclass(frozen=True, slots=True)
class Looks:
    """Of each character of a page: whether no reader sees it, whether it is pale, and its text object's address."""

    hidden: Bools
    pale: Bools
    objects: npt.NDArray[np.uint64]


_NO_LOOKS = (np.zeros(0, dtype=np.bool_), np.zeros(0, dtype=np.uint64))
"""What a page without odd text has in place of what is pale and of objects."""


def looks_of(
    odd: Odd | None, glyphs: Glyphs, textpage: Any, page: pdfium.PdfPage, drawing: Drawing, number: int
) -> Looks:
    """Judge every character of a page; the page is drawn only where what it says of itself does not settle it."""
    if odd is None and _is_all_on_page(glyphs, page):
        return Looks(np.zeros(len(glyphs.codes), dtype=np.bool_), *_NO_LOOKS)
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


def _is_all_on_page(glyphs: Glyphs, page: pdfium.PdfPage) -> bool:
    """Tell whether every character stands on its page and is high enough to be read: those of most pages do."""
    if not len(glyphs.codes):
        return False
    left, bottom, right, top = page.get_bbox()
    x0, y1, x1, y0 = glyphs.boxes
    inside = x0.min() >= left and x1.max() <= right and y0.min() >= bottom and y1.max() <= top
    return bool(inside and (y1 - y0).min() >= _TINY_PT)


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
