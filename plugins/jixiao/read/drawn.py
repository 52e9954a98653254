"""Tables drawn in text, one row a line: with pipes (| 一级指标 | 分值 | 得分 |), or with white space alone.

White space parts columns only where lines that follow each other end in as many numbers: 项目支出 60 -5 55 92.3.
"""

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace

from jixiao.model import Cell, Line, Page, Table
from jixiao.read.grid import RawTable, cell_text

_PIPE = re.compile(r"[|│｜]")
_WORD = re.compile(r"\S+")
_NUMBER = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?%?")
_FEWEST_NUMBERS, _FEWEST_ROWS, _HEAD_WITHIN = 3, 2, 3
_RULE = re.compile(r"^[\s|│｜:+\-—─=]*$")


def find_pipe_tables(page: Page) -> tuple[Page, list[RawTable]]:
    """Return the page without the lines that form pipe tables, and those tables."""
    if not any(_PIPE.search(line.text) for line in page.lines):
        return page, []
    kept, groups = _groups(page.lines)
    if not groups:
        return page, []
    tables = []
    for lines, rows in groups:
        boxes = [line.box for line in lines if line.box is not None]
        if not boxes:
            return page, []
        whole = boxes[0]
        for box in boxes[1:]:
            whole = whole.union(box)
        tables.append(RawTable(page.number or 1, whole, _cells(rows), len(rows), len(rows[0])))
    return replace(page, lines=tuple(kept)), tables


def pipe_tables(lines: Sequence[Line], above: Sequence[Line] = ()) -> list[Line | Table]:
    """Return lines without places in order, with each pipe table in the place of its lines.

    A table's caption is the three lines over it; `above` are those over the first line.
    """
    _, groups = _groups(lines)
    of = {id(line): index for index, (group, _) in enumerate(groups) for line in group}
    out: list[Line | Table] = []
    over = list(above)
    drawn: set[int] = set()
    for line in lines:
        index = of.get(id(line))
        if index is None:
            out.append(line)
            over.append(line)
        elif index not in drawn:
            drawn.add(index)
            rows = groups[index][1]
            out.append(Table(_cells(rows), len(rows), len(rows[0]), tuple(over[-3:])))
    return out


def spaced_tables(found: Sequence[Line | Table], above: Sequence[Line] = ()) -> list[Line | Table]:
    """Return lines and tables in order, with each run of rows parted by white space as a table.

    The line just above them with as many words as they have columns is their head, without which they are none;
    captions are as for `pipe_tables`.
    """
    out: list[Line | Table] = []
    at = 0
    while at < len(found):
        rows = _spaced_rows(found, at)
        head = _head_above(out, len(rows[0])) if len(rows) >= _FEWEST_ROWS else None
        end = at + len(rows)
        if head is None or any(_is_row_of(one, len(rows[0])) for one in found[end : end + _HEAD_WITHIN]):
            out.append(found[at])
            at += 1
            continue
        out.remove(head)
        over = [one for one in (*above, *out) if isinstance(one, Line)]
        drawn = [_spaced_head(head, len(rows[0])), *rows]
        out.append(Table(_cells(drawn), len(drawn), len(drawn[0]), tuple(over[-3:])))
        at = end
    return out


def _is_row_of(one: Line | Table, columns: int) -> bool:
    """Tell whether the rows of a table go on behind other words: then it has more to it than is drawn here."""
    return isinstance(one, Line) and len(_spaced_row(one)) == columns


def _spaced_rows(found: Sequence[Line | Table], at: int) -> list[list[Line]]:
    """Return the rows that begin at a place: a label and as many numbers in each."""
    rows: list[list[Line]] = []
    for one in found[at:]:
        row = _spaced_row(one) if isinstance(one, Line) else []
        if len(row) <= _FEWEST_NUMBERS or (rows and len(row) != len(rows[0])):
            break
        rows.append(row)
    return rows


def _spaced_row(line: Line) -> list[Line]:
    words = [*_WORD.finditer(line.text)]
    numbers = [*itertools.takewhile(lambda word: _NUMBER.fullmatch(word[0]), reversed(words))][::-1]
    label = words[: len(words) - len(numbers)]
    if not label or re.search(r"[,。;:]", line.text[: label[-1].end()]):
        return []
    return [_part(line, label[0].start(), label[-1].end()), *(_part(line, *word.span()) for word in numbers)]


def _head_above(out: Sequence[Line | Table], columns: int) -> Line | None:
    """Return the line of the last few with a word for each column, or for each but the labels'."""
    for one in reversed(out[-_HEAD_WITHIN:]):
        if not isinstance(one, Line):
            return None
        words = one.text.split()
        if len(words) in (columns, columns - 1) and not any(_NUMBER.fullmatch(word) for word in words):
            return one
    return None


def _spaced_head(line: Line, columns: int) -> list[Line]:
    words = [_part(line, *word.span()) for word in _WORD.finditer(line.text)]
    return words if len(words) == columns else [_part(line, 0, 0), *words]


def _groups(lines: Sequence[Line]) -> tuple[list[Line], list[tuple[list[Line], list[list[Line]]]]]:
    """Return the lines of no table, and each table's lines and rows; rows of one table have as many cells."""
    kept: list[Line] = []
    groups: list[tuple[list[Line], list[list[Line]]]] = []
    at = 0
    while at < len(lines):
        end = at
        while end < len(lines) and (len(_PIPE.findall(lines[end].text)) >= 2 or _is_rule(lines[end].text)):
            end += 1
        rows = [_split(line) for line in lines[at:end] if not _RULE.match(line.text)]
        if len(rows) >= 2 and len(rows[0]) >= 2 and len({len(row) for row in rows}) == 1:
            groups.append((list(lines[at:end]), rows))
            at = end
        else:
            kept += lines[at : max(end, at + 1)]
            at = max(end, at + 1)
    return kept, groups


def _is_rule(text: str) -> bool:
    return len(text.strip()) > 2 and bool(_RULE.match(text)) and bool(_PIPE.search(text))


def _split(line: Line) -> list[Line]:
    """Return the cells of one row; pipes at both ends open and close it."""
    cuts = [match.start() for match in _PIPE.finditer(line.text)]
    edges = [-1, *cuts, len(line.text)]
    parts = [_part(line, start + 1, end) for start, end in itertools.pairwise(edges)]
    if not line.text[: cuts[0]].strip():
        parts = parts[1:]
    if not line.text[cuts[-1] + 1 :].strip():
        parts = parts[:-1]
    return parts


def _part(line: Line, start: int, end: int) -> Line:
    text = line.text[start:end]
    start += len(text) - len(text.lstrip())
    end = start + len(text.strip())
    if len(line.edges) != 2 * len(line.text):
        return replace(line, text=line.text[start:end])
    edges = tuple(line.edges[2 * start : 2 * end])
    box = line.box
    if box is not None and edges:
        box = box._replace(x0=min(edges), x1=max(edges))
    return replace(line, text=line.text[start:end], edges=edges, box=box)


def _cells(rows: Sequence[Sequence[Line]]) -> tuple[Cell, ...]:
    """Return the cells of rows; without places each is told from its neighbours by its column."""
    rows = [[_at_column(line, col) for col, line in enumerate(row, 1)] for row in rows]
    return tuple(
        Cell(r, c, 1, 1, cell_text((line,)) if line.text else "", (line,) if line.text else (), line.page, line.box)
        for r, row in enumerate(rows)
        for c, line in enumerate(row)
    )


def _at_column(line: Line, col: int) -> Line:
    return line if line.where is None else replace(line, where=f"{line.where} 列 {col}")
