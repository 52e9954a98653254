"""What the rows of a band are: of a classification, the whole, a part below a class, a project, a unit, or no money.

A row is told by its words, its codes, the column that its label stands in and the rows around it; sums confirm. The
innermost owner wins: a row of a list of projects is that project's, whatever the table is called.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal, cast

from jixiao.extract.lexicon import Token, lexicon
from jixiao.extract.sections import MARK
from jixiao.extract.tables.bands import Band
from jixiao.extract.tables.grid import DASHES, Grid, figure, is_odd
from jixiao.extract.tables.roles import Column, column_words, stage_words, subject_words
from jixiao.model import Cell, Flow, Scheme, Subject

RowKind = Literal["subject", "total", "subtotal", "project", "unit", "not_ours", "name", "none"]
WHOLE = Subject("expenditure", "total", "total")
REVENUE = Subject("revenue", "total", "total")
BASIC = Subject("expenditure", "nature", "basic")
PROJECTS = Subject("expenditure", "nature", "project")
_LEAD = re.compile(rf"^(?:其中|一是)?:?(?P<mark>{MARK})?(?:其中:?)?(?:20\d\d年度?)?")
_WITH = re.compile(r"\((?P<words>[^()]*)\)$")
_BRACKETS = re.compile(r"\([^()]*\)")
_BELOW = re.compile(r"\((?:款|项)\)")
_CODE = re.compile(r"^\d{3}(?:\d{2}){0,2}(?!\d)")
_HAN = re.compile(r"[^一-鿿]")
YEAR = re.compile(r"20\d\d年?度?")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a label says: its kind, the subject if it names one, and what else it says (`rest`, `why`)."""

    kind: RowKind
    subject: Subject | None = None
    rest: str = ""
    why: str = ""
    mark: str = ""


def bare(text: str) -> str:
    """Return a label without list marks, 其中, its closing colon, and what a bracket says it holds."""
    return without_contents(_LEAD.sub("", text).rstrip(":。"))


def without_contents(text: str) -> str:
    """Return a label or head without the bracket behind it that tells what its figures hold: (含上年结转)."""
    bracket = _WITH.search(text)
    if bracket and bracket.start() and lexicon().opening(bracket["words"], "with"):
        return text[: bracket.start()]
    return text


@lru_cache(maxsize=8192)
def meaning(text: str) -> Meaning:
    """Return what a row's label or a column's head says about its figures."""
    lead = _LEAD.match(text)
    mark = (lead["mark"] or "") if lead else ""
    words = "" if YEAR.fullmatch(text) else bare(text)
    if not words or words in DASHES:
        return Meaning("none", mark=mark)
    if code := _CODE.match(words):
        if len(code[0]) > 3:
            return Meaning("not_ours", why="a row below a class (款, 项)", mark=mark)
        words = words[3:] or words
    if _BELOW.search(words):
        return Meaning("not_ours", why="a row below a class (款, 项)", mark=mark)
    of_rows = lexicon().every(words, "row")
    for why in _WHY:
        told = [token for token in of_rows if token.value == why]
        # 防汛物资采购 names a project, no procurement of the year.
        if told and not (why in _OF_ITSELF and all(len(_rest(_without(words, token))) > 2 for token in told)):
            return Meaning("not_ours", why=_WHY[why], mark=mark)
    found = subject_words(words)
    named = [token for token in found if not token.value.endswith("total/total")]
    totals = [token for token in of_rows if token.value == "total" and token.start <= 2]
    if any(token.value == "subtotal" for token in of_rows) and not named:
        return Meaning("subtotal", mark=mark)
    if named:
        token = named[-1]
        rest = _rest(words[: token.start] + words[token.end :])
        if token.value.startswith("none/") or token.value in _UNNAMED:
            return Meaning("not_ours", why=UNNAMED, rest=rest, mark=mark)
        if token.row.mark == "other":
            return Meaning("subject", Subject("expenditure", "function", "other"), rest, mark=mark)
        return Meaning("subject", _subject(token.value, words), rest, mark=mark)
    if found or totals:
        ends = max((token.end for token in (*found, *totals)), default=0)
        starts = min((token.start for token in (*found, *totals)), default=0)
        rest = _rest(words[:starts] + words[ends:])
        revenue = any(token.value.startswith("revenue") for token in found) or "收入" in words
        kind: RowKind = "total" if not rest else "name"
        return Meaning(kind, REVENUE if revenue and "支" not in words else WHOLE, rest, mark=mark)
    if any(token.value == "item" for token in of_rows):
        return Meaning("not_ours", why="an item below the classifications", mark=mark)
    rest = _rest(words)
    return Meaning("name" if rest else "none", rest=rest, mark=mark)


def sums_units(text: str) -> bool:
    """Tell whether a label is that of the department with all its units (局机关及二级机构汇总)."""
    return any(token.row.mark == "units" for token in lexicon().every(bare(text), "row"))


