"""Money in tables: every figure's label is its row's words and the words above its column."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from jixiao.extract import vocabulary
from jixiao.extract.flat_tables import flat_tables
from jixiao.extract.labels import Found
from jixiao.extract.money_prose import extract_prose
from jixiao.extract.numbers import NUMBER, decimal_of, in_yuan, stated_unit, units_named
from jixiao.model import Amount, Cell, Change, Document, Doubt, Evidence, Flow, Ratio, Scheme, Stage, Subject, Table
from jixiao.read.text import cell_evidence, normalise

# Parentheses mean a negative figure only with decimals: (1) is an enumeration.
_FIGURE = re.compile(
    rf"^(?:(?P<sign>-)?(?P<number>{NUMBER})(?P<unit>亿元|万元|千元|元|%)?|\((?P<negative>[\d,]+\.\d+)\))$"
)
_INLINE = re.compile(rf"^(?:其中)?:?(?P<label>[^\d:]{{2,20}}):(?P<number>{NUMBER})(?P<unit>亿元|万元|千元|元)?$")
_UNIT_TAIL = re.compile(r"\((?:人民币)?[亿万千]?元\)$")
_RESULT = re.compile(r"支出|收入|金额|资金")
_DASHES = {"-", "—", "/", "--", "——"}
_DESCRIPTION = re.compile(r"^(?:主要)?(?:工作)?内容$|说明|^备注|依据|^用途|^实施单位|^负责|^计量单位$")
_NOTHING = {"无", "无支出", "未发生", "未发生支出"}
_PROJECT_HEAD = re.compile(r"^(?:支出|预算|主要|二级|具体)?(?:项目名称|项目明细|子项目)(?:\(.*\))?$")
_NOT_MONEY_COLUMN = re.compile(
    r"分值|得分|权重|满分|评分|指标值|完成值|目标|序号|编码|编号|代码|标准|说明|备注|数量|人数|原因|分数|计分|指标|月|日"
)
_ALL_PROJECTS = re.compile(r"(?<!主要)(?<!重点)(?<!部分)项目支出.{0,8}(?:情况|明细)?表")
# What a column (or the row of a form that lies on its side) gives instead of sums.
_RATE_COLUMN = re.compile(
    r"(?:执行|完成|支出|到位|支付|使用)(?:率|进度|比例)|完成(?:年初|全年|调整后?)?预算(?!数)|占(?:年初|全年|调整后?)?预算(?:数)?的?(?:比|%)"
)
_SHARE_COLUMN = re.compile(r"占.{0,8}(?:比|%)|比重|构成比")
# What was added to a budget, where the budget that came of it stands in a column of its own.
_ADJUSTMENT = re.compile(r"^(?:预算|年中)*(?:调整|追加)(?:预算)?(?:数|金?额)?(?:\(.*\))?$")
_CHANGE_COLUMN = re.compile(r"增减|同比|增长|增幅|增加|减少|下降|变动|(?:比|较)上年|与上年(?:相比|比较)")
_CHANGE_IN_PERCENT = re.compile(r"率|幅|%|百分比|比例")
_CHANGE_IN_MONEY = re.compile(r"额|数|元")
_FALL = re.compile(r"减少|下降|降幅")
_RISE = re.compile(r"增")
ColumnKind = Literal["money", "completion", "share", "change"]
_GENERIC = re.compile(
    r"\((?:人民币)?(?:亿|万|千)?元\)|单位:?(?:亿|万|千)?元|\(?[A-Z]\)?|[/÷×=*%()、,:。]|情况|类别|名称|部门|单位|年度|本年|全年|数额|金额|数|资金|其中|万元|元|的|度|20\d\d年?|上年"
)
# What a row is called that gives the whole of the department: 部门预算执行情况, 整体支出.
_WHOLE = re.compile(r"^(?:整体|总体|预算|支出|执行|投入|使用|收支)*$")
_ENTRY = re.compile(r"^(?:其中:?)?(?:\d{1,2}[.、](?!\d)|[(]\d{1,2}[)]|[①-⑳])|^其中:")
_TOTAL_ROW = re.compile(
    r"^(?:合计|总计|总额|年度?资金总额|预算总额|(?:本年)?支出[合总]计|(?:本年)?收入[合总]计|总支出|小计|合计:?)$"
)


def _residual(text: str) -> str:
    """Return what a header says beyond stage words, units and generic words."""
    return _GENERIC.sub("", vocabulary._STAGE.sub("", text))


def _is_figure(text: str) -> bool:
    return bool(_FIGURE.match(text)) or text in _NOTHING


class _Labels:
    """The cells of a table by place, to find the words that a figure stands under and beside."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self._at: dict[tuple[int, int], Cell] = {}
        self._projects: set[int] | None = None
        for cell in table.cells:
            for row in range(cell.row, min(cell.row + cell.row_span, table.row_count)):
                for col in range(cell.col, min(cell.col + cell.col_span, table.col_count)):
                    self._at[row, col] = cell

    def left_of(self, figure: Cell) -> list[Cell]:
        """Return the text cells to the left in the figure's row, nearest first."""
        out: list[Cell] = []
        for col in range(figure.col - 1, -1, -1):
            cell = self._at.get((figure.row, col))
            if cell is None or not cell.text or cell in out or _is_figure(cell.text) or cell.text in _DASHES:
                continue
            if not self._describes(cell):
                out.append(cell)
        return out

    def _describes(self, cell: Cell) -> bool:
        """Tell whether a cell stands in a column that tells about the row instead of naming it (主要内容)."""
        return any(
            _DESCRIPTION.match(above.text)
            for row in range(cell.row)
            if (above := self._at.get((row, cell.col))) is not None
        )

    def is_adjustment(self, heading: Cell) -> bool:
        """Tell whether a column gives only what was added to the budget (预算调整数 beside 全年预算数)."""
        return bool(_ADJUSTMENT.match(heading.text)) and any(
            cell.row == heading.row and cell is not heading and not _ADJUSTMENT.match(cell.text)
            for cell in self.table.cells
            if (stage := vocabulary.stage_in(cell.text)) and stage[0] == "budget"
        )

    def alone_in_row(self, figure: Cell) -> bool:
        """Tell whether no other figure stands in the row."""
        return not any(c is not figure and c.row == figure.row and _FIGURE.match(c.text) for c in self.table.cells)

    def stages_above(self, cell: Cell) -> set[Stage]:
        """Return the stages that short cells in the rows above name."""
        short = (c.text for c in self.table.cells if c.row < cell.row and len(c.text) <= 16)
        return {stage[0] for text in short if (stage := vocabulary.stage_in(text))}

    def schemes_in_column(self, col: int, other_than: str = "") -> set[Scheme]:
        """Return the classifications that the row labels of a column belong to."""
        column = (c for c in self.table.cells if c.col == col and c.row and c.text != other_than)
        return {term.scheme for c in column for term in vocabulary.terms_in(c.text)}

    def schemes_in_row(self, heading: Cell) -> set[Scheme]:
        """Return the classifications that the headings beside a heading belong to."""
        row = (c for c in self.table.cells if c.row == heading.row and c is not heading)
        return {term.scheme for c in row for term in vocabulary.terms_in(c.text)}

    def heads_revenue(self, label: Cell) -> bool:
        """Tell whether a row label stands in the revenue half of a table (收入 | 金额 | 支出 | 金额)."""
        column = [c.text for c in self.table.cells if c.col == label.col and c.row < label.row and len(c.text) <= 8]
        return any("收入" in text for text in column[:2]) and not any("支出" in text for text in column[:2])

    def heads_projects(self, label: Cell) -> bool:
        """Tell whether a row label stands in, or reaches into, a column of project names."""
        columns = range(label.col, label.col + label.col_span)
        column = (c.text for c in self.table.cells if c.col in columns and c.row < label.row)
        return any(_PROJECT_HEAD.match(text) for text in column)

    def lists_all_projects(self) -> bool:
        """Tell whether the lines above the table call it that of project expenditure, not of some projects."""
        return any(_ALL_PROJECTS.search(normalise(line.text)) for line in self.table.caption)

    def under_projects(self, label: Cell) -> bool:
        """Tell whether a row label is an entry of the list below the row 项目支出 (其中：1.防汛经费).

        Rows without a mark are that where they add up to it.
        """
        if label.row in self._summing():
            return True
        if not _ENTRY.match(label.text) or vocabulary.terms_in(label.text):
            return False
        for row in range(label.row - 1, -1, -1):
            cell = self._at.get((row, label.col))
            terms = vocabulary.terms_in(cell.text) if cell is not None else []
            if terms or (cell is not None and _TOTAL_ROW.match(cell.text)):
                return [term.item for term in terms] == ["project"]
        return False

    def _summing(self) -> set[int]:
        """Return the rows below a row 项目支出 whose labels are no terms and whose sums make its sums."""
        if self._projects is None:
            self._projects = set()
            for head in self.table.cells:
                if [term.item for term in vocabulary.terms_in(head.text)] == ["project"] and len(head.text) <= 8:
                    self._projects |= self._adding_up(head)
        return self._projects

    def _adding_up(self, head: Cell) -> set[int]:
        rows: list[int] = []
        for row in range(head.row + head.row_span, self.table.row_count):
            label = self._at.get((row, head.col))
            if label is None or not label.text or _is_figure(label.text) or _TOTAL_ROW.match(label.text):
                break
            if vocabulary.terms_in(label.text):
                break
            rows.append(row)
        sums = []
        for col in range(head.col + head.col_span, self.table.col_count):
            column = [cell.text if (cell := self._at.get((row, col))) else "" for row in (head.row, *rows)]
            if len(rows) > 1 and all(re.fullmatch(NUMBER, text) for text in column):
                whole, *parts = map(decimal_of, column)
                sums.append(whole == sum(parts))
        return set(rows) if sums and all(sums) else set()

    def above(self, figure: Cell) -> list[Cell]:
        """Return the header cells above the figure, nearest first; figures between are stepped over."""
        out: list[Cell] = []
        in_header = False
        for row in range(figure.row - 1, -1, -1):
            cell = self._at.get((row, figure.col))
            if cell is None or not cell.text:
                if in_header:
                    break
                continue
            if _is_figure(cell.text) or cell.text in _DASHES:
                if in_header:
                    break
                continue
            if cell in out:
                continue
            if len(cell.text) > 30 or cell.col_span >= max(3, self.table.col_count - 2):
                break
            in_header = True
            out.append(cell)
        return out


