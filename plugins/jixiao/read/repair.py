"""Undo what recognition confuses, where only one reading makes sense: O and l in figures, 万兀 for 万元.

Every repair keeps the number of characters, so that each keeps its place.
"""

import re

_FIGURE = re.compile(r"(?<![A-Za-z\d])[\dOoIl](?:(?:[\d.,]|，(?=[\dOoIl]{3}))*[\dOoIl])*(?![A-Za-z\d])")
_UNIT = re.compile(r"\s*(?:分|%|％|‰|[万亿]?[元兀]|万)")
_ALONE = re.compile(r"\s*[Il]?[Oo]{1,2}\s*")
_DIGITS = str.maketrans("OoIl", "0011")
_RECOGNISED: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?<=[\d\s])[万方][兀无元](?![一-鿿]*委)"), "万元"),
    (re.compile(r"(?<=\d)[。·](?=\d)"), "."),
)


def repair_figures(text: str) -> str:
    """Return a line with O, o, I and l as digits inside figures: before a unit, mostly digits, or alone in a cell."""

    def repaired(match: re.Match[str]) -> str:
        figure = match[0]
        digits = sum(char.isdigit() for char in figure)
        confused = sum(char in "OoIl" for char in figure)
        pointed = digits and any(char in ".,，" for char in figure)
        if digits >= confused or pointed or _UNIT.match(text, match.end()):
            return figure.translate(_DIGITS)
        return figure

    if _ALONE.fullmatch(text):
        return text.translate(_DIGITS)
    return _FIGURE.sub(repaired, text)


def repair_recognised(text: str) -> str:
    """Return a line that was read by OCR with its confusions undone."""
    for pattern, right in _RECOGNISED:
        text = pattern.sub(right, text)
    return repair_figures(text)
