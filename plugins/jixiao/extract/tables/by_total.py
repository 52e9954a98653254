"""The stage of a column that names none, by its total: the one known sum of the whole that it is.

A table 按功能分类 whose only column is 支出 or 金额 and whose 合计 is the outturn told above it is of the outturn.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from jixiao.extract.numbers import in_yuan
from jixiao.extract.tables.grid import Printed
from jixiao.extract.tables.subjects import Decided
from jixiao.model import Amount, Cell, Stage


@dataclass(frozen=True, slots=True)
class Unstaged:
    """A figure of a column of money that no words give a stage; `unit` is empty where none is stated."""

    cell: Cell
    printed: Printed
    unit: str
    decided: Decided
    year: int

    @property
    def yuan(self) -> Decimal:
        """Return its value in yuan; as printed where no unit is stated."""
        return in_yuan(self.printed.number, self.unit or "元", self.printed.negative)[0]


def stages_by_total(unstaged: Sequence[Unstaged], known: Iterable[Amount]) -> dict[int, Stage]:
    """Return the stage of each column whose total is a known total of its year at one stage, and at no other.

    The total is the column's row of the whole; without one it is what two or more rows of one scheme sum to.
    """
    totals = [a for a in known if (a.scheme, a.item) == ("total", "total") and a.yuan]
    found: dict[int, Stage] = {}
    for col in {one.cell.col for one in unstaged}:
        own = [one for one in unstaged if one.cell.col == col and one.unit]
        whole = _whole(own)
        stages = {a.stage for a in totals if own and (a.yuan, a.fiscal_year) == (whole, own[0].year)}
        if len(stages) == 1:
            found[col] = stages.pop()
    return found


def _whole(own: Sequence[Unstaged]) -> Decimal:
    """Return the total of a column: of its row of the whole, else of its rows, which are of one scheme."""
    subjects = {one.cell.row: one.decided.subject for one in own}
    whole = [one for one in own if (about := subjects[one.cell.row]) is not None and about.scheme == "total"]
    if len(whole) == 1:
        return whole[0].yuan
    schemes = {about.scheme for about in subjects.values() if about is not None}
    if whole or len(own) < 2 or len(schemes) != 1:
        return Decimal(0)
    return sum((one.yuan for one in own), Decimal(0))
