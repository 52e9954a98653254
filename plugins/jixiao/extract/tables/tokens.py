"""The words of running lines, one by one, with their places."""

import re
from dataclasses import dataclass

from jixiao.extract import vocabulary
from jixiao.extract.numbers import NUMBER
from jixiao.model import Document, Evidence, Line
from jixiao.read.flow import body_lines
from jixiao.read.text import evidence_of, join, normalise

_FIGURE = re.compile(rf"^(?:-?{NUMBER}(?:亿元|万元|千元|元|%)?|[-—/])$")
_RATE_HEAD = re.compile(r"^(?:预算)?(?:执行|完成|支出)(?:率|进度)(?:\(%\))?$")
_SIDE_HEAD = re.compile(r"^(?:分值|权重|得分|自评得分)$")
_TOTAL = re.compile(r"^(?:年?度?资金总额|合计|总计|支出总额|预算总额|总支出)$")


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a running line, with its place."""

    text: str
    line: Line

    @property
    def is_figure(self) -> bool:
        """Whether this is a figure: a number, with or without a unit, or a dash."""
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
    def is_label(self) -> bool:
        """Whether this is a label of the budget and nothing else: a stage, a subject, both, or a rate."""
        words = re.sub(r"\((?:亿|万|千)?元\)|\([A-Z]\)|[:,、]|^其中", "", self.text)
        if len(words) > 16 or self.is_figure:
            return False
        if _RATE_HEAD.match(words):
            return True
        stage, terms = vocabulary.stage_in(words), vocabulary.terms_in(words)
        if not stage and not terms:
            return False
        start = min([term.start for term in terms] + ([stage[2]] if stage else []))
        end = max([term.end for term in terms] + ([stage[1]] if stage else []))
        return start <= 2 and bool(vocabulary.FILLER.match(words[end:]))

    @property
    def is_subject(self) -> bool:
        """Whether this is one row label of the budget and nothing else: 其中:基本支出."""
        words = re.sub(r"\((?:亿|万|千)?元\)|[:,、]|^其中", "", self.text)
        if _TOTAL.match(words):
            return True
        terms = vocabulary.terms_in(words)
        return len(terms) == 1 and terms[0].start <= 3 and terms[0].end == len(words)


def tokens_of(document: Document) -> list[Token]:
    """Return the words of the running lines, without page numbers, in reading order."""
    return [token for line in body_lines(document.pages) for token in _tokens(line)]


def token_evidence(token: Token, span: tuple[int, int] | None = None) -> Evidence:
    """Return where a word stands, or a span of its normalised text."""
    text, spots = join([token.line.text])
    return evidence_of((token.line,), spots, *(span or (0, len(text))), text)


def _tokens(line: Line) -> list[Token]:
    out = []
    for match in re.finditer(r"[^|\s│｜]+", line.text):
        text = normalise(match[0])
        if text:
            start, end = match.span()
            out.append(Token(text, line.part(start, end)))
    return out
