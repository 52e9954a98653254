"""Tables without ruling lines: columns of white space or pipes below a line of column headings."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from jixiao.model import Box, Cell, Line, Page
from jixiao.read.grid import RawTable, cell_text
from jixiao.read.text import normalise

_HEADINGS = re.compile(
    r"分值|权重|得分|自评分|评分|指标|年初预算|全年预算|调整预算|预算数|决算数|执行数|执行率|完成率|支出数|项目名称|金额"
)
_SCORES = re.compile(r"分值|权重|得分|自评分|预算数|决算数|执行数|金额")
_SEPARATOR = re.compile(r"[\s|│｜]")
_STAGE = re.compile(r"预算数|决算数|执行数|支出数")
_TOTAL = re.compile(r"^(?:合计|总计|总分|合计得分)$")
_NUMBER = re.compile(r"^-?[\d,]+(?:\.\d+)?(?:%|分|万元|元)?$")


@dataclass(frozen=True, slots=True)
class _Token:
    """One word of a line."""

    text: str
    line: Line

    @property
    def box(self) -> Box:
        return self.line.box or Box(0, 0, 0, 0)


def _tokens(line: Line) -> list[_Token]:
    """Split a line where white space or a pipe separates columns."""
    out: list[_Token] = []
    if line.box is None or len(line.edges) != 2 * len(line.text):
        return out
    for match in re.finditer(r"[^|\s│｜]+(?:[ \u3000][^|\s│｜]+)*?(?=[\s|│｜]|$)", line.text):
        start, end = match.span()
        text = match[0]
        if not text.strip("-—=+"):
            continue
        edges = tuple(line.edges[2 * start : 2 * end])
        box = Box(min(edges), line.box.top, max(edges), line.box.bottom)
        out.append(_Token(text, replace(line, text=text, box=box, edges=edges)))
    return out


def _is_header(tokens: Sequence[_Token]) -> bool:
    texts = [normalise(token.text) for token in tokens]
    headed = [text for text in texts if _HEADINGS.search(text) and len(text) <= 14]
    return (
        len(texts) >= 3
        and len(headed) >= max(2, len(texts) - 2)
        and any(_SCORES.search(text) for text in headed)
        and not any(_NUMBER.match(text) for text in texts)
    )


def _may_be_header(line: Line) -> bool:
    """Tell whether a line may be one of column headings, before it is split: most lines are not."""
    return len(_SEPARATOR.findall(line.text)) >= 2 and bool(_SCORES.search(normalise(line.text)))


def _words(lines: Sequence[Line]) -> str:
    return normalise("".join(line.text for line in lines))


def _column(token: _Token, heads: Sequence[_Token]) -> int:
    """Return the heading that a token stands under: the one it overlaps most, else the nearest."""

    def score(head: _Token) -> float:
        overlap = min(token.box.x1, head.box.x1) - max(token.box.x0, head.box.x0)
        if overlap > 0:
            return overlap
        return -abs((token.box.x0 + token.box.x1) / 2 - (head.box.x0 + head.box.x1) / 2)

    return max(range(len(heads)), key=lambda index: score(heads[index]))


def find_tables(page: Page) -> tuple[Page, list[RawTable]]:
    """Return the page without the lines that form tables, and those tables.

    A table is a line of three or more column headings and at least two lines with figures below it; it ends at a
    line of running text. A line without figures belongs to the row above: a label that was broken.
    """
    lines = list(page.lines)
    taken: set[int] = set()
    tables: list[RawTable] = []
    index = 0
    while index < len(lines):
        if not _may_be_header(lines[index]) or not _is_header(heads := _tokens(lines[index])):
            index += 1
            continue
        rows: list[list[list[Line]]] = [[[head.line] for head in heads]]
        used = [index]
        figures = 0
        after = index + 1
        while after < len(lines):
            tokens = _tokens(lines[after])
            numbers = [t for t in tokens if _NUMBER.match(normalise(t.text))]
            if not tokens or (len(tokens) == 1 and not numbers and len(tokens[0].text) > 20):
                break
            if re.match(r"^[一二三四五六七八九十]{1,2}、|^[（(][一二三四五六七八九十]", tokens[0].text) and not numbers:
                break
            if len(rows) > 1 and _is_header(tokens):
                break  # another table follows at once
            if len(rows) > 1 and not numbers and _TOTAL.match(_words(rows[-1][0])):
                break  # nothing belongs to a table below its total
            placed: list[list[Line]] = [[] for _ in heads]
            for token in tokens:
                placed[_column(token, heads)].append(token.line)
            if numbers:
                figures += 1
                rows.append(placed)
            elif len(tokens) < len(heads) and (len(rows) > 1 or all(len(token.text) <= 8 for token in tokens)):
                rows[-1] = [old + new for old, new in zip(rows[-1], placed, strict=True)]
            else:
                break
            used.append(after)
            after += 1
        if figures >= 2 or (figures and sum(bool(_STAGE.search(normalise(head.text))) for head in heads) >= 2):
            taken.update(used)
            tables.append(_table(rows, page.number or 1))
            index = after
        else:
            index += 1
    if not tables:
        return page, []
    return replace(page, lines=tuple(line for i, line in enumerate(lines) if i not in taken)), tables


def _table(rows: Sequence[Sequence[Sequence[Line]]], number: int) -> RawTable:
    cells = tuple(
        Cell(r, c, 1, 1, cell_text(lines), tuple(lines), number, _around(lines))
        for r, row in enumerate(rows)
        for c, lines in enumerate(row)
    )
    boxes = [cell.box for cell in cells if cell.box is not None]
    whole = boxes[0]
    for box in boxes[1:]:
        whole = whole.union(box)
    return RawTable(number, whole, cells, len(rows), len(rows[0]))


def _around(lines: Sequence[Line]) -> Box | None:
    boxes = [line.box for line in lines if line.box is not None]
    if not boxes:
        return None
    whole = boxes[0]
    for box in boxes[1:]:
        whole = whole.union(box)
    return whole
