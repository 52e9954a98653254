"""The rows of a band: what names each of them, its group, and the labels around it; sums confirm.

The innermost owner wins: a row of a list of projects is that project's, whatever the table is called.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from jixiao.extract.tables.bands import Band
from jixiao.extract.tables.grid import DASHES, Grid, figure, is_odd
from jixiao.extract.tables.meanings import PROJECTS, WHOLE, YEAR, meaning
from jixiao.extract.tables.roles import Column
from jixiao.model import Cell, Subject

_ABOUT = {"describe", "rubric", "target", "actual", "measure", "reason", "date", "code"}


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

    def corner(self, label: Cell) -> Cell | None:
        """Return the head of a label's column in the band's last head row, if there is one."""
        column = self.columns.get(label.col)
        return column.path[0] if column is not None and column.path else None

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
        """Tell whether a label stands in the revenue half of a table (收入 | 金额 | 支出 | 金额), or right of 收入."""
        column, side = self.columns.get(label.col), self.side(label)
        cells = (*(column.path if column is not None else ()), *([side] if side is not None else ()))
        heads = [cell.text for cell in cells if len(cell.text) <= 8][:2]
        return any("收入" in text for text in heads) and not any("支出" in text for text in heads)

    def is_last_total(self, row: int) -> bool:
        """Tell whether no later row of the band gives figures."""
        later = [one for one in self.band.rows if one > row]
        return not any(figure(cell.text) is not None for one in later for cell in self.grid.row(one))
