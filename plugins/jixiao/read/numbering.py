"""The numbers that Word puts before the paragraphs of a list; they are shown and stand nowhere in the text."""

from typing import Any

from jixiao.read.package import attribute, child, tag
from jixiao.read.word_looks import Styles

_DIGITS = "〇一二三四五六七八九"
_CHINESE = {"chineseCounting", "chineseCountingThousand", "ideographDigital", "japaneseCounting"}
_CHINESE |= {"taiwaneseCounting", "taiwaneseCountingThousand", "chineseLegalSimplified"}
_MOST = 999


class Numbering:
    """The lists of one document, and how far each has counted."""

    def __init__(self, root: Any | None, styles: Styles) -> None:
        """Take the root of numbering.xml (None: no lists) and the document's styles."""
        self._styles = styles
        self._levels: dict[str, dict[int, Any]] = {}
        self._lists: dict[str, tuple[str, dict[int, int]]] = {}
        self._counts: dict[str, dict[int, int]] = {}
        for item in root if root is not None else ():
            if tag(item) == "w:abstractNum":
                levels = {_number(attribute(one, "w:ilvl"), 0): one for one in item if tag(one) == "w:lvl"}
                self._levels[attribute(item, "w:abstractNumId") or ""] = levels
            elif tag(item) == "w:num":
                abstract = child(item, "w:abstractNumId")
                starts = {}
                for one in item:
                    start = child(one, "w:startOverride") if tag(one) == "w:lvlOverride" else None
                    if start is not None:
                        starts[_number(attribute(one, "w:ilvl"), 0)] = _number(attribute(start, "w:val"), 1)
                if abstract is not None:
                    self._lists[attribute(item, "w:numId") or ""] = (attribute(abstract, "w:val") or "", starts)

    def mark(self, properties: Any | None) -> str:
        """Count a paragraph with these properties (`w:pPr`), and return what Word shows before it."""
        found = self._list_of(properties)
        if found is None:
            return ""
        name, level = found
        abstract, starts = self._lists[name]
        levels = self._levels.get(abstract, {})
        if level not in levels:
            return ""
        counts = self._counts.setdefault(f"list {name}" if starts else abstract, {})
        begin = starts.get(level, _said(levels[level], "w:start", 1))
        counts[level] = counts[level] + 1 if level in counts else begin
        for deeper in [one for one in counts if one > level]:
            del counts[deeper]
        return self._shown(levels, level, counts)

    def _list_of(self, properties: Any | None) -> tuple[str, int] | None:
        if properties is None:
            return None
        style = child(properties, "w:pStyle")
        inherited = [] if style is None else self._styles.paragraph_properties(attribute(style, "w:val"))
        name: str | None = None
        level: int | None = None
        for one in (properties, *inherited):
            said = child(one, "w:numPr")
            if said is None:
                continue
            given, depth = child(said, "w:numId"), child(said, "w:ilvl")
            if name is None and given is not None:
                name = attribute(given, "w:val")
            if level is None and depth is not None:
                level = _number(attribute(depth, "w:val"), 0)
        return None if name is None or name not in self._lists else (name, level or 0)

    @staticmethod
    def _shown(levels: dict[int, Any], level: int, counts: dict[int, int]) -> str:
        text = child(levels[level], "w:lvlText")
        pattern = "" if text is None else attribute(text, "w:val") or ""
        for depth in range(level + 1):
            if f"%{depth + 1}" in pattern and depth in levels:
                kind = child(levels[depth], "w:numFmt")
                count = counts.get(depth, _said(levels[depth], "w:start", 1))
                said = _counted(count, "decimal" if kind is None else attribute(kind, "w:val") or "decimal")
                if said is None:
                    return ""
                pattern = pattern.replace(f"%{depth + 1}", said)
        kind = child(levels[level], "w:numFmt")
        return "" if kind is not None and attribute(kind, "w:val") in ("bullet", "none") else pattern


def _said(level: Any, name: str, default: int) -> int:
    found = child(level, name)
    return default if found is None else _number(attribute(found, "w:val"), default)


def _number(said: str | None, default: int) -> int:
    return int(said) if said and said.isdecimal() and len(said) < 9 else default


def _counted(count: int, kind: str) -> str | None:
    """Return a count in the words of a format, or None for one that is not known here."""
    if kind in _CHINESE and 0 < count <= _MOST:
        return _chinese(count)
    if kind in ("decimal", "decimalFullWidth"):
        return str(count)
    if kind == "decimalZero":
        return f"{count:02d}"
    if kind.startswith("decimalEnclosedCircle") and 0 < count <= 20:
        return chr(0x2460 + count - 1)
    if kind in ("upperLetter", "lowerLetter") and 0 < count <= 26:
        return chr((65 if kind == "upperLetter" else 97) + count - 1)
    return None


def _chinese(count: int) -> str:
    hundreds, rest = divmod(count, 100)
    tens, ones = divmod(rest, 10)
    out = f"{_DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        out += ("" if tens == 1 and not hundreds else _DIGITS[tens]) + "十"
    elif hundreds and ones:
        out += "〇"
    return out + (_DIGITS[ones] if ones else "")
