"""The words of running lines, one by one, with their places."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from jixiao.extract.numbers import NUMBER, decimal_of
from jixiao.extract.tables.bands import headness
from jixiao.extract.tables.meanings import meaning
from jixiao.extract.tables.roles import said_of
from jixiao.extract.tables.stages import said_in
from jixiao.model import Document, Evidence, Line, Page
from jixiao.read.flow import body_lines
from jixiao.read.text import evidence_of, join, normalise

_POINTS = re.compile(rf"^(?P<number>{NUMBER})分?$")
_FIGURE = re.compile(rf"^(?:-?{NUMBER}(?:亿元|万元|千元|元|%)?|[-—/])$")
_SPACED = re.compile(r"\s*[一-鿿](?:\s+[一-鿿])+\s*")  # 决 算 数: one word
_BESIDE = {"completion", "full_marks", "score"}
_ONLY_WORDS = 0.8
_LAST: list[tuple[tuple[Page, ...], list["Token"]]] = []
_LONGEST_STAGE, _LONGEST_LABEL = 16, 20


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a running line, with its place."""

    text: str
    line: Line

    @property
    def is_figure(self) -> bool:
        """Whether this is a figure: a number, with or without a unit, or a dash."""
        return _is_figure(self.text)

    @property
    def points(self) -> Decimal | None:
        """A bare number, or one of points: 9, 9.5分; None for anything else."""
        match = _POINTS.match(self.text)
        return decimal_of(match["number"]) if match else None

    @property
    def is_stage(self) -> bool:
        """Whether this is a column heading and nothing else: 年初预算数, 全年执行数(万元)."""
        said = meaning(self.text)
        return (
            len(self.text) <= _LONGEST_STAGE
            and said_in(self.text) is not None
            and said.kind not in ("subject", "total")
        )

    @property
    def is_heading(self) -> bool:
        """Whether this heads a column of a budget table: a stage, a rate, or what stands beside them."""
        return self.is_stage or (said_of(self.text) in _BESIDE and headness(self.text) >= _ONLY_WORDS)

    @property
    def is_label(self) -> bool:
        """Whether this is a label of the budget and nothing else: a stage, a subject, both, or a rate."""
        if len(self.text) > _LONGEST_LABEL or self.is_figure:
            return False
        return self.is_heading or self.is_subject or (meaning(self.text).subject is not None and not self._rest)

    @property
    def is_subject(self) -> bool:
        """Whether this is one row label of the budget and nothing else: 其中:基本支出."""
        said = meaning(self.text)
        return said.kind in ("subject", "total") and not said.rest and said_in(self.text, is_own=True) is None

    @property
    def _rest(self) -> str:
        return meaning(self.text).rest


@lru_cache(maxsize=8192)
def _is_figure(text: str) -> bool:
    return bool(_FIGURE.match(text))


def tokens_of(document: Document) -> list[Token]:
    """Return the words of the running lines, without page numbers, in reading order."""
    if not _LAST or _LAST[0][0] is not document.pages:  # several readers ask of the same pages
        _LAST[:] = [(document.pages, [token for line in body_lines(document.pages) for token in _tokens(line)])]
    return [*_LAST[0][1]]


def token_evidence(token: Token, span: tuple[int, int] | None = None) -> Evidence:
    """Return where a word stands, or a span of its normalised text."""
    text, spots = join([token.line.text])
    return evidence_of((token.line,), spots, *(span or (0, len(text))), text)


def _tokens(line: Line) -> list[Token]:
    out = []
    spaced = _SPACED.fullmatch(line.text)
    for match in [spaced] if spaced else re.finditer(r"[^|\s│｜]+", line.text):
        text = normalise(match[0])
        if text:
            start, end = match.span()
            out.append(Token(text, line.part(start, end)))
    return out
