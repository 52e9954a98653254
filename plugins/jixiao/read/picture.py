"""Pictures inside Word and Excel files: a picture of a table is read by OCR, or it is told that it was not."""

import hashlib
import io
import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from jixiao.model import Cell, Line, Passage, Table
from jixiao.read.body import Body
from jixiao.read.limits import Limits
from jixiao.read.marks import holds_figure
from jixiao.read.package import Package, attribute, tag

_MOST_PICTURES = 40
_LEAST_PT = (140.0, 40.0)
"""Width and height of the smallest picture that can hold a table."""
_LEAST_PIXELS = (200, 60)
_EMU = 12700
_DPI = 150
_LEAST_CONFIDENCE = 0.6
_LENGTH = re.compile(r"(width|height):([\d.]+)(pt|in|cm|mm|px)?")
_POINTS = {"pt": 1.0, "in": 72.0, "cm": 28.35, "mm": 2.835, "px": 0.75, "": 0.75}


@dataclass(frozen=True, slots=True)
class _Read:
    """What OCR made of one picture; `passages` and `tables` have no places."""

    passages: tuple[Passage, ...]
    tables: tuple[Table, ...]


class Pictures:
    """The pictures of one part; equal ones are read once."""

    def __init__(self, package: Package | None, part: str, limits: Limits) -> None:
        """Take the package and the part whose relations name the pictures (None: pictures cannot be had)."""
        self._package = package
        self._relations = {} if package is None else package.relations(part)
        self._limits = limits
        self._read: dict[str, _Read | None] = {}

    def add(self, node: Any, where: str, body: Body, sheet: str | None = None) -> None:
        """Add what a picture (`a:blip`, `v:imagedata`) shows at this place, or a remark that it was not read."""
        name = attribute(node, "r:embed") or attribute(node, "r:id") or ""
        relation = self._relations.get(name)
        size = _size_pt(node)
        if size is not None and (size[0] < _LEAST_PT[0] or size[1] < _LEAST_PT[1]):
            return
        if self._package is None or (relation is None and attribute(node, "r:link")):
            body.remark("picture_not_read", "a picture that is not in the file was not read", where)
            return
        data = None if relation is None or relation.is_outside else self._package.data(relation.target)
        if relation is None or (data is None and not relation.is_outside):
            return  # leads nowhere: Word shows an empty frame
        if data is None:
            body.remark("picture_not_read", "a picture that is not in the file was not read", where)
            return
        self._shown(data, size, where, body, sheet)

    def add_data(self, data: bytes, where: str, body: Body) -> None:
        """Add what a picture of these bytes shows at this place, or a remark that it was not read."""
        self._shown(data, None, where, body, None)

    def _shown(self, data: bytes, size: tuple[float, float] | None, where: str, body: Body, sheet: str | None) -> None:
        digest = hashlib.sha256(data).hexdigest()
        if digest not in self._read:
            if len(self._read) >= _MOST_PICTURES:
                body.remark("picture_not_read", f"more than {_MOST_PICTURES} pictures: this one was not read", where)
                return
            self._read[digest] = _recognised(data, self._limits)
        read = self._read[digest]
        if read is None:
            body.remark("picture_not_read", "a picture was not read: it may hold a table", where)
            return
        body.is_recognised = body.is_recognised or bool(read.passages or read.tables)
        for passage in read.passages:
            body.add_passage(replace(passage, lines=_placed(passage.lines, where)), sheet)
        for table in read.tables:
            cells = tuple(replace(cell, lines=_placed(cell.lines, where)) for cell in table.cells)
            body.add_table(replace(table, cells=cells, caption=_placed(table.caption, where) or body.caption()), sheet)


def _placed(lines: Sequence[Line], where: str) -> tuple[Line, ...]:
    return tuple(replace(line, where=f"{where}（图片）") for line in lines)


def _size_pt(node: Any) -> tuple[float, float] | None:
    """Return how wide and high a picture is shown, in points, or None where it is not said."""
    for above in node.iterancestors():
        for item in above:
            if tag(item) in ("wp:extent", "xdr:ext") and item.get("cx") and item.get("cy"):
                return int(item.get("cx")) / _EMU, int(item.get("cy")) / _EMU
        said = {name: float(n) * _POINTS[unit] for name, n, unit in _LENGTH.findall(above.get("style") or "")}
        if {"width", "height"} <= said.keys():
            return said["width"], said["height"]
        if tag(above) in ("w:r", "xdr:twoCellAnchor"):
            break
    return None


def _recognised(data: bytes, limits: Limits) -> _Read | None:
    """Read a picture by OCR; None where it cannot be drawn. One without a figure gives nothing: a photograph."""
    import numpy as np
    from PIL import Image

    from jixiao.read.layout import laid_out
    from jixiao.read.ocr import read_picture

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data)) as opened:
                wide, high = opened.size
                if wide * high > limits.pixels:
                    return None
                if wide < _LEAST_PIXELS[0] or high < _LEAST_PIXELS[1]:
                    return _Read((), ())
                paper = Image.new("RGB", opened.size, "white")
                drawn = opened.convert("RGBA")
                paper.paste(drawn, mask=drawn.getchannel("A"))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    pixels = np.ascontiguousarray(np.asarray(paper)[:, :, ::-1])
    width, height = wide * 72 / _DPI, high * 72 / _DPI
    _, tables, passages = laid_out([read_picture(pixels, 1, width, height)])
    found = _Read(tuple(map(_bare, filter(_is_legible, passages))), tuple(_bare_table(table) for table in tables))
    said = "".join(passage.text for passage in found.passages)
    said += "".join(cell.text for table in found.tables for cell in table.cells)
    return found if holds_figure(said) else _Read((), ())


def _is_legible(passage: Passage) -> bool:
    return all((line.confidence or 0.0) >= _LEAST_CONFIDENCE for line in passage.lines)


def _bare(passage: Passage) -> Passage:
    return replace(passage, lines=_bare_lines(passage.lines))


def _bare_lines(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Return lines without their places in the picture: a document without pages has none."""
    return tuple(Line(line.text, confidence=line.confidence) for line in lines)


def _bare_table(table: Table) -> Table:
    cells: list[Cell] = [replace(cell, lines=_bare_lines(cell.lines), page=None, box=None) for cell in table.cells]
    return replace(table, cells=tuple(cells), caption=_bare_lines(table.caption))
