"""What a cell of a workbook shows: its value under its number format.

The grammar is that of ECMA-376 part 1, 18.8.30 and 18.8.31 (numFmts), with `!` as Chinese Excel writes an escape. No
kept library does this for scaling commas, escaped points and the Chinese date formats alike. Values are exact: a
stored double counts with the 15 digits that Excel itself keeps.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import lru_cache

from jixiao.read.number_parts import as_fraction, as_power, as_words, date_part, digits_in, in_chinese

GENERAL = "General"
_GENERAL_DIGITS = 10
"""Digits of a decimal fraction that `General` shows (eleven characters with the point)."""
_PLAIN_DIGITS = 15
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|[\\!](?P<escaped>.)|_(?P<space>.)|\*(?P<fill>.)|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<general>General|G/通用格式|G/標準)|(?P<exponent>[Ee][+-])|(?P<noon>AM/PM|A/P|上午/下午)"
    r"|(?P<date>[yYeE]+|[mM]+|[dD]+|[hH]+|[sS]+(?:\.0+)?|[aA]{3,4})|(?P<digit>[0#?])|(?P<other>.)",
    re.DOTALL,
)
_CHINA = re.compile(r"\$[^-]*-(?:[0-9a-f]*[48]04|zh)", re.IGNORECASE)
_ELAPSED = re.compile(r"h+|m+|s+", re.IGNORECASE)
_NUMERALS = re.compile(r"DBNum([1-3])", re.IGNORECASE)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)(-?\d+(?:\.\d+)?)")
_LOCAL = {
    14: "yyyy/m/d",
    22: "yyyy/m/d h:mm",
    **dict.fromkeys((27, 36, 50, 52, 57), 'yyyy"年"m"月"'),
    **dict.fromkeys((28, 29, 51, 53, 54, 58), 'm"月"d"日"'),
    30: "m-d-yy",
    31: 'yyyy"年"m"月"d"日"',
    32: 'h"时"mm"分"',
    33: 'h"时"mm"分"ss"秒"',
    **dict.fromkeys((34, 55), '上午/下午h"时"mm"分"'),
    **dict.fromkeys((35, 56), '上午/下午h"时"mm"分"ss"秒"'),
}
"""The built-in formats whose meaning is the language's, as Chinese Excel has them."""


def built_in(number: int) -> str:
    """Return the code of a built-in format."""
    from openpyxl.styles.numbers import BUILTIN_FORMATS

    return _LOCAL.get(number) or BUILTIN_FORMATS.get(number, GENERAL)


def stored(value: str | float) -> Decimal | None:
    """Return a stored number as Excel takes it: with 15 digits; None for what is no finite number."""
    try:
        number = float(value)
    except ValueError:
        return None
    if number != number or number in (float("inf"), float("-inf")):
        return None
    return Decimal(f"{number:.15g}")


