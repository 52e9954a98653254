"""Money in running text: every sum read by its scopes, then all of a document together.

A sum ends as a fact, as not ours (with the reason) or as a doubt (with the readings that remain).
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import product

from jixiao.extract.assign import DOUBT_MARGIN, SURE_MARGIN, choose
from jixiao.extract.clauses import Piece, pieces_of
from jixiao.extract.foreign import ANOTHERS, is_other_stage, sign_of
from jixiao.extract.found import Found, Left
from jixiao.extract.handed import handed
from jixiao.extract.items import Parent, goes_on, is_entry, is_part_mark, opens_entries, parent_in, parents_of
from jixiao.extract.lexicon import Token
from jixiao.extract.names import leave_own_names
from jixiao.extract.numbers import NUMBER
from jixiao.extract.parallel import Given, Rows, apart, rows_of
from jixiao.extract.prose_rates import read_rate
from jixiao.extract.readings import BESIDE_FREE, NO_CLASS_WORDS, Reading, readings_of
from jixiao.extract.scope import Scopes
from jixiao.extract.scoped import WEAK_MARKS, WHOLE, Told, subject_of
from jixiao.extract.stages import OF_TERM, SPENT, UNSAID
from jixiao.extract.subjects import INCOME
from jixiao.extract.sums import Read, Sum, take_all_of
from jixiao.model import Amount, Confidence, Doubt, Passage, Subject

_HEADING = re.compile(
    r"^(?:[一二三四五六七八九十]+[、.]|[((][一二三四五六七八九十\d]+[))]|\d{1,2}[、.])?[^,。;:]{2,28}[。:]?$"
)
# A cell of a form that was flattened: 其中:基本支出:1930.25万元.
_LINE = re.compile(rf"(?:其中:)?[一-鿿“”()]{{0,16}}:?{NUMBER}(?:亿元|万元|千元|元)")
_ASIDE = re.compile(r"\([^()]*\)(?=:?$)")

UNDECIDED = "undecided_reading"
UNKNOWN = "unknown_sum"


def read_sums(passages: Iterable[Passage], fiscal_year: int, own: Sequence[str] = ()) -> Read:
    """Return every sum of the running text with its readings, and the rates and changes; `own` are our names."""
    read = Read()
    scopes = Scopes(fiscal_year, tuple(own))
    parents: list[Parent] = []
    whole: Told | None = None
    opened = False  # whether the line of 其中 held the first entry itself
    for number, passage in enumerate(passages):
        pieces = pieces_of(passage)
        leave_own_names(pieces, own)
        if is_part_mark(passage.text):
            whole = next((one for one in reversed(scopes.told) if one.is_sum and not one.compared), None)
            opened = False
            continue
        whole = whole if (goes_on(passage.text, pieces) if opened else is_entry(passage.text)) else None
        if _HEADING.match(_ASIDE.sub("", passage.text)) and not any(piece.figure for piece in pieces):
            scopes.head(pieces, passage.text.endswith(":"))
            parents = parents_of(passage.text, parents)
            continue
        scopes.begin(pieces)
        parents = parents_of(passage.text, parents)
        if parents or whole is not None:
            scopes.whole = replace(whole, piece=-1) if whole is not None else parents[-1].told
            scopes.whole_segment = 0
        before = len(read.sums)
        _read_paragraph(passage, number, pieces, scopes, read)
        if opens_entries(passage.text):
            whole, opened = scopes.whole, True
        if (parent := parent_in(passage.text, pieces, [one.readings[0] for one in read.sums[before:]])) is not None:
            parents.append(parent)
        if passage.text.endswith(":") and scopes.listing is not None:
            scopes.listing.extent = "section"
    return read


def _read_paragraph(passage: Passage, number: int, pieces: list[Piece], scopes: Scopes, read: Read) -> None:
    rows = rows_of(pieces)
    outside = {piece.sentence for piece in pieces for t in piece.of("owner") if t.row.mark == "sentence"}
    for piece in pieces:
        head = pieces[rows.head.get(piece.index, piece.index)]
        if head is piece:
            scopes.enter(piece)
            scopes.owner = scopes.owner or ("not in our accounts" if piece.sentence in outside else "")
            if scopes.owner == "not in our accounts" and piece.sentence not in outside:
                scopes.owner = ""
        if piece.figure is None:
            take_all_of(passage, piece, scopes, read)
            continue
        like = piece if head is piece else _like(piece, head)
        given = rows.given.get(piece.index)
        if piece.figure.kind == "rate":
            why = read_rate(passage, like, scopes, given.term if given else None, read.rates, _versus(scopes, like))
            read.rates.reasons[piece.figure.start] = why
            continue
        _take_sum(passage, number, like, scopes, read, given, rows)


def _versus(scopes: Scopes, piece: Piece) -> bool:
    """Tell whether the figure before was the budget compared with: 较预算数6.00万元下降5%."""
    last = scopes.told[-1] if scopes.told else None
    return last is not None and last.compared and last.stage in ("budget", "initial_budget") and not piece.marks


def _like(piece: Piece, head: Piece) -> Piece:
    """Return a figure of a row with the words that it shares with the others."""
    return replace(head, marks="、", index=piece.index, figure=piece.figure, behind=piece.behind)


def _take_sum(
    passage: Passage, number: int, piece: Piece, scopes: Scopes, read: Read, given: Given | None, rows: Rows
) -> None:
    figure = piece.figure
    if figure is None:
        return
    zeros = _zero_terms(piece, scopes)
    for extra, stage in product(zeros, (None, *_stages_of_each(piece))):
        given = Given(term=extra, stage=stage)
        read.sums.append(
            Sum(passage, number, piece, readings_of(piece, scopes, given), piece.text[extra.start : extra.end])
        )
    if given is not None and (zeros or figure.is_zero_in_words):
        return
    both = next((token for token in scopes.own_terms if token.value.startswith("both/")), None)
    if both is not None and given is None:  # 收支总计100万元: income as well
        income = Given(term=both, name="revenue")
        read.sums.append(Sum(passage, number, piece, readings_of(piece, scopes, income), piece.words))
    for stage in _stages_of_each(piece) if given is None else ():
        read.sums.append(Sum(passage, number, piece, readings_of(piece, scopes, Given(stage=stage)), piece.words))
    readings = readings_of(piece, scopes, given)
    if piece.index in rows.unresolved:
        readings = [Reading(0.0, None, None, scopes.fiscal_year, "a row without as many terms", is_grounded=False)]
    best = next((one for one in readings if one.subject is not None), None)
    about = best.subject if best is not None else None
    if sign_of(piece) is not None:
        if about is None or best is None:
            about = scopes.said[-1].subject if scopes.said else None
        about = _changed(piece, scopes, about)
        read.rates.change_of_sum(about, piece, scopes.fiscal_year, passage.evidence(figure.start, figure.end))
        scopes.told.append(Told(about, None, scopes.fiscal_year, piece.index, True, is_sum=False))
        return
    name = _label(piece, scopes, best)
    scope = handed(scopes)
    first = readings[0]
    compared = piece.has("against") or piece.has("last_year") or first.year != scopes.fiscal_year
    compared = compared or is_other_stage(piece, scopes)
    is_sum = first.subject is not None
    scopes.told.append(Told(first.subject, first.stage, first.year, piece.index, compared, name, is_sum, not is_sum))
    scopes.told[-1].unsaid = _is_of_no_stage(first, piece)
    scopes.told[-1].unknown = not first.is_grounded or first.reason in ANOTHERS
    scopes.told[-1].classless = first.reason.endswith(NO_CLASS_WORDS)
    before = read.sums[-1] if compared and read.sums else None
    follows = before if before is not None and before.is_beside(passage, piece) else None
    read.sums.append(Sum(passage, number, piece, readings, name, scope=scope, follows=follows))


def _changed(piece: Piece, scopes: Scopes, about: Subject | None) -> Subject | None:
    """Return what a change is of: the sum before it, or what its sentence began with."""
    told = next((one for one in reversed(scopes.told) if one.is_sum and one.subject is not None), None)
    own = [token for token in scopes.own_terms if token.row.mark not in WEAK_MARKS]
    if own:
        return subject_of(own[-1], piece.text)
    before = told.subject if told is not None else about
    if piece.words.startswith(SPENT) and (before is None or before.flow == "revenue"):
        return WHOLE  # 收入增加20万元;支出减少30万元
    return before


def _zero_terms(piece: Piece, scopes: Scopes) -> list[Token]:
    """Return every term that a zero in words is of: 出国(境)和购车均无支出; a bare one is of its neighbour's."""
    each = piece.figure is not None and not piece.figure.value and _is_each(piece)  # 出国(境)费和购置费均为0元
    if piece.figure is None or not (piece.figure.is_zero_in_words or each):
        return []
    if not piece.of("subject") and piece.index and "," in piece.marks:
        before = scopes.pieces[piece.index - 1]
        piece = before if before.figure is None else piece
    return [
        token
        for token in piece.of("subject")
        if token.row.mark not in WEAK_MARKS and not token.value.startswith("none/")
    ]