def _table_unit(table: Table, document: Document) -> str | None:
    """Return the one unit that the caption, or the header cells together, state."""
    lines = [line.text for line in table.caption]
    for text in (*reversed(lines), "".join(lines)):  # (单位:万 | 元) may be broken over two lines
        if unit := stated_unit(normalise(text)):
            return unit
    units = {unit for cell in table.cells if len(cell.text) < 40 and (unit := stated_unit(cell.text))}
    if not units:  # one statement for all tables, or far above this one
        units = {unit for passage in document.passages for unit in units_named(passage.text)}
    return units.pop() if len(units) == 1 else None


def _table_stage(table: Table) -> Stage | None:
    """Return the stage that the title just above the table names (2023年度收入支出决算表), if it is one."""
    for line in reversed(table.caption):
        text = normalise(line.text)
        if len(text) <= 40 and re.search(r"表|情况|[::]$", text) and (stage := vocabulary.stage_in(text)):
            return None if re.search(r"预决算|预算执行", text) else stage[0]
        if re.match(r"年度(?:收入|支出)(?:和结余)?情况", text):
            return "final"
    return None


@dataclass(frozen=True, slots=True)
class _Printed:
    """A figure of a table with what its labels say; `unit` is None where no label states it."""

    number: str
    negative: bool
    unit: str | None
    subject: Subject
    stage: Stage
    year: int
    words: str
    evidence: Evidence
    is_change: bool = False


