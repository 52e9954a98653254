"""What a figure of a table is about: its row's meaning crossed with its column's, and whose it is."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from jixiao.extract.lexicon import lexicon
from jixiao.extract.sections import MARK
from jixiao.extract.tables.meanings import BASIC, CHANGE, PROJECTS, REVENUE, WHOLE, Meaning, bare, meaning, sums_units
from jixiao.extract.tables.roles import Column, subject_words
from jixiao.extract.tables.rows import Rows
from jixiao.model import Cell, Scheme, Subject
from jixiao.read.text import normalise

NAMELESS = "a label that names nothing of the budget"
_HEADS_OF_PROJECTS = frozenset({"项目", "工程"})
_ENTRY = re.compile(rf"^(?:其中:?)?(?:{MARK})?")


@dataclass(frozen=True, slots=True)
class Decided:
    """A subject with the words that say so; or none, with why, and whether a person should look."""

    subject: Subject | None
    words: str
    why: str = ""
    is_doubt: bool = False


def subject_of(
    cell: Cell, column: Column | None, rows: Rows | None, labels: Sequence[Cell], title: Sequence[str]
) -> Decided:
    """Return what a figure is about. Without rows, its label alone says it."""
    head = _head(column, rows) if column is not None else Meaning("none")
    words = column.head if column is not None else labels[0].text
    if rows is None:
        said = meaning(labels[0].text)
        if said.kind in ("none", "total") or (said.kind == "name" and not said.rest):
            return Decided(said.subject or WHOLE, words)
        if said.kind == "name" or _is_of_more(said):
            return Decided(None, words, NAMELESS, is_doubt=True)
        return Decided(said.subject, words, said.why)
    if head.kind in ("not_ours", "name"):
        return Decided(None, words, head.why or "the head names nothing of the budget", head.kind == "name")
    if labels and _is_below_class(rows, cell.row):
        return Decided(None, labels[0].text, "a row below a class (款, 项)")
    row, label = _row(cell, rows, labels, title)
    if label is not None:
        words = label.text
    if row.kind == "not_ours":
        return Decided(None, words, row.why)
    if row.kind in ("project", "unit"):
        if row.kind == "project" and head.subject is not None and head.subject.scheme != "total":
            return Decided(None, words, "a part of a project's money")
        return Decided(row.subject, row.rest or words, row.why)
    if row.kind == "name":
        return Decided(None, words, "the label names nothing of the budget", is_doubt=True)
    return _crossed(row, head, words, column, cell, rows)


def _crossed(row: Meaning, head: Meaning, words: str, column: Column | None, cell: Cell, rows: Rows) -> Decided:
    """Join what row and column say; two classifications at once are nobody's row."""
    of_head, of_row = head.subject, row.subject
    if of_row is not None and of_row.item == "other" and of_row.scheme == "function":
        of_row = _other(of_row, rows, cell)
        if of_row is None:
            return Decided(None, words, "其他支出 among no classification", is_doubt=True)
    if of_head is not None and of_head.scheme != "total":
        if of_row is not None and of_row.scheme not in ("total", of_head.scheme):
            return Decided(None, words, "one figure of two classifications")
        head_text = column.head if column is not None else words
        return Decided(of_head, head_text)
    if (outer := _outer_source(column)) and (of_row is None or of_row.scheme != "source"):
        return Decided(None, words, f"a part of one source ({outer})")
    if of_row is None:
        return Decided(of_head or WHOLE, words)
    if of_head == REVENUE and of_row.scheme == "total":
        return Decided(REVENUE, words)
    return Decided(of_row, words)


def _other(subject: Subject, rows: Rows, cell: Cell) -> Subject | None:
    """Return 其他支出 as the classifications beside it make it; alone it names nothing."""
    label = next(iter(rows.labels(cell)), None)
    schemes = rows.schemes(label) if label is not None else set()
    if "function" in schemes:
        return replace(subject, item="229")
    return replace(subject, scheme="economic", item="399") if "economic" in schemes else None


def _names_whole(head: str) -> bool:
    """Tell whether a share's head says what it is a share of (占基本支出比重), not what is shared (基本支出占比)."""
    words = lexicon().scan(normalise(head), ("share",))
    return bool(words) and words[0].start == 0


def is_share_of_part(head: str) -> bool:
    """Tell whether a share's head names a part of the budget as its whole: no total stands against it."""
    whole = meaning(head).subject if _names_whole(head) else None
    return whole is not None and whole.scheme != "total"


