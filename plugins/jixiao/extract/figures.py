"""Every figure of a document: sums, rates and points, in running text and in cells, before anything is read.

Nothing here asks what a figure means, or whose it is: readers do, and the ledger says what became of each. A sum is a
number with a unit of money, or a bare number in a cell that its column (or row) makes money; a rate has its % or
stands in a column of rates; points are 'N分' or stand in a column of marks. Dates, codes, counts and page numbers are
no figures, unless they stand in a column of money.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from jixiao.extract.bare import bare_sums, kind_of
from jixiao.extract.columned import columned_units
from jixiao.extract.mentions import mentions_in
from jixiao.extract.numbers import NUMBER, POINTS, UNITS, decimal_of, in_yuan, stated_unit, unit_of_last_digit
from jixiao.model import Block, Cell, Document, Evidence, Table
from jixiao.read.text import cell_evidence, normalise

FigureKind = Literal["sum", "rate", "points"]

_CELL = re.compile(
    rf"^(?:(?P<sign>[-—])|[+＋])?(?:(?P<number>{NUMBER})(?P<unit>亿元|万元|万兀|千元|元|%|‰|分)?|\((?P<negative>[\d,]+\.\d+)\))$"
)
# A zero needs no unit: 公务接待费0,出国0.
_BARE_ZERO = re.compile(r"(?<![\d.,])0(?:\.0+)?(?![\d.%‰])")
_LONGEST_HEAD = 30
_HEADS = 3
_YEARS = {"年度", "年份", "年"}
"""What heads a column whose numbers are years."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One printed figure and its place.

    `value` is yuan, percent or points, and `ulp` one unit in its last printed digit, in the same unit; of a sum in a
    cell or clause whose unit no one states both are as printed and `unit` is empty. `block` counts in
    `blocks_of(document)`, `row` and `col` in its table (None in a passage); `heads` the words above its cell, nearest
    first, and its row's.
    `start` and `end` count in the passage's or the cell's text, and are the digits of a sum or of points, the digits
    with the sign of a rate. A statement of zero (未发生支出) is a sum with `is_zero_in_words`; a sum whose unit a
    sentence elsewhere declares (`extract.declared`) `is_bare`.
    """

    id: str
    kind: FigureKind
    printed: str
    value: Decimal
    ulp: Decimal
    unit: str
    block: int
    row: int | None
    col: int | None
    start: int
    end: int
    evidence: Evidence
    is_zero_in_words: bool = False
    heads: tuple[str, ...] = ()
    is_bare: bool = False


@dataclass(frozen=True, slots=True)
class Printed:
    """A figure in a text: as `Figure`, its place `start` to `end` in that text."""

    kind: FigureKind
    printed: str
    value: Decimal
    ulp: Decimal
    unit: str
    start: int
    end: int
    is_zero_in_words: bool = False
    heads: tuple[str, ...] = ()
    is_bare: bool = False


def figures_of(document: Document) -> tuple[Figure, ...]:
    """Return every figure of a document in reading order, numbered F0001, F0002, ..."""
    found: list[Figure] = []
    columned = columned_units(document.passages)
    for index, block in enumerate(blocks_of(document)):
        if block.kind == "passage":
            passage = document.passages[block.index]
            alone = [_alone(passage.text, unit)] if (unit := columned.get(block.index)) else []
            printed = alone or printed_in(passage.text, passage.bare_unit, passage.bare_from)
            for one in printed if passage.bare_unit else _with_unsaid(passage.text, printed):
                evidence = passage.evidence(one.start, one.end)
                found.append(_figure(len(found) + 1, one, index, None, evidence))
        else:
            for cell, one in _in_table(document.tables[block.index]):
                found.append(_figure(len(found) + 1, one, index, cell, cell_evidence(cell, one.start, one.end)))
    return tuple(found)


def blocks_of(document: Document) -> Sequence[Block]:
    """Return the document's blocks; of one that was given none, its passages, then its tables."""
    return document.blocks or (
        *(Block("passage", index) for index in range(len(document.passages))),
        *(Block("table", index) for index in range(len(document.tables))),
    )


def printed_in(text: str, bare_unit: str = "", bare_from: int = 0) -> list[Printed]:
    """Return the figures of a normalised text in its order; no two overlap.

    Where `bare_unit` is given, from `bare_from` on a number without a unit that stands as a sum does is one in it.
    """
    found: list[Printed] = []
    for one in mentions_in(text):
        if one.kind == "percent":
            value = decimal_of(one.number) * (-1 if one.negative else 1)
            ulp = unit_of_last_digit(value)
            if one.unit == "‰":
                value, ulp = value / 10, ulp / 10
            found.append(Printed("rate", text[one.start : one.end], value, ulp, one.unit, one.start, one.end))
            continue
        yuan, ulp = in_yuan(one.number, one.unit, one.negative)
        is_zero = one.kind == "zero"
        shown = text[one.start : one.end] if is_zero else one.number + one.unit
        found.append(Printed("sum", shown, yuan, ulp, one.unit, one.start, one.end, is_zero))
    for match in POINTS.finditer(text):
        value = decimal_of(match["number"])
        start, end = match.span("number")
        found.append(Printed("points", f"{match['number']}分", value, unit_of_last_digit(value), "分", start, end))
    if bare_unit:
        found += [_bare(one, bare_unit) for one in bare_sums(text, bare_from, [(one.start, one.end) for one in found])]
    elif _BARE_ZERO.search(text):
        zeros = bare_sums(text, 0, [(one.start, one.end) for one in found], only_named=True)
        found += [_bare(one, "元") for one in zeros if not float(one["number"].replace(",", ""))]
    found.sort(key=lambda one: (one.start, -one.end))
    return [one for before, one in zip([None, *found], found, strict=False) if not before or one.start >= before.end]


