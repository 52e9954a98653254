"""The text of one paragraph of Word: runs as they are shown, with revisions accepted and fields as their results."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from jixiao.read.marks import BACKWARDS, FORWARDS, holds_figure, joined
from jixiao.read.package import alternative, attribute, child, is_on, tag
from jixiao.read.word_looks import Styles

_GONE = {"w:del", "w:moveFrom", "w:rPrChange", "w:pPrChange", "w:tcPrChange", "w:trPrChange"}
_NO_TEXT = {
    "w:pPr",
    "w:rPr",
    "w:sdtPr",
    "w:sdtEndPr",
    "w:smartTagPr",
    "w:customXmlPr",
    "w:fldData",
    "w:rubyPr",
    "w:rt",
    "w:instrText",
    "w:delText",
    "w:delInstrText",
    "w:tcPr",
    "m:ctrlPr",
    "m:rPr",
}
_BREAKS = {"w:br": "\n", "w:cr": "\n", "w:tab": "\t", "w:ptab": "\t", "w:noBreakHyphen": "-"}
_SYMBOLS = {"f0fe": "☑", "f052": "☑", "f0fd": "☒", "f051": "☒", "f0fc": "√", "f050": "√", "f0a8": "□", "f06f": "□"}
_SYMBOLS |= {"f0a3": "□", "f0d7": "×", "f0b4": "×"}
"""Boxes and ticks of the Wingdings fonts, which have no characters of their own."""
_LEAST_EMU = 12700  # a point: in a smaller drawing nothing is seen


def is_gone(node: Any) -> bool:
    """Tell whether an element holds what is not there once all revisions are accepted."""
    name = tag(node)
    if name == "aml:annotation":  # Word 2003
        return attribute(node, "w:type") in ("Word.Deletion", "Word.Comment")
    return name in _GONE


@dataclass(slots=True)
class Run:
    """A paragraph while it is read: pieces (text, raised?, why unseen), what floats beside it."""

    pieces: list[tuple[str, bool, str | None]] = field(default_factory=list)
    boxes: list[Any] = field(default_factory=list)
    pictures: list[Any] = field(default_factory=list)
    objects: list[str] = field(default_factory=list)
    is_end_gone: bool = False

    @classmethod
    def together(cls, runs: Sequence[Self]) -> "Run":
        """Return several paragraphs as one: the ends between them were deleted."""
        return Run(
            [piece for run in runs for piece in run.pieces],
            [box for run in runs for box in run.boxes],
            [picture for run in runs for picture in run.pictures],
            [item for run in runs for item in run.objects],
            runs[-1].is_end_gone,
        )

    def text(self) -> tuple[str, list[str]]:
        """Return what is seen, and raised words that were left out because they would join a number."""
        return joined((text, raised) for text, raised, why in self.pieces if why is None)

    def unseen(self) -> list[tuple[str, str]]:
        """Return (why, words) for each stretch that is not seen."""
        out: list[tuple[str, str]] = []
        previous: str | None = None
        for text, _, why in self.pieces:
            if why is not None and why == previous:
                out[-1] = (why, out[-1][1] + text)
            elif why is not None:
                out.append((why, text))
            previous = why
        return out


class Inline:
    """Reads the paragraphs of one document; fields go on from one paragraph to the next."""

    def __init__(self, styles: Styles, is_of_today: bool = False) -> None:
        """Take the document's styles; with `is_of_today` its fields of the day show the day of its making: no text."""
        self._styles = styles
        self._is_of_today = is_of_today
        self._fields: list[bool] = []
        self._codes: list[str] = []
        self.table_style: str | None = None
        self.notes: set[tuple[str, str | None]] = set()
        self.inner_notes: list[Any] = []

    def run(self, node: Any, properties: Any | None, ground: str | None) -> Run:
        """Read one paragraph (`w:p`) that stands on this ground."""
        style = None if properties is None else child(properties, "w:pStyle")
        out = Run()
        self._walk(node, out, None if style is None else attribute(style, "w:val"), ground)
        mark = None if properties is None else child(properties, "w:rPr")
        out.is_end_gone = mark is not None and (any(map(is_gone, mark)) or is_on(child(mark, "w:vanish")) is True)
        frame = None if properties is None else child(properties, "w:framePr")
        if frame is not None and attribute(frame, "w:dropCap") in ("drop", "margin"):  # the text's first letter, large
            out.is_end_gone = True
        # A field's code does not go on over a paragraph's end; a field that never ends must not swallow the rest.
        while self._fields and not self._fields[-1]:
            self._fields.pop()
            self._codes.pop()
        return out

    def _is_day(self) -> bool:
        return self._is_of_today and self._codes[-1].split()[:1] in (["DATE"], ["TIME"])

    def _walk(self, node: Any, out: Run, style: str | None, ground: str | None) -> None:
        for item in node:
            name = tag(item)
            if not name or name in _NO_TEXT or is_gone(item):
                continue
            if name == "w:r":
                self._run(item, out, style, ground)
            elif name == "mc:AlternateContent":
                self._walk(alternative(item), out, style, ground)
            elif name in ("w:drawing", "w:pict", "w:object"):
                _floating(item, out)
            elif name in ("m:t", "w:t"):
                out.pieces.append((item.text or "", False, None))
            elif name in ("m:sup", "m:sub"):
                words = "".join(one.text or "" for one in item.iter() if tag(one) == "m:t")
                out.pieces.append((words, True, None))
            else:
                backwards = name == "w:bdo" and attribute(item, "w:val") == "rtl"
                out.pieces += [(BACKWARDS, False, None)] * backwards
                self._walk(item, out, style, ground)
                out.pieces += [(FORWARDS, False, None)] * backwards
                if name == "m:num":
                    out.pieces.append(("/", False, None))

    def _run(self, node: Any, out: Run, style: str | None, ground: str | None) -> None:
        look = self._styles.run(child(node, "w:rPr"), style, self.table_style)
        why = look.unseen(ground)
        own_mark = False
        for item in node:
            name = tag(item)
            if name == "w:fldChar":
                self._field(item, out, why)
            elif name == "w:instrText" and self._fields:
                self._codes[-1] += item.text or ""
            elif not all(self._fields):
                continue
            elif name in ("w:footnoteReference", "w:endnoteReference"):
                self.notes.add((name[2:].removesuffix("Reference"), attribute(item, "w:id")))
                own_mark = own_mark or attribute(item, "w:customMarkFollows") in ("1", "true", "on")
            elif name in ("w:footnote", "w:endnote"):  # Word 2003
                self.inner_notes.append(item)
            elif name in ("w:drawing", "w:pict", "w:object", "mc:AlternateContent", "w:ruby"):
                if why != "hidden":
                    self._walk([item], out, style, ground)
            elif text := _shown(item, name):
                out.pieces.append(("" if own_mark else text, look.is_raised, why))

    def _field(self, node: Any, out: Run, why: str | None) -> None:
        """Follow a field's marks: `_fields` tells for each open field whether its result has begun."""
        kind = attribute(node, "w:fldCharType")
        if kind == "begin":
            if all(self._fields) and (text := _form_field(node)):
                out.pieces.append((text, False, why))
            self._fields.append(False)
            self._codes.append("")
        elif kind == "separate" and self._fields:
            self._fields[-1] = not self._is_day()
            if not self._fields[-1]:
                out.objects.append("a field that shows today's date")
        elif kind == "end" and self._fields:
            has_result, code = self._fields.pop(), self._codes.pop()
            if not has_result and code.split()[:1] == ["EQ"] and holds_figure(code):
                out.objects.append("a formula field")