@dataclass(frozen=True, slots=True)
class _Token:
    """A piece of a number format."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class _Section:
    """A section of a number format."""

    tokens: tuple[_Token, ...]
    condition: tuple[str, Decimal] | None
    is_date: bool
    numerals: int
    """Which Chinese numerals its digits are (`[DBNum1]` to `[DBNum3]`), 0 for none."""
    speaks_chinese: bool
    """Whether its names of days and months are Chinese."""

    def holds(self, value: Decimal) -> bool:
        if self.condition is None:
            return False
        sign, limit = self.condition
        return {
            "<": value < limit,
            "<=": value <= limit,
            ">": value > limit,
            ">=": value >= limit,
            "=": value == limit,
            "<>": value != limit,
        }[sign]


def _token(match: re.Match[str]) -> _Token | None:
    kind = match.lastgroup or "other"
    text = match[kind]
    if kind in ("quoted", "escaped"):
        return _Token("literal", text)
    if kind == "space":
        return _Token("literal", " ")
    if kind == "bracket":
        if text.startswith("$"):
            return _Token("literal", text[1:].partition("-")[0])
        return _Token("elapsed", text.lower()) if _ELAPSED.fullmatch(text) else None
    return None if kind == "fill" else _Token(kind, text)


@lru_cache(maxsize=512)
def _sections(code: str) -> tuple[_Section, ...]:
    """Return the sections of a format code; semicolons in quotes, brackets and behind escapes divide nothing."""
    parts: list[list[re.Match[str]]] = [[]]
    for match in _TOKEN.finditer(code):
        if match.lastgroup == "other" and match[0] == ";":
            parts.append([])
        else:
            parts[-1].append(match)
    out = []
    for matches in parts:
        brackets = [match["bracket"] for match in matches if match.lastgroup == "bracket"]
        limits = [found for found in map(_CONDITION.fullmatch, brackets) if found]
        tokens = [token for token in map(_token, matches) if token is not None]
        has_digits = any(token.kind == "digit" for token in tokens)
        dated = [token for token in tokens if token.kind in ("date", "elapsed", "noon")]
        # A bare E belongs to no date where there are digits for it.
        is_date = bool(dated) and not (has_digits and all(token.text.lower() == "e" for token in dated))
        condition = (limits[0][1], Decimal(limits[0][2])) if limits else None
        numerals = max((int(found[1]) for found in map(_NUMERALS.fullmatch, brackets) if found), default=0)
        out.append(_Section(tuple(tokens), condition, is_date, numerals, any(map(_CHINA.match, brackets))))
    return tuple(out)


def shown_number(value: Decimal, code: str, from_1904: bool = False) -> str:
    """Return what a cell with this number shows under a format code; '' where it shows nothing."""
    sections = _sections(code)
    section, magnitude, sign = _chosen(sections[:3], value)
    if section is None:
        return ""
    if section.is_date:
        return _date(section, value, from_1904)
    if not section.tokens:
        return ""
    kinds = {token.kind for token in section.tokens}
    if "general" in kinds or any(token.text == "@" for token in section.tokens):
        said = as_words(general(magnitude), section.numerals) if section.numerals else general(magnitude)
        words = [said if t.kind == "general" or t.text == "@" else t.text for t in section.tokens if t.kind != "digit"]
        return sign + "".join(words)
    if "digit" in kinds and any(token.kind == "other" and token.text == "/" for token in section.tokens):
        return sign + as_fraction([(token.kind == "digit", token.text) for token in section.tokens], magnitude)
    said = _digits(section.tokens, magnitude)
    return sign + (digits_in(said, section.numerals) if section.numerals else said)


def _chosen(sections: tuple[_Section, ...], value: Decimal) -> tuple[_Section | None, Decimal, str]:
    """Return the section for a value, the value it shows and the sign before it."""
    minus = "-" if value < 0 else ""
    if any(section.condition for section in sections[:2]):
        for section in sections:
            if section.condition is None or section.holds(value):
                return section, abs(value), minus
        return None, value, ""
    if len(sections) == 1:
        return sections[0], abs(value), minus
    if value < 0:
        return sections[1], abs(value), ""
    return sections[2 if value == 0 and len(sections) > 2 else 0], value, ""


def shown_text(text: str, code: str) -> str:
    """Return what a cell with a text shows: its fourth section says how, `;;;` nothing at all."""
    sections = _sections(code)
    said = sections[3] if len(sections) > 3 else sections[0] if len(sections) == 1 else None
    if said is None:
        return text
    if len(sections) > 3 and not said.tokens:
        return ""
    if not any(token.text == "@" for token in said.tokens):
        return text
    return "".join(text if token.text == "@" else token.text for token in said.tokens if token.kind != "digit").strip()


def general(value: Decimal) -> str:
    """Return a number as `General` shows it; long whole numbers are kept whole."""
    if value == 0:
        return "0"
    whole = value.adjusted() + 1
    if whole > _PLAIN_DIGITS or whole < -3:
        figures, _, power = f"{value:.5E}".partition("E")
        return f"{figures.rstrip('0').rstrip('.')}E{power[0]}{power[1:].zfill(2)}"
    places = max(0, _GENERAL_DIGITS - max(whole, 1))
    text = format(_rounded(value, places), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _rounded(value: Decimal, places: int) -> Decimal:
    with localcontext() as context:
        context.prec = 400
        return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def _digits(tokens: tuple[_Token, ...], value: Decimal) -> str:
    """Fill the digit places of one section; what stands between them stays where it is."""
    places = [at for at, token in enumerate(tokens) if token.kind == "digit"]
    if not places:
        return "".join(token.text for token in tokens).strip()
    exponent = next((at for at, token in enumerate(tokens) if token.kind == "exponent"), None)
    point = next((at for at, token in enumerate(tokens) if token.kind == "other" and token.text == "."), None)
    if exponent is not None:
        before = [at for at in places if at < exponent]
        whole_digits = sum(point is None or at < point for at in before)
        powers = len(places) - len(before)
        return as_power(value, whole_digits, len(before) - whole_digits, powers, "+" in tokens[exponent].text)
    left = [at for at in places if point is None or at < point]
    right = [at for at in places if point is not None and at > point]
    grouped, scale = False, 0
    for at, token in enumerate(tokens):
        if token.kind == "other" and token.text == "," and at > places[0]:
            if any(left_at > at for left_at in left) and at < left[-1]:
                grouped = True
            elif _is_scale(tokens, at):
                scale += 1
    percents = sum(1 for token in tokens if token.kind == "other" and token.text in "%％")
    exact = _rounded(value.scaleb(2 * percents - 3 * scale), len(right))
    whole, _, fraction = format(exact, "f").partition(".")
    filled = _left_filled(tokens, left, whole.lstrip("0"), grouped) | _right_filled(tokens, right, fraction)
    out = []
    for at, token in enumerate(tokens):
        if at in filled:
            out.append(filled[at])
        elif token.kind == "other" and token.text == ",":
            continue
        elif at == point:
            out.append((whole.lstrip("0") if not left else "") + ("." if any(filled[r].strip() for r in right) else ""))
        else:
            out.append(token.text)
    return "".join(out).strip()


def _is_scale(tokens: tuple[_Token, ...], at: int) -> bool:
    """Tell whether a comma stands straight behind a digit place, or behind another such comma."""
    before = tokens[at - 1]
    return before.kind == "digit" or (before.text == "," and before.kind == "other" and _is_scale(tokens, at - 1))


def _left_filled(tokens: tuple[_Token, ...], places: list[int], whole: str, grouped: bool) -> dict[int, str]:
    """Return what the places before the point show; the first takes all digits that are left."""
    out: dict[int, str] = {}
    rest = whole
    count = 0
    for at in reversed(places):
        taken = rest if at == places[0] else rest[-1:]
        rest = rest[: len(rest) - len(taken)]
        said = ""
        for digit in reversed(taken or {"0": "0", "?": " "}.get(tokens[at].text, "")):
            said = digit + ("," if grouped and count and count % 3 == 0 and digit != " " else "") + said
            count += 1
        out[at] = said
    return out


def _right_filled(tokens: tuple[_Token, ...], places: list[int], fraction: str) -> dict[int, str]:
    """Return what the places behind the point show: zeros at the end only where the format asks for them."""
    needed = max((n for n, at in enumerate(places, 1) if tokens[at].text == "0"), default=0)
    length = max(needed, len(fraction.rstrip("0")))
    return {at: fraction[n] if n < length else " " if tokens[at].text == "?" else "" for n, at in enumerate(places)}


def _date(section: _Section, value: Decimal, from_1904: bool) -> str:
    """Return a day and time as a section shows it; serials that are no day show nothing (Excel shows #)."""
    if not 0 <= value < 2958466:
        return ""
    seconds = int(_rounded(value * 86400, 0))
    day = value if from_1904 or value >= 60 else value + 1
    start = datetime(1904, 1, 1) if from_1904 else datetime(1899, 12, 30)
    at = start + timedelta(seconds=seconds + (86400 if day != value else 0))
    has_noon = any(token.kind == "noon" for token in section.tokens)
    out: list[str] = []
    previous = ""
    for index, token in enumerate(section.tokens):
        if token.kind == "date":
            name = token.text[0].lower()
            following = next((t.text[0].lower() for t in section.tokens[index + 1 :] if t.kind == "date"), "")
            is_minute = name == "m" and len(token.text) < 3 and (previous == "h" or following == "s")
            said = date_part(at, "minute" if is_minute else name, token.text, has_noon, section.speaks_chinese)
            out.append(in_chinese(said, name, section.numerals) if section.numerals else said)
            previous = name
        elif token.kind == "elapsed":
            unit = {"h": 3600, "m": 60, "s": 1}[token.text[0]]
            out.append(str(seconds // unit).zfill(len(token.text)))
            previous = token.text[0]
        elif token.kind == "noon":
            first, _, second = token.text.partition("/")
            out.append(first if at.hour < 12 else second)
        elif token.text not in ("@", ";"):
            out.append(token.text)
    return "".join(out).strip()
