"""Tables that a converter flattened into a column of words, fitted to the heads that stand in front of them.

How many heads there are is not printed: the run of head words is tried as found, shorter and longer, and with a column
of names that nothing heads. For each, the words behind are laid into rows by the cheapest way (a word of the wrong
type, a leaf left out, a wrapped text each cost), and the cheapest variant counts if it is cheap enough for a word.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from jixiao.extract.tables.bands import headness
from jixiao.extract.tables.flat_columns import (
    FIGURES,
    MARKS,
    REMARKS,
    SKIP_FIGURE,
    Column,
    columns_under,
    cost_of,
    role_of,
)
from jixiao.extract.tables.grid import figure
from jixiao.extract.tables.meanings import meaning
from jixiao.extract.tables.roles import NUMERIC, said_of, subject_words
from jixiao.extract.tables.stages import said_in
from jixiao.extract.tables.tokens import Token
from jixiao.model import Cell, Table

_WRAPPED, _NEW_ROW = 1.1, 0.3
_ACCEPTED = 0.25
_SHORTER, _LONGER = 3, 2
_MOST = 400
_CAPTION_LINES = 4
_OF_MONEY = {"money", "completion", "adjustment", "share", "change_sum", "change_rate"}


@dataclass(frozen=True, slots=True)
class Fitted:
    """A rebuilt table, the words it is made of (`start` to `end`, exclusive), and its cost a word.

    In the rows that are `unsure` a figure is missing, so that none of the others has a sure column.
    """

    table: Table
    start: int
    end: int
    cost: float
    unsure: frozenset[int] = frozenset()


def fitted_tables(tokens: Sequence[Token]) -> Iterator[Fitted]:
    """Give the flattened tables of a run of words, in order, that fit well enough."""
    at = 0
    while at < len(tokens):
        run = _run(tokens, at)
        if run < 2:
            at += 1
            continue
        # Words in front may be no heads of the table; what heads money is never left out.
        texts = [token.text for token in tokens[at : at + run]]
        first = next((place for place, text in enumerate(texts) if said_in(text) or role_of(text) in _OF_MONEY), run)
        past = min(3, run - 1, first + 1)
        tries = (_best(tokens, at + skipped, run - skipped) for skipped in range(past))
        best = min((fit for fit in tries if fit is not None), key=lambda fit: (fit.cost, fit.start), default=None)
        if best is None:
            at += run if past > first else max(1, run - _SHORTER)
            continue
        yield best
        at = best.end


def _run(tokens: Sequence[Token], at: int) -> int:
    """Return how many words from here on are heads of columns."""
    end = at
    while end < len(tokens) and end < at + 24 and _is_head(tokens[end].text):
        end += 1
    if not any(role_of(token.text) in FIGURES or said_in(token.text) for token in tokens[at:end]):
        return 0
    return end - at


@lru_cache(maxsize=8192)
def _is_head(text: str) -> bool:
    return headness(text) >= 0.6 and bool(said_of(text) or subject_words(text))


@lru_cache(maxsize=8192)
def _may_begin_a_row(text: str, scored: bool) -> bool:
    """Tell whether a head word may be a row's label instead: a subject, and no stage, rate or mark.

    In a table of scores a rate is an indicator (预算执行率).
    """
    if scored and role_of(text) == "completion":
        return True
    return bool(meaning(text).subject) and said_in(text) is None and role_of(text) in ("money", "")


@lru_cache(maxsize=8192)
def _is_plain_subject(text: str) -> bool:
    """Tell whether a word names a row of the budget by itself, and is no rest of the name above it."""
    said = meaning(text)
    return said.kind == "subject" and not said.rest and said.subject is not None and said.subject.scheme == "nature"


def _best(tokens: Sequence[Token], at: int, run: int) -> Fitted | None:
    """Return the cheapest variant of heads that starts here, if it is cheap enough."""
    found: list[Fitted] = []
    money = [token.text for token in tokens[at : at + run] if said_in(token.text) or role_of(token.text) in _OF_MONEY]
    if len(set(money)) < len(money):
        return None  # the same head of money twice: heads in two rows, or two tables side by side
    for count in range(max(2, run - _SHORTER), run + _LONGER + 1):
        if at + count >= len(tokens):
            break
        heads = tokens[at : at + count]
        scored = any(role_of(token.text) in MARKS for token in tokens[at : at + count])
        if not all(_may_begin_a_row(token.text, scored) for token in tokens[at + count : at + run]):
            continue
        if count > run and not all(len(head.text) <= 8 and figure(head.text) is None for head in heads[run:]):
            continue
        for named in (False, True):
            columns = columns_under(heads, named)
            if columns is not None and (fit := _fit(tokens, at, count, columns, named)) is not None:
                found.append(fit)
    # Of equally cheap ones that which explains more words.
    best = min(found, key=lambda fit: (round(fit.cost, 2), fit.start - fit.end), default=None)
    return best if best is not None and best.cost < _ACCEPTED else None


def _end(tokens: Sequence[Token], at: int, columns: Sequence[Column]) -> int:
    """Return where the words of a table must end: at a chapter's heading, a sentence, or another run of heads."""
    remarks = any(column.role in REMARKS for column in columns)
    last = min(len(tokens), at + _MOST)
    for here in range(at, last):
        text = tokens[here].text
        if len(text) > 80 or (not remarks and ("。" in text or len(text) > 30)):
            return here
        if text[:2] in _CHAPTERS or (here > at and _run(tokens, here) >= max(3, len(columns) - 1)):
            return here
    return last


