"""Text over text: watermarks across a page, and figures printed over one another, of which neither is to be trusted."""

import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium

from jixiao.model import Box, Evidence, Remark
from jixiao.read.glyphs import Floats, Glyphs, moved, upright
from jixiao.read.visible import Bools, whole_figures

_SAME_PLACE = 0.3  # of a digit's width
_SAME_LINE_PT = 1.5
_ZERO = np.uint32(ord("0"))
_SIZE_PT = 0.5  # characters of a watermark are as high as one another, within this


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
    words = "".join(map(chr, glyphs.codes[clash].tolist()))[:80]
    places: npt.NDArray[np.float64] = moved(glyphs.boxes[:, clash], upright(page.get_bbox(), page.get_rotation()))
    box = Box(*(float(edge) for edge in (*places[:2].min(axis=1), *places[2:].max(axis=1))))
    return Remark(
        "overprinted", f"figures printed over one another were left out: {words}", Evidence(number, box, words)
    )
