"""What each column of a band holds: a role by the words of its head and by its values, with the margin to the next.

The words of a head weigh 3 points, those of the head above 1.2; the form that ends furthest right counts in full, the
next 55 %. Values add to or take from that (digits of a chart, shares of figures and of %, what is above 105). A column
whose best two roles are less than a point apart is doubtful, and its figures are doubts.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from itertools import pairwise

from jixiao.extract.lexicon import Token, lexicon
from jixiao.extract.numbers import UNITS, stated_unit
from jixiao.extract.tables.bands import Band
from jixiao.extract.tables.full_marks import children_sum, never_below
from jixiao.extract.tables.grid import DASHES, PAIR, Grid, figure, is_bound, is_odd, zero_in_words
from jixiao.model import Cell, Stage

NUMERIC = frozenset(
    {"full_marks", "score", "score_rate", "taken_off", "completion", "share", "change_rate", "change_sum", "adjustment"}
    | {"count", "money", "procurement", "index", "assets"}
)
_EITHER = frozenset({"target", "actual", "code", "index"})
RATES = ("completion", "share", "change_rate", "score_rate")
MONEY = "money"
NOT_MONEY = {
    "full_marks": "full marks",
    "score": "a score",
    "score_rate": "a score's rate",
    "taken_off": "points taken off",
    "target": "an indicator's target",
    "actual": "an indicator's result",
    "count": "a count",
    "assets": "assets",
    "index": "a row's number",
    "code": "a code",
    "adjustment": "a change of the budget, no budget",
    "procurement": "procurement",
    "date": "a date",
    "rubric": "a rubric's number",
}
"""Why a figure is no money of ours, by the role of its column."""
_MARGIN = 1.0
_WEIGHTS = (3.0, 1.2, 0.6)
_SECOND = 0.55
_CODE = re.compile(r"^(?:[123]\d\d|[123]\d{4}|[123]\d{6})$")
_CHAPTER = re.compile(r"^[一二三四五六七八九十]+、")
_PARENTHESIS = re.compile(r"\([^()]*\)")
RUBRIC = re.compile(r"每(?![亩年月季周日人户吨])|扣完|不得分|得满分|[≥≤＞＜]|得\d+(?:\.\d+)?分.*得|以[上内下].{0,6}得")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a band: its role, how sure that is, and the runner-up; `is_told` by a formula, as is a `stage`."""

    col: int
    role: str
    margin: float
    second: str
    head: str
    path: tuple[Cell, ...] = ()
    has_words: bool = True
    stage: Stage | None = None
    is_told: bool = False

    @property
    def doubtful(self) -> bool:
        """Tell whether the best two roles are too close to choose between."""
        return self.margin < _MARGIN and self.role in NUMERIC | {""} and self.second in NUMERIC


@dataclass(slots=True)
class _Values:
    """What the cells of a column are, as shares of those that are filled."""

    count: int = 0
    figures: float = 0.0
    percent: float = 0.0
    money: float = 0.0
    bounds: float = 0.0
    codes: float = 0.0
    rubric: float = 0.0
    large: float = 0.0
    is_sequence: bool = False
    texts: list[str] = field(default_factory=list)


@lru_cache(maxsize=8192)
def column_words(text: str) -> tuple[Token, ...]:
    """Return the column words of a head, the one that ends furthest right first (of equal ends the longest)."""
    found = lexicon().every(text, "column")
    found.sort(key=lambda token: (-token.end, token.start))
    kept: list[Token] = []
    for token in found:  # 执行率 inside 执行率权重 is no second reading of its own value
        if all(token.value != other.value for other in kept):
            kept.append(token)
    return tuple(kept)


@lru_cache(maxsize=8192)
def subject_words(text: str) -> tuple[Token, ...]:
    """Return the subjects that a label names, in order."""
    return tuple(lexicon().scan(text, ("subject",)))


@lru_cache(maxsize=8192)
def stage_words(text: str) -> tuple[Token, ...]:
    """Return the stages that a label names, in order; 一般公共预算 and its like name none."""
    return tuple(lexicon().scan(text, ("stage",)))


@cache
def _chart() -> frozenset[str]:
    """Return the class codes of the official charts."""
    return frozenset(row.value.rpartition("/")[2] for row in lexicon().rows if row.theme == "accounts")


