"""Text over text: watermarks across a page, and figures printed over one another, of which neither is to be trusted."""

import re

import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium

from jixiao.model import Box, Evidence, Line, Remark
from jixiao.read.glyphs import SKEW, Floats, Glyphs, middle_of, moved, upright
from jixiao.read.visible import Bools, whole_figures

_SAME_PLACE = 0.3  # of a digit's width
_SAME_LINE_PT = 1.5
_ZERO = np.uint32(ord("0"))
_SIZE_PT = 0.5  # characters of a watermark are as high as one another, within this
_LARGE, _ACROSS = 1.4, 3  # how much larger than the text, and across how many of its characters
_MOST_WORDS = 80
_NUMERAL = re.compile(r"\d[\d,，]*[.．]\d+|\d{1,3}(?:[,，]\d{3})+|\d+(?:[万亿千]?元|分|[%％])")


def watermark(glyphs: Glyphs, pale: Bools) -> Bools:
    """Tell which characters are a watermark: pale ones, all of their size, of which some stand across others' text."""
    out = np.zeros_like(pale)
    if not pale.any() or pale.all():
        return out
    left, top, right, bottom = glyphs.boxes
    x, y = ((left + right) / 2)[~pale], ((top + bottom) / 2)[~pale]
    size = np.rint((top - bottom) / _SIZE_PT)
    for its_size in np.unique(size[pale]).tolist():
        group = pale & (size == its_size)
        boxes: Floats = glyphs.boxes[:, group]
        if any(((x0 < x) & (x < x1) & (y0 < y) & (y < y1)).any() for x0, y1, x1, y0 in boxes.T.tolist()):
            out |= group
    return out


def large_watermark(glyphs: Glyphs) -> Bools:
    """Tell which characters are a watermark whatever its colour: a run of large ones that stands across smaller text.

    A heading stands above its text, not across it.
    """
    out = np.zeros(len(glyphs.codes), dtype=np.bool_)
    left, top, right, bottom = glyphs.boxes
    size = top - bottom
    large = size > _LARGE * middle_of(size)
    if not large.any() or large.sum() > len(size) / 2:
        return out
    x, y = (left + right) / 2, (top + bottom) / 2
    new = (np.abs(np.diff(size)) > _SIZE_PT) | (np.abs(np.diff(bottom)) > _SAME_LINE_PT) | (np.diff(large) != 0)
    run = np.concatenate([[0], np.cumsum(new)])
    for its in np.unique(run[large]).tolist():
        group = run == its
        others = ~group & (size < size[group].mean() / _LARGE)
        across = np.zeros(len(size), dtype=np.bool_)
        for x0, y1, x1, y0 in glyphs.boxes[:, group].T.tolist():
            across |= others & (x0 < x) & (x < x1) & (y0 < y) & (y < y1)
        out[group] = across.sum() >= _ACROSS
    return out


def overprinted(glyphs: Glyphs) -> Bools:
    """Tell which characters belong to figures that are printed over other figures."""
    out = np.zeros(len(glyphs.codes), dtype=np.bool_)
    digits = np.flatnonzero(glyphs.codes - _ZERO < 10)  # of unsigned numbers: those below are large
    if len(digits) < 2:
        return out
    left, top, right, bottom = glyphs.boxes[:, digits]
    level = np.argsort(bottom, kind="stable")
    line = np.empty(len(digits), dtype=np.int64)
    line[level] = np.concatenate([[0], np.cumsum(np.diff(bottom[level]) > _SAME_LINE_PT)])
    order = np.lexsort((left + right, line))
    x, y, codes = ((left + right) / 2)[order], ((top + bottom) / 2)[order], glyphs.codes[digits][order]
    size = np.minimum(right - left, top - bottom)[order]
    apart = np.maximum(np.abs(np.diff(x)), np.abs(np.diff(y)))
    near = (np.diff(line[order]) == 0) & (apart < _SAME_PLACE * np.minimum(size[1:], size[:-1]))
    clash = np.flatnonzero(near & (codes[1:] != codes[:-1]))
    if not len(clash):
        return out
    out[digits[order[clash]]] = out[digits[order[clash + 1]]] = True
    return whole_figures(out, glyphs)


def overprint_remark(clash: Bools, glyphs: Glyphs, page: pdfium.PdfPage, number: int) -> Remark:
    """Return what to tell of figures that were left out because they stand over one another."""
    return _remark("overprinted", "figures printed over one another were left out", clash, glyphs, page, number)


def lost_remark(kind: str, lost: Line) -> Remark:
    """Return what to tell of figures that were left out of their line, by the kind of their loss."""
    words = lost.text[:_MOST_WORDS]
    said = {
        "overprinted": "figures over which other text is printed were left out",
        "raised_text": "raised text beside a number was left out",
    }[kind]
    return Remark(kind, f"{said}: {words}", Evidence(lost.page, lost.span_box(0, len(lost.text)), words))


def askew_remarks(glyphs: Glyphs, page: pdfium.PdfPage, number: int) -> list[Remark]:
    """Return what to tell of text that runs askew, a stamp or a watermark: of a figure that is not level beside it."""
    askew = glyphs.angles == SKEW
    if not askew.any() or askew.all():
        return []
    words, level = ("".join(map(chr, glyphs.codes[which].tolist())) for which in (askew, ~askew))
    if not {*_NUMERAL.findall(words)} - {*_NUMERAL.findall(level)}:
        return []
    return [_remark("askew_text", "text that runs askew was left out", askew, glyphs, page, number)]


def _remark(kind: str, said: str, which: Bools, glyphs: Glyphs, page: pdfium.PdfPage, number: int) -> Remark:
    words = "".join(map(chr, glyphs.codes[which].tolist()))[:_MOST_WORDS]
    places: npt.NDArray[np.float64] = moved(glyphs.boxes[:, which], upright(page.get_bbox(), page.get_rotation()))
    box = Box(*(float(edge) for edge in (*places[:2].min(axis=1), *places[2:].max(axis=1))))
    return Remark(kind, f"{said}: {words}", Evidence(number, box, words))
