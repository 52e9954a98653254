"""Text that a converter wrote twice for bold: every character (项项目目) or every word and figure (9.59.5).

Short words count only on a page that shows it beyond doubt, whole numbers (1010) only below such a word.
"""

import re
from dataclasses import replace

from jixiao.model import Line, Page
from jixiao.read.grid import RawTable

_WORD = re.compile(r"([一-鿿]{2,})\1")
_PAIRS = re.compile(r"(?:(\S)\1){2,}")
_FIGURE = re.compile(r"(?<![\d.,，])(\d+(?:[,，]\d{3})*\.\d+)\1(?:%(%)|(?=[元万亿%分]|$))")
_WHOLE_NUMBER = re.compile(r"(\d+)\1")
# 2.52.5 alone may be a weight and a score.
_BEYOND_DOUBT = re.compile(r"(\d+\.\d+)\1[元万亿%分]|(?:([一-鿿、])\2){3}")


def undoubled(page: Page, tables: list[RawTable]) -> tuple[Page, list[RawTable]]:
    """Return a page and its tables with what is written twice written once."""
    inside = [line for table in tables for cell in table.cells for line in cell.lines]
    if not _BEYOND_DOUBT.search("\n".join(line.text for line in (*page.lines, *inside))):
        return page, tables
    return replace(page, lines=tuple(map(_once, page.lines))), list(map(_table_once, tables))


def _table_once(table: RawTable) -> RawTable:
    cells = []
    twice: set[int] = set()
    for cell in sorted(table.cells, key=lambda cell: (cell.row, cell.col)):
        lines = tuple(map(_once, cell.lines))
        if "".join(line.text for line in lines) != "".join(line.text for line in cell.lines):
            twice.add(cell.col)
        if cell.col in twice and len(lines) == 1 and _WHOLE_NUMBER.fullmatch(lines[0].text):
            lines = (_with(lines[0], range(len(lines[0].text) // 2)),)
        cells.append(replace(cell, lines=lines))
    return replace(table, cells=tuple(cells))


def _once(line: Line) -> Line:
    text = line.text
    if _WORD.fullmatch(text):
        return _with(line, range(len(text) // 2))
    dropped: set[int] = set()
    for match in _PAIRS.finditer(text):
        # 高高兴兴 and 112233 are words and figures as they are.
        several = len(set(match[0])) > 1 and re.search(r"[一-鿿,，、]", match[0])
        if several and (len(match[0]) >= 6 or match[0] == text):
            dropped.update(range(match.start() + 1, match.end(), 2))
    for match in _FIGURE.finditer(text):
        dropped.update(range(match.end(1), match.end(1) + len(match[1])))
        dropped.update([match.end() - 1] if match[2] else [])
    return _with(line, [at for at in range(len(text)) if at not in dropped]) if dropped else line


def _with(line: Line, kept: range | list[int]) -> Line:
    edges = [edge for at in kept for edge in line.edges[2 * at : 2 * at + 2]]
    return replace(line, text="".join(line.text[at] for at in kept), edges=edges)
