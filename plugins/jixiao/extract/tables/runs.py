"""Budget tables that a converter flattened into a column of words: one cell a line, or labels first and figures later.

A table is rebuilt only where the counts leave one way to do it; the rest is left to the reader.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache

from jixiao.extract.lexicon import lexicon
from jixiao.extract.numbers import NUMBER, decimal_of, stated_unit, unit_of_last_digit
from jixiao.extract.tables.meanings import meaning, sums_units
from jixiao.extract.tables.roles import said_of, subject_words
from jixiao.extract.tables.stages import is_of_the_years_sums, said_in
from jixiao.extract.tables.tokens import Token
from jixiao.model import Cell, Line, Passage, Table
from jixiao.read.text import join

_UNIT = re.compile(r"\((?:亿|万|千)?元\)|\([A-Z]\)")
_INLINE = re.compile(rf"^(?:其中:)?(?P<label>[^\d:]{{2,20}}):(?P<number>{NUMBER})(?:亿元|万元|千元|元)?$")
_GLUED_HEAD = re.compile(
    r"(?:年初|全年|调整后?|年度|\(调整\))*(?:预算|执行)数|执行率(?!权重|得分)(?:\(%\))?|(?:执行率)?(?:权重|分值|得分)(?:\(分\))?"
)
_GLUED_ROW = re.compile(rf"(?P<heads>(?:{_GLUED_HEAD.pattern}){{3,}})(?P<figures>\d[\d.]{{6,36}}%[\d.]{{0,8}})")
_CAPTION_LINES = 4
_MOST_HEADS = 24


def flat_tables(tokens: Sequence[Token], passages: Sequence[Passage]) -> tuple[list[Table], list[Passage]]:
    """Return the budget tables that stand in the running lines, rebuilt with rows and columns.

    Labels that are each followed by their one figure (全年预算数 | 1200 | 其中:基本支出 | 900) come as sentences,
    which the grammar of running text then reads.
    """
    sentences = [*label_sentences(tokens), *glued_sentences(passages)]
    tables: list[Table] = []
    headings, subjects, figures = (
        _ends([getattr(token, kind) for token in tokens]) for kind in ("is_heading", "is_subject", "is_figure")
    )
    at = 0
    while at < len(tokens):
        built = (
            _with_headings(tokens, at, headings)
            or _labels_first(tokens, at, subjects, figures)
            or _institutions(tokens, at)
        )
        if built is None:
            at += 1
            continue
        table, at = built
        tables.append(table)
    return tables, sentences


def _ends(held: Sequence[bool]) -> list[int]:
    """Return for each place where the run that holds from there on ends: at the place itself where nothing holds."""
    ends = [len(held)] * (len(held) + 1)
    for at in range(len(held) - 1, -1, -1):
        ends[at] = ends[at + 1] if held[at] else at
    return ends


def _with_headings(tokens: Sequence[Token], at: int, headings: Sequence[int]) -> tuple[Table, int] | None:
    """Rebuild headings of two stages or more, then rows of a label and as many figures as there are headings.

    One row without a label is of the whole department where the line above says so. `headings` are ends of runs.
    """
    end = headings[at]
    if at and headings[at - 1] > at - 1:
        return None
    heads = tokens[at:end]
    if sum(head.is_stage for head in heads) < 2:
        return None
    rows: list[tuple[Token, Sequence[Token]]] = []
    below = end
    while below < len(tokens) and tokens[below].is_figure:
        below += 1
    if below - end == len(heads) and at and _is_of_all(tokens[at - 1].text):
        rows.append((tokens[at - 1], tokens[end:below]))
        end = below
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


def _labels_first(
    tokens: Sequence[Token], at: int, subjects: Sequence[int], figures: Sequence[int]
) -> tuple[Table, int] | None:
    """Rebuild two labels or more followed by as many figures; the line above them must say stage and unit.

    `subjects` and `figures` are ends of runs.
    """
    end = subjects[at]
    after = figures[end]
    if at == 0 or end - at < 2 or after - end != end - at:
        return None
    labels = tokens[at:end]
    head = tokens[at - 1]
    if said_in(head.text) is None or stated_unit(head.text) is None or len(head.text) > 24:
        return None
    cells = [_cell(0, 1, head)]
    for row, (label, figure) in enumerate(zip(labels, tokens[end:after], strict=True), start=1):
        cells += [_cell(row, 0, label), _cell(row, 1, figure)]
    return Table(tuple(cells), len(labels) + 1, 2, _caption(tokens, at)), after


def _institutions(tokens: Sequence[Token], at: int) -> tuple[Table, int] | None:
    """Rebuild the whole department's row below the headings 机构名称 | 支出合计 | 基本支出 …, if none is blank.

    Nothing need stand over the names of the rows.
    """
    start = at + (said_of(tokens[at].text) == "unit")
    end = start
    while end < len(tokens) and end < start + _MOST_HEADS and not tokens[end].is_figure:
        end += 1
    heads = [head for head in tokens[start : end - 1] if not _is_grouping(head.text)]
    if start == at and (not _are_heads(heads) or (tokens[end - 1].is_subject and not sums_units(tokens[end - 1].text))):
        return None
    after = end
    while after < len(tokens) and tokens[after].is_figure:
        after += 1
    if len(heads) < 2 or after - end != len(heads):
        return None
    label = tokens[end - 1]
    several = after + 1 < len(tokens) and tokens[after + 1].is_figure
    if several and all(said.value != "total" for said in lexicon().every(label.text, "row")):
        return None
    cells = [_cell(0, col, head) for col, head in enumerate(heads, 1)]
    whole = Cell(1, 0, 1, 1, "合计", (label.line,), label.line.page, label.line.box)
    cells += [whole, *(_cell(1, col + 1, figure) for col, figure in enumerate(tokens[end:after]))]
    # One heading above all of the tables says that they tell what was received and spent.
    said = next((token.line for token in reversed(tokens[:at]) if is_of_the_years_sums(token.text)), None)
    caption = (said,) if said is not None else _caption(tokens, at)
    return Table(tuple(cells), 2, len(heads) + 1, caption), after


def _are_heads(heads: Sequence[Token]) -> bool:
    """Tell whether words are a total and its parts."""
    named = [meaning(head.text).kind in ("subject", "total", "not_ours") for head in heads]
    return len(heads) > 2 and meaning(heads[0].text).kind == "total" and 2 * sum(named) > len(named) and named[0]


def _is_of_all(text: str) -> bool:
    """Tell whether a line names the department's whole: 部门整体支出情况."""
    return any(token.value.endswith("total/total") for token in subject_words(text.replace("情况", "")))


