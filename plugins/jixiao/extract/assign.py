"""One consistent answer for all sums of a document: their readings chosen together.

A key holds one value; parts make up their whole; the sums of a list make up 项目支出. What a clause says of itself in
its own words is never bent to make something close: a department's own error must stay visible.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import islice
from typing import Protocol

from jixiao.extract.identities import all_needed, interval, part_lists, sums_to
from jixiao.extract.readings import Reading
from jixiao.extract.stages import IN_CLAUSE, OF_WHOLE

CONFLICT, SAME_AGAIN, CLOSED, LISTED = 1.0, 0.05, 0.6, 1.0
BENT, FAINT = 0.3, 0.6
SURE_MARGIN, UNSURE_MARGIN, DOUBT_MARGIN, RIVAL = 0.4, 0.2, 0.15, 0.3
_ROUNDS = 3
_OPEN = 1.3
_MOST_HEARD = 100
"""Sums of one key that another is held against: no report says one so often, and a file may say it 30,000 times."""


class Chooses(Protocol):
    """A sum with its readings; `chosen` is the number of the reading taken, `margin` how much worse the next is."""

    readings: list[Reading]
    chosen: int
    margin: float
    paragraph: int

    @property
    def reading(self) -> Reading: ...  # noqa: D102
    @property
    def yuan(self) -> Decimal: ...  # noqa: D102
    @property
    def ulp(self) -> Decimal: ...  # noqa: D102


@dataclass(slots=True)
class _Board:
    """The sums by the key that each is chosen to be."""

    sums: Sequence[Chooses]
    by_key: dict[tuple[object, ...], list[int]]

    def cost(self, at: int, reading: Reading) -> float:
        """Return what a reading of one sum costs with all the others as they stand."""
        total = reading.cost
        if reading.subject is None:
            return total
        mine = self.sums[at]
        for other in islice(self.by_key.get(reading.key, ()), _MOST_HEARD):
            if other == at:
                continue
            theirs = self.sums[other]
            if theirs.yuan == mine.yuan:
                total -= SAME_AGAIN
            elif _same_rounded(mine, theirs) or theirs.reading.cost > reading.cost + FAINT:
                continue
            elif not reading.own or _gives_way(reading, theirs.reading):
                total += CONFLICT
        return total - self.closed(at, reading)

    def closed(self, at: int, reading: Reading) -> float:
        """Return the bonus of a reading that makes parts and whole close; own words need none."""
        subject = reading.subject
        first = self.sums[at].readings[0]
        # What closes may say of what a sum is, never of which year or stage: sums hold under a consistent swap too.
        if (
            subject is None
            or (reading.own and first.subject is not None)
            or (first.subject and (first.stage, first.year) != (reading.stage, reading.year))
        ):
            return 0.0
        if any(other != at for other in self.by_key.get(reading.key, ())):
            return 0.0  # what closes, closes without it
        mine = (self.sums[at].yuan, self.sums[at].ulp)
        base = (reading.year, subject.flow, reading.stage)
        me = f"{subject.scheme}/{subject.item}"
        for one in all_needed():
            if me not in (one.whole, *one.parts):
                continue
            items = (one.whole, *one.parts)
            values = [mine if item == me else self.value((*base, *item.split("/"))) for item in items]
            given = [value for value in values if value is not None]
            if len(given) == len(values) and sums_to(given[0], given[1:]):
                return CLOSED
        return 0.0

    def value(self, key: tuple[object, ...]) -> tuple[Decimal, Decimal] | None:
        """Return the value that stands under a key, or None."""
        found = self.by_key.get(key)
        return (self.sums[found[0]].yuan, self.sums[found[0]].ulp) if found else None

    def take(self, at: int, number: int) -> None:
        """Choose another reading of one sum."""
        self.by_key[self.sums[at].reading.key].remove(at)
        self.sums[at].chosen = number
        self.by_key[self.sums[at].reading.key].append(at)


def _gives_way(reading: Reading, other: Reading) -> bool:
    """Tell whether a bare 预算 stands beside a budget that says that it is the one in force: then it is the initial."""
    return reading.is_bare_budget and reading.stage == other.stage == "budget" and not other.is_bare_budget


def _same_rounded(one: Chooses, other: Chooses) -> bool:
    """Tell whether two sums are one, printed with other digits."""
    low, high = interval(one.yuan, one.ulp)
    least, most = interval(other.yuan, other.ulp)
    return low <= most and least <= high


def choose(sums: Sequence[Chooses]) -> None:
    """Choose a reading for every sum of a document and set its margin."""
    _lists_by_sum(sums)
    by_key: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for at, one in enumerate(sums):
        by_key[one.reading.key].append(at)
    board = _Board(sums, by_key)
    movable = [
        at
        for at, one in enumerate(sums)
        if len(one.readings) > 1 and one.readings[1].cost - one.readings[0].cost < _OPEN
    ]
    for _ in range(_ROUNDS):
        moved = False
        for at in movable:
            costs = [board.cost(at, reading) for reading in sums[at].readings]
            best = min(range(len(costs)), key=lambda number: (costs[number], number))
            if best != sums[at].chosen and costs[best] < costs[sums[at].chosen] - 1e-9:
                board.take(at, best)
                moved = True
        if not moved:
            break
    for at, one in enumerate(sums):
        costs = [board.cost(at, reading) for reading in one.readings]
        others = [cost for number, cost in enumerate(costs) if number != one.chosen]
        one.margin = min(others, default=9.0) - costs[one.chosen]
        if one.chosen and one.reading.cost > one.readings[0].cost + BENT and not board.closed(at, one.reading):
            one.margin = 0.0  # only another figure pushed it away from its own words: both are to be looked at
        if one.chosen and one.readings[0].is_bare_budget and one.reading.stage == "initial_budget":
            one.margin = UNSURE_MARGIN  # 预算安排…,全年预算…: which budget is the other, its words leave open
            _leave_parts(sums, at)


def _leave_parts(sums: Sequence[Chooses], at: int) -> None:
    """Leave undecided the parts that took the stage of a whole which turned out to be another budget."""
    for other in sums[at + 1 :]:
        if other.paragraph != sums[at].paragraph or OF_WHOLE not in other.reading.grounds:
            return
        other.margin = 0.0


def _lists_by_sum(sums: Sequence[Chooses]) -> None:
    """Take the named sums behind 项目支出 that make just its sum as its projects."""
    for at, one in enumerate(sums):
        subject = one.readings[0].subject
        if subject is None or (subject.scheme, subject.item) != ("nature", "project"):
            continue
        run: list[tuple[int, int]] = []
        for other in range(at + 1, min(at + 40, len(sums))):
            number = next((n for n, r in enumerate(sums[other].readings) if _may_be_project(r, sums[other])), None)
            if sums[other].paragraph > one.paragraph + 12:
                break
            if not sums[other].yuan:
                continue  # a list that makes a sum makes it without its zeros
            if number is not None and _says_other_stage(sums[other].readings[number], one.readings[0]):
                continue
            if number is None:
                if run:
                    break
                continue
            run.append((other, number))
        values = [(sums[other].yuan, sums[other].ulp) for other, _ in run]
        count = part_lists((one.yuan, one.ulp), values)
        for other, number in run[:count]:
            reading = sums[other].readings[number]
            stage = one.readings[0].stage
            better = next(
                (n for n, r in enumerate(sums[other].readings) if r.subject == reading.subject and r.stage == stage),
                number,
            )
            sums[other].readings.insert(0, _listed(sums[other].readings.pop(better)))


def _may_be_project(reading: Reading, one: Chooses) -> bool:
    is_project = reading.subject is not None and reading.subject.scheme == "project"
    return is_project and reading.cost - one.readings[0].cost < _OPEN


def _says_other_stage(reading: Reading, whole: Reading) -> bool:
    """Tell whether a sum's own clause gives it another stage than the whole of its list has."""
    said = reading.is_bare_budget or any(ground.endswith(IN_CLAUSE) for ground in reading.grounds[1:2])
    return said and reading.stage != whole.stage


def _listed(reading: Reading) -> Reading:
    return replace(
        reading, cost=min(reading.cost, 0.6) - LISTED, grounds=(*reading.grounds, "the list makes up 项目支出")
    )
