"""Excel files: what each cell shows by its number format, on the sheets, rows and columns that are shown.

The parts are read with lxml as they are stored. openpyxl turns a stored number into a float and loses its digits, does
not tell a formula without a value from an empty cell, and refuses files that Excel opens: an empty `<fill/>`, Strict
Open XML, a picture that leads nowhere.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from lxml import etree

from jixiao.model import UnreadableDocument
from jixiao.read.body import Body, Content
from jixiao.read.limits import Limits
from jixiao.read.marks import joined
from jixiao.read.number_format import GENERAL, built_in, shown_number, shown_text, stored
from jixiao.read.package import Package, Relation, attribute, child, tag
from jixiao.read.picture import Pictures
from jixiao.read.sheet import Place, Sheet, add_sheets

_MOST_SHEETS = 200
_NAME = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_AREA = re.compile(r"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_WHITES = ("FFFFFFFF", "00FFFFFF", "FFFFFF")
_ON = ("1", "true", "on")

Pieces = tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class _Style:
    """How a cell's value is shown: format code, struck through, white on no ground."""

    code: str = GENERAL
    is_struck: bool = False
    is_white: bool = False


@lru_cache(maxsize=1024)
def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - 64
    return number


def _number(said: str | None, default: int) -> int:
    return int(said) if said and said.isdecimal() and len(said) < 9 else default


def _rich(node: Any) -> tuple[Pieces, str]:
    """Return a text in pieces (text, raised?), without phonetic marks, and the words of it that are struck through."""
    pieces: list[tuple[str, bool]] = []
    struck = ""
    for item in node:
        if tag(item) == "x:t":
            pieces.append((_unescaped(item.text), False))
        elif tag(item) == "x:r":
            properties = child(item, "x:rPr")
            text = "".join(_unescaped(one.text) for one in item if tag(one) == "x:t")
            raised = None if properties is None else child(properties, "x:vertAlign")
            is_raised = raised is not None and raised.get("val") in ("superscript", "subscript")
            if _is_struck(properties):
                struck += text
            else:
                pieces.append((text, is_raised))
    return tuple(pieces), struck


def _unescaped(text: str | None) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text or "").replace("\r", "")


def _is_struck(font: Any | None) -> bool:
    said = None if font is None else child(font, "x:strike")
    return said is not None and said.get("val", "1") in _ON


def _is_white(font: Any) -> bool:
    colour = child(font, "x:color")
    if colour is None:
        return False
    white = colour.get("rgb") in _WHITES or colour.get("indexed") in ("1", "9")
    return white or (colour.get("theme") == "0" and colour.get("tint", "0") in ("0", "0.0"))


def _styles(root: Any | None) -> list[_Style]:
    """Return the cell styles in the order in which cells name them."""
    parts = {tag(item): item for item in root} if root is not None else {}

    def each(name: str, of: str) -> list[Any]:
        return [item for item in parts.get(name, ()) if tag(item) == of]

    codes = {item.get("numFmtId"): item.get("formatCode") or GENERAL for item in each("x:numFmts", "x:numFmt")}
    fonts, fills = each("x:fonts", "x:font"), each("x:fills", "x:fill")
    out = []
    for item in each("x:cellXfs", "x:xf"):
        number = item.get("numFmtId") or "0"
        font = _number(item.get("fontId"), 0)
        fill = _number(item.get("fillId"), 0)
        bare = fill < 2 or (fill < len(fills) and not len(fills[fill]))
        struck = font < len(fonts) and _is_struck(fonts[font])
        white = bare and font < len(fonts) and _is_white(fonts[font])
        out.append(_Style(codes.get(number) or built_in(_number(number, 0)), struck, white))
    return out


