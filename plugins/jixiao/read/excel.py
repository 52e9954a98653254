"""Excel files: what each cell shows by its number format, on the sheets, rows and columns that are shown.

The parts are read with lxml as they are stored. openpyxl turns a stored number into a float and loses its digits, does
not tell a formula without a value from an empty cell, and refuses files that Excel opens: an empty `<fill/>`, Strict
Open XML, a picture that leads nowhere.
"""

import io
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from lxml import etree

from jixiao.model import UnreadableDocument
from jixiao.read.body import Body, Content
from jixiao.read.excel_looks import ON, Pieces, Style, is_below, number_of, rich, styles_of, unescaped
from jixiao.read.limits import Limits
from jixiao.read.marks import joined
from jixiao.read.number_format import GENERAL, shown_number, shown_text, stored
from jixiao.read.number_parts import serial
from jixiao.read.package import Package, Relation, alternative, attribute, child, tag
from jixiao.read.picture import Pictures
from jixiao.read.sheet import Place, Sheet, add_sheets, coordinate

_MOST_SHEETS = 200
_NAME = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_AREA = re.compile(r"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})")
_GROUNDS = re.compile(rb'<(?:\w+:)?conditionalFormatting\b[^>]*?\bsqref="([^"]*)"')
_HEADS = frozenset({f"x:{page}{part}" for page in ("odd", "even", "first") for part in ("Header", "Footer")})
_CODES = re.compile(r'&(?:"[^"]*"|\d+|[A-Z])')
_LEAST_HEIGHT_PT, _LEAST_WIDTH = 2.0, 0.3  # widths count in digits
_PICTURE = re.compile(r'DISPIMG\("([^"]+)"')
_OF_TODAY = re.compile(r"\b(?:TODAY|NOW|RAND\w*)\(")

Area = tuple[int, int, int, int]


@lru_cache(maxsize=1024)
def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - 64
    return number


def _areas(said: str) -> list[Area]:
    """Return the areas (top, left, bottom, right) that a reference names (A1:B3 D5)."""
    found = (_AREA.fullmatch(one if ":" in one else f"{one}:{one}") for one in said.split())
    return [(int(one[2]), _column(one[1]), int(one[4]), _column(one[3])) for one in found if one]


def _is_within(place: Place, areas: list[Area]) -> bool:
    row, col = place
    return any(top <= row <= bottom and left <= col <= right for top, left, bottom, right in areas)