_CHAPTERS = {f"{numeral}、" for numeral in "一二三四五六七八九十"}


def _fit(tokens: Sequence[Token], at: int, heads: int, columns: Sequence[Column], unnamed: bool) -> Fitted | None:
    """Lay the words behind the heads into rows by the cheapest way."""
    start = at + heads
    end = _end(tokens, start, columns)
    words = tokens[start:end]
    if len(words) < 2:
        return None
    wide = len(columns)
    before = [0.0]
    for column in columns:
        before.append(before[-1] + column.skip)
    # cost[j]: the words so far laid out, the last of them in column j; back: where it came from
    costs: list[list[float]] = []
    backs: list[list[tuple[int, str]]] = []
    closed: list[float] = []  # what it costs to end the table behind each word
    for place, word in enumerate(words):
        put = [cost_of(word, column) for column in columns]
        row_cost, row_back = [], []
        for j in range(wide):
            options: list[tuple[float, int, str]] = []
            if place == 0:
                options.append((before[j], -1, "new"))
            else:
                previous = costs[-1]
                options += [(previous[k] + before[j] - before[k + 1], k, "next") for k in range(j)]
                # The outer levels of a new row are those of the row above.
                options.append((closed[-1] + _NEW_ROW + before[j], -1, "new"))
                own_row = columns[j].is_name and _is_plain_subject(word.text)
                if columns[j].role not in NUMERIC and figure(word.text) is None and not own_row:
                    options.append((previous[j] + _WRAPPED, j, "wrap"))
            value, k, how = min(options)
            row_cost.append(value + put[j])
            row_back.append((k, how))
        costs.append(row_cost)
        backs.append(row_back)
        closed.append(min(row_cost[j] + _closing(columns, before, j) for j in range(wide)))
    return _cheapest(tokens, at, heads, words, columns, costs, backs, closed, before, unnamed)


def _closing(columns: Sequence[Column], before: Sequence[float], j: int) -> float:
    """Return what a row costs that ends in column j."""
    return before[-1] - before[j + 1]


def _cheapest(
    tokens: Sequence[Token],
    at: int,
    heads: int,
    words: Sequence[Token],
    columns: Sequence[Column],
    costs: Sequence[Sequence[float]],
    backs: Sequence[Sequence[tuple[int, str]]],
    closed: Sequence[float],
    before: Sequence[float],
    unnamed: bool,
) -> Fitted | None:
    """End the table behind the word where it is cheapest a word, the longest of these, and rebuild it."""
    ends = [place for place in range(1, len(words)) if closed[place] / (place + 1) < _ACCEPTED]
    if not ends:
        return None
    last = ends[-1]
    while last > 1 and closed[last] - closed[last - 1] > 1.0 and last - 1 in ends:
        last -= 1  # the words behind cost more than they say
    j = min(range(len(columns)), key=lambda j: costs[last][j] + _closing(columns, before, j))
    laid: list[tuple[int, int, str]] = []
    for place in range(last, -1, -1):
        k, how = backs[place][j]
        laid.append((place, j, how))
        if how == "new" and place:
            j = min(range(len(columns)), key=lambda j: costs[place - 1][j] + _closing(columns, before, j))
        else:
            j = k
    laid.reverse()
    return _rebuilt(tokens, at, heads, words, columns, laid, closed[last] / (last + 1), unnamed)


def _rebuilt(
    tokens: Sequence[Token],
    at: int,
    heads: int,
    words: Sequence[Token],
    columns: Sequence[Column],
    laid: Sequence[tuple[int, int, str]],
    cost: float,
    unnamed: bool,
) -> Fitted | None:
    shift = 1 if unnamed else 0
    cells = [_cell(0, place + shift, [head]) for place, head in enumerate(tokens[at : at + heads])]
    grouped: dict[tuple[int, int], list[Token]] = {}
    row = 0
    for place, j, how in laid:
        row += how == "new"
        grouped.setdefault((row, j), []).append(words[place])
    end = at + heads + len(laid)
    filled = {row for (row, col), some in grouped.items() if col and figure(some[0].text) is not None}
    if len(filled) < 2 or (end < len(tokens) and figure(tokens[end].text) is not None):
        return None
    unsure = frozenset(row for row in filled if _is_short(row, grouped, columns))
    cells += [_cell(row, col, some) for (row, col), some in grouped.items()]
    caption = tuple(token.line for token in tokens[max(0, at - _CAPTION_LINES) : at])
    table = Table(tuple(cells), row + 1, len(columns), caption)
    return Fitted(table, at, end, cost, unsure)


def _is_short(row: int, grouped: dict[tuple[int, int], list[Token]], columns: Sequence[Column]) -> bool:
    """Tell whether a row has a figure too few: which column it lacks, nothing tells."""
    due = [col for col, column in enumerate(columns) if column.skip == SKIP_FIGURE]
    held = [col for col in due if (row, col) in grouped]
    return 0 < len(held) < len(due)


def _cell(row: int, col: int, some: Sequence[Token]) -> Cell:
    lines = tuple(token.line for token in some)
    return Cell(row, col, 1, 1, "".join(token.text for token in some), lines, lines[0].page, lines[0].box)
