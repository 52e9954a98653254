"""Pictures of pages with the figures' boxes drawn and numbered, for a person to check."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw

from jixiao.archive import magic
from jixiao.model import Box, UnreadableDocument
from jixiao.read.pdf import open_pdf

_SCALE = 2.0


@dataclass(frozen=True, slots=True)
class Mark:
    """A numbered box on a page (from 1)."""

    number: int
    page: int
    box: Box


def render_marks(path: Path, marks: Sequence[Mark], folder: Path) -> list[Path]:
    """Draw each page that carries a mark to `folder/page-NNN.png`; return the paths in page order."""
    if magic.media_type_of(path) != magic.PDF:
        raise UnreadableDocument(f"{path.name}: only PDF pages can be shown")
    folder.mkdir(parents=True, exist_ok=True)
    document = open_pdf(path)
    out = []
    try:
        for number in sorted({mark.page for mark in marks}):
            picture: Image.Image = document[number - 1].render(scale=_SCALE).to_pil().convert("RGB")
            pen = ImageDraw.Draw(picture)
            for mark in (m for m in marks if m.page == number):
                box = [edge * _SCALE for edge in mark.box]
                pen.rectangle(box, outline=(220, 30, 30), width=2)
                pen.text((box[2] + 2, box[1] - 4), str(mark.number), fill=(30, 30, 220))
            target = folder / f"page-{number:03d}.png"
            picture.save(target)
            out.append(target)
    finally:
        document.close()
    return out
