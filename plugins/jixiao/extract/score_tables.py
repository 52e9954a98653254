"""Scores in tables: levels with merged cells, one or several 分值 columns, a 得分 column, perhaps a 得分率 column."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from jixiao.extract import vocabulary
from jixiao.extract.numbers import NUMBER
from jixiao.model import Cell, Deduction, Evidence, Score, Table
from jixiao.read.text import cell_evidence

NAME_HEAD = re.compile(
    r"^(?:[一二三四1-4]级|绩效|评价|考核|评估|自评)?(?:指标)(?:名称|内容|项目)?$|^(?:评价|考核|自评)(?:项目|内容|要素|要点)$|^[一二三四]级$"
    r"|^指标(?:类型|类别|内容)$|^维度$"
)
MARKS_HEAD = re.compile(
    r"^(?:指标)?(?:标准)?(?:分值|权重|满分|标准分|满分值|参考分值|分数上限|分值上限|最高分|要[素点]权重|分数)(?:\(?(?:%|分|100分?|\d+)\)?)?$"
)
SCORE_HEAD = re.compile(
    r"^(?:部门|单位|指标|权重)?(?:自评|实际|实得|评价|综合|最终)?(?:得分|自评分|评分|自评得分|得分情况|实得分|评分结果|自评分值|分数)(?:[/(].{1,6})?$|^得分/自评分$|^自评$|^打分$"
)
_RATE = re.compile(r"得分率")
_OFF = re.compile(r"扣分(?:值|数)?(?:\(分\))?$")
_TAKEN_OFF = re.compile(rf"扣(?:减|除|了)?(?P<points>{NUMBER})分")
REASON_HEAD = re.compile(r"未达标|扣分|原因|评分依据|评分说明|自评说明|偏差")
TOTAL_ROW = re.compile(r"^(?:合计|总计|总分|合计得分|总得分|总分值|自评总分|总分合计)[:：]?$")
_NUMBER = re.compile(rf"^(?P<number>-?{NUMBER})分?%?$")
_OWN_MARKS = re.compile(rf"^(?P<name>.+?)[(](?:满分|分值|权重)?[:]?(?P<marks>{NUMBER})分?[)]$")
_NONE = {"", "-", "—", "/", "无"}


@dataclass(frozen=True, slots=True)
class TableScores:
    """What one table says: scores in its order, the total row, deductions with a reason."""

    scores: tuple[Score, ...]
    total: Decimal | None = None
    total_evidence: Evidence | None = None
    full_marks: Decimal | None = None
    total_rate_pct: Decimal | None = None
    deductions: tuple[Deduction, ...] = ()


@dataclass(frozen=True, slots=True)
class _Header:
    row: int
    names: tuple[int, ...]
    marks: dict[int, int]  # name column -> its full marks column
    score: int | None
    level_scores: dict[int, int]
    rate: int | None
    reason: int | None
    off: int | None


class _Grid:
    def __init__(self, table: Table) -> None:
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


def _header(table: Table, grid: _Grid, row: int) -> _Header | None:
    """Tell whether a row heads a score table, and which column holds what."""
    names: list[int] = []
    marks: list[int] = []
    scores: list[int] = []
    rate: int | None = None
    reason: int | None = None
    off: int | None = None
    seen: set[int] = set()
    for col in range(table.col_count):
        cell = grid.at.get((row, col))
        if cell is None or id(cell) in seen:
            continue
        seen.add(id(cell))
        text = cell.text
        if not text:
            continue
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
        elif _OFF.search(text):
            off = col
        elif REASON_HEAD.search(text) and reason is None:
            reason = col
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
    return _Header(row, tuple(names), by_name, score, level_scores, rate, reason, off)


def _budget_header(table: Table, grid: _Grid, row: int) -> tuple[str, int | Decimal, int] | None:
    """Tell whether a row heads the budget of a form that scores its execution (全年预算数 | 全年执行数 | 分值 | 得分).

    Returns the indicator's name (预算执行率 where the form has no other), the column of the full marks or the full
    marks that the heading itself states (得分(10分)), and the score column.
    """
    cells = [cell for col in range(table.col_count) if (cell := grid.at.get((row, col))) is not None]
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
        return match["name"], Decimal(match["marks"])
    return re.sub(r"^(?:\d{1,2}[、.](?!\d)|[((]\d{1,2}[))]|[①-⑳])", "", text), None


def read_table(table: Table) -> TableScores:
    """Return the scores of one table; empty where no row heads a score table."""
    grid = _Grid(table)
    header: _Header | None = None
    budget: tuple[str, int | Decimal, int] | None = None
    scores: list[Score] = []
    done: set[int] = set()
    levels: set[tuple[tuple[str, ...], Decimal | None, Decimal | None]] = set()
    total: dict[str, object] = {}
    deductions: list[Deduction] = []
    for row in range(table.row_count):
        found = _header(table, grid, row)
        if found is not None:
            header = found
            continue
        budget = _budget_header(table, grid, row) or budget
        if header is None:
            if budget is not None and (scored := _budget_score(grid, row, budget)) is not None:
                scores.append(scored)
                budget = None
            continue
        cells = [grid.at.get((row, col)) for col in header.names]
        texts = [cell.text if cell is not None else "" for cell in cells]
        if any(TOTAL_ROW.match(text) for text in (*texts[:2], grid.text(row, 0))):
            _take_total(grid, header, row, total)
            continue
        path: list[str] = []
        last_own: Decimal | None = None
        level_cell: Cell | None = None
        for index, cell in enumerate(cells):
            if cell is None or cell.text in _NONE or _NUMBER.match(cell.text):
                continue
            if index and cell is cells[index - 1]:
                continue
            name, own = name_of(cell.text)
            if name in ("小计", "合计"):
                continue
            path.append(name)
            last_own, level_cell = own, cell
            is_leaf = index == len(cells) - 1
            if not is_leaf and id(cell) not in done:
                done.add(id(cell))
                level_marks = grid.number(row, header.marks.get(header.names[index]))
                level_score = grid.number(row, header.level_scores.get(header.names[index]))
                deeper = any(c is not None and c is not cell and c.text not in _NONE for c in cells[index + 1 :])
                stated = (tuple(path), level_marks, level_score)
                if stated in levels:  # printed again after a page break
                    continue
                if deeper and (level_marks is not None or level_score is not None or own is not None):
                    levels.add(stated)
                    marks_col = header.marks.get(header.names[index])
                    at = grid.at.get((row, marks_col)) if marks_col is not None else cell
                    scores.append(
                        Score(
                            tuple(path),
                            level_marks if level_marks is not None else own,
                            level_score,
                            cell_evidence(at or cell),
                        )
                    )
        if not path or level_cell is None:
            continue
        leaf_marks_col = header.marks.get(header.names[-1], max(header.marks.values(), default=-1))
        full = grid.number(row, leaf_marks_col if leaf_marks_col >= 0 else None)
        full = full if full is not None else last_own
        got = grid.number(row, header.score)
        if full is None and got is None:
            continue
        score_cell = grid.at.get((row, header.score)) if header.score is not None else None
        if id(score_cell) in done and score_cell is not None:
            continue
        if score_cell is not None and got is not None:
            done.add(id(score_cell))
        marks_cell = grid.at.get((row, leaf_marks_col))
        source = score_cell if got is not None else marks_cell
        rate = grid.number(row, header.rate)
        scores.append(Score(tuple(path), full, got, cell_evidence(source or level_cell), rate))
        if full is not None and got is not None and got < full:
            deductions += _deduction(
                table, grid, header, row, path[-1], full - got, cell_evidence(source or level_cell)
            )
    value = total.get("score")
    full_marks = total.get("full_marks")
    rate_pct = total.get("rate")
    place = total.get("evidence")
    whole = full_marks if isinstance(full_marks, Decimal) else Decimal(100)
    return TableScores(
        _unglued(scores, whole),
        value if isinstance(value, Decimal) else None,
        place if isinstance(place, Evidence) else None,
        full_marks if isinstance(full_marks, Decimal) else None,
        rate_pct if isinstance(rate_pct, Decimal) else None,
        tuple(deductions),
    )


def _budget_score(grid: _Grid, row: int, budget: tuple[str, int | Decimal, int]) -> Score | None:
    """Return the score of the budget's execution where a row under its heading gives full marks and score."""
    name, marks, score = budget
    full = marks if isinstance(marks, Decimal) else grid.number(row, marks)
    got = grid.number(row, score)
    if full is None or got is None:
        return None
    return Score((name,), full, got, cell_evidence(grid.at[row, score]))


