"""Money in tables: every figure's label is its row's words and the words above its column."""

import re
from collections.abc import Sequence
from decimal import Decimal

from jixiao.extract import vocabulary
from jixiao.extract.numbers import NUMBER, UNITS, decimal_of, in_yuan, stated_unit
from jixiao.model import Amount, Cell, Document, Doubt, Flow, Ratio, Scheme, Stage, Subject, Table
from jixiao.read.text import cell_evidence, normalise

_FIGURE = re.compile(rf"^(?P<sign>-)?(?P<number>{NUMBER})(?P<unit>亿元|万元|千元|元|%)?$")
_NOT_MONEY_COLUMN = re.compile(
    r"分值|得分|权重|满分|评分|指标值|完成值|目标|序号|编码|编号|代码|标准|说明|备注|数量|人数|原因|分数|计分|指标|月|日"
)
_RATE_COLUMN = re.compile(r"(?:执行|完成|支出|到位|预算执行|支付)(?:率|进度|比例)")
_GENERIC = re.compile(
    r"\((?:人民币)?(?:亿|万|千)?元\)|单位:?(?:亿|万|千)?元|\(?[A-Z]\)?|[/÷×=*%()、,:。]|情况|类别|名称|部门|单位|年度|本年|全年|数额|金额|数|资金|其中|万元|元|的|度|20\d\d年?|上年"
)
_TOTAL_ROW = re.compile(r"^(?:合计|总计|总额|年度?资金总额|预算总额|支出合计|本年支出合计|总支出|合计:?)$")


def _residual(text: str) -> str:
    """Return what a header says beyond stage words, units and generic words."""
    return _GENERIC.sub("", vocabulary._STAGE.sub("", text))


class _Labels:
    """The cells of a table by place, to find the words that a figure stands under and beside."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self._at: dict[tuple[int, int], Cell] = {}
        for cell in table.cells:
            for row in range(cell.row, min(cell.row + cell.row_span, table.row_count)):
                for col in range(cell.col, min(cell.col + cell.col_span, table.col_count)):
                    self._at[row, col] = cell

    def left_of(self, figure: Cell) -> list[Cell]:
        """Return the text cells to the left in the figure's row, nearest first."""
        out: list[Cell] = []
        for col in range(figure.col - 1, -1, -1):
            cell = self._at.get((figure.row, col))
            if cell is not None and cell.text and not _FIGURE.match(cell.text) and cell not in out:
                out.append(cell)
        return out

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
            if _FIGURE.match(cell.text) or cell.text in {"-", "—", "/", "无"}:
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
    for line in reversed(table.caption):
        if unit := stated_unit(normalise(line.text)):
            return unit
    units = {unit for cell in table.cells if len(cell.text) < 40 and (unit := stated_unit(cell.text))}
    if not units:  # one statement for all tables, on a line of its own
        units = {unit for p in document.passages if len(p.text) < 20 and (unit := stated_unit(p.text))}
    return units.pop() if len(units) == 1 else None


