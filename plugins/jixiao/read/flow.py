"""Running text: paragraphs joined over line and page breaks, without page numbers and running heads."""

import re
from collections import Counter
from collections.abc import Sequence

from jixiao.model import Line, Page, Passage
from jixiao.read.text import join, normalise

_PAGE_NUMBER = re.compile(r"^[-—–_一 　·•.]*(第?\d{1,4}页?(/?共?\d{1,4}页?)?)[-—–_一 　·•.]*$")
_HEADING = re.compile(
    r"^(第[一二三四五六七八九十]+[章节部条]|[一二三四五六七八九十]{1,3}[、.:]|[((][一二三四五六七八九十]{1,3}[))]"
    r"|\d{1,2}[、.](?!\d)|[((]\d{1,2}[))]|附件\d*)"
)
_UNIT = re.compile(r"单位:?(?:人民币)?[亿万千]?元")
_FEW = 3
_FIELD = re.compile(r"(?<=\S)\s+(-?\d[\d,.，．]*\S{0,2})$")
_SAME_PLACE_PT = 3.0
_LARGER = 1.3
_SENTENCE_END = re.compile(r"[。;;:!?]$")


def _is_page_number(text: str) -> bool:
    return bool(_PAGE_NUMBER.match(text)) and len(text) <= 16


def _bare_offsets(pages: Sequence[Page]) -> set[int]:
    """Return by how much bare numbers at the pages' ends run ahead of the pages: 0, or what several pages agree on.

    The last figure of a form (one cell a line) stands where a page number would; it does not count the pages.
    """
    seen: Counter[int] = Counter()
    for page in pages:
        ends = {normalise(line.text) for line in (*page.lines[:1], *page.lines[-2:])}
        seen.update({int(text) - (page.number or 0) for text in ends if text.isdecimal() and len(text) <= 4})
    return {0, *(offset for offset, count in seen.items() if count > 1)}


def _furniture(pages: Sequence[Page]) -> set[str]:
    """Return the texts that stand first or last on most pages: running heads and feet.

    The unit above a table may be the last line of several pages that end with a table, and is needed.
    """
    if len(pages) < 3:
        return set()
    seen: Counter[str] = Counter()
    for page in pages:
        ends = {re.sub(r"\d+", "#", normalise(line.text)) for line in (*page.lines[:1], *page.lines[-1:])}
        seen.update(ends)
    return {text for text, count in seen.items() if count > 0.6 * len(pages) and text and not _UNIT.search(text)}


def body_lines(pages: Sequence[Page]) -> list[Line]:
    """Return the lines of all pages without page numbers and running heads."""
    furniture = _furniture(pages)
    offsets = _bare_offsets(pages)
    out: list[Line] = []
    for page in pages:
        last = len(page.lines) - 1
        for index, line in enumerate(page.lines):
            text = normalise(line.text)
            if not text:
                continue
            if index in (0, 1, last - 1, last):
                edge = re.sub(r"\d+", "#", text)
                if (index in (0, last) and edge in furniture) or (
                    index in (last - 1, last, 0)
                    and _is_page_number(text)
                    and len(page.lines) > 2
                    and (not text.isdecimal() or int(text) - (page.number or 0) in offsets)
                ):
                    continue
            out.append(line)
    return out


def passages(lines: Sequence[Line]) -> list[Passage]:
    """Return the paragraphs of the running text (`body_lines`) in reading order.

    A paragraph starts at a heading mark, at an indented line, after a line that ends short of the right margin or is in
    larger letters, or below another where the lines of a form have their figures.
    """
    margins = _margins(lines)
    groups: list[list[Line]] = []
    previous: Line | None = None
    for line in lines:
        if previous is None or _starts_new(line, previous, margins):
            groups.append([])
        groups[-1].append(line)
        previous = line
    return [passage_of(group) for group in groups]


def passage_of(lines: Sequence[Line]) -> Passage:
    """Join lines into one passage."""
    text, spots = join([line.text for line in lines])
    return Passage(text, tuple(lines), spots)


def _margins(lines: Sequence[Line]) -> dict[int | None, tuple[float, float]]:
    """Return the left and right margin of each page's running text; a page of a few lines has those of the others."""
    pages: dict[int | None, list[Line]] = {}
    for line in lines:
        if line.box is not None:
            pages.setdefault(line.page, []).append(line)
    full = [line for some in pages.values() if len(some) > _FEW for line in some]
    return {number: _margins_of(some if len(some) > _FEW or not full else full) for number, some in pages.items()}


def _margins_of(lines: Sequence[Line]) -> tuple[float, float]:
    lefts = sorted(line.box.x0 for line in lines if line.box)
    rights = sorted(line.box.x1 for line in lines if line.box)
    return lefts[len(lefts) // 5], rights[int(len(rights) * 0.8)]


def _starts_new(line: Line, previous: Line, margins: dict[int | None, tuple[float, float]]) -> bool:
    if line.box is None or previous.box is None:
        return True
    text = normalise(line.text)
    size = max(6.0, line.box.bottom - line.box.top)
    left, right = margins.get(line.page, (line.box.x0, line.box.x1))
    before_left, before_right = margins.get(previous.page, (left, right))
    short = before_right - previous.box.x1 > 2.2 * size
    indented = line.box.x0 - left > 1.2 * size
    if previous.page == line.page and line.box.top - previous.box.bottom > 2.5 * size:
        return True
    if (field := _field_of(line, size)) is not None:
        above = _field_of(previous, size)
        if above is not None and abs(field - above) < _SAME_PLACE_PT:
            return True
    if short and _SENTENCE_END.search(normalise(previous.text)):
        return True
    if previous.page != line.page and before_right - previous.box.x1 > 0.5 * (before_right - before_left):
        return True  # a heading at the foot of its page
    if _HEADING.match(text) and (indented or short or previous.box.x0 - before_left > 1.2 * size):
        return True
    above_larger = previous.page == line.page and previous.box.bottom - previous.box.top > _LARGER * size
    if (short or above_larger) and indented:  # a title as wide as the page
        return True
    return indented and bool(_SENTENCE_END.search(normalise(previous.text)))


def _field_of(line: Line, size: float) -> float | None:
    """Return where the figure of a filled-in form begins, which stands by itself at the end of its label's line."""
    match = _FIELD.search(line.text) if " " in line.text else None
    if match is None or len(line.edges) != 2 * len(line.text):
        return None
    begins, label_ends = line.edges[2 * match.start(1)], line.edges[2 * match.start() - 1]
    return begins if begins - label_ends > 1.5 * size else None
