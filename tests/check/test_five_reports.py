"""The findings on the five real reports are those that a careful reader listed, and no others."""

from pathlib import Path

import pytest
from jixiao.check import check_extraction

from tests.reading import extract_once

REPORTS = Path(__file__).parents[3] / "shared" / "reports"

EXPECTED = {
    "baiyun-2021.pdf": {
        ("stated_sums_rate", "procurement_rate"),
        ("difference_rate", "revenue/source/fiscal_appropriation/2021"),
    },
    "baiyun-2021.docx": {
        ("stated_sums_rate", "procurement_rate"),
        ("difference_rate", "revenue/source/fiscal_appropriation/2021"),
    },
    "zengcheng-2021-digital.pdf": set(),
    "shaoguan-2023.pdf": {
        ("change_rate", "revenue/total/total/2023"),
        ("change_stated_twice", "revenue/total/total/2023"),
        ("changes_agree_across_schemes", "expenditure/economic/nature/2023"),
        ("change_from_zero", "expenditure/three_public/vehicle_purchase/2023"),
        ("score_rate", "total"),
    },
    "yuexiu-2023.pdf": {
        ("parts_sum_to_total", "expenditure/final/nature/2023"),
        ("share_of_whole", "expenditure/nature/basic/2023"),
        ("share_of_whole", "expenditure/nature/project/2023"),
        ("completion_rate", "revenue/source/fiscal_appropriation/2023"),
    },
    "liwan-2023.pdf": set(),
    "liwan-2023.xlsx": set(),
}


@pytest.mark.skipif(not REPORTS.is_dir(), reason="the real reports are not beside this project")
@pytest.mark.parametrize("name", EXPECTED)
def test_findings_on_a_real_report(name):
    findings = check_extraction(extract_once(REPORTS / name))
    assert {(finding.check, finding.subject) for finding in findings} == EXPECTED[name]
    assert len(findings) == len(EXPECTED[name])
    for finding in findings:
        assert {side.side for side in finding.evidence} == {"stated", "computed"}, finding.message_zh
