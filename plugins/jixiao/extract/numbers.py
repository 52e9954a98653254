"""Printed figures: sums with their unit, percentages, points.

Every pattern works on normalised text (`jixiao.read.text`): ASCII digits and punctuation, no inner white space.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
UNITS: dict[str, Decimal] = {
    "元": Decimal(1),
    "千元": Decimal(1000),
    "万元": Decimal(10_000),
    "万兀": Decimal(10_000),  # as recognition misreads 万元
    "万": Decimal(10_000),
    "亿元": Decimal(100_000_000),
    "亿": Decimal(100_000_000),
}
# 万 alone is money only where a clause ends: 2万人 and 1.68万人次 are people.
MONEY = re.compile(
    rf"(?<![\d.])(?P<sign>-)?(?P<number>(?:\d{{1,5}}亿)?(?:\d{{1,8}}万(?=\d{{1,4}}元))?{NUMBER})(?P<unit>亿元|万元|万兀|千元|元|[万亿](?=[,;。:、)(]|$))"
)
PERCENT = re.compile(rf"(?<![\d.])(?P<sign>-)?(?P<number>{NUMBER})(?P<unit>[%‰]|个百分点)")
# 8.4/10分 gives two; 3分钟, 5分之一, 十分 and 第2分局 give none.
POINTS = re.compile(rf"(?<![\d.第])(?P<number>{NUMBER})(?:分(?![值钟之制以类别项数级析局校部])|(?=/{NUMBER}分))")
PERCENT_IN_WORDS = re.compile(rf"百分之(?P<number>{NUMBER})(?![\d%])")


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum of money as printed: value and last printed unit in yuan, and its place in the text."""

    yuan: Decimal
    ulp_yuan: Decimal
    start: int
    end: int


def decimal_of(number: str) -> Decimal:
    """Return a printed number; thousands separators are dropped, its decimals are kept."""
    return Decimal(number.replace(",", ""))


def unit_of_last_digit(value: Decimal) -> Decimal:
    """Return one unit in the last printed digit."""
    return Decimal(1).scaleb(min(0, int(value.as_tuple().exponent)))


def in_yuan(number: str, unit: str, negative: bool = False) -> tuple[Decimal, Decimal]:
    """Return (yuan, one unit in the last printed digit in yuan)."""
    high, _, low = number.rpartition("亿")  # 1亿2345.60万元
    middle, _, low = low.rpartition("万")  # 8005万6000元
    value, scale = decimal_of(low), UNITS[unit]
    yuan = value * scale + (decimal_of(high) * UNITS["亿"] if high else 0)
    yuan += decimal_of(middle) * UNITS["万"] if middle else 0
    return (-yuan if negative else yuan), unit_of_last_digit(value) * scale


def sums_in(text: str) -> list[Sum]:
    """Return every sum of money in a normalised text."""
    found = []
    for match in MONEY.finditer(text):
        yuan, ulp = in_yuan(match["number"], match["unit"], match["sign"] is not None)
        found.append(Sum(yuan, ulp, match.start("number"), match.end("number")))
    return found


_UNIT_NAMED = re.compile(r"单位(?:(?:均|都|统一)?[为是]|:)?\(?(?:人民币)?(亿元|万元|千元|元)")
_UNIT_ALONE = re.compile(r"\((?:人民币)?(亿元|万元|千元|元)\)")


def stated_unit(text: str) -> str | None:
    """Return the unit that a caption or header states (单位：万元, （元）), or None."""
    match = _UNIT_NAMED.search(text) or _UNIT_ALONE.search(text)
    return match[1] if match else None


def units_named(text: str) -> set[str]:
    """Return the units that a text names for the tables below it (单位：万元)."""
    return set(_UNIT_NAMED.findall(text))
