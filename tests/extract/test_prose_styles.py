# ruff: noqa: E501 - a case is easier to read on one line
"""How offices of many provinces tell their money: one structure each, with every sum of ours and nothing else.

`doubt` lists the sums that no reading may be given: they must be in a doubt, neither facts nor not ours.
"""

import pytest

T, B, P = "total/total", "nature/basic", "nature/project"
PEOPLE, PUBLIC = "nature/personnel", "nature/public_use"
THREE, CARS, GUESTS = "three_public/total", "three_public/vehicle_operation", "three_public/reception"

STYLES = {
    "last_year_in_a_bracket": (
        "“三公”经费支出9.10万元（上年10.20万元），其中公务用车运行维护费7.00万元（上年7.70万元），公务接待费2.10万元（上年2.50万元）。",
        [f"2023 exp final {THREE} 91000", f"2022 exp final {THREE} 102000", f"2023 exp final {CARS} 70000", f"2022 exp final {CARS} 77000", f"2023 exp final {GUESTS} 21000", f"2022 exp final {GUESTS} 25000"],
    ),
    "last_year_in_a_bracket_behind_compared": (
        "全年支出决算610.00万元。基本支出决算410.00万元，比2022年（400.00万元）增加10.00万元；项目支出决算200.00万元，比2022年（230.00万元）减少30.00万元。",
        [f"2023 exp final {T} 6100000", f"2023 exp final {B} 4100000", f"2022 exp final {B} 4000000", f"2023 exp final {P} 2000000", f"2022 exp final {P} 2300000"],
    ),
    "last_year_in_a_bracket_of_the_whole": (
        "年初预算310.00万元，全年预算402.50万元，决算支出398.20万元（上年377.60万元，增加20.60万元，增长5.46%）。",
        [f"2023 exp initial_budget {T} 3100000", f"2023 exp budget {T} 4025000", f"2023 exp final {T} 3982000", f"2022 exp final {T} 3776000"],
    ),
    "from_one_year_to_the_next": (
        "与上年比较，基本支出由232.15万元增加到246.52万元，项目支出由94.75万元减少到85.85万元。",
        [f"2022 exp final {B} 2321500", f"2023 exp final {B} 2465200", f"2022 exp final {P} 947500", f"2023 exp final {P} 858500"],
    ),
    "both_of_last_year_compared_at_the_end": (
        "2023年“三公”经费决算数为27.25万元，其中公务用车运行维护费21.80万元，公务接待费5.45万元，较2022年的23.60万元和6.02万元分别下降7.63%和9.47%。",
        [f"2023 exp final {THREE} 272500", f"2023 exp final {CARS} 218000", f"2023 exp final {GUESTS} 54500", f"2022 exp final {CARS} 236000", f"2022 exp final {GUESTS} 60200"],
    ),
    "the_same_three_parts_again": (
        "2023年年初预算支出612.00万元，由基本支出248.00万元、项目支出359.00万元和单位预留机动经费5.00万元三部分组成；调整后全年预算948.00万元，三部分分别为279.00万元、664.00万元、5.00万元。",
        [f"2023 exp initial_budget {T} 6120000", f"2023 exp initial_budget {B} 2480000", f"2023 exp initial_budget {P} 3590000", "2023 exp initial_budget nature/reserve 50000", f"2023 exp budget {T} 9480000", f"2023 exp budget {B} 2790000", f"2023 exp budget {P} 6640000", "2023 exp budget nature/reserve 50000"],
    ),
    "classes_by_their_short_names": (
        "支出决算合计640.00万元。按功能科目划分，社会保障和就业、卫生健康、农林水、住房保障四类支出分别为58.00万元、31.00万元、500.00万元和51.00万元。",
        [f"2023 exp final {T} 6400000", "2023 exp final function/208 580000", "2023 exp final function/210 310000", "2023 exp final function/213 5000000", "2023 exp final function/221 510000"],
    ),
    "a_list_opened_by_budget_and_outturn": (
        "项目支出共三个，预算与执行分别是：渠道清淤项目预算32.00万元，执行31.05万元（97.03%）；水窖改造项目预算18.60万元，执行18.12万元；抗旱物资储备项目预算4.80万元，执行4.80万元。",
        ["2023 exp budget project/渠道清淤项目 320000", "2023 exp final project/渠道清淤项目 310500", "2023 exp budget project/水窖改造项目 186000", "2023 exp final project/水窖改造项目 181200", "2023 exp budget project/抗旱物资储备项目 48000", "2023 exp final project/抗旱物资储备项目 48000"],
    ),
    "a_bare_budget_of_parts_is_the_one_that_their_whole_was_told_of": (
        "年初预算310.00万元，决算支出298.20万元。“三公”经费年初预算15.00万元，实际支出12.40万元。其中：公务用车运行维护费预算11.00万元，实际支出9.90万元；公务接待费预算4.00万元，实际支出2.50万元。",
        [f"2023 exp initial_budget {T} 3100000", f"2023 exp final {T} 2982000", f"2023 exp initial_budget {THREE} 150000", f"2023 exp final {THREE} 124000", f"2023 exp initial_budget {CARS} 110000", f"2023 exp final {CARS} 99000", f"2023 exp initial_budget {GUESTS} 40000", f"2023 exp final {GUESTS} 25000"],
    ),
    "growth_that_is_the_reason_of_an_adjustment_is_no_change": (
        "年初支出预算185.00万元，年中根据任务增加情况调整为202.00万元，全年实际支出196.00万元。",
        [f"2023 exp initial_budget {T} 1850000", f"2023 exp budget {T} 2020000", f"2023 exp final {T} 1960000"],
    ),
    "the_budget_of_income_and_spending_in_one": (
        "2023年部门预算收支总额为176.00万元，执行中调增8.20万元，全年预算数184.20万元，全年执行数179.96万元。",
        ["2023 rev budget total/total 1760000", f"2023 exp initial_budget {T} 1760000", f"2023 exp budget {T} 1842000", f"2023 exp final {T} 1799600"],
    ),
    "adjusted_as_the_rules_say": (
        "年初预算数112.00万元，执行中按规定调整为120.30万元，年末决算119.60万元。",
        [f"2023 exp initial_budget {T} 1120000", f"2023 exp budget {T} 1203000", f"2023 exp final {T} 1196000"],
    ),
    "items_named_in_headings_of_their_own_take_their_sums": (
        "全年预算数900.00万元，实际支出880.00万元。</p><p>项目支出：全年预算300.00万元，实际支出290.00万元。各项目情况如下：</p><p>（1）河道清淤疏浚。全年预算安排200.00万元，实际支出195.00万元，支出率97.50%。清淤12公里。</p><p>（2）库区巡查。全年预算安排100.00万元，实际支出95.00万元，支出率95.00%。聘用8人。",
        [f"2023 exp budget {T} 9000000", f"2023 exp final {T} 8800000", f"2023 exp budget {P} 3000000", f"2023 exp final {P} 2900000", "2023 exp budget project/河道清淤疏浚 2000000", "2023 exp final project/河道清淤疏浚 1950000", "2023 exp budget project/库区巡查 1000000", "2023 exp final project/库区巡查 950000"],
    ),
    "a_list_in_square_brackets": (
        "项目支出预算120.00万元，支出112.40万元。主要项目：</p><p>（1）灌区渠首维修[预算75.00万元，支出70.20万元，执行率93.60%]；</p><p>（2）水质监测［预算45.00万元，支出42.20万元，执行率93.78%］。",
        [f"2023 exp budget {P} 1200000", f"2023 exp final {P} 1124000", "2023 exp budget project/灌区渠首维修 750000", "2023 exp final project/灌区渠首维修 702000", "2023 exp budget project/水质监测 450000", "2023 exp final project/水质监测 422000"],
    ),
    "a_list_by_direction_that_makes_the_projects_sum": (
        "2023年项目支出决算300.00万元。从支出方向看，孤儿基本生活保障支出88.00万元，高龄老人津贴支出92.00万元，临时救助支出120.00万元。",
        [f"2023 exp final {P} 3000000", "2023 exp final project/孤儿基本生活保障 880000", "2023 exp final project/高龄老人津贴 920000", "2023 exp final project/临时救助 1200000"],
    ),
    "kept_within_the_budget": (
        "“三公”经费支出9.84万元，控制在12.00万元预算之内。",
        [f"2023 exp final {THREE} 98400", f"2023 exp budget {THREE} 120000"],
    ),
    "the_parts_behind_a_semicolon_are_the_outturns": (
        "“三公”经费决算58.72万元，预算66.00万元，比上年的61.05万元减少2.33万元；公务用车运行维护费56.56万元，公务接待费2.16万元。",
        [f"2023 exp final {THREE} 587200", f"2023 exp budget {THREE} 660000", f"2022 exp final {THREE} 610500", f"2023 exp final {CARS} 565600", f"2023 exp final {GUESTS} 21600"],
    ),
    "income_all_of_one_source_in_parts": (
        "本年收入630.00万元，支出623.00万元。本年收入全部为财政拨款，其中一般公共预算财政拨款318.00万元，政府性基金预算财政拨款312.00万元。",
        ["2023 rev final total/total 6300000", f"2023 exp final {T} 6230000", "2023 rev final source/general_public_budget 3180000", "2023 rev final source/government_fund 3120000"],
    ),
    "made_up_of_two": (
        "2023年基本支出决算430.00万元，由人员经费391.00万元（90.93%）和公用经费39.00万元（9.07%）构成。",
        [f"2023 exp final {B} 4300000", f"2023 exp final {PEOPLE} 3910000", f"2023 exp final {PUBLIC} 390000"],
    ),
    "per_vehicle": (
        "“三公”经费决算8.40万元，均为公务用车运行维护费，保有执法车4辆，车均2.10万元。",
        [f"2023 exp final {THREE} 84000", "2023 exp final three_public/vehicle_operation 84000"],
    ),
    "colloquial": (
        "去年全年花了多少钱？年初人大批给我们的预算是516.00万元，年中追加后全年可用545.50万元，实际花出去538.20万元。",
        [f"2023 exp initial_budget {T} 5160000", f"2023 exp budget {T} 5455000", f"2023 exp final {T} 5382000"],
    ),
    "a_grant_won_is_not_ours": (
        "全年支出决算350.00万元。向上争取中央预算内资金2800.00万元，撬动社会投资1.20亿元。",
        [f"2023 exp final {T} 3500000"],
    ),
    "a_subordinate_unit_is_not_ours": (
        "2023年部门支出决算700.00万元。下属事业单位县图书馆支出86.00万元。",
        [f"2023 exp final {T} 7000000"],
    ),
    "three_years": (
        "2021年至2023年部门支出决算分别为300.00万元、320.00万元和351.00万元。",
        [f"2022 exp final {T} 3200000", f"2023 exp final {T} 3510000"],
    ),
    "nested_parts": (
        "2023年支出合计900.00万元，其中：基本支出600.00万元（其中人员经费540.00万元，公用经费60.00万元），项目支出300.00万元（其中：森林管护200.00万元，苗木培育100.00万元）。",
        [f"2023 exp final {T} 9000000", f"2023 exp final {B} 6000000", f"2023 exp final {PEOPLE} 5400000", f"2023 exp final {PUBLIC} 600000", f"2023 exp final {P} 3000000", "2023 exp final project/森林管护 2000000", "2023 exp final project/苗木培育 1000000"],
    ),
    "budget_and_outturn_named_once": (
        "年初预算数、全年预算数、决算数分别为410.00万元、455.00万元、450.45万元，其中基本支出依次为300.00万元、310.00万元、309.00万元。",
        [f"2023 exp initial_budget {T} 4100000", f"2023 exp budget {T} 4550000", f"2023 exp final {T} 4504500", f"2023 exp initial_budget {B} 3000000", f"2023 exp budget {B} 3100000", f"2023 exp final {B} 3090000"],
    ),
    "terms_and_two_stages": (
        "人员经费、公用经费预算分别为210.00万元、30.00万元，决算分别为208.00万元、28.50万元。",
        [f"2023 exp budget {PEOPLE} 2100000", f"2023 exp budget {PUBLIC} 300000", f"2023 exp final {PEOPLE} 2080000", f"2023 exp final {PUBLIC} 285000"],
    ),
    "items_with_labels_and_colons": (
        "重点项目支出情况如下：\n1.屋面维修：预算88.00万元，支出87.26万元，执行率99.16%。\n2.实验设备购置：预算35.00万元，支出35.00万元，执行率100%。",
        ["2023 exp budget project/屋面维修 880000", "2023 exp final project/屋面维修 872600", "2023 exp budget project/实验设备购置 350000", "2023 exp final project/实验设备购置 350000"],
    ),
    "aid_in_a_list_of_projects_is_the_projects": (
        "项目支出决算60.00万元，主要项目有：困难党员慰问12.00万元，质押融资奖补18.00万元，企业稳岗补贴30.00万元。其中稳岗补贴工作帮助9家企业获得贷款3200万元。",
        [f"2023 exp final {P} 600000", "2023 exp final project/困难党员慰问 120000", "2023 exp final project/质押融资奖补 180000", "2023 exp final project/企业稳岗补贴 300000"],
    ),
    "namely": (
        "重点项目支出两个，即免费开放86.00万元、消防改造42.00万元。",
        ["2023 exp final project/免费开放 860000", "2023 exp final project/消防改造 420000"],
    ),
    "yi_and_wan": (
        "全年收入总计1亿2300.00万元，支出总计1.21亿元。",
        ["2023 rev final total/total 123000000", f"2023 exp final {T} 121000000"],
    ),
    "of_which_by_economic_class": (
        "按经济分类，工资福利支出320.00万元，商品和服务支出110.00万元，对个人和家庭的补助20.00万元，合计450.00万元，与决算支出一致。",
        ["2023 exp final economic/301 3200000", "2023 exp final economic/302 1100000", "2023 exp final economic/303 200000"],
    ),
    "story_of_other_money": (
        "全年支出决算350.00万元。全县粮食总产值达到18.60亿元，为156户群众追回欠薪420.00万元。",
        [f"2023 exp final {T} 3500000"],
    ),
    "tuition_and_meals_are_not_ours": (
        "全年支出决算1350.00万元。收取伙食费260.00万元，全部用于学生就餐。",
        [f"2023 exp final {T} 13500000"],
    ),
    "balance_at_the_end": (
        "2023年收入合计520.00万元，支出合计512.00万元，年末结转8.00万元。",
        ["2023 rev final total/total 5200000", f"2023 exp final {T} 5120000"],
    ),
    "stage_said_behind_the_figure": (
        "项目支出360.00万元（全年预算），实际执行352.80万元。",
        [f"2023 exp budget {P} 3600000", f"2023 exp final {P} 3528000"],
    ),
    "what_was_spent_is_said_by_shi_ji": (
        "“三公”经费：年初预算15.00万元，实际12.40万元，比上年少花1.10万元。其中接待费3.20万元，车辆运行9.20万元。",
        [
            f"2023 exp initial_budget {THREE} 150000",
            f"2023 exp final {THREE} 124000",
            f"2023 exp final {GUESTS} 32000",
            f"2023 exp final {CARS} 92000",
        ],
    ),
    "the_department_without_its_units": (
        "局本级支出320.00万元，县种子站支出80.00万元，部门支出合计400.00万元。",
        [f"2023 exp final {T} 4000000"],
    ),
    "adjusted_from_to": (
        "部门预算由年初的480.00万元调整到全年的530.00万元，决算支出524.70万元。",
        [f"2023 exp initial_budget {T} 4800000", f"2023 exp budget {T} 5300000", f"2023 exp final {T} 5247000"],
    ),
    "less_than_the_budget_by_so_much": (
        "“三公”经费预算46.00万元，实际支出41.90万元，比预算少4.10万元。",
        [f"2023 exp budget {THREE} 460000", f"2023 exp final {THREE} 419000"],
    ),
    "several_told_together": (
        "项目支出决算500.00万元，主要有：公益林管护200.00万元，退耕补助300.00万元。其中公益林管护、退耕补助资金共500.00万元已发放到户。",
        [f"2023 exp final {P} 5000000", "2023 exp final project/公益林管护 2000000", "2023 exp final project/退耕补助 3000000"],
    ),
    "a_kuan_named_after_its_class": (
        "商品和服务支出90.00万元（其中办公费74.00万元，其他商品和服务支出16.00万元）。",
        ["2023 exp final economic/302 900000"],
    ),
    "the_next_article_of_the_site": (
        "全年支出决算610.00万元。</p><p>上一篇：某县林业局2022年度部门决算 下一篇：某县林业局2024年部门预算（收支总预算138.00万元）",
        [f"2023 exp final {T} 6100000"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", STYLES)
def test_every_sum_of_ours_is_read_and_no_other(name: str, money_in) -> None:
    text, expected = STYLES[name]
    assert money_in(text).amounts == sorted(expected)


def test_a_share_behind_a_bracket_is_of_the_sum_before_it(money_in) -> None:
    found = money_in(
        "支出决算500.00万元，其中基本支出200.00万元（人员经费180.00万元，公用经费20.00万元），占40.00%。"
    ).facts
    assert [(one.subject.item, one.percent) for one in found.ratios] == [("basic", 40)]


UNKNOWN = {
    "words_that_are_no_term": ("全年支出决算350.00万元。档案整理外包及扫描另计6.30万元。", "6.30万元"),
    "an_item_named_in_a_heading": (
        "全年支出决算350.00万元。</p><p>（1）古树名木复壮。全年预算安排12.00万元，实际支出11.00万元。",
        "12.00万元",
    ),
    "a_row_with_fewer_terms": ("全年支出决算350.00万元，基本支出分别为12.00万元、13.00万元和14.00万元。", "13.00万元"),
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_a_sum_without_a_term_or_an_owner_is_a_doubt(name: str, money_in) -> None:
    text, printed = UNKNOWN[name]
    doubts = [doubt for doubt in money_in(text).facts.doubts if printed in doubt.message]
    assert doubts
    assert doubts[0].kind in ("unknown_sum", "undecided_reading")