def extract_tables(
    document: Document, fiscal_year: int, known: Sequence[Amount]
) -> tuple[list[Amount], list[Ratio], list[Doubt]]:
    """Return amounts, rates and doubts of all tables; `known` are the prose figures, which may decide a unit."""
    amounts: list[Amount] = []
    ratios: list[Ratio] = []
    doubts: list[Doubt] = []
    for table in document.tables:
        labels = _Labels(table)
        unit = _table_unit(table, document)
        for cell in sorted(table.cells, key=lambda c: (c.row, c.col)):
            match = _FIGURE.match(cell.text)
            if match is None:
                continue
            above, left = labels.above(cell), labels.left_of(cell)
            header = " ".join(c.text for c in reversed(above))
            if not above or _NOT_MONEY_COLUMN.search(above[0].text):
                continue
            rate_column = bool(_RATE_COLUMN.search(above[0].text))
            if match["unit"] == "%" and not rate_column:
                continue
            label = _label(above, left)
            if label is None:
                continue
            subject, words = label
            stage = _stage_of(above, left)
            year = fiscal_year - 1 if re.search(r"上年|上一年|去年", header + words) else fiscal_year
            stated = re.search(r"20\d\d", header)
            if stated and abs(int(stated[0]) - fiscal_year) <= 1:
                year = int(stated[0])
            evidence = cell_evidence(cell)
            if rate_column:
                value = decimal_of(match["number"])
                base: Stage = "initial_budget" if "年初" in header else "budget"
                ratios.append(Ratio("budget_completion_rate", words, value, evidence, year, subject, base))
                continue
            if stage is None:
                continue
            found = match["unit"] or next((u for c in (*above, *left) if (u := stated_unit(c.text))), None) or unit
            if found is None:
                found = _unit_by_known(match["number"], subject, stage, year, [*known, *amounts])
            if found is None:
                doubts.append(Doubt("undecided_unit", f"{words}: {cell.text} is printed without a unit", evidence))
                continue
            yuan, ulp = in_yuan(match["number"], found, match["sign"] is not None)
            amounts.append(Amount(year, subject.flow, stage, subject.scheme, subject.item, words, yuan, ulp, evidence))
    return amounts, ratios, doubts


def _stage_of(above: Sequence[Cell], left: Sequence[Cell]) -> Stage | None:
    for cell in (*above, *left):
        if stage := vocabulary.stage_in(cell.text):
            return stage[0]
    if any(re.search(r"支出|决算|执行", cell.text) for cell in above[:1]):
        return "final"
    return None


def _label(above: Sequence[Cell], left: Sequence[Cell]) -> tuple[Subject, str] | None:
    """Return what a figure is about and the words that say so; None when the words are not understood."""
    head = above[0].text
    terms = [t for t in vocabulary.terms_in(head) if t.scheme != "total"]
    if terms:
        return _subject(terms[-1].scheme, terms[-1].item, head, [*above[1:], *left]), head
    if _residual(head) and not _RATE_COLUMN.search(head) and not vocabulary.terms_in(head):
        return None
    if left:
        row = left[0].text
        row_terms = vocabulary.terms_in(row)
        if row_terms:
            term = next((t for t in reversed(row_terms) if t.scheme != "total"), row_terms[-1])
            return _subject(term.scheme, term.item, row, [*above, *left[1:]]), row
        if _TOTAL_ROW.match(row):
            flow: Flow = "revenue" if "收入" in head else "expenditure"
            return Subject(flow, "total", "total"), row
        if len(left) > 1 and re.search(r"项目", left[1].text) and len(row) > 3 and not re.search(r"\d", row):
            return Subject("expenditure", "project", row), row
        if _residual(row):
            return None
    flow = "revenue" if "收入" in head else "expenditure"
    if vocabulary.stage_in(head) or vocabulary.terms_in(head):
        return Subject(flow, "total", "total"), head
    return None


def _subject(scheme: Scheme, item: str, words: str, others: Sequence[Cell]) -> Subject:
    if item == "revenue":
        return Subject("revenue", "total", "total")
    if scheme == "source":
        spending = "支出" in words and "收入" not in words
        return Subject("expenditure" if spending else "revenue", "source", item)
    return Subject("expenditure", scheme, item)


def _unit_by_known(number: str, subject: Subject, stage: Stage, year: int, known: Sequence[Amount]) -> str | None:
    """Decide the unit by a figure of the same key whose unit the document states; one unit must fit, not two."""
    key = (year, subject.flow, stage, subject.scheme, subject.item)
    values: set[Decimal] = {
        a.yuan for a in known if (a.fiscal_year, a.flow, a.stage, a.scheme, a.item) == key and a.yuan
    }
    fitting = [unit for unit in ("元", "万元", "亿元") if in_yuan(number, unit)[0] in values]
    return fitting[0] if len(fitting) == 1 and fitting[0] in UNITS else None