def _head(column: Column, rows: Rows | None) -> Meaning:
    """Return what a column's heads say: the nearest that names a subject; 合计 and 小计 are of the head above."""
    whole = Meaning("none")
    for place, cell in enumerate(column.path):
        if place == 0 and column.role == "share" and _names_whole(cell.text):
            continue
        said = meaning(cell.text)
        if place == 0 and column.role == "money":
            if said.kind == "not_ours" and said.why != CHANGE:
                return said
            if said.kind == "name" and len(said.rest) > 2:
                return said
        if said.subject is not None and said.subject.scheme != "total" and place == 0:
            return said
        if said.kind in ("total", "subtotal") and place == 0:
            whole = said if said.subject == REVENUE else Meaning("total", WHOLE)
            outer = next((one for above in column.path[1:] if (one := meaning(above.text)).subject is not None), None)
            if outer is not None and outer.subject == REVENUE and not outer.rest:
                whole = Meaning("total", REVENUE)
            if outer is not None and outer.subject is not None and outer.subject.scheme not in ("total", "source"):
                return outer
            if rows is not None and rows.schemes_beside(cell) == {"three_public"}:
                return Meaning("subject", Subject("expenditure", "three_public", "total"))
            continue
        if (
            place == 1
            and whole.kind == "none"
            and said.subject is not None
            and said.subject.scheme
            in (
                "three_public",
                "nature",
            )
        ):
            return said
    return whole


def _outer_source(column: Column | None) -> str:
    """Return the source that spans several columns above a figure's own (财政拨款 over 年初预算 | 决算)."""
    for cell in column.path[1:] if column is not None else ():
        said = meaning(cell.text).subject
        if cell.col_span > 1 and said is not None and said.scheme == "source":
            return cell.text
    return ""


def _is_below_class(rows: Rows, row: int) -> bool:
    code = rows.code_of(row)
    return code is not None and len(code) > 3


def _row(cell: Cell, rows: Rows, labels: Sequence[Cell], title: Sequence[str]) -> tuple[Meaning, Cell | None]:
    """Return what a figure's row is, and the label that says so."""
    if not labels:
        of_side = _of_side(rows.side(cell))
        if of_side.kind == "none" and rows.has_labels(cell):
            return Meaning("name"), None  # a row that nothing names, among rows that are named
        return of_side, None
    label = labels[0]
    if rows.heads(label, "name") and len(labels) > 1 and rows.heads(labels[1], "project"):
        if labels[1].row_span > 1:
            return Meaning("name", rest=label.text), label  # a part of that project's money
        label = labels[1]  # 项目名称 | 资金来源: what stands between name and figures tells about the project
    said = meaning(label.text)
    listed, united = rows.heads(label, "project"), rows.heads(label, "unit")
    if sums_units(label.text):
        return Meaning("total", WHOLE), label
    carried = said.kind == "total" and rows.has_sum_of_the_year(label)
    if carried or said.kind == "subtotal" or (said.kind == "total" and said.subject != REVENUE):
        return _total(said, cell, rows, labels, title), label
    if united:
        return Meaning("unit", why="a row of a list of units"), label
    name = _ENTRY.sub("", label.text)
    if listed and not (
        said.subject is not None and not said.rest and said.subject.scheme in ("nature", "three_public")
    ):
        return Meaning("project", Subject("expenditure", "project", name), name), label
    if label.row in rows.project_entries(label.col):
        return Meaning("project", Subject("expenditure", "project", name), name), label
    if said.kind == "name":
        return _named(said, label, name, rows, labels, title), label
    if _is_of_more(said):
        return Meaning("name", rest=said.rest), label
    if said.kind == "none":  # “三公”经费 | 2019年决算 | 2020年决算 above 金额 | 24.85 | 19.36
        return _of_side(rows.corner(label)), label
    return said, label


def _is_of_more(said: Meaning) -> bool:
    """Tell whether a label names more than a subject (文化馆项目支出): then it is not that subject's whole."""
    return said.kind == "subject" and len(said.rest) > 2 and (said.subject is None or said.subject.scheme != "function")


def _of_side(side: Cell | None) -> Meaning:
    """Return what the label at the side says of figures that nothing else names."""
    said = meaning(side.text) if side is not None else Meaning("none")
    if said.subject is not None and said.subject.scheme in ("three_public", "nature") and not said.rest:
        return said
    return Meaning("none")


def _named(said: Meaning, label: Cell, name: str, rows: Rows, labels: Sequence[Cell], title: Sequence[str]) -> Meaning:
    """Return a free name as a project where its list is one of projects: by an outer label or the table's title."""
    outer = rows.outer(label) or rows.side(label)
    of_outer = meaning(outer.text) if outer is not None else Meaning("none")
    project = Meaning("project", Subject("expenditure", "project", name), name)
    if outer is not None and (of_outer.subject == PROJECTS or re.search(r"项目(?!$)|项目$", outer.text)):
        return project if len(bare(label.text)) > 3 else said
    if any(_says(text, "list_title") and len(text) <= 40 for text in title[-3:]) and not rows.schemes(label):
        return project
    if rows.is_numbered_list(label) and _is_head_of_projects(label, rows):
        return project
    return said


