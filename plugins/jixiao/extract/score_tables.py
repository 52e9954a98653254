"""Scores in tables: levels with merged cells, one or several 分值 columns, a 得分 column, perhaps a 得分率 column."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from jixiao.extract import vocabulary
from jixiao.extract.numbers import NUMBER
from jixiao.extract.sections import MARK, rank_of
from jixiao.model import Cell, Deduction, Evidence, Score, Table
from jixiao.read.text import cell_evidence

_BY = r"(?:绩效|评价|考核|评估|自评|评分)"
NAME_HEAD = re.compile(
    rf"^(?:[一二三四1-4]级|{_BY})?指标(?:名称|内容|项目|体系|类型|类别)?(?:[及和]?[(]?(?:分值|权重|满分)[)]?)?$"
    rf"|^{_BY}(?:项目|内容|要素|要点|维度|事项|类别)$|^[一二三四]级$|^维度$"
)
# Names only beside both full marks and scores: many a table has a column 项目.
_WEAK_NAME_HEAD = re.compile(r"^(?:项目|内容|事项|类别|名称|要素|方面)(?:名称)?$")
MARKS_HEAD = re.compile(
    r"^(?:指标|设定|标准|规定|各项|评价|考核|满分|要[素点])?(?:分值|权重|满分|标准分|基[准本础]分|应得分|参考分值|权重分|配分|权数|分[数值]上限|最高分|分数)值?"
    r"(?:\(?(?:%|分|100分?|\d+)\)?)?$"
)
SCORE_HEAD = re.compile(
    r"^(?:部门|单位|指标|权重|本单位)?(?:自评价?|自查|自我评价|实际|评价|综合|最终|评定|考核|评估)?(?:得分|自评分|评分|实得分|打分|评定分|分数)(?:值|数|情况|结果)?(?:[/(].{1,8})?$"
    r"|^(?:分值|满分|标准分)[/、及和](?:自评)?得分$|^自评$|^实得$"
)
_RATE = re.compile(r"得分率")
OFF_HEAD = re.compile(r"(?:扣|减|失)分(?:分?值|数)?(?:\(分\))?$")
TAKEN_OFF = re.compile(rf"(?:扣(?:减|除|了|掉)?|失)(?P<points>{NUMBER})分")
REASON_HEAD = re.compile(r"未达标|扣分|失分|原因|评分依据|评分说明|自评说明|偏差")
TOTAL_ROW = re.compile(r"^(?:合计|总计|总分|合计得分|总得分|总分值|自评总分|总分合计)[:：]?$")
_ACTUAL_HEAD = re.compile(r"^(?:年度|全年)?(?:实际)?(?:完成)(?:指标)?(?:值|情况)$|^实际值$")
_NUMBER = re.compile(rf"^(?P<number>-?{NUMBER})分?%?$")
_PAIR = re.compile(rf"^(?P<one>{NUMBER})分?/(?P<other>{NUMBER})分?$")
# What a rubric says and a remark on the department's own result does not.
RUBRIC = re.compile(r"每(?![亩年月季周日人户吨])|扣完|不得分|得满分|[≥≤＞＜]|得\d+(?:\.\d+)?分.*得|以[上内下].{0,6}得")
_OWN_MARKS = re.compile(rf"^(?P<name>.+?)[(](?:满分|分值|权重)?[:]?(?P<marks>{NUMBER})分?[)]$")
_NONE = {"", "-", "—", "/", "无"}


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


@dataclass(frozen=True, slots=True)
class _Header:
    names: tuple[int, ...]
    marks: dict[int, int]  # name column -> its full marks column
    score: int | None
    level_scores: dict[int, int]
    rate: int | None
    reason: int | None
    off: int | None
    actual: int | None


class _Grid:
    def __init__(self, table: Table) -> None:
        self.row_count = table.row_count
        self.col_count = table.col_count
        self.at: dict[tuple[int, int], Cell] = {}
        for cell in table.cells:
            for row in range(cell.row, min(cell.row + cell.row_span, table.row_count)):
                for col in range(cell.col, min(cell.col + cell.col_span, table.col_count)):
                    self.at[row, col] = cell

    def text(self, row: int, col: int | None) -> str:
        cell = self.at.get((row, col)) if col is not None else None
        return cell.text if cell is not None else ""

    def number(self, row: int, col: int | None) -> Decimal | None:
        match = _NUMBER.match(self.text(row, col))
        return Decimal(match["number"].replace(",", "")) if match else None

    def pair(self, row: int, col: int | None) -> tuple[Decimal, Decimal] | None:
        """Return full marks and score of a cell that gives both (9.5/10, in either order)."""
        match = _PAIR.match(self.text(row, col))
        if match is None:
            return None
        low, high = sorted((Decimal(match["one"]), Decimal(match["other"])))
        return high, low

    def told(self, row: int) -> list[Cell]:
        """Return the cells of a row from left to right, each once and none that is empty."""
        cells = {id(cell): cell for col in range(self.col_count) if (cell := self.at.get((row, col))) is not None}
        return [cell for cell in cells.values() if cell.text]

    def is_rubric(self, col: int, below: int) -> bool:
        """Tell whether a column says how to score (有计划得2分,每缺1项扣1分), whatever its heading."""
        texts = {self.text(row, col) for row in range(below + 1, self.row_count)} - _NONE
        return sum(bool(RUBRIC.search(text)) for text in texts) * 3 > len(texts)


def _header(grid: _Grid, row: int) -> _Header | None:
    """Tell whether a row heads a score table, and which column holds what."""
    names: list[int] = []
    weak: list[int] = []
    marks: list[int] = []
    scores: list[int] = []
    rate: int | None = None
    reason: int | None = None
    off: int | None = None
    actual: int | None = None
    for cell in grid.told(row):
        col, text = cell.col, cell.text
        if _RATE.search(text):
            rate = col
        elif MARKS_HEAD.match(text):
            marks.append(col)
        elif SCORE_HEAD.match(text):
            scores.append(col)
        elif NAME_HEAD.match(text):
            # One heading over several columns of names; 一级指标 is one column however the grid cuts it.
            spread = cell.col_span <= 3 and not names and "级" not in text
            names.extend(range(col, col + cell.col_span) if spread else [col])
        elif _WEAK_NAME_HEAD.match(text):
            weak.append(col)
        elif OFF_HEAD.search(text):
            off = col
        elif _ACTUAL_HEAD.search(text):
            actual = col
        elif REASON_HEAD.search(text) and reason is None:
            reason = col
    names = [col for col in names if not grid.is_rubric(col, row)]
    if not names and marks and scores:
        names = weak[:1] or ([0] if not grid.text(row, 0) else [])
    if not names or not (marks or scores):
        return None
    leaf = names[-1]
    by_name: dict[int, int] = {}
    for col in marks:
        owner = max((n for n in names if n < col), default=None)
        if owner is not None:
            by_name.setdefault(owner, col)
    level_scores: dict[int, int] = {}
    score: int | None = None
    for col in scores:
        owner = max((n for n in names if n < col), default=leaf)
        if owner == leaf:
            score = col if score is None else score
        else:
            level_scores.setdefault(owner, col)
    return _Header(tuple(names), by_name, score, level_scores, rate, reason, off, actual)


def _budget_header(grid: _Grid, row: int) -> tuple[str, int | Decimal, int] | None:
    """Tell whether a row heads the budget of a form that scores its execution (全年预算数 | 全年执行数 | 分值 | 得分).

    Returns the indicator's name (预算执行率 where the form has no other), the column of the full marks or the full
    marks that the heading itself states (得分(10分)), and the score column.
    """
    cells = grid.told(row)
    marks: list[int | Decimal] = [cell.col for cell in cells if MARKS_HEAD.match(cell.text)]
    marks = marks or [Decimal(m[1]) for cell in cells if (m := re.search(r"得分[(](\d+)分[)]", cell.text))]
    scores = [cell.col for cell in cells if SCORE_HEAD.match(cell.text) or cell.text == "执行率得分"]
    stages = [cell for cell in cells if len(cell.text) <= 16 and vocabulary.stage_in(cell.text)]
    if not marks or not scores or not stages:
        return None
    named = (re.sub(r"[(].*", "", cell.text) for cell in cells if cell.col < stages[0].col)
    return next((name for name in named if "预算执行" in name and "数" not in name), "预算执行率"), marks[0], scores[0]


def name_of(text: str) -> tuple[str, Decimal | None]:
    """Split full marks off a label: 相关性(5分)."""
    match = _OWN_MARKS.match(text)
    if match:
        return re.sub(f"^{MARK}", "", match["name"]), Decimal(match["marks"])
    return re.sub(f"^{MARK}", "", text), None


def read_table(table: Table) -> TableScores:
    """Return the scores of one table, upright or on its side; empty where nothing heads a score table."""
    if halves := _halves(table):
        left, right = map(read_table, halves)
        whole = right if right.total is not None else left
        return replace(whole, scores=left.scores + right.scores, deductions=left.deductions + right.deductions)
    upright = _Reader(table).read()
    if upright.scores:
        return upright
    turned = tuple(
        replace(cell, row=cell.col, col=cell.row, row_span=cell.col_span, col_span=cell.row_span)
        for cell in table.cells
    )
    lying = Table(turned, table.col_count, table.row_count, table.caption)
    header = _header(_Grid(lying), 0)
    return _Reader(lying).read() if header and header.marks and header.score is not None else upright


def _halves(table: Table) -> tuple[Table, Table] | None:
    """Return both halves of a table that stands in two columns (指标 | 分值 | 得分 | 指标 | 分值 | 得分)."""
    middle = table.col_count // 2
    heads = [cell.text for cell in sorted(table.cells, key=lambda cell: cell.col) if cell.row == 0]
    if len(heads) != table.col_count or middle < 2 or heads[:middle] != heads[middle:]:
        return None
    left = tuple(cell for cell in table.cells if cell.col < middle)
    right = tuple(replace(cell, col=cell.col - middle) for cell in table.cells if cell.col >= middle)
    return Table(left, table.row_count, middle, table.caption), Table(right, table.row_count, middle, table.caption)


class _Reader:
    """Reads one table row by row under the last header met."""

    def __init__(self, table: Table) -> None:
        self.grid = _Grid(table)
        self.header: _Header | None = None
        self.scores: list[Score] = []
        self.deductions: list[Deduction] = []
        self.remarks: dict[int, tuple[str, Cell]] = {}
        self.total: TableScores = TableScores(())
        self._budget: tuple[str, int | Decimal, int] | None = None
        self._done: set[int] = set()
        self._above: list[str] = []  # the names of the row before, by column
        self._outline: list[tuple[int, str]] = []  # 一、 over 1. in one column of names
        self._levels: set[tuple[tuple[str, ...], Decimal | None, Decimal | None]] = set()

    def read(self) -> TableScores:
        for row in range(self.grid.row_count):
            found = _header(self.grid, row)
            if found is not None:
                self.header = found
                continue
            self._budget = _budget_header(self.grid, row) or self._budget
            if self.header is None:
                self._take_budget(row)
            elif any(TOTAL_ROW.match(self.grid.text(row, col)) for col in {0, *self.header.names[:2]}):
                self._take_total(row, self.header)
            else:
                self._take_row(row, self.header)
        whole = self.total.full_marks if self.total.full_marks is not None else Decimal(100)
        scores, remarks = _unglued(self.scores, whole), tuple(self.remarks.values())
        return replace(self.total, scores=scores, deductions=tuple(self.deductions), remarks=remarks)

    def _take_budget(self, row: int) -> None:
        """Take the score of the budget's execution where a row under its heading gives full marks and score."""
        if self._budget is None:
            return
        name, marks, score = self._budget
        full = marks if isinstance(marks, Decimal) else self.grid.number(row, marks)
        got = self.grid.number(row, score)
        if full is not None and got is not None:
            self.scores.append(Score((name,), full, got, cell_evidence(self.grid.at[row, score])))
            self._budget = None

    def _take_total(self, row: int, header: _Header) -> None:
        """Take the total row: the score column, the full marks column, the rate column."""
        pair = self.grid.pair(row, header.score)
        score = pair[1] if pair else self.grid.number(row, header.score)
        if score is not None and header.score is not None:
            self.total = replace(self.total, total=score, total_evidence=cell_evidence(self.grid.at[row, header.score]))
        marks = [value for col in header.marks.values() if (value := self.grid.number(row, col)) is not None]
        if marks or pair:
            self.total = replace(self.total, full_marks=marks[-1] if marks else pair and pair[0])
        if (rate := self.grid.number(row, header.rate)) is not None:
            self.total = replace(self.total, total_rate_pct=rate)

    def _take_row(self, row: int, header: _Header) -> None:
        """Take the levels that begin in a row, and its indicator."""
        grid = self.grid
        cells = [grid.at.get((row, col)) for col in header.names]
        path: list[str] = []
        names = [""] * len(cells)
        own: Decimal | None = None
        last: Cell | None = None
        for index, cell in enumerate(cells):
            if cell is None or cell.text in _NONE or _NUMBER.match(cell.text) or (index and cell is cells[index - 1]):
                continue
            name, marks = name_of(cell.text)
            if name in ("小计", "合计"):
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
                    self._take_level(row, header, index, cell, tuple(path), own)
        if last is None:
            return
        first = next(index for index, name in enumerate(names) if name)
        self._above = [*(self._above or names)[:first], *names[first:]]
        path = self._under(path, last.text)
        marks_col = header.marks.get(header.names[-1], max(header.marks.values(), default=None))
        full, got = grid.number(row, marks_col), grid.number(row, header.score)
        if pair := grid.pair(row, header.score):
            full, got = pair
        full = full if full is not None else own
        score_cell = grid.at.get((row, header.score)) if header.score is not None else None
        if (full is None and got is None) or (score_cell is not None and id(score_cell) in self._done):
            return
        if score_cell is not None and got is not None:
            self._done.add(id(score_cell))
        marks_cell = grid.at.get((row, marks_col)) if marks_col is not None else None
        evidence = cell_evidence((score_cell if got is not None else marks_cell) or last)
        score = Score(tuple(path), full, got, evidence, grid.number(row, header.rate))
        self.scores.append(score)
        self.deductions += self._deductions(row, header, score)
        actual = grid.at.get((row, header.actual)) if header.actual is not None else None
        told = [*self._remarks(row, header), *([actual] if actual is not None else [])]
        self.remarks |= {id(cell): (path[-1], cell) for cell in told}

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
        self, row: int, header: _Header, index: int, cell: Cell, path: tuple[str, ...], own: Decimal | None
    ) -> None:
        """Take a level that states full marks or a score, once however often a page break prints it."""
        marks_col = header.marks.get(header.names[index])
        marks = self.grid.number(row, marks_col)
        score = self.grid.number(row, header.level_scores.get(header.names[index]))
        stated = (path, marks, score)
        if stated in self._levels or (marks is None and score is None and own is None):
            return
        self._levels.add(stated)
        at = self.grid.at.get((row, marks_col)) if marks_col is not None else cell
        self.scores.append(Score(path, marks if marks is not None else own, score, cell_evidence(at or cell)))

    def _remarks(self, row: int, header: _Header) -> list[Cell]:
        """Return the cells that tell of a row's result: reasons, then what stands right of the score but rubrics."""
        columns = [header.reason, *range((header.score or 0) + 1, self.grid.col_count)]
        cells = [cell for col in columns if col is not None and (cell := self.grid.at.get((row, col))) is not None]
        return [cell for cell in cells if cell.text not in _NONE and not RUBRIC.search(cell.text)]

    def _deductions(self, row: int, header: _Header, score: Score) -> list[Deduction]:
        """Return the points a row says were taken off: in a column of their own, or in its remarks, or lost."""
        grid, name = self.grid, score.path[-1]
        reason = grid.text(row, header.reason)
        off = grid.number(row, header.off)
        if off is not None and header.off is not None:
            return [Deduction(name, abs(off), reason or None, cell_evidence(grid.at[row, header.off]))] if off else []
        if score.full_marks is None or score.score is None or score.score >= score.full_marks:
            return []
        lost = score.full_marks - score.score
        for cell in self._remarks(row, header):
            text = cell.text
            stated = list(TAKEN_OFF.finditer(text))
            if len(stated) != 1:
                continue
            points = Decimal(stated[0]["points"].replace(",", ""))
            return [Deduction(name, points, text[:200], cell_evidence(cell, *stated[0].span("points")))]
        return [Deduction(name, lost, reason[:200], score.evidence)] if len(reason) > 4 else []