def extract_tables(document: Document, fiscal_year: int, known: Sequence[Amount]) -> Found:
    """Return the facts of all tables; `known` are the prose figures, which may decide a unit."""
    flat, sentences = flat_tables(document)
    found = extract_prose(sentences, fiscal_year)
    for table in (*document.tables, *flat):
        printed: list[_Printed] = []
        _read_table(table, document, fiscal_year, printed, found)
        fitting = {
            unit for some in printed if some.unit is None and (unit := _unit_by_known(some, [*known, *found.amounts]))
        }
        decided = fitting.pop() if len(fitting) == 1 else None
        for some in printed:
            unit = some.unit or decided or ("元" if not decimal_of(some.number) else None)
            if unit is None:
                message = f"{some.words}: {some.number} is printed without a unit"
                found.doubts.append(Doubt("undecided_unit", message, some.evidence))
                continue
            yuan, ulp = in_yuan(some.number, unit, some.negative)
            about = some.subject
            if some.is_change:
                found.changes.append(Change(some.year, about, some.words, some.evidence, yuan, ulp))
                continue
            found.amounts.append(
                Amount(
                    some.year, about.flow, some.stage, about.scheme, about.item, some.words, yuan, ulp, some.evidence
                )
            )
    return found


def _read_table(table: Table, document: Document, fiscal_year: int, printed: list[_Printed], found: Found) -> None:
    """Add the figures, rates and doubts of one table."""
    labels = _Labels(table)
    table_unit = _table_unit(table, document)
    table_stage = _table_stage(table)
    for cell in sorted(table.cells, key=lambda c: (c.row, c.col)):
        inline = _INLINE.match(cell.text)
        if inline is not None:
            _inline(cell, inline, labels, fiscal_year, table_unit, printed, found.doubts)
            continue
        match = _FIGURE.match(cell.text)
        number = match["number"] or match["negative"] if match else "0" if cell.text in _NOTHING else None
        if number is None:
            continue
        above, left = labels.above(cell), labels.left_of(cell)
        if not above or (_label(labels, above, left) is None and labels.alone_in_row(cell)):
            # 全年预算数 | 1200: a label and its figure, no header above
            if not left or vocabulary.stage_in(left[0].text) is None:
                continue
            above, left = left[:1], []
        if _NOT_MONEY_COLUMN.search(above[0].text) or labels.is_adjustment(above[0]):
            continue
        unit = match["unit"] if match else None
        kind = _column_kind(above, left)
        if (unit == "%" and kind == "money") or (match is None and kind != "money"):
            continue
        label = _label(labels, above, left)
        if label is None:
            continue
        subject, words = label
        header = " ".join(c.text for c in reversed(above))
        beside = left[0].text if left and len(left[0].text) <= 12 else ""
        year = _year_of(header if kind != "change" else "", words + beside, fiscal_year)
        evidence = cell_evidence(cell)
        negative = match is not None and bool(match["sign"] or match["negative"])
        if kind == "change":
            head = above[0].text
            negative = negative or bool(_FALL.search(head) and not _RISE.search(head))
        percent = -decimal_of(number) if negative else decimal_of(number)
        if kind == "completion":
            base: Stage = "initial_budget" if "年初" in header else "budget"
            found.ratios.append(Ratio("budget_completion_rate", words, percent, evidence, year, subject, base))
            continue
        if kind == "share":
            found.ratios.append(Ratio("share", f"{words} {above[0].text}", percent, evidence, year, subject))
            continue
        if kind == "change" and (unit == "%" or _CHANGE_IN_PERCENT.search(above[0].text)):
            about = f"{words} {above[0].text}"
            found.ratios.append(Ratio("year_on_year_change", about, percent, evidence, year, subject))
            found.changes.append(Change(year, subject, about, evidence, percent=percent))
            continue
        if kind == "change" and unit is None and not _CHANGE_IN_MONEY.search(above[0].text):
            continue
        stage = _stage_of(above, left) or table_stage or ("final" if kind == "change" else None)
        if stage is None:
            if _RESULT.search(above[0].text) or _RESULT.search(words):
                found.doubts.append(Doubt("undecided_stage", f"{words}: {cell.text} is of no named stage", evidence))
            continue
        unit = unit or next((u for c in (*above, *left) if (u := stated_unit(c.text))), None) or table_unit
        printed.append(_Printed(number, negative, unit, subject, stage, year, words, evidence, kind == "change"))


