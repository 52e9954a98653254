"""Excel 2003 XML (SpreadsheetML: one file, often named .xls): the same sheets as `excel` gives, by the same formats."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from jixiao.model import UnreadableDocument
from jixiao.read.body import Body, Content
from jixiao.read.excel_looks import is_below
from jixiao.read.limits import Limits
from jixiao.read.marks import joined
from jixiao.read.number_format import GENERAL, shown_number, shown_text, stored
from jixiao.read.number_parts import serial
from jixiao.read.package import attribute, child, parse, tag
from jixiao.read.sheet import Place, Sheet, add_sheets

_NAMED = {
    "General Number": GENERAL,
    "General Date": "yyyy/m/d h:mm",
    "Long Date": 'yyyy"年"m"月"d"日"',
    "Medium Date": "d-mmm-yy",
    "Short Date": "yyyy/m/d",
    "Long Time": "h:mm:ss",
    "Medium Time": "h:mm AM/PM",
    "Short Time": "h:mm",
    "Currency": "¥#,##0.00",
    "Euro Currency": "€#,##0.00",
    "Fixed": "0.00",
    "Standard": "#,##0.00",
    "Percent": "0.00%",
    "Scientific": "0.00E+00",
    "Yes/No": '"Yes";"Yes";"No"',
    "True/False": '"True";"True";"False"',
    "On/Off": '"On";"On";"Off"',
}
"""The formats that the language names instead of writing their code, as Chinese Excel shows them."""
_LAST = 1 << 20
_LEAST_PT = 2.0


@dataclass(frozen=True, slots=True)
class _Style:
    """How a cell's value is shown: format code, struck through, white, on a ground of its own."""

    code: str = GENERAL
    is_struck: bool = False
    is_white: bool = False
    is_bare: bool = True

    def with_own(self, node: Any) -> "_Style":
        """Return this style with what an `ss:Style` says itself."""
        said = self
        for item in node:
            name = tag(item)
            if name == "ss:NumberFormat":
                code = attribute(item, "ss:Format") or GENERAL
                said = replace(said, code=_NAMED.get(code, code))
            elif name == "ss:Font":
                said = replace(
                    said,
                    is_struck=attribute(item, "ss:StrikeThrough") == "1",
                    is_white=(attribute(item, "ss:Color") or "").upper() == "#FFFFFF",
                )
            elif name == "ss:Interior":
                white = (attribute(item, "ss:Color") or "#FFFFFF").upper() == "#FFFFFF"
                said = replace(said, is_bare=white or attribute(item, "ss:Pattern") in (None, "None"))
        return said


