"""What one sum of running text can be, each reading with its cost and its grounds.

The readings of one sum: of what (`subjects.py`), of which stage (`stages.py`), or not ours (`foreign.py`).
"""

import re
from dataclasses import dataclass

from jixiao.extract import costs
from jixiao.extract.clauses import Piece
from jixiao.extract.foreign import foreign
from jixiao.extract.names import called
from jixiao.extract.parallel import Given
from jixiao.extract.scope import Scopes
from jixiao.extract.scoped import next_of
from jixiao.extract.stages import AS_SCOPE_SAYS, CARRIED_ON, UNSAID, stages_of
from jixiao.extract.subjects import subjects_of
from jixiao.model import Stage, Subject

_MOST = 10
NO_CLASS_WORDS = "no class of the contract"
BESIDE_FREE = "beside words that are no term"


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of a sum: of what, of which year and stage; or not ours, with the `reason`.

    Not ours needs a ground (a word for another's money, a change, a limit); without one it only says that no term tells
    what the sum is (`is_grounded`), and what is chosen so is a doubt.
    """

    cost: float
    subject: Subject | None
    stage: Stage | None
    year: int
    reason: str = ""
    grounds: tuple[str, ...] = ()
    parent: str | None = None
    own: bool = False
    is_grounded: bool = True

    @property
    def key(self) -> tuple[object, ...]:
        """Return what two figures must not share with different values; of what is not ours nothing."""
        if self.subject is None:
            return ()
        return self.year, self.subject.flow, self.stage, self.subject.scheme, self.subject.item

    @property
    def is_bare_budget(self) -> bool:
        """Tell whether its stage rests on a bare 预算 or 安排, which may be the initial budget or the one in force."""
        return any(ground.endswith(AS_SCOPE_SAYS) for ground in self.grounds)

    def words(self) -> str:
        """Return the reading in one line, for a ledger."""
        if self.subject is None:
            return f"not ours: {self.reason}" if self.is_grounded else self.reason
        return f"{self.year} {self.subject.flow} {self.stage} {self.subject.scheme}/{self.subject.item}"


def readings_of(piece: Piece, scopes: Scopes, given: Given | None = None) -> list[Reading]:
    """Return the readings of the sum that ends a piece, the cheapest first."""
    year, year_why = _year(piece, scopes, given)
    if abs(year - scopes.fiscal_year) > 1:
        return [Reading(0.0, None, None, year, f"a sum of {year}", (year_why,))]
    stages = stages_of(piece, scopes, given)
    said = foreign(piece, scopes)
    reason, cost, grounded = said.cheapest()
    out = [Reading(cost, None, None, year, reason, (reason,), is_grounded=grounded)]
    for subject, cost, why, own in subjects_of(piece, scopes, given):
        if subject.scheme == "none":  # type: ignore[comparison-overlap]
            out.append(Reading(cost + costs.NO_CLASS, None, None, year, f"{subject.item}: {NO_CLASS_WORDS}", (why,)))
            continue
        for stage, more, stage_why in stages:
            parent = scopes.label.parent if subject.scheme == "project" and scopes.label else None
            parent = called(parent) if parent else None
            total = cost + more + _owed(said.against, own) + _again(scopes, subject, stage, own)
            total += _twice(scopes, (subject, stage, year), stage_why)
            grounds = (why, stage_why, year_why, *((BESIDE_FREE,) if scopes.free and not own else ()))
            out.append(Reading(total, subject, stage, year, "", grounds, parent, own))
    best: dict[tuple[object, ...], Reading] = {}
    for one in sorted(out, key=lambda one: one.cost):
        best.setdefault(one.key, one)
    return sorted(best.values(), key=lambda one: one.cost)[:_MOST]


def _again(scopes: Scopes, subject: Subject, stage: Stage, own: bool) -> float:
    """Return what it costs to read a part without a name as its whole."""
    whole, piece = scopes.whole, scopes.piece
    if whole is None or own or piece is None or piece.segment != scopes.whole_segment:
        return 0.0
    return costs.PART_AS_WHOLE if subject.scheme == "total" or (whole.subject, whole.stage) == (subject, stage) else 0.0


def _twice(scopes: Scopes, key: tuple[Subject, Stage, int], why: str) -> float:
    """Return what it costs to read two sums of a segment as one: 全年支出预算215万元,支出合计206万元."""
    last, piece = scopes.told[-1] if scopes.told else None, scopes.piece
    if last is None or piece is None or why not in (CARRIED_ON, UNSAID) or last.compared:
        return 0.0
    same = (last.subject, last.stage, last.year) == key and scopes.pieces[last.piece].segment == piece.segment
    return costs.TWICE if same else 0.0


def _owed(against: float, own: bool) -> float:
    return costs.AGAINST_OWNER_OWN if against == costs.AGAINST_OWNER and own else against


def _year(piece: Piece, scopes: Scopes, given: Given | None) -> tuple[int, str]:
    if given is not None and given.year is not None:
        return given.year, "k-th of the years before"
    if _turns_from(piece, scopes):
        return scopes.fiscal_year - 1, "from last year's sum to this year's"
    if piece.has("last_year"):
        return scopes.fiscal_year - 1, "上年 in its clause"
    years = [int(year) for year in re.findall(r"(20[0-3]\d)年?度?(?!\d*月)", piece.words)]
    if years and abs(years[-1] - scopes.fiscal_year) <= 1:
        return years[-1], f"{years[-1]} in its clause"
    if scopes.year is not None:
        return scopes.year, f"{scopes.year} in its sentence"
    if scopes.whole is not None:
        return scopes.whole.year, "the year of its whole"
    return scopes.fiscal_year, "the fiscal year"


def _turns_from(piece: Piece, scopes: Scopes) -> bool:
    """Tell whether a figure is what another year's grew from: 与上年相比,基本支出由232万元增加到246万元."""
    after = next_of(piece, scopes.pieces)
    turns = after is not None and after.figure is not None and after.has("turn", "to") and not after.marks
    begins = any(token.value == "from" and token.end == piece.end for token in piece.of("turn"))
    dated = [p for p in scopes.pieces if p.sentence == piece.sentence and p.has("against", "last_year")]
    return turns and begins and bool(dated) and not piece.of("stage")
