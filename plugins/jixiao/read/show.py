"""Pictures of pages with the figures' boxes drawn, for a person to check.

They are drawn in a process of their own (`boxed.child`), within limits of time and memory: a page of a
few bytes can ask for gigabytes.
"""

import base64
import io
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from jixiao import magic
from jixiao.boxed.child import Child, ChildLate, ChildLost
from jixiao.boxed.serving import serve
from jixiao.model import Box, LedgerState, UnreadableDocument
from jixiao.read.limits import Limits

_SCALE = 2.0
_SECONDS = 30
_MEMORY_BYTES = 1024**3
_RED, _AMBER, _BLUE, _GREEN, _GREY = (220, 30, 30), (240, 150, 0), (30, 30, 220), (20, 140, 60), (130, 130, 130)
_COLOURS: dict[LedgerState, tuple[int, int, int]] = {"fact": _GREEN, "not_ours": _GREY, "doubt": _RED}
_ASKING = threading.Lock()  # one picture at a time: the machine also serves other requests
_CHILD = Child("jixiao.read.show", _MEMORY_BYTES)


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
    folder.mkdir(parents=True, exist_ok=True)
    out = []
    for number in sorted({mark.page for mark in marks}):
        target = folder / f"page-{number:03d}.png"
        target.write_bytes(_drawn(path, number, [asdict(mark) for mark in marks if mark.page == number])[0])
        out.append(target)
    return out


def render_box(path: Path, number: int, box: Box) -> Picture:
    """Draw one page with a frame just outside of one box, so that nothing of the figure is covered."""
    png, scale = _drawn(path, number, box)
    return Picture(png, round(box.top * scale))


def render_page(path: Path, number: int) -> tuple[bytes, float]:
    """Draw one page (from 1) as it is; return the PNG and its pixels a point."""
    return _drawn(path, number, [])


def _drawn(path: Path, number: int, what: Any) -> tuple[bytes, float]:
    """Return a page's PNG and its pixels a point; `UnreadableDocument` where it cannot be drawn within the limits."""
    if magic.media_type_of(path) != magic.PDF:
        raise UnreadableDocument(f"{path.name}: only PDF pages can be shown")
    with _ASKING:
        try:
            said = _CHILD.ask(path, _SECONDS, number=number, what=what)
        except (ChildLate, ChildLost):
            _CHILD.close()
            raise UnreadableDocument(
                f"{path.name}: page {number} cannot be drawn within {_SECONDS} s and {_MEMORY_BYTES // 1024**2} MiB"
            ) from None
    return base64.b64decode(said["png"]), float(said["scale"])


def _answer(path: Path, request: dict[str, Any]) -> dict[str, Any]:
    """Draw a page with one box, with marks, or as it is."""
    from PIL import Image, ImageDraw

    from jixiao.read.drawing import Drawing

    with Drawing(path, Limits().pixels) as drawing, drawing.page(request["number"]) as page:
        pixels = drawing.drawn(page, _SCALE)
        scale = pixels.shape[1] / page.get_width()
    picture = Image.fromarray(pixels[:, :, ::-1])
    pen = ImageDraw.Draw(picture)
    if request["what"] and isinstance(request["what"][0], dict):
        for mark in request["what"]:
            box = [edge * scale for edge in mark["box"]]
            colour = _AMBER if mark["uncertain"] and mark["state"] == "fact" else _COLOURS[mark["state"]]
            pen.rectangle(box, outline=colour, width=2)
            pen.text((box[2] + 2, box[1] - 4), str(mark["number"]), fill=_BLUE)
    elif request["what"]:
        x0, top, x1, bottom = (edge * scale for edge in request["what"])
        pen.rectangle((x0 - 5, top - 5, x1 + 5, bottom + 5), outline=_RED, width=3)
    png = io.BytesIO()
    picture.save(png, "png")
    return {"png": base64.b64encode(png.getvalue()).decode(), "scale": scale}


def main() -> None:
    """Serve as a process in a box."""
    serve(_answer)
