"""Labels of score tables: heads of columns, the total row, a row that sums some, a name with its full marks."""

import re
from decimal import Decimal

from jixiao.extract.lexicon import lexicon
from jixiao.extract.numbers import NUMBER
from jixiao.extract.sections import without_mark
from jixiao.extract.tables.bands import headness
from jixiao.extract.tables.meanings import bare
from jixiao.extract.tables.roles import said_of

_OWN_MARKS = re.compile(rf"^(?P<name>.+?)[(](?P<words>[^\d()]*?)(?P<marks>{NUMBER})分?[)]$")
_OWN_SCORE = re.compile(
    rf"^(?P<name>.+?)[(](?P<said>[^\d()]{{0,6}}?)(?P<marks>{NUMBER})分?[,、;/]"
    rf"(?P<words>[^\d()]{{1,6}}?)(?P<score>{NUMBER})分?[)]$"
)
_LEADING_MARKS = re.compile(r"^\(\d+分?\)")
_KINDS = {
    "index": "index",
    "level": "name",
    "full_marks": "marks",
    "score": "score",
    "taken_off": "off",
    "target": "value",
    "actual": "value",
    "measure": "value",
    "reason": "note",
    "rubric": "note",
    "describe": "note",
}


def kind_of_head(text: str) -> str:
    """Return what a line that heads a column says of it (name, marks, score, off, value, note, index), or nothing."""
    kind = _KINDS.get(said_of(text), "")
    return kind if headness(text) >= (0.8 if kind == "name" else 0.6) else ""


def is_total(text: str) -> bool:
    """Tell whether a label is that of the total row (合计, 自评总分), with its full marks or without (合计(100分))."""
    words = bare(_LEADING_MARKS.sub("", name_of(text)[0])).rstrip(":：")
    return any(token.start == 0 and token.end == len(words) for token in lexicon().every(words, "total_score"))


def is_sum(text: str) -> bool:
    """Tell whether a label is that of a row that sums those above it (小计, 合计)."""
    return any(token.start == 0 and token.end == len(text) for token in lexicon().every(text, "sum_of_scores"))


def name_of(text: str) -> tuple[str, Decimal | None]:
    """Split full marks off a label: 相关性(5分)."""
    match = _OWN_MARKS.match(text)
    if match and (not match["words"] or _says_full_marks(match["words"])):
        return without_mark(match["name"]), Decimal(match["marks"])
    return without_mark(text), None


def score_in(text: str) -> tuple[str, Decimal | None]:
    """Split the score off a label that has it behind its full marks: of 产出指标(40分,得38.2分) it is 38.2.

    So of 产出指标(权重40,得分38.2), where the words say what either is.
    """
    match = _OWN_SCORE.match(text)
    if match is None or (match["said"] and not _says_full_marks(match["said"])):
        return text, None
    told = lexicon().ending(match["words"], "points")
    if not (match["words"] == "得" or (told is not None and told.value == "got")):
        return text, None
    return f"{match['name']}({match['marks']}分)", Decimal(match["score"])


def _says_full_marks(words: str) -> bool:
    """Tell whether words before a number in brackets say that these are full marks: 满分, 分值:, 权重为."""
    token = lexicon().opening(words, "points")
    return token is not None and token.value == "full" and len(words) - token.end <= 1
