"""What stands raised behind a figure, and whether words that nobody sees hold a figure."""

import re
from collections.abc import Iterable

_SIGN = r"(?:\d{1,2}|[*※#†‡]{1,3}|[①-⑳]|[a-z]|注\d{0,2})"
_IN_BRACKETS = rf"[\[(（【〔﹝]{_SIGN}[\])）】〕﹞]"
_MARK = re.compile(rf"[\[(（【〔﹝]?{_SIGN}[\])）】〕﹞]?(?:[,，、]?{_IN_BRACKETS}|[,，、-]\d{{1,2}})*")
_POWERS = {"2": "²", "3": "³"}
_RAISED_DIGITS = re.compile(r"(?<=\d)[\u00b9\u00b2\u00b3\u2070\u2074-\u2079]+")
_SOFT = re.compile(r"(?:(?<=[.,，．])\n(?=\d)|(?<=\d)\n(?=[.,，．%]))(?!\d{1,2}[、.．](?!\d))")
"""A line break inside a number: one side of it is none by itself."""
_WRAPPED = re.compile(r"(?<=[\d.,，．])\n(?=[\d.,，．%])(?!\d{1,2}[、.．](?!\d))")
"""A line break between two parts of a number in running text, and not before a list's next item."""
_FIGURE = re.compile(r"\d[\d,]*\.\d+|\d{1,3}(?:,\d{3})+|\d+(?:亿|万|千)?元|\d+分|\d+(?:\.\d+)?[%％]")
_SEPARATOR = "；"
BACKWARDS, FORWARDS = "\u202e", "\u202c"
"""What stands between these (Unicode's right-to-left override and its end) is shown from its last character on."""
_BACKWARDS = re.compile(rf"{BACKWARDS}([^{FORWARDS}\u2069\n]*)[{FORWARDS}\u2069]?")
_NUMERIC = ".,，．%"


def is_mark(text: str) -> bool:
    """Tell whether a raised text is a note's mark."""
    return bool(_MARK.fullmatch(text))


def holds_figure(text: str) -> bool:
    """Tell whether a text holds a digit: then its loss is told."""
    return any(char.isdigit() for char in text)


def figures_in(text: str) -> list[str]:
    """Return what is by its form a sum, a rate or a score, and no year, page or number of a list."""
    return _FIGURE.findall(text)


def without_raised_digits(text: str) -> str:
    """Return a text without raised digits (¹) behind a digit: they are a note's mark."""
    return _RAISED_DIGITS.sub("", text)


def as_it_runs(text: str) -> str:
    """Return a text with what is written backwards (`BACKWARDS`) in the order in which it is shown."""
    return _BACKWARDS.sub(lambda found: found[1][::-1], text) if BACKWARDS in text else text


def joined(pieces: Iterable[tuple[str, bool]]) -> tuple[str, list[str]]:
    """Join pieces of a text, of which some are raised or lowered; return it, and what was left out and is no mark.

    A note's mark is no part of a text, and nothing that is raised joins a number: 1234.50¹ is 1234.50. A power
    behind a Latin letter stays (m²).
    """
    merged: list[tuple[str, bool]] = []
    for text, raised in pieces:
        if not text:
            continue
        if merged and merged[-1][1] == raised:
            merged[-1] = (merged[-1][0] + text, raised)
        else:
            merged.append((text, raised))
    out = ""
    lost: list[str] = []
    for index, (text, raised) in enumerate(merged):
        said = text.strip()
        if not raised or not said:
            out += text
            continue
        before = out.rstrip()[-1:]
        after = merged[index + 1][0].lstrip()[:1] if index + 1 < len(merged) else ""
        if said in _POWERS and before.isascii() and before.isalpha():
            out += _POWERS[said]
        elif _MARK.fullmatch(said):
            continue
        elif touches(before, said[0]) or touches(said[-1], after):
            lost.append(said)
        else:
            out += text
    return as_it_runs(without_raised_digits(out)), lost


def prose_lines(text: str) -> list[str]:
    """Return the lines of running text; a line break inside a number is none."""
    return [part for part in _WRAPPED.sub("", text).split("\n") if part.strip()]


def cell_lines(text: str) -> list[str]:
    """Return the lines of a cell; where two numbers stand below each other, a mark keeps them from being one."""
    return apart(part for part in _SOFT.sub("", text).split("\n") if part.strip())


def apart(lines: Iterable[str]) -> list[str]:
    """Return lines with a mark behind each that ends with a digit where the next begins with one."""
    out: list[str] = []
    for text in lines:
        if out and out[-1][-1:].isdigit() and text[:1].isdigit():
            out[-1] += _SEPARATOR
        out.append(text)
    return out


def touches(left: str, right: str) -> bool:
    """Tell whether two neighbours would read as one number."""
    return bool(left and right) and all(char.isdigit() or char in _NUMERIC for char in (left, right))
