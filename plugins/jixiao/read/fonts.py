"""The fonts of PDFs that do not embed theirs: the same on every machine, whatever is installed there.

pdfium asks the system for a font that a file names and does not bring, and takes the places of characters from it.
Here it is told of none: for a Chinese font stands a font of boxes while a page is read (widths come from the file) and
one that comes with the project while a page is drawn; for any other pdfium has its own.
"""

import ctypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn
import pypdfium2 as pdfium

from jixiao.read.boxfont import box_font

_CHINESE = frozenset({128, 129, 134, 136})  # charsets of the GDI: Japanese, Korean, simplified and traditional Chinese
_SERIF = ("song", "sun", "ming", "fang", "kai", "xbs", "宋", "仿", "楷", "明")
_SANS = ("hei", "yahei", "yuan", "deng", "gothic", "noto", "cjk", "hans", "wenquan", "黑", "圆", "等线")
_NONE, _SANS_FONT, _SERIF_FONT, _BOX_FONT = None, 1, 2, 3
_state = threading.local()


class _Fonts(pdfium.PdfSysfontBase):  # type: ignore[misc]
    """What pdfium is told of the system's fonts; names of methods are pdfium's."""

    def EnumFonts(self, _: Any, mapper: Any) -> None:  # noqa: N802
        """Name no font."""

    def MapFont(  # noqa: N802
        self, _: Any, weight: int, italic: int, charset: int, pitch: int, face: Any, exact: Any
    ) -> int | None:
        """Return the font that stands for a Chinese one; none for another."""
        font = _font_for(charset, ctypes.string_at(face))
        return font if font is _NONE or getattr(_state, "drawing", False) else _BOX_FONT

    def GetFont(self, _: Any, face: Any) -> int | None:  # noqa: N802
        """Return no font."""
        return _NONE

    def GetFontData(self, _: Any, font: int, table: int, buffer: Any, size: int) -> int:  # noqa: N802
        """Copy a whole font, where it is asked for."""
        data = _data(font) if table == 0 and font else b""
        if buffer and size >= len(data):
            ctypes.memmove(buffer, data, len(data))
        return len(data)

    def GetFaceName(self, _: Any, font: int, buffer: Any, size: int) -> int:  # noqa: N802
        """Give each of our fonts a name of its own, as long as `size`, or return how long it is.

        pdfium keeps a font by the name while any open document has it: without one, what is drawn while a document is
        open to be read is drawn in the font of boxes.
        """
        name = b"jixiao-%d\0" % font
        if buffer and size >= len(name):
            ctypes.memmove(buffer, name, len(name))
        return len(name)

    def GetFontCharset(self, _: Any, font: int) -> int:  # noqa: N802
        """Return the charset of simplified Chinese."""
        return 134

    def DeleteFont(self, _: Any, font: int) -> None:  # noqa: N802
        """Keep the font: it is asked for again."""


def _font_for(charset: int, face: bytes) -> int | None:
    """Return which of our fonts stands for a Chinese font, by its name and charset; none for another."""
    try:
        name = face.decode("utf-8").lower()
    except UnicodeDecodeError:
        name = face.decode("gb18030", "replace").lower()
    if any(part in name for part in _SANS):
        return _SANS_FONT
    chinese = charset in _CHINESE or not name.isascii() or any(part in name for part in _SERIF)
    return _SERIF_FONT if chinese else _NONE


@cache
def _data(font: int) -> bytes:
    if font == _BOX_FONT:
        return box_font()
    paths = {_SANS_FONT: pylopdf_fonts_zh_cn.sans_path, _SERIF_FONT: pylopdf_fonts_zh_cn.serif_path}
    return Path(paths[font]()).read_bytes()


@contextmanager
def drawing() -> Iterator[None]:
    """Let pdfium have the Chinese font for what is opened and drawn inside.

    A document keeps the fonts that it met: one that was opened to be read is not to be drawn.
    """
    before = getattr(_state, "drawing", False)
    _state.drawing = True
    try:
        yield
    finally:
        _state.drawing = before


_fonts = _Fonts()
_fonts.setup()
