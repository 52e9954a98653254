"""Money in tables: a figure's reading comes from title and caption, its column's heads and its row's labels.

Every cell of a column of money, rates or changes ends as a fact, as not ours (with why) or as a doubt.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Literal

from jixiao.extract.lexicon import lexicon
from jixiao.extract.numbers import NUMBER, stated_unit
from jixiao.extract.tables.bands import bands_of
from jixiao.extract.tables.by_total import Unstaged, stages_by_total
from jixiao.extract.tables.formulas import with_formulas
from jixiao.extract.tables.grid import Grid, Printed, figure, is_odd, zero_in_words
from jixiao.extract.tables.inline import read_inline
from jixiao.extract.tables.meanings import UNNAMED, YEAR, column_kind_of_row
from jixiao.extract.tables.pairs import read_pair
from jixiao.extract.tables.roles import MONEY, NOT_MONEY, Column, columns_of, said_of
from jixiao.extract.tables.rows import Rows
from jixiao.extract.tables.stages import is_of_years, stage_of, year_of
from jixiao.extract.tables.subjects import Decided, is_share_of_part, subject_of
from jixiao.extract.tables.sums import CellSaid, Sum, TableFound, into_facts
from jixiao.extract.tables.units import table_unit
from jixiao.model import (
    Amount,
    Cell,
    Change,
    Document,
    Doubt,
    LedgerState,
    Ratio,
    Stage,
    Table,
)
from jixiao.read.text import cell_evidence, normalise

ColumnKind = Literal["money", "completion", "share", "change_rate", "change_sum"]
_KINDS: frozenset[str] = frozenset({MONEY, "completion", "share", "change_rate", "change_sum"})
# 全年预算9,860,000.00: one stage and its sum are all that the cell says.
_STAGED = re.compile(rf"^[^\d,;。]{{2,12}}{NUMBER}(?:亿元|万元|千元|元)?(?:,|$)")
_OF_SCORES = frozenset({"full_marks", "score", "score_rate", "taken_off"})


def read_money(
    document: Document,
    tables: Sequence[Table],
    fiscal_year: int,
    known: Sequence[Amount],
    unsure: Mapping[int, Collection[int]] | None = None,
) -> TableFound:
    """Return the facts of tables; `unsure` names the rows of a table in which no figure has a sure column.

    `known` are the figures of the running text, which may decide a unit that no table states.
    """
    found = TableFound()
    for index, table in enumerate(tables):
        reader = _Reader(document, table, index, fiscal_year, found, (unsure or {}).get(index, ()))
        reader.read()
        reader.settle(known)
        into_facts(reader.sums, index, [*known, *found.amounts], found)
    return found


class _Reader:
    """Reads one table band by band."""

    def __init__(
        self,
        document: Document,
        table: Table,
        index: int,
        fiscal_year: int,
        found: TableFound,
        unsure: Collection[int],
    ) -> None:
        self.unsure = unsure
        self.table, self.index, self.year, self.found = table, index, fiscal_year, found
        self.grid = Grid(table)
        self.unit = table_unit(table, document)
        self.sums: list[Sum] = []
        self.unstaged: list[Unstaged] = []

    def settle(self, known: Sequence[Amount]) -> None:
        """Give the figures of no named stage that of a known total, or leave them as doubts."""
        stages = stages_by_total(self.unstaged, known)
        for one in self.unstaged:
            if (stage := stages.get(one.cell.col)) is not None:
                self._sum(one.cell, one.printed, one.unit, one.decided, stage, one.year)
            else:
                words = f"{one.decided.words}: {one.cell.text} is of no named stage"
                self._doubt(one.cell, "undecided_stage", words)

    def read(self) -> None:
        """Read every band; sums come into `sums`, rates and what is left out into the found facts."""
        for band in bands_of(self.grid):
            columns = with_formulas(columns_of(self.grid, band))
            rows = Rows(self.grid, band, columns)
            title = [normalise(line.text) for line in self.table.caption] + [cell.text for cell in band.titles]
            for row in band.rows:
                for cell in self.grid.row(row):
                    if cell.row == row:
                        self._cell(cell, columns.get(cell.col), rows, title)

    def _cell(self, cell: Cell, column: Column | None, rows: Rows, title: Sequence[str]) -> None:
        """Read one cell under its column."""
        inline = read_inline(cell, self.grid, self.year)
        if inline is not None:
            if inline.doubt is not None:
                self.found.doubts.append(inline.doubt)
                self._say(cell, "doubt", inline.doubt.kind)
            elif inline.subject is not None and inline.stage is not None and inline.printed is not None:
                self.sums.append(
                    Sum(
                        inline.printed,
                        inline.printed.unit or self.unit,
                        inline.subject,
                        inline.stage,
                        self.year,
                        inline.words,
                        inline.evidence,
                        row=cell.row,
                        col=cell.col,
                    )
                )
            return
        role = column.role if column is not None else ""
        labels = rows.labels(cell)
        printed = figure(cell.text) or (zero_in_words(cell.text) if role == MONEY else None)
        if printed is None:
            if is_odd(cell.text) and role == MONEY and labels:
                self._doubt(cell, "unreadable_figure", f"{labels[0].text}: {cell.text} is no plain figure")
            elif role in ("target", "actual") and _STAGED.match(cell.text) and said_of(cell.text) == MONEY:
                self._doubt(cell, "undecided_subject", f"{cell.text}: a sum of a stage in a column of indicators")
            elif role in ("rubric", "target", "actual") and re.search(r"\d", cell.text):
                self._say(cell, "not_ours", NOT_MONEY[role])
            return
        if column is None or not column.path:
            self._pair(cell, printed, labels)
            return
        if cell.row in self.unsure and role in _KINDS:
            self._doubt(
                cell, "undecided_column", f"{self.grid.text(cell.row, 0)}: {cell.text}: a figure is missing here"
            )
            return
        if column.doubtful:
            kinds = (column.role or "unknown", column.second)
            self._doubt(cell, "undecided_column", f"{column.head}: {cell.text} may be {' or '.join(kinds)}", kinds)
            return
        kind = self._kind(column, labels, printed)
        if kind is None or (kind == "completion" and rows.is_of_indicators):
            why = NOT_MONEY.get(role, f"a column of no money ({column.head})")
            self._say(cell, "not_ours", why, is_of_scores=role in _OF_SCORES or role == "")
            return
        self._take(cell, printed, kind, column, rows, labels, title)

    def _kind(self, column: Column, labels: Sequence[Cell], printed: Printed) -> str | None:
        """Return what a figure is by its column, or by its row where the classification runs across."""
        role = column.role
        if labels and said_of(labels[0].text) in ("score", "full_marks", "score_rate", "taken_off"):
            return None
        if role == "adjustment" and not column.is_told and not self._has_budget_beside(column):
            role = MONEY
        if role not in _KINDS:
            return None
        if role == MONEY:
            across = next((kind for cell in labels[:1] if (kind := column_kind_of_row(cell.text))), "")
            role = across or role
        if role == MONEY and printed.unit in ("%", "分", "‰"):
            return None
        return role

    def _has_budget_beside(self, column: Column) -> bool:
        """Tell whether the head beside an adjustment names the budget that came of it (调整数 beside 全年预算数)."""
        said = {token.value for token in lexicon().every(column.head, "adjusts")}
        if not said or "signed" in said or "结" in column.head:
            return True
        heads = [cell for cell in self.table.cells if column.path and cell.row == column.path[0].row]
        stages = [stage_of([cell], []) for cell in heads if cell is not column.path[0]]
        return "budget" in stages

    def _take(
        self,
        cell: Cell,
        printed: Printed,
        kind: str,
        column: Column,
        rows: Rows,
        labels: Sequence[Cell],
        title: Sequence[str],
    ) -> None:
        """Read a figure of money, of a rate or of a change."""
        decided = subject_of(cell, column, rows, labels, title)
        if decided.subject is None:
            if kind == "completion" and decided.why == UNNAMED:
                self._rate(cell, printed, kind, column, decided, self.year)
            else:
                self._left(cell, decided)
            return
        path = [head for head in column.path if len(head.text) <= 30]
        year = year_of(path, labels, self.year, kind in ("change_rate", "change_sum"), title)
        if kind in ("completion", "share", "change_rate"):
            self._rate(cell, printed, kind, column, decided, year)
            return
        side = rows.side(cell)
        beside = [*labels, *([side] if side is not None else [])]
        stage = column.stage or stage_of(path, beside, self._siblings(column), title)
        if stage is None and is_of_years(path, labels):
            stage = "final"
        if kind == "change_sum":
            stage = stage or "final"
            printed = Printed(printed.number, printed.unit, printed.negative or _falls(column))
        if stage is None:
            named = decided.subject.scheme != "total"
            words = column.head + decided.words
            if not (named or lexicon().every(words, "of_money") or YEAR.search(words)):
                self._say(cell, "not_ours", "no stage and no word of money")
                return
        stated = (u for c in (*column.path, *beside) if (u := stated_unit(c.text)))
        unit = printed.unit or next(stated, None) or rows.band.unit or self.unit
        if stage is None:
            self.unstaged.append(Unstaged(cell, printed, unit, decided, year))
            return
        self._sum(cell, printed, unit, decided, stage, year, kind == "change_sum")

    def _siblings(self, column: Column) -> list[Cell]:
        """Return the heads beside a column's own."""
        if not column.path:
            return []
        own = column.path[0]
        return [cell for cell in self.grid.told(own.row) if cell is not own]

    def _rate(self, cell: Cell, printed: Printed, kind: str, column: Column, decided: Decided, year: int) -> None:
        about, words, evidence = decided.subject, decided.words, cell_evidence(cell)
        percent = printed.value
        if kind == "completion":
            heads = "".join(head.text for head in column.path)
            base: Stage = "initial_budget" if "年初" in heads else "budget"
            self.found.ratios.append(Ratio("budget_completion_rate", words, percent, evidence, year, about, base))
        elif kind == "share":
            about = None if is_share_of_part(column.head) else about
            self.found.ratios.append(Ratio("share", f"{words} {column.head}", percent, evidence, year, about))
        else:
            if _falls(column):
                percent = -abs(percent)
            said = f"{words} {column.head}"
            self.found.ratios.append(Ratio("year_on_year_change", said, percent, evidence, year, about))
            if about is not None:
                self.found.changes.append(Change(year, about, said, evidence, percent=percent))
        self._say(cell, "fact", words)

    def _pair(self, cell: Cell, printed: Printed, labels: Sequence[Cell]) -> None:
        """Take a label and its figure where nothing heads the column."""
        pair = read_pair(cell, printed, labels, self.grid, self.unit)
        if pair is None:
            self._say(cell, "not_ours", "no head and no label of money", is_of_scores=True)
        elif pair.decided.subject is None:
            self._left(cell, pair.decided)
        elif pair.stage is None:
            self._doubt(cell, "undecided_stage", f"{pair.label.text}: {cell.text} is of no named stage")
        else:
            year = year_of([], [pair.label], self.year, False, [])
            self._sum(cell, printed, pair.unit, pair.decided, pair.stage, year)

    def _sum(
        self, cell: Cell, printed: Printed, unit: str, said: Decided, stage: Stage, year: int, is_change: bool = False
    ) -> None:
        """Keep a figure with its reading."""
        if said.subject is not None:
            at = cell_evidence(cell)
            one = Sum(printed, unit, said.subject, stage, year, said.words, at, is_change, cell.row, cell.col)
            self.sums.append(one)

    def _left(self, cell: Cell, decided: Decided) -> None:
        """Leave a figure that is about nothing of ours, with the reason; where nothing says so, as a doubt."""
        if decided.is_doubt:
            self._doubt(cell, "undecided_subject", f"{decided.words}: {cell.text}: {decided.why}")
        else:
            self._say(cell, "not_ours", decided.why)

    def _say(
        self, cell: Cell, state: LedgerState, why: str, readings: tuple[str, ...] = (), *, is_of_scores: bool = False
    ) -> None:
        at = cell_evidence(cell)
        self.found.cells.append(CellSaid(self.index, cell.row, cell.col, state, why, at, readings, is_of_scores))

    def _doubt(self, cell: Cell, kind: str, message: str, readings: tuple[str, ...] = ()) -> None:
        self.found.doubts.append(Doubt(kind, message, cell_evidence(cell), readings))
        self._say(cell, "doubt", kind, readings)


def _falls(column: Column) -> bool:
    """Tell whether a column of changes is one of what was less than the year before (减少额), and not of both."""
    said = {token.value for token in lexicon().every(column.head, "direction")}
    return said == {"down"}
