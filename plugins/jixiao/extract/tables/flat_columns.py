"""The columns of a flattened table: what each holds, what leaving it out of a row costs, what a word in it does."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from jixiao.extract.tables.grid import DASHES, figure
from jixiao.extract.tables.meanings import meaning
from jixiao.extract.tables.roles import NUMERIC, said_of
from jixiao.extract.tables.stages import said_in
from jixiao.extract.tables.tokens import Token

WRONG_TYPE = 6.0
SKIP_LEVEL, SKIP_MARKS, SKIP_LEAF, SKIP_FIGURE, SKIP_REMARK = 0.25, 0.1, 3.0, 1.8, 0.7
FIGURES = NUMERIC - {"index"}
MARKS = {"full_marks", "score", "taken_off"}
REMARKS = {"rubric", "reason", "describe", "target", "actual", "measure", "grade", "date"}
_RATES = {"completion", "share", "change_rate", "score_rate"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a variant: its role, whether it names rows, and what leaving it out of a row costs."""

    role: str
    is_name: bool
    skip: float


@lru_cache(maxsize=8192)
def role_of(text: str) -> str:
    """Return the role that a head names, or nothing."""
    return said_of(text)


def columns_under(heads: Sequence[Token], unnamed: bool) -> list[Column] | None:
    """Return the columns of a variant; None where it has no names or no figures."""
    roles = [role_of(head.text) for head in heads]
    first = roles[0]
    is_about = said_in(heads[0].text) is not None or meaning(heads[0].text).subject is not None
    if not unnamed and first in FIGURES and not is_about:
        roles[0] = "name"  # 经费控制情况 over the names of the rows
    roles = ["name", *roles] if unnamed else roles
    names = [place for place, role in enumerate(roles) if role in ("level", "name", "project", "unit")]
    if not names or not any(role in FIGURES for role in roles):
        return None
    if unnamed and first not in FIGURES:
        return None
    leaf = names[-1]
    figures = [place for place, role in enumerate(roles) if role in FIGURES - {"full_marks"}]
    if min(figures, default=len(roles)) < leaf:
        return None
    out = []
    for place, role in enumerate(roles):
        outer = place < leaf
        if place in names:
            # The level left out is rather the outermost: the inner ones change more often.
            out.append(Column(role, True, SKIP_LEVEL + 0.05 * place / len(roles) if outer else SKIP_LEAF))
        elif role in REMARKS or role == "":
            out.append(Column(role, False, SKIP_REMARK))
        else:
            out.append(Column(role, False, SKIP_MARKS if outer else SKIP_FIGURE))
    return out


def cost_of(token: Token, column: Column) -> float:
    """Return what it costs to put a word into a column."""
    printed = figure(token.text)
    if column.is_name:
        return 0.0 if printed is None and token.text not in DASHES and len(token.text) <= 40 else WRONG_TYPE
    if column.role in ("target", "actual", "measure"):
        return 0.0 if len(token.text) <= 40 else 1.0
    if column.role not in NUMERIC:
        return 0.0 if printed is None else WRONG_TYPE
    if token.text in DASHES:
        return 0.0
    if printed is None:
        return WRONG_TYPE
    if column.role in MARKS and (printed.unit == "%" or printed.value > 105):
        return WRONG_TYPE / 2
    if column.role == "money" and printed.unit in ("%", "分"):
        return WRONG_TYPE / 2
    if (column.role in _RATES and printed.unit not in ("%", "")) or (column.role in _RATES and printed.value > 1000):
        return WRONG_TYPE / 2
    return 0.0
