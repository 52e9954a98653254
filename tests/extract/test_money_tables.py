"""Money in tables of several provinces: headers, spans, units, and columns that are not money."""

import pytest

T, B, P = "total/total", "nature/basic", "nature/project"


def table(*rows: str, caption: str = "") -> str:
    """Return an HTML table; cells are parted by `|`, `^2` at a cell's end is its column span, `_2` its row span."""
    out = []
    for row in rows:
        cells = []
        for cell in row.split("|"):
            text, attributes = cell.strip(), ""
            for mark, name in (("^", "colspan"), ("_", "rowspan")):
                head, found, span = text.rpartition(mark)
                if found and span.isdigit():
                    text, attributes = head, attributes + f' {name}="{span}"'
            cells.append(f"<td{attributes}>{text}</td>")
        out.append("<tr>" + "".join(cells) + "</tr>")
    return (f"<p>{caption}</p>" if caption else "") + "<table>" + "".join(out) + "</table>"


CASES = {
    "hunan_form": (
        table(
            "部门名称|某县林业局^6",
            "年度预算申请（万元）_4||年初预算数|全年预算数|全年执行数|分值|执行率|得分",
            "年度资金总额|1000.00|1200.50|1180.00|10|98.29%|9.83",
            "其中：基本支出|800.00|800.00|800.00||100%|",
            "项目支出|200.00|400.50|380.00||94.88%|",
        ),
        [
            f"2023 exp initial_budget {T} 10000000",
            f"2023 exp budget {T} 12005000",
            f"2023 exp final {T} 11800000",
            f"2023 exp initial_budget {B} 8000000",
            f"2023 exp budget {B} 8000000",
            f"2023 exp final {B} 8000000",
            f"2023 exp initial_budget {P} 2000000",
            f"2023 exp budget {P} 4005000",
            f"2023 exp final {P} 3800000",
        ],
        [
            f"budget_completion_rate 98.29 exp {T}",
            f"budget_completion_rate 100 exp {B}",
            f"budget_completion_rate 94.88 exp {P}",
        ],
    ),
    "formulas_in_heads_tell_stages_and_rates": (
        table(
            "资金结构_2|预算安排^3||拨付情况^2|",
            "年初部门预算安排金额（含历年结余）①|年中调整金额②|小计③=①+②|年度拨付金额④|支出实现率（%）⑤=④/③",
            "①项目支出|95.00|20.60|115.60|110.30|95.42",
            "②基本支出|217.40|66.15|283.55|280.72|99.00",
            "单位其它收入|0|0|0|0|0",
            "合计|312.40|86.75|399.15|391.02|97.96",
            caption="单位：万元",
        ),
        [
            f"2023 exp initial_budget {P} 950000",
            f"2023 exp budget {P} 1156000",
            f"2023 exp final {P} 1103000",
            f"2023 exp initial_budget {B} 2174000",
            f"2023 exp budget {B} 2835500",
            f"2023 exp final {B} 2807200",
            "2023 rev initial_budget source/other 0",
            "2023 rev budget source/other 0",
            "2023 rev final source/other 0",
            f"2023 exp initial_budget {T} 3124000",
            f"2023 exp budget {T} 3991500",
            f"2023 exp final {T} 3910200",
        ],
        [
            f"budget_completion_rate 95.42 exp {P}",
            f"budget_completion_rate 99 exp {B}",
            "budget_completion_rate 0 rev source/other",
            f"budget_completion_rate 97.96 exp {T}",
        ],
    ),
    "an_outturn_over_a_budget_heads_a_rate": (
        table(
            "项目|调整预算数|决算数|决算/调整预算",
            "支出合计|200.00|190.00|95.00%",
            "基本支出|150.00|142.00|94.67%",
            caption="单位：万元",
        ),
        [
            f"2023 exp budget {T} 2000000",
            f"2023 exp final {T} 1900000",
            f"2023 exp budget {B} 1500000",
            f"2023 exp final {B} 1420000",
        ],
        [f"budget_completion_rate 95 exp {T}", f"budget_completion_rate 94.67 exp {B}"],
    ),
    "rows_below_project_expenditure_that_make_its_sums": (
        table(
            "支出类别|年初预算|实际支出|执行率",
            "项目支出|536.00|582.00|99.02%",
            "抚恤补助|368.00|401.00|100%",
            "纪念设施维护|168.00|181.00|97.25%",
            "合计|536.00|582.00|99.02%",
            caption="单位：万元",
        ),
        [
            f"2023 exp initial_budget {P} 5360000",
            f"2023 exp final {P} 5820000",
            "2023 exp initial_budget project/抚恤补助 3680000",
            "2023 exp final project/抚恤补助 4010000",
            "2023 exp initial_budget project/纪念设施维护 1680000",
            "2023 exp final project/纪念设施维护 1810000",
            f"2023 exp initial_budget {T} 5360000",
            f"2023 exp final {T} 5820000",
        ],
        [
            f"budget_completion_rate 99.02 exp {P}",
            "budget_completion_rate 100 exp project/抚恤补助",
            "budget_completion_rate 97.25 exp project/纪念设施维护",
            f"budget_completion_rate 99.02 exp {T}",
        ],
    ),
    "rows_below_project_expenditure_that_do_not_make_its_sums": (
        table(
            "支出类别|年初预算|实际支出",
            "项目支出|536.00|582.00",
            "抚恤补助|368.00|401.00",
            "纪念设施维护|168.00|180.00",
            caption="单位：万元",
        ),
        [f"2023 exp initial_budget {P} 5360000", f"2023 exp final {P} 5820000"],
        [],
    ),
    "a_table_on_its_side_with_years_before_its_stages": (
        table(
            "指标|三公经费|公务接待费",
            "2022年全年支出数|14.20|3.05",
            "2023年全年预算数|12.00|3.00",
            "2023年全年支出数|11.85|2.60",
            caption="金额单位：万元",
        ),
        [
            "2022 exp final three_public/total 142000",
            "2022 exp final three_public/reception 30500",
            "2023 exp budget three_public/total 120000",
            "2023 exp budget three_public/reception 30000",
            "2023 exp final three_public/total 118500",
            "2023 exp final three_public/reception 26000",
        ],
        [],
    ),
    "a_table_on_its_side_with_classes_joined_by_and": (
        table(
            "年度|商品和服务支出|其他资本性支出|本年支出合计",
            "年初预算数|442.65|23.40|466.05",
            "实际支出数|587.53|69.90|657.43",
            caption="单位：万元",
        ),
        [
            "2023 exp initial_budget economic/302 4426500",
            "2023 exp initial_budget economic/310 234000",
            f"2023 exp initial_budget {T} 4660500",
            "2023 exp final economic/302 5875300",
            "2023 exp final economic/310 699000",
            f"2023 exp final {T} 6574300",
        ],
        [],
    ),
    "what_was_done_where_no_indicator_has_a_target": (
        table(
            "指标（万元）|全年预算数|实际完成数",
            "基本支出|410.20|405.15",
            "人员经费调整预算数|36.30|",
            "项目支出|35.00|34.10",
        ),
        [
            f"2023 exp budget {B} 4102000",
            f"2023 exp final {B} 4051500",
            "2023 exp budget nature/personnel 363000",
            f"2023 exp budget {P} 350000",
            f"2023 exp final {P} 341000",
        ],
        [],
    ),
    "heads_with_year_and_unit": (
        table(
            "部门名称|沿河县水务局^3",
            "支出类别|2022年累计执行数（千元）|2023年全年预算数（千元）|2023年全年执行数（千元）",
            "卫生健康支出|5476.10|5945.00|5558.20",
        ),
        [
            "2022 exp final function/210 5476100",
            "2023 exp budget function/210 5945000",
            "2023 exp final function/210 5558200",
        ],
        [],
    ),
    "entries_of_a_list_with_chinese_marks": (
        table(
            "项目名称|年初预算数（万元）|实际支出数（万元）",
            "（一）苗圃道路硬化|44.00|43.10",
            "（二）古树名木保护|28.00|27.50",
        ),
        [
            "2023 exp initial_budget project/苗圃道路硬化 440000",
            "2023 exp final project/苗圃道路硬化 431000",
            "2023 exp initial_budget project/古树名木保护 280000",
            "2023 exp final project/古树名木保护 275000",
        ],
        [],
    ),
    "what_was_done_beside_its_label_alone": (
        table("公用费用实际完成数|276.93", "项目支出决算数|503.20", caption="单位：万元"),
        ["2023 exp final nature/public_use 2769300", f"2023 exp final {P} 5032000"],
        [],
    ),
    "yuan_in_caption": (
        table(
            "项目|年初预算数|调整预算数|决算数|完成率（%）",
            "基本支出|1,234,567.89|1,300,000.00|1,299,000.10|99.92",
            "项目支出|500,000.00|450,000.00|450,000.00|100.00",
            "合计|1,734,567.89|1,750,000.00|1,749,000.10|99.94",
            caption="单位：元",
        ),
        [
            f"2023 exp initial_budget {B} 1234567.89",
            f"2023 exp budget {B} 1300000",
            f"2023 exp final {B} 1299000.1",
            f"2023 exp initial_budget {P} 500000",
            f"2023 exp budget {P} 450000",
            f"2023 exp final {P} 450000",
            f"2023 exp initial_budget {T} 1734567.89",
            f"2023 exp budget {T} 1750000",
            f"2023 exp final {T} 1749000.1",
        ],
        [
            f"budget_completion_rate 99.92 exp {B}",
            f"budget_completion_rate 100 exp {P}",
            f"budget_completion_rate 99.94 exp {T}",
        ],
    ),
    "two_years_of_three_public": (
        table(
            "三公经费|2022年决算数|2023年预算数|2023年决算数",
            "因公出国（境）费|0|0|0",
            "公务用车购置费|0.00|0.00|18.00",
            "公务用车运行维护费|6.50|6.00|5.80",
            "公务接待费|2.10|2.00|1.25",
            "合计|8.60|8.00|25.05",
            caption="金额单位：万元",
        ),
        [
            "2022 exp final three_public/abroad 0",
            "2023 exp budget three_public/abroad 0",
            "2023 exp final three_public/abroad 0",
            "2022 exp final three_public/vehicle_purchase 0",
            "2023 exp budget three_public/vehicle_purchase 0",
            "2023 exp final three_public/vehicle_purchase 180000",
            "2022 exp final three_public/vehicle_operation 65000",
            "2023 exp budget three_public/vehicle_operation 60000",
            "2023 exp final three_public/vehicle_operation 58000",
            "2022 exp final three_public/reception 21000",
            "2023 exp budget three_public/reception 20000",
            "2023 exp final three_public/reception 12500",
            "2022 exp final three_public/total 86000",
            "2023 exp budget three_public/total 80000",
            "2023 exp final three_public/total 250500",
        ],
        [],
    ),
    "two_header_rows": (
        table(
            "支出功能分类_2|2023年（万元）^2|2022年（万元）^2",
            "预算数|决算数|预算数|决算数",
            "教育支出|120.5|118.2|110.0|109.0",
            "卫生健康支出|12|11|10|9",
        ),
        [
            "2023 exp budget function/205 1205000",
            "2023 exp final function/205 1182000",
            "2022 exp budget function/205 1100000",
            "2022 exp final function/205 1090000",
            "2023 exp budget function/210 120000",
            "2023 exp final function/210 110000",
            "2022 exp budget function/210 100000",
            "2022 exp final function/210 90000",
        ],
        [],
    ),
    "unit_in_the_cell": (
        table("指标|预算数|执行数", "公用经费|80万元|79.5万元", "人员经费|3000000元|2999999.5元"),
        [
            "2023 exp budget nature/public_use 800000",
            "2023 exp final nature/public_use 795000",
            "2023 exp budget nature/personnel 3000000",
            "2023 exp final nature/personnel 2999999.5",
        ],
        [],
    ),
    "label_and_figure_in_one_cell": (
        table(
            "年度预算（万元）^2|1250.50^2",
            "按收入性质分：^2|按支出性质分：^2",
            "其中：一般公共预算：1200.00^2|其中：基本支出：900.50^2",
            "政府性基金拨款：50.50^2|项目支出：350.00^2",
        ),
        [
            f"2023 exp budget {T} 12505000",
            "2023 rev budget source/general_public_budget 12000000",
            f"2023 exp budget {B} 9005000",
            "2023 rev budget source/government_fund 505000",
            f"2023 exp budget {P} 3500000",
        ],
        [],
    ),
    "labels_above_one_row": (
        table(
            "部门预算情况（万元）_3|按支出类型分^3|按资金来源分^2",
            "支出总额|基本支出|项目支出|财政拨款|其他资金",
            "331.18|237.59|93.59|331.18|0",
        ),
        [
            f"2023 exp budget {T} 3311800",
            f"2023 exp budget {B} 2375900",
            f"2023 exp budget {P} 935900",
            "2023 rev budget source/fiscal_appropriation 3311800",
            "2023 rev budget source/other 0",
        ],
        [],
    ),
    "stages_down_subjects_across": (
        table(
            "单位：万元|合计|基本支出|项目支出",
            "年初预算数|100.00|60.00|40.00",
            "全年预算数|110.00|65.00|45.00",
            "决算数|108.00|64.00|44.00",
            "执行率|98.18%|98.46%|97.78%",
        ),
        [
            f"2023 exp initial_budget {T} 1000000",
            f"2023 exp initial_budget {B} 600000",
            f"2023 exp initial_budget {P} 400000",
            f"2023 exp budget {T} 1100000",
            f"2023 exp budget {B} 650000",
            f"2023 exp budget {P} 450000",
            f"2023 exp final {T} 1080000",
            f"2023 exp final {B} 640000",
            f"2023 exp final {P} 440000",
        ],
        [
            f"budget_completion_rate 98.18 exp {T}",
            f"budget_completion_rate 98.46 exp {B}",
            f"budget_completion_rate 97.78 exp {P}",
        ],
    ),
    "stage_in_the_title_and_two_halves": (
        table(
            "收入|金额|支出|金额",
            "财政拨款收入|1,234.50|基本支出|1,000.00",
            "其他收入|0|项目支出|230.00",
            "合计|1,234.50|合计|1,230.00",
            caption="2023年度收入支出决算表（单位：元）",
        ),
        [
            "2023 rev final source/fiscal_appropriation 1234.5",
            "2023 rev final source/other 0",
            f"2023 rev final {T} 1234.5",
            f"2023 exp final {B} 1000",
            f"2023 exp final {P} 230",
            f"2023 exp final {T} 1230",
        ],
        [],
    ),
    "classes_with_a_column_of_totals": (
        table(
            "功能分类科目|基本支出（万元）|项目支出（万元）|合计（万元）",
            "201一般公共服务支出|100|50|150",
            "208社会保障和就业支出|30|0|30",
            "合计|130|50|180",
            caption="2023年支出决算情况：",
        ),
        [
            "2023 exp final function/201 1500000",
            "2023 exp final function/208 300000",
            f"2023 exp final {B} 1300000",
            f"2023 exp final {P} 500000",
            f"2023 exp final {T} 1800000",
        ],
        [],
    ),
    "part_of_a_source_is_not_the_whole": (
        table(
            "项目_2|合计^3|财政拨款^3",
            "年初预算|决算|执行率|年初预算|决算|执行率",
            "基本支出|10|9|90|8|7|87.5",
            caption="单位：万元",
        ),
        [f"2023 exp initial_budget {B} 100000", f"2023 exp final {B} 90000"],
        [f"budget_completion_rate 90 exp {B}"],
    ),
    "what_the_corner_of_its_head_names": (
        table(
            "部门支出|年初预算|决算支出|其中：基本支出",
            "2023年|42.36|58.72|23.18",
            "“三公”经费|2022年决算|2023年决算|公务接待费（2023年决算）",
            "金额|2.48|1.93|0.41",
            caption="单位：万元",
        ),
        [
            "2022 exp final three_public/total 24800",
            "2023 exp final three_public/reception 4100",
            "2023 exp final three_public/total 19300",
            f"2023 exp initial_budget {T} 423600",
            f"2023 exp final {T} 587200",
            f"2023 exp final {B} 231800",
        ],
        [],
    ),
    "each_block_has_the_unit_of_its_title": (
        table(
            "二、收支情况（单位：万元）^3",
            "项目|2022年决算数|2023年决算数",
            "基本支出|90.23|95.82",
            "三、“三公”经费（单位：元）^3",
            "项目|2022年决算数|2023年决算数",
            "公务接待费|6230.00|4794.00",
        ),
        [
            "2022 exp final three_public/reception 6230",
            "2023 exp final three_public/reception 4794",
            f"2022 exp final {B} 902300",
            f"2023 exp final {B} 958200",
        ],
        [],
    ),
    "a_heading_gives_the_stage_in_brackets": (
        table(
            "科目编码|科目名称|金额（万元）",
            "301|工资福利支出|60.50",
            "302|商品和服务支出|8.25",
            caption="三、支出分类（决算）",
        ),
        ["2023 exp final economic/301 605000", "2023 exp final economic/302 82500"],
        [],
    ),
    "label_beside_figure": (
        table(
            "单位名称|某县水利局^3",
            "年初预算数（万元）|500.00|全年预算数（万元）|520.00",
            "全年执行数（万元）|515.00|预算执行率|99.04%",
        ),
        [
            f"2023 exp initial_budget {T} 5000000",
            f"2023 exp budget {T} 5200000",
            f"2023 exp final {T} 5150000",
        ],
        [],
    ),
    "last_year_beside_and_changes": (
        table("项目|本年决算数|上年决算数|增减额|增减率", "基本支出|120.5万元|110万元|10.5万元|9.55%"),
        [f"2023 exp final {B} 1205000", f"2022 exp final {B} 1100000"],
        [f"year_on_year_change 9.55 exp {B}"],
    ),
    "revenue_and_its_sources": (
        table(
            "项目|预算数（万元）|决算数（万元）",
            "收入合计|120|110",
            "一般公共预算财政拨款收入|100|95",
            "其他收入|20|15",
        ),
        [
            "2023 rev budget total/total 1200000",
            "2023 rev final total/total 1100000",
            "2023 rev budget source/general_public_budget 1000000",
            "2023 rev final source/general_public_budget 950000",
            "2023 rev budget source/other 200000",
            "2023 rev final source/other 150000",
        ],
        [],
    ),
    "projects_by_name": (
        table(
            "项目名称|预算数（万元）|执行数（万元）|执行率",
            "农村供水保障工程|300|290|96.67%",
            "水资源管理经费|50|50|100%",
            "合计|350|340|97.14%",
        ),
        [
            "2023 exp budget project/农村供水保障工程 3000000",
            "2023 exp final project/农村供水保障工程 2900000",
            "2023 exp budget project/水资源管理经费 500000",
            "2023 exp final project/水资源管理经费 500000",
        ],
        [
            "budget_completion_rate 96.67 exp project/农村供水保障工程",
            "budget_completion_rate 100 exp project/水资源管理经费",
        ],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_table_gives_its_figures_and_rates(name: str, money_in) -> None:
    body, amounts, ratios = CASES[name]
    seen = money_in(body)
    assert seen.amounts == sorted(amounts)
    assert seen.ratios == sorted(ratios)
    assert seen.doubts == ["undecided_subject"] * UNTOLD.get(name, 0)


# Figures of rows that nothing names: names that may be projects, the total of a list that may not be of all projects.
UNTOLD = {"rows_below_project_expenditure_that_do_not_make_its_sums": 4, "projects_by_name": 3}


LEFT_OUT = {
    "indicators": table(
        "一级指标|二级指标|三级指标|年度指标值|实际完成值|分值|得分",
        "产出指标|数量指标|培训人数|≥500人|520|10|10",
        "成本指标|经济成本|项目总成本|≤120万元|118万元|10|10",
        "产出指标|时效指标|任务完成率|100%|100%|10|10",
    ),
    "rubric": table(
        "指标|分值|评分标准|得分",
        "预算执行率|10|执行率100%得10分，每降1%扣0.5分；预算金额超过1000万元的另行评价|9.5",
        "基本支出控制|5|控制在50万元以内得满分|5",
    ),
    "targets": table("年度绩效目标|金额（万元）", "完成3个村的道路硬化|预计投入200", "补助农户|120"),
    "staff": table("编制人数|实有人数|离退休", "25|23|10"),
}


@pytest.mark.parametrize("name", LEFT_OUT)
def test_tables_of_indicators_give_no_money(name: str, money_in) -> None:
    seen = money_in(LEFT_OUT[name])
    assert seen.amounts == []
    assert seen.ratios == []


def test_a_unit_that_nobody_states_is_a_doubt(money_in) -> None:
    seen = money_in(table("项目|预算数|决算数", "基本支出|120.50|118.20"))
    assert seen.amounts == []
    assert seen.doubts == ["undecided_unit", "undecided_unit"]


def test_a_unit_is_decided_by_a_sum_in_the_prose(money_in) -> None:
    prose = "<p>2023年基本支出预算数120.50万元。</p>"
    seen = money_in(prose + table("项目|预算数|决算数", "基本支出|120.50|118.20"))
    assert seen.amounts == ["2023 exp budget nature/basic 1205000", "2023 exp final nature/basic 1182000"]
    assert seen.doubts == []


FLAT = {
    "one_cell_a_line": (
        "年度预算资金（万元）\n年初预算数\n全年预算数\n全年执行数\n执行率\n年度资金总额\n1000.00\n1200.50\n1180.00\n98.29%\n"
        "基本支出\n800.00\n800.00\n800.00\n100%\n项目支出\n200.00\n400.50\n380.00\n94.88%",
        [
            f"2023 exp initial_budget {T} 10000000",
            f"2023 exp budget {T} 12005000",
            f"2023 exp final {T} 11800000",
            f"2023 exp initial_budget {B} 8000000",
            f"2023 exp budget {B} 8000000",
            f"2023 exp final {B} 8000000",
            f"2023 exp initial_budget {P} 2000000",
            f"2023 exp budget {P} 4005000",
            f"2023 exp final {P} 3800000",
        ],
        [
            f"budget_completion_rate 98.29 exp {T}",
            f"budget_completion_rate 100 exp {B}",
            f"budget_completion_rate 94.88 exp {P}",
        ],
    ),
    "labels_first": (
        "部门整体支出预算（万元）\n支出总额\n基本支出\n项目支出\n331.18\n237.59\n93.59",
        [f"2023 exp budget {T} 3311800", f"2023 exp budget {B} 2375900", f"2023 exp budget {P} 935900"],
        [],
    ),
    "label_and_figures_in_one_line": (
        "单位：万元\n"
        "项目 年初预算数 全年预算数 全年执行数 执行率\n年度资金总额 1000.00 1200.50 1180.00 98.29%\n"
        "基本支出 800.00 800.00 800.00 100%",
        [
            f"2023 exp initial_budget {T} 10000000",
            f"2023 exp budget {T} 12005000",
            f"2023 exp final {T} 11800000",
            f"2023 exp initial_budget {B} 8000000",
            f"2023 exp budget {B} 8000000",
            f"2023 exp final {B} 8000000",
        ],
        [f"budget_completion_rate 98.29 exp {T}", f"budget_completion_rate 100 exp {B}"],
    ),
}


@pytest.mark.parametrize("name", FLAT)
def test_a_flattened_table_is_read_cell_by_cell(name: str, money_in) -> None:
    body, amounts, ratios = FLAT[name]
    seen = money_in(body)
    assert seen.amounts == sorted(amounts)
    assert seen.ratios == sorted(ratios)


FLAT_LEFT_OUT = {
    "scores": "指标名称\n分值\n得分\n预算执行率\n10\n9.8\n基本支出控制\n5\n5",
    "cells_missing": "年初预算数（万元）\n全年预算数\n全年执行数\n年度资金总额\n1000.00\n1200.50",
    "more_labels_than_figures": "支出总额（万元）\n基本支出\n项目支出\n331.18\n237.59",
}


@pytest.mark.parametrize("name", FLAT_LEFT_OUT)
def test_a_flattened_table_that_does_not_fit_gives_nothing(name: str, money_in) -> None:
    assert money_in(FLAT_LEFT_OUT[name]).amounts == []


def test_several_figures_behind_a_label_that_nothing_heads_are_no_total(money_in) -> None:
    assert money_in(table("年初预算数|442.65|23.40", "决算数|440.10|23.00", caption="单位：万元")).amounts == []


@pytest.mark.parametrize("label", ["基本支出（万元）", "护林员劳务（万元）"])
def test_a_sum_with_its_unit_that_nothing_places_is_a_doubt(label, money_in) -> None:
    seen = money_in(table(f"{label}|442.65", "年初预算数（万元）|600.10"))
    assert seen.amounts == [f"2023 exp initial_budget {T} 6001000"]
    assert len(seen.doubts) == 1


def test_a_table_that_names_no_stage_is_a_doubt(money_in) -> None:
    seen = money_in(table("收入|金额（元）|支出|金额（元）", "财政拨款收入|1,234.00|基本支出|1,000.00"))
    assert seen.amounts == []
    assert seen.doubts == ["undecided_stage", "undecided_stage"]


def test_a_row_without_blanks_is_cut_where_its_rate_says(money_in) -> None:
    heads = "部门预算执行情况（万元）年初预算数全年（调整）预算数全年执行数执行率（%）执行率权重执行率得分（分）"
    seen = money_in(f"{heads}\n1200.001350.501300.2096.28%109.6")
    assert seen.amounts == [
        "2023 exp budget total/total 13505000",
        "2023 exp final total/total 13002000",
        "2023 exp initial_budget total/total 12000000",
    ]
    assert seen.ratios == ["budget_completion_rate 96.28 exp total/total"]


@pytest.mark.parametrize("row", ["1200.001350.501300.2092.28%109.6", "1200135013001%109", "100100100100%1010"])
def test_a_row_without_blanks_is_left_where_no_one_cut_fits(row, money_in) -> None:
    seen = money_in(f"部门预算执行情况（万元）年初预算数全年预算数全年执行数执行率（%）权重得分\n{row}")
    assert seen.amounts == []


def test_what_was_added_to_a_budget_is_no_budget(money_in) -> None:
    heads = "<tr><td>类别（万元）</td><td>年初预算数</td><td>预算调整数</td><td>全年预算数</td></tr>"
    seen = money_in(f"<table>{heads}<tr><td>合计</td><td>1000</td><td>100</td><td>1100</td></tr></table>")
    assert seen.amounts == [
        "2023 exp budget total/total 11000000",
        "2023 exp initial_budget total/total 10000000",
    ]


def test_a_line_that_tells_of_two_stages_gives_the_table_below_none(money_in) -> None:
    rows = ("支出类别|金额（万元）", "工资福利支出|431.08", "商品和服务支出|158.52")
    caption = "预算收入622.83万元，其中年初预算541.20万元。支出情况如下："
    seen = money_in(table(*rows, caption=caption))
    assert seen.amounts == ["2023 rev budget total/total 6228300"]
    assert seen.doubts[-2:] == ["undecided_stage", "undecided_stage"]
