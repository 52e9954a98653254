"""What a figure's surroundings say of it: another stage in its bracket, a part of the money, an item of an outline."""

import pytest
from jixiao.extract.names import own_names

T, B, P, V = "total/total", "nature/basic", "nature/project", "three_public/total"

READ = {
    "a_budget_in_a_bracket_is_the_other_stage_of_the_sum_before_it": (
        "决算支出505.00万元，其中：基本支出300.50万元（年初预算280.00万元），项目支出204.50万元（年初预算210.00万元）。",
        [
            f"exp final {T} 5050000",
            f"exp final {B} 3005000",
            f"exp initial_budget {B} 2800000",
            f"exp final {P} 2045000",
            f"exp initial_budget {P} 2100000",
        ],
    ),
    "a_bare_budget_beside_the_one_in_force_is_the_initial_one": (
        "整体支出预算安排200.00万元。年中追加30.00万元，全年预算数230.00万元，全年执行数229.00万元。",
        [f"exp initial_budget {T} 2000000", f"exp budget {T} 2300000", f"exp final {T} 2290000"],
    ),
    "money_of_a_part_that_is_no_class_is_left": ("财政资金部分，年初预算85.00万元，实际支出80.00万元。", []),
    "funds_in_place_are_no_outturn": (
        "全年预算数90.00万元，资金到位88.00万元，到位率97.78%；实际支出86.00万元。",
        [f"exp budget {T} 900000", f"exp final {T} 860000"],
    ),
    "parts_of_a_sum_that_is_not_understood_are_left": (
        "兄弟单位合办展览花去120.00万元，其中人员经费50.00万元、公用经费70.00万元。",
        [],
    ),
    "a_bare_stage_goes_on_with_the_unknown_sum": (
        "全年支出500.00万元。说几件大家关心的：灯会这一项预算60.00万元，支出55.00万元。",
        [f"exp final {T} 5000000"],
    ),
    "a_bare_stage_behind_a_sum_that_no_term_names": (
        "全年支出500.00万元。共有2个项目批复了绩效目标，项目金额60.00万元，实际支出58.00万元。",
        [f"exp final {T} 5000000"],
    ),
    "a_budget_that_was_approved_is_the_one_in_force_unless_it_says_so": (
        "部门预算批复支出200.00万元，其中基本支出150.00万元，项目支出50.00万元。",
        [f"exp budget {T} 2000000", f"exp budget {B} 1500000", f"exp budget {P} 500000"],
    ),
    "last_years_sum_behind_parts_is_the_wholes_whose_change_is_told": (
        "“三公”经费31.26万元，其中公务接待费12.06万元，公务用车运行维护费19.20万元，比上年35.80万元减少4.54万元。",
        [
            f"exp final {V} 312600",
            "exp final three_public/reception 120600",
            "exp final three_public/vehicle_operation 192000",
            f"2022 exp final {V} 358000",
        ],
    ),
    "last_years_sum_behind_parts_is_the_last_ones_where_only_it_makes_the_change": (
        "“三公”经费31.26万元，其中公务接待费12.06万元，公务用车运行维护费19.20万元，比上年23.20万元减少4.00万元。",
        [
            f"exp final {V} 312600",
            "exp final three_public/reception 120600",
            "exp final three_public/vehicle_operation 192000",
            "2022 exp final three_public/vehicle_operation 232000",
        ],
    ),
    "a_word_of_spending_before_a_budget_belongs_to_the_name": (
        "项目支出60.00万元。其中，文书执行年初预算数20.00万元，年末结算支出20.00万元。",
        [
            f"exp final {P} 600000",
            "exp initial_budget project/文书执行 200000",
            "exp final project/文书执行 200000",
        ],
    ),
    "what_is_adjusted_to_another_sum_is_the_initial_budget": (
        "决算420.00万元。年中人员经费从250.00万元调增至262.00万元，公用经费由50.00万元调减为44.00万元，项目支出由90.00万元变更为99.00万元。",
        [
            f"exp final {T} 4200000",
            "exp initial_budget nature/personnel 2500000",
            "exp budget nature/personnel 2620000",
            "exp initial_budget nature/public_use 500000",
            "exp budget nature/public_use 440000",
            f"exp initial_budget {P} 900000",
            f"exp budget {P} 990000",
        ],
    ),
    "what_last_years_sum_is_adjusted_to_is_no_initial_budget": (
        "公务接待费由上年的3.00万元调整为2.00万元。",
        ["2022 exp final three_public/reception 30000", "exp budget three_public/reception 20000"],
    ),
    "parts_behind_the_rate_of_a_sum_that_is_not_understood_are_no_parts_of_the_sum_before_it": (
        "年初预算600.00万元，年内落地580.00万元，预算执行率96.67%。其中：基本支出400.00万元，项目支出180.00万元。",
        [f"exp initial_budget {T} 6000000"],
    ),
    "what_was_carried_out_in_the_year_is_the_outturn": (
        "全年预算数600.00万元，年度执行580.00万元，其中基本支出400.00万元，项目支出180.00万元。",
        [f"exp budget {T} 6000000", f"exp final {T} 5800000", f"exp final {B} 4000000", f"exp final {P} 1800000"],
    ),
    "a_project_is_called_what_is_quoted_where_only_the_word_for_it_stands_outside": (
        "重点项目资金情况：①“灯杆改造”项目，预算90.00万元，实际支付88.00万元；②“爱鸟周”活动经费，预算3.00万元。",
        [
            "exp budget project/灯杆改造 900000",
            "exp final project/灯杆改造 880000",
            "exp budget project/“爱鸟周”活动经费 30000",
        ],
    ),
    "what_carry_over_and_income_make_together_is_not_of_that_source": (
        "上年结转30.00万元，当年财政拨款收入500.00万元，全年安排合并为530.00万元。实际支出520.00万元。",
        ["rev final source/fiscal_appropriation 5000000", f"exp final {T} 5200000"],
    ),
    "all_that_could_be_spent_is_not_of_the_source_before_it": (
        "2023年财政拨款收入500.00万元，全年可用资金为530.00万元。实际支出520.00万元。",
        ["rev final source/fiscal_appropriation 5000000", f"exp final {T} 5200000"],
    ),
    "an_entry_below_the_line_of_the_first_part_is_a_part_too": (
        "2.年初预算支出：600.50万元\n其中：基本支出：400.25万元\n项目支出：200.25万元\n3.全年预算数：620.00万元\n"
        "4.决算支出：610.00万元\n其中：基本支出：402.00万元\n项目支出：208.00万元",
        [
            f"exp initial_budget {T} 6005000",
            f"exp initial_budget {B} 4002500",
            f"exp initial_budget {P} 2002500",
            f"exp budget {T} 6200000",
            f"exp final {T} 6100000",
            f"exp final {B} 4020000",
            f"exp final {P} 2080000",
        ],
    ),
    "what_basic_and_project_expenditure_make_together_is_the_total": (
        "年初批复预算基本支出、项目支出分别为612.40万元和298.00万元，合计910.40万元。",
        [
            f"exp initial_budget {B} 6124000",
            f"exp initial_budget {P} 2980000",
            f"exp initial_budget {T} 9104000",
        ],
    ),
    "the_budget_of_spending_behind_that_of_a_source_is_the_total": (
        "我站一般公共预算拨款收入年初预算为90.00万元，支出年初预算为90.00万元，全年执行88.00万元。",
        [
            "rev initial_budget source/general_public_budget 900000",
            f"exp initial_budget {T} 900000",
            f"exp final {T} 880000",
        ],
    ),
    "one_sum_of_two_stages": (
        "公用经费：年初预算及调整预算均为50.00万元，执行49.00万元。全年支出500.00万元。",
        [
            "exp budget nature/public_use 500000",
            "exp final nature/public_use 490000",
            f"exp final {T} 5000000",
            "exp initial_budget nature/public_use 500000",
        ],
    ),
    "projects_that_one_source_pays_are_no_source": (
        "全年支出500.00万元。财政拨款项目预算安排60.00万元，主要用于两馆维修。",
        [f"exp final {T} 5000000"],
    ),
    "a_source_whose_word_of_spending_is_its_own_is_spent": (
        "实际执行490.00万元，执行率98.00%。按资金性质，一般公共预算拨款执行480.00万元、政府性基金执行10.00万元。",
        [
            f"exp final {T} 4900000",
            "exp final source/general_public_budget 4800000",
            "exp final source/government_fund 100000",
        ],
    ),
    "what_a_term_grew_by_is_no_sum_of_it": (
        "全年支出500.00万元，比年初预算多60.00万元，主要原因是增加人员经费40.00万元。",
        [f"exp final {T} 5000000"],
    ),
    "what_there_was_none_of_whatever_the_verb": (
        "“三公”经费支出9.00万元，其中公务接待费9.00万元，未购置车辆，没有发生因公出国（境）费用。",
        [
            f"exp final {V} 90000",
            "exp final three_public/reception 90000",
            "exp final three_public/abroad 0",
            "exp final three_public/vehicle_purchase 0",
        ],
    ),
    "what_there_was_none_of_by_a_word_behind_it": (
        "“三公”经费支出9.00万元，其中公务接待费9.00万元，因公出国（境）费无。",
        [f"exp final {V} 90000", "exp final three_public/reception 90000", "exp final three_public/abroad 0"],
    ),
    "a_bare_zero_needs_no_unit": (
        "“三公”经费支出6.00万元（接待1.00万元，车辆运行维护费5.00万元，出国0）。",
        [
            f"exp final {V} 60000",
            "exp final three_public/reception 10000",
            "exp final three_public/vehicle_operation 50000",
            "exp final three_public/abroad 0",
        ],
    ),
    "none_of_the_projects": (
        "全年支出160.00万元，均为基本支出，无项目支出。",
        [f"exp final {T} 1600000", f"exp final {B} 1600000", f"exp final {P} 0"],
    ),
    "a_school_says_so_of_itself": (
        "全年支出160.00万元。学校无“三公”经费支出。",
        [f"exp final {T} 1600000", f"exp final {V} 0"],
    ),
    "all_of_a_sum_is_the_one_term_behind_it": (
        "“三公”经费决算数8.00万元，为公务用车运行维护费，预算数9.00万元。",
        [
            f"exp final {V} 80000",
            "exp final three_public/vehicle_operation 80000",
            f"exp budget {V} 90000",
        ],
    ),
    "several_terms_of_several_stages": (
        "“三公”经费决算数8.00万元；因公出国（境）费和公务接待费预算数、决算数均为0。",
        [
            f"exp final {V} 80000",
            "exp budget three_public/abroad 0",
            "exp final three_public/abroad 0",
            "exp budget three_public/reception 0",
            "exp final three_public/reception 0",
        ],
    ),
    "one_sum_of_two_joined_terms_is_what_both_make_up": (
        "全年支出200.00万元，人员经费和公用经费支出150.00万元，项目支出50.00万元。",
        [f"exp final {T} 2000000", f"exp final {B} 1500000", f"exp final {P} 500000"],
    ),
    "one_sum_of_two_joined_terms_that_are_not_all_of_anything": (
        "全年支出200.00万元，人员经费和项目支出150.00万元。",
        [f"exp final {T} 2000000"],
    ),
    "spending_before_a_stage_begins_its_own_row": (
        "收入年初预算数100.00万元，决算数120.00万元；支出年初预算数100.00万元，调整预算数120.00万元，决算数115.00万元。",
        [
            f"rev initial_budget {T} 1000000",
            f"rev final {T} 1200000",
            f"exp initial_budget {T} 1000000",
            f"exp budget {T} 1200000",
            f"exp final {T} 1150000",
        ],
    ),
    "classes_by_their_short_names_beside_another": (
        "全年支出100.00万元，其中一般公共服务支出60.00万元、卫生健康10.00万元、用于住房保障方面的支出30.00万元。",
        [
            f"exp final {T} 1000000",
            "exp final function/201 600000",
            "exp final function/210 100000",
            "exp final function/221 300000",
        ],
    ),
    "a_source_of_no_stage_is_of_the_same_total_before_it": (
        "2023年部门支出预算238.00万元。资金来源为财政拨款238.00万元。",
        [f"exp budget {T} 2380000", "rev budget source/fiscal_appropriation 2380000"],
    ),
    "what_exceeds_the_budget_is_no_budget": (
        "全年支出100.00万元。支出大于预算的12.00万元由市财政追加解决。",
        [f"exp final {T} 1000000"],
    ),
    "money_in_other_accounts": (
        "全年支出100.00万元，其中项目支出60.00万元。另有贷款900.00万元，不在我局核算。",
        [f"exp final {T} 1000000", f"exp final {P} 600000"],
    ),
    "what_has_arrived_is_income": (
        "年初批复预算100.00万元，实际到位120.00万元；全年支出118.00万元。",
        [f"exp initial_budget {T} 1000000", f"rev final {T} 1200000", f"exp final {T} 1180000"],
    ),
    "a_comparison_that_begins_a_sentence_is_of_the_sum_whose_change_it_is": (
        "基本支出83.66万元，用于人员经费65.89万元、公用经费17.77万元。较2022年的79.01万元增加4.65万元，增长5.89%。",
        [
            f"exp final {B} 836600",
            "exp final nature/personnel 658900",
            "exp final nature/public_use 177700",
            f"2022 exp final {B} 790100",
        ],
    ),
    "a_list_that_makes_project_expenditure_makes_it_without_zeros": (
        "全年支出90.00万元，其中项目支出80.00万元，结余结转0万元。\n路灯维护45.00万元；绿化管养35.00万元。",
        [
            f"exp final {T} 900000",
            f"exp final {P} 800000",
            "exp final project/路灯维护 450000",
            "exp final project/绿化管养 350000",
        ],
    ),
    "none_of_a_source": (
        "全年收入90.00万元，其中一般公共预算财政拨款90.00万元，无政府性基金预算财政拨款。",
        [
            f"rev final {T} 900000",
            "rev final source/general_public_budget 900000",
            "rev final source/government_fund 0",
        ],
    ),
    "what_courts_have_enforced_is_no_spending": (
        "全年支出90.00万元。执行到位金额1.86亿元。",
        [f"exp final {T} 900000"],
    ),
    "a_line_of_a_form_whose_stage_nobody_says": ("年度资金总额\n6120.48万元\n其中：基本支出：1930.25万元", []),
    "a_paragraphs_heading_is_what_its_stages_are_of": (
        "（三）“三公”经费。预算2.00万元，决算0.95万元。",
        [f"exp budget {V} 20000", f"exp final {V} 9500"],
    ),
    "last_years_sum_is_not_of_what_there_was_none_of": (
        "公务用车购置及运行维护费18.92万元，没有购置车辆，比上年20.05万元下降5.64%。",
        [
            "2022 exp final three_public/vehicles 200500",
            "exp final three_public/vehicle_purchase 0",
            "exp final three_public/vehicles 189200",
        ],
    ),
    "a_budgets_spending_is_the_outturn_of_the_rate_behind_it": (
        "部门预算规模为984.60万元。全年部门预算支出963.11万元，执行率为97.8%。",
        [f"exp budget {T} 9846000", f"exp final {T} 9631100"],
    ),
    "a_budgets_spending_without_a_rate_of_it_is_a_budget": (
        "部门预算支出984.60万元，执行率为97.8%。",
        [f"exp budget {T} 9846000"],
    ),
    "a_unit_below_the_department": (
        "全年支出500.00万元。文化馆作为下属单位，全年支出80.00万元。",
        [f"exp final {T} 5000000"],
    ),
    "another_governments_sums_go_on": (
        "全区整体支出全年预算数900.00万元，决算数880.00万元。全年支出500.00万元。",
        [f"exp final {T} 5000000"],
    ),
    "a_stage_word_that_only_one_name_of_a_list_ends_with": (
        "项目支出60.00万元，包括：文书审理20.00万元；文书执行10.00万元；库房修缮30.00万元。",
        [
            f"exp final {P} 600000",
            "exp final project/文书审理 200000",
            "exp final project/文书执行 100000",
            "exp final project/库房修缮 300000",
        ],
    ),
    "what_a_list_begins_with_is_no_part_of_a_name": (
        "项目支出50.00万元，含古籍修复经费30.00万元、阅读推广经费20.00万元。",
        [f"exp final {P} 500000", "exp final project/古籍修复经费 300000", "exp final project/阅读推广经费 200000"],
    ),
    "income_and_spending_in_one_sum_each": (
        "本部门收入、支出预算数均为96.00万元。",
        [f"exp budget {T} 960000", f"rev budget {T} 960000"],
    ),
    "the_department_calls_itself_by_the_end_of_its_name": (
        "县财政安排我局预算110.00万元，其中人员支出70.00万元。",
        [f"exp budget {T} 1100000", "exp budget nature/personnel 700000"],
    ),
    "a_heading_on_the_public_expenses": (
        "（四）“三公”经费\n1.预算：22.00万元；决算：15.00万元。",
        [f"exp budget {V} 220000", f"exp final {V} 150000"],
    ),
    "what_a_part_of_a_budget_is_said_of": (
        "收入、支出预算总额均为300.00万元。支出预算中，基本支出200.00万元，项目支出100.00万元。\n决算支出290.00万元，其中：基本支出195.00万元，项目支出95.00万元。",
        [
            f"rev budget {T} 3000000",
            f"exp budget {T} 3000000",
            f"exp budget {B} 2000000",
            f"exp budget {P} 1000000",
            f"exp final {T} 2900000",
            f"exp final {B} 1950000",
            f"exp final {P} 950000",
        ],
    ),
    "after_the_parts_a_bare_stage_is_the_whole_s": (
        "年初，财政批复我局部门预算300.00万元，其中基本支出230.00万元，项目支出70.00万元。年中追加经费100.00万元，全年预算调整为400.00万元。",
        [
            f"exp initial_budget {T} 3000000",
            f"exp initial_budget {B} 2300000",
            f"exp initial_budget {P} 700000",
            f"exp budget {T} 4000000",
        ],
    ),
    "what_was_spent_of_a_budget_of_parts_is_the_headings": (
        "5、三公经费。全年预算49.50万元，其中公务用车运行维护费48.00万元、公务接待费1.50万元；实际支出45.60万元，全部为公务用车运行维护费。",
        [
            f"exp budget {V} 495000",
            "exp budget three_public/vehicle_operation 480000",
            "exp budget three_public/reception 15000",
            f"exp final {V} 456000",
            "exp final three_public/vehicle_operation 456000",
        ],
    ),
    "a_colon_behind_project_expenditure_opens_a_list_of_projects": (
        "项目支出预算40.00万元，决算38.00万元，共两项：\n（1）展演活动。预算15.00万元，支出14.00万元；\n（2）困难群众救助。预算25.00万元，支出24.00万元，惠及80户。",
        [
            f"exp budget {P} 400000",
            f"exp final {P} 380000",
            "exp budget project/展演活动 150000",
            "exp final project/展演活动 140000",
            "exp budget project/困难群众救助 250000",
            "exp final project/困难群众救助 240000",
        ],
    ),
    "an_item_that_is_no_term_is_not_the_total": ("（4）困难群众救助。预算25.00万元，支出24.00万元。", []),
    "income_that_was_made": (
        "全年实现收入120.00万元，其中财政拨款收入100.00万元；全年支出120.00万元。",
        [
            f"rev final {T} 1200000",
            "rev final source/fiscal_appropriation 1000000",
            f"exp final {T} 1200000",
        ],
    ),
    "money_that_another_government_gives": (
        "全年实际支出480.00万元。中央财政安排的经费610.00万元由上级部门考核。",
        [f"exp final {T} 4800000"],
    ),
    "a_heading_says_what_the_years_spending_is_of": (
        "（二）“三公”经费\n全年支出5.00万元，比年初预算6.00万元节约1.00万元。",
        [f"exp final {V} 50000", f"exp initial_budget {V} 60000"],
    ),
    "what_is_summed_up_behind_parts_is_their_whole": (
        "3.三公：公务用车运行维护费2.00万元，接待费0.40万元，合计2.40万元，年初预算4万元。",
        [
            "exp final three_public/vehicle_operation 20000",
            "exp final three_public/reception 4000",
            f"exp final {V} 24000",
            f"exp initial_budget {V} 40000",
        ],
    ),
    "the_sentence_behind_parts_speaks_of_the_whole_again": (
        "支出90.00万元，其中基本支出60.00万元、项目支出30.00万元。预算完成率97.26%，较上年（80.00万元）增长12.50%。",
        [f"exp final {T} 900000", f"exp final {B} 600000", f"exp final {P} 300000", f"2022 exp final {T} 800000"],
    ),
    "a_colon_behind_a_sum_opens_its_parts": (
        "全部资金来源1.86亿元：县级财政预算安排6210.50万元，各类补助12389.50万元。",
        [],
    ),
    "a_name_and_a_colon_begin_an_entry_below_a_heading_of_projects": (
        "（二）重点项目\n古塔亮化维护：预算12.00万元，支出11.00万元；\n文物保护修缮：预算16.00万元，支出15.00万元。",
        [
            "exp budget project/古塔亮化维护 120000",
            "exp final project/古塔亮化维护 110000",
            "exp budget project/文物保护修缮 160000",
            "exp final project/文物保护修缮 150000",
        ],
    ),
    "words_that_only_lead_to_an_adjusted_budget": (
        "年初预算100.00万元，年中根据上级转移支付下达情况调整为120.00万元。",
        [f"exp initial_budget {T} 1000000", f"exp budget {T} 1200000"],
    ),
    "a_project_beside_people_and_offices": (
        "年初预算安排90.00万元，其中人员经费60.00万元，公用经费10.00万元，项目20.00万元。",
        [
            f"exp initial_budget {T} 900000",
            "exp initial_budget nature/personnel 600000",
            "exp initial_budget nature/public_use 100000",
            f"exp initial_budget {P} 200000",
        ],
    ),
    "none_of_several_expenses_in_one_clause": (
        "全年支出500.00万元。我站无公务用车购置和因公出国费用；公务接待支出0.84万元。",
        [
            f"exp final {T} 5000000",
            "exp final three_public/abroad 0",
            "exp final three_public/vehicle_purchase 0",
            "exp final three_public/reception 8400",
        ],
    ),
    "a_bare_sum_before_its_outturn_is_a_budget_of_unknown_kind": (
        "全年预算364.20万元，执行347.11万元。基本支出254.20万元，执行253.90万元。",
        [f"exp budget {T} 3642000", f"exp final {T} 3471100", f"exp final {B} 2539000"],
    ),
    "items_below_an_item_that_is_one_sum": (
        "1.年初预算：500.00万元\n（1）基本支出：300.00万元\n（2）项目支出：200.00万元",
        [f"exp initial_budget {T} 5000000", f"exp initial_budget {B} 3000000", f"exp initial_budget {P} 2000000"],
    ),
}