def columns_of(grid: Grid, band: Band) -> dict[int, Column]:
    """Return the role of every column of a band that holds cells."""
    found: dict[int, Column] = {}
    for col in range(grid.col_count):
        path = band.heads.get(col, ())
        values = _values(grid, band, col)
        if col in band.sides and not path:
            found[col] = Column(col, "side", 9.0, "", "")
            continue
        scores = _by_words(path)
        has_words = bool(scores)
        _by_values(scores, values)
        ranked = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
        best, second = (*ranked, ("", 0.0), ("", 0.0))[:2]
        role = best[0] if best[1] > 0 else ""
        head = path[0].text if path else ""
        found[col] = Column(col, role, best[1] - max(second[1], 0.0), second[0], head, path, has_words)
    if not any(column.role in ("target", "measure") for column in found.values()):
        # 实际完成数 beside no target of an indicator is what was spent.
        for col, column in found.items():
            if (column.role, column.second) == ("actual", MONEY):
                found[col] = replace(column, role=MONEY, second="actual", margin=_MARGIN)
    return _marks(grid, band, found)


def _by_words(path: Sequence[Cell]) -> dict[str, float]:
    """Return the points that the words of a header path give each role."""
    scores: dict[str, float] = defaultdict(float)
    for cell, weight in zip(path, _WEIGHTS, strict=False):
        said = _said(cell.text) if not _CHAPTER.match(cell.text) else ("name",)  # 三、自评打分 | 满分 | 得分
        said = _by_unit(cell.text, said)
        if cell is not path[0] and cell.col_span <= path[0].col_span:
            said = tuple(role for role in said if role != "unit")  # 单位名称 | 某局 above the head: whose form it is
        for place, role in enumerate(said[:2]):
            scores[role] = max(scores[role], weight * (1.0 if place == 0 else _SECOND))
        if MONEY in said[:2] and said[0] in (MONEY, "actual") and stated_unit(cell.text):
            scores[MONEY] += weight
    return scores


def _by_unit(text: str, said: tuple[str, ...]) -> tuple[str, ...]:
    """Return the roles of a head whose bracket has the unit: 计划标准(分) is full marks, 增减(%) a rate."""
    if text.endswith("(分)") and not {"score", "taken_off"} & {*said[:1]}:
        return ("full_marks",)
    return ("change_rate",) if text.endswith("(%)") and said[:1] == ("change_sum",) else said


@lru_cache(maxsize=8192)
def _said(text: str) -> tuple[str, ...]:
    """Return the roles that one head names, the strongest first: column words, then money by a stage or a subject."""
    bare = _PARENTHESIS.sub("", text) or text
    words = [(token.end, token.start, token.value) for token in column_words(bare)]
    stages, subjects = stage_words(bare), subject_words(bare)
    money = max((token.end for token in (*stages, *subjects)), default=0)
    if money and any(role == "adjustment" for _, _, role in words):
        money = 0  # what an adjustment is, its neighbours tell
    if money and not any(end > money or (end == money and role != "name") for end, _, role in words):
        words.append((money + 1, 0, MONEY))
    elif money:
        words.append((0, 0, MONEY))
    if re.fullmatch(r"20\d\d年?度?(?:\(.*\))?|上年(?:数|度)?|本年(?:数|度)?", text):
        words.append((99, 0, MONEY))
    words.sort(key=lambda word: (-word[0], word[1]))
    return tuple(dict.fromkeys(role for _, _, role in words))


def said_of(text: str) -> str:
    """Return the role that a label's words name first; empty where they name none."""
    return next(iter(_said(text)), "")