def _says(text: str, role: str) -> bool:
    """Tell whether the line above a table, or a label, says something of what is listed."""
    return bool(lexicon().every(text, role))


def _is_head_of_projects(label: Cell, rows: Rows) -> bool:
    """Tell whether nothing but 项目 heads the column of a label."""
    column = rows.columns.get(label.col)
    return column is not None and column.head in _HEADS_OF_PROJECTS


def _total(said: Meaning, cell: Cell, rows: Rows, labels: Sequence[Cell], title: Sequence[str]) -> Meaning:
    """Return what a row 合计 or 小计 is the total of: of the label beside it, of its list, of its classification."""
    label = labels[0]
    if rows.has_sum_of_the_year(label):
        return Meaning("not_ours", why="a total with balances carried over, beside the year's own")
    named = said.kind == "total" and bool(subject_words(bare(label.text)))
    # Beside a blank, 小计 is of its group, 合计 of all groups.
    group = rows.outer(label) if said.kind == "subtotal" else next(iter(labels[1:2]), None)
    if group is not None and not named:
        of_outer = meaning(group.text)
        if of_outer.subject is not None and of_outer.subject.scheme != "total" and not of_outer.rest:
            return of_outer
    if rows.heads(label, "project") and not {BASIC, PROJECTS} <= rows.subjects(label):
        return _total_of_projects(cell, rows, title)
    schemes = rows.schemes(label)
    if schemes == {"three_public"} and not _says(label.text, "of_all"):
        return Meaning("subject", Subject("expenditure", "three_public", "total"))
    if rows.is_revenue_half(label):
        return Meaning("total", REVENUE)
    if not named:
        of_title = _of_title(title)
        if of_title is not None and not schemes - {of_title.scheme, "economic"}:
            return Meaning("subject", of_title)
        if of_title is None and (
            _is_of_one_source(title) or (not schemes and rows.names(label) > 1 and not rows.heads(label, "unit"))
        ):
            return Meaning("name", rest="合计")
    if said.kind == "subtotal" and not rows.is_last_total(cell.row):
        return Meaning("name", rest="小计")
    return Meaning("total", said.subject or WHOLE)


def _of_title(title: Sequence[str]) -> Subject | None:
    """Return the one part of the budget that the line above a table names it after (项目支出对比表)."""
    for text in reversed(title):
        if len(text) > 40 or not re.search(r"表|情况", text):
            continue
        named = {token.value for token in subject_words(text) if not token.value.endswith("total/total")}
        schemes: dict[str, tuple[Scheme, str]] = {
            "three_public/total": ("three_public", "total"),
            "nature/project": ("nature", "project"),
            "nature/basic": ("nature", "basic"),
        }
        parts = {value for value in named if "source/" not in value}
        if len(parts) == 1 and (found := schemes.get(next(iter(parts)))):
            if found[1] == "project" and not _says(text, "list_of_all"):
                return None
            return Subject("expenditure", *found)
        return None
    return None


def _is_of_one_source(title: Sequence[str]) -> bool:
    """Tell whether the line above a table names one source of money alone (一般公共预算支出决算表)."""
    text = next((text for text in reversed(title) if len(text) <= 40 and re.search(r"表", text)), "")
    named = {token.value for token in subject_words(text)}
    return bool(named & {"source/general_public_budget", "source/government_fund"}) and "收入" not in text


def _total_of_projects(cell: Cell, rows: Rows, title: Sequence[str]) -> Meaning:
    """Return the total row of a list of projects: all project expenditure, if the list is said to be of all.

    A list of the tasks of the year, called so beside all its rows, or whose total is scored, is of the department's
    whole budget (the Ministry of Finance's form).
    """
    if any(_says(text, "list_of_all") for text in title):
        return Meaning("subject", PROJECTS)
    marks = [column.col for column in rows.columns.values() if column.role in ("full_marks", "score")]
    scored = any(rows.grid.number(cell.row, col) is not None for col in marks)
    named = [column for column in rows.columns.values() if column.role == "project" and "任务" in column.head]
    if named and (scored or _are_of_the_year(cell, rows)):
        return Meaning("total", WHOLE)
    return Meaning("name", rest="合计")


def _are_of_the_year(cell: Cell, rows: Rows) -> bool:
    """Tell whether a label beside the rows down to this one calls them the tasks of the year (年度主要任务)."""
    left = (one for one in rows.grid.table.cells if one.col < cell.col and one.row < cell.row < one.row + one.row_span)
    return any(lexicon().opening(one.text, "tasks_of_the_year") is not None for one in left)