@lru_cache(maxsize=8192)
def _is_grouping(text: str) -> bool:
    """Tell whether a line only says by what the labels below it are grouped: 其中:, 按支出性质分:."""
    said = lexicon().opening(text, "part") or lexicon().opening(text, "split")
    return said is not None and text[said.end :] in ("", ":")


def label_sentences(tokens: Sequence[Token]) -> list[Passage]:
    """Return the runs of two or more labels with one figure each, as sentences with the figures' places."""
    out: list[Passage] = []
    at = 0
    unit: str | None = None
    while at < len(tokens):
        unit = stated_unit(tokens[at].text) or unit
        pairs: list[tuple[Token, Token]] = []
        while at + 1 < len(tokens):
            if _is_grouping(tokens[at].text):
                at += 1
                continue
            if pairs and _INLINE.match(tokens[at].text):
                pairs.append((tokens[at], tokens[at]))
                at += 1
                continue
            label, figure = tokens[at], tokens[at + 1]
            lone = at + 2 >= len(tokens) or not tokens[at + 2].is_figure
            if not label.is_label or not figure.is_figure or not lone:
                break
            pairs.append((label, figure))
            at += 2
        stages = sum(said_in(label.text) is not None for label, _ in pairs)
        if len(pairs) >= 2 and stages:
            out.append(_sentence(pairs, unit))
        elif not pairs:
            at += 1
    return out


