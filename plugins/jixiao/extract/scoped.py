"""What scopes keep: subjects that were named, figures that were read, an open list, what an item is called."""

import re
from dataclasses import dataclass
from typing import Literal

from jixiao.extract.clauses import Piece
from jixiao.extract.lexicon import Token
from jixiao.model import Flow, Scheme, Stage, Subject

WHOLE = Subject("expenditure", "total", "total")
WEAK_MARKS = ("weak", "grand")
PROJECTS = Subject("expenditure", "nature", "project")


@dataclass(slots=True)
class Said:
    """A subject that words have named, and where; `weak` where the words may only mean the one before.

    What `leads` opens its paragraph (“三公”经费方面,…) and is its lead once the sentence has ended.
    """

    subject: Subject
    piece: int
    sentence: int
    segment: int
    weak: bool
    place: Literal["word", "lead", "heading", "before"] = "word"
    part: bool = False
    leads: bool = False


@dataclass(slots=True)
class Told:
    """What a figure was first read as, for the parts that follow it."""

    subject: Subject | None
    stage: Stage | None
    year: int
    piece: int
    compared: bool
    name: str = ""
    is_sum: bool = True
    left: bool = False
    classless: bool = False
    unknown: bool = False
    unsaid: bool = False


@dataclass(slots=True)
class Listing:
    """An open list of projects: how far it reaches, and the stage and year of what it makes up.

    `unsaid`: the stage is only that of a sum told in the sentence before.
    """

    extent: Literal["bracket", "sentence", "paragraph", "section"]
    stage: Stage | None = None
    year: int | None = None
    depth: int = 0
    marked_only: bool = False
    style: str = ""
    parent: str | None = None
    unsaid: bool = False


@dataclass(slots=True)
class Label:
    """What an item is called, the mark in front of it, and whether it stands in a list of projects."""

    name: str
    enum: str
    listed: bool
    piece: int
    parent: str | None = None
    lasting: bool = False


_YEAR = re.compile(r"(?<!\d)(20[0-3]\d)年?度?(?!\d*月)")
_DATED = re.compile(r"20\d\d年\d{1,2}月")
_COUNTED = re.compile(
    r"(?:支出|经费|资金)?(?:共有?|有|为|是|由)?[\d一二两三四五六七八九十]+(?:[个项](?!百分)|(?:块|部分|大块)(?=组成|构成))"
)


def opens_list(token: Token, piece: Piece, pieces: list[Piece]) -> bool:
    """Tell whether a word opens a list of projects: by itself, as a heading, or counted (专项5个, 项目支出共四个)."""
    if token.value in ("strong", "after_project"):
        return token.value == "strong"
    return (token.value == "lead" and leads(piece, pieces)) or _COUNTED.match(piece.text, token.end) is not None


def next_of(piece: Piece, pieces: list[Piece]) -> Piece | None:
    """Return the piece behind one of a paragraph's."""
    return pieces[piece.index + 1] if piece.index + 1 < len(pieces) else None


def heads(token: Token, piece: Piece, pieces: list[Piece]) -> bool:
    """Tell whether a piece without a figure ends with a word, and is the heading of what follows."""
    after = next_of(piece, pieces)
    marks = after.marks if after is not None else ""
    return piece.figure is None and token.end == piece.end and ("。" in marks or ":" in marks)


def heading_stage(tokens: list[Token]) -> Stage | None:
    """Return the stage that a heading hands down: a budget's, where it speaks of no outturn."""
    stages = {token.value for token in tokens if token.role == "stage"}
    if "initial_budget" in stages:
        return "initial_budget"
    outturn = any(token.role == "outturn" for token in tokens)
    return "budget" if stages and stages <= {"planned", "budget"} and not outturn else None


def heading_flow(pieces: list[Piece]) -> Flow | None:
    """Return the flow that a heading hands down, where it speaks of one."""
    if any("收入" in piece.words and "支出" not in piece.words for piece in pieces):
        return "revenue"
    flows = {subject_of(token, "").flow for piece in pieces for token in piece.of("subject")}
    return next(iter(flows)) if len(flows) == 1 else None


def ends_as_no_other(piece: Piece, pieces: list[Piece]) -> bool:
    """Tell whether the stage word behind a name of a list is its own end: 案件审判402万元;案件执行8万元."""
    weak = [token for token in piece.of("stage") if token.end == piece.end and token.row.mark == "weak"]
    beside = [
        one
        for one in pieces
        if one.sentence == piece.sentence and one is not piece and not one.of("subject")
        if one.figure is not None and one.figure.kind == "sum"
    ]
    return bool(weak) and 2 * sum(not one.of("stage") for one in beside) > len(beside)


def leads(piece: Piece, pieces: list[Piece]) -> bool:
    """Tell whether a piece is a heading in its paragraph with a list behind it: 专项经费使用。一是…."""
    after = next_of(piece, pieces)
    return piece.figure is None and after is not None and after.enum in ("word", "circle", "number", "paren")


def moves(piece: Piece) -> bool:
    """Tell whether a piece speaks of money that was added, moved or left over."""
    return any(token.row.mark == "always" for token in piece.of("owner"))


def stage_of(values: list[str]) -> Stage | None:
    """Return the stage that the last of several stage words means; a bare 预算 is the one in force."""
    last: dict[str, Stage] = {
        "initial_budget": "initial_budget",
        "budget": "budget",
        "planned": "budget",
        "final": "final",
    }
    return last[values[-1]] if values else None


def subject_of(token: Token, text: str) -> Subject:
    """Return what a term is of; a source is income unless 支出 is part of the term or follows it."""
    parts = token.value.split("/")
    words, after = text[token.start : token.end], text[token.end : token.end + 2]
    flow: Flow = "expenditure"
    if len(parts) == 3:
        flow = "revenue" if parts[0] == "revenue" else "expenditure"  # income and spending in one sum is spending
        parts = parts[1:]
    elif parts[0] == "source":
        flow = "expenditure" if "支出" in words or after == "支出" else "revenue"
    scheme: Scheme = parts[0]  # type: ignore[assignment]
    return Subject(flow, scheme, parts[1])


def is_of_the_same(token: Token, piece: Piece, said: list[Said]) -> bool:
    """Tell whether 支出决算 only gives the outturn of what its sentence speaks of."""
    flow = subject_of(token, piece.text).flow
    near = [
        one
        for one in said
        if not one.weak
        and (one.place in ("lead", "heading") or (one.place == "word" and one.sentence == piece.sentence))
    ]
    return bool(near) and near[-1].subject.flow == flow


def year_in(piece: Piece, fiscal_year: int) -> int | None:
    """Return the year that a piece speaks of, where it is near the report's and not one compared with."""
    if piece.has("against") or piece.has("last_year"):
        return None
    years = [int(year) for year in _YEAR.findall(_DATED.sub("", piece.words))]
    return years[-1] if years and abs(years[-1] - fiscal_year) <= 1 else None


def terms_of(piece: Piece, said: list[Said]) -> list[Token]:
    """Return the terms of a piece that can be what its figure is of: not those behind 占."""
    until = min((t.start for t in piece.of("share")), default=piece.end + 99)
    vehicles = any(one.subject.scheme == "three_public" for one in said)
    return [t for t in piece.of("subject") if t.start < until and (t.row.mark != "part" or vehicles)]
