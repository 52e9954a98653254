"""A form is several tables in one: its bands, each a head of one or more rows and the rows below it.

A row is a head by what its cells are: words that head columns, no figure but a year, no sentence. The header path of a
column is every head cell that covers it, nearest first; a label that stands at the side of several rows heads nothing.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache

from jixiao.extract.lexicon import lexicon
from jixiao.extract.numbers import NUMBER, stated_unit
from jixiao.extract.tables.grid import DASHES, PAIR, Grid, figure, is_bound
from jixiao.model import Cell

_YEAR = re.compile(r"20\d\d年?度?")
_UNIT = re.compile(
    r"\((?:单位:)?(?:人民币)?[亿万千百]?[元人个%分]\)|单位:(?:[亿万千]?元|人)|\(\d+分?\)|\(?[A-Z](?:[/÷][A-Z])?\)?|[%*()、/:及和与的]"
)
FORMULA = re.compile(r"(?:\(?[A-Z]\)?|[①-⑳])(?:=[①-⑳A-Z()+\-*/÷×\d%]+)?$")
"""The mark of a column, or its formula: 小计③=①+②."""
_NO_HEAD = re.compile(r"[,。;]|^(?:[一二三四五六七八九十]+、|\d{1,2}[、.]|\(\d+\))|^[☑□■]|[☑□■]")
_PART = re.compile(r"^其中:?")
_LONGEST = 22
_LONG = 12
_ROLES = ("column", "stage", "subject", "row", "plain", "last_year")


@lru_cache(maxsize=8192)
def headness(text: str) -> float:
    """Return which part of a text, 0 to 1, is words that head columns; 1 for a year alone, 0 for a sentence."""
    text = FORMULA.sub("", text)
    if _NO_HEAD.search(text) or len(text) > _LONGEST or figure(text) is not None or is_bound(text):
        return 0.0
    core = _YEAR.sub("", _PART.sub("", text))
    plain = _UNIT.sub("", core)
    if not plain:
        return 1.0 if _YEAR.search(text) else 0.0
    joined = {at for match in _UNIT.finditer(core) for at in range(*match.span())}
    return max(_covered(plain, set()), _covered(core, joined))  # 商品和服务 is one word, 年初(调整)预算 two


def _covered(text: str, aside: set[int]) -> float:
    """Return which part of a text, without the places `aside`, is words that head columns."""
    covered = {
        at for role in _ROLES for token in lexicon().every(text, role) for at in range(token.start, token.end)
    } - aside
    return len(covered) / (len(text) - len(aside)) if len(text) > len(aside) else 0.0


@lru_cache(maxsize=8192)
def _is_strong(text: str) -> bool:
    """Tell whether a word heads a column of figures, names or rubrics and is no row's label."""
    return bool(lexicon().every(text, "column") or lexicon().every(text, "stage") or _YEAR.fullmatch(text))


@dataclass(slots=True)
class Band:
    """One head and its rows. `heads` gives the header path of each column, nearest first; `sides` the labels beside.

    `rows` are those below the head that are neither heads nor titles; `titles` stand over the whole width above.
    """

    head_rows: list[int]
    rows: list[int] = field(default_factory=list)
    heads: dict[int, tuple[Cell, ...]] = field(default_factory=dict)
    sides: set[int] = field(default_factory=set)
    titles: list[Cell] = field(default_factory=list)

    @property
    def unit(self) -> str:
        """Return the unit that the nearest title above states: 三、“三公”经费(单位:元)."""
        return next((unit for cell in reversed(self.titles) if (unit := stated_unit(cell.text))), "")


def bands_of(grid: Grid) -> list[Band]:
    """Return the bands of a table from top to bottom; rows above the first head are a band without one."""
    found: list[Band] = [Band([])]
    titles: list[Cell] = []
    row = 0
    while row < grid.row_count:
        if is_title(grid, row):
            titles.append(grid.told(row)[0])
            row += 1
            continue
        if _is_head(grid, row):
            rows = _head_rows(grid, row)
            band = Band(rows, titles=titles)
            titles = []
            _cover(grid, band)
            found.append(band)
            row = rows[-1] + 1
            continue
        found[-1].rows.append(row)
        row += 1
    return [band for band in found if band.rows]


def is_title(grid: Grid, row: int) -> bool:
    """Tell whether a row is one cell of words alone in it, over most of the width or of what the year brought."""
    told = grid.told(row)
    return (
        len(told) == 1
        and (told[0].col_span * 5 >= grid.col_count * 3 or bool(lexicon().every(told[0].text, "years_sums")))
        and figure(told[0].text) is None
        and not re.search(rf":{NUMBER}", told[0].text)
    )


