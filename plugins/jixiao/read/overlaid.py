"""Text over text: watermarks across a page, and figures printed over one another, of which neither is to be trusted."""

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium

from jixiao.model import Box, Evidence, Line, Remark
from jixiao.read.cells import Edge
from jixiao.read.glyphs import SKEW, Floats, Glyphs, middle_of, moved, upright
from jixiao.read.odd import Bools
from jixiao.read.visible import whole_figures

_SAME_LINE_PT = 1.5
_SIZE_PT = 0.5  # characters of a watermark are as high as one another, within this
_LARGE, _ACROSS = 1.4, 3  # how much larger than the text, and across how many of its characters
_ZERO = np.uint32(ord("0"))
_MIDDLE, _LEAST_STRUCK = 0.2, 0.7  # of a character's height, and of a line's length
_MOST_PAIRS = 1 << 20
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


def struck_through(edges: Sequence[Edge], glyphs: Glyphs, boxes: Floats) -> Bools:
    """Tell which characters (boxes as the lines are placed) a level line strikes through, where one is a digit.

    Such a line is as long as what it strikes; a rule that runs through text goes on beyond it.
    """
    out = np.zeros(len(glyphs.codes), dtype=np.bool_)
    level = np.array([(edge["x0"], edge["x1"], edge["top"]) for edge in edges if edge["orientation"] == "h"])
    digits = np.flatnonzero(glyphs.codes - _ZERO < 10)  # of unsigned numbers: those below are large
    if not len(level) or not len(digits) or len(level) * len(digits) > _MOST_PAIRS:
        return out
    x, y = (boxes[:2] + boxes[2:]) / 2
    reach = _MIDDLE * (boxes[3] - boxes[1])
    begins, ends, at = level.T[:, :, None]
    hit = (np.abs(at - y[digits]) < reach[digits]) & (begins < x[digits]) & (x[digits] < ends)
    for x0, x1, height in level[hit.any(axis=1)].tolist():
        its = (np.abs(height - y) < reach) & (x0 < x) & (x < x1)
        if (boxes[2, its] - boxes[0, its]).sum() > _LEAST_STRUCK * (x1 - x0):
            out |= its
    return whole_figures(out, glyphs) if out.any() else out


def lost_remark(kind: str, lost: Line) -> Remark:
    """Return what to tell of figures that were left out of their line, by the kind of their loss."""
    words = lost.text[:_MOST_WORDS]
    said = {
        "overprinted": "figures over which other text is printed were left out",
        "raised_text": "raised text beside a number was left out",
        "hidden_text": "text that is struck through was left out",
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