class _Workbook:
    """One workbook: its sheets, read one after the other."""

    def __init__(self, path: Path, limits: Limits, is_of_today: bool) -> None:
        self._path, self._limits = path, limits
        self._is_of_today = is_of_today
        self._package = Package(path, limits)
        self._main = self._package.main_part()
        self._relations = self._package.relations(self._main)
        self._root = self._package.xml(self._main)
        if self._root is None or tag(self._root) != "x:workbook":
            raise UnreadableDocument(f"{path.name}: the file is damaged (it holds no workbook)")
        self._styles = styles_of(self._package.related(self._main, "styles"))
        self._strings = self._shared()
        settings = child(self._root, "x:workbookPr")
        self._from_1904 = settings is not None and settings.get("date1904") in ON

    def _shared(self) -> list[tuple[Pieces, str]]:
        root = self._package.related(self._main, "sharedStrings")
        return [] if root is None else [rich(item) for item in root if tag(item) == "x:si"]

    def sheets(self) -> Iterator[Sheet]:
        listed = child(self._root, "x:sheets")
        items = [item for item in listed if tag(item) == "x:sheet"] if listed is not None else []
        if len(items) > _MOST_SHEETS:
            raise UnreadableDocument(f"{self._path.name}: {len(items)} sheets, more than the limit of {_MOST_SHEETS}")
        for item in items:
            relation = self._relations.get(attribute(item, "r:id") or "")
            sheet = Sheet(item.get("name") or "", item.get("state", "visible") != "visible")
            data = None if relation is None else self._package.data(relation.target)
            if relation is None or data is None or relation.kind not in ("worksheet", "chartsheet"):
                sheet.objects.append("a sheet that is not in the file, or is of no cells,")
            elif relation.kind == "chartsheet":
                sheet.objects.append("a sheet that is a chart")
            else:
                self._fill(sheet, data, self._grounds(data, relation))
                self._float(sheet, relation)
            yield sheet

    # ------------------------------------------------------------------------------------------- cells

    def _grounds(self, data: bytes, relation: Relation) -> list[Area]:
        """Return the areas of a sheet that a table's style or a condition may give a ground."""
        areas = [area for found in _GROUNDS.findall(data) for area in _areas(found.decode("ascii", "replace"))]
        for one in self._package.relations(relation.target).values():
            table = self._package.xml(one.target) if one.kind == "table" and not one.is_outside else None
            areas += [] if table is None else _areas(table.get("ref") or "")
        return areas

    def _fill(self, sheet: Sheet, data: bytes, grounds: list[Area]) -> None:
        """Read a sheet's cells, one row after the other, so that a large one needs no tree."""
        area = cells = row = 0
        hides_rows = False
        shown_rows: set[int] = set()
        for _, node in etree.iterparse(io.BytesIO(data), resolve_entities=False, no_network=True, load_dtd=False):
            name = tag(node)
            if name == "x:c":
                cells += 1
                if cells > 4 * self._limits.cells:
                    raise UnreadableDocument(f"{self._path.name}: sheet {sheet.title} has more cells than the limit")
            elif name == "x:row":
                row = number_of(node.get("r"), row + 1)
                if node.get("hidden") in ON or is_below(node.get("ht"), _LEAST_HEIGHT_PT):
                    sheet.hidden_rows.add(row)
                shown_rows.add(row)
                self._row(sheet, node, row, grounds)
                node.clear()
                while node.getprevious() is not None:
                    del node.getparent()[0]
            elif name == "x:col" and (node.get("hidden") in ON or is_below(node.get("width"), _LEAST_WIDTH)):
                first, last = number_of(node.get("min"), 1), number_of(node.get("max"), 1)
                sheet.hidden_cols |= set(range(first, min(last, 16384) + 1))
            elif name in _HEADS:
                sheet.heads.append(" ".join(_CODES.sub(" ", node.text or "").split()))
            elif name == "x:sheetView" and node.get("showZeros", "1") not in ON:
                sheet.hides_zeros = True
            elif name == "x:sheetFormatPr":
                hides_rows = node.get("zeroHeight") in ON
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

    def _row(self, sheet: Sheet, node: Any, row: int, grounds: list[Area]) -> None:
        col = 0
        for item in node:
            if tag(item) != "x:c":
                continue
            named = _NAME.fullmatch(item.get("r") or "")
            col = _column(named[1]) if named else col + 1
            place = (int(named[2]) if named else row, col)
            self._cell(sheet, item, place, grounds)

    def _cell(self, sheet: Sheet, node: Any, place: Place, grounds: list[Area]) -> None:
        index = number_of(node.get("s"), 0)
        style = self._styles[index] if index < len(self._styles) else Style()
        parts = {tag(item): item for item in node}
        raw = parts["x:v"].text or "" if "x:v" in parts else ""
        kind = node.get("t") or "n"
        struck = ""
        if kind == "inlineStr":
            pieces, struck = rich(parts["x:is"]) if "x:is" in parts else ((), "")
            whole, text = self._text(sheet, place, pieces, style)
        elif kind == "s":
            at = number_of(raw, -1)
            pieces, struck = self._strings[at] if 0 <= at < len(self._strings) else ((), "")
            whole, text = self._text(sheet, place, pieces, style)
        elif not raw or (self._is_of_today and "x:f" in parts and _OF_TODAY.search(parts["x:f"].text or "")):
            if "x:f" in parts and (raw or kind != "str"):
                sheet.uncalculated.append(place)
            return
        elif (named := _PICTURE.search(raw)) or (kind == "e" and node.get("vm")):
            self._in_cell(sheet, place, named[1] if named else "")
            return
        else:
            whole, text = self._value(raw, kind, style)
        why = "is struck through" if style.is_struck else ""
        if style.is_tiny:
            why = "is too small to be seen"
        if style.is_unseen and not (style.is_bare and _is_within(place, grounds)):
            why = "is in the colour of its ground"
        sheet.put(place, whole, text, why)
        if struck:
            sheet.unseen[place] = ("is partly struck through", struck)

    @staticmethod
    def _text(sheet: Sheet, place: Place, pieces: Pieces, style: Style) -> tuple[str, str]:
        whole, lost = joined(pieces)
        for words in lost:
            sheet.unseen[place] = ("has raised text beside a number", words)
        return whole, shown_text(whole, style.code)

    def _value(self, raw: str, kind: str, style: Style) -> tuple[str, str]:
        """Return a stored value in full, and as it is shown."""
        if kind == "b":
            return raw, "TRUE" if raw == "1" else "FALSE"
        if kind in ("str", "e"):
            text = unescaped(raw)
            return text, shown_text(text, style.code)
        if kind == "d":
            day = serial(raw, self._from_1904)
            shown = None if day is None or style.code == GENERAL else shown_number(day, style.code, self._from_1904)
            return raw, raw.removesuffix("T00:00:00") if shown is None else shown
        number = stored(raw)
        if number is None:
            return raw, raw
        return format(number, "f") if abs(number.adjusted()) < 30 else raw, shown_number(
            number, style.code, self._from_1904
        )

    # ---------------------------------------------------------------------------------------- drawings

    def _in_cell(self, sheet: Sheet, place: Place, name: str) -> None:
        """Take the picture that a cell shows in place of a value, as WPS keeps them; tell of one kept another way."""
        for part in (one.target for one in self._relations.values() if one.kind == "cellImage" and not one.is_outside):
            root = self._package.xml(part)
            for item in root.iter() if root is not None else ():
                if tag(item) == "xdr:cNvPr" and item.get("name") == name:
                    drawing = item.getparent().getparent()
                    pictures = Pictures(self._package, part, self._limits)
                    sheet.drawn += [(place[0], one, pictures) for one in drawing.iter() if tag(one) == "a:blip"]
                    return
        sheet.objects.append(f"the picture in the cell {coordinate(*place)}")

    def _float(self, sheet: Sheet, relation: Relation) -> None:
        """Collect the texts and pictures that float over a sheet."""
        for one in self._package.relations(relation.target).values():
            if one.kind != "drawing" or one.is_outside:
                continue
            root = self._package.xml(one.target)
            if root is None:
                continue
            pictures = Pictures(self._package, one.target, self._limits)
            for anchor in root:
                start = child(anchor, "xdr:from")
                said = None if start is None else child(start, "xdr:row")
                row = number_of("" if said is None else said.text, 0) + 1
                _anchored(sheet, anchor, row, pictures)


def _anchored(sheet: Sheet, node: Any, row: int, pictures: Pictures) -> None:
    """Collect what one anchor of a drawing holds."""
    name = tag(node)
    if name == "mc:AlternateContent":
        for item in alternative(node):
            _anchored(sheet, item, row, pictures)
        return
    hidden = any(tag(item) == "xdr:cNvPr" and item.get("hidden") in ON for one in node for item in one)
    if hidden:
        return
    if name == "a:blip":
        sheet.drawn.append((row, node, pictures))
    elif name == "c:chart":
        sheet.objects.append("a chart")
    elif name == "a:p":
        text = "".join(item.text or "" for item in node.iter() if tag(item) == "a:t")
        if text.strip():
            sheet.floating.append((row, text))
    else:
        for item in node:
            if tag(item):
                _anchored(sheet, item, row, pictures)


def read_excel(path: Path, limits: Limits, is_of_today: bool = False) -> Content:
    """Read an Excel file: every visible sheet is a table; text rows above and below it are passages too.

    `is_of_today`: it was made just now, and with it what its formulas take from the clock or from chance.
    """
    body = Body()
    add_sheets(_Workbook(path, limits, is_of_today).sheets(), body, path.name, limits.cells)
    return body.content()
