"""How the cells of an Excel file look: number formats, strike-through, colours, raised text."""

import re
from dataclasses import dataclass
from typing import Any

from jixiao.read.number_format import GENERAL, built_in
from jixiao.read.package import child, tag

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_WHITE = "ffffff"
_LEAST_FONT_PT = 2.0
ON = ("1", "true", "on")

Pieces = tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Style:
    """How a cell's value is shown: format code, struck through, in the colour of its own ground."""

    code: str = GENERAL
    is_struck: bool = False
    is_unseen: bool = False
    is_tiny: bool = False
    is_bare: bool = True
    """Whether it has no ground of its own, so that a table's or a condition's may stand behind it."""


def number_of(said: str | None, default: int) -> int:
    """Return what an attribute counts, or what stands where it says nothing of use."""
    return int(said) if said and said.isdecimal() and len(said) < 9 else default


def is_below(said: str | None, least: float) -> bool:
    """Tell whether a size that is said is less than the least that shows anything."""
    try:
        return said is not None and float(said) < least
    except ValueError:
        return False


def rich(node: Any) -> tuple[Pieces, str]:
    """Return a text in pieces (text, raised?), without phonetic marks, and the words of it that are struck through."""
    pieces: list[tuple[str, bool]] = []
    struck = ""
    for item in node:
        if tag(item) == "x:t":
            pieces.append((unescaped(item.text), False))
        elif tag(item) == "x:r":
            properties = child(item, "x:rPr")
            text = "".join(unescaped(one.text) for one in item if tag(one) == "x:t")
            raised = None if properties is None else child(properties, "x:vertAlign")
            is_raised = raised is not None and raised.get("val") in ("superscript", "subscript")
            if _is_struck(properties):
                struck += text
            else:
                pieces.append((text, is_raised))
    return tuple(pieces), struck


def unescaped(text: str | None) -> str:
    """Return a stored text with the characters that XML cannot hold (_x000D_) as themselves, without CR."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text or "").replace("\r", "")


def _is_struck(font: Any | None) -> bool:
    said = None if font is None else child(font, "x:strike")
    return said is not None and said.get("val", "1") in ON


def _colour(node: Any | None) -> str | None:
    """Return a name for a colour, equal for equal ones: rrggbb where it is known; None for the automatic one."""
    if node is None or node.get("auto") in ON:
        return None
    if node.get("rgb"):
        return str(node.get("rgb"))[-6:].lower()
    tint = node.get("tint", "0").rstrip("0").rstrip(".") or "0"
    if node.get("theme"):
        return _WHITE if (node.get("theme"), tint) == ("0", "0") else f"theme {node.get('theme')} {tint}"
    index = node.get("indexed")
    return None if index in (None, "64", "65") else _WHITE if index in ("1", "9") else f"index {index}"


def _ground(fill: Any | None) -> str | None:
    """Return the colour of a solid fill, white without one, None for one that is not known."""
    pattern = None if fill is None or not len(fill) else fill[0]
    if pattern is None or (tag(pattern) == "x:patternFill" and pattern.get("patternType", "none") == "none"):
        return _WHITE
    return _colour(child(pattern, "x:fgColor")) if pattern.get("patternType") == "solid" else None


def styles_of(root: Any | None) -> list[Style]:
    """Return the cell styles in the order in which cells name them."""
    parts = {tag(item): item for item in root} if root is not None else {}

    def each(name: str, of: str) -> list[Any]:
        return [item for item in parts.get(name, ()) if tag(item) == of]

    codes = {item.get("numFmtId"): item.get("formatCode") or GENERAL for item in each("x:numFmts", "x:numFmt")}
    fonts, fills = each("x:fonts", "x:font"), each("x:fills", "x:fill")
    out = []
    for item in each("x:cellXfs", "x:xf"):
        number = item.get("numFmtId") or "0"
        font = number_of(item.get("fontId"), 0)
        fill = number_of(item.get("fillId"), 0)
        ground = _ground(fills[fill] if fill < len(fills) else None)
        struck = font < len(fonts) and _is_struck(fonts[font])
        colour = _colour(child(fonts[font], "x:color")) if font < len(fonts) else None
        code = codes.get(number) or built_in(number_of(number, 0))
        size = None if font >= len(fonts) else child(fonts[font], "x:sz")
        tiny = size is not None and is_below(size.get("val"), _LEAST_FONT_PT)
        out.append(Style(code, struck, colour is not None and colour == ground, tiny, ground == _WHITE))
    return out
