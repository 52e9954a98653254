"""The arithmetic that a budget's figures stand in: parts of a whole, shares and rates, by intervals.

A printed figure is known to its last digit only (rounded or cut), so that every identity is one of intervals, as in
sql/core/intervals.sql. Which figures make up which, and what a rate is a rate of, is said in data/identities.yaml: the
reader confirms by it (`confirmed.py`), and the rules judge by it (`check/identities.py` makes it tables of `core`).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import combinations
from typing import Any, Literal

from jixiao.kept import yaml_in

Printed = tuple[Decimal, Decimal]
"""A value, and one unit in its last printed digit."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A whole and its parts as `scheme/item`; of a list without `parts` every item of the `scheme`.

    `judged` tells when a department is wrong: parts that exceed their whole (`exceeded`), or any difference where all
    `parts` are given (`whole`); None: it only confirms.
    """

    name: str
    whole: str
    parts: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    scheme: str = ""
    some: bool = False
    both_flows: bool = False
    judged: Literal["whole", "exceeded"] | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """What `part` (`scheme/item`, or `scheme/*`) may be a share of; with `said`, where the rate's words say so."""

    part: str
    whole: str
    said: str = ""


@cache
def _declared() -> dict[str, Any]:
    rows = yaml_in("data/identities.yaml")
    return dict(rows)


@cache
def identities() -> tuple[Identity, ...]:
    """Return the identities among amounts."""
    lists = ("parts", "also")
    return tuple(Identity(**row | {name: tuple(row.get(name, ())) for name in lists}) for row in _declared()["sums"])


@cache
def all_needed() -> tuple[Identity, ...]:
    """Return the identities of one flow that need all their parts: what closes in one of them is no accident."""
    return tuple(one for one in identities() if one.parts and not (one.some or one.both_flows))


@cache
def shares() -> tuple[Share, ...]:
    """Return what may be a share of what."""
    return tuple(Share(**row) for row in _declared()["shares"])


@cache
def rated() -> dict[str, str]:
    """Return the `scheme/item` whose outturn by budget each named rate is."""
    return dict(_declared()["rates"])


def wholes_of(item: str, words: str) -> list[str]:
    """Return what an item (`scheme/item`) may be a share of, by the words of the rate."""
    scheme = item.split("/")[0]
    own = [one for one in shares() if one.part in (item, f"{scheme}/*") and one.said in words]
    return [one.whole for one in own if one.whole != item]


def whole_of(parts: Collection[str]) -> str | None:
    """Return the sum that figures are parts of: what they all make up, else one of their scheme; None where several."""
    made = {one.whole for one in all_needed() if set(one.parts) == set(parts)}
    if len(made) == 1:
        return made.pop()
    wholes = {one.whole for one in identities() if one.whole.split("/")[0] == next(iter(parts)).split("/")[0]}
    return next((whole for whole in wholes if set(parts) <= _parts_of(whole)), None)


def _parts_of(whole: str) -> set[str]:
    return {part for one in identities() if one.whole == whole for part in one.parts}


def interval(value: Decimal, ulp: Decimal) -> tuple[Decimal, Decimal]:
    """Return the least and the greatest that a printed figure can stand for: rounded, or cut off."""
    return (value - ulp / 2, value + ulp) if value >= 0 else (value - ulp, value + ulp / 2)


def sums_to(whole: Printed, parts: Sequence[Printed]) -> bool:
    """Tell whether parts make up a whole within their last digits; each is (value, one unit in the last digit)."""
    low, high = interval(*whole)
    ranges = [interval(*part) for part in parts]
    return sum((a for a, _ in ranges), Decimal(0)) <= high and low <= sum((b for _, b in ranges), Decimal(0))


def is_rate_of(percent: Decimal, top: Printed, bottom: Printed) -> bool:
    """Tell whether a printed rate is `top` in percent of `bottom` within the last digits of all three."""
    low, high = interval(percent, ulp_of(percent))
    least, most = interval(*bottom)
    return least > 0 and interval(*top)[0] * 100 / most <= high and low <= interval(*top)[1] * 100 / least


def agree(values: Sequence[Printed]) -> bool:
    """Tell whether any two of several statements can be of one figure."""
    return all(sums_to(one, [other]) for one, other in combinations(values, 2))


def part_lists(whole: Printed, values: Sequence[Printed]) -> int:
    """Return how many of `values`, from the first on, make up the whole (two or more), or 0."""
    for count in range(2, len(values) + 1):
        if sums_to(whole, values[:count]):
            return count
        if sum((value for value, _ in values[:count]), Decimal(0)) > interval(*whole)[1]:
            return 0
    return 0


def ulp_of(percent: Decimal) -> Decimal:
    """Return one unit in the last digit of a rate as printed."""
    return Decimal(1).scaleb(min(0, int(percent.as_tuple().exponent)))