UNNAMED = "an item that the contract has no name for"
CHANGE = "a change of the budget, no budget"
_WHY = {
    "change": CHANGE,
    "procurement": "procurement",
    "balance": "a balance carried over",
    "people": "a count",
    "assets": "assets",
}
_ABOUT = {"describe", "rubric", "target", "actual", "measure", "reason", "date", "code"}
_OF_ITSELF = {"procurement", "people", "assets"}
_UNNAMED = {"source/unnamed", "source/state_capital"}


def _without(words: str, token: Token) -> str:
    return words[: token.start] + words[token.end :]


def _rest(words: str) -> str:
    """Return what a label says beyond words of stages, units and the plain words of the genre."""
    text = _HAN.sub("", _BRACKETS.sub("", words))
    covered = [False] * len(text)
    for role in ("stage", "plain", "row", "column", "last_year"):
        for token in lexicon().every(text, role):
            covered[token.start : token.end] = [True] * (token.end - token.start)
    return "".join(char for char, hidden in zip(text, covered, strict=True) if not hidden)


def _subject(value: str, words: str) -> Subject:
    """Return the subject of a lexicon value; a source is revenue unless its label says 支出."""
    parts = value.split("/")
    flow: Flow = "revenue" if parts[0] == "revenue" else "expenditure"
    scheme, item = parts[-2:]
    if scheme == "source":
        flow = "expenditure" if "支出" in words and "收入" not in words else "revenue"
    return Subject(flow, cast(Scheme, scheme), item)


