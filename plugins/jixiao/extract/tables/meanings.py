"""What a label or a head says: of which class of the budget it is, the whole, a part below a class, or no money.

A label is told by its words and its code; the rows around it are looked at in `rows.py`.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, cast

from jixiao.extract.lexicon import Token, lexicon
from jixiao.extract.sections import MARK
from jixiao.extract.tables.grid import DASHES
from jixiao.extract.tables.roles import column_words, stage_words, subject_words
from jixiao.model import Flow, Scheme, Subject

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


def column_kind_of_row(text: str) -> str:
    """Return the column role that a row's label stands for, where a table lies on its side (执行率, 占比)."""
    words = column_words(bare(text))
    if not words or (stage_words(text) and stage_words(text)[-1].end > words[0].end):
        return ""
    return words[0].value if words[0].value in ("completion", "share", "change_rate", "change_sum") else ""
