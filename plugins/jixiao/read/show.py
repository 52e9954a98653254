"""Pictures of pages with the figures' boxes drawn, for a person to check."""

import io
import math
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pypdfium2 as pdfium
from PIL import Image, ImageDraw

from jixiao.archive import magic
from jixiao.model import Box, LedgerState, UnreadableDocument
from jixiao.read.limits import Limits
from jixiao.read.pdf import open_pdf

_SCALE = 2.0
_RED, _AMBER, _BLUE, _GREEN, _GREY = (220, 30, 30), (240, 150, 0), (30, 30, 220), (20, 140, 60), (130, 130, 130)
_COLOURS: dict[LedgerState, tuple[int, int, int]] = {"fact": _GREEN, "not_ours": _GREY, "doubt": _RED}
_PDFIUM = threading.Lock()  # pdfium serves one thread at a time


@dataclass(frozen=True, slots=True)
class Mark:
    """A numbered box on a page (from 1): green for a fact, grey for what is not ours, red for a doubt.

    An uncertain fact is amber: OCR read it with little confidence.
    """

    number: int
    page: int
    box: Box
    state: LedgerState = "fact"
    uncertain: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A page as PNG, and the pixel rows from its top at which the box begins."""

    png: bytes
    top: int


def render_marks(path: Path, marks: Sequence[Mark], folder: Path) -> list[Path]:
    """Draw each page that carries a mark to `folder/page-NNN.png`; return the paths in page order."""
    document = _open(path)
    folder.mkdir(parents=True, exist_ok=True)
    out = []
    try:
        for number in sorted({mark.page for mark in marks}):
            picture, scale = _page(document, number, path.name)
            pen = ImageDraw.Draw(picture)
            for mark in (m for m in marks if m.page == number):
                box = [edge * scale for edge in mark.box]
                colour = _AMBER if mark.uncertain and mark.state == "fact" else _COLOURS[mark.state]
                pen.rectangle(box, outline=colour, width=2)
                pen.text((box[2] + 2, box[1] - 4), str(mark.number), fill=_BLUE)
            target = folder / f"page-{number:03d}.png"
            picture.save(target)
            out.append(target)
    finally:
        document.close()
    return out


def render_box(path: Path, number: int, box: Box) -> Picture:
    """Draw one page with a frame just outside of one box, so that nothing of the figure is covered."""
    with _PDFIUM:
        document = _open(path)
        try:
            picture, scale = _page(document, number, path.name)
        finally:
            document.close()
    x0, top, x1, bottom = (edge * scale for edge in box)
    ImageDraw.Draw(picture).rectangle((x0 - 5, top - 5, x1 + 5, bottom + 5), outline=_RED, width=3)
    png = io.BytesIO()
    picture.save(png, "png")
    return Picture(png.getvalue(), round(top))


def _open(path: Path) -> pdfium.PdfDocument:
    if magic.media_type_of(path) != magic.PDF:
        raise UnreadableDocument(f"{path.name}: only PDF pages can be shown")
    return open_pdf(path)


def _page(document: pdfium.PdfDocument, number: int, name: str) -> tuple[Image.Image, float]:
    """Return the picture of a page (from 1) and its pixels a point; a huge page gets fewer of them."""
    if not 1 <= number <= len(document):
        raise UnreadableDocument(f"{name}: there is no page {number}")
    page = document[number - 1]
    width, height = page.get_size()
    scale = min(_SCALE, math.sqrt(Limits().pixels / (width * height)))
    return page.render(scale=scale).to_pil().convert("RGB"), scale