def _stages_of_each(piece: Piece) -> list[Token]:
    """Return the other stages that a sum is told of: 年初预算及调整预算均为50万元."""
    told = apart(piece.of("stage"))
    every = any(told and told[-1].end <= token.start and token.end >= piece.end for token in piece.of("all_of"))
    return [token for token in told[:-1] if token.value != told[-1].value] if every else []


def _is_each(piece: Piece) -> bool:
    """Tell whether a sum is told of each of several terms right before it."""
    strong = [token for token in piece.of("subject") if token.row.mark not in WEAK_MARKS]
    return len(strong) > 1 and any(
        strong[-1].end <= token.start and token.end >= piece.end for token in piece.of("all_of")
    )


def _label(piece: Piece, scopes: Scopes, best: Reading | None) -> str:
    if best is not None and best.subject is not None and best.subject.scheme == "project":
        return best.subject.item
    terms = scopes.own_terms
    return piece.text[terms[0].start : piece.end] if terms else piece.words


def extract_prose(passages: Iterable[Passage], fiscal_year: int, own: Sequence[str] = ()) -> Found:
    """Return the money facts of the running text, what is not ours, and a doubt for every sum that is undecided.

    A sum that stands in its own words by a clear margin is sure; `own` are the names that the department goes by.
    """
    read = read_sums(passages, fiscal_year, own)
    choose(read.sums)
    found = Found(ratios=read.rates.ratios, changes=read.rates.changes)
    values: dict[tuple[object, ...], set[Decimal]] = defaultdict(set)
    for one in read.sums:
        _take_stage_of_same(one, read.sums)
        if one.follows is not None and not one.reading.own:
            one.margin = min(one.margin, one.follows.margin)  # 决算29.46万元,比2019年决算32.88万元: of the same
        if one.piece.figure is None or not one.piece.figure.is_zero_in_words:
            values[one.reading.key].add(one.yuan)
    for one in read.sums:
        _give(one, found, values)
    return found


