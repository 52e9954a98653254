"""A paragraph as pieces: the words between two boundaries or figures, with the figure that ends them.

A boundary is a punctuation mark, a bracket that holds a figure, 其中 and its like, or a list mark (1、, 一是, ①).
Brackets without a figure belong to the words around them. Every piece knows the sentence, the segment (between `;`)
and the item it stands in, and how deep in brackets.
"""

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache

from jixiao.extract.figures import Printed, printed_in
from jixiao.extract.lexicon import Token, lexicon
from jixiao.model import Passage

ENUMERATOR = re.compile(
    r"(?P<chapter>[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十]{1,3}\)|\d{1,2}(?:\.\d{1,2})+[、.]?(?=[^\d.、]))"
    r"|(?P<number>\d{1,2}[、.](?!\d))|(?P<paren>\(\d{1,2}\)|\d{1,2}\)(?!\d))|(?P<word>(?:第[一二三四五六七八九十]{1,2}[个项]?|[一二三四五六七八九十]{1,2})是)"
    r"|(?P<circle>[①-⑳㈠-㈩][.、]?)"
)
_OPENERS = ("strong", "after_project")
_BEHIND = 24
_BOUNDS = frozenset(",;。:!?")
_LINKS = ("以及", "、", "和", "及", "与")
_HAN = re.compile(r"[一-鿿]")
_UNIT = re.compile(r"亿元|万[元兀]|千元|元|[万亿]")
_WEAK_INSIDE = {"total", "revenue"}


@dataclass(slots=True)
class Piece:
    """Words `start` to `end` of a text and the figure behind them, if any.

    `marks` are the boundaries since the piece before (the beginning of the text is `^`, 其中 is `其`, a link between
    figures `、`); `enum` is the kind of list mark in front. `behind` is what stands between the figure and the next
    boundary's first character.
    """

    text: str
    start: int
    end: int
    marks: str
    index: int = 0
    enum: str = ""
    depth: int = 0
    sentence: int = 0
    segment: int = 0
    item: int = 0
    figure: Printed | None = None
    tokens: list[Token] = field(default_factory=list)
    behind: str = ""

    @property
    def words(self) -> str:
        """Return the words of the piece."""
        return self.text[self.start : self.end]

    def of(self, role: str) -> list[Token]:
        """Return its tokens of one role, in order."""
        return [token for token in self.tokens if token.role == role]

    def has(self, role: str, value: str | None = None) -> bool:
        """Tell whether a token of a role (and a value) stands in it."""
        return any(token.role == role and (value is None or token.value == value) for token in self.tokens)


def pieces_of(passage: Passage) -> list[Piece]:
    """Return the pieces of a paragraph in order; every figure ends one."""
    text = passage.text
    figures = [one for one in printed_in(text, passage.bare_unit, passage.bare_from) if one.kind != "points"]
    tokens = list(_tokens(text))
    pieces = _cut(text, figures, _bounds(text, figures, tokens))
    _number(pieces)
    at = 0
    for piece in pieces:
        reach = piece.figure.end if piece.figure is not None and piece.figure.is_zero_in_words else piece.end
        while at and tokens[at - 1].start >= piece.start:
            at -= 1
        while at < len(tokens) and tokens[at].start < reach:
            if tokens[at].start >= piece.start and tokens[at].end <= reach:
                piece.tokens.append(tokens[at])
            at += 1
        piece.tokens = _tidy(piece.tokens)
    return _split_lists(pieces)


def _split_lists(pieces: list[Piece]) -> list[Piece]:
    """Let what opens a list end a piece: 项目支出主要用于 | 办案业务费1386.20万元."""
    out: list[Piece] = []
    for piece in pieces:
        whole = {at for token in piece.of("all_of") for at in range(token.start, token.end)}  # 全部用于公务接待
        opens = [t for t in piece.of("list") if t.value in _OPENERS and t.start not in whole]
        opener = next((t for t in opens if t.end < piece.end - 1), None)
        if opener is not None:
            before = [token for token in piece.tokens if token.end <= opener.end]
            out.append(replace(piece, end=opener.end, figure=None, tokens=before, behind=""))
            behind = [token for token in piece.tokens if token.start >= opener.end]
            piece = replace(piece, start=opener.end, marks=":", enum="", tokens=behind)
        out.append(piece)
    for index, piece in enumerate(out):
        piece.index = index
    return out


@lru_cache(maxsize=256)
def _tokens(text: str) -> tuple[Token, ...]:
    return tuple(lexicon().scan(text, _ROLES))


_ROLES = (
    "subject", "stage", "change", "against", "share", "last_year", "part", "split", "list", "parallel", "all_of",
    "aside", "owner", "programme", "rate", "not_ours", "outturn", "from_here", "only", "turn", "level",
    "partial", "list_head", "within", "summed_up", "by", "pooled",
)  # fmt: skip