def glued_sentences(passages: Sequence[Passage]) -> list[Passage]:
    """Return rows whose cells stand without blanks between them, as sentences, where the printed rate leaves one way.

    年初预算数全年(调整)预算数全年执行数执行率(%) above 1200.001350.501300.2096.28%.
    """
    out = []
    for one, other in zip(passages, (*passages[1:], None), strict=False):
        text = one.text + (other.text if other else "")
        row = _GLUED_ROW.search(text)
        unit = stated_unit(text[: row.start("figures")]) if row else None
        if row is None or unit is None or row.start("heads") >= len(one.text):
            continue
        heads = [head[0].replace("(调整)", "") for head in _GLUED_HEAD.finditer(row["heads"])]
        stages = [said_in(head) for head in heads]
        rate = next((index for index, head in enumerate(heads) if head.startswith("执行率")), 0)
        if sorted(filter(None, stages[:rate])) not in (["budget", "final"], ["budget", "final", "initial_budget"]):
            continue
        ways = set()
        for way in _splits(row["figures"], len(heads), rate):
            budget, final = (decimal_of(way[stages.index(stage)]) for stage in ("budget", "final"))
            said = decimal_of(way[rate].rstrip("%"))
            if budget and abs(final / budget * 100 - said) < unit_of_last_digit(said) <= Decimal("0.1"):
                ways.add(way[: rate + 1])
        if len(ways) != 1:
            continue
        spots = [*one.spots, *((line + len(one.lines), char) for line, char in (other.spots if other else ()))]
        said_in_words, places, at = "", list[tuple[int, int]](), row.start("figures")
        for head, figure in zip(heads, ways.pop(), strict=False):
            tail = "," if figure.endswith("%") else f"{unit},"
            said_in_words += head + figure + tail
            places += [spots[at]] * len(head) + spots[at : at + len(figure)] + [spots[at + len(figure) - 1]] * len(tail)
            at += len(figure)
        out.append(Passage(said_in_words, (*one.lines, *(other.lines if other else ())), places))
    return out


def _splits(text: str, count: int, rate: int) -> Iterator[tuple[str, ...]]:
    """Return every way to cut a text into so many figures, of which the one at `rate` may end in a percent sign."""
    if count == 0:
        yield from [()] if not text else []
        return
    for end in range(1, len(text) + 1):
        if re.fullmatch(r"(?:0|[1-9]\d*)(?:\.\d+)?" + ("%?" if rate == 0 else ""), text[:end]):
            for rest in _splits(text[end:], count - 1, rate - 1):
                yield text[:end], *rest


def _sentence(pairs: Sequence[tuple[Token, Token]], unit: str | None) -> Passage:
    text = ""
    lines: list[Line] = []
    spots: list[tuple[int, int]] = []
    for label, figure in pairs:
        words = _UNIT.sub("", label.text)
        # A label that names no subject speaks of the whole again.
        start = "" if not text else "," if subject_words(words) else "。"
        digits, spots_of = join([figure.line.text])
        places = list(spots_of)
        inline = _INLINE.match(words) if label is figure else None
        if inline:  # 其中:基本支出:1402.18万元
            digits, places, words = digits[inline.start("number") :], places[inline.start("number") :], inline["label"]
        own = stated_unit(label.text) or unit or ""
        tail = "" if re.search(r"[%元]$", digits) else own
        index = len(lines)
        lines.append(figure.line)
        text += start + words + digits + tail
        spots += [(index, 0)] * len(start + words)
        spots += [(index, place) for _, place in places]
        spots += [(index, max(0, len(figure.line.text) - 1))] * len(tail)
    return Passage(text + "。", tuple(lines), (*spots, spots[-1]))


def _cell(row: int, col: int, token: Token) -> Cell:
    return Cell(row, col, 1, 1, token.text, (token.line,), token.line.page, token.line.box)


def _caption(tokens: Sequence[Token], at: int) -> tuple[Line, ...]:
    return tuple(token.line for token in tokens[max(0, at - _CAPTION_LINES) : at])
