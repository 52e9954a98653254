"""支出总计 (with what is carried over) and 本年支出 are two figures, not one given twice."""

from decimal import Decimal

import pytest
from jixiao.check import check_extraction
from jixiao.model import Amount, DocumentInfo, Evidence, Extraction, Report


def found(*labels: str) -> set[str]:
    amounts = tuple(
        Amount(
            2023, "expenditure", "final", "total", "total", label, Decimal(yuan), Decimal(100), Evidence(1, None, label)
        )
        for label, yuan in zip(labels, (18463000, 18128800), strict=True)
    )
    report = Report("某市某局", "440100", 2023, "narrative", None, None, None)
    whole = Extraction("1", DocumentInfo("0" * 64, "application/pdf", 1, "text"), report, amounts)
    return {finding.check for finding in check_extraction(whole)}


@pytest.mark.parametrize(
    ("labels", "checks"),
    [(("支出总计", "本年支出"), set()), (("本年支出合计", "本年支出"), {"figure_given_twice"})],
)
def test_what_is_carried_over_makes_the_difference(labels, checks):
    assert found(*labels) == checks
