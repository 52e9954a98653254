"""Where a text names a sum, a rate or a zero: the figures that the sentence grammar finds labels for."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from jixiao.extract.lexicon import lexicon
from jixiao.extract.numbers import MONEY, NUMBER, PERCENT, PERCENT_IN_WORDS

_ZERO = re.compile(
    r"(?:无支出|未发生(?:支出|费用)?|没有发生|没有支出|无发生|零支出|为(?:零|0)(?=[,。;)]|$)|无此项支出)"
)
# 无因公出国(境)费用: the zero stands in front of what it is of.
_NONE = re.compile(r"(?:均?无|没有|未曾?|不)(?:发生|安排|产生|开支|列支|支付|支出)?")
# Behind what there was none of: 因公出国(境)费无。
_NONE_BEHIND = re.compile(r":?无(?=[,。;)]|$)")
_YEAR = re.compile(r"20\d\d年?度?")
_WHOSE = re.compile(r"(?:费用|经费|支出|任务|人员|活动|事项|情况)?(?:支出|发生)?")
_EXPENSES = "three_public/"
_LINK = re.compile(r"[和及与或、]?")
_CLAUSE = re.compile(r"[^,。;:、()]*$")
_ENDS = re.compile(r"[,。;、)]|$")
# A rate that lost its % sign.
_BARE_RATE = re.compile(
    r"率(?:为|是|=|:|约|达到?|\(%\))*(?P<number>\d{1,4}(?:\.\d+)?)(?![\d.%‰万元分个年月日项名人次/÷×*(])"
)
# 分别为1200.5、300万元: the unit of the last serves all.
_SEVERAL = re.compile(
    rf"(?:分别|各)(?:为|是|增加|增长|减少|下降)?:?(?P<bare>(?:{NUMBER}[、和及])+)(?={NUMBER}(?P<unit>亿元|万元|千元|元|%))"
)


@dataclass(frozen=True, slots=True)
class Mention:
    """One figure: its digits at `start` to `end` of the text (a percentage with its sign), and its unit.

    The unit of a rate that lost its sign is empty; a statement of zero (无支出) is 0 元.
    """

    kind: Literal["money", "percent", "zero"]
    start: int
    end: int
    number: str
    unit: str
    negative: bool


def mentions_in(text: str) -> list[Mention]:
    """Return sums, percentages, bare rates and statements of zero in the order of a normalised text."""
    found = [
        Mention("money", m.start("number"), m.end("number"), m["number"], m["unit"], m["sign"] is not None)
        for m in MONEY.finditer(text)
    ]
    found += [
        Mention("percent", m.start("number"), m.end("unit"), m["number"], m["unit"], m["sign"] is not None)
        for m in PERCENT.finditer(text)
    ]
    found += [Mention("percent", m.start(), m.end(), m["number"], "%", False) for m in PERCENT_IN_WORDS.finditer(text)]
    for several in _SEVERAL.finditer(text):
        kind: Literal["money", "percent"] = "percent" if several["unit"] == "%" else "money"
        for m in re.finditer(NUMBER, several["bare"]):
            start, end = (several.start("bare") + place for place in m.span())
            found.append(Mention(kind, start, end, m[0], several["unit"], False))
    taken = [(m.start, m.end) for m in found]
    for match in _BARE_RATE.finditer(text):
        start, end = match.span("number")
        if all(end <= a or start >= b for a, b in taken):
            found.append(Mention("percent", start, end, match["number"], "", False))
    found += [Mention("zero", m.start(), m.end(), "0", "元", False) for m in _ZERO.finditer(text)]
    found += [Mention("zero", start, end, "0", "元", False) for start, end in none_of(text)]
    return sorted(found, key=lambda mention: mention.start)


def none_of(text: str) -> Iterator[tuple[int, int]]:
    """Give the places of the public expenses that a clause says there were none of: 我站无公务用车购置和出国费用."""
    for match in _NONE.finditer(text):
        clause = _CLAUSE.search(text, 0, match.start())
        if clause is not None and not _is_filler(_YEAR.sub("", clause[0])):
            continue
        at = last = match.end()
        while (token := lexicon().opening(text, "subject", at)) is not None and token.value.startswith(_EXPENSES):
            last = token.end
            link = _LINK.match(text, last)
            at = link.end() if link is not None else last
        behind = _WHOSE.match(text, last)
        if last > match.end() and _ENDS.match(text, behind.end() if behind is not None else last):
            yield match.end(), last
    for match in _NONE_BEHIND.finditer(text):
        token = lexicon().ending(text, "subject", match.start())
        if token is not None and token.value.startswith(_EXPENSES):
            yield token.start, token.end


def _is_filler(words: str) -> bool:
    """Tell whether words in front of 无 are small ones alone: 全年, 其中, 我站, 也."""
    while words and (token := lexicon().ending(words, "filler") or lexicon().ending(words, "part")) is not None:
        words = words[: token.start]
    return not words
