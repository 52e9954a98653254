"""What columns are by the formulas in their heads: 小计③=①+②, 支出实现率⑤=④/③, 执行率(B/A), 决算数/调整预算数.

A rate of one column over another makes the first what was spent and the second the budget in force, where their own
words name no stage; the sum of an initial budget and an adjustment is the budget in force.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

from jixiao.extract.lexicon import lexicon
from jixiao.extract.tables.bands import FORMULA
from jixiao.extract.tables.roles import MONEY, RATES, Column, stage_words
from jixiao.extract.tables.stages import said_in
from jixiao.model import Stage

_MARK = r"[①-⑳]|(?<![A-Za-z])[A-Za-z](?![A-Za-z])|\(\d{1,2}\)|(?<=\()\d{1,2}(?=\))"
_OWN = re.compile(rf"(?P<mark>{_MARK})\)?(?:=[^=]+)?$")
_FORMULA = re.compile(rf"(?P<one>{_MARK})(?P<sign>[+/÷])(?P<other>{_MARK})\)?(?:[*×x]100%?)?\)?$")
_STAGES = re.compile(r"^(?P<one>[^/÷]+)[/÷](?P<other>[^/÷]+)$")
_CERTAIN = 9.0


def with_formulas(columns: Mapping[int, Column]) -> dict[int, Column]:
    """Return columns by place, with the roles and stages that formulas in their heads tell; the heads without them."""
    found = {col: _without_formulas(column) for col, column in columns.items()}
    marked = {mark: col for col, column in columns.items() for mark in [_own_mark(column)] if mark}
    for col, column in columns.items():
        if _is_rate_of_stages(column.head):
            found[col] = _told(found[col], "completion")
        formula = next((said for cell in column.path if (said := _FORMULA.search(cell.text))), None)
        one, other = (marked.get(formula[name].strip("()")) for name in ("one", "other")) if formula else (None, None)
        if formula is None or one is None or other is None or col in (one, other):
            continue
        if formula["sign"] == "+":
            _sum(found, col, one, other)
        else:
            _rate(found, col, one, other)
    return found


def _without_formulas(column: Column) -> Column:
    path = tuple(replace(cell, text=FORMULA.sub("", cell.text) or cell.text) for cell in column.path)
    return replace(column, path=path, head=path[0].text if path else column.head)


def _own_mark(column: Column) -> str:
    """Return the mark by which formulas call a column."""
    for cell in column.path:
        text = re.sub(r"=.*$", "", cell.text)
        if match := _OWN.search(text):
            return match["mark"].strip("()")
    return ""


def _is_rate_of_stages(head: str) -> bool:
    """Tell whether a head is an outturn over a budget, in this order; 预算数/决算数 heads two figures."""
    match = _STAGES.match(re.sub(r"\([^()]*\)", "", head))
    if match is None:
        return False
    values = [[token.value for token in stage_words(match[name])] for name in ("one", "other")]
    return bool(values[0] and values[1]) and values[0][-1] == "final" and values[1][-1] != "final"


def _sum(found: dict[int, Column], col: int, one: int, other: int) -> None:
    """An initial budget and what was added to it: the sum is the budget in force."""
    adds = lexicon().every(found[other].head, "adjusts")
    if adds and said_in(found[one].head) == "initial_budget" and found[col].role in ("", MONEY):
        found[col] = _told(found[col], MONEY, "budget")
        found[other] = _told(found[other], "adjustment")


def _rate(found: dict[int, Column], col: int, one: int, other: int) -> None:
    """A rate of what was spent in a budget; of a balance it is no such rate."""
    if any(token.value == "balance" for token in lexicon().every(found[one].head, "row")):
        return
    if {found[one].role, found[other].role} - {"", MONEY} or found[col].role not in ("", MONEY, *RATES):
        return
    if said_in(found[one].head) in (None, "final") and said_in(found[other].head) != "final":
        found[col] = _told(found[col], "completion")
        found[one] = _told(found[one], MONEY, "final")
        stage = found[other].stage or said_in(found[other].head)
        found[other] = _told(found[other], MONEY, stage or "budget")


def _told(column: Column, role: str, stage: Stage | None = None) -> Column:
    return replace(column, role=role, stage=stage, margin=_CERTAIN, is_told=True)