def _with_unsaid(text: str, printed: Sequence[Printed]) -> list[Printed]:
    """Return the figures of a text with the numbers that its words name as sums and that have no unit anywhere."""
    found = [*printed]
    for match in bare_sums(text, 0, [(one.start, one.end) for one in printed], only_named=True):
        found.append(_bare(match, ""))
    return sorted(found, key=lambda one: one.start)


def _alone(text: str, unit: str) -> Printed:
    """Return the sum that a line of a flattened table is."""
    yuan, ulp = in_yuan(text.lstrip("-"), unit, text.startswith("-"))
    return Printed("sum", text, yuan, ulp, unit, 0, len(text), is_bare=True)


def _bare(match: re.Match[str], unit: str) -> Printed:
    yuan, ulp = in_yuan(match["number"], unit or "元", match["sign"] is not None)
    return Printed("sum", match["number"], yuan, ulp, unit, *match.span("number"), is_bare=bool(unit))


def _figure(number: int, one: Printed, block: int, cell: Cell | None, evidence: Evidence) -> Figure:
    row, col = (cell.row, cell.col) if cell is not None else (None, None)
    return Figure(
        f"F{number:04d}",
        one.kind,
        one.printed,
        one.value,
        one.ulp,
        one.unit,
        block,
        row,
        col,
        one.start,
        one.end,
        evidence,
        one.is_zero_in_words,
        one.heads,
        one.is_bare,
    )


def _in_table(table: Table) -> Iterator[tuple[Cell, Printed]]:
    """Give the figures of a table's cells, row by row."""
    caption = [normalise(line.text) for line in table.caption]
    units = [unit for text in (*reversed(caption), "".join(caption)) if (unit := stated_unit(text))]
    table_unit = units[0] if units else ""
    heads: dict[int, list[str]] = {}  # the words above, by column, nearest first
    closed: set[int] = set()  # columns whose head has figures below it: the next words there open another
    row_label: tuple[int, str] = (-1, "")
    for cell in sorted(table.cells, key=lambda one: (one.row, one.col)):
        text = normalise(cell.text)
        columns = range(cell.col, cell.col + cell.col_span)
        match = _CELL.match(text)
        label = row_label[1] if row_label[0] == cell.row else ""
        words = (*heads.get(cell.col, [])[:_HEADS], *([label] if label else []))
        if match is None:
            for one in _with_unsaid(text, printed_in(text)):
                yield cell, replace(one, heads=words)
            if cell.col_span >= table.col_count > 1:  # a title within the table: 自评打分表 heads no column
                table_unit = stated_unit(text) or table_unit
            elif text and len(text) <= _LONGEST_HEAD:
                for col in columns:
                    heads[col] = [text] if col in closed else [text, *heads.get(col, [])]
                closed.difference_update(columns)
                row_label = (cell.row, text)
            continue
        closed.update(columns)
        if found := _whole(text, match, words, table_unit):
            yield cell, replace(found, heads=words)


def _whole(text: str, match: re.Match[str], heads: Sequence[str], table_unit: str) -> Printed | None:
    """Return the figure that is all of a cell; None where it is a count, a code or a date."""
    unit = match["unit"] or ""
    named = _named_kind(unit) or _told_kind(heads, table_unit)
    if named is None:
        return None
    number, negative = match["number"] or match["negative"], bool(match["sign"] or match["negative"])
    if named != "sum":
        value = decimal_of(number) * (-1 if negative else 1) / (10 if unit == "‰" else 1)
        return Printed(named, text, value, unit_of_last_digit(value), unit, 0, len(text))
    unit = unit or next((said for head in heads if (said := stated_unit(head))), table_unit)
    yuan, ulp = in_yuan(number, unit or "元", negative)
    return Printed("sum", text, yuan, ulp, unit, 0, len(text))


def _named_kind(unit: str) -> FigureKind | None:
    """Return the kind that a unit in the cell itself tells."""
    return "sum" if unit in UNITS else "points" if unit == "分" else "rate" if unit else None


def _told_kind(heads: Sequence[str], table_unit: str) -> FigureKind | None:
    """Return the kind of a bare number by its column's heads, nearest first, then its row, then the table's unit."""
    for words in heads:
        if words in _YEARS:
            return None
        if said := kind_of(words):
            return None if said == "none" else said
    return "sum" if table_unit and heads else None