def _inline(
    cell: Cell,
    match: re.Match[str],
    labels: _Labels,
    fiscal_year: int,
    table_unit: str | None,
    printed: list[_Printed],
    doubts: list[Doubt],
) -> None:
    """Take a cell that holds label and figure (其中：基本支出：900.50); the cells above must name one stage."""
    words = match["label"]
    terms = vocabulary.terms_in(words)
    if len(terms) != 1 or _residual(words[: terms[0].start] + words[terms[0].end :]):
        return
    evidence = cell_evidence(cell, *match.span("number")) if cell.lines else cell_evidence(cell)
    said = vocabulary.stage_in(words)
    stages = {said[0]} if said else labels.stages_above(cell)
    if len(stages) != 1:
        doubts.append(Doubt("undecided_stage", f"{cell.text}: no single stage is named for it", evidence))
        return
    subject = _subject(terms[0].scheme, terms[0].item, words)
    unit = match["unit"] or table_unit
    printed.append(_Printed(match["number"], False, unit, subject, stages.pop(), fiscal_year, words, evidence))


def _column_kind(above: Sequence[Cell], left: Sequence[Cell]) -> ColumnKind:
    """Return what a figure is by its column's words, or by its row's where the classification runs across."""
    head = above[0].text
    across = _TOTAL_ROW.match(head) or any(term.scheme != "total" for term in vocabulary.terms_in(head))
    texts = [head]
    if across:
        texts += [cell.text for cell in (*above[1:], *left[:1]) if len(cell.text) <= 12]
    for text in texts:
        if _RATE_COLUMN.search(text):
            return "completion"
        if _SHARE_COLUMN.search(text):
            return "share"
        if _CHANGE_COLUMN.search(text):
            return "change"
    return "money"


