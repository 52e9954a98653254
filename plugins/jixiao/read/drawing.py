"""Open a PDF to be read, or to be drawn: drawing has a Chinese font that reading must not see (`fonts`)."""

import math
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium

from jixiao.model import UnreadableDocument
from jixiao.read import fonts

_SMALL_BYTES = 4 * 1024**2  # less is read faster from memory
_STREAM = re.compile(rb"/ObjStm\b.{0,300}?stream\r?\n", re.S)
_MOST_INFLATED = 8 * 1024**2

Pixels = npt.NDArray[np.uint8]


def open_pdf(path: Path) -> pdfium.PdfDocument:
    """Open a PDF; raise `UnreadableDocument` in plain words when pdfium cannot."""
    try:
        return pdfium.PdfDocument(path.read_bytes() if path.stat().st_size < _SMALL_BYTES else path)
    except pdfium.PdfiumError as error:
        said = str(error)
        if "password" in said.lower():
            raise UnreadableDocument(f"{path.name}: the PDF is encrypted and asks for a password") from None
        raise UnreadableDocument(f"{path.name}: the PDF is damaged or truncated and cannot be opened") from None


class Drawing:
    """A PDF that is opened when its first page is drawn; pages are counted from 1."""

    def __init__(self, path: Path, most_pixels: int) -> None:
        """Keep the path and the limit of one page's picture."""
        self._path = path
        self._most_pixels = most_pixels
        self._document: pdfium.PdfDocument | None = None

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file."""
        self.close()

    def close(self) -> None:
        """Close the file, if it was opened."""
        if self._document is not None:
            self._document.close()
            self._document = None

    @contextmanager
    def page(self, number: int) -> Iterator[pdfium.PdfPage]:
        """Give a page that draws with our font; `UnreadableDocument` where there is none."""
        with fonts.drawing():
            if self._document is None:
                self._document = open_pdf(self._path)
                if self._document.get_formtype():
                    self._document.init_forms()
            if not 1 <= number <= len(self._document):
                raise UnreadableDocument(f"{self._path.name}: there is no page {number}")
            try:
                page = self._document[number - 1]
            except pdfium.PdfiumError:
                raise UnreadableDocument(f"{self._path.name}: page {number} is damaged") from None
            try:
                yield page
            finally:
                page.close()

    def picture(self, number: int, scale: float) -> Pixels:
        """Return a page as its viewer shows it (rows, columns, BGR), `scale` pixels a point or less if it is huge."""
        with self.page(number) as page:
            return self.drawn(page, scale)

    def drawn(self, page: pdfium.PdfPage, scale: float) -> Pixels:
        """Return the picture of a page that `page` gave."""
        width, height = page.get_size()
        scale = min(scale, math.sqrt(self._most_pixels / max(1.0, width * height)))
        picture: Pixels = page.render(scale=scale).to_numpy()
        if picture.ndim == 2 or picture.shape[2] == 1:
            picture = np.repeat(picture.reshape(*picture.shape[:2], 1), 3, axis=2)
        return np.ascontiguousarray(picture[:, :, :3])


def has_layers(path: Path) -> bool:
    """Tell whether a PDF has layers that can be switched off; so it is taken where the file is encrypted."""
    data = path.read_bytes()
    if b"/OCProperties" in data or b"/Encrypt" in data:
        return True
    for match in _STREAM.finditer(data):
        try:
            inflated = zlib.decompressobj().decompress(memoryview(data)[match.end() :], _MOST_INFLATED)
        except zlib.error:
            continue
        if b"/OCProperties" in inflated:
            return True
    return False