def _is_head(grid: Grid, row: int) -> bool:
    """Tell whether a row heads columns; what stands at its side (年度预算申请 over eight rows) does not count."""
    told = [cell for cell in grid.told(row) if cell.row == row and not is_side(grid, cell)]
    texts = [cell.text for cell in told if cell.text not in DASHES]
    if not texts or any(PAIR.match(text) or (figure(text) is not None and not _YEAR.fullmatch(text)) for text in texts):
        return False
    heads = [text for text in texts if headness(text) >= 0.6]
    if len(texts) == len(heads) == 1:
        return _is_lone_head(grid, row, next(cell for cell in told if cell.text not in DASHES))
    long = sum(len(_UNIT.sub("", _YEAR.sub("", text))) > _LONG for text in texts)
    if len(heads) < 2 or len(heads) < 0.6 * len(texts) or long > len(texts) / 2:
        return False
    strong = sum(_is_strong(text) for text in heads)
    if strong == 0:
        return _figures_below(grid, row, told) and len(heads) == len(texts)
    return not _is_pair(grid, row, told)


def _is_lone_head(grid: Grid, row: int, cell: Cell) -> bool:
    """Tell whether one cell heads a column of figures beside labels that nothing heads."""
    if cell.col == 0 or cell.col_span > 1 or not lexicon().every(cell.text.replace("情况", ""), "stage"):
        return False
    below = [other for one in range(row + 1, grid.row_count) if (other := grid.at(one, cell.col)) is not None]
    return len(below) > 1 and all(figure(other.text) is not None for other in below)


def _figures_below(grid: Grid, row: int, told: list[Cell]) -> bool:
    """Tell whether figures stand under most of a row's words: labels above one row."""
    below = [grid.text(row + cell.row_span, cell.col) for cell in told if row + cell.row_span < grid.row_count]
    return sum(figure(text) is not None or text in DASHES - {""} for text in below) >= max(2, len(told) - 1)


def _is_pair(grid: Grid, row: int, told: list[Cell]) -> bool:
    """Tell whether a row is labels beside what fills them in (项目名称 | X | 主管部门 | Y), not heads of columns."""
    if len(told) not in (2, 4):
        return False
    labels, values = [cell.text for cell in told[::2]], [cell.text for cell in told[1::2]]
    filled = [text for text in values if headness(text) < 0.6]
    heads = any(_is_strong(text) for text in values if text not in filled)  # 指标 | 分值 | 得分 | 档次
    return bool(filled) and not heads and all(headness(text) >= 0.6 for text in labels)


def is_side(grid: Grid, cell: Cell) -> bool:
    """Tell whether a cell stands at the side of several rows of which the first may be a head."""
    if cell.row_span < 2 or cell.col_span > 2 or cell.col > 2:
        return False
    last = min(cell.row + cell.row_span, grid.row_count)
    inside = [
        other
        for row in range(cell.row, last)
        for other in grid.row(row)
        if other is not cell and other.row >= cell.row and other.text
    ]
    figures = any(
        figure(other.text) is not None or (len(other.text) > 16 and headness(other.text) < 0.6) for other in inside
    )
    return figures and any(headness(other.text) >= 0.6 for other in inside)


def _head_rows(grid: Grid, row: int) -> list[int]:
    """Return the rows of a head: those that its merged cells reach, and one more of nothing but head words."""
    rows = [row]
    reach = max(
        (cell.row + cell.row_span for cell in grid.told(row) if cell.row == row and not is_side(grid, cell)),
        default=row + 1,
    )
    while rows[-1] + 1 < grid.row_count:
        below = rows[-1] + 1
        told = [cell for cell in grid.told(below) if cell.row == below]
        texts = [cell.text for cell in told if cell.text not in DASHES]
        words = bool(texts) and not any(figure(text) is not None and not _YEAR.fullmatch(text) for text in texts)
        if not words:
            break
        heads = [text for text in texts if headness(text) >= 0.6]
        spanned = any(cell.col_span > 1 for cell in grid.told(rows[-1]) if cell.row == rows[-1])
        closed = len(heads) >= 0.7 * len(texts) and len(texts) >= 2
        if not (below < reach or (closed and spanned and (_is_head(grid, below) or _figures_below(grid, below, told)))):
            break
        rows.append(below)
        reach = max([reach, *(cell.row + cell.row_span for cell in told if headness(cell.text) >= 0.6)])
        if len(rows) > 4:
            break
    return rows


def _cover(grid: Grid, band: Band) -> None:
    """Find the header path of every column, and the columns whose head stands at the side."""
    last = band.head_rows[-1]
    for col in range(grid.col_count):
        path: list[Cell] = []
        for row in reversed(band.head_rows):
            cell = grid.at(row, col)
            if cell is None or not cell.text or cell in path:
                continue
            if cell.row + cell.row_span - 1 > last or is_side(grid, cell):
                band.sides.add(col)
                continue
            path.append(cell)
        band.heads[col] = tuple(path)
