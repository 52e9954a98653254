"""Annotations and form fields that print: made part of the page, so that they are read as its text is."""

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

_NO_TEXT = frozenset({pdfium_c.FPDF_ANNOT_LINK, pdfium_c.FPDF_ANNOT_POPUP})
_MOST = 2000


def flattened(document: pdfium.PdfDocument, page: pdfium.PdfPage, index: int) -> pdfium.PdfPage:
    """Return a page (counted from 0) with what its annotations print drawn on it."""
    count = pdfium_c.FPDFPage_GetAnnotCount(page.raw)
    if not 0 < count <= _MOST or not any(_prints(page, at) for at in range(count)):
        return page
    if pdfium_c.FPDFPage_Flatten(page.raw, pdfium_c.FLAT_PRINT) != pdfium_c.FLATTEN_SUCCESS:
        return page
    page.close()
    return document[index]


def _prints(page: pdfium.PdfPage, at: int) -> bool:
    annotation = pdfium_c.FPDFPage_GetAnnot(page.raw, at)
    if not annotation:
        return False
    try:
        return pdfium_c.FPDFAnnot_GetSubtype(annotation) not in _NO_TEXT
    finally:
        pdfium_c.FPDFPage_CloseAnnot(annotation)