def _year_of(header: str, words: str, fiscal_year: int) -> int:
    stated = re.search(r"20\d\d", header)
    if stated and abs(int(stated[0]) - fiscal_year) <= 1:
        return int(stated[0])
    return fiscal_year - 1 if re.search(r"上年|上一年|去年", header + words) else fiscal_year


def _stage_of(above: Sequence[Cell], left: Sequence[Cell]) -> Stage | None:
    for cell in (*above, *left):
        if stage := vocabulary.stage_in(cell.text):
            return stage[0]
    return None


def _label(labels: _Labels, above: Sequence[Cell], left: Sequence[Cell]) -> tuple[Subject, str] | None:
    """Return what a figure is about and the words that say so; None when the words are not understood."""
    head = above[0].text
    terms = [t for t in vocabulary.terms_in(head) if t.scheme != "total"]
    row_terms = vocabulary.terms_in(left[0].text) if left else []
    if row_terms and row_terms[-1].item == vocabulary.OTHER_FUNCTION:
        beside = labels.schemes_in_column(left[0].col, other_than=left[0].text)
        row_terms = [term for some in row_terms if (term := vocabulary.among(some, beside))]
    if terms:
        if any(t.scheme not in ("total", terms[-1].scheme) for t in row_terms):
            return None  # 教育支出 of which 基本支出: one figure of two classifications
        return _subject(terms[-1].scheme, terms[-1].item, head), head
    total_column = _TOTAL_ROW.match(_UNIT_TAIL.sub("", head))
    outer = [
        t for cell in above[1:] if cell.col_span > 1 for t in vocabulary.terms_in(cell.text) if t.scheme == "source"
    ]
    if outer and (not row_terms or any(t.scheme != "source" for t in row_terms)):
        return None  # 财政拨款 of which 基本支出, or all of one source
    other = any(kind.search(head) for kind in (_RATE_COLUMN, _SHARE_COLUMN, _CHANGE_COLUMN))
    if _residual(head) and not total_column and not other and not vocabulary.terms_in(head):
        return None
    flow: Flow = "revenue" if "收入" in head else "expenditure"
    if left:
        row = left[0].text
        listed = labels.heads_projects(left[0])
        if not listed and labels.under_projects(left[0]):
            name = _ENTRY.sub("", row)
            return Subject("expenditure", "project", name), name
        if _TOTAL_ROW.match(row):
            schemes = labels.schemes_in_column(left[0].col)
            if schemes == {"three_public"}:
                return Subject("expenditure", "three_public", "total"), row
            if labels.heads_revenue(left[0]) or "收入" in row:
                flow = "revenue"
            if listed:  # else the sum of a list of projects is not said to be all project expenditure
                return (Subject("expenditure", "nature", "project"), row) if labels.lists_all_projects() else None
            return Subject(flow, "total", "total"), row
        if listed and not (len(row_terms) == 1 and vocabulary.FILLER.match(row[row_terms[0].end :])):
            return Subject("expenditure", "project", row), row
        if row_terms:
            term = next((t for t in reversed(row_terms) if t.scheme != "total"), row_terms[-1])
            return _subject(term.scheme, term.item, row), row
        if len(left) > 1 and re.search(r"项目", left[1].text) and len(row) > 3 and not re.search(r"\d", row):
            return Subject("expenditure", "project", row), row
        named = not _WHOLE.match(_residual(row))
        if named and not (total_column and _RATE_COLUMN.search(row)):
            return None
    if total_column and labels.schemes_in_row(above[0]) == {"three_public"}:
        return Subject(flow, "three_public", "total"), head
    if total_column or other or vocabulary.stage_in(head) or vocabulary.terms_in(head):
        return Subject(flow, "total", "total"), head
    return None


def _subject(scheme: Scheme, item: str, words: str) -> Subject:
    if item == "revenue":
        return Subject("revenue", "total", "total")
    if scheme == "source":
        spending = "支出" in words and "收入" not in words
        return Subject("expenditure" if spending else "revenue", "source", item)
    return Subject("expenditure", scheme, item)


def _unit_by_known(some: _Printed, known: Sequence[Amount]) -> str | None:
    """Decide the unit by a figure of the same key whose unit the document states; one unit must fit, not two."""
    about = some.subject
    key = (some.year, about.flow, some.stage, about.scheme, about.item)
    values: set[Decimal] = {
        a.yuan for a in known if (a.fiscal_year, a.flow, a.stage, a.scheme, a.item) == key and a.yuan
    }
    fitting = [
        unit for unit in ("元", "千元", "万元", "亿元") if in_yuan(some.number, unit, some.negative)[0] in values
    ]
    return fitting[0] if len(fitting) == 1 else None