@dataclass(slots=True)
class Rows:
    """The rows of one band, with the columns that name them."""

    grid: Grid
    band: Band
    columns: dict[int, Column]

    @property
    def is_of_indicators(self) -> bool:
        """Tell whether the band is of indicators or goals, and no column of it holds money."""
        roles = {column.role for column in self.columns.values()}
        return "money" not in roles and bool({"target", "actual", "level"} & roles)

    def labels(self, figure_cell: Cell) -> list[Cell]:
        """Return the cells that name a figure's row, nearest first: words to its left in columns of names."""
        out: list[Cell] = []
        for col in range(figure_cell.col - 1, -1, -1):
            cell = self.grid.at(figure_cell.row, col)
            if cell is None or cell.text in DASHES or cell in out or cell is figure_cell:
                continue
            if (figure(cell.text) is not None and not YEAR.fullmatch(cell.text)) or is_odd(cell.text):
                continue
            if self._tells_about(cell):
                continue
            out.append(cell)
        return out

    def has_labels(self, cell: Cell) -> bool:
        """Tell whether another row of the band has both a label and a figure in a cell's column."""
        others = (self.grid.at(row, cell.col) for row in self.band.rows if row != cell.row)
        return any(one is not None and figure(one.text) is not None and bool(self.labels(one)) for one in others)

    def outer(self, label: Cell) -> Cell | None:
        """Return the label of the group that a label stands in: beside it, or above in a column left blank below it."""
        for col in range(label.col - 1, -1, -1):
            for row in range(label.row, min(self.band.rows, default=label.row) - 1, -1):
                if self.grid.text(row, label.col) in DASHES:
                    break
                cell = self.grid.at(row, col)
                if cell is None or cell.text in DASHES:
                    continue
                if figure(cell.text) is not None or self._tells_about(cell):
                    break
                return cell
        return None

    def _tells_about(self, cell: Cell) -> bool:
        """Tell whether a cell stands in a column that tells about its row, or at the side of the whole band."""
        roles = {self.columns[col].role for col in range(cell.col, cell.col + cell.col_span) if col in self.columns}
        if roles == {"code"} and not re.search(r"\d", cell.text):
            return False  # 合计 in the column of codes
        return roles <= {"side"} or roles <= _ABOUT or len(cell.text) > 60

    def side(self, cell: Cell) -> Cell | None:
        """Return the label at the side of a figure's rows, if there is one."""
        found = [self.grid.at(cell.row, col) for col in sorted(self.band.sides, reverse=True) if col < cell.col]
        return next((one for one in found if one is not None and one.text), None)

    def heads(self, label: Cell, role: str) -> bool:
        """Tell whether a label stands in, or reaches into, a column of a role."""
        reach = range(label.col, label.col + label.col_span)
        return any(self.columns[col].role == role for col in reach if col in self.columns)

    def code_of(self, row: int) -> str | None:
        """Return the code that the columns of codes give a row, together (201 | 03 | 01), or None."""
        coded = [column.col for _, column in sorted(self.columns.items()) if column.role == "code"]
        text = "".join(self.grid.text(row, col) for col in coded)
        return text if text.isdigit() else None

    def has_sum_of_the_year(self, label: Cell) -> bool:
        """Tell whether a label 总计 stands below one of the year's own sum (本年支出合计), without balances."""
        if "总计" not in label.text:
            return False
        others = (self.grid.at(row, label.col) for row in self.band.rows)
        texts = (cell.text for cell in others if cell is not None and cell is not label)
        return any("合计" in text and meaning(text).kind == "total" for text in texts)

    def schemes(self, label: Cell) -> set[str]:
        """Return the classifications of the other labels of a label's columns in this band."""
        return {one.scheme for one in self.subjects(label) if one.scheme != "total"}

    def subjects(self, label: Cell) -> set[Subject]:
        """Return what the other labels of a label's columns in this band are of."""
        said = (meaning(cell.text).subject for cell in self._beside(label))
        return {one for one in said if one is not None}

    def _beside(self, label: Cell) -> list[Cell]:
        """Return the other cells of the columns that a label reaches over, in this band."""
        reach = range(label.col, label.col + label.col_span)
        cells = (self.grid.at(row, col) for row in self.band.rows for col in reach)
        found = {id(cell): cell for cell in cells if cell is not None and cell is not label}
        return list(found.values())

    def is_numbered_list(self, label: Cell) -> bool:
        """Tell whether a label stands in a numbered list of names (序号 | 项目) none of which is of the budget."""
        numbered = any(column.role == "index" for column in self.columns.values())
        return numbered and self.names(label) > 0 and not self.subjects(label) - {WHOLE}

    def names(self, label: Cell) -> int:
        """Return how many other labels of a label's columns, with figures beside, name nothing of the budget."""
        return sum(meaning(cell.text).kind == "name" for cell in self._beside(label))

    def schemes_beside(self, head: Cell) -> set[str]:
        """Return the classifications that the heads beside a head name."""
        said = (meaning(cell.text).subject for cell in self.grid.told(head.row) if cell is not head)
        return {one.scheme for one in said if one is not None and one.scheme != "total"}

    def project_entries(self, col: int) -> set[int]:
        """Return the rows that are entries of the list below a row 项目支出 in a column of labels.

        Either they carry marks of one style (1、 2、) that the row itself does not, or their sums make its sums.
        """
        found: set[int] = set()
        for at, row in enumerate(self.band.rows):
            head = self.grid.at(row, col)
            said = meaning(head.text) if head is not None and head.row == row else None
            if head is None or said is None or said.subject != PROJECTS or said.rest:
                continue
            below = self.band.rows[at + 1 :]
            found |= self._marked(below, col, said.mark) or self._adding_up(head, below)
        return found

    def _marked(self, below: list[int], col: int, own: str) -> set[int]:
        out: set[int] = set()
        style = ""
        for row in below:
            cell = self.grid.at(row, col)
            said = meaning(cell.text) if cell is not None else None
            if out and said is not None and not said.mark and said.kind == "name":
                continue  # what an entry is made of
            if said is None or not said.mark or said.kind in ("total", "subtotal"):
                break
            kind = re.sub(r"[\d一二三四五六七八九十①-⑳]+", "n", said.mark)
            if kind == re.sub(r"[\d一二三四五六七八九十①-⑳]+", "n", own) or (style and kind != style):
                break
            if not out and "1" not in said.mark and "一" not in said.mark and "①" not in said.mark:
                break
            if not out and said.subject is not None and said.subject.scheme in ("nature", "three_public"):
                break
            style = kind
            out.add(row)
        return out

    def _adding_up(self, head: Cell, below: list[int]) -> set[int]:
        rows: list[int] = []
        for row in below:
            label = self.grid.at(row, head.col)
            if label is None or label.text in DASHES or figure(label.text) is not None:
                break
            if meaning(label.text).kind not in ("name", "none"):
                break
            rows.append(row)
        sums = []
        for col in range(head.col + head.col_span, self.grid.col_count):
            if col in self.columns and self.columns[col].role != "money":
                continue
            column = [self.grid.number(row, col) for row in (head.row, *rows)]
            if len(rows) > 1 and all(one is not None for one in column):
                whole, *parts = [one for one in column if one is not None]
                sums.append(whole == sum(parts, Decimal(0)))
        return set(rows) if sums and all(sums) else set()

    def is_revenue_half(self, label: Cell) -> bool:
        """Tell whether a label stands in the revenue half of a table (收入 | 金额 | 支出 | 金额)."""
        column = self.columns.get(label.col)
        heads = [cell.text for cell in column.path if len(cell.text) <= 8][:2] if column is not None else []
        return any("收入" in text for text in heads) and not any("支出" in text for text in heads)

    def is_last_total(self, row: int) -> bool:
        """Tell whether no later row of the band gives figures."""
        later = [one for one in self.band.rows if one > row]
        return not any(figure(cell.text) is not None for one in later for cell in self.grid.row(one))


def column_kind_of_row(text: str) -> str:
    """Return the column role that a row's label stands for, where a table lies on its side (执行率, 占比)."""
    words = column_words(bare(text))
    if not words or (stage_words(text) and stage_words(text)[-1].end > words[0].end):
        return ""
    return words[0].value if words[0].value in ("completion", "share", "change_rate", "change_sum") else ""
