"""A year or a size that a report's own sums contradict is a doubt."""

import pytest
from jixiao.extract import extract
from jixiao.read import read_document

BODY = (
    "<p>某县林业局{year}年度部门整体支出绩效自评报告</p>"
    "<p>本报告说明部门整体支出绩效自评的组织和过程，各股室提供数据，财务室汇总。</p>"
    "<p>2023年我局全年预算数300.00{unit}，决算数290.00{unit}，其中：基本支出200.00{unit}，项目支出90.00{unit}。</p>"
)


@pytest.mark.parametrize(
    ("year", "unit", "kinds"),
    [(2023, "万元", set()), (2024, "万元", {"undecided_year"}), (2023, "亿元", {"implausible_sum"})],
)
def test_sums_of_another_year_or_beyond_a_department_are_a_doubt(tmp_path, year, unit, kinds):
    path = tmp_path / "report.html"
    path.write_text(f"<html><meta charset='utf-8'><body>{BODY.format(year=year, unit=unit)}</body></html>", "utf-8")
    assert {doubt.kind for doubt in extract(read_document(path)).doubts} - {"unknown_region"} == kinds


def test_sums_behind_another_departments_name_are_doubts(tmp_path):
    path = tmp_path / "report.html"
    body = (
        "<p>广州市白云区林业局2023年度部门整体支出绩效自评报告</p>"
        "<p>本报告说明部门整体支出绩效自评的组织和过程，各股室提供数据，财务室汇总。</p>"
        "<p>2023年广州市荔湾区林业局整体支出全年预算数300.00万元，决算数290.00万元。</p>"
    )
    path.write_text(f"<html><meta charset='utf-8'><body>{body}</body></html>", "utf-8")
    read = extract(read_document(path))
    assert read.amounts == ()
    assert len([doubt for doubt in read.doubts if "万元" in doubt.message]) == 2
