"""Annotations and form fields that print: made part of the page, so that they are read as its text is."""

import ctypes

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from jixiao.model import Box, Evidence, Remark
from jixiao.read.glyphs import moved, upright
from jixiao.read.marks import holds_figure

_NO_TEXT = frozenset({pdfium_c.FPDF_ANNOT_LINK, pdfium_c.FPDF_ANNOT_POPUP})
_WRITTEN = {pdfium_c.FPDF_ANNOT_FREETEXT: b"Contents", pdfium_c.FPDF_ANNOT_WIDGET: b"V"}
"""Annotations that show words of their own, and the key that holds them."""
_UNSEEN = pdfium_c.FPDF_ANNOT_FLAG_HIDDEN | pdfium_c.FPDF_ANNOT_FLAG_NOVIEW
_MOST = 2000
_MOST_WORDS = 80


def flattened(document: pdfium.PdfDocument, page: pdfium.PdfPage, index: int) -> tuple[pdfium.PdfPage, list[Remark]]:
    """Return a page (counted from 0) with what its annotations print drawn on it, and what to tell of the others.

    A text that brings no picture of itself looks different in every viewer, and one that does not print is seen on
    the screen alone: where it holds a figure, that is told.
    """
    count = pdfium_c.FPDFPage_GetAnnotCount(page.raw)
    if not 0 < count <= _MOST:
        return page, []
    prints = False
    told: list[Remark] = []
    for at in range(count):
        annotation = pdfium_c.FPDFPage_GetAnnot(page.raw, at)
        if not annotation:
            continue
        try:
            kind = pdfium_c.FPDFAnnot_GetSubtype(annotation)
            prints = prints or kind not in _NO_TEXT
            if kind in _WRITTEN:
                told += _not_drawn(annotation, kind, page, index + 1)
        finally:
            pdfium_c.FPDFPage_CloseAnnot(annotation)
    if not prints or pdfium_c.FPDFPage_Flatten(page.raw, pdfium_c.FLAT_PRINT) != pdfium_c.FLATTEN_SUCCESS:
        return page, told
    page.close()
    return document[index], told


def _not_drawn(annotation: pdfium_c.FPDF_ANNOTATION, kind: int, page: pdfium.PdfPage, number: int) -> list[Remark]:
    """Return what to tell of an annotation that a viewer shows and that is not made part of the page."""
    flags = pdfium_c.FPDFAnnot_GetFlags(annotation)
    is_drawn = pdfium_c.FPDFAnnot_HasKey(annotation, b"AP") and flags & pdfium_c.FPDF_ANNOT_FLAG_PRINT
    words = "" if is_drawn or flags & _UNSEEN else _said(annotation, _WRITTEN[kind])
    if not holds_figure(words):
        return []
    rect = pdfium_c.FS_RECTF()
    pdfium_c.FPDFAnnot_GetRect(annotation, rect)
    edges = np.array([[rect.left], [rect.top], [rect.right], [rect.bottom]], dtype=np.float64)
    places = moved(edges, upright(page.get_bbox(), page.get_rotation()))
    box = Box(*(float(edge) for edge in places[:, 0]))
    words = words[:_MOST_WORDS]
    return [Remark("text_not_read", f"an annotation was not read: {words}", Evidence(number, box, words))]


def _said(annotation: pdfium_c.FPDF_ANNOTATION, key: bytes) -> str:
    """Return a text of an annotation, in one line."""
    size = pdfium_c.FPDFAnnot_GetStringValue(annotation, key, None, 0)
    room = (ctypes.c_ushort * (size // 2 + 1))()
    pdfium_c.FPDFAnnot_GetStringValue(annotation, key, room, size)
    return " ".join(bytes(room)[: max(0, size - 2)].decode("utf-16-le", "replace").split())