class _Workbook:
    """One workbook: its styles, then its sheets one after the other."""

    def __init__(self, root: Any, name: str, limits: Limits) -> None:
        self._name, self._limits = name, limits
        self._sheets = [item for item in root if tag(item) == "ss:Worksheet"]
        self._styles: dict[str, _Style] = {}
        for item in root:
            if tag(item) == "ss:Styles":
                self._take(item)
        settings = next((item for item in root if tag(item) == "xl:ExcelWorkbook"), None)
        self._from_1904 = settings is not None and child(settings, "xl:Date1904") is not None
        self._area = 0

    def _take(self, node: Any) -> None:
        """Keep the styles; one stands behind the one that it is based on."""
        for item in node:
            if tag(item) == "ss:Style":
                parent = attribute(item, "ss:Parent") or "Default"
                base = self._styles.get(parent, _Style())
                self._styles[attribute(item, "ss:ID") or ""] = base.with_own(item)

    def sheets(self) -> Iterator[Sheet]:
        """Yield every sheet."""
        for item in self._sheets:
            sheet = Sheet(attribute(item, "ss:Name") or "")
            options = child(item, "xl:WorksheetOptions")
            visible = None if options is None else child(options, "xl:Visible")
            sheet.is_hidden = visible is not None and (visible.text or "").strip() in ("SheetHidden", "SheetVeryHidden")
            sheet.hides_zeros = options is not None and child(options, "xl:DoNotDisplayZeros") is not None
            table = child(item, "ss:Table")
            if table is not None:
                self._fill(sheet, table)
            yield sheet

    def _fill(self, sheet: Sheet, table: Any) -> None:
        columns: dict[int, str] = {}
        row = col = 0
        for item in table:
            if tag(item) == "ss:Column":
                col = _number(attribute(item, "ss:Index"), col + 1)
                last = min(col + _number(attribute(item, "ss:Span"), 0), _LAST)
                if _is_hidden(item, "ss:Width"):
                    sheet.hidden_cols |= set(range(col, last + 1))
                if style := attribute(item, "ss:StyleID"):
                    columns |= dict.fromkeys(range(col, last + 1), style)
                col = last
            elif tag(item) == "ss:Row":
                row = _number(attribute(item, "ss:Index"), row + 1)
                last = min(row + _number(attribute(item, "ss:Span"), 0), _LAST)
                if _is_hidden(item, "ss:Height"):
                    sheet.hidden_rows |= set(range(row, last + 1))
                self._row(sheet, item, row, columns)
                row = last

    def _row(self, sheet: Sheet, node: Any, row: int, columns: dict[int, str]) -> None:
        col = 0
        own = attribute(node, "ss:StyleID")
        for item in node:
            if tag(item) != "ss:Cell":
                continue
            col = _number(attribute(item, "ss:Index"), col + 1)
            across, down = (_number(attribute(item, f"ss:Merge{way}"), 0) for way in ("Across", "Down"))
            self._area += (across + 1) * (down + 1)
            if self._area > 4 * self._limits.cells:
                raise UnreadableDocument(f"{self._name}: has more cells than the limit of {self._limits.cells}")
            if across or down:
                sheet.merged[row, col] = (row + down, col + across)
            style = attribute(item, "ss:StyleID") or own or columns.get(col) or "Default"
            self._cell(sheet, item, (row, col), self._styles.get(style, _Style()))
            col += across

    def _cell(self, sheet: Sheet, node: Any, place: Place, style: _Style) -> None:
        data = child(node, "ss:Data")
        if data is None:
            if attribute(node, "ss:Formula"):
                sheet.uncalculated.append(place)
            return
        kind = attribute(data, "ss:Type") or "String"
        raw = "".join(data.itertext())
        if kind in ("Number", "DateTime"):
            number = stored(raw) if kind == "Number" else serial(raw, self._from_1904)
            whole, text = raw, raw if number is None else shown_number(number, style.code, self._from_1904)
        elif kind == "Boolean":
            whole = text = "TRUE" if raw.strip() == "1" else "FALSE"
        else:
            seen, struck = _pieces(data, False)
            whole, lost = joined(seen)
            text = shown_text(whole, style.code)
            for words in lost:
                sheet.unseen[place] = ("has raised text beside a number", words)
            if struck:
                sheet.unseen[place] = ("is partly struck through", struck)
        why = "is struck through" if style.is_struck else ""
        sheet.put(place, whole, text, "is white on white" if style.is_white and style.is_bare else why)


def _number(said: str | None, default: int) -> int:
    return min(int(said), _LAST) if said and said.isdecimal() and len(said) < 12 else default


def _is_hidden(node: Any, size: str) -> bool:
    return attribute(node, "ss:Hidden") == "1" or is_below(attribute(node, size), _LEAST_PT)


def _pieces(node: Any, is_raised: bool) -> tuple[list[tuple[str, bool]], str]:
    """Return a rich text's pieces (text, raised?), and the words of it that are struck through."""
    seen = [(node.text or "", is_raised)]
    struck = ""
    for item in node:
        name = tag(item).lower()
        if name in ("h:s", "h:del", "h:strike"):
            struck += "".join(item.itertext())
        else:
            inner, gone = _pieces(item, is_raised or name in ("h:sup", "h:sub"))
            seen += inner
            struck += gone
        seen.append((item.tail or "", is_raised))
    return seen, struck


def read_excel_xml(path: Path, limits: Limits) -> Content:
    """Read an Excel 2003 XML file; what stands beside its sheets' cells (comments, names) is left out."""
    root = parse(path.read_bytes())
    if tag(root) != "ss:Workbook":
        raise UnreadableDocument(f"{path.name}: the file is damaged (it holds no workbook)")
    body = Body()
    add_sheets(_Workbook(root, path.name, limits).sheets(), body, path.name, limits.cells)
    return body.content()
