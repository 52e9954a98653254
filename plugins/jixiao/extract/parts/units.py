"""A document as one run of lines and table rows, in the order in which a reader meets them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from jixiao.extract.figures import blocks_of
from jixiao.extract.lexicon import lexicon
from jixiao.extract.parts.titles import words
from jixiao.model import Cell, Document
from jixiao.read.text import normalise

_MOST_OF_A_ROW = 0.6
_LABEL_TAIL = re.compile(r"(?:\((?:盖章|公章|章|单位|全称)\))?[:]?$")
_HEAD_UNIT = re.compile(r"\((?:单位:)?(?:人民币)?[亿万千百]?元\)$")
_HEAD_YEAR = re.compile(r"^20\d\d年?度?(?=[一-鿿])")
_LONGEST_HEAD = 12
_FIGURE = re.compile(r"^[-—]?[\d,]+(?:\.\d+)?%?$")


@dataclass(frozen=True, slots=True)
class Unit:
    """One line of a passage, or one row of a table (then with its cells, those with words only).

    `index` counts in `Document.passages` or `Document.tables`, `at` in the passage's lines or the table's rows.
    """

    is_row: bool
    index: int
    at: int
    text: str
    cells: tuple[Cell, ...] = ()
    col_count: int = 0
    page: int | None = None
    sheet: str | None = None

    def titles(self) -> list[str]:
        """Return the texts that may be a title: the line; of a row the one cell that fills it, and its lines."""
        if not self.is_row:
            return [self.text]
        broad = [
            cell
            for cell in self.cells
            if len(self.cells) == 1 or (cell.col_span >= 2 and cell.col_span >= _MOST_OF_A_ROW * self.col_count)
        ]
        found: list[str] = []
        for cell in broad[:1]:
            lines = [normalise(line.text) for line in cell.lines]
            found += [cell.text, *(line for line in lines if line and line != cell.text)]
        return found

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Give the labels of a form's head with their values: 项目名称 | 河道清淤, 项目名称:河道清淤."""
        texts = [cell.text for cell in self.cells] if self.is_row else [self.text]
        for text in texts:
            yield from labelled(text)
        for label, value in pairwise(texts):
            if not is_head(value) and not _FIGURE.match(value):
                yield _LABEL_TAIL.sub("", label), value


def labelled(text: str) -> Iterator[tuple[str, str]]:
    """Give the labels of one text with their values; a value ends where the next label known to forms begins."""
    label, mark, value = text.partition(":")
    if not (mark and value and len(label) <= _LONGEST_HEAD):
        return
    following = list(_next_label().finditer(value))
    ends = [*(match.start() for match in following), len(value)]
    yield _LABEL_TAIL.sub("", label), value[: ends[0]]
    for match, end in zip(following, ends[1:], strict=True):
        if match.end() < end:
            yield _LABEL_TAIL.sub("", match[0]), value[match.end() : end]


@cache
def _next_label() -> re.Pattern[str]:
    known = {*words("project_labels"), *words("unit_labels"), *words("other_labels")}
    longest_first = "|".join(re.escape(label) for label in sorted(known, key=len, reverse=True))
    return re.compile(rf"(?:{longest_first})(?:\([^()]{{1,6}}\))?:")


def is_head(text: str) -> bool:
    """Tell whether a cell's words head a column (主要内容, 2023年全年预算数(千元))."""
    bare = _HEAD_UNIT.sub("", _HEAD_YEAR.sub("", text))
    if len(bare) > _LONGEST_HEAD:
        return False
    # A weak word (安排, 支出) heads a column only where nothing else stands in the cell: 预算安排(万元).
    of_stage = (token for token in lexicon().every(bare, "stage") if token.row.mark != "weak" or not token.start)
    return (
        text.endswith(words("head_ends"))
        or bare.endswith(words("head_ends"))
        or any(token.end == len(bare) for token in of_stage)
    )


def is_figure(text: str) -> bool:
    """Tell whether a cell is a bare number or rate."""
    return bool(_FIGURE.match(text))


def units_of(document: Document) -> list[Unit]:
    """Return the lines and rows of a document in reading order; empty ones are left out."""
    out: list[Unit] = []
    for block in blocks_of(document):
        if block.kind == "passage":
            for at, line in enumerate(document.passages[block.index].lines):
                if text := normalise(line.text):
                    out.append(Unit(False, block.index, at, text, page=line.page, sheet=block.sheet))
            continue
        table = document.tables[block.index]
        rows: dict[int, list[Cell]] = {}
        for cell in sorted(table.cells, key=lambda one: (one.row, one.col)):
            if cell.text:
                rows.setdefault(cell.row, []).append(cell)
        for at, cells in sorted(rows.items()):
            text = "".join(cell.text for cell in cells)
            page = cells[0].page if cells[0].page is not None else block.page
            out.append(Unit(True, block.index, at, text, tuple(cells), table.col_count, page, block.sheet))
    return _by_page(out, document)


def _by_page(units: list[Unit], document: Document) -> list[Unit]:
    """Return the units with the lines that a passage has on its next page put there, above what stands below them."""
    out: list[Unit] = []
    moved: list[Unit] = []
    for unit in units:
        while moved and _is_before(moved[0], unit, document):
            out.append(moved.pop(0))
        first = None if unit.is_row else document.passages[unit.index].lines[0].page
        if first is not None and unit.page is not None and unit.page > first:
            moved.append(unit)
        else:
            out.append(unit)
    return [*out, *moved]


def _is_before(line: Unit, unit: Unit, document: Document) -> bool:
    """Tell whether a line stands above a unit, which follows it in the list of blocks."""
    if unit.page is None or line.page is None or unit.page != line.page:
        return unit.page is not None and line.page is not None and line.page < unit.page
    return _top(line, document) <= _top(unit, document)


def _top(unit: Unit, document: Document) -> float:
    box = unit.cells[0].box if unit.is_row else document.passages[unit.index].lines[unit.at].box
    return box.top if box is not None else 0.0


def same_place(one: Unit, other: Unit) -> bool:
    """Tell whether two units stand in one passage or one table."""
    return (one.is_row, one.index) == (other.is_row, other.index)


def goes_on(units: Sequence[Unit], here: int) -> bool:
    """Tell whether a line is the rest of a sentence that was broken before it, and no title however short."""
    unit, before = units[here], units[here - 1] if here else None
    if before is None or unit.is_row or not same_place(before, unit) or before.page != unit.page:
        return False
    return bool(re.search(r"[,。;]", before.text)) and not re.search(r"[。;:]$", before.text)


def rows_before(units: Sequence[Unit], here: int) -> int:
    """Return the place of the first row of the table that `units[here]` stands in."""
    first = here
    while first > 0 and units[first - 1].is_row and same_place(units[first - 1], units[here]):
        first -= 1
    return first
