"""Figures that were exact before they were printed never make a rule speak; a figure that was altered does."""

from dataclasses import replace
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jixiao.check import find_in
from jixiao.model import Amount, Change, DocumentInfo, Evidence, Extraction, Ratio, Report, Score, Subject

from tests.certain import certain

AT = Evidence(1)
WAN = Decimal(10_000)
NATURE = ("basic", "project")
CLASSES = ("301", "302", "303", "310")
PUBLIC = ("abroad", "vehicle_purchase", "vehicle_operation", "reception")

# Nothing, or enough to show with no decimals of 万元: a bare 0 stands for none.
some_cents = st.integers(10**8, 10**11).map(lambda n: Decimal(n) / 100)
cents = st.one_of(st.just(Decimal(0)), some_cents)
printing = st.tuples(st.integers(0, 6), st.sampled_from([ROUND_HALF_UP, ROUND_HALF_EVEN, ROUND_DOWN]))


def printed(exact: Decimal, how: tuple[int, str]) -> Decimal:
    places, rounding = how
    return exact.quantize(Decimal(1).scaleb(-places), rounding)


class Facts:
    """One department's exact year, printed fact by fact with decimals and rounding drawn anew."""

    def __init__(self, draw):
        self.draw = draw
        self.amounts, self.ratios, self.changes, self.scores = [], [], [], []

    def money(self, yuan):
        places, rounding = self.draw(printing)
        return printed(yuan / WAN, (places, rounding)) * WAN, Decimal(1).scaleb(-places) * WAN

    def percent(self, exact):
        shown = printed(exact, self.draw(printing))
        return shown or printed(exact, (6, ROUND_HALF_UP))

    def amount(self, stage, scheme, item, yuan, year=2023, parent=None):
        value, ulp = self.money(yuan)
        self.amounts.append(Amount(year, "expenditure", stage, scheme, item, item, value, ulp, AT, parent))

    def ratio(self, name, scheme, item, exact):
        about = Subject("expenditure", scheme, item)
        self.ratios.append(Ratio(name, name, self.percent(exact), AT, 2023, about))

    def change(self, scheme, item, this, before):
        value, ulp = self.money(this - before)
        rate = self.percent(100 * (this - before) / before) if before else None
        self.changes.append(Change(2023, Subject("expenditure", scheme, item), item, AT, value, ulp, rate))

    def extraction(self, total=None):
        return certain(
            Extraction(
                "test",
                DocumentInfo("0" * 64, "application/pdf", 1, "text"),
                Report("某市科学技术协会", "440100", 2023, "narrative", total, Decimal(100), None, AT),
                tuple(self.amounts),
                tuple(self.scores),
                tuple(self.ratios),
                tuple(self.changes),
            )
        )


@st.composite
def consistent(draw):
    """Return one document whose exact figures add up, printed with random decimals, rounded or truncated."""
    facts = Facts(draw)
    parts = {item: draw(some_cents) for item in NATURE}
    before = {item: draw(some_cents) for item in NATURE}
    budget = {item: draw(some_cents) for item in NATURE}
    whole, whole_before, whole_budget = sum(parts.values()), sum(before.values()), sum(budget.values())
    facts.amount("final", "total", "total", whole)
    facts.amount("final", "total", "total", whole)  # given twice
    facts.amount("final", "total", "total", whole_before, 2022)
    facts.amount("budget", "total", "total", whole_budget)
    facts.ratio("budget_completion_rate", "total", "total", 100 * whole / whole_budget)
    facts.change("total", "total", whole, whole_before)
    for item in NATURE:
        facts.amount("final", "nature", item, parts[item])
        facts.amount("final", "nature", item, before[item], 2022)
        facts.amount("budget", "nature", item, budget[item])
        facts.ratio("budget_completion_rate", "nature", item, 100 * parts[item] / budget[item])
        facts.ratio("share", "nature", item, 100 * parts[item] / whole)
        facts.change("nature", item, parts[item], before[item])
    cuts = sorted(draw(st.lists(st.integers(1, 99), min_size=3, max_size=3, unique=True)))
    edges = [Decimal(0), *(whole * cut / 100 for cut in cuts), whole]
    for item, low, high in zip(CLASSES, edges, edges[1:], strict=False):
        facts.amount("final", "economic", item, high - low)
        facts.ratio("share", "economic", item, 100 * (high - low) / whole)
    public = {item: draw(cents) for item in PUBLIC}
    facts.amount("final", "three_public", "total", sum(public.values()))
    for item in PUBLIC:
        facts.amount("final", "three_public", item, public[item])
    personnel = parts["basic"] * draw(st.integers(1, 99)) / 100
    facts.amount("final", "nature", "personnel", personnel)
    facts.amount("final", "nature", "public_use", parts["basic"] - personnel)
    facts.amount("final", "project", "甲", parts["project"] / 3)
    facts.amount("final", "project", "乙", parts["project"] - parts["project"] / 3)
    # Indicators: measured ones are printed with two decimals, and so is the total.
    rates = draw(st.lists(st.integers(0, 10000), min_size=4, max_size=4))
    exact = [Decimal(25) * rate / 10000 for rate in rates]
    for number, points in enumerate(exact):
        facts.scores.append(Score((f"指标{number}",), Decimal(25), printed(points, (2, ROUND_HALF_UP)), AT))
    total = printed(sum(exact), (draw(st.integers(0, 2)), ROUND_HALF_UP))
    return facts.extraction(total)


