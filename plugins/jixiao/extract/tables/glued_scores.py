"""Rows of a score table whose cells a converter set without blanks between them: 预算完成率%定量指标≥95%96.01%100%88是.

The rate of the score stands in front of full marks and score: a split counts only if full marks times rate is the
score, and there is one such split.
"""

import re
from decimal import Decimal

from jixiao.extract.lexicon import lexicon
from jixiao.extract.tables.scores import TableScores
from jixiao.model import Document, Score
from jixiao.read.flow import body_lines
from jixiao.read.text import evidence_of, join

_RATE = re.compile(r"(?P<rate>\d{1,3}(?:\.\d+)?)%(?=(?P<digits>\d[\d.]*))")
_NAME = re.compile(r"[^\d≥≤]{3,30}$")
_SCORE = re.compile(r"(?:0|[1-9]\d*)(?:\.\d+)?")
_UNIT = re.compile(r"^[≥≤=<>]*[\d.]+(?P<unit>[一-鿿]{1,3}?|[%‰])(?=[≥≤=<>\d]|$)")
_LEAST_ROWS = 2
_MOST_MARKS = 100
_ROUNDING = Decimal("0.05")


def read_glued_scores(document: Document) -> TableScores | None:
    """Return the scores of a document's glued rows; None where fewer than two can be told apart."""
    scores: list[Score] = []
    for line in body_lines(document.pages):
        text, spots = join([line.text])
        row = _row(text)
        if row is None:
            continue
        name, values, told = row
        split = _split(told["digits"], Decimal(told["rate"]))
        if split is not None:
            cut, marks, score = split
            place = evidence_of((line,), spots, told.start("digits") + cut, told.end("digits"), text)
            scores.append(Score((_unitless(name, values),), marks, score, place))
    return TableScores(tuple(scores)) if len(scores) >= _LEAST_ROWS else None


def _row(text: str) -> tuple[str, str, re.Match[str]] | None:
    """Return a row's name, its values, and the match of its `rate` and the `digits` of full marks and score."""
    for nature in lexicon().scan(text, ("nature",)):
        name = _NAME.search(text[: nature.start])
        for told in _RATE.finditer(text, nature.end) if name else ():
            if name and lexicon().opening(text, "answer", told.end("digits")):
                return name[0], text[nature.end : told.start()], told
    return None


def _split(digits: str, rate: Decimal) -> tuple[int, Decimal, Decimal] | None:
    """Return where score follows full marks, and both, if one way to cut the digits fits the rate."""
    fitting = []
    for cut in range(1, len(digits)):
        full, got = digits[:cut], digits[cut:]
        if not full.isdigit() or not _SCORE.fullmatch(got) or Decimal(full) > _MOST_MARKS:
            continue
        if abs(Decimal(full) * rate / 100 - Decimal(got)) <= _ROUNDING:
            fitting.append((cut, Decimal(full), Decimal(got)))
    return fitting[0] if len(fitting) == 1 else None


def _unitless(name: str, values: str) -> str:
    """Return a name without the unit of measure behind it: the one its values carry (惠民演出场次场, ≥120场126场)."""
    unit = _UNIT.match(values)
    name = name.rstrip("%‰")
    if unit and name.endswith(unit["unit"]) and len(name) > len(unit["unit"]) + 2:
        return name.removesuffix(unit["unit"])
    return re.sub(r"(.{1,3})\1$", r"\1", name)  # 资产管理安全性 | 性: measured by nature
