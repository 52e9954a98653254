"""Paragraphs that were broken where a line ended: text pasted from a PDF into a web page or a Word file.

A paragraph goes on in the next one where a figure was cut from its unit or in its digits, or where it stops within
a sentence and the next one is running text too. What could be a heading, an entry or a cell is left as it is.
"""

import re

from jixiao.read.text import normalise

_MARK = re.compile(
    r"^(?:第[一二三四五六七八九十]+[章节部条]|[一二三四五六七八九十]{1,3}[、.是]|[((]|\d{1,2}[、.](?!\d)|[①-⑳]|附|注|[-—*·])"
)
_UNIT = re.compile(r"^(?:[亿万千]?元|[%‰]|个百分点)")
_CUT = re.compile(r"\d[.,]$")
_GOES_ON = re.compile(r"^\d+(?:[.,]\d+)*(?:[亿万千]?元|%)")
_ENDS = re.compile(r"[。;:!?)”》]$|(?:[亿万千]?元|%|分|\d[个人次])$")
_STOPS = re.compile(r"(?:[。;!?]|[亿万千]?元|%|分)$")
_CLAUSE = re.compile(r"[,。;]|[\d.][亿万千]?元")
_LEAST = 16


def goes_on(before: str, after: str) -> bool:
    """Tell whether a paragraph goes on in the next, by their texts."""
    first, second = normalise(before), normalise(after)
    if not first or not second:
        return False
    if first[-1].isdigit() and _UNIT.match(second):
        return True
    if _CUT.search(first) and _GOES_ON.match(second):
        return True
    is_running = len(first) >= _LEAST and bool(_CLAUSE.search(first))
    if is_running and _GOES_ON.match(second) and not _STOPS.search(first):
        return True  # 因公出国(境) | 0.00万元,…: no paragraph begins with a sum
    return is_running and not _ENDS.search(first) and not _MARK.match(second) and bool(_CLAUSE.search(second))
