"""Digits that a page's fonts do not map: whether the file says at least what they look like."""

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from jixiao.read.quality import is_hole

NOT_DRAWN = ("text_not_read", "a digit has no meaning and no shape in the file: its page was not read")


def draws_holes(page: pdfium.PdfPage) -> bool:
    """Tell whether the file brings the font of what stands behind digits and is no text.

    Without it nobody knows what was there: what is drawn in its place is another digit, or none.
    """
    textpage = page.get_textpage()
    try:
        before = ""
        for index in range(textpage.count_chars()):
            char = chr(pdfium_c.FPDFText_GetUnicode(textpage.raw, index))
            if is_hole(before, char):
                font = pdfium_c.FPDFTextObj_GetFont(pdfium_c.FPDFText_GetTextObject(textpage.raw, index))
                if pdfium_c.FPDFFont_GetIsEmbedded(font) != 1:
                    return False
            before = char
    finally:
        textpage.close()
    return True