def _unglued(scores: Sequence[Score], full_marks: Decimal) -> tuple[Score, ...]:
    """Part full marks and score that were printed as one number (1010, 109), where the sum of all full marks tells.

    Only a row without a score can be glued, and only if all of them parted make the full marks of the whole.
    """
    leaves = [i for i, s in enumerate(scores) if not any(o.path[: len(s.path)] == s.path for o in scores if o is not s)]
    parted = {
        index: pair
        for index in leaves
        if scores[index].score is None and (marks := scores[index].full_marks) and (pair := _two_numbers(marks))
    }
    each = (parted[i][0] if i in parted else scores[i].full_marks or Decimal(0) for i in leaves)
    if not parted or sum(each, Decimal(0)) != full_marks:
        return tuple(scores)
    return tuple(
        replace(score, full_marks=parted[i][0], score=parted[i][1]) if i in parted else score
        for i, score in enumerate(scores)
    )


def _two_numbers(glued: Decimal) -> tuple[Decimal, Decimal] | None:
    """Return the one way to part a number into full marks up to 100 and a score that is no greater."""
    text = f"{glued:f}"
    pairs = [
        (Decimal(text[:cut]), Decimal(text[cut:]))
        for cut in range(1, len(text))
        if text[:cut].isdigit() and re.fullmatch(r"(?:0|[1-9]\d*)(?:\.\d+)?", text[cut:])
    ]
    fitting = [(full, got) for full, got in pairs if got <= full <= 100]
    return fitting[0] if len(fitting) == 1 else None