class _Workbook:
    """One workbook: its sheets, read one after the other."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self._path, self._limits = path, limits
        self._package = Package(path, limits)
        self._main = self._package.main_part()
        self._relations = self._package.relations(self._main)
        self._root = self._package.xml(self._main)
        if self._root is None or tag(self._root) != "x:workbook":
            raise UnreadableDocument(f"{path.name}: the file is damaged (it holds no workbook)")
        self._styles = _styles(self._package.related(self._main, "styles"))
        self._strings = self._shared()
        settings = child(self._root, "x:workbookPr")
        self._from_1904 = settings is not None and settings.get("date1904") in _ON

    def _shared(self) -> list[tuple[Pieces, str]]:
        root = self._package.related(self._main, "sharedStrings")
        return [] if root is None else [_rich(item) for item in root if tag(item) == "x:si"]

    def sheets(self) -> Iterator[Sheet]:
        listed = child(self._root, "x:sheets")
        items = [item for item in listed if tag(item) == "x:sheet"] if listed is not None else []
        if len(items) > _MOST_SHEETS:
            raise UnreadableDocument(f"{self._path.name}: {len(items)} sheets, more than the limit of {_MOST_SHEETS}")
        for item in items:
            relation = self._relations.get(attribute(item, "r:id") or "")
            if relation is None or relation.kind not in ("worksheet", "chartsheet"):
                continue
            data = self._package.data(relation.target)
            if data is None:
                continue
            sheet = Sheet(item.get("name") or "", item.get("state", "visible") != "visible")
            if relation.kind == "chartsheet":
                sheet.objects.append("a sheet that is a chart")
            else:
                self._fill(sheet, data)
                self._float(sheet, relation)
            yield sheet

    # ------------------------------------------------------------------------------------------- cells

    def _fill(self, sheet: Sheet, data: bytes) -> None:
        """Read a sheet's cells, one row after the other, so that a large one needs no tree."""
        area = cells = row = 0
        has_grounds = b"<conditionalFormatting" in data or b"<tableParts" in data
        hides_rows = False
        shown_rows: set[int] = set()
        for _, node in etree.iterparse(io.BytesIO(data), resolve_entities=False, no_network=True, load_dtd=False):
            name = tag(node)
            if name == "x:c":
                cells += 1
                if cells > 4 * self._limits.cells:
                    raise UnreadableDocument(f"{self._path.name}: sheet {sheet.title} has more cells than the limit")
            elif name == "x:row":
                row = _number(node.get("r"), row + 1)
                if node.get("hidden") in _ON or node.get("ht") == "0":
                    sheet.hidden_rows.add(row)
                shown_rows.add(row)
                self._row(sheet, node, row, has_grounds)
                node.clear()
                while node.getprevious() is not None:
                    del node.getparent()[0]
            elif name == "x:col" and (node.get("hidden") in _ON or node.get("width") == "0"):
                first, last = _number(node.get("min"), 1), _number(node.get("max"), 1)
                sheet.hidden_cols |= set(range(first, min(last, 16384) + 1))
            elif name == "x:sheetFormatPr":
                hides_rows = node.get("zeroHeight") in _ON
            elif name == "x:mergeCell" and (found := _AREA.fullmatch(node.get("ref") or "")):
                top, left = int(found[2]), _column(found[1])
                bottom, right = int(found[4]), _column(found[3])
                area += (bottom - top + 1) * (right - left + 1)
                if area > self._limits.cells:
                    raise UnreadableDocument(
                        f"{self._path.name}: merges more cells than the limit of {self._limits.cells}"
                    )
                sheet.merged[top, left] = (bottom, right)
        if hides_rows:
            last = max((at[0] for at in sheet.values), default=0)
            sheet.hidden_rows |= set(range(1, last + 1)) - shown_rows

    def _row(self, sheet: Sheet, node: Any, row: int, has_grounds: bool) -> None:
        col = 0
        for item in node:
            if tag(item) != "x:c":
                continue
            named = _NAME.fullmatch(item.get("r") or "")
            col = _column(named[1]) if named else col + 1
            place = (int(named[2]) if named else row, col)
            self._cell(sheet, item, place, has_grounds)

    def _cell(self, sheet: Sheet, node: Any, place: Place, has_grounds: bool) -> None:
        index = _number(node.get("s"), 0)
        style = self._styles[index] if index < len(self._styles) else _Style()
        parts = {tag(item): item for item in node}
        raw = parts["x:v"].text or "" if "x:v" in parts else ""
        kind = node.get("t") or "n"
        struck = ""
        if kind == "inlineStr":
            pieces, struck = _rich(parts["x:is"]) if "x:is" in parts else ((), "")
            whole, text = self._text(sheet, place, pieces, style)
        elif kind == "s":
            at = _number(raw, -1)
            pieces, struck = self._strings[at] if 0 <= at < len(self._strings) else ((), "")
            whole, text = self._text(sheet, place, pieces, style)
        elif not raw:
            if "x:f" in parts and kind != "str":
                sheet.uncalculated.append(place)
            return
        else:
            whole, text = self._value(raw, kind, style)
        why = "is struck through" if style.is_struck else ""
        if style.is_white and not has_grounds:
            why = "is white on white"
        if why or (whole and not text):
            sheet.unseen[place] = (why or "its format does not show", whole)
        elif text:
            sheet.values[place] = text
        if struck:
            sheet.unseen[place] = ("is partly struck through", struck)

    @staticmethod
    def _text(sheet: Sheet, place: Place, pieces: Pieces, style: _Style) -> tuple[str, str]:
        whole, lost = joined(pieces)
        for words in lost:
            sheet.unseen[place] = ("has raised text beside a number", words)
        return whole, shown_text(whole, style.code)

    def _value(self, raw: str, kind: str, style: _Style) -> tuple[str, str]:
        """Return a stored value in full, and as it is shown."""
        if kind == "b":
            return raw, "TRUE" if raw == "1" else "FALSE"
        if kind in ("str", "e"):
            text = _unescaped(raw)
            return text, shown_text(text, style.code)
        if kind == "d":
            return raw, raw.removesuffix("T00:00:00")
        number = stored(raw)
        if number is None:
            return raw, raw
        return format(number, "f") if abs(number.adjusted()) < 30 else raw, shown_number(
            number, style.code, self._from_1904
        )

    # ---------------------------------------------------------------------------------------- drawings

    def _float(self, sheet: Sheet, relation: Relation) -> None:
        """Collect the texts and pictures that float over a sheet."""
        for one in self._package.relations(relation.target).values():
            if one.kind != "drawing" or one.is_outside:
                continue
            root = self._package.xml(one.target)
            if root is None:
                continue
            sheet.pictures = Pictures(self._package, one.target, self._limits)
            for anchor in root:
                start = child(anchor, "xdr:from")
                said = None if start is None else child(start, "xdr:row")
                row = _number("" if said is None else said.text, 0) + 1
                _anchored(sheet, anchor, row)


def _anchored(sheet: Sheet, node: Any, row: int) -> None:
    """Collect what one anchor of a drawing holds."""
    name = tag(node)
    if name == "mc:AlternateContent":
        found = child(node, "mc:Choice")
        for item in found if found is not None else ():
            _anchored(sheet, item, row)
        return
    hidden = any(tag(item) == "xdr:cNvPr" and item.get("hidden") in _ON for one in node for item in one)
    if hidden:
        return
    if name == "a:blip":
        sheet.drawn.append((row, node))
    elif name == "c:chart":
        sheet.objects.append("a chart")
    elif name == "a:p":
        text = "".join(item.text or "" for item in node.iter() if tag(item) == "a:t")
        if text.strip():
            sheet.floating.append((row, text))
    else:
        for item in node:
            if tag(item):
                _anchored(sheet, item, row)


def read_excel(path: Path, limits: Limits) -> Content:
    """Read an Excel file: every visible sheet is a table; text rows above and below it are passages too."""
    body = Body()
    add_sheets(_Workbook(path, limits).sheets(), body, path.name, limits.cells)
    return body.content()
