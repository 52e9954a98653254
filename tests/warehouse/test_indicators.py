"""Indicators: one canonical name for what reports call by many, and none where that would be a guess."""

import pytest
from jixiao.warehouse.indicators import canonical_indicator, vocabulary


@pytest.mark.parametrize(
    ("canonical", "names"),
    [
        (
            "预算执行率",
            "预算执行率 部门预算资金支出率 预算完成率 资金到位率 一般公共预算支出年度平均执行率",
        ),
        ("结转结余率", "结转结余率 资金结余结转率 财政资金结转率 1.结转结余控制率"),
        ("三公经费控制率", "三公经费控制率 “三公经费”控制率 ‘三公’经费控制情况 三公经费支出执行率"),
        ("三公经费变动率", "三公经费变动率"),
        ("公用经费控制率", "公用经费控制率 日常公用经费控制率"),
        ("政府采购执行率", "政府采购执行率 采购预算执行率 政府采购预算完成率"),
        ("绩效目标完成率", "绩效目标完成率 部门整体绩效目标产出指标完成情况 重点工作任务完成率"),
        ("资产盘点", "资产盘点情况 固定资产清查"),
        ("满意度", "群众满意度 满意度指标 服务对象满意度"),
        ("支付进度率", "支付进度率 支出进度"),
    ],
)
def test_synonyms_have_one_canonical_name(canonical, names):
    assert {name: canonical_indicator(name) for name in names.split()} == dict.fromkeys(names.split(), canonical)


@pytest.mark.parametrize("name", ["演练次数", "补助发放及时率", "校舍验收合格率", "科普队伍和设施建设"])
def test_what_only_one_department_measures_is_not_guessed(name):
    assert canonical_indicator(name) is None


def test_each_canonical_name_stands_for_itself():
    names = [row["canonical"] for row in vocabulary()]
    assert {name: canonical_indicator(name) for name in names} == {name: name for name in names}
    assert 40 <= len(names) == len(set(names))
