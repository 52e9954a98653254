"""The arithmetic that a budget's figures stand in: parts of a whole, rates and changes, by intervals.

A printed figure is known to its last digit only (rounded or cut), so that every identity is one of intervals. What
closes confirms the figures in it; it never says what an unambiguous figure is (the errors that departments make are
for the rules to find).
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice, product
from typing import Protocol

from jixiao.model import Change, Ratio

Key = tuple[int, str, str, str, str]
"""Fiscal year, flow, stage, scheme, item."""


class Keyed(Protocol):
    """A sum under its key, as `Amount` is one."""

    @property
    def fiscal_year(self) -> int: ...  # noqa: D102
    @property
    def flow(self) -> str: ...  # noqa: D102
    @property
    def stage(self) -> str: ...  # noqa: D102
    @property
    def scheme(self) -> str: ...  # noqa: D102
    @property
    def item(self) -> str: ...  # noqa: D102
    @property
    def yuan(self) -> Decimal: ...  # noqa: D102
    @property
    def ulp_yuan(self) -> Decimal: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Closing:
    """An identity that closes over the amounts numbered `members` (and a rate or a change, for those `kind`s)."""

    kind: str
    members: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Parts:
    """Parts that make up a whole: of one `scheme`, those named or (without names) all of it."""

    whole: tuple[str, str]
    scheme: str
    items: tuple[str, ...] = ()


_PARTS = (
    _Parts(("total", "total"), "nature", ("basic", "project", "reserve")),
    _Parts(("total", "total"), "nature", ("personnel", "public_use", "project")),
    _Parts(("nature", "basic"), "nature", ("personnel", "public_use")),
    _Parts(
        ("three_public", "total"),
        "three_public",
        ("abroad", "vehicle_purchase", "vehicle_operation", "vehicles", "reception"),
    ),
    _Parts(("three_public", "vehicles"), "three_public", ("vehicle_purchase", "vehicle_operation")),
    _Parts(
        ("total", "total"),
        "source",
        ("general_public_budget", "government_fund", "state_capital", "special_fund", "other"),
    ),
    _Parts(("total", "total"), "source", ("fiscal_appropriation", "other")),
    _Parts(("source", "fiscal_appropriation"), "source", ("general_public_budget", "government_fund", "state_capital")),
    _Parts(("total", "total"), "function"),
    _Parts(("source", "general_public_budget"), "function"),
    _Parts(("total", "total"), "economic"),
    _Parts(("nature", "basic"), "economic"),
    _Parts(("nature", "project"), "project"),
)
_MOST_WAYS = 64
_MOST_PARTS = 40
_WHOLES = (
    ("total", "total"),
    ("nature", "basic"),
    ("nature", "project"),
    ("three_public", "total"),
    ("source", "fiscal_appropriation"),
    ("source", "general_public_budget"),
)


def interval(value: Decimal, ulp: Decimal) -> tuple[Decimal, Decimal]:
    """Return the least and the greatest that a printed figure can stand for: rounded, or cut off."""
    return value - ulp / 2, value + ulp


def sums_to(whole: tuple[Decimal, Decimal], parts: Sequence[tuple[Decimal, Decimal]]) -> bool:
    """Tell whether parts make up a whole within their last digits; each is (value, one unit in the last digit)."""
    low, high = interval(*whole)
    ranges = [interval(*part) for part in parts]
    return sum((a for a, _ in ranges), Decimal(0)) <= high and low <= sum((b for _, b in ranges), Decimal(0))


def is_rate_of(percent: Decimal, top: tuple[Decimal, Decimal], bottom: tuple[Decimal, Decimal]) -> bool:
    """Tell whether a printed rate is `top` in percent of `bottom` within the last digits of all three."""
    low, high = interval(percent, _ulp(percent))
    least, most = interval(*bottom)
    return least > 0 and interval(*top)[0] * 100 / most <= high and low <= interval(*top)[1] * 100 / least


def closings(amounts: Sequence[Keyed], ratios: Sequence[Ratio] = (), changes: Sequence[Change] = ()) -> list[Closing]:
    """Return every identity that closes over the sums, and the stated rates and changes, of one document."""
    index = _by_key(amounts)
    found = list(_of_parts(amounts, index))
    for ratio in ratios:
        found += _of_ratio(ratio, amounts, index)
    for change in changes:
        found += _of_change(change, amounts, index)
    return found


def _by_key(amounts: Sequence[Keyed]) -> dict[Key, list[int]]:
    index: dict[Key, list[int]] = defaultdict(list)
    for number, one in enumerate(amounts):
        index[one.fiscal_year, one.flow, one.stage, one.scheme, one.item].append(number)
    return index


def _value(one: Keyed) -> tuple[Decimal, Decimal]:
    return one.yuan, one.ulp_yuan


def _of_parts(amounts: Sequence[Keyed], index: dict[Key, list[int]]) -> Iterator[Closing]:
    for year, flow, stage in {key[:3] for key in index}:
        for rule in _PARTS:
            wholes = index.get((year, flow, stage, *rule.whole), [])
            items = rule.items or sorted({key[4] for key in index if key[:4] == (year, flow, stage, rule.scheme)})
            given = [ways for item in items if (ways := index.get((year, flow, stage, rule.scheme, item)))]
            if wholes and 2 <= len(given) <= _MOST_PARTS:
                yield from _sums(amounts, wholes, given, rule.scheme)


def _sums(amounts: Sequence[Keyed], wholes: Sequence[int], given: list[list[int]], kind: str) -> Iterator[Closing]:
    """Give the ways in which one value of every part makes up one value of the whole."""
    kept = given[:-1] if kind == "three_public" and len(given) > 4 else given
    for whole, *parts in islice(product(wholes, *kept), _MOST_WAYS):
        if sums_to(_value(amounts[whole]), [_value(amounts[part]) for part in parts]):
            yield Closing(kind, (whole, *parts))


def _of_ratio(ratio: Ratio, amounts: Sequence[Keyed], index: dict[Key, list[int]]) -> Iterator[Closing]:
    about = ratio.subject
    if about is None or ratio.fiscal_year is None:
        return
    pairs: list[tuple[Key, Key]] = []
    year = ratio.fiscal_year
    if ratio.name == "budget_completion_rate":
        top = (year, about.flow, "final", about.scheme, about.item)
        pairs = [(top, (year, about.flow, base, about.scheme, about.item)) for base in ("budget", "initial_budget")]
    elif ratio.name == "share":
        pairs = [
            ((year, about.flow, stage, about.scheme, about.item), (year, about.flow, stage, *whole))
            for stage in ("final", "budget", "initial_budget")
            for whole in _WHOLES
            if whole != (about.scheme, about.item)
        ]
    elif ratio.name == "year_on_year_change":
        yield from _of_growth(ratio.percent, year, about, amounts, index)
    for top_key, bottom_key in pairs:
        for one, other in product(index.get(top_key, ()), index.get(bottom_key, ())):
            if is_rate_of(ratio.percent, _value(amounts[one]), _value(amounts[other])):
                yield Closing(ratio.name, (one, other))


def _of_growth(
    percent: Decimal, year: int, about: "_About", amounts: Sequence[Keyed], index: dict[Key, list[int]]
) -> Iterator[Closing]:
    for stage in ("final", "budget", "initial_budget"):
        now = index.get((year, about.flow, stage, about.scheme, about.item), ())
        before = index.get((year - 1, about.flow, stage, about.scheme, about.item), ())
        for one, other in product(now, before):
            whole = 100 + percent
            if is_rate_of(whole.quantize(_ulp(percent)), _value(amounts[one]), _value(amounts[other])):
                yield Closing("year_on_year_change", (one, other))


def _of_change(change: Change, amounts: Sequence[Keyed], index: dict[Key, list[int]]) -> Iterator[Closing]:
    about, year = change.subject, change.fiscal_year
    if change.yuan is None:
        return
    ulp = change.ulp_yuan or Decimal(0)
    for stage in ("final", "budget", "initial_budget"):
        now = index.get((year, about.flow, stage, about.scheme, about.item), ())
        before = index.get((year - 1, about.flow, stage, about.scheme, about.item), ())
        for one, other in product(now, before):
            if sums_to(_value(amounts[one]), [_value(amounts[other]), (change.yuan, ulp)]):
                yield Closing("change", (one, other))
        if change.percent is not None and not before:
            for one in now:
                base = amounts[one].yuan - change.yuan, amounts[one].ulp_yuan + ulp
                if is_rate_of(abs(change.percent), (abs(change.yuan), ulp), base):
                    yield Closing("change", (one,))


def _ulp(percent: Decimal) -> Decimal:
    return Decimal(1).scaleb(min(0, int(percent.as_tuple().exponent)))


class _About(Protocol):
    @property
    def flow(self) -> str: ...
    @property
    def scheme(self) -> str: ...
    @property
    def item(self) -> str: ...


def part_lists(whole: tuple[Decimal, Decimal], values: Sequence[tuple[Decimal, Decimal]]) -> int:
    """Return how many of `values`, from the first on, make up the whole (two or more), or 0."""
    for count in range(2, len(values) + 1):
        if sums_to(whole, values[:count]):
            return count
        if sum((value for value, _ in values[:count]), Decimal(0)) > interval(*whole)[1]:
            return 0
    return 0
