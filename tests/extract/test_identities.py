"""What closes confirms a figure: parts of a whole, rates, changes, to the last printed digit."""

from decimal import Decimal

from jixiao.check.scope import in_memory
from jixiao.extract.confirmed import Confirmed
from jixiao.extract.identities import agree, identities, is_rate_of, part_lists, sums_to, wholes_of
from jixiao.model import Amount, Change, Evidence, Ratio, Subject


def amount(item, yuan, scheme="nature", stage="final", year=2021):
    return Amount(year, "expenditure", stage, scheme, item, item, Decimal(yuan), Decimal(100), Evidence())


def confirmed(amounts, ratios=(), changes=()):
    return sorted(Confirmed(amounts, ratios, changes).facts)


def test_parts_that_make_their_whole_close_and_others_do_not():
    right = [amount("total", 3000000, "total"), amount("basic", 2000000), amount("project", 1000000)]
    assert confirmed(right) == ["A0001", "A0002", "A0003"]
    assert confirmed([right[0], right[1], amount("project", 1100000)]) == []
    assert confirmed(right[:2]) == []


def test_a_zero_is_confirmed_by_no_sum_and_one_part_alone_confirms_nothing():
    alone = [amount("total", 3000000, "total"), amount("basic", 3000000), amount("project", 0)]
    assert confirmed(alone) == []
    items = [
        amount(item, yuan, "three_public") for item, yuan in (("abroad", 0), ("vehicles", 200), ("reception", 100))
    ]
    assert confirmed([amount("total", 300, "three_public"), *items]) == ["A0001", "A0003", "A0004"]


def test_a_value_given_twice_closes_only_where_it_fits():
    some = [
        amount("total", 3000000, "total"),
        amount("basic", 2500000),
        amount("basic", 2000000),
        amount("project", 1000000),
    ]
    assert confirmed(some) == ["A0001", "A0003", "A0004"]
    assert not agree([one.value for one in Confirmed(some).stated[2021, "expenditure", "final", "nature/basic"]])


def test_projects_make_up_project_expenditure():
    some = [amount("project", 300000), amount("防汛", 200000, "project"), amount("测绘", 100000, "project")]
    assert confirmed(some) == ["A0001", "A0002", "A0003"]


def test_last_digits_are_allowed_for_and_no_more():
    hundred = Decimal(100)
    assert sums_to((Decimal(300000), hundred), [(Decimal(100100), hundred), (Decimal(200000), hundred)])
    assert not sums_to((Decimal(300000), hundred), [(Decimal(101000), hundred), (Decimal(200000), hundred)])
    assert is_rate_of(Decimal("98.18"), (Decimal(40317500), hundred), (Decimal(41063800), hundred))
    assert not is_rate_of(Decimal("98.38"), (Decimal(40317500), hundred), (Decimal(41063800), hundred))


def test_a_stated_rate_and_a_stated_change_close():
    whole = Subject("expenditure", "total", "total")
    some = [
        amount("total", 2000000, "total"),
        amount("total", 1500000, "total", "final", 2020),
        amount("total", 2500000, "total", "budget"),
    ]
    rate = Ratio("budget_completion_rate", "执行率", Decimal("80.00"), Evidence(), 2021, whole)
    change = Change(2021, whole, "增加", Evidence(), Decimal(500000), Decimal(100))
    assert confirmed(some, [rate]) == ["A0001", "A0003", "R0001"]
    assert confirmed(some, [], [change]) == ["A0001", "A0002", "C0001"]
    fall = Change(2021, whole, "减少", Evidence(), Decimal(-500000), Decimal(100))
    assert confirmed(some, [], [fall]) == []


def test_the_figures_that_make_up_a_sum_are_counted():
    values = [(Decimal(one), Decimal(1)) for one in (10, 20, 30, 40)]
    assert part_lists((Decimal(60), Decimal(1)), values) == 3
    assert part_lists((Decimal(10), Decimal(1)), values) == 0
    assert part_lists((Decimal(45), Decimal(1)), values) == 0


def test_reader_and_rules_know_the_same_sums_and_shares():
    """Each row of data/identities.yaml is a row of the views that the rules join with."""
    connection = in_memory({})
    told = set(
        connection.execute("SELECT identity, part_scheme, part_item, needed, judged FROM core.part_of_sums").fetchall()
    )
    assert ("nature", "nature", "reserve", False, "whole") in told
    assert ("function", "function", None, True, "exceeded") in told
    assert {row[0] for row in told} == {one.name for one in identities()}
    found = connection.execute(
        "SELECT whole_scheme || '/' || whole_item FROM core.share_wholes WHERE part_item = 'personnel'"
    ).fetchall()
    assert found == [("nature/basic",)]
    assert wholes_of("nature/personnel", "占67%") == ["total/total", "nature/basic"]
    assert "source/fiscal_appropriation" in wholes_of("nature/personnel", "占财政拨款支出的67%")