def _deduction(
    table: Table, grid: _Grid, header: _Header, row: int, name: str, lost: Decimal, evidence: Evidence
) -> list[Deduction]:
    """Return the points a row says were taken off: in a column of their own, or with the reason for those lost."""
    reason = grid.text(row, header.reason)
    off = grid.number(row, header.off)
    if off is not None and header.off is not None:
        return [Deduction(name, off, reason or None, cell_evidence(grid.at[row, header.off]))] if off else []
    if len(reason) > 4:
        return [Deduction(name, lost, reason[:200], evidence)]
    for col in range((header.score or 0) + 1, table.col_count):
        cell = grid.at.get((row, col))
        for match in _TAKEN_OFF.finditer(cell.text if cell is not None else ""):
            if cell is not None and Decimal(match["points"].replace(",", "")) == lost:
                return [Deduction(name, lost, cell.text[:200], cell_evidence(cell, *match.span("points")))]
    return []


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


def _take_total(grid: _Grid, header: _Header, row: int, total: dict[str, object]) -> None:
    """Take the total row: the score column, the full marks column, the rate column."""
    score = grid.number(row, header.score)
    if score is not None and header.score is not None:
        total["score"] = score
        total["evidence"] = cell_evidence(grid.at[row, header.score])
    marks = [value for col in header.marks.values() if (value := grid.number(row, col)) is not None]
    if marks:
        total["full_marks"] = marks[-1]
    if (rate := grid.number(row, header.rate)) is not None:
        total["rate"] = rate
