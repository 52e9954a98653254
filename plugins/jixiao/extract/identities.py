"""The arithmetic that a budget's figures stand in: parts of a whole, rates and changes, by intervals.

A printed figure is known to its last digit only (rounded or cut), so that every identity is one of intervals, as in
sql/core/intervals.sql. What closes confirms the figures in it; it never says what an unambiguous figure is (the errors
that departments make are for the rules to find).
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from itertools import combinations, islice, product
from typing import Any

import yaml

from jixiao.model import Amount, Change, Ratio, fact_id

Key = tuple[int, str, str, str]
"""Fiscal year, flow, stage, `scheme/item`."""
Printed = tuple[Decimal, Decimal]
"""A value, and one unit in its last printed digit."""
_MOST_WAYS = 64
"""Rival values of one key are tried with each other, up to so many ways."""
_OTHER_FLOW = {"revenue": "expenditure", "expenditure": "revenue"}
_CONTROL = {"three_public_control_rate": "three_public/total", "public_use_control_rate": "nature/public_use"}
_STAGES = ("final", "budget", "initial_budget")


@dataclass(frozen=True, slots=True)
class Identity:
    """A whole and its parts as `scheme/item`; of a list without `parts` every item of the `scheme`."""

    name: str
    whole: str
    parts: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    scheme: str = ""
    some: bool = False
    both_flows: bool = False


@dataclass(frozen=True, slots=True)
class Stated:
    """One amount as the document states it, with the id of its fact."""

    fact_id: str
    value: Printed
    amount: Amount


@cache
def identities() -> tuple[Identity, ...]:
    """Return the identities among amounts (data/identities.yaml)."""
    rows = yaml.load((files("jixiao") / "data" / "identities.yaml").read_text("utf-8"), yaml.CSafeLoader)
    return tuple(_identity(row) for row in rows)


def _identity(row: dict[str, Any]) -> Identity:
    lists = {name: tuple(row.get(name, ())) for name in ("parts", "also")}
    return Identity(**{**row, **lists})


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
    low, high = interval(percent, _ulp(percent))
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


class Confirmed:
    """The amounts of one document by key (`stated`), and by the id of each fact what it closes with (`grounds`)."""

    def __init__(self, amounts: Sequence[Amount], ratios: Sequence[Ratio] = (), changes: Sequence[Change] = ()) -> None:
        """Work out both."""
        self.stated: dict[Key, list[Stated]] = defaultdict(list)
        self.grounds: dict[str, list[str]] = defaultdict(list)
        finest = min((a.ulp_yuan for a in amounts), default=Decimal(1))
        for index, a in enumerate(amounts):
            # A bare 0 says "none"; it is as exact as the finest figure of its document.
            value = a.yuan, a.ulp_yuan if a.yuan else min(a.ulp_yuan, finest)
            key = (a.fiscal_year, a.flow, a.stage, f"{a.scheme}/{a.item}")
            self.stated[key].append(Stated(fact_id("amounts", index), value, a))
        for group in {key[:3] for key in self.stated}:
            self._sums(group)
            self._projects(group)
        for index, ratio in enumerate(ratios):
            self._rate(fact_id("ratios", index), ratio)
        for index, change in enumerate(changes):
            self._change(fact_id("changes", index), change)

    @property
    def facts(self) -> set[str]:
        """Return the ids of all facts that an identity confirms."""
        return set(self.grounds)

    def _confirm(self, why: str, *facts: str) -> None:
        for fact in facts:
            self.grounds[fact].append(f"{why} ({', '.join(facts)})")

    def _at(self, group: tuple[int, str, str], item: str) -> list[Stated]:
        return self.stated.get((*group, item), [])

    def _of_scheme(self, group: tuple[int, str, str], scheme: str) -> list[list[Stated]]:
        return [said for key, said in self.stated.items() if key[:3] == group and key[3].startswith(scheme + "/")]

    def _sums(self, group: tuple[int, str, str]) -> None:
        for one in identities():
            wholes = [self._at(group, one.whole)]
            if one.both_flows:
                wholes.append(self._at((group[0], _OTHER_FLOW[group[1]], group[2]), one.whole))
            lists = [self._of_scheme(group, one.scheme)] if one.scheme else self._part_lists(group, one)
            for whole, parts in product(wholes, lists):
                self._close(one.name, whole, parts)

    def _part_lists(self, group: tuple[int, str, str], one: Identity) -> Iterator[list[list[Stated]]]:
        given = [said for item in one.parts if (said := self._at(group, item))]
        extra = [said for item in one.also if (said := self._at(group, item))]
        if len(given) == len(one.parts) or one.some:
            yield given
            if extra:
                yield [*given, *extra]

    def _projects(self, group: tuple[int, str, str]) -> None:
        below: dict[str | None, list[list[Stated]]] = defaultdict(list)
        for said in self._of_scheme(group, "project"):
            below[said[0].amount.parent].append(said)
        for parent, parts in below.items():
            whole = self._at(group, "nature/project" if parent is None else f"project/{parent}")
            self._close("projects", whole, parts)

    def _close(self, name: str, whole: Sequence[Stated], parts: Sequence[Sequence[Stated]]) -> None:
        """Confirm those statements of a whole and its parts that add up; one part alone, or a zero, says nothing."""
        if len(parts) < 2 or not whole:
            return
        for one, *rest in islice(product(whole, *parts), _MOST_WAYS):
            told = [part for part in rest if part.amount.yuan]
            if (len(told) > 1 or len(rest) > 2) and sums_to(one.value, [part.value for part in rest]):
                self._confirm(name, *(part.fact_id for part in (one, *told)))

    def _rate(self, fact: str, ratio: Ratio) -> None:
        top, bottom = ratio.numerator, ratio.denominator
        if top and bottom and is_rate_of(ratio.percent, (top.yuan, top.ulp_yuan), (bottom.yuan, bottom.ulp_yuan)):
            self._confirm(ratio.name, fact)
        for one, other in self._sides(ratio):
            if is_rate_of(ratio.percent, one.value, other.value):
                self._confirm(ratio.name, fact, one.fact_id, other.fact_id)

    def _sides(self, ratio: Ratio) -> Iterator[tuple[Stated, Stated]]:
        """Give the pairs of sums that a rate may be the quotient of."""
        about, year = ratio.subject, ratio.fiscal_year
        if year is None:
            return
        if ratio.name == "share" and about is not None:
            item = f"{about.scheme}/{about.item}"
            for stage, whole in product(_STAGES, _wholes_of(item)):
                group = (year, about.flow, stage)
                yield from product(self._at(group, item), self._at(group, whole))
        elif ratio.name in _CONTROL or (ratio.name == "budget_completion_rate" and about is not None):
            item = _CONTROL.get(ratio.name) or (f"{about.scheme}/{about.item}" if about else "")
            flow = "expenditure" if ratio.name in _CONTROL or about is None else about.flow
            items = [item, "total/total"] if item == "source/fiscal_appropriation" else [item]
            for one, base in product(items, _STAGES[1:]):
                yield from product(self._at((year, flow, "final"), one), self._at((year, flow, base), one))

    def _change(self, fact: str, change: Change) -> None:
        """Confirm a change and both years' sums; without last year's, this year's by the change's sum and rate."""
        about, year = change.subject, change.fiscal_year
        item = f"{about.scheme}/{about.item}"
        for stage in _STAGES:
            now, before = (self._at((of, about.flow, stage), item) for of in (year, year - 1))
            for this, last in product(now, before):
                if _changed(change, this.value, last.value):
                    self._confirm("change", fact, this.fact_id, last.fact_id)
            for this in now if not before else ():
                if change.yuan is not None and change.percent is not None:
                    ulp = change.ulp_yuan or Decimal(0)
                    base = this.value[0] - change.yuan, this.value[1] + ulp
                    if is_rate_of(abs(change.percent), (abs(change.yuan), ulp), base):
                        self._confirm("change by its rate", fact, this.fact_id)


def _changed(change: Change, this: Printed, last: Printed) -> bool:
    """Tell whether a stated change is that between two sums: by its sum where it has one, else by its rate."""
    if change.yuan is not None:
        return sums_to(this, [last, (change.yuan, change.ulp_yuan or Decimal(0))])
    if change.percent is None:
        return False
    return is_rate_of((100 + change.percent).quantize(_ulp(change.percent)), this, last)


def _wholes_of(item: str) -> list[str]:
    """Return what an item may be a share of."""
    scheme = item.split("/")[0]
    if scheme == "three_public":
        return ["three_public/total"]
    more = {"project": ["nature/project"], "source": ["source/fiscal_appropriation"]}
    more["function"] = ["source/general_public_budget", "source/fiscal_appropriation"]
    more["nature"] = ["source/fiscal_appropriation"]
    if item in ("nature/personnel", "nature/public_use"):
        more["nature"] = ["nature/basic"]
    return [whole for whole in ["total/total", *more.get(scheme, [])] if whole != item]


def _ulp(percent: Decimal) -> Decimal:
    return Decimal(1).scaleb(min(0, int(percent.as_tuple().exponent)))