def _tidy(tokens: list[Token]) -> list[Token]:
    """Drop what a longer term has in its name: the 支出 of 住房保障支出 is no stage, its 补助 no payment."""
    subjects = [token for token in tokens if token.role == "subject"]

    def inside(token: Token) -> bool:
        return any(
            one.start <= token.start
            and token.end <= one.end
            and (token.role == "owner" or (token.row.mark == "weak" and not _names_a_whole(one)))
            for one in subjects
        )

    return [token for token in tokens if token.role not in ("stage", "owner", "change") or not inside(token)]


def _names_a_whole(token: Token) -> bool:
    return bool(_WEAK_INSIDE & set(token.value.split("/")))


def _stop(text: str, figure: Printed) -> int:
    """Return where a figure ends, its unit included."""
    if figure.kind == "sum" and not figure.is_zero_in_words and (unit := _UNIT.match(text, figure.end)):
        return unit.end()
    return figure.end


def _bounds(text: str, figures: list[Printed], tokens: list[Token]) -> dict[int, tuple[int, str]]:
    """Return the boundaries of a text: where each starts, where it ends, and its mark."""
    inside = {at for one in figures for at in range(one.start, one.end)}
    bounds: dict[int, tuple[int, str]] = {}
    opened: list[int] = []
    starts = {one.start for one in figures}
    stops = {_stop(text, one) for one in figures}
    starts_behind = {one.start - 1 for one in figures if one.start > 1 and _HAN.match(text[one.start - 2])}
    starts_behind -= {at for one in figures for at in range(_stop(text, one), _stop(text, one) + 1)}
    for at, char in enumerate(text):
        if char in _BOUNDS and at not in inside and not _in_number(text, at) and not (char == ":" and at + 1 in starts):
            bounds[at] = (at + 1, "。" if char in "!?" else char)
        elif char == "(":
            opened.append(at)
        elif char == ")" and opened:
            begin = opened.pop()
            if begin in starts_behind and at in stops:
                continue  # 较2022年(400.00万元)增加: the figure stands as if without brackets
            if any(begin < start < at for start in starts):
                bounds[begin], bounds[at] = (begin + 1, "("), (at + 1, ")")
    for token in tokens:
        if token.role == "part" and token.start not in inside:
            bounds[token.start] = (token.end, "其")
    return bounds


def _in_number(text: str, at: int) -> bool:
    return 0 < at < len(text) - 1 and text[at - 1].isdigit() and text[at + 1].isdigit()


def _cut(text: str, figures: list[Printed], bounds: dict[int, tuple[int, str]]) -> list[Piece]:
    pieces: list[Piece] = []
    by_start = {one.start: one for one in figures}
    start, at, marks, enum, depth = 0, 0, "^", "", 0
    while at <= len(text):
        if marks and at == start and not enum and (found := ENUMERATOR.match(text, at)) and _may_count(text, at, found):
            enum = found.lastgroup or ""
            start = at = found.end()
            continue
        figure, bound = by_start.get(at), bounds.get(at)
        if figure is None and bound is None and at < len(text):
            at += 1
            continue
        end = at - 1 if figure is not None and at > start and text[at - 1] in "-(" else at
        if end > start or figure is not None or enum:
            pieces.append(Piece(text, start, end, marks, len(pieces), enum, depth, figure=figure))
            marks, enum = "", ""
        if figure is not None:
            start = at = _stop(text, figure)
            if text.startswith(")", at) and at not in bounds:
                start = at = at + 1
            link = next((one for one in _LINKS if text.startswith(one, at)), "")
            marks, start = ("、", at + len(link)) if link else ("", at)
            at = start
            continue
        if bound is None:
            break
        start = at = bound[0]
        marks += bound[1]
        depth += {"(": 1, ")": -1}.get(bound[1], 0)
    for one, other in zip(pieces, [*pieces[1:], None], strict=False):
        if one.figure is not None:
            stop = _stop(text, one.figure)
            one.behind = text[stop : max(stop, other.end) if other is not None else len(text)][:_BEHIND]
    return pieces


def _may_count(text: str, at: int, found: re.Match[str]) -> bool:
    """Tell whether a mark counts a list: 一是 and ① anywhere behind a boundary, a number only with words behind it."""
    return found.end() < len(text) and not (found.lastgroup == "chapter" and at and text[at - 1] not in "。;:")


def _number(pieces: list[Piece]) -> None:
    sentence = segment = item = 0
    for piece in pieces:
        sentence += "。" in piece.marks
        segment += "。" in piece.marks or ";" in piece.marks
        item += bool(piece.enum) or "。" in piece.marks or ";" in piece.marks
        piece.sentence, piece.segment, piece.item = sentence, segment, item
