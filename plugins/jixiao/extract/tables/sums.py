"""From figures with a reading to facts: units that no label states, and sums that stand beside their own parts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from jixiao.extract.found import Found
from jixiao.extract.numbers import in_yuan
from jixiao.extract.tables.grid import Printed
from jixiao.model import Amount, Change, Doubt, Evidence, LedgerState, Stage, Subject

_VEHICLE_PARTS = {"vehicle_purchase", "vehicle_operation"}
_OF_PARTS = "the sum of the parts beside it"


@dataclass(frozen=True, slots=True)
class CellSaid:
    """What became of one figure of a table; `why` names the role or words that decided."""

    table: int
    row: int
    col: int
    state: LedgerState
    why: str
    evidence: Evidence
    readings: tuple[str, ...] = ()
    is_of_scores: bool = False


@dataclass(slots=True)
class TableFound(Found):
    """The facts of all tables, and what became of every cell that holds a figure."""

    cells: list[CellSaid] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Sum:
    """A figure of money or change with its reading; `unit` is empty where no label states it."""

    printed: Printed
    unit: str
    subject: Subject
    stage: Stage
    year: int
    words: str
    evidence: Evidence
    is_change: bool = False
    row: int = 0
    col: int = 0


def into_facts(sums: Sequence[Sum], index: int, known: Sequence[Amount], found: TableFound) -> None:
    """Turn sums into facts; a unit that no label states is decided by a known figure, or is a doubt."""
    fitting = {unit for some in sums if not some.unit and (unit := _unit_by_known(some, known))}
    decided = fitting.pop() if len(fitting) == 1 else ""
    split = {(some.year, some.stage) for some in sums if some.subject.item in _VEHICLE_PARTS}
    for some in sums:
        if some.subject.item == "vehicles" and (some.year, some.stage) in split:
            found.cells.append(CellSaid(index, some.row, some.col, "not_ours", _OF_PARTS, some.evidence))
            continue
        unit = some.unit or decided or ("元" if not some.printed.value else "")
        if not unit:
            message = f"{some.words}: {some.printed.number} is printed without a unit"
            found.doubts.append(Doubt("undecided_unit", message, some.evidence))
            found.cells.append(CellSaid(index, some.row, some.col, "doubt", "undecided_unit", some.evidence))
            continue
        yuan, ulp = in_yuan(some.printed.number, unit, some.printed.negative)
        about = some.subject
        if some.is_change:
            found.changes.append(Change(some.year, about, some.words, some.evidence, yuan, ulp))
            found.cells.append(
                CellSaid(index, some.row, some.col, "not_ours", "a change against the year before", some.evidence)
            )
            continue
        found.amounts.append(
            Amount(some.year, about.flow, some.stage, about.scheme, about.item, some.words, yuan, ulp, some.evidence)
        )
        found.cells.append(CellSaid(index, some.row, some.col, "fact", some.words, some.evidence))


def _unit_by_known(some: Sum, known: Sequence[Amount]) -> str:
    """Decide the unit by a figure of the same key whose unit the document states; one unit must fit, not two."""
    about = some.subject
    key = (some.year, about.flow, some.stage, about.scheme, about.item)
    values: set[Decimal] = {
        a.yuan for a in known if (a.fiscal_year, a.flow, a.stage, a.scheme, a.item) == key and a.yuan
    }
    fitting = [
        unit
        for unit in ("元", "千元", "万元", "亿元")
        if in_yuan(some.printed.number, unit, some.printed.negative)[0] in values
    ]
    return fitting[0] if len(fitting) == 1 else ""
