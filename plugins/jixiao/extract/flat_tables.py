"""Budget tables that a converter flattened into a column of words: one cell a line, or labels first and figures later.

A table is rebuilt only where the counts leave one way to do it; the rest is left to the reader.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from jixiao.extract import vocabulary
from jixiao.extract.numbers import NUMBER, stated_unit
from jixiao.model import Cell, Document, Line, Table
from jixiao.read.text import normalise

_FIGURE = re.compile(rf"^(?:-?{NUMBER}(?:亿元|万元|千元|元|%)?|[-—/])$")
_RATE_HEAD = re.compile(r"^(?:预算)?(?:执行|完成|支出)(?:率|进度)(?:\(%\))?$")
_SIDE_HEAD = re.compile(r"^(?:分值|权重|得分|自评得分)$")
_TOTAL = re.compile(r"^(?:年?度?资金总额|合计|总计|支出总额|预算总额|总支出)$")
_CAPTION_LINES = 4


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    line: Line

    @property
    def is_figure(self) -> bool:
        return bool(_FIGURE.match(self.text))

    @property
    def is_stage(self) -> bool:
        """Whether this is a column heading and nothing else: 年初预算数, 全年执行数(万元)."""
        stage = vocabulary.stage_in(self.text)
        return stage is not None and len(self.text) <= 12 and not vocabulary.terms_in(self.text)

    @property
    def is_heading(self) -> bool:
        """Whether this heads a column of a budget table: a stage, a rate, or what stands beside them."""
        return self.is_stage or bool(_RATE_HEAD.match(self.text) or _SIDE_HEAD.match(self.text))

    @property
    def is_subject(self) -> bool:
        """Whether this is one row label of the budget and nothing else: 其中:基本支出."""
        words = re.sub(r"\((?:亿|万|千)?元\)|[:,、]|^其中", "", self.text)
        if _TOTAL.match(words):
            return True
        terms = vocabulary.terms_in(words)
        return len(terms) == 1 and terms[0].start <= 3 and terms[0].end == len(words)


def flat_tables(document: Document) -> list[Table]:
    """Return the budget tables that stand in the running lines, rebuilt with rows and columns."""
    tokens = [token for page in document.pages for line in page.lines for token in _tokens(line)]
    tables: list[Table] = []
    at = 0
    while at < len(tokens):
        built = _with_headings(tokens, at) or _labels_first(tokens, at)
        if built is None:
            at += 1
            continue
        table, at = built
        tables.append(table)
    return tables


def _tokens(line: Line) -> list[_Token]:
    out = []
    for match in re.finditer(r"[^|\s│｜]+", line.text):
        text = normalise(match[0])
        if text:
            start, end = match.span()
            box = line.span_box(start, end) if not line.turn and len(line.edges) == 2 * len(line.text) else line.box
            edges = line.edges[2 * start : 2 * end] if len(line.edges) == 2 * len(line.text) else ()
            part = Line(match[0], line.page, box, edges, line.confidence, line.where, line.turn, line.extent)
            out.append(_Token(text, part))
    return out


def _with_headings(tokens: Sequence[_Token], at: int) -> tuple[Table, int] | None:
    """Rebuild headings of two stages or more, then rows of a label and as many figures as there are headings."""
    end = at
    while end < len(tokens) and tokens[end].is_heading:
        end += 1
    heads = tokens[at:end]
    if sum(head.is_stage for head in heads) < 2 or (at and tokens[at - 1].is_heading):
        return None
    rows: list[tuple[_Token, Sequence[_Token]]] = []
    while True:
        start = end
        while start < len(tokens) and start < end + 2 and not tokens[start].is_figure and not tokens[start].is_subject:
            start += 1
        after = start + 1
        while after < len(tokens) and tokens[after].is_figure:
            after += 1
        if start >= len(tokens) or not tokens[start].is_subject or after - start - 1 != len(heads):
            break
        rows.append((tokens[start], tokens[start + 1 : after]))
        end = after
    if not rows:
        return None
    cells = [_cell(0, col + 1, head) for col, head in enumerate(heads)]
    for row, (label, figures) in enumerate(rows, start=1):
        cells += [_cell(row, 0, label), *(_cell(row, col + 1, figure) for col, figure in enumerate(figures))]
    return Table(tuple(cells), len(rows) + 1, len(heads) + 1, _caption(tokens, at)), end


def _labels_first(tokens: Sequence[_Token], at: int) -> tuple[Table, int] | None:
    """Rebuild two labels or more followed by as many figures; the line above them must say stage and unit."""
    end = at
    while end < len(tokens) and tokens[end].is_subject:
        end += 1
    labels = tokens[at:end]
    after = end
    while after < len(tokens) and tokens[after].is_figure:
        after += 1
    if at == 0 or len(labels) < 2 or after - end != len(labels):
        return None
    head = tokens[at - 1]
    if vocabulary.stage_in(head.text) is None or stated_unit(head.text) is None or len(head.text) > 24:
        return None
    cells = [_cell(0, 1, head)]
    for row, (label, figure) in enumerate(zip(labels, tokens[end:after], strict=True), start=1):
        cells += [_cell(row, 0, label), _cell(row, 1, figure)]
    return Table(tuple(cells), len(labels) + 1, 2, _caption(tokens, at)), after


def _cell(row: int, col: int, token: _Token) -> Cell:
    return Cell(row, col, 1, 1, token.text, (token.line,), token.line.page, token.line.box)


def _caption(tokens: Sequence[_Token], at: int) -> tuple[Line, ...]:
    return tuple(token.line for token in tokens[max(0, at - _CAPTION_LINES) : at])