@settings(max_examples=6, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.lists(consistent(), min_size=10, max_size=10))
def test_rounding_and_truncation_alone_are_never_a_finding(extractions):
    """Ten documents are judged in one go: starting the judge costs more than judging."""
    several = [
        replace(one, document=replace(one.document, sha256=f"{number:064}")) for number, one in enumerate(extractions)
    ]
    assert [row["message_zh"] for row in find_in(several)] == []


def _plain(amounts, **more):
    return certain(
        Extraction(
            "test",
            DocumentInfo("0" * 64, "application/pdf", 1, "text"),
            Report("某市科学技术协会", "440100", 2023, "narrative", Decimal("97.5"), Decimal(100), None, AT),
            tuple(amounts),
            **more,
        )
    )


BASE = [
    ("final", "total", "total", "883.20"),
    ("final", "nature", "basic", "691.99"),
    ("final", "nature", "personnel", "561.06"),
    ("final", "nature", "public_use", "130.93"),
    ("final", "nature", "project", "191.21"),
    ("final", "three_public", "total", "22.87"),
    ("final", "three_public", "abroad", "0.00"),
    ("final", "three_public", "vehicle_purchase", "17.48"),
    ("final", "three_public", "vehicle_operation", "4.72"),
    ("final", "three_public", "reception", "0.67"),
    ("budget", "economic", "301", "500.00"),
    ("budget", "economic", "302", "400.00"),
    ("budget", "total", "total", "900.00"),
]
SCORES = (
    Score(("甲",), Decimal(50), Decimal("47.5"), AT),
    Score(("甲", "一"), Decimal(20), Decimal("17.5"), AT),
    Score(("甲", "二"), Decimal(30), Decimal(30), AT),
    Score(("乙",), Decimal(50), Decimal(50), AT),
)


def _amounts(rows):
    return [
        Amount(2023, "expenditure", stage, scheme, item, item, Decimal(wan) * WAN, Decimal(100), AT)
        for stage, scheme, item, wan in rows
    ]


def test_the_figures_to_alter_add_up():
    assert find_in([_plain(_amounts(BASE), scores=SCORES)]) == []


@pytest.mark.parametrize("row", range(len(BASE)))
@pytest.mark.parametrize("digit", [0, 1])
def test_altered_digit_is_found(row, digit):
    stage, scheme, item, wan = BASE[row]
    index = 0 if digit == 0 else wan.index(".") - 1
    figure = str((int(wan[index]) + 3) % 10)
    altered = [*BASE]
    altered[row] = (stage, scheme, item, wan[:index] + figure + wan[index + 1 :])
    falls_short = scheme == "economic" and Decimal(altered[row][3]) < Decimal(wan)
    lifts_whole = (stage, scheme) == ("budget", "total") and Decimal(altered[row][3]) > Decimal(wan)
    found = find_in([_plain(_amounts(altered), scores=SCORES)])
    if falls_short or lifts_whole:  # a list of classes may leave some out: nobody can tell
        assert found == []
    else:
        assert {row["check_id"] for row in found} >= {"parts_sum_to_total"}


@pytest.mark.parametrize("position", range(len(SCORES)))
def test_altered_score_is_found(position):
    scores = list(SCORES)
    old = scores[position]
    scores[position] = Score(old.path, old.full_marks, old.score - 2, AT)
    found = find_in([_plain([], scores=tuple(scores))])
    assert {row["check_id"] for row in found} & {"scores_sum_to_total", "scores_sum_to_level"}
