"""Problems and improvement measures, by their headings or first clauses."""

import re
from collections.abc import Sequence
from typing import Literal

from jixiao.extract.lexicon import lexicon
from jixiao.model import Passage, SectionItem

Kind = Literal["problems", "improvements"]

MARK = (
    r"(?:[一二三四五六七八九十]{1,3}[、.]|[((][一二三四五六七八九十]{1,3}[))]|\d{1,2}[、.](?!\d)|[((]\d{1,2}[))]|[①-⑳])"
)
_HEADING = re.compile(rf"^(?P<mark>{MARK})?(?P<name>[^,。;:]{{2,24}})[。:]?$")
_ITEM = re.compile(rf"^(?P<mark>{MARK}|[一二三四五六七八九十]{{1,2}}是)?(?P<text>.+)$")
_SPLIT = re.compile(rf"(?:^|(?<=[。;:]))(?={MARK}|[一二三四五六七八九十]是)")

_DECIMAL = re.compile(r"\d{1,2}\.\d")
_LIST_MARK = re.compile(rf"{MARK}|\d{{1,2}}(?:\.\d{{1,2}})+[、.]?(?=[^\d.、])|\d{{1,2}}\)|[①-⑳][.、]?")


def without_mark(text: str) -> str:
    """Return a text without the list mark in front of it (一、 (1) 1.1 ①)."""
    match = _LIST_MARK.match(text)
    if match is None or (_DECIMAL.match(match[0]) and lexicon().opening(text, "counted", match.end()) is not None):
        return text  # 2.5万人次 counts
    return text[match.end() :]


def rank_of(mark: str | None) -> int:
    """Return a heading's level by its mark: 一、 is 1, （一） 2, 1. 3, （1） 4, ① 5; without a mark 9."""
    if not mark:
        return 9
    if re.match(r"[一二三四五六七八九十]", mark):
        return 1
    if re.match(r"[((][一二三四五六七八九十]", mark):
        return 2
    if re.match(r"\d", mark):
        return 3
    return 5 if re.match(r"[①-⑳]", mark) else 4


def read_sections(passages: Sequence[Passage]) -> tuple[SectionItem, ...]:
    """Return one item a problem or measure, in the document's order."""
    items: list[SectionItem] = []
    kind: Kind | None = None
    rank = 0
    for passage in passages:
        heading = _HEADING.match(passage.text)
        if heading and heading["mark"]:
            own = rank_of(heading["mark"])
            name = heading["name"]
            found = _kind_of(name)
            if found and (kind is None or own <= rank or own == rank + 2):
                kind, rank = found, own
                continue
            if kind is not None and own <= rank:
                kind = None
        if kind is None:
            continue
        for part in _SPLIT.split(passage.text):
            match = _ITEM.match(part)
            if not part or match is None or (match["mark"] is None and items and not _starts_section(part)):
                continue
            clause = re.split(r"[。;]", match["text"])[0].strip()
            if len(clause) >= 4 and match["mark"] is not None:
                start = passage.text.find(clause)
                items.append(SectionItem(kind, clause[:80], passage.evidence(start, start + min(len(clause), 20))))
    return tuple(items)


def _kind_of(name: str) -> Kind | None:
    """Return what a heading names: problems, also with measures behind them (问题及改进措施), or measures."""
    said = [token.value for token in lexicon().scan(name, ("section",))]
    if not said:
        return None
    return "problems" if said[0] == "problems" else "improvements"


def _starts_section(part: str) -> bool:
    return bool(re.match(MARK, part))