@pytest.mark.parametrize("name", READ)
def test_a_figure_has_what_its_surroundings_say(name: str, money_in) -> None:
    body, amounts = READ[name]
    assert money_in(body).amounts == sorted(one if one.startswith("20") else f"2023 {one}" for one in amounts)


RATES = {
    "a_share_of_another_governments_sum_is_none_of_ours": (
        "全年支出500.00万元。全县一般公共预算教育支出4.20亿元，占一般公共预算支出的17.90%。",
        [],
    ),
    "a_balance_of_the_budget_is_carried_over": (
        "全年预算500.00万元。年末结转结余占全年预算的2.20%。",
        ["carry_over_rate 2.2 -"],
    ),
    "rates_of_a_row_are_each_of_another": (
        "自评共四项指标，得分率分别为98.00%、90.00%、98.00%、100.00%。",
        ["score_rate 100 -", "score_rate 90 -", "score_rate 98 -", "score_rate 98 -"],
    ),
    "how_much_of_a_budget_was_adjusted_is_a_rate_of_money": (
        "年初预算500.00万元，年中追加10.00万元，预算调剂率2.00%。",
        ["other 2 -"],
    ),
    "what_was_spent_of_the_budget_is_its_completion": (
        "预算总额500.00万元。全部资金支出490.00万元，占预算总额的98.00%。",
        [f"budget_completion_rate 98 exp {T}"],
    ),
}


