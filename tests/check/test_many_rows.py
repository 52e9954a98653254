"""The rules over one document take time in proportion to its rows, however badly a table was read."""

import time
from decimal import Decimal

import pytest
from jixiao.check import find_in
from jixiao.model import (
    Amount,
    Change,
    DocumentInfo,
    Evidence,
    Extraction,
    Ratio,
    Report,
    Score,
    Subject,
)

AT = Evidence(1, None, "支出")
TOTAL = Subject("expenditure", "total", "total")
STAGES = ("final", "budget", "initial_budget")


def repeated(n):
    """Return one figure, change, rate and score, told again and again, each time with another value."""
    return {
        "amounts": tuple(
            Amount(2021, "expenditure", STAGES[i % 3], "total", "total", "支出", Decimal(i + 1), Decimal(1), AT)
            for i in range(n)
        ),
        "changes": tuple(
            Change(2021, TOTAL, "增加", AT, Decimal(i), Decimal(1), Decimal(3)) for i in range(n)
        ),
        "ratios": tuple(Ratio("budget_completion_rate", "完成率", Decimal(5), AT, 2021, TOTAL) for i in range(n)),
        "scores": tuple(
            Score(("过程", "预算执行")[: 1 + i % 2], Decimal(5), Decimal(4), AT, Decimal(80)) for i in range(n)
        ),
    }  # fmt: skip


def projects(n):
    """Return many projects, each with a share of its own."""
    return {
        "amounts": tuple(
            Amount(2021, "expenditure", "final", "project", f"项目{i}", "项目", Decimal(i + 1), Decimal(1), AT)
            for i in range(n)
        ),
        "ratios": tuple(
            Ratio("share", "占比", Decimal(5), AT, 2021, Subject("expenditure", "project", f"项目{i}"))
            for i in range(n)
        ),
    }


def seconds(facts):
    report = Report("某市某局", "440100", 2021, "narrative", Decimal("90"), Decimal("100"), None)
    document = DocumentInfo("a" * 64, "application/pdf", 1, "text")
    began = time.process_time()
    find_in([Extraction("1", document, report, **facts)])
    return time.process_time() - began


@pytest.mark.parametrize("facts", [repeated, projects])
def test_five_times_the_rows_take_about_five_times_as_long(facts):
    few, many = seconds(facts(2_000)), seconds(facts(10_000))
    assert many < 10 * few + 1, f"{few:.1f} s for 2,000 rows of each kind, {many:.1f} s for 10,000"