def _give(one: Sum, found: Found, values: dict[tuple[object, ...], set[Decimal]]) -> None:
    """Add one sum as a fact, as not ours, or as a doubt."""
    reading, figure = one.reading, one.piece.figure
    if figure is None:
        return
    evidence = one.passage.evidence(figure.start, figure.end)
    if one.margin < DOUBT_MARGIN:
        left = tuple(other.words() for other in one.readings[:3])
        message = f"{figure.printed}: {left[0]}, or {left[-1]}"
        found.doubts.append(Doubt(UNDECIDED, message, evidence, left))
    elif not reading.is_grounded:
        left = tuple(other.words() for other in one.readings[1:4])
        found.doubts.append(Doubt(UNKNOWN, f"{figure.printed}: {reading.reason}", evidence, left))
    elif reading.subject is None or reading.stage is None:
        found.left.append(Left(one.yuan, evidence, reading.reason))
    elif _is_of_no_stage(reading, one.piece):
        left = tuple(other.words() for other in one.readings[:3])
        found.doubts.append(Doubt(UNKNOWN, f"{figure.printed}: of no named stage", evidence, left))
    elif _is_split(one, values):
        found.left.append(Left(one.yuan, evidence, "given in parts"))
    else:
        subject, parent = reading.subject, reading.parent if reading.subject.scheme == "project" else None
        key = (reading.year, subject.flow, reading.stage, subject.scheme, subject.item)
        # A stage that nobody says is the likeliest one, and no more; so is a borrowed subject beside other words.
        # A sum whose unit is only declared somewhere is sure where it closes.
        said = one.margin >= SURE_MARGIN and not figure.is_bare
        sure: Confidence = "sure" if said and not {UNSAID, OF_TERM, BESIDE_FREE} & {*reading.grounds} else "unsure"
        found.amounts.append(Amount(*key, one.name, figure.value, figure.ulp, evidence, parent, sure))


def _is_source_of_no_stage(reading: Reading, piece: Piece) -> bool:
    """Tell whether nothing says if a source paid for the budget or the outturn: 资金由一般公共预算4亿元构成."""
    subject = reading.subject
    of_source = subject is not None and (subject.flow, subject.scheme) == ("revenue", "source")
    return of_source and UNSAID in reading.grounds and not piece.of("stage") and INCOME not in piece.words


def _is_of_no_stage(reading: Reading, piece: Piece) -> bool:
    """Tell whether a sum's stage is only the likeliest where none is: of a source, or in a line that is no sentence."""
    is_line = bool(_LINE.fullmatch(piece.text)) and bool({UNSAID, OF_TERM} & {*reading.grounds})
    return is_line or _is_source_of_no_stage(reading, piece)


def _take_stage_of_same(one: Sum, sums: Sequence[Sum]) -> None:
    """Give a source of no named stage that of the same total before it: 资金来源为财政拨款2386.40万元."""
    if not _is_source_of_no_stage(one.reading, one.piece):
        return
    same = {
        other.reading.stage
        for other in sums
        if other.passage is one.passage and other.piece.index < one.piece.index and other.yuan == one.yuan
        if other.reading.subject is not None and other.reading.subject.item == "total"
    }
    if len(same) == 1 and (stage := same.pop()) is not None:
        one.readings = [replace(one.reading, stage=stage, grounds=("the total of the same sum",))]
        one.chosen = 0


def _is_split(one: Sum, values: dict[tuple[object, ...], set[Decimal]]) -> bool:
    """Tell whether purchase or operation of vehicles is given besides, which says more than both together.

    未发生购置及运行费 names no sum: it is of neither.
    """
    key = one.reading.key
    if not key or key[-1] != "vehicles":
        return False
    parts = [values.get((*key[:-1], item), set()) for item in ("vehicle_purchase", "vehicle_operation")]
    return any(parts) or (one.piece.figure is not None and not one.yuan and "0" not in one.piece.figure.printed)
