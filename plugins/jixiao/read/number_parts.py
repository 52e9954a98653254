"""Parts of what a number format shows that need no other: fractions, powers of ten, days and their names."""

import math
import re
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

_DAYS = (datetime(1899, 12, 30), datetime(1904, 1, 1))
_NUMERALS = {1: "〇一二三四五六七八九", 2: "零壹贰叁肆伍陆柒捌玖", 3: "０１２３４５６７８９"}
"""The digits of a format's `[DBNum1]` to `[DBNum3]`."""
_TENS = {1: "十百千", 2: "拾佰仟", 3: "十百千"}
_IN_WORDS = re.compile(r"[一二三四五六七八九壹贰叁肆伍陆柒捌玖]|[0-9０-９][十百千]")
_OF_TIME = re.compile(r"[年月日时分秒周]|星期")
_OF_LIST = re.compile(r"[一二三四五六七八九十]{1,3}")
_FRACTION = re.compile(
    r"(?P<whole>[0#?]+)?(?P<between>[^0#?/]*)(?P<top>[0#?]+)/(?P<below>[0#?]+|\d+)(?P<behind>.*)", re.DOTALL
)


def as_fraction(places: Sequence[tuple[bool, str]], value: Decimal) -> str:
    """Return a number of zero or more as a format with a slash shows it: # ??/?? gives 1 1/2.

    `places` are the pieces of the format: whether each is a place for a digit, and its text.
    """
    code = "".join(text if is_place or text not in ("#", "?", "0") else " " for is_place, text in places)
    found = _FRACTION.search(code)
    if found is None:
        return format(value, "f")
    whole, rest = divmod(Fraction(value), 1) if found["whole"] else (0, Fraction(value))
    if found["below"].strip("0#?"):
        below = int(found["below"].replace("#", "").replace("?", "")) or 1
        top = math.floor(rest * below + Fraction(1, 2))
    else:
        near = rest.limit_denominator(10 ** len(found["below"]) - 1)
        top, below = near.numerator, near.denominator
    if found["whole"] and top == below:
        whole, top = whole + 1, 0
    before, behind = code[: found.start()], found["behind"]
    if found["whole"] and top == 0:
        return f"{before}{whole}{behind}".strip()
    return f"{before}{f'{whole} ' if whole else ''}{top}/{below}{behind}".strip()


def as_power(value: Decimal, whole: int, places: int, digits: int, has_plus: bool) -> str:
    """Return a number as a power of ten: so many digits before the point, behind it and in the power (1.23E+04)."""
    power = 0 if value == 0 else value.adjusted() // max(whole, 1) * max(whole, 1)
    said = f"{value.scaleb(-power):.{places}f}"
    sign = "-" if power < 0 else "+" if has_plus else ""
    return f"{said}E{sign}{abs(power):0{max(digits, 1)}d}"


def serial(said: str, from_1904: bool) -> Decimal | None:
    """Return a day and time (2023-12-31T00:00:00.000) as the number that Excel keeps for it; None for no such thing."""
    try:
        at = datetime.fromisoformat(said.strip())
    except ValueError:
        return None
    passed = at.replace(tzinfo=None) - _DAYS[from_1904]
    return Decimal(passed.days) + Decimal(passed.seconds) / 86400


def date_part(at: datetime, name: str, code: str, has_noon: bool, speaks_chinese: bool) -> str:
    """Return one part of a day and time (`name`: y, m, d, h, s, a, e or minute) as its code (`yyyy`, `mm`) asks for it.

    Names of months and weekdays are English unless the format says Chinese, in Chinese Excel too.
    """
    long = len(code) > 1
    if name in "ye":
        return f"{at.year % 100:02d}" if name == "y" and len(code) <= 2 else str(at.year)
    if name == "a":
        return ("星期" if len(code) > 3 else "") + "一二三四五六日"[at.weekday()]
    if name == "s":
        return f"{at.second:02d}" if len(code.partition(".")[0]) > 1 else str(at.second)
    number = {"m": at.month, "minute": at.minute, "d": at.day, "h": at.hour}[name]
    if name in "md" and len(code) > 2 and not speaks_chinese:
        return at.strftime("%B" if name == "m" else "%A")[: 3 if len(code) == 3 else None]
    if name == "m" and len(code) > 2:
        return ("一二三四五六七八九十" + "")[number - 1] + "月" if number <= 10 else f"十{'一二'[number - 11]}月"
    if name == "d" and len(code) > 2:
        return "星期" + "一二三四五六日"[at.weekday()]
    if name == "h" and has_noon:
        number = number % 12 or 12
    return f"{number:02d}" if long else str(number)


def digits_in(text: str, numerals: int) -> str:
    """Return a text with its digits as numerals of a kind (1 to 3), each by itself."""
    return text.translate(str.maketrans("0123456789", _NUMERALS[numerals]))


def in_chinese(said: str, name: str, numerals: int) -> str:
    """Return a part of a date in Chinese numerals: years digit by digit, the rest as numbers."""
    if name in "ye" or not said.isdecimal():
        return digits_in(said, numerals)
    whole = _group(int(said), numerals)
    one = _NUMERALS[numerals][1]
    return whole[1:] if 10 <= int(said) < 20 and whole.startswith(one) else whole


def as_words(said: str, numerals: int) -> str:
    """Return a number of zero or more (`1234.5`) as Chinese numerals say it: 一千二百三十四.五."""
    whole, point, rest = said.partition(".")
    if not whole.isdecimal() or len(whole) > 16:
        return digits_in(said, numerals)
    zero, out = _NUMERALS[numerals][0], ""
    parts = [int(whole[max(0, end - 4) : end]) for end in range(len(whole), 0, -4)]
    for at in range(len(parts) - 1, -1, -1):
        if parts[at]:
            gap = zero if out and parts[at] < 1000 and not out.endswith(zero) else ""
            out += gap + _group(parts[at], numerals) + ("", "万", "亿", "万亿")[at]
    return (out or zero) + point + digits_in(rest, numerals)


def _group(number: int, numerals: int) -> str:
    """Return a number below 10,000."""
    out, digits = "", _NUMERALS[numerals]
    for power, digit in zip(range(len(str(number)) - 1, -1, -1), map(int, str(number)), strict=True):
        if digit:
            out += digits[digit] + (_TENS[numerals][power - 1] if power else "")
        elif out and not out.endswith(digits[0]):
            out += digits[0]
    return out.rstrip(digits[0]) or digits[0]


def is_in_words(text: str) -> bool:
    """Tell whether what a cell with a number shows is that number in Chinese numerals, and no date or list's mark."""
    return bool(_IN_WORDS.search(text)) and not _OF_TIME.search(text) and not _OF_LIST.fullmatch(text)
