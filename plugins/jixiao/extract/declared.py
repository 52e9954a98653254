"""A unit of money that prose declares once for the sums behind it (以下金额单位均为万元), and how far that reaches.

A sentence, or a bracket with 下同, declares to the end of the document, or of the paragraph or section that it names;
a bracket alone declares for its paragraph, of a heading for its section, and so does a bracket that ends a line above
entries (年度支出情况(万元), then 基本支出:802.31). A line of its own (单位:万元) declares to the end of a document
that has no table behind it; the caption of a table declares nothing here.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from jixiao.extract.figures import blocks_of
from jixiao.extract.lexicon import Token, lexicon
from jixiao.extract.sections import MARK, rank_of
from jixiao.extract.stops import with_full_stops
from jixiao.model import Document, Passage

Reach = Literal["paragraph", "section", "document"]

_REACHES: tuple[Reach, ...] = ("paragraph", "section", "document")
_CLAUSE_ENDS = "。;!?()"
_HEADING = re.compile(rf"^(?P<mark>{MARK})[^。;]{{2,40}}$")
_ABOVE_ENTRIES = re.compile(r"^[^。;:]{2,24}\((?:单位:)?(?P<unit>[亿万千]?元)\):?$")
_ENTRY = re.compile(r"^[^:。;]{2,24}:-?\d[\d,.]*$")
_NEAR = 4


@dataclass(frozen=True, slots=True)
class Declared:
    """A declaration in a paragraph: the unit, where it ends, and how far it reaches."""

    unit: str
    end: int
    reach: Reach


def prepared(document: Document) -> Document:
    """Return a document as it is read here: points that end sentences as 。, declared units with their passages."""
    return with_declared_units(with_full_stops(document))


def with_declared_units(document: Document) -> Document:
    """Return the document with each passage's `bare_unit` and `bare_from`."""
    captions, untabled = _before_tables(document), _behind_last_table(document)
    unit, reach, rank, own_rank = "", "document", 0, 9
    passages: list[Passage] = []
    for index, passage in enumerate(document.passages):
        if heading := _HEADING.match(passage.text):
            own_rank = rank_of(heading["mark"])
            unit = "" if reach == "section" and own_rank <= rank else unit
        said = declared_in(passage.text) or _above_entries(document.passages[index : index + _NEAR])
        if said is None and index >= untabled:
            said = _of_line(passage.text)
        if said is None or (index in captions and said.reach != "document"):
            is_same = (passage.bare_unit, passage.bare_from) == (unit, 0)
            passages.append(passage if is_same else replace(passage, bare_unit=unit, bare_from=0))
            continue
        passages.append(replace(passage, bare_unit=said.unit, bare_from=said.end))
        if said.reach != "paragraph":
            unit, reach, rank = said.unit, said.reach, own_rank
    return replace(document, passages=tuple(passages))


def declared_in(text: str) -> Declared | None:
    """Return the last declaration of a unit for prose in a normalised paragraph, or None."""
    if "元" not in text:
        return None
    tokens = lexicon().scan(text, ("declares_unit", "unit_reach"))
    found = (_declared(text, token, tokens) for token in reversed(tokens) if token.role == "declares_unit")
    return next((one for one in found if one is not None), None)


def _declared(text: str, token: Token, tokens: Sequence[Token]) -> Declared | None:
    start = max(text.rfind(mark, 0, token.start) for mark in _CLAUSE_ENDS) + 1
    end = min((at for mark in _CLAUSE_ENDS if (at := text.find(mark, token.end)) >= 0), default=len(text))
    said = {one.value for one in tokens if one.role == "unit_reach" and start <= one.start and one.end <= end}
    if "table" in said:
        return None
    reach = next((one for one in _REACHES if one in said), None)
    if reach is None and start > 0 and text[start - 1] == "(" and text[end : end + 1] == ")":
        reach = _reach_of_bracket(text, start - 1, end + 1)
    elif reach is None and token.row.mark == "sentence":  # 单位:万元 alone is a caption; a sentence has a verb
        reach = "document"
    return Declared(token.value, token.end, reach) if reach is not None else None


def _reach_of_bracket(text: str, start: int, end: int) -> Reach | None:
    """Return how far a bracket at `start` to `end` declares: behind the title of a table not at all."""
    if not text[:start] or text[:start].endswith("表"):
        return None
    if text[end:].strip(":"):
        return "paragraph"
    return "section" if _HEADING.match(text) else None


def _of_line(text: str) -> Declared | None:
    """Return what a line that is nothing but a unit declares, where it is no table's."""
    line = text.removeprefix("(").removesuffix(")")
    said = lexicon().opening(line, "declares_unit")
    return Declared(said.value, len(text), "document") if said is not None and said.end == len(line) else None


def _behind_last_table(document: Document) -> int:
    """Return the first passage behind the last table; the first of all where there is none."""
    blocks = blocks_of(document)
    tables = [at for at, block in enumerate(blocks) if block.kind == "table"]
    behind = blocks[tables[-1] + 1 :] if tables else blocks
    return min((block.index for block in behind if block.kind == "passage"), default=len(document.passages))


def _above_entries(passages: Sequence[Passage]) -> Declared | None:
    """Return the unit that the first of some paragraphs gives to entries among the others."""
    match = _ABOVE_ENTRIES.match(passages[0].text)
    if match is None or not any(_ENTRY.match(one.text) for one in passages[1:]):
        return None
    return Declared(match["unit"], match.end("unit"), "section")


def _before_tables(document: Document) -> set[int]:
    """Return the passages with a table right behind them."""
    blocks = blocks_of(document)
    pairs = pairwise(blocks)
    return {one.index for one, after in pairs if one.kind == "passage" and after.kind == "table"}
