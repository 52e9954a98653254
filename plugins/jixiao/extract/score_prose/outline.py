"""Headings above the paragraphs of scores, numbered items inside one, and what a paragraph is about."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from jixiao.extract.numbers import NUMBER
from jixiao.extract.score_prose.naming import Naming, is_chapter, is_no_indicator, without_told
from jixiao.extract.score_prose.points import points_in
from jixiao.extract.score_prose.records import Record
from jixiao.extract.sections import MARK, rank_of
from jixiao.model import Passage, Score

_HEADING = re.compile(
    rf"^(?P<mark>{MARK})(?P<name>[^,。;:()]{{2,30}}(?:\([^\d()]+\))?)(?:\((?:[^\d()]*?)(?P<full>{NUMBER})分\))?[。:]?$"
)
# 1.稳定就业。城镇新增就业4862人…自评得分14分(满分15分): the paragraph is about what it begins with.
_LEAD = re.compile(
    r"^(?:\d{1,2}(?:\.\d{1,2})*[、.]?|\([一二三四五六七八九十\d]{1,3}\))(?P<name>[^,。;:\d(]{2,24})。(?=.)"
)
# (二)预算管理(25分)。预算编制(10分),得9分;…: a heading in one paragraph with its items.
_RUN_IN = re.compile(rf"^{MARK}[^,。;:()]{{2,30}}\({NUMBER}分\)[。:](?=[^,。;:()]{{2,24}}\({NUMBER}分\))")
_INLINE_MARK = re.compile(rf"(?<=[。;:])(?={MARK})")
_ITEM = re.compile(r"[((]\d{1,2}[))]|[①-⑳]")


@dataclass(slots=True)
class Heading:
    """A heading above the paragraphs that follow, and whether its level was given already."""

    rank: int
    record: Record
    passage: Passage
    said: bool = False


class Outline:
    """The headings above the paragraph that is read."""

    def __init__(self, naming: Naming) -> None:
        """Begin a document."""
        self.naming = naming
        self.headings: list[Heading] = []

    def enter(self, passage: Passage) -> bool:
        """Close the headings that a paragraph ends; tell whether it is a heading itself."""
        if mark := re.match(MARK, passage.text):
            self.headings = [one for one in self.headings if one.rank < rank_of(mark[0])]
        heading = self._heading(passage)
        if heading is not None:
            self.headings.append(heading)
        return heading is not None

    @property
    def above(self) -> Record | None:
        """Return the nearest heading's record."""
        return self.headings[-1].record if self.headings else None

    def level_for(self, text: str) -> str:
        """Return a heading without marks that is a level: only right above its items: 1.资金管理 over (1)."""
        above = self.above
        return above.name if above is not None and above.full is None and _ITEM.match(text) else ""

    def levels(self, below: Record) -> list[Heading]:
        """Return the headings with full marks above a record."""
        return [one for one in self.headings if one.record.full is not None and one.record is not below]

    def lead(self, text: str) -> str | None:
        """Return the name that a paragraph begins with as its heading, or None."""
        match = _LEAD.match(text)
        return self.naming.clean(match["name"]) if match else None

    def context(self, text: str) -> str:
        """Return the indicator that a paragraph is about: what it begins with, or the heading above it."""
        lead, above = self.lead(text), self.above
        name = lead if lead is not None else above.name if above is not None else ""
        return "" if is_chapter(name) else name

    def open(self, passage: Passage, record: Record) -> None:
        """Let a paragraph that only states one indicator be the heading of those below: (一)投入(20分,得18分)."""
        mark = re.match(MARK, passage.text)
        if mark and record is not self.above and len(passage.text) - record.end <= 2:
            self.headings.append(Heading(rank_of(mark[0]), record, passage, said=True))

    def _heading(self, passage: Passage) -> Heading | None:
        match = _HEADING.match(passage.text)
        if match is None or points_in(match["name"]):
            return None
        full = Decimal(match["full"].replace(",", "")) if match["full"] else None
        name = self.naming.clean(match["name"])
        told = without_told(name)
        name = name if full is not None else told
        if is_chapter(told) or is_no_indicator(told):
            name, full = "", None
        span = match.span("full") if match["full"] else match.span("name")
        return Heading(rank_of(match["mark"]), Record(name, span[1], full, span=span), passage)


def unsaid(levels: Sequence[Heading]) -> list[Score]:
    """Return the headings with full marks that stand above a score and were not given yet."""
    out = []
    for depth, heading in enumerate(levels, start=1):
        if not heading.said:
            heading.said = True
            path = tuple(level.record.name for level in levels[:depth])
            out.append(Score(path, heading.record.full, None, heading.passage.evidence(*heading.record.span)))
    return out


def parts_of(passage: Passage) -> list[Passage]:
    """Return a paragraph's numbered items (1.投入(20分)。(1)预算编制(10分)，得9分。) as paragraphs of their own.

    So is a heading with full marks whose items follow in its paragraph.
    """
    text = passage.text
    headed = _RUN_IN.match(text)
    starts = sorted({0, *([headed.end()] if headed else []), *(m.start() for m in _INLINE_MARK.finditer(text))})
    ends = [*starts[1:], len(text)]
    return [
        replace(passage, text=text[start:end], spots=passage.spots[start:end])
        for start, end in zip(starts, ends, strict=True)
        if end > start
    ]
