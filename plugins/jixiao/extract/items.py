"""Items of an outline that are one sum each, and what the items below them are parts of: 1.年初预算 | (1)基本支出.

So are entries in lines of their own behind a line 其中: what was told before it is their whole.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from jixiao.extract.clauses import Piece
from jixiao.extract.lexicon import lexicon
from jixiao.extract.readings import Reading
from jixiao.extract.scoped import Told
from jixiao.extract.sections import MARK, rank_of

_MARKED = re.compile(MARK)
_ENTRY = re.compile(r"^[^:。;,]{2,24}:-?\d")


@dataclass(frozen=True, slots=True)
class Parent:
    """An item that is one sum of the whole, and the rank of its list mark."""

    rank: int
    told: Told


def parents_of(text: str, parents: Sequence[Parent]) -> list[Parent]:
    """Return the items that a paragraph stands below, by its list mark; without one it stands below none."""
    mark = _MARKED.match(text)
    return [one for one in parents if mark is not None and one.rank < rank_of(mark[0])]


def parent_in(text: str, pieces: Sequence[Piece], readings: Sequence[Reading]) -> Parent | None:
    """Return the item that a paragraph is where all it says is one stage's sum of the whole.

    `readings` are the likeliest of its sums.
    """
    mark, told = _MARKED.match(text), [one for one in readings if one.subject is not None]
    if mark is None or len(told) != 1 or sum(piece.figure is not None for piece in pieces) != 1:
        return None
    first = told[0]
    if first.stage is None or first.subject is None or first.subject.scheme != "total":
        return None
    return Parent(rank_of(mark[0]), Told(first.subject, first.stage, first.year, -1, False))


def is_part_mark(text: str) -> bool:
    """Tell whether a paragraph is nothing but 其中."""
    token = lexicon().opening(text, "part")
    return token is not None and not text[token.end :].strip(":")


def opens_entries(text: str) -> bool:
    """Tell whether a paragraph is the first of several entries: 其中:基本支出:401.20, with 项目支出:137.00 below it."""
    token = lexicon().opening(text, "part")
    return token is not None and is_entry(text[token.end :].lstrip(":"))


def goes_on(text: str, pieces: Sequence[Piece]) -> bool:
    """Tell whether a line is one more such entry: without a list mark, and of no stage of its own."""
    said = any(token.row.mark != "weak" for piece in pieces for token in piece.of("stage"))
    return is_entry(text) and _MARKED.match(text) is None and not said


def is_entry(text: str) -> bool:
    """Tell whether a paragraph is a name and its figure behind a colon."""
    return _ENTRY.match(text) is not None