@pytest.mark.parametrize("name", RATES)
def test_a_rate_is_what_it_is_of(name: str, money_in) -> None:
    body, ratios = RATES[name]
    assert money_in(body).ratios == ratios


FLAT = {
    "a_row_below_heads_with_nothing_over_its_name": (
        "年度支出情况(万元)\n支出合计\n其中：\n基本支出\n项目支出\n局机关及二级机构汇总\n500.50\n300.25\n200.25",
        [f"exp final {T} 5005000", f"exp final {B} 3002500", f"exp final {P} 2002500"],
    ),
    "letters_with_blanks_between_are_one_word": (
        "“三公”经费支出决算表\n单位：万元\n项 目\n决 算 数\n合 计\n7.26\n公务接待费\n1.92\n公务用车运行维护费\n5.34",
        [
            f"exp final {V} 72600",
            "exp final three_public/reception 19200",
            "exp final three_public/vehicle_operation 53400",
        ],
    ),
}


@pytest.mark.parametrize("name", FLAT)
def test_a_flattened_table_is_read_under_its_heads(name: str, money_in) -> None:
    body, amounts = FLAT[name]
    assert money_in(body).amounts == sorted(f"2023 {one}" for one in amounts)


def test_an_abbreviation_with_a_place_is_ours_at_our_level_only() -> None:
    """What the city's federation gives a county's is the city's."""
    assert {"县残联", "沙河县残联"} < {*own_names("沙河县残疾人联合会")}
    assert not {"残联", "市残联", "省残联"} & {*own_names("沙河县残疾人联合会")}
    assert "区科协" in own_names("海州市港城区科学技术协会")
