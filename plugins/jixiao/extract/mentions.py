"""Where a text names a sum, a rate or a zero: the figures that the sentence grammar finds labels for."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from jixiao.extract.lexicon import Token, lexicon
from jixiao.extract.numbers import MONEY, NUMBER, PERCENT, PERCENT_IN_WORDS

# 为0: digits or not, nothing stands behind it.
_IS_ZERO = re.compile(r"为(?:零|0)(?=[,。;)]|$)")
_YEAR = re.compile(r"20\d\d年?度?")
_NONE_OF = ("three_public/", "nature/project", "source/government_fund", "source/other")
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
    found += [Mention("zero", start, end, "0", "元", False) for start, end in _zeros(text)]
    found += [Mention("zero", start, end, "0", "元", False) for start, end in none_of(text)]
    return sorted(found, key=lambda mention: mention.start)


def _zeros(text: str) -> Iterator[tuple[int, int]]:
    """Give the places of the words that say by themselves that there was nothing."""
    yield from ((match.start(), match.end()) for match in _IS_ZERO.finditer(text))
    yield from ((token.start, token.end) for token in lexicon().scan(text, ("zero",)))


def none_of(text: str) -> Iterator[tuple[int, int]]:
    """Give the places of the expenses that a clause says there were none of: 我站无公务用车购置和出国费用."""
    for token in lexicon().scan(text, ("none", "none_behind")):
        if token.role == "none_behind" and (named := _term_before(text, token.start)) is not None:
            yield named.start, named.end
        clause = _CLAUSE.search(text, 0, token.start)
        if token.role == "none" and (clause is None or _is_filler(_YEAR.sub("", clause[0]))):
            last = _terms_behind(text, token.end)
            behind = lexicon().opening(text, "of_none", last)
            if last > token.end and _ENDS.match(text, behind.end if behind is not None else last):
                yield token.end, last


def _terms_behind(text: str, start: int) -> int:
    """Return where the expenses that stand at a place, joined by 和 or 、, end."""
    at = last = start
    while (token := lexicon().opening(text, "subject", at)) is not None and token.value.startswith(_NONE_OF):
        last = token.end
        link = _LINK.match(text, last)
        at = link.end() if link is not None else last
    return last


def _term_before(text: str, end: int) -> Token | None:
    """Return the expense that ends at a place, a colon aside: 因公出国(境)费:无."""
    token = lexicon().ending(text, "subject", end - text.endswith(":", 0, end))
    return token if token is not None and token.value.startswith(_NONE_OF) else None


def _is_filler(words: str) -> bool:
    """Tell whether words in front of 无 are small ones alone: 全年, 其中, 我站, 也."""
    while words and (token := lexicon().ending(words, "filler") or lexicon().ending(words, "part")) is not None:
        words = words[: token.start]
    return not words