def _shown(node: Any, name: str) -> str:
    """Return what one child of a run shows."""
    if name == "w:t":
        return node.text or ""
    if name == "w:sym":
        code = (attribute(node, "w:char") or "").lower()
        if code in _SYMBOLS:
            return _SYMBOLS[code]
        font = (attribute(node, "w:font") or "").lower()
        if code.startswith("f0") and "dings" not in font and len(code) == 4:  # a character of the font's own code
            said = chr(int(code[2:], 16)) if code.isalnum() else ""
            return said if said.isdigit() or said in ".,%()+-/:" else ""
        return chr(int(code, 16)) if len(code) == 4 and code.isalnum() and not code.startswith(("f0", "e")) else ""
    return _BREAKS.get(name, "")


def _form_field(node: Any) -> str:
    """Return what an old form's tick box or list shows."""
    data = child(node, "w:ffData")
    box = None if data is None else child(data, "w:checkBox")
    if box is not None:
        checked = is_on(child(box, "w:checked"))
        return "☑" if (is_on(child(box, "w:default")) if checked is None else checked) else "□"
    offered = None if data is None else child(data, "w:ddList")
    if offered is None:
        return ""
    entries = [attribute(one, "w:val") or "" for one in offered if tag(one) == "w:listEntry"]
    chosen = child(offered, "w:result")
    said = "0" if chosen is None else attribute(chosen, "w:val") or "0"
    return entries[int(said)] if said.isdecimal() and int(said) < len(entries) else ""


def _emu(said: str | None) -> int:
    return int(said) if said and said.isdecimal() and len(said) < 12 else _LEAST_EMU


def _floating(node: Any, out: Run) -> None:
    """Collect the text boxes, pictures and foreign objects of a drawing; what is hidden is left out."""
    name = tag(node)
    if name == "w:txbxContent":
        out.boxes.append(node)
        return
    if name == "mc:AlternateContent":
        for item in alternative(node):
            _floating(item, out)
        return
    if name == "a:p":  # words in a drawing that is none of Word's own
        words = "".join(one.text or "" for one in node.iter() if tag(one) == "a:t")
        out.pieces.append((f"\n{words}\n", False, None))
        return
    if name == "v:textpath":  # words drawn as a shape
        out.pieces.append((f"\n{node.get('string') or ''}\n", False, None))
        return
    if name in ("a:blip", "v:imagedata"):
        out.pictures.append(node)
        return
    if name in ("c:chart", "dgm:relIds", "o:OLEObject"):
        named = {"c:chart": "a chart", "dgm:relIds": "a diagram", "o:OLEObject": "an embedded file"}
        out.objects.append(named[name])
    style = (node.get("style") or "").replace(" ", "").lower()
    if "visibility:hidden" in style or "display:none" in style:
        return
    properties, size = child(node, "wp:docPr"), child(node, "wp:extent")
    if properties is not None and (properties.get("hidden") or "0") in ("1", "true"):
        return
    if size is not None and min(_emu(size.get("cx")), _emu(size.get("cy"))) < _LEAST_EMU:
        words = "".join(one.text or "" for one in node.iter() if tag(one) in ("w:t", "a:t"))
        out.pieces.append((words, False, "too small to be seen"))
        return
    for item in node:
        if tag(item):
            _floating(item, out)
