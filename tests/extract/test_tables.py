"""One table for each structure: whose a row is, what a column holds, which stage and year, and what is left a doubt."""

from dataclasses import replace

import openpyxl
import pytest
from jixiao.extract import extract
from jixiao.extract.money import extract_money
from jixiao.read import read_document

from .test_money_tables import table

T, B, P = "total/total", "nature/basic", "nature/project"

TASKS = table(
    "任务名称_2|主要内容_2|全年预算数（万元）^2|全年执行数（万元）^2|分值_2|执行率_2|得分_2",
    "总额|财政拨款|总额|财政拨款",
    "河道清淤|清淤3公里，合同价20万元|60.00|50.00|55.00|50.00|—|91.67%|—",
    "水库巡查|聘用巡查员8人|40.00|40.00|40.00|40.00|—|100%|—",
    "金额合计^2|100.00|90.00|95.00|90.00|10|95%|9.5",
)
CASES = {
    "tasks_of_the_year_are_projects_and_their_scored_total_is_the_departments": (
        TASKS,
        [
            "2023 exp budget project/河道清淤 600000",
            "2023 exp final project/河道清淤 550000",
            "2023 exp budget project/水库巡查 400000",
            "2023 exp final project/水库巡查 400000",
            f"2023 exp budget {T} 1000000",
            f"2023 exp final {T} 950000",
            "2023 rev budget source/fiscal_appropriation 900000",
            "2023 rev final source/fiscal_appropriation 900000",
        ],
    ),
    "codes_are_no_money_and_rows_below_a_class_are_not_the_class": (
        table(
            "项目^2|本年支出合计_2|基本支出_2|项目支出_2",
            "功能分类科目编码|科目名称",
            "合计^2|500|300|200",
            "208|社会保障和就业支出|100|100|",
            "20805|行政事业单位养老支出|100|100|",
            "2080505|机关事业单位基本养老保险缴费支出|100|100|",
            "213|农林水支出|400|200|200",
            "2130305|水利工程建设|400|200|200",
            caption="支出决算表（单位：万元）",
        ),
        [
            f"2023 exp final {T} 5000000",
            f"2023 exp final {B} 3000000",
            f"2023 exp final {P} 2000000",
            "2023 exp final function/208 1000000",
            "2023 exp final function/213 4000000",
        ],
    ),
    "a_subtotal_below_vehicles_is_of_vehicles": (
        table(
            "预算数^6|决算数^6",
            "合计_2|因公出国（境）费_2|公务用车购置及运行费^3|公务接待费_2"
            "|合计_2|因公出国（境）费_2|公务用车购置及运行费^3|公务接待费_2",
            "小计|公务用车购置费|公务用车运行费|小计|公务用车购置费|公务用车运行费",
            "9.00|0.00|6.00|0.00|6.00|3.00|5.60|0.00|4.40|0.00|4.40|1.20",
            caption="“三公”经费支出表（单位：万元）",
        ),
        [
            "2023 exp budget three_public/total 90000",
            "2023 exp budget three_public/abroad 0",
            "2023 exp budget three_public/vehicle_purchase 0",
            "2023 exp budget three_public/vehicle_operation 60000",
            "2023 exp budget three_public/reception 30000",
            "2023 exp final three_public/total 56000",
            "2023 exp final three_public/abroad 0",
            "2023 exp final three_public/vehicle_purchase 0",
            "2023 exp final three_public/vehicle_operation 44000",
            "2023 exp final three_public/reception 12000",
        ],
    ),
    "vehicles_and_entries_of_project_expenditure_in_a_base_table": (
        table(
            "经费控制情况（万元）|2022年决算数|2023年预算数",
            "三公经费|31.20|60.00",
            "1、公务用车购置和维护经费|12.70|40.00",
            "其中：公车购置|0|26.00",
            "公车运行维护|12.70|14.00",
            "2、公务接待|18.50|20.00",
            "项目支出：|52.00|30.00",
            "1、业务工作经费|40.00|20.00",
            "2、其他资金|12.00|10.00",
            "公用经费|88.60|90.00",
            "其中：办公经费|20.30|22.00",
            "会议费、培训费|3.10|4.00",
            "政府采购金额|8.20|6.00",
            "部门基本支出预算调整|—|12.60",
        ),
        [
            "2022 exp final three_public/total 312000",
            "2023 exp budget three_public/total 600000",
            "2022 exp final three_public/vehicle_purchase 0",
            "2023 exp budget three_public/vehicle_purchase 260000",
            "2022 exp final three_public/vehicle_operation 127000",
            "2023 exp budget three_public/vehicle_operation 140000",
            "2022 exp final three_public/reception 185000",
            "2023 exp budget three_public/reception 200000",
            f"2022 exp final {P} 520000",
            f"2023 exp budget {P} 300000",
            "2022 exp final project/业务工作经费 400000",
            "2023 exp budget project/业务工作经费 200000",
            "2022 exp final project/其他资金 120000",
            "2023 exp budget project/其他资金 100000",
            "2022 exp final nature/public_use 886000",
            "2023 exp budget nature/public_use 900000",
        ],
    ),
    "columns_that_are_years_alone_in_a_table_of_project_expenditure": (
        table(
            "2022—2023年项目支出对比表^3",
            "编制单位：某县民政局|单位：万元^2",
            "项目|2022年|2023年",
            "城乡低保|1905.40|2012.75",
            "临时救助|198.70|186.43",
            "合计|2104.10|2199.18",
        ),
        [
            "2022 exp final project/城乡低保 19054000",
            "2023 exp final project/城乡低保 20127500",
            "2022 exp final project/临时救助 1987000",
            "2023 exp final project/临时救助 1864300",
            f"2022 exp final {P} 21041000",
            f"2023 exp final {P} 21991800",
        ],
    ),
    "grouping_rows_of_a_form_are_of_the_stage_whose_sum_they_repeat": (
        table(
            "年度预算申请（万元）_4||年初预算数|全年预算数|全年执行数",
            "年度资金总额|905.30|1210.75|1198.64",
            "按收入性质分：1210.75^2|按支出性质分：1210.75^2",
            "其中：一般公共预算：1210.75^2|其中：基本支出：410.25^2",
        ),
        [
            f"2023 exp initial_budget {T} 9053000",
            f"2023 exp budget {T} 12107500",
            f"2023 exp final {T} 11986400",
            "2023 rev budget source/general_public_budget 12107500",
            f"2023 exp budget {B} 4102500",
        ],
    ),
    "tasks_called_those_of_the_year_beside_all_rows_make_up_the_whole": (
        table(
            "年度重点任务_5|任务名称_2|主要内容_2|预算数（万元）^2|执行数（万元）^2",
            "总额|其他资金|总额|其他资金",
            "堤防巡护|巡护堤防30公里|60.00|10.00|55.00|10.00",
            "机构运转|人员和日常运行|140.00|0.00|139.00|0.00",
            "金额合计^2|200.00|10.00|194.00|10.00",
        ),
        [
            "2023 exp budget project/堤防巡护 600000",
            "2023 exp final project/堤防巡护 550000",
            "2023 exp budget project/机构运转 1400000",
            "2023 exp final project/机构运转 1390000",
            f"2023 exp budget {T} 2000000",
            f"2023 exp final {T} 1940000",
            "2023 rev budget source/other 100000",
            "2023 rev final source/other 100000",
        ],
    ),
    "a_label_said_below_each_stage_is_of_the_head_above_it": (
        table(
            "部门预算（万元）_4|年初预算数|全年预算数|全年执行数",
            "812.00|905.00|890.40",
            "基本支出：500.00|基本支出：530.00|基本支出：528.10",
            "项目支出：312.00|项目支出：375.00|项目支出：362.30",
        ),
        [
            f"2023 exp initial_budget {T} 8120000",
            f"2023 exp budget {T} 9050000",
            f"2023 exp final {T} 8904000",
            f"2023 exp initial_budget {B} 5000000",
            f"2023 exp budget {B} 5300000",
            f"2023 exp final {B} 5281000",
            f"2023 exp initial_budget {P} 3120000",
            f"2023 exp budget {P} 3750000",
            f"2023 exp final {P} 3623000",
        ],
    ),
    "what_stands_between_a_projects_name_and_its_figures_is_no_name": (
        table(
            "序号|项目名称|资金来源|预算数|支出数",
            "1|造林补助|中央|520|490",
            "2|草场围栏|中央、自治区|268|245",
            caption="项目资金使用情况表 单位：万元",
        ),
        [
            "2023 exp budget project/造林补助 5200000",
            "2023 exp final project/造林补助 4900000",
            "2023 exp budget project/草场围栏 2680000",
            "2023 exp final project/草场围栏 2450000",
        ],
    ),
    "a_numbered_list_of_names_is_of_projects": (
        table(
            "序号|项目|预算数|支出数|完成情况",
            "1|康复服务|68|66|服务1342人",
            "2|就业扶持|45|43|扶持87户",
            caption="三、项目实施 单位：万元",
        ),
        [
            "2023 exp budget project/康复服务 680000",
            "2023 exp final project/康复服务 660000",
            "2023 exp budget project/就业扶持 450000",
            "2023 exp final project/就业扶持 430000",
        ],
    ),
    "a_bracket_tells_what_is_in_a_figure_and_no_year": (
        table("科目|全年预算数（含上年结转）|决算数", "基本支出|300|290", "项目支出|200|190", caption="单位：万元"),
        [
            f"2023 exp budget {B} 3000000",
            f"2023 exp final {B} 2900000",
            f"2023 exp budget {P} 2000000",
            f"2023 exp final {P} 1900000",
        ],
    ),
    "the_row_that_sums_all_units_is_the_department": (
        table(
            "年度支出情况（万元）|||",
            "机构名称|支出合计|基本支出|项目支出",
            "局机关及二级机构汇总|500|300|200",
            "1、局机关|350|180|170",
            "2、机关幼儿园|150|120|30",
            caption="",
        ),
        [f"2023 exp final {T} 5000000", f"2023 exp final {B} 3000000", f"2023 exp final {P} 2000000"],
    ),
    "units_of_a_list_are_not_the_department_but_their_total_is": (
        table(
            "序号|单位名称|年初预算|调整后预算|执行数|执行率(%)|自评得分",
            "1|某市水利局（本级）|300|310|305|98.39|96.2",
            "2|某市水文站|200|210|200|95.24|95.8",
            "合计^2|500|520|505|97.12|—",
            caption="单位：万元",
        ),
        [
            f"2023 exp initial_budget {T} 5000000",
            f"2023 exp budget {T} 5200000",
            f"2023 exp final {T} 5050000",
        ],
    ),
    "funds_that_arrived_are_the_budget_in_force": (
        table(
            "支出类别|资金到位情况（万元）|资金执行情况（万元）",
            "合计|100|90",
            "基本支出|60|60",
        ),
        [
            f"2023 exp budget {T} 1000000",
            f"2023 exp final {T} 900000",
            f"2023 exp budget {B} 600000",
            f"2023 exp final {B} 600000",
        ],
    ),
    "other_terms_of_the_genre": (
        table(
            "资金类别|年初预算|调整后预算|执行数",
            "（1）政府预算资金|10|12|11",
            "人员类项目|5|6|6",
            "特定目标类|4|5|4",
            "（2）财政专户管理资金|0|0|0",
            caption="单位：万元",
        ),
        [
            "2023 rev initial_budget source/fiscal_appropriation 100000",
            "2023 rev budget source/fiscal_appropriation 120000",
            "2023 rev final source/fiscal_appropriation 110000",
            "2023 exp initial_budget nature/personnel 50000",
            "2023 exp budget nature/personnel 60000",
            "2023 exp final nature/personnel 60000",
            f"2023 exp initial_budget {P} 40000",
            f"2023 exp budget {P} 50000",
            f"2023 exp final {P} 40000",
        ],
    ),
    "totals_with_balances_carried_over_are_left_beside_the_years_own": (
        table(
            "收入^3|支出^3",
            "项目|行次|金额|项目|行次|金额",
            "一、一般公共预算财政拨款收入|1|100.00|一、一般公共服务支出|31|80.00",
            "二、其他收入|2|5.00|八、社会保障和就业支出|38|20.00",
            "本年收入合计|27|105.00|本年支出合计|57|100.00",
            "年初结转和结余|28|2.00|年末结转和结余|58|7.00",
            "总计|30|107.00|总计|60|107.00",
            caption="收入支出决算总表（单位：万元）",
        ),
        [
            "2023 rev final source/general_public_budget 1000000",
            "2023 rev final source/other 50000",
            f"2023 rev final {T} 1050000",
            "2023 exp final function/201 800000",
            "2023 exp final function/208 200000",
            f"2023 exp final {T} 1000000",
        ],
    ),
    "rows_that_are_years": (
        table(
            "年度|因公出国（境）费|公务用车购置及运行维护费^2|公务接待费|合计",
            "||购置费|运行维护费||",
            "2022|0|0|5|3|8",
            "2023|0|0|4|2|6",
            caption="“三公”经费情况表（单位：万元）",
        ),
        [
            "2022 exp final three_public/abroad 0",
            "2022 exp final three_public/vehicle_purchase 0",
            "2022 exp final three_public/vehicle_operation 50000",
            "2022 exp final three_public/reception 30000",
            "2022 exp final three_public/total 80000",
            "2023 exp final three_public/abroad 0",
            "2023 exp final three_public/vehicle_purchase 0",
            "2023 exp final three_public/vehicle_operation 40000",
            "2023 exp final three_public/reception 20000",
            "2023 exp final three_public/total 60000",
        ],
    ),
    "the_total_of_a_statement_of_basic_expenditure_is_basic": (
        table(
            "经济分类科目编码|科目名称|2023年决算数（元）",
            "301|工资福利支出|1200000.00",
            "30101|基本工资|400000.00",
            "302|商品和服务支出|300000.00",
            "|合计|1500000.00",
            caption="一般公共预算财政拨款基本支出决算表",
        ),
        [
            "2023 exp final economic/301 1200000",
            "2023 exp final economic/302 300000",
            f"2023 exp final {B} 1500000",
        ],
    ),
    "codes_in_three_columns": (
        table(
            "科目编码^3|科目名称_2|决算数（万元）_2",
            "类|款|项",
            "201|||一般公共服务支出|100",
            "201|03||政府办公厅（室）及相关机构事务|100",
            "201|03|01|行政运行|100",
            "合计^4|100",
        ),
        ["2023 exp final function/201 1000000", f"2023 exp final {T} 1000000"],
    ),
    "a_code_beside_its_label_is_no_money": (
        table("单位名称|某县水利局|预算编码|196001", "单位性质|行政|年末在职人数|38"),
        [],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_structure_gives_its_figures_and_nothing_else(name: str, money_in) -> None:
    body, amounts = CASES[name]
    seen = money_in(body)
    assert seen.amounts == sorted(amounts)
    assert seen.doubts == []


@pytest.mark.parametrize("odd", ["约1234.50", "详见附表", "1234.50（含结转）"])
def test_one_odd_cell_costs_that_cell_only(odd: str, money_in) -> None:
    seen = money_in(
        table(
            "预算执行情况（万元）|全年预算数|全年执行数|执行率",
            f"部门整体支出|1250.00|{odd}|98.76%",
            "其中：基本支出|810.00|800.50|98.83%",
            "项目支出|440.00|434.00|98.64%",
        )
    )
    assert seen.amounts == [
        f"2023 exp budget {B} 8100000",
        f"2023 exp budget {P} 4400000",
        f"2023 exp budget {T} 12500000",
        f"2023 exp final {B} 8005000",
        f"2023 exp final {P} 4340000",
    ]
    assert seen.doubts == ["unreadable_figure"]


def test_a_row_whose_name_is_nothing_of_the_budget_is_a_doubt(money_in) -> None:
    seen = money_in(table("项目|预算数（万元）|决算数（万元）", "基本支出|10|9", "乡村振兴示范创建|5|4"))
    assert seen.amounts == [f"2023 exp budget {B} 100000", f"2023 exp final {B} 90000"]
    assert seen.doubts == ["undecided_subject", "undecided_subject"]


def test_rates_of_goals_are_no_rates_of_money(money_in) -> None:
    goals = table(
        "年度预期目标|具体完成情况|总体完成率", "改造养老机构2家|改造2家|98%", "保障低保6000人|保障6214人|100%"
    )
    assert money_in(goals).ratios == []


def test_the_rate_of_a_source_without_a_name_in_the_contract_is_still_a_rate(money_in) -> None:
    seen = money_in(table("资金来源（万元）|预算数|执行数|执行率", "单位资金|300|200|66.67%", "合计|300|200|66.67%"))
    assert seen.ratios == ["budget_completion_rate 66.67 -", f"budget_completion_rate 66.67 exp {T}"]


BASE = """
附表 部门整体支出绩效评价基础数据表
财政供养人员情况（人）
编制数
2023年实际在职人数
控制率
52
49
94.23%
经费控制情况（万元）
2022年决算数
2023年预算数
2023年决算数
三公经费
31.20
60.00
48.55
其中：公车购置
26.00
25.90
公车运行维护
12.70
14.00
11.95
项目支出：
402.11
350.00
366.48
"""


def test_a_flattened_base_table_is_fitted_to_its_heads_and_a_row_with_a_figure_too_few_is_a_doubt(money_in) -> None:
    seen = money_in(BASE)
    assert seen.amounts == [
        "2022 exp final nature/project 4021100",
        "2022 exp final three_public/total 312000",
        "2022 exp final three_public/vehicle_operation 127000",
        "2023 exp budget nature/project 3500000",
        "2023 exp budget three_public/total 600000",
        "2023 exp budget three_public/vehicle_operation 140000",
        "2023 exp final nature/project 3664800",
        "2023 exp final three_public/total 485500",
        "2023 exp final three_public/vehicle_operation 119500",
    ]
    assert seen.doubts == ["undecided_column", "undecided_column"]


def test_every_figure_of_a_table_is_accounted_for_with_its_reason(tmp_path) -> None:
    body = table(
        "经费控制情况（万元）|2022年决算数|2023年决算数",
        "项目支出|52.00|48.25",
        "政府采购金额|8.20|7.15",
        "部门基本支出预算调整|—|12.60",
    ) + table(
        "一级指标|二级指标|年度指标值|实际完成值|评分标准|分值|得分",
        "产出指标|培训人数|≥500人|520|每少10人扣1分|60|60",
        "效益指标|就业人数|300|290|达到300人得40分|40|39",
    )
    path = tmp_path / "report.html"
    text = (
        "<p>某县档案馆2023年度部门整体支出绩效自评报告</p>" + "<p>本报告说明部门整体支出绩效自评的组织和过程。</p>" * 9
    )
    path.write_text(
        f"<!DOCTYPE html><html><head><meta charset='utf-8'></head><body>{text}{body}</body></html>", "utf-8"
    )
    ledger = {entry.printed: (entry.state, entry.why) for entry in extract(read_document(path)).ledger}
    assert ledger["52.00"][0] == ledger["48.25"][0] == "fact"
    assert ledger["8.20"] == ledger["7.15"] == ("not_ours", "procurement")
    assert ledger["12.60"] == ("not_ours", "a change of the budget, no budget")
    assert {state for state, _ in ledger.values()} == {"fact", "not_ours"}


def test_a_row_of_heads_of_which_one_is_no_word_of_a_form_is_a_head(tmp_path) -> None:
    body = table("指标|分值|得分|绩效档位", "投入|15.00|15.00|优", "过程|85.00|80.26|优", "合计|100.00|95.26|优")
    path = tmp_path / "report.html"
    text = "<p>某县档案馆2023年度部门整体支出绩效评价报告</p>" + "<p>本报告说明部门整体支出绩效评价的过程。</p>" * 9
    path.write_text(
        f"<!DOCTYPE html><html><head><meta charset='utf-8'></head><body>{text}{body}</body></html>", "utf-8"
    )
    read = extract(read_document(path))
    assert [(one.path, str(one.full_marks), str(one.score)) for one in read.scores] == [
        (("投入",), "15.00", "15.00"),
        (("过程",), "85.00", "80.26"),
    ]
    assert str(read.report.total_score) == "95.26"


def test_a_document_of_tables_without_a_passage_is_read(tmp_path) -> None:
    book = openpyxl.Workbook()
    for row in (["项目", "预算数（万元）", "决算数（万元）"], ["基本支出", "10", "9"], ["项目支出", "5", "4"]):
        book.active.append(row)
    book.save(tmp_path / "report.xlsx")
    read = replace(read_document(tmp_path / "report.xlsx"), passages=())
    amounts = extract_money(read, 2023).amounts
    assert [(a.stage, a.item, a.yuan) for a in amounts][:2] == [("budget", "basic", 100000), ("final", "basic", 90000)]


UNITS = {
    "a_unit_alone_above_the_first_figure": table(
        "单位名称|某县档案馆|类别|主管部门|万元",
        "资金情况|年初预算数|全年预算数|全年执行数|执行率",
        "年度资金总额|50|60|54|90%",
        "其中：基本支出|20|20|20|100%",
        "项目支出|30|40|34|85%",
    ),
    "a_note_behind_the_table": table(
        "项目|年初预算数|全年预算数|全年执行数",
        "支出合计|50|60|54",
        "基本支出|20|20|20",
        "项目支出|30|40|34",
    )
    + "<p>注：表内金额单位为万元。</p>",
}


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_is_the_tables_wherever_it_is_told(name: str, money_in) -> None:
    amounts = money_in(UNITS[name]).amounts
    assert f"2023 exp final {T} 540000" in amounts
    assert f"2023 exp initial_budget {B} 200000" in amounts
    assert len(amounts) == 9


TOLD = "<p>全年支出145.00万元，比上年增长3.00%。</p><p>按功能分类见下表：</p>"
BY_TOTAL = ("功能科目|支出（万元）", "一般公共服务支出|100", "卫生健康支出|45")


@pytest.mark.parametrize("total", ["合计|145", ""])
def test_a_column_of_no_stage_has_that_of_the_known_total_which_its_own_is(total: str, money_in) -> None:
    rows = (*BY_TOTAL, *([total] if total else []))
    seen = money_in(TOLD + table(*rows))
    assert {"2023 exp final function/201 1000000", "2023 exp final function/210 450000"} <= {*seen.amounts}
    assert seen.doubts == []


def test_a_column_of_no_stage_whose_total_is_none_that_is_known_is_a_doubt(money_in) -> None:
    seen = money_in(TOLD + table(*BY_TOTAL, "合计|146"))
    assert not any("function" in amount for amount in seen.amounts)
    assert "undecided_stage" in seen.doubts


def test_a_row_of_the_outturn_below_a_head_of_the_budget_is_a_doubt(money_in) -> None:
    seen = money_in(
        table(
            "项目（万元）|预算数|决算数",
            "支出合计|150|145",
            "本年支出决算数中：基本支出|100|",
        )
    )
    assert not any("nature/basic" in amount for amount in seen.amounts)
    assert "undecided_stage" in seen.doubts


def test_a_plus_before_a_change_of_the_budget_is_no_label(money_in) -> None:
    seen = money_in(
        table(
            "支出项目（万元）|年初预算数|调整数（+/-）|调整后预算数|支出数",
            "基本支出|100|+20|120|118",
            "项目支出|80|-30|50|45",
            "合计|180|-10|170|163",
        )
    )
    assert f"2023 exp budget {B} 1200000" in seen.amounts
    assert len(seen.amounts) == 9
    assert seen.doubts == []


def test_income_at_the_side_makes_its_total_income(money_in) -> None:
    seen = money_in(
        table(
            "收入_3|项目（万元）|年初预算|执行数|支出_3|项目（万元）|年初预算|执行数",
            "一般公共预算|90|95|基本支出|60|60",
            "合计|90|95|合计|88|91",
        )
    )
    assert {f"2023 rev final {T} 950000", f"2023 exp final {T} 910000"} <= {*seen.amounts}


def test_a_sum_of_a_stage_among_indicators_is_a_doubt(money_in) -> None:
    seen = money_in(
        table(
            "指标|分值|得分|预算/目标（元）|完成情况",
            "公用经费保障|60|60|全年预算9,860,000.00|实际支出9,745,216.38",
            "目标合理性|40|39|合理|合理",
        )
    )
    assert seen.amounts == []
    assert "undecided_subject" in seen.doubts


def test_a_line_that_names_projects_makes_the_rows_below_it_projects(money_in) -> None:
    body = "<p>重点项目执行情况：</p>" + table(
        "项目|年初预算（万元）|执行数（万元）", "灌区改造|50|40", "病虫防治|30|20"
    )
    assert money_in(body).amounts == [
        "2023 exp final project/灌区改造 400000",
        "2023 exp final project/病虫防治 200000",
        "2023 exp initial_budget project/灌区改造 500000",
        "2023 exp initial_budget project/病虫防治 300000",
    ]
