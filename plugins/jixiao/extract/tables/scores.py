"""Scores in tables: levels with merged cells, one or several columns of full marks, a score column, perhaps a rate's.

Which column is which, the roles say (`roles.columns_of`); here rows become indicators with their levels.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from jixiao.extract.lexicon import lexicon
from jixiao.extract.numbers import NUMBER
from jixiao.extract.sections import MARK, rank_of
from jixiao.extract.tables.bands import Band, bands_of
from jixiao.extract.tables.glued import unglued
from jixiao.extract.tables.grid import DASHES, NOTHING, PAIR, Grid, halves, turned
from jixiao.extract.tables.meanings import bare
from jixiao.extract.tables.roles import RUBRIC, columns_of, with_role
from jixiao.extract.tables.score_heads import ScoreHead, goes_on, score_head
from jixiao.extract.tables.score_labels import is_sum, is_total, name_of, score_in
from jixiao.extract.tables.stages import said_in
from jixiao.model import Cell, Deduction, Evidence, Score, Table
from jixiao.read.text import cell_evidence

TAKEN_OFF = re.compile(rf"(?:扣(?:减|除|了|掉)?|失)(?P<points>{NUMBER})分")
_NUMBER = re.compile(rf"^(?P<number>-?{NUMBER})分?%?$")
_STATED_MARKS = re.compile(r"[(](\d+)分[)]")
_NONE = DASHES | NOTHING
_DEFAULT = "预算执行率"


@dataclass(frozen=True, slots=True)
class TableScores:
    """What one table says: scores in its order, the total row, deductions with a reason.

    `remarks` are indicators with the cells that tell of their results.
    """

    scores: tuple[Score, ...]
    total: Decimal | None = None
    total_evidence: Evidence | None = None
    full_marks: Decimal | None = None
    total_rate_pct: Decimal | None = None
    deductions: tuple[Deduction, ...] = ()
    remarks: tuple[tuple[str, Cell], ...] = ()


def read_tables(tables: Sequence[Table]) -> list[TableScores]:
    """Return the scores of each table; one that nothing heads may be the rest of the score table before it."""
    out: list[TableScores] = []
    before: _Reader | None = None
    for table in tables:
        if before is not None and before.head is not None and goes_on(table, before.head, before.grid.col_count):
            reader = _Reader(table, before)
            out.append(reader.read())
        else:
            reader = _Reader(table)
            out.append(read_table(table))
            reader.read()
        before = reader if reader.head is not None else None
    return out


def read_table(table: Table) -> TableScores:
    """Return the scores of one table, upright or on its side; empty where nothing heads a score table."""
    if both := halves(table):
        left, right = map(read_table, both)
        whole = right if right.total is not None else left
        return replace(whole, scores=left.scores + right.scores, deductions=left.deductions + right.deductions)
    upright = _Reader(table).read()
    if upright.scores:
        return upright
    lying = turned(table)
    grid = Grid(lying)
    first = next((band for band in bands_of(grid) if band.head_rows and band.head_rows[0] == 0), None)
    header = score_head(grid, first) if first is not None else None
    return _Reader(lying).read() if header and header.marks and header.score is not None else upright


class _Reader:
    """Reads one table row by row under the last head of scores met."""

    def __init__(self, table: Table, before: "_Reader | None" = None) -> None:
        self.grid = Grid(table)
        self.head: ScoreHead | None = before.head if before is not None else None
        self.scores: list[Score] = []
        self.deductions: list[Deduction] = []
        self.remarks: dict[int, tuple[str, Cell]] = {}
        self.total: TableScores = TableScores(())
        self._done: set[int] = set()
        self._above: list[str] = before._above if before is not None else []  # the names of the row before, by column
        self._outline: list[tuple[int, str]] = []  # 一、 over 1. in one column of names
        self._levels: set[tuple[tuple[str, ...], Decimal | None, Decimal | None]] = (
            before._levels if before is not None else set()
        )

    def read(self) -> TableScores:
        """Return what the table says."""
        for band in bands_of(self.grid):
            found = score_head(self.grid, band) if band.head_rows else None
            self.head = header = found or self.head
            if header is None:
                self._take_budget(band)
                continue
            for row in band.rows:
                if any(is_total(self.grid.text(row, col)) for col in {0, *header.names}):
                    self._take_total(row, header)
                else:
                    self._take_row(row, header)
        whole = self.total.full_marks if self.total.full_marks is not None else Decimal(100)
        scores, remarks = unglued(self.scores, whole), tuple(self.remarks.values())
        return replace(self.total, scores=scores, deductions=tuple(self.deductions), remarks=remarks)

    def _take_budget(self, band: Band) -> None:
        """Take the score of the budget's execution, where the head of the budget's stages has full marks and score.

        It is the indicator 预算执行率, or what a label left of the stages calls it.
        """
        columns = columns_of(self.grid, band) if band.head_rows else {}
        marks, scores = with_role(columns.values(), "full_marks"), with_role(columns.values(), "score")
        stages = [c for c in with_role(columns.values(), "money") if any(said_in(cell.text) for cell in c.path)]
        stated = [Decimal(m[1]) for column in scores if (m := _STATED_MARKS.search(column.head))]
        if not stages or not scores or not (marks or stated):
            return
        left = [cell.text for row in band.head_rows for cell in self.grid.told(row) if cell.col < stages[0].col]
        named = (re.sub(r"[(].*", "", bare(text)) for text in left)
        name = next((name for name in named if lexicon().scan(name, ("execution",))), _DEFAULT)
        for row in band.rows:
            full = self.grid.number(row, marks[0].col) if marks else stated[0]
            got = self.grid.number(row, scores[0].col)
            cell = self.grid.at(row, scores[0].col)
            if full is not None and got is not None and cell is not None and cell.col == scores[0].col:
                self.scores.append(Score((name,), full, got, cell_evidence(cell)))
                return

    def _number(self, row: int, col: int | None) -> Decimal | None:
        match = _NUMBER.match(self.grid.text(row, col))
        return Decimal(match["number"].replace(",", "")) if match else None

    def _pair(self, row: int, col: int | None) -> tuple[Decimal, Decimal] | None:
        """Return full marks and score of a cell that gives both (9.5/10, in either order)."""
        match = PAIR.match(self.grid.text(row, col))
        if match is None:
            return None
        low, high = sorted((Decimal(match["one"]), Decimal(match["other"])))
        return high, low

    def _rate(self, row: int, header: ScoreHead, full: Decimal | None, got: Decimal | None) -> Decimal | None:
        """Return a row's rate of its full marks in percent; 0.98 beside 9.8 of 10 tells it as a part of one."""
        rate = self._number(row, header.rate)
        if rate is None or not full or got is None or rate > 1 or 100 * got < 2 * full:
            return rate
        return (100 * rate).quantize(Decimal(1).scaleb(min(0, int(rate.as_tuple().exponent) + 2)))

    def _take_total(self, row: int, header: ScoreHead) -> None:
        """Take the total row: the score column, the full marks column, the rate column."""
        pair = self._pair(row, header.score)
        score = pair[1] if pair else self._number(row, header.score)
        cell = self.grid.at(row, header.score)
        if score is not None and cell is not None:
            self.total = replace(self.total, total=score, total_evidence=cell_evidence(cell))
        columns = (col for col in header.marks.values() if self.grid.at(row, col) is not cell)  # one cell over both
        marks = [value for col in columns if (value := self._number(row, col)) is not None]
        if marks or pair:
            self.total = replace(self.total, full_marks=marks[-1] if marks else pair and pair[0])
        if (rate := self._rate(row, header, self.total.full_marks, self.total.total)) is not None:
            self.total = replace(self.total, total_rate_pct=rate)

    def _take_row(self, row: int, header: ScoreHead) -> None:
        """Take the levels that begin in a row, and its indicator."""
        named = self._names(row, header)
        if named is None:
            return
        path, own, last = named
        marks_col = header.marks.get(header.names[-1], max(header.marks.values(), default=None))
        full, got = self._number(row, marks_col), self._number(row, header.score)
        if pair := self._pair(row, header.score):
            full, got = pair
        full = full if full is not None else own
        score_cell = self.grid.at(row, header.score)
        if full is None and got is None:  # 指标 | 扣分 | 原因: what was lost is all that the table tells
            self.deductions += self._deductions(row, header, Score(tuple(path), None, None, cell_evidence(last)))
            return
        if score_cell is not None and id(score_cell) in self._done:
            return
        if score_cell is not None and got is not None:
            self._done.add(id(score_cell))
        marks_cell = self.grid.at(row, marks_col)
        evidence = cell_evidence((score_cell if got is not None else marks_cell) or last)
        score = Score(tuple(path), full, got, evidence, self._rate(row, header, full, got))
        if self._sums(row, header) and self._summed(score):
            return
        self.scores.append(score)
        self.deductions += self._deductions(row, header, score)
        actual = self.grid.at(row, header.actual)
        told = [*self._remarks(row, header), *([actual] if actual is not None else [])]
        self.remarks |= {id(cell): (path[-1], cell) for cell in told}

    def _sums(self, row: int, header: ScoreHead) -> bool:
        """Tell whether a row sums its level (小计)."""
        return any(is_sum(self.grid.text(row, col)) for col in header.names)

    def _summed(self, score: Score) -> bool:
        """Give a level that was taken already the sums of its row; tell whether there is one."""
        for at, other in enumerate(self.scores):
            if other.path == score.path and other.score is None:
                full = other.full_marks if other.full_marks is not None else score.full_marks
                self.scores[at] = replace(other, full_marks=full, score=score.score, evidence=score.evidence)
                return True
        return False

    def _names(self, row: int, header: ScoreHead) -> tuple[list[str], Decimal | None, Cell] | None:
        """Return a row's path, the full marks that its last name states, and that name's cell; take its levels."""
        cells = [self.grid.at(row, col) for col in header.names]
        path: list[str] = []
        names = [""] * len(cells)
        own: Decimal | None = None
        last: Cell | None = None
        for index, cell in enumerate(cells):
            if cell is None or cell.text in _NONE or _NUMBER.match(cell.text) or (index and cell is cells[index - 1]):
                continue
            text, got = score_in(cell.text)
            name, marks = name_of(text)
            if is_sum(name):
                continue
            if not path:  # a level that is left blank is the one above
                path = [above for above in self._above[:index] if above]
            names[index] = name
            path.append(name)
            own, last = marks, cell
            deeper = any(c is not None and c is not cell and c.text not in _NONE for c in cells[index + 1 :])
            if index < len(cells) - 1 and id(cell) not in self._done:
                self._done.add(id(cell))
                if deeper:
                    self._take_level(row, header, index, cell, tuple(path), (own, got))
        if last is None:
            return None
        first = next(index for index, name in enumerate(names) if name)
        self._above = [*(self._above or names)[:first], *names[first:]]
        return self._under(path, last.text), own, last

    def _under(self, path: list[str], text: str) -> list[str]:
        """Return a row's path below rows of its column with higher marks: 1.编制完整 below 一、预算编制."""
        mark = re.match(MARK, text)
        rank = rank_of(mark[0]) if mark else 0
        self._outline = [level for level in self._outline if level[0] < rank] if len(path) == 1 else []
        below = [*(name for _, name in self._outline), *path]
        if mark and len(path) == 1:
            self._outline.append((rank, path[0]))
        return below

    def _take_level(
        self,
        row: int,
        header: ScoreHead,
        index: int,
        cell: Cell,
        path: tuple[str, ...],
        own: tuple[Decimal | None, Decimal | None],
    ) -> None:
        """Take a level that states full marks or a score, once however often a page break prints it.

        `own` are those that its label has in brackets.
        """
        marks_col = header.marks.get(header.names[index])
        marks = self._number(row, marks_col)
        score = self._number(row, header.level_scores.get(header.names[index]))
        marks, score = (one if one is not None else other for one, other in zip((marks, score), own, strict=True))
        stated = (path, marks, score)
        if stated in self._levels or (marks is None and score is None):
            return
        self._levels.add(stated)
        at = self.grid.at(row, marks_col) if marks_col is not None else cell
        self.scores.append(Score(path, marks, score, cell_evidence(at or cell)))

    def _remarks(self, row: int, header: ScoreHead) -> list[Cell]:
        """Return the cells that tell of a row's result: reasons, then what stands right of the score but rubrics."""
        columns = [header.reason, *range((header.score or 0) + 1, self.grid.col_count)]
        cells = [cell for col in columns if col is not None and (cell := self.grid.at(row, col)) is not None]
        return [cell for cell in cells if cell.text not in _NONE and not RUBRIC.search(cell.text)]

    def _deductions(self, row: int, header: ScoreHead, score: Score) -> list[Deduction]:
        """Return the points a row says were taken off: in a column of their own, or in its remarks, or lost."""
        grid, name = self.grid, score.path[-1]
        reason = grid.text(row, header.reason)
        off, cell = self._number(row, header.off), grid.at(row, header.off)
        if off is not None and cell is not None:
            return [Deduction(name, abs(off), reason or None, cell_evidence(cell))] if off else []
        if score.full_marks is None or score.score is None or score.score >= score.full_marks:
            return []
        lost = score.full_marks - score.score
        for remark in self._remarks(row, header):
            text = remark.text
            stated = list(TAKEN_OFF.finditer(text))
            if len(stated) != 1:
                continue
            points = Decimal(stated[0]["points"].replace(",", ""))
            return [Deduction(name, points, text[:200], cell_evidence(remark, *stated[0].span("points")))]
        return [Deduction(name, lost, reason[:200], score.evidence)] if len(reason) > 4 else []
