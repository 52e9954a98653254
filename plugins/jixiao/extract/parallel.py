"""Figures in one row (1200万元、300万元和50万元): which of them is of which of the terms named before.

基本支出、项目支出年初预算数分别为 names terms with a common stage, 年初预算数、决算数分别为 stages of one term, and
决算数分别为 behind such a row speaks of the same terms again. Parts may be told sum first: 其中622万元用于人员经费.
"""

import re
from collections import Counter
from dataclasses import dataclass, field

from jixiao.extract.clauses import Piece
from jixiao.extract.lexicon import Token, lexicon
from jixiao.extract.names import label_of
from jixiao.extract.scoped import WEAK_MARKS

_SPLIT = re.compile(r"[、和及与]")
_COUNTED = re.compile(r"(?P<names>[^,]+?)等?[一二三四五六七八九十\d]+[个项类]")
_YEAR = re.compile(r"(20[0-3]\d)年?")
_UNTIL = re.compile(r"[至到\-—]")
_HAN = re.compile(r"[一-鿿]")
_SPENT = "支出"
_OF = ("", "的")


@dataclass(frozen=True, slots=True)
class Given:
    """What 分别为 gives a figure of a row: its own term, stage, name or year."""

    term: Token | None = None
    stage: Token | None = None
    name: str = ""
    year: int | None = None


@dataclass(slots=True)
class Rows:
    """The rows of a paragraph: `head` of a figure's piece is the piece whose words it shares."""

    head: dict[int, int] = field(default_factory=dict)
    given: dict[int, Given] = field(default_factory=dict)
    unresolved: set[int] = field(default_factory=set)


def rows_of(pieces: list[Piece]) -> Rows:
    """Return the rows of figures of a paragraph, with what each figure is given."""
    rows = Rows(given=_sum_first(pieces))
    last: list[Given] = []
    sentence = -1
    at = 0
    while at < len(pieces):
        run = _run(pieces, at)
        if len(run) > 1:
            if pieces[at].sentence != sentence:
                last, sentence = [], pieces[at].sentence
            given = _resolve(pieces, run, last)
            for number, index in enumerate(run):
                rows.head[index] = run[0]
                if given:
                    rows.given[index] = given[number]
                else:
                    rows.unresolved.add(index)
            last = given or last
        at = run[-1] + 1
    return rows


def _sum_first(pieces: list[Piece]) -> dict[int, Given]:
    """Return the terms right behind figures without words of their own, where they are parts, or several a sentence."""
    found: dict[int, Given] = {}
    alone: set[int] = set()
    for piece in pieces:
        fillers = lexicon().scan(piece.words, ("filler", "rest"))
        free = len(_HAN.findall(piece.words)) - sum(one.end - one.start for one in fillers)
        named = piece.of("subject") or piece.of("stage") or free > 0
        if piece.figure is None or piece.figure.kind != "sum" or named:
            continue
        term, is_whole = _term_behind(piece)
        if term is not None:
            found[piece.index] = Given(term=term)
            is_left = bool(lexicon().scan(piece.words, ("rest",)))  # 余下5900万元为项目支出
            alone |= {piece.index} if is_whole or is_left or "其" in piece.marks else set()
    count = Counter(pieces[index].sentence for index in found)
    return {at: one for at, one in found.items() if at in alone or count[pieces[at].sentence] > 1}


def _term_behind(piece: Piece) -> tuple[Token | None, bool]:
    """Return the term that the clause behind a figure is (用于人员经费), and whether it is a whole (1047万元收入中)."""
    behind, tokens = piece.behind, lexicon().scan(piece.behind, ("tells_behind", "subject"))
    says = next((one.end for one in tokens if one.role == "tells_behind" and one.start == 0), None)
    at = piece.text.find(behind, piece.figure.end if piece.figure is not None else piece.end)
    for one in tokens:
        within = lexicon().opening(piece.text, "within", at + one.end)
        ends = within is not None and within.end == at + len(behind)
        is_whole = says is None and behind[: one.start] in _OF and ends
        if one.role == "subject" and (is_whole or (one.start == says and one.end == len(behind))):
            return Token(at + one.start, at + one.end, one.row), is_whole
    return None, False


