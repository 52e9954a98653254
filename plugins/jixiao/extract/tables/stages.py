"""Which stage and year a column, a row or a title gives a figure."""

import re
from collections.abc import Sequence
from functools import cache

from jixiao.extract.lexicon import Token, lexicon
from jixiao.extract.tables.meanings import without_contents
from jixiao.extract.tables.roles import stage_words
from jixiao.model import Cell, Stage

_BRACKET = re.compile(r"^[^。;]{4,30}\((?P<words>[^()]{2,6})\)$")
_TITLE_END = re.compile(r"(?:\(.*\))?[::]?$")
_YEAR = re.compile(r"20\d\d年?度?(?:\((?:亿|万|千)?元\))?")
_SHORT = 12
_SENTENCES = re.compile(r"[。;]")
_TAIL = re.compile(r"(?:数|金额|额|总额)?(?:\((?:亿|万|千)?元\))?$")
_BRACKETS = re.compile(r"\([^()]*\)")


def said_in(text: str, siblings: Sequence[str] = (), *, is_own: bool = False) -> Stage | None:
    """Return the stage that a head or label names; a weak word (支出) names none here.

    With `is_own` only what names a stage and nothing else counts: 本年支出 is what a sum is of as well.
    预算 and 批复 alone are the budget in force, unless a sibling head names the adjusted one: then the initial one.
    """
    if lexicon().every(text, "arrived") and "率" not in text:
        return "budget"
    text = text.replace("情况", "")
    found = [token for token in stage_words(text) if not _is_weak(text, token, is_own)]
    if not found:
        return "final" if _BRACKETS.sub("", text) == "支出" and any(map(_is_planned, siblings)) else None
    value = found[-1].value
    if len(found) > 1 and value == "planned":  # 年初批复收支总预算 is one budget, the initial one
        value = found[-2].value if found[-2].value != "final" else value
    if value == "planned":
        return "initial_budget" if any(_is_adjusted(text) for text in siblings) else "budget"
    return "final" if value == "final" else "initial_budget" if value == "initial_budget" else "budget"


def _is_weak(text: str, token: Token, is_own: bool = False) -> bool:
    """Tell whether a word is of spending rather than of what was spent: 支出, 支出总额; with `is_own` 本年支出."""
    if token.value != "final":
        return False
    said = text[token.start : token.end]
    return said in ("支出", "支出总额") or (is_own and lexicon().opening(text, "of_the_year", token.start) is not None)


def _is_planned(text: str) -> bool:
    return len(text) <= _SHORT and any(token.value != "final" for token in stage_words(text))


def _is_adjusted(text: str) -> bool:
    return any(token.value == "budget" for token in stage_words(text))


def stage_of(
    path: Sequence[Cell], labels: Sequence[Cell], siblings: Sequence[Cell] = (), title: Sequence[str] = ()
) -> Stage | None:
    """Return the stage of a figure: of its column's heads, nearest first, of its row's labels, of the table's title.

    Words that tell what a sum is of as well (本年支出) count last.
    """
    beside = [cell.text for cell in siblings]
    if own := _of_row(path, labels):
        return own
    spent = any(said_in(cell.text, is_own=True) == "final" for cell in labels[:1])  # 支出决算数中:基本支出 | 预算数
    for is_own in (True, False):
        for cell in path:
            if stage := said_in(cell.text, beside, is_own=is_own):
                return None if is_own and spent and stage != "final" else stage
        for cell in labels:
            if stage := said_in(cell.text, is_own=is_own):
                return stage
        if is_own and (stage := table_stage(title)):
            return stage
    return None


def _of_row(path: Sequence[Cell], labels: Sequence[Cell]) -> Stage | None:
    """Return the stage of a row that is called by it alone (年初预算), below heads that say no more than 预算金额."""
    if not labels or _TAIL.sub("", labels[0].text) not in _alone():
        return None
    told = [token.value for cell in path for token in stage_words(cell.text)]
    return said_in(labels[0].text, is_own=True) if set(told) <= {"planned"} else None


@cache
def _alone() -> frozenset[str]:
    """Return the words that name a stage by themselves."""
    return frozenset(form for row in lexicon().rows if row.role == "stage" for form in row.forms)


def table_stage(title: Sequence[str]) -> Stage | None:
    """Return the stage that the title just above a table names (2023年度收入支出决算表), if it is one."""
    for line in reversed(title):
        text = _of_one_stage(line)
        if (bracket := _BRACKET.search(text)) and (stage := said_in(bracket["words"])):
            return stage
        if len(text) <= 40 and (lexicon().every(text, "title_ends") or text.endswith((":", ":"))):
            if stage := said_in(_without_tail(text)):
                return None if lexicon().every(text, "title_of_both") else stage
            if lexicon().every(text, "title_of_outturn") and "预算" not in text:
                return "final"
        if is_of_the_years_sums(text):
            return "final"
    return None


def _of_one_stage(line: str) -> str:
    """Return a line, or its last sentence where the line tells of several stages: …年初预算541万元。支出如下:."""
    return line if len({token.value for token in stage_words(line)}) < 2 else _SENTENCES.split(line.rstrip("。;"))[-1]


def _without_tail(title: str) -> str:
    """Return a title without what stands behind its words: 收入支出决算 of 收入支出决算情况表(单位:万元)."""
    words = _TITLE_END.sub("", title)
    while (tail := lexicon().ending(words, "title_tail")) is not None:
        words = words[: tail.start]
    return words


def is_of_the_years_sums(text: str) -> bool:
    """Tell whether a title says that its table holds what the year brought and took (年度收入情况)."""
    return bool(lexicon().every(text, "years_sums"))


def is_of_years(path: Sequence[Cell], labels: Sequence[Cell]) -> bool:
    """Tell whether only a year heads a figure's column or names its row: then it is what was spent, or received."""
    return any(_YEAR.fullmatch(cell.text) for cell in (*path[:1], *labels[:1]))


def year_of(
    path: Sequence[Cell], labels: Sequence[Cell], fiscal_year: int, is_change: bool, title: Sequence[str]
) -> int:
    """Return the year of a figure: of its column's heads, else the fiscal year; 上年 is the year before."""
    heads = "" if is_change else " ".join(without_contents(cell.text) for cell in reversed(path))
    said = [int(year) for year in re.findall(r"20\d\d", heads)]
    near = [year for year in said if abs(year - fiscal_year) <= 3]
    if near:
        return near[-1]
    words = "".join(cell.text for cell in labels[:1] if len(cell.text) <= 16)
    row = re.match(r"20\d\d", words)
    if row and (_YEAR.fullmatch(words) or said_in(words)) and abs(int(row[0]) - fiscal_year) <= 3:
        return int(row[0])  # a table on its side: 2022年决算数 names its row
    return fiscal_year - 1 if lexicon().every(heads + words, "year_before") else fiscal_year
