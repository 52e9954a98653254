"""What closes in one document: the amounts, rates and changes that an identity confirms.

What closes confirms the figures in it; it never says what an unambiguous figure is (the errors that departments make
are for the rules to find).
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice, product

from jixiao.extract.identities import Identity, Printed, identities, is_rate_of, rated, sums_to, ulp_of, wholes_of
from jixiao.model import Amount, Change, Ratio, fact_id

Key = tuple[int, str, str, str]
"""Fiscal year, flow, stage, `scheme/item`."""
_MOST_WAYS = 64
"""Rival values of one key are tried with each other, up to so many ways."""
_OTHER_FLOW = {"revenue": "expenditure", "expenditure": "revenue"}
_STAGES = ("final", "budget", "initial_budget")


@dataclass(frozen=True, slots=True)
class Stated:
    """One amount as the document states it, with the id of its fact."""

    fact_id: str
    value: Printed
    amount: Amount


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
            for stage, whole in product(_STAGES, wholes_of(item, ratio.evidence.text)):
                group = (year, about.flow, stage)
                yield from product(self._at(group, item), self._at(group, whole))
        elif ratio.name in rated() or (ratio.name == "budget_completion_rate" and about is not None):
            item = rated().get(ratio.name) or (f"{about.scheme}/{about.item}" if about else "")
            flow = "expenditure" if ratio.name in rated() or about is None else about.flow
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
    return is_rate_of((100 + change.percent).quantize(ulp_of(change.percent)), this, last)