def _run(pieces: list[Piece], at: int) -> list[int]:
    """Return the pieces from `at` on whose figures stand in one row with no words between."""
    run = [at]
    first = pieces[at].figure
    if first is None or first.is_zero_in_words:
        return run
    for index in range(at + 1, len(pieces)):
        piece = pieces[index]
        if piece.marks != "、" or piece.words.strip("、") or piece.figure is None or piece.figure.kind != first.kind:
            break
        run.append(index)
    return run


def _resolve(pieces: list[Piece], run: list[int], last: list[Given]) -> list[Given]:
    piece, count = pieces[run[0]], len(run)
    lead = [one for one in pieces[: run[0]] if one.sentence == piece.sentence and one.figure is None][-1:]
    for where in (piece, *lead):
        terms = [token for token in where.of("subject") if token.row.mark not in WEAK_MARKS] or where.of("subject")
        if len(terms) >= count:
            return [Given(term=term) for term in terms[-count:]]
        if len(terms) == 1 and terms[0].value.startswith("both/") and count == 2:
            return [Given(term=terms[0], name="revenue"), Given(term=terms[0], name="expenditure")]
    stages = apart(piece.of("stage"))
    if len(stages) == count:
        return [Given(stage=stage) for stage in stages]
    if years := _years(piece, count):
        return [Given(year=year) for year in years]
    if classes := next((some for where in (piece, *lead) if (some := _classes(where, count))), None):
        return [Given(term=token) for token in classes]
    names = [name for where in (piece, *lead) if (name := _names(where, count))]
    if names:
        return [Given(name=name) for name in names[0]]
    if len(last) == count and (not piece.of("subject") or all(one.stage for one in last)):
        return last
    return _told(pieces, run[0], count, piece)


def apart(stages: list[Token]) -> list[Token]:
    """Return the stages named, without the weak word that goes on from one: 年初 of 年初预算."""
    kept: list[Token] = []
    for token in stages:
        if kept and token.start <= kept[-1].end + 1 and token.row.mark == "weak":
            continue
        kept.append(token)
    return kept


def _names(piece: Piece, count: int) -> list[str]:
    counted = _COUNTED.match(piece.words)
    words = counted["names"] if counted else label_of(piece)
    names = [name for name in _SPLIT.split(words) if len(name) > 1]
    return names if len(names) == count else []


def _years(piece: Piece, count: int) -> list[int]:
    """Return the years that a row is of: 2021年至2023年…分别为."""
    years = [int(year) for year in _YEAR.findall(piece.words)]
    if len(years) == 2 and _UNTIL.search(piece.words) and piece.has("parallel"):
        years = [*range(years[0], years[1] + 1)]
    return years if len(years) == count else []


def _classes(piece: Piece, count: int) -> list[Token]:
    """Return the classes of the chart that a row is of, named without 支出: 社会保障和就业、农林水两类支出分别为."""
    counted = _COUNTED.match(piece.words)
    words = counted["names"] if counted else label_of(piece)
    at = piece.text.find(words, piece.start)
    found: list[Token] = []
    for name in words.split("、"):
        whole = name if name.endswith(_SPENT) else name + _SPENT
        token = next((t for t in lexicon().scan(whole, ("subject",)) if (t.start, t.end) == (0, len(whole))), None)
        if token is None or not token.value.startswith(("function/", "economic/")):
            return []
        found.append(Token(at, at + len(name), token.row))
        at += len(name) + 1
    return found if len(found) == count else []


def _told(pieces: list[Piece], at: int, count: int, piece: Piece) -> list[Given]:
    """Return the terms of as many figures as stand before the row in its sentence: of parts before their whole."""
    after = pieces[at + count] if at + count < len(pieces) else None
    if not piece.has("parallel") and not (after is not None and after.has("parallel") and after.figure is not None):
        return []
    before = [one for one in pieces[:at] if one.sentence == piece.sentence and one.figure and one.figure.kind == "sum"]
    terms = [
        ([t for t in one.of("subject") if t.row.mark not in WEAK_MARKS] or one.of("subject"))[-1:] for one in before
    ]
    parts = [some for some in terms if some and not some[0].value.endswith("total/total")]
    parts = parts if len(parts) >= count else terms
    kept = parts[-count:]
    return [Given(term=some[0]) for some in kept] if len(kept) == count and all(kept) else []