def _values(grid: Grid, band: Band, col: int) -> _Values:
    """Look at the cells of one column's own width."""
    texts: list[str] = []
    for row in band.rows:
        cell = grid.at(row, col)
        if cell is None or cell.row != row or cell.text in DASHES:
            continue
        width = {other.col_span for other in band.heads.get(col, ())[:1]} or {1}
        if cell.col == col and (cell.col_span == 1 or cell.col_span in width):
            texts.append(cell.text)
    found = _Values(len(texts), texts=texts)
    if not texts:
        return found
    printed = [figure(text) or zero_in_words(text) for text in texts]
    told = [one for one in printed if one is not None]
    count = len(texts)
    found.figures = (len(told) + sum(is_odd(text) or bool(PAIR.match(text)) for text in texts)) / count
    found.percent = sum(one.unit == "%" for one in told) / count
    found.money = sum(one.unit in UNITS for one in told) / count
    found.bounds = sum(is_bound(text) for text in texts) / count
    found.codes = sum(bool(_CODE.match(text)) and text[:3] in _chart() for text in texts) / count
    found.rubric = sum(bool(RUBRIC.search(text)) for text in texts) / count
    found.large = sum(abs(one.value) > 105 for one in told if one.unit != "%") / count
    numbers = [one.number for one in told]
    found.is_sequence = count > 1 and numbers == [str(number) for number in range(1, count + 1)]
    return found


def _by_values(scores: dict[str, float], values: _Values) -> None:
    """Let the values add to and take from what the words say; one row decides nothing."""
    if not values.count:
        return
    several = values.count > 1
    best = max(scores, key=lambda role: scores[role], default="name")
    if values.codes >= 0.7 and several and ("code" in scores or best == "name"):
        scores["code"] += 6
    elif several and "code" in scores and not all(text.isdigit() and len(text) <= 7 for text in values.texts):
        scores["code"] -= 2
    if values.is_sequence and ("index" in scores or not scores):
        scores["index"] += 4
    if values.figures >= 0.6:
        for role in scores:
            scores[role] += 1 if role in NUMERIC else 0 if role in _EITHER else -3
    elif several and values.figures < 0.3:
        _add(scores, NUMERIC, -3)
    _by_units(scores, values)
    if values.bounds > 0.3:
        scores["target"] += 2
    if values.rubric > 1 / 3 and several and {"level", "describe", "reason"} & set(scores):
        scores["rubric"] += 4


def _by_units(scores: dict[str, float], values: _Values) -> None:
    """Let %, units of money and what is too large for marks count."""
    several = values.count > 1
    if values.percent >= 0.6:
        _add(scores, RATES, 1.5)
        for role, points in ((MONEY, -3.0), ("score", -2.0), ("full_marks", -0.5)):
            _add(scores, (role,), points)
    if values.money >= 0.6:
        scores[MONEY] += 3
    if values.large and several:
        if not {"target", "actual", "code"} & {role for role, points in scores.items() if points > 0}:
            _add(scores, (MONEY,), 1.5)
        if values.figures >= 0.6 and values.large >= 0.3:
            _add(scores, ("score", "full_marks"), -3)


def _add(scores: dict[str, float], roles: Iterable[str], points: float) -> None:
    """Add points to those of the roles that the words name."""
    for role in roles:
        if role in scores:
            scores[role] += points


def _marks(grid: Grid, band: Band, columns: dict[int, Column]) -> dict[int, Column]:
    """Tell full marks from scores where several columns of marks stand side by side, by their sums.

    Where the children's marks of the next column sum to the parent's and another column of marks follows, both are full
    marks whatever the heads say; of two scores of which the left is never below the right, the left is full marks.
    """
    marks = [col for col in sorted(columns) if columns[col].role in ("full_marks", "score")]
    filled = [col for col in marks if any(grid.number(row, col) is not None for row in band.rows)]
    marks = filled if len(filled) > 1 else marks  # an empty column waits for somebody else's score
    scores = [col for col in marks if columns[col].role == "score"]
    if len(scores) < 2:
        return columns
    full: set[int] = set()
    for left, right in pairwise(marks):
        if right != marks[-1] and children_sum(grid, band, left, right):
            full |= {left, right}
    if not full and not any(columns[col].role == "full_marks" for col in marks):
        left, right = scores[-2:]
        if never_below(grid, band, left, right):
            full.add(left)
    return {
        col: replace(column, role="full_marks", margin=9.0, second="score") if col in full else column
        for col, column in columns.items()
    }


def with_role(columns: Iterable[Column], *roles: str) -> list[Column]:
    """Return the columns of some roles, from left to right."""
    return sorted((column for column in columns if column.role in roles), key=lambda column: column.col)
