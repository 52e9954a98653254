"""Money in sentences, in the wording of several provinces; each rule with what it must leave alone."""

import pytest

T, B, P = "total/total", "nature/basic", "nature/project"

CASES = {
    "why_a_budget_was_changed_is_no_purchase": (
        "当年因增加设备采购等原因，预算调整为2600.00万元。",
        [f"2023 exp budget {T} 26000000"],
        [],
    ),
    "approved_at_the_beginning_of_the_year": (
        "2023年初，市财政局批复我局部门预算支出400.00万元，其中基本支出300.00万元。年初收入预算400.00万元。",
        [
            f"2023 exp initial_budget {T} 4000000",
            f"2023 exp initial_budget {B} 3000000",
            f"2023 rev initial_budget {T} 4000000",
        ],
        [],
    ),
    "a_heading_tells_that_the_budget_is_the_initial_one": (
        "1.年初预算安排情况。我院收支预算总额300.00万元，其中项目支出60.00万元。",
        [
            f"2023 exp initial_budget {T} 3000000",
            f"2023 rev initial_budget {T} 3000000",
            f"2023 exp initial_budget {P} 600000",
        ],
        [],
    ),
    "an_aside_tells_that_the_budget_is_the_initial_one": (
        "部门预算总支出为250.00万元（年初预算，下同），其中基本支出210.00万元。",
        [f"2023 exp initial_budget {T} 2500000", f"2023 exp initial_budget {B} 2100000"],
        [],
    ),
    "spent_until_the_year_ended": (
        "全年预算调整为1390.00万元。截至12月31日，部门整体支出1350.00万元，支出中基本支出450.00万元。",
        [f"2023 exp budget {T} 13900000", f"2023 exp final {T} 13500000", f"2023 exp final {B} 4500000"],
        [],
    ),
    "the_years_income_behind_the_years_budget": (
        "全年预算数912.00万元。全年收入912.00万元，其中财政拨款收入898.00万元。",
        [
            f"2023 exp budget {T} 9120000",
            f"2023 rev final {T} 9120000",
            "2023 rev final source/fiscal_appropriation 8980000",
        ],
        [],
    ),
    "compared_with_the_office_that_was": (
        "全年实际支出260.00万元，较2022年原畜牧局支出239.00万元增长8.79%。",
        [f"2023 exp final {T} 2600000"],  # whose sum last year's is, is a doubt
        [f"year_on_year_change 8.79 exp {T}"],
    ),
    "compared_with_the_initial_budget_before": (
        "年初支出预算235.00万元，与2022年年初支出预算219.00万元相比，增长7.31%。",
        [f"2023 exp initial_budget {T} 2350000", f"2022 exp initial_budget {T} 2190000"],
        [f"year_on_year_change 7.31 exp {T}"],
    ),
    "compared_behind_the_parts": (
        "本年支出决算370.00万元。其中：基本支出253.00万元；项目支出117.00万元。比2022年决算数331.00万元增长11.78%。",
        [
            f"2023 exp final {T} 3700000",
            f"2023 exp final {B} 2530000",
            f"2023 exp final {P} 1170000",
            f"2022 exp final {T} 3310000",
        ],
        [f"year_on_year_change 11.78 exp {T}"],
    ),
    "the_number_of_the_class": (
        "从功能看，社会保障和就业支出（208类）64.35万元，住房保障支出（221）15.75万元。",
        ["2023 exp final function/208 643500", "2023 exp final function/221 157500"],
        [],
    ),
    "names_behind_project_expenditure_that_make_its_sum": (
        "（二）项目支出363.00万元。审计中介服务费246.00万元；金审工程经费57.00万元；专项审计经费60.00万元。",
        [
            f"2023 exp final {P} 3630000",
            "2023 exp final project/审计中介服务费 2460000",
            "2023 exp final project/金审工程经费 570000",
            "2023 exp final project/专项审计经费 600000",
        ],
        [],
    ),
    "names_behind_project_expenditure_that_do_not_make_its_sum": (
        "（二）项目支出363.00万元。审计中介服务费246.00万元；金审工程经费57.00万元。",
        [f"2023 exp final {P} 3630000"],
        [],
    ),
    "all_of_the_income_is_of_one_source": (
        "本年收入151.30万元，全部为财政拨款收入，较2022年的140.10万元有所增加。",
        [
            f"2023 rev final {T} 1513000",
            "2023 rev final source/fiscal_appropriation 1513000",
            f"2022 rev final {T} 1401000",
        ],
        [],
    ),
    "a_budget_of_spending_all_of_one_source_does_not_say_income_or_spending": (
        "全年预算合计208.20万元，均为一般公共预算。",
        [f"2023 exp budget {T} 2082000"],
        [],
    ),
    "a_source_of_no_stage_is_neither_budget_nor_outturn": (
        "部门预算资金总额468.00万元，全年实际支出452.00万元。资金由一般公共预算436.00万元、政府性基金32.00万元构成。",
        [f"2023 exp budget {T} 4680000", f"2023 exp final {T} 4520000"],
        [],
    ),
    "a_colon_opens_a_list_of_projects_and_a_purchase_in_a_name_is_none": (
        "几个大一些的项目：礼堂维修预算96.20万元，支出94.30万元；实训设备采购预算32.10万元，支出31.90万元，执行率99.38%。",
        [
            "2023 exp budget project/礼堂维修 962000",
            "2023 exp final project/礼堂维修 943000",
            "2023 exp budget project/实训设备采购 321000",
            "2023 exp final project/实训设备采购 319000",
        ],
        ["budget_completion_rate 99.38 exp project/实训设备采购"],
    ),
    "the_sum_of_an_item_before_its_outturn_is_a_budget_but_which": (
        "项目支出：年初预算数为150万元，实际支出143.4万元。其中：外聘中介经费80万元，支出76.2万元；信息化建设40万元，支出37.2万元。",
        [
            f"2023 exp initial_budget {P} 1500000",
            f"2023 exp final {P} 1434000",
            "2023 exp final project/外聘中介经费 762000",
            "2023 exp final project/信息化建设 372000",
        ],
        [],
    ),
    "a_list_that_closes_leaves_to_each_sum_the_stage_of_its_own_words": (
        "项目支出预算24万元。项目支出明细：康复救助经费预算12万元，支出12万元；就业培训经费预算8万元，支出7.6万元。",
        [
            f"2023 exp budget {P} 240000",
            "2023 exp budget project/康复救助经费 120000",
            "2023 exp final project/康复救助经费 120000",
            "2023 exp budget project/就业培训经费 80000",
            "2023 exp final project/就业培训经费 76000",
        ],
        [],
    ),
    "what_is_left_of_a_list_is_no_entry": (
        "项目支出决算为400万元，主要用于道路维修经费286万元、管护经费57万元、其他57万元。",
        [
            f"2023 exp final {P} 4000000",
            "2023 exp final project/道路维修经费 2860000",
            "2023 exp final project/管护经费 570000",
        ],
        [],
    ),
    "what_is_spent_on_trade_is_a_third_nature": (
        "本年支出34.58亿元，其中基本支出12.64亿元，项目支出13.09亿元，经营支出8.85亿元。",
        [
            f"2023 exp final {T} 3458000000",
            f"2023 exp final {B} 1264000000",
            f"2023 exp final {P} 1309000000",
            "2023 exp final nature/other 885000000",
        ],
        [],
    ),
    "the_rate_of_a_project_that_a_sentence_begins_with_is_not_the_departments": (
        "数字阅览推广工程因设备到货延迟，资金支出率仅为54.91%。",
        [],
        ["budget_completion_rate 54.91 -"],
    ),
    "what_is_left_of_the_natures_is_no_function": (
        "全年预算数306.40万元，其中基本支出预算数206.40万元，项目支出预算数100万元，其他支出预算数0万元。",
        [f"2023 exp budget {T} 3064000", f"2023 exp budget {B} 2064000", f"2023 exp budget {P} 1000000"],
        [],
    ),
    "because_of_what_is_no_split": (
        "年初批复部门预算486.20万元；按照从紧安排的要求追加后，调整预算数为512.40万元，其中基本支出337.60万元、项目支出174.80万元。",
        [
            f"2023 exp initial_budget {T} 4862000",
            f"2023 exp budget {T} 5124000",
            f"2023 exp budget {B} 3376000",
            f"2023 exp budget {P} 1748000",
        ],
        [],
    ),
    "all_of_it_for_one_item": (
        "“三公”经费支出2.18万元，均为公务用车运行维护费，较2022年度的2.40万元下降9.17%。",
        [
            "2023 exp final three_public/total 21800",
            "2023 exp final three_public/vehicle_operation 21800",
            "2022 exp final three_public/total 24000",
        ],
        ["year_on_year_change -9.17 exp three_public/total"],
    ),
    "spared_against_the_initial_budget": (
        "“三公”经费支出比年初预算96万元节约17.07万元，控制率为82.22%。",
        ["2023 exp initial_budget three_public/total 960000"],
        ["three_public_control_rate 82.22 -"],
    ),
    "per_head_between_a_sum_and_its_change": (
        "公用经费支出88.60万元，人均1.89万元，较上年减少6.41万元，下降6.75%。",
        ["2023 exp final nature/public_use 886000"],
        ["year_on_year_change -6.75 exp nature/public_use"],
    ),
    "what_the_whole_office_spent": (
        "“三公”经费方面，2023年全局支出14.92万元。",
        ["2023 exp final three_public/total 149200"],
        [],
    ),
    "a_car_bought": (
        "“三公”经费决算支出78.93万元，其中公务用车购置及运行费71.46万元（购置执勤用车1辆18.90万元）。",
        ["2023 exp final three_public/total 789300", "2023 exp final three_public/vehicle_purchase 189000"],
        [],
    ),
    "share_of_one_budget_in_the_other": ("年初预算仅占全年可执行预算的31.13%。", [], ["share 31.13 -"]),
    "only_so_much_was_bought": ("受工期影响，政府采购执行率仅为71.35%。", [], ["procurement_rate 71.35 -"]),
    "a_part_of_the_initial_budget": (
        "2023年我镇年初部门预算为268.50万元，其中：基本支出预算194.10万元。",
        [f"2023 exp initial_budget {T} 2685000", f"2023 exp initial_budget {B} 1941000"],
        [],
    ),
    "changed_to_behind_special_money": (
        "全年共追加预算指标150.00万元，其中上级专项52.00万元，调整后预算419.00万元。",
        [f"2023 exp budget {T} 4190000"],
        [],
    ),
    "what_was_spent_of_the_one_before_the_colon": (
        "“三公”经费：全年支出18.35万元，完成预算22.00万元的83.41%。",
        ["2023 exp budget three_public/total 220000", "2023 exp final three_public/total 183500"],
        ["budget_completion_rate 83.41 exp three_public/total"],
    ),
    "sources_of_what_was_spent": (
        "一般公共预算财政拨款支出478.00万元、政府性基金预算财政拨款支出28.00万元、其他资金3.00万元，分别占93.91%、5.50%、0.59%。",
        [
            "2023 exp final source/general_public_budget 4780000",
            "2023 exp final source/government_fund 280000",
            "2023 exp final source/other 30000",
        ],
        [
            "share 93.91 exp source/general_public_budget",
            "share 5.5 exp source/government_fund",
            "share 0.59 exp source/other",
        ],
    ),
    "a_remark_between_a_word_and_its_sum": (
        "决算收入101.00万元，其中其他收入（培训班住宿费）3.00万元。",
        [f"2023 rev final {T} 1010000", "2023 rev final source/other 30000"],
        [],
    ),
    "of_which_budget_a_rate_is": (
        "2023年总支出1012.00万元，为年初预算的113.49%，为调整预算的97.85%。基本支出734.00万元。",
        [f"2023 exp final {T} 10120000", f"2023 exp final {B} 7340000"],
        [f"budget_completion_rate 113.49 exp {T}", f"budget_completion_rate 97.85 exp {T}"],
    ),
    "projects_with_budget_and_sum_in_a_row": (
        "主要项目支出：1.培训专项经费年初安排150.00万元，实际支出148.00万元，支出率98.67%；2.校园维修年初安排60.00万元，实际支出59.00万元。",
        [
            "2023 exp initial_budget project/培训专项经费 1500000",
            "2023 exp final project/培训专项经费 1480000",
            "2023 exp initial_budget project/校园维修 600000",
            "2023 exp final project/校园维修 590000",
        ],
        ["budget_completion_rate 98.67 exp project/培训专项经费"],
    ),
    "projects_with_circles_behind_their_number": (
        "（五）项目支出情况。我局项目共2个，分别为：①抽检经费，预算96.00万元，支出93.00万元；②12315平台运行费，预算12.00万元，支出12.00万元。",
        [
            "2023 exp budget project/抽检经费 960000",
            "2023 exp final project/抽检经费 930000",
            "2023 exp budget project/12315平台运行费 120000",
            "2023 exp final project/12315平台运行费 120000",
        ],
        [],
    ),
    "projects_of_the_budget_by_name": (
        "预算项目共2个：城乡居民医疗补助238.00万元、离休干部医药费95.00万元。",
        ["2023 exp budget project/城乡居民医疗补助 2380000", "2023 exp budget project/离休干部医药费 950000"],
        [],
    ),
    "income_of_the_year_and_what_was_spent_together": (
        "年初预算收入213.00万元，全年可支配收入共计726.00万元。其中财政拨款收入695.00万元。2023年支出共计698.00万元。",
        [
            f"2023 rev initial_budget {T} 2130000",
            f"2023 rev final {T} 7260000",
            "2023 rev final source/fiscal_appropriation 6950000",
            f"2023 exp final {T} 6980000",
        ],
        [],
    ),
    "two_that_there_were_none_of": (
        "“三公”经费决算3.06万元，其中公车运行维护费3.06万元，未发生因公出国（境）费用和公务接待费用。",
        [
            "2023 exp final three_public/total 30600",
            "2023 exp final three_public/vehicle_operation 30600",
            "2023 exp final three_public/abroad 0",
            "2023 exp final three_public/reception 0",
        ],
        [],
    ),
    "an_initial_budget_of_last_year": (
        "批复我院年初收支预算各124.00万元，比上年年初预算119.00万元增加5.00万元，增长4.20%。",
        [
            f"2023 exp initial_budget {T} 1240000",
            f"2023 rev initial_budget {T} 1240000",
            f"2022 exp initial_budget {T} 1190000",
        ],
        [f"year_on_year_change 4.2 exp {T}"],
    ),
    "shares_of_sums_with_an_unknown_one_between": (
        "全年收入合计150.00万元，其中：财政拨款118.00万元、事业收入29.00万元、其他收入3.00万元，占比分别为78.67%、19.33%和2.00%。",
        [
            f"2023 rev final {T} 1500000",
            "2023 rev final source/fiscal_appropriation 1180000",
            "2023 rev final source/other 30000",
        ],
        ["share 78.67 rev source/fiscal_appropriation", "share 19.33 -", "share 2 rev source/other"],
    ),
    "projects_told_one_by_one_below_their_heading": (
        "（三）专项经费使用。一是人口普查经费，年初安排120.00万元，调整后298.00万元，实际使用289.00万元；二是住户调查经费，年初安排72.00万元，实际使用70.00万元。",
        [
            "2023 exp initial_budget project/人口普查经费 1200000",
            "2023 exp budget project/人口普查经费 2980000",
            "2023 exp final project/人口普查经费 2890000",
            "2023 exp initial_budget project/住户调查经费 720000",
            "2023 exp final project/住户调查经费 700000",
        ],
        [],
    ),
    "projects_in_a_row_below_their_heading": (
        "（三）重点项目支出情况。小型水库维修养护项目安排预算420.00万元，支出418.00万元，支出率99.52%；河长制经费安排预算60.00万元，支出60.00万元。",
        [
            "2023 exp budget project/小型水库维修养护项目 4200000",
            "2023 exp final project/小型水库维修养护项目 4180000",
            "2023 exp budget project/河长制经费 600000",
            "2023 exp final project/河长制经费 600000",
        ],
        ["budget_completion_rate 99.52 exp project/小型水库维修养护项目"],
    ),
    "arranged_of_the_initial_budget": (
        "年初部门预算收支均为118.00万元。其中基本支出安排88.00万元，占74.58%；项目支出安排30.00万元。年度执行中追加活动经费26.00万元，年终预算数为144.00万元。",
        [
            f"2023 exp initial_budget {T} 1180000",
            f"2023 rev initial_budget {T} 1180000",
            f"2023 exp initial_budget {B} 880000",
            f"2023 exp initial_budget {P} 300000",
            f"2023 exp budget {T} 1440000",
        ],
        [f"share 74.58 exp {B}"],
    ),
    "the_same_of_the_year_before_behind_a_semicolon": (
        "“三公”经费实际支出2.36万元，全部为公务接待费；2022年同口径支出为2.58万元。中标总金额4126.80万元。",
        [
            "2023 exp final three_public/total 23600",
            "2023 exp final three_public/reception 23600",
            "2022 exp final three_public/total 25800",
        ],
        [],
    ),
    "projects_that_make_its_sum_behind_a_verb": (
        "项目支出决算137.50万元，包括职工帮扶资金85.00万元、劳模慰问经费27.50万元、文化宫维修经费25.00万元。",
        [
            f"2023 exp final {P} 1375000",
            "2023 exp final project/职工帮扶资金 850000",
            "2023 exp final project/劳模慰问经费 275000",
            "2023 exp final project/文化宫维修经费 250000",
        ],
        [],
    ),
    "entries_of_a_list_that_are_sentences_of_their_own": (
        "主要项目支出情况如下：\n1.科普活动专项经费。全年预算数30.00万元，实际支出29.50万元，执行率98.33%。\n"
        "2.培训经费。全年预算数20.00万元，实际支出20.00万元。",
        [
            "2023 exp budget project/培训经费 200000",
            "2023 exp budget project/科普活动专项经费 300000",
            "2023 exp final project/培训经费 200000",
            "2023 exp final project/科普活动专项经费 295000",
        ],
        ["budget_completion_rate 98.33 exp project/科普活动专项经费"],
    ),
    "the_offices_short_name_and_last_years_outturn_of_the_same": (
        "2023年，我局年初预算300.00万元。“三公”经费决算支出12.00万元，上年决算支出14.00万元。",
        [
            f"2023 exp initial_budget {T} 3000000",
            "2023 exp final three_public/total 120000",
            "2022 exp final three_public/total 140000",
        ],
        [],
    ),
    "a_paragraph_about_one_project": (
        "1.水库除险加固工程。年初预算500.00万元，实际支出480.00万元。\n2.专项资金。实际支出480.00万元。",
        [],  # doubts: no list of projects says that this is one of ours
        [],
    ),
    "a_rate_between_a_sum_and_its_parts": (
        "支出决算100.00万元，预算支出率98.18%，其中：基本支出80.00万元，项目支出20.00万元。",
        [f"2023 exp final {B} 800000", f"2023 exp final {P} 200000", f"2023 exp final {T} 1000000"],
        ["budget_completion_rate 98.18 exp total/total"],
    ),
    "a_rate_of_the_whole_behind_its_parts": (
        "预算数1120.50万元，其中基本支出680.20万元，项目支出440.30万元。决算数1101.40万元，其中基本支出675.10万元，项目支出426.30万元，执行率98.30%。",
        [
            f"2023 exp budget {T} 11205000",
            f"2023 exp budget {B} 6802000",
            f"2023 exp budget {P} 4403000",
            f"2023 exp final {T} 11014000",
            f"2023 exp final {B} 6751000",
            f"2023 exp final {P} 4263000",
        ],
        [f"budget_completion_rate 98.3 exp {T}"],
    ),
    "a_rate_that_no_sums_give_stays_where_it_stands": (
        "预算数1120.50万元，决算数1101.40万元，其中项目支出预算数440.30万元，决算数426.30万元，执行率95%。",
        [
            f"2023 exp budget {T} 11205000",
            f"2023 exp final {T} 11014000",
            f"2023 exp budget {P} 4403000",
            f"2023 exp final {P} 4263000",
        ],
        [f"budget_completion_rate 95 exp {P}"],
    ),
    "a_share_before_its_sum": (
        "基本支出占比为55.2%（1104.00万元），项目经费占40%，其他占4.8%。",
        [f"2023 exp final {B} 11040000"],
        [f"share 55.2 exp {B}", f"share 40 exp {P}", "share 4.8 -"],
    ),
    "classes_marked_behind_their_name": (
        "一般公共服务支出（类）1203.45万元，占46.2%，其中年初结转56.00万元，占3.1%。",
        ["2023 exp final function/201 12034500"],
        ["share 46.2 exp function/201", "share 3.1 -"],
    ),
    "spent_of_the_one_subject_with_a_budget": (
        "“三公”经费全年预算数15.5万元，全年支出数12.3万元。项目支出预算2000万元，其中上级转移支付500万元；实际支出1900万元，执行率95%。",
        [
            "2023 exp budget three_public/total 155000",
            "2023 exp final three_public/total 123000",
            f"2023 exp budget {P} 20000000",
            f"2023 exp final {P} 19000000",
        ],
        [f"budget_completion_rate 95 exp {P}"],
    ),
    "spent_of_all_behind_two_classes": (
        "基本支出预算800万元，项目支出预算200万元，全年支出950万元。",
        [f"2023 exp budget {B} 8000000", f"2023 exp budget {P} 2000000", f"2023 exp final {T} 9500000"],
        [],
    ),
    "compared_once_more_behind_a_semicolon": (
        "2023年部门支出决算512万元，比上年实际支出498万元增加14万元；比年初预算数480万元增加32万元。",
        [f"2023 exp final {T} 5120000", f"2022 exp final {T} 4980000", f"2023 exp initial_budget {T} 4800000"],
        [],
    ),
    "until_the_end_of_the_year": (
        "年初预算批复数为人民币300万元，执行中调整预算数320万元。截至2023年12月31日，累计支出310万元，资金使用率96.88%。",
        [f"2023 exp initial_budget {T} 3000000", f"2023 exp budget {T} 3200000", f"2023 exp final {T} 3100000"],
        [f"budget_completion_rate 96.88 exp {T}"],
    ),
    "the_towns_own_revenue": (
        "全镇2023年一般公共预算收入完成5600万元。镇机关全年总支出2150.30万元。",
        [f"2023 exp final {T} 21503000"],
        [],
    ),
    "a_sum_behind_its_own_comma": (
        "卫生健康支出占支出决算的12.50%，即250.00万元；其余为其他收入，计63.80万元。",
        ["2023 exp final function/210 2500000", "2023 rev final source/other 638000"],
        ["share 12.5 exp function/210"],
    ),
    "several_rates_behind_several_sums": (
        "住房保障支出30万元、卫生健康支出20万元，占比依次为6%、4%。",
        ["2023 exp final function/221 300000", "2023 exp final function/210 200000"],
        ["share 6 exp function/221", "share 4 exp function/210"],
    ),
    "two_sums_behind_a_proportion": (
        "人员经费与公用经费之比约为9：1，分别是900万元和100万元。",
        ["2023 exp final nature/personnel 9000000", "2023 exp final nature/public_use 1000000"],
        [],
    ),
    "projects_that_project_spending_is_made_of": (
        "项目支出500.00万元（平台运维300.00万元、业务培训200.00万元）。项目支出500.00万元，其中渡口管护200.00万元。",
        [
            f"2023 exp final {P} 5000000",
            "2023 exp final project/平台运维 3000000",
            "2023 exp final project/业务培训 2000000",
            "2023 exp final project/渡口管护 2000000",
        ],
        [],
    ),
    "funds_that_project_spending_is_made_of": (
        "项目支出500.00万元（含追加120.00万元），其中中央资金300.00万元、上年结转80.00万元。",
        [f"2023 exp final {P} 5000000"],
        [],
    ),
    "nothing_spent_on_several": (
        "“三公”经费决算10.00万元；其中车辆运行维护10.00万元，出国（境）和购车均无支出。",
        [
            "2023 exp final three_public/total 100000",
            "2023 exp final three_public/vehicle_operation 100000",
            "2023 exp final three_public/abroad 0",
            "2023 exp final three_public/vehicle_purchase 0",
        ],
        [],
    ),
    "below_the_heading_of_a_kind_of_project": (
        "2.运转类项目。预算210.00万元，执行200.00万元，预算执行率95.24%，其中物业费执行率最低，仅为81.2%；“三公”经费支出9.00万元，控制在预算12.00万元以内。",
        ["2023 exp final three_public/total 90000", "2023 exp budget three_public/total 120000"],
        ["budget_completion_rate 95.24 -", "budget_completion_rate 81.2 -"],
    ),
    "a_rate_of_the_budget": (
        "“三公”经费年初预算20.00万元，决算15.00万元，为年初预算的75%，未超过预算20.00万元。执行率达到97%。",
        [
            "2023 exp initial_budget three_public/total 200000",
            "2023 exp final three_public/total 150000",
            "2023 exp budget three_public/total 200000",
        ],
        ["budget_completion_rate 75 exp three_public/total", "budget_completion_rate 97 -"],
    ),
    "compared_with_the_budget": (
        "2023年支出决算2157.34万元，较年初预算1589.00万元增长35.77%。",
        [f"2023 exp final {T} 21573400", f"2023 exp initial_budget {T} 15890000"],
        [],
    ),
    "a_budget_that_was_completed": (
        "2023年支出决算总计3791.85万元，完成全年预算数3850.00万元的98.49%。",
        [f"2023 exp final {T} 37918500", f"2023 exp budget {T} 38500000"],
        [f"budget_completion_rate 98.49 exp {T}"],
    ),
    "last_year_in_its_own_clause": (
        "2023年支出决算总计3791.85万元；上年支出决算总计3540.61万元，同比增长7.10%。",
        [f"2023 exp final {T} 37918500", f"2022 exp final {T} 35406100"],
        [f"year_on_year_change 7.1 exp {T}"],
    ),
    "grown_from_to": (
        "基本支出由上年的674.40万元增至690.25万元。",
        [f"2022 exp final {B} 6744000", f"2023 exp final {B} 6902500"],
        [],
    ),
    "projects_by_name": (
        "项目支出主要用于办案业务费138.62万元、信息化运维费110.47万元。",
        ["2023 exp final project/办案业务费 1386200", "2023 exp final project/信息化运维费 1104700"],
        [],
    ),
    "projects_with_their_figures_in_parentheses": (
        "项目支出涉及食品抽检（预算360万元，支出351.84万元）、检验检测（预算270万元，支出232.1万元）两个方面。",
        [
            "2023 exp budget project/食品抽检 3600000",
            "2023 exp final project/食品抽检 3518400",
            "2023 exp budget project/检验检测 2700000",
            "2023 exp final project/检验检测 2321000",
        ],
        [],
    ),
    "parts_are_of_what_was_spent": (
        "“三公”经费预算78万元，支出62.57万元。其中：公务接待费1.67万元。",
        [
            "2023 exp budget three_public/total 780000",
            "2023 exp final three_public/total 625700",
            "2023 exp final three_public/reception 16700",
        ],
        [],
    ),
    "three_public_with_stage_words": (
        "2023年“三公”经费财政拨款支出预算为20万元，支出决算为15.3万元，完成预算的76.5%，其中：公务接待费支出预算为5万元，支出决算为3.1万元。",
        [
            "2023 exp budget three_public/total 200000",
            "2023 exp final three_public/total 153000",
            "2023 exp budget three_public/reception 50000",
            "2023 exp final three_public/reception 31000",
        ],
        ["budget_completion_rate 76.5 exp three_public/total"],
    ),
    "both_flows_together": (
        "2023年度收、支总计均为1523.26万元。",
        [f"2023 rev final {T} 15232600", f"2023 exp final {T} 15232600"],
        [],
    ),
    "subjects_severally": (
        "基本支出、项目支出年初预算数分别为1200.5万元、300万元，决算数分别为1180.22万元、290.1万元，完成率分别为98.3%、96.7%。",
        [
            f"2023 exp initial_budget {B} 12005000",
            f"2023 exp initial_budget {P} 3000000",
            f"2023 exp final {B} 11802200",
            f"2023 exp final {P} 2901000",
        ],
        [f"budget_completion_rate 98.3 exp {B}", f"budget_completion_rate 96.7 exp {P}"],
    ),
    "stages_severally_with_one_unit": (
        "部门整体支出年初预算数、全年预算数和决算数分别为1000、1100和1050万元。",
        [f"2023 exp initial_budget {T} 10000000", f"2023 exp budget {T} 11000000", f"2023 exp final {T} 10500000"],
        [],
    ),
    "jiangsu_third_term": (
        "2023年部门整体支出年初预算数为1234.56万元，其中：基本支出800.00万元，项目支出400.56万元，单位预留机动经费34.00万元。",
        [
            f"2023 exp initial_budget {T} 12345600",
            f"2023 exp initial_budget {B} 8000000",
            f"2023 exp initial_budget {P} 4005600",
            "2023 exp initial_budget nature/reserve 340000",
        ],
        [],
    ),
    "hunan_chain": (
        "2023年，本局部门整体支出全年预算数1,856.32万元，执行数1,800.00万元，执行率96.97%。其中：基本支出全年预算数1023.12万元，"
        "执行数1023.12万元，执行率100%；项目支出全年预算数833.20万元，执行数776.88万元，执行率93.24%。",
        [
            f"2023 exp budget {T} 18563200",
            f"2023 exp final {T} 18000000",
            f"2023 exp budget {B} 10231200",
            f"2023 exp final {B} 10231200",
            f"2023 exp budget {P} 8332000",
            f"2023 exp final {P} 7768800",
        ],
        [
            f"budget_completion_rate 96.97 exp {T}",
            f"budget_completion_rate 100 exp {B}",
            f"budget_completion_rate 93.24 exp {P}",
        ],
    ),
    "totals_of_both_flows": (
        "2023年度，我单位收入总计3518.85万元，支出总计3500.10万元。",
        [f"2023 rev final {T} 35188500", f"2023 exp final {T} 35001000"],
        [],
    ),
    "full_width": (
        "２０２３年本年支出合计３，５１８．８５万元。",
        [f"2023 exp final {T} 35188500"],
        [],
    ),
    "hundred_million": (
        "全年部门预算支出为1.26亿元，实际支出1.2亿元。",
        [f"2023 exp budget {T} 126000000", f"2023 exp final {T} 120000000"],
        [],
    ),
    "misread_unit": (
        "部门整体支出决算数1200.5万兀，其中基本支出800万兀。",
        [f"2023 exp final {T} 12005000", f"2023 exp final {B} 8000000"],
        [],
    ),
    "yuan": (
        "2023年部门整体支出决算数为12,345,678.90元，其中基本支出9345678.90元，项目支出3000000.00元。",
        [f"2023 exp final {T} 12345678.9", f"2023 exp final {B} 9345678.9", f"2023 exp final {P} 3000000"],
        [],
    ),
    "three_stages": (
        "部门整体支出年初预算为100万元，年中追加预算20万元，调整后预算数为120万元，实际支出118.5万元，预算执行率98.75%。",
        [
            f"2023 exp initial_budget {T} 1000000",
            f"2023 exp budget {T} 1200000",
            f"2023 exp final {T} 1185000",
        ],
        [f"budget_completion_rate 98.75 exp {T}"],
    ),
    "shares": (
        "本年支出合计500.00万元，其中：基本支出300.00万元，占60.00%；项目支出200.00万元，占40.00%。",
        [f"2023 exp final {T} 5000000", f"2023 exp final {B} 3000000", f"2023 exp final {P} 2000000"],
        [f"share 60 exp {B}", f"share 40 exp {P}"],
    ),
    "personnel": (
        "基本支出决算560.20万元，其中人员经费480.10万元，公用经费80.10万元。",
        [
            f"2023 exp final {B} 5602000",
            "2023 exp final nature/personnel 4801000",
            "2023 exp final nature/public_use 801000",
        ],
        [],
    ),
    "function_classes": (
        "按支出功能分类，教育支出1200.00万元，占85.71%；社会保障和就业支出150.00万元，占10.71%；卫生健康支出50.00万元，占3.57%。",
        [
            "2023 exp final function/205 12000000",
            "2023 exp final function/208 1500000",
            "2023 exp final function/210 500000",
        ],
        ["share 85.71 exp function/205", "share 10.71 exp function/208", "share 3.57 exp function/210"],
    ),
    "economic_classes": (
        "按经济分类，工资福利支出700.5万元，商品和服务支出210万元，对个人和家庭的补助30万元，资本性支出9.5万元。",
        [
            "2023 exp final economic/301 7005000",
            "2023 exp final economic/302 2100000",
            "2023 exp final economic/303 300000",
            "2023 exp final economic/310 95000",
        ],
        [],
    ),
    "revenue_by_source": (
        "2023年收入合计1200.00万元，其中：一般公共预算财政拨款收入1000.00万元，政府性基金预算财政拨款收入150.00万元，其他收入50.00万元。",
        [
            f"2023 rev final {T} 12000000",
            "2023 rev final source/general_public_budget 10000000",
            "2023 rev final source/government_fund 1500000",
            "2023 rev final source/other 500000",
        ],
        [],
    ),
    "three_public": (
        "2023年“三公”经费年初预算数10.00万元，实际支出8.50万元。其中：因公出国（境）费0万元；公务用车购置费0万元；公务用车运行维护费6.00万元；公务接待费2.50万元。",
        [
            "2023 exp initial_budget three_public/total 100000",
            "2023 exp final three_public/total 85000",
            "2023 exp final three_public/abroad 0",
            "2023 exp final three_public/vehicle_purchase 0",
            "2023 exp final three_public/vehicle_operation 60000",
            "2023 exp final three_public/reception 25000",
        ],
        [],
    ),
    "zero_in_words": (
        "公务接待费支出1.2万元，因公出国（境）费未发生支出。",
        ["2023 exp final three_public/reception 12000", "2023 exp final three_public/abroad 0"],
        [],
    ),
    "bare_rate": (
        "部门预算执行数为985.00万元，预算数为1000.00万元，预算执行率为98.5。",
        [f"2023 exp final {T} 9850000", f"2023 exp budget {T} 10000000"],
        [f"budget_completion_rate 98.5 exp {T}"],
    ),
    "percent_in_words": (
        "项目支出预算数80万元，决算数76万元，完成百分之95。",
        [f"2023 exp budget {P} 800000", f"2023 exp final {P} 760000"],
        [f"budget_completion_rate 95 exp {P}"],
    ),
    "formula": (
        "预算完成率=（预算完成数/预算数）×100%=（95.3/100）×100%=95.3%。",
        [],
        ["budget_completion_rate 95.3 -"],
    ),
    "last_year_named": (
        "2022年部门整体支出决算数为430.00万元，2023年部门整体支出决算数为450.00万元。",
        [f"2022 exp final {T} 4300000", f"2023 exp final {T} 4500000"],
        [],
    ),
    "last_year_beside": (
        "公务接待费决算数2.00万元，上年决算数1.50万元。",
        ["2023 exp final three_public/reception 20000", "2022 exp final three_public/reception 15000"],
        [],
    ),
    "rates_under_another_name": (
        "基本支出全年预算200万元，支出199万元，支出率99.5%。项目支出全年预算100万元，支出90万元，支出进度90%。",
        [
            f"2023 exp budget {B} 2000000",
            f"2023 exp final {B} 1990000",
            f"2023 exp budget {P} 1000000",
            f"2023 exp final {P} 900000",
        ],
        [f"budget_completion_rate 99.5 exp {B}", f"budget_completion_rate 90 exp {P}"],
    ),
    "indicator_rates": (
        "公用经费控制率为95.20%，“三公经费”控制率80.5%，结转结余率0.35%，政府采购执行率100%。",
        [],
        [
            "public_use_control_rate 95.2 -",
            "three_public_control_rate 80.5 -",
            "carry_over_rate 0.35 -",
            "procurement_rate 100 -",
        ],
    ),
    "named_projects": (
        "项目支出主要包括：1.办公楼维修项目预算120万元，执行118万元，执行率98.33%；2.信息化运维项目预算80万元，执行80万元，执行率100%。",
        [
            "2023 exp budget project/办公楼维修项目 1200000",
            "2023 exp final project/办公楼维修项目 1180000",
            "2023 exp budget project/信息化运维项目 800000",
            "2023 exp final project/信息化运维项目 800000",
        ],
        [
            "budget_completion_rate 98.33 exp project/办公楼维修项目",
            "budget_completion_rate 100 exp project/信息化运维项目",
        ],
    ),
    "stage_words_keep_the_subject": (
        "2023年三公经费预算12万元，决算支出9.8万元，控制率为81.67%。其中公务接待费预算4万元，决算2.1万元。",
        [
            "2023 exp budget three_public/total 120000",
            "2023 exp final three_public/total 98000",
            "2023 exp budget three_public/reception 40000",
            "2023 exp final three_public/reception 21000",
        ],
        ["three_public_control_rate 81.67 -"],
    ),
    "bare_spending_after_revenue": (
        "全年财政拨款收入1,023.45万元，支出1,020.11万元，年末结转结余3.34万元，结转结余率0.33%。",
        [
            "2023 rev final source/fiscal_appropriation 10234500",
            "2023 exp final source/fiscal_appropriation 10201100",
        ],
        ["carry_over_rate 0.33 -"],
    ),
    "both_flows_in_one_label": (
        "2023年年初预算批复收支总预算1800.50万元。",
        [f"2023 rev initial_budget {T} 18005000", f"2023 exp initial_budget {T} 18005000"],
        [],
    ),
    "share_of_the_whole": (
        "支出总额为1234万元，其中基本支出占总支出的65.2%，项目支出占34.8%。",
        [f"2023 exp final {T} 12340000"],
        [f"share 65.2 exp {B}", f"share 34.8 exp {P}"],
    ),
    "vehicles_in_parts": (
        "公务用车购置及运行维护费5.2万元，其中公务用车购置费0元，运行维护费5.2万元。",
        ["2023 exp final three_public/vehicle_purchase 0", "2023 exp final three_public/vehicle_operation 52000"],
        [],
    ),
    "classes_marked_as_such": (
        "社会保障和就业（类）支出23.45万元；住房保障（类）支出34.5万元；其中行政运行（项）500万元。",
        ["2023 exp final function/208 234500", "2023 exp final function/221 345000"],
        [],
    ),
    "formula_with_sums": (
        "公用经费支出45.2万元，公用经费控制率=45.2/50×100%=90.4%。",
        ["2023 exp final nature/public_use 452000"],
        ["public_use_control_rate 90.4 -"],
    ),
    "projects_with_their_own_stages": (
        "项目支出预算200万元，主要包括：（1）科普活动经费：年初预算30万元，全年执行29.5万元，执行率98.33%；（2）学会经费：年初预算20万元，全年执行20万元。",
        [
            f"2023 exp budget {P} 2000000",
            "2023 exp initial_budget project/科普活动经费 300000",
            "2023 exp final project/科普活动经费 295000",
            "2023 exp initial_budget project/学会经费 200000",
            "2023 exp final project/学会经费 200000",
        ],
        ["budget_completion_rate 98.33 exp project/科普活动经费"],
    ),
    "projects_by_一是": (
        "2023年项目支出决算300.5万元，其中：一是乡村振兴工作经费100.5万元；二是信息化建设经费200万元。",
        [
            f"2023 exp final {P} 3005000",
            "2023 exp final project/乡村振兴工作经费 1005000",
            "2023 exp final project/信息化建设经费 2000000",
        ],
        [],
    ),
    "parts_in_parentheses": (
        "部门2023年预算资金1,234.5万元（其中：基本支出1000万元、项目支出234.5万元），执行1,200万元，执行率97.2%。",
        [
            f"2023 exp budget {T} 12345000",
            f"2023 exp budget {B} 10000000",
            f"2023 exp budget {P} 2345000",
            f"2023 exp final {T} 12000000",
        ],
        [f"budget_completion_rate 97.2 exp {T}"],
    ),
    "sums_in_front_of_what_they_are": (
        "支出共计100万元，其中60万元用于人员经费，8万元用于公用经费，32万元用于项目支出。",
        [
            f"2023 exp final {T} 1000000",
            "2023 exp final nature/personnel 600000",
            "2023 exp final nature/public_use 80000",
            f"2023 exp final {P} 320000",
        ],
        [],
    ),
    "a_whole_behind_its_sum": (
        "全年100万元收入中，90万元是一般公共预算财政拨款，10万元是其他收入。",
        [
            f"2023 rev final {T} 1000000",
            "2023 rev final source/general_public_budget 900000",
            "2023 rev final source/other 100000",
        ],
        [],
    ),
    "parts_of_a_sum_of_the_sentence_before": (
        "全年收入总计120万元，其中本年收入100万元。本年收入中：财政拨款88万元，占88%；其他收入12万元，占12%。",
        [
            f"2023 rev final {T} 1000000",
            f"2023 rev final {T} 1200000",
            "2023 rev final source/fiscal_appropriation 880000",
            "2023 rev final source/other 120000",
        ],
        ["share 12 rev source/other", "share 88 rev source/fiscal_appropriation"],
    ),
    "all_of_it_used_for_one": (
        "“三公”经费预算3.00万元，实际支出2.46万元，全部用于公务接待。",
        [
            "2023 exp budget three_public/total 30000",
            "2023 exp final three_public/reception 24600",
            "2023 exp final three_public/total 24600",
        ],
        [],
    ),
    "changed_because_of_subsidies": (
        "年初预算批复支出205万元，执行中因上级补助、人员增资等调整为332万元。",
        [f"2023 exp budget {T} 3320000", f"2023 exp initial_budget {T} 2050000"],
        [],
    ),
    "two_sums_of_one_sentence_are_of_two_stages": (
        "全年支出预算215万元，支出合计206万元，执行率95.81%。其中：基本支出179万元；项目支出27万元。",
        [
            f"2023 exp budget {T} 2150000",
            f"2023 exp final {B} 1790000",
            f"2023 exp final {P} 270000",
            f"2023 exp final {T} 2060000",
        ],
        [f"budget_completion_rate 95.81 exp {T}"],
    ),
    "what_is_not_understood_in_a_bracket_ends_with_it": (
        "全年收入合计211万元，其中：财政拨款收入32万元，事业收入178万元（其中药品收入42万元），其他收入1万元。",
        [
            f"2023 rev final {T} 2110000",
            "2023 rev final source/fiscal_appropriation 320000",
            "2023 rev final source/other 10000",
        ],
        [],
    ),
    "what_is_left_of_the_sources": (
        "全年收入78.09万元：一般公共预算拨款68.07万元，政府性基金9.02万元，其他1.00万元。",
        [
            "2023 rev final source/general_public_budget 680700",
            "2023 rev final source/government_fund 90200",
            "2023 rev final source/other 10000",
            f"2023 rev final {T} 780900",
        ],
        [],
    ),
    "an_institution_is_no_project": (
        "全系统支出合计459万元，其中基本支出332万元，项目支出127万元。其中：局机关支出31万元；县人民医院支出158万元。",
        [f"2023 exp final {B} 3320000", f"2023 exp final {P} 1270000", f"2023 exp final {T} 4590000"],
        [],
    ),
    "projects_that_are_only_counted": (
        "我局对整体支出和23个项目支出开展自评，涉及项目资金186万元。",
        [f"2023 exp final {P} 1860000"],
        [],
    ),
    "projects_of_so_many_parts": (
        "项目支出由两块组成：案件办理经费调整预算62万元，支出59万元；法庭维修调整预算26万元，支出23万元。",
        [
            "2023 exp budget project/案件办理经费 620000",
            "2023 exp budget project/法庭维修 260000",
            "2023 exp final project/案件办理经费 590000",
            "2023 exp final project/法庭维修 230000",
        ],
        [],
    ),
    "classes_below_a_paragraph_on_the_budget": (
        "全年支出合计517万元。年初预算安排支出312万元，完成率165.71%。</p><p>（三）按功能分类看：一般公共服务支出121万元；农林水支出198万元。",
        [
            "2023 exp final function/201 1210000",
            "2023 exp final function/213 1980000",
            f"2023 exp final {T} 5170000",
            f"2023 exp initial_budget {T} 3120000",
        ],
        [f"budget_completion_rate 165.71 exp {T}"],
    ),
    "parts_of_an_outturn_in_the_next_paragraph": (
        "调整后预算数165万元，决算数162万元。</p><p>其中人员类支出118万元，运转类支出20万元。",
        [
            "2023 exp final nature/personnel 1180000",
            f"2023 exp budget {T} 1650000",
            f"2023 exp final {T} 1620000",
        ],
        [],
    ),
    "what_is_left_is_for_projects": (
        "2023年支出合计1040万元，其中基本支出450万元，余下590万元为项目支出。",
        [f"2023 exp final {B} 4500000", f"2023 exp final {P} 5900000", f"2023 exp final {T} 10400000"],
        [],
    ),
    "hospitality_in_short": (
        "“三公”经费合计支出18.42万元（公车运行17.20万元，接待1.22万元）。",
        [
            "2023 exp final three_public/reception 12200",
            "2023 exp final three_public/total 184200",
            "2023 exp final three_public/vehicle_operation 172000",
        ],
        [],
    ),
    "negative_sum": (
        "其他收入决算数-3.20万元。",
        ["2023 rev final source/other -32000"],
        [],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_sentence_gives_its_figures_and_rates(name: str, money_in) -> None:
    text, amounts, ratios = CASES[name]
    seen = money_in(text)
    assert seen.amounts == sorted(amounts)
    assert seen.ratios == sorted(ratios)


LEFT_OUT = {
    "income_of_others": "村集体经营性收入1380万元，食堂全年伙食费收入628.41万元，事业收入3398万元。",
    "one_project": "消费券发放项目支出500.00万元。",
    "grant_won": "积极向上争取项目资金500万元，用于乡村道路建设。",
    "paid_to_companies": "全年为企业发放稳岗补贴1200万元，惠及职工3万人。",
    "threshold": "预算金额超过1000万元的项目须开展事前绩效评估。",
    "investment": "招商引资签约项目12个，带动投资3.5亿元，同比增长12%。",
    "purchase": "采购办公电脑5台，每台5000元，合计金额2.5万元。",
    "satisfaction": "服务对象满意度达到98.5%，培训合格率100%，任务完成率为100%。",
    "rubric": "预算执行率在95%以上的得满分，60%（含）-95%的按比例得分，低于60%不得分。",
    "control": "公用经费控制率≤100%，得2分；三公经费控制率≤100%，计满分。",
    "growth_elsewhere": "全市地区生产总值增长6.5%，规模以上工业增加值增长8%。",
    "carried": "年初结转12.5万元，追加预算20万元。",
    "numbers": "根据财预〔2023〕10号文件，部门预算编码906017，编制25人。",
    "tax": "完成税收收入12.3亿元，一般公共预算收入完成20亿元，全县固定资产投资50亿元。",
    "one_of_many_projects": "该项目2023年安排预算资金50万元，实际支出48万元。",
    "named_items_without_a_list": "（1）科普活动经费：年初预算30万元，全年执行29.5万元；（2）学会经费：预算20万元。",
    "epidemic": "新冠疫情防控专项支出15.6万元，资金使用率100%。",
    "target": "2023年部门整体支出绩效目标：年度收入1500万元，年度支出1500万元。",
    "against_the_budget": "三公经费支出较预算减少0.5万元，较年初预算下降10%。",
    "work_done": "全年完成营造林21万亩，完成率106.5%；投诉处理完成率100%；22个指标达到预期，完成率91.67%。",
    "one_of_some": "个别项目如公园提升（预算86万元，当年支出31.5万元）因方案修改开工延迟。",
    "goals": "（三）部门整体支出绩效目标。年度培训计划完成率100%，预算支出率达到95%。",
    "placeholder": "部门整体支出预算数为____万元，执行数为____万元，执行率为____%。",
}


@pytest.mark.parametrize("name", LEFT_OUT)
def test_other_money_is_left_out(name: str, money_in) -> None:
    seen = money_in(LEFT_OUT[name])
    assert seen.amounts == []
    assert seen.ratios == []
    assert seen.changes == []


def test_a_change_is_no_figure_of_the_year(money_in) -> None:
    seen = money_in("2023年基本支出决算数为450.00万元，比上年增加30.50万元，增长7.27%，主要原因是人员增加。")
    assert seen.amounts == ["2023 exp final nature/basic 4500000"]
    assert seen.ratios == ["year_on_year_change 7.27 exp nature/basic"]
    assert seen.changes == ["exp nature/basic 305000 7.27"]


def test_a_fall_is_negative(money_in) -> None:
    seen = money_in("项目支出决算数为210.00万元，与2022年相比减少12.30万元，下降5.53%。")
    assert seen.amounts == ["2023 exp final nature/project 2100000"]
    assert seen.ratios == ["year_on_year_change -5.53 exp nature/project"]
    assert seen.changes == ["exp nature/project -123000 -5.53"]


def test_the_last_printed_digit_is_kept(money_in) -> None:
    seen = money_in("2023年基本支出决算数为450.5万元，项目支出决算数为12亿元。")
    assert sorted(a.ulp_yuan for a in seen.facts.amounts) == [1000, 100_000_000]


def test_without_a_year_nothing_is_dated(money_in) -> None:
    seen = money_in("部门整体支出决算数为450.00万元。", year=None)
    assert (seen.amounts, seen.doubts) == ([], ["no_fiscal_year"])


def test_the_two_sums_of_a_procurement_rate_stay_with_it(money_in) -> None:
    seen = money_in("政府采购预算20000元，实际采购金额15000元，政府采购执行率75%。")
    assert seen.amounts == []
    (rate,) = seen.facts.ratios
    assert (rate.name, rate.numerator.yuan, rate.denominator.yuan) == ("procurement_rate", 15000, 20000)


def test_changes_of_both_flows_in_one_sentence(money_in) -> None:
    seen = money_in(
        "2023年收入决算1000.00万元，支出决算990.00万元。与2022年相比，收入增加20.00万元，增长2.04%；支出减少30.00万元，下降2.94%。"
    )
    assert seen.amounts == ["2023 exp final total/total 9900000", "2023 rev final total/total 10000000"]
    assert seen.changes == ["exp total/total -300000 -2.94", "rev total/total 200000 2.04"]
