"""The fields of a report by documents of our own: whose it is, where, of which year, in which form, how graded."""

import pytest
from jixiao.check import check_extraction
from jixiao.extract import extract
from jixiao.extract.identity.names import same, tidy
from jixiao.extract.identity.regions import region_of, regions, short_form

FORM = [
    ["资金", "年初预算数（万元）", "全年预算数（万元）", "全年执行数（万元）"],
    ["年度资金总额", "100.00", "110.00", "108.00"],
]
PROSE = [
    "一、基本情况",
    "本单位编制20人，2023年开展了绩效自评。",
    "二、预算执行情况",
    "2023年年初预算数100.00万元，决算数98.00万元。",
]

TITLE = "2023年度部门整体支出绩效自评表"
TOLD_IN_A_SENTENCE = "一、我单位填写自评表格并分析，形成本材料。现将郎溪县水务局整体支出绩效自评情况说明如下："
MENU = ["首页", "政务公开", "财政信息", "时效性", "有效", "索引号", "AB12"]


@pytest.mark.parametrize(
    "lines",
    [
        ["郎溪县水务局2023年度绩效自评报告", *PROSE],
        ["郎溪县水务局", "2023年度部门整体支出绩效自评报告", *PROSE],
        ["2023年度郎溪县水务局部门整体支出绩效自评报告", *PROSE],
        ["关于郎溪县水务局2023年度部门整体支出绩效自评情况的报告", *PROSE],
        ["2023年部门整体支出绩效自评报告", "郎溪县水务局", *PROSE],
        ["郎溪县水务局2023年度决算公开报告", *PROSE],
        ["郎溪县水务局2023年度项目支出绩效自评报告", *PROSE],
        [*MENU, "郎溪县水务局2023年度部门整体支出绩效自评报告", *PROSE],
        [TITLE, [["预算部门、单位名称", "郎溪县水务局", "", ""], *FORM]],
        [TITLE, [["部门名称", "305001-郎溪县水务局", "", ""], *FORM]],
        [TITLE, [["县级预算单位名称", "郎溪县水务局", "", ""], *FORM]],
        [TITLE, [["部门名称", "305001郎溪县水务局", "", ""], *FORM]],
        [TITLE, [["填报单位（盖章）", "郎溪县水务局（单位）", "", ""], *FORM]],
        [TITLE, [["预算单位", "[305]郎溪县水务局(305001)", "", ""], *FORM]],
        [TITLE, [["部门编码及名称", "305郎溪县水务局", "", ""], *FORM]],
        [TITLE, [["预算部门名称（公章）", "郎溪县水务局机关", "", ""], *FORM]],
        ["部门整体支出绩效自评报告", "单位全称：郎溪县水务局", "2023年度", *PROSE],
        ["部门整体支出绩效自评报告", "填报单位（部门）全称：郎溪县水务局（盖章）", "2023年度", *PROSE],
        ["郎溪县水务局文件", "关于报送2023年度部门整体支出绩效自评报告的函", *PROSE],
        ["2023年度部门整体支出绩效自评报告", *PROSE, "郎溪县水务局", "2024年3月5日"],
        ["2023年度部门整体支出绩效自评报告", "一、单位基本信息", "1.单位名称：郎溪县水务局", *PROSE],
        ["水务局2023年部门整体支出绩效自评", "现将郎溪县水务局2023年度整体支出绩效自评情况报告如下：", *PROSE],
        [TITLE, [["主管部门", "郎溪县人民政府办公室", "填报单位", "郎溪县水务局"], *FORM]],
    ],
)  # fmt: skip
def test_the_department_is_found_wherever_its_name_is_given(lines, document_of):
    report = extract(document_of(lines)).report
    assert (report.organization, report.region_code, report.fiscal_year) == ("郎溪县水务局", "341821", 2023)


def test_a_form_of_another_unit_behind_names_nobody_but_that_unit(document_of):
    unit = [["单位名称", "郎溪县水库管理所", "", ""], *FORM]
    base = [
        ["经费控制情况（万元）", "2022年决算数", "2023年预算数", "2023年决算数"],
        ["公用经费", "1.00", "2.00", "3.00"],
    ]
    lines = ["2023年度郎溪县水务局部门整体支出绩效评价基础数据表", base, "附件2", unit]
    assert extract(document_of(lines)).report.organization == "郎溪县水务局"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("红河州教育体育局", "532500"),
        ("凉山州林业和草原局", "513400"),
        ("双江县农业农村局", "530925"),
        ("湘西州司法局", "433100"),
        ("鄂温克旗统计局", "150724"),
        ("恩施市教育局", "422801"),
        ("前郭县统计局", "220721"),
        ("达茂旗统计局", "150223"),
    ],
)
def test_the_everyday_name_of_an_autonomous_place_is_known(name, code):
    found = region_of(name)
    assert found is not None
    assert found.code == code


def test_every_autonomous_place_has_one_short_name_and_none_takes_anothers():
    short = {region.name: short_form(region.name) for region in regions().values() if "自治" in region.name}
    places = {name: form for name, form in short.items() if not name.endswith(("自治区", "区划"))}
    assert all(places.values()), [name for name, form in places.items() if not form]
    assert not {form for form in places.values() if "自治" in form or form.endswith("族县")}
    assert region_of("大理市财政局").name == "大理市"


def test_a_year_in_any_cell_is_found(document_of):
    head = [["部门名称", "郎溪县水务局", "", ""]]
    late = [["职责", "水库管理和防汛", "", ""]] * 4 + [["评价年度", "2023年", "", ""]]
    lines = ["部门整体支出绩效自评表", [*head, *late, *FORM]]
    assert extract(document_of(lines)).report.fiscal_year == 2023


def test_a_title_and_a_text_of_different_years_are_a_doubt(document_of):
    lines = [
        "郎溪县水务局2022年部门整体支出绩效自评报告",
        *PROSE,
        "三、结论",
        "2023年自评得分95分，2023年预算执行良好。",
    ]
    assert "undecided_year" in {doubt.kind for doubt in extract(document_of(lines)).doubts}
    lines[0] = lines[0].replace("2022", "2023")
    assert "undecided_year" not in {doubt.kind for doubt in extract(document_of(lines)).doubts}


@pytest.mark.parametrize(
    ("lines", "form"),
    [
        (["评价年度：2023", "评价单位（公章）：郎溪县水务局", TOLD_IN_A_SENTENCE, *PROSE], "narrative"),
        (["索引号：lx-2024-06", "公开目录：自评报告", [[TITLE, "", "", ""], *FORM]], "score_form"),
        (["郎溪县水务局2023年度部门整体支出绩效自评报告", "部门整体支出绩效评价基础数据表", FORM], "narrative"),
    ],
)  # fmt: skip
def test_the_form_is_told_by_titles_and_structure_not_by_words_of_the_page(lines, form, document_of):
    assert extract(document_of(lines)).report.form == form


def test_a_grade_in_the_total_row_is_the_reports(document_of):
    table = [
        ["部门名称", "郎溪县水务局", "", ""],
        ["指标名称", "分值", "得分", "备注"],
        ["预算执行率", "20", "19.5", ""],
        ["群众满意度", "80", "77", ""],
        ["总分", "100", "96.5", "优"],
    ]
    report = extract(document_of(["2023年度部门整体支出绩效自评表", table])).report
    assert (str(report.total_score), report.grade) == ("96.5", "优")


@pytest.mark.parametrize(("said", "grade"), [("综合评定为良。", "良"), ("得80至90分的综合评定为良。", None)])
def test_a_grade_may_stand_without_the_word_for_it(said, grade, document_of):
    assert extract(document_of(["某镇2023年度部门整体支出绩效自评报告", "四、自评结论", said])).report.grade == grade


@pytest.mark.parametrize(
    "said",
    [
        "按照下发的指标表，我镇自评91分。其中预算编制9分（满分10分）、预算执行18分（满分20分）。",
        "自评91分，其中：履职效能50分，得47分；管理效率50分，得44分。",
        "按照评分表自评91分，评价结果为“优”。",
        "综合评定：优（91分）。",
        "四、评分：91分，优。",
        "根据评分细则打分91分，属“优秀”。",
        "自评结果：91分（优秀）。",
        "我校自己评了91分。",
        "得分：91分。结果：优。",
        "自评打分91，等级为优。",
        "总评91分（优）。",
        "总分91分。其中：履职效能得分48分（满分50分），预算管理得分43分（满分50分）。",
        "投入50分，自评48分；产出50分，自评43分。合计自评91分，属“优”。",
    ],
)
def test_a_total_may_stand_without_a_name_of_its_own(said, document_of):
    report = extract(document_of(["某镇2023年度部门整体支出绩效自评报告", "四、自评打分", said])).report
    assert str(report.total_score) == "91"


@pytest.mark.parametrize(
    ("heading", "said"),
    [
        ("三、自评结论", "91分。"),
        ("四、绩效评价", "得分91分，失分主要在：债务管理扣4分；信息公开扣5分。"),
        ("四、绩效自评", "自评91分，扣分为预算执行4分、信息公开5分。"),
    ],
)
def test_a_total_may_stand_below_a_heading_on_the_evaluation(heading, said, document_of):
    read = extract(document_of(["某镇2023年度部门整体支出绩效自评报告", heading, said]))
    assert str(read.report.total_score) == "91"
    assert [str(one.points) for one in read.deductions] in ([], ["4", "5"])


def test_points_in_the_next_sentence_are_no_more_of_the_list_of_those_taken_off(document_of):
    said = "其中：预算执行15分，得14分，扣分是因为支付偏多；预算管理10分，得10分；资产管理5分，得5分。"
    read = extract(document_of(["某镇2023年度部门整体支出绩效自评报告", said]))
    assert [(one.path[-1], str(one.score)) for one in read.scores] == [
        ("预算执行", "14"),
        ("预算管理", "10"),
        ("资产管理", "5"),
    ]


def test_a_level_may_have_full_marks_and_score_in_its_label(document_of):
    table = [
        ["部门名称", "郎溪县水务局", "", "", ""],
        ["一级指标", "三级指标", "分值", "得分", "备注"],
        ["产出指标(60分,得57.5分)", "完工率", "30", "28.5", ""],
        ["产出指标(60分,得57.5分)", "合格率", "30", "29", ""],
        ["满意度指标(40分,得39分)", "群众满意度", "40", "39", ""],
        ["总分", "", "100", "96.5", "优"],
    ]
    read = extract(document_of(["2023年度部门整体支出绩效自评表", table]))
    levels = {one.path[0]: (str(one.full_marks), str(one.score)) for one in read.scores if len(one.path) == 1}
    assert levels == {"产出指标": ("60", "57.5"), "满意度指标": ("40", "39")}


def test_a_score_told_as_a_part_of_one_is_a_rate(document_of):
    table = [
        ["部门名称", "郎溪县水务局", "", "", ""],
        ["指标名称", "得分系数", "指标权重", "指标得分", "备注"],
        ["村庄整治数", "1", "60", "60", ""],
        ["群众满意度", "0.98", "40", "39.2", ""],
        ["自评总分", "", "100", "99.2", ""],
    ]
    read = extract(document_of(["2023年度部门整体支出绩效自评表", table]))
    assert [str(one.rate_pct) for one in read.scores] == ["100", "98"]
    assert check_extraction(read) == ()


def test_full_marks_are_told_by_their_unit_and_what_is_looked_at_is_no_indicator(document_of):
    table = [
        ["部门名称", "郎溪县水务局", "", ""],
        ["评价内容", "评价要点", "计划标准（分）", "自评分"],
        ["目标完整", "要素齐全", "60", "60"],
        ["支出进度", "按序时进度", "30", "28"],
        ["采购合规", "应采尽采", "10", "10"],
        ["合计", "", "100", "98"],
    ]
    read = extract(document_of(["2023年度部门整体支出绩效自评表", table]))
    assert [(one.path, str(one.full_marks), str(one.score)) for one in read.scores] == [
        (("目标完整",), "60", "60"),
        (("支出进度",), "30", "28"),
        (("采购合规",), "10", "10"),
    ]


def test_scores_in_the_bracket_behind_a_total_are_indicators(document_of):
    said = "四、评价得分90.5分（投入15分、过程38.5分、产出22分、效果15分），等第“优”。"
    read = extract(document_of(["郎溪县水务局2023年度部门整体支出绩效自评报告", said]))
    assert [(one.path[-1], str(one.score)) for one in read.scores] == [
        ("投入", "15"),
        ("过程", "38.5"),
        ("产出", "22"),
        ("效果", "15"),
    ]
    assert (str(read.report.total_score), read.report.grade) == ("90.5", "优")


def test_points_that_were_done_of_those_in_brackets_are_a_score(document_of):
    said = "2.产出指标（40分）完成39分，调研12次。3.效益指标（60分）完成58分。"
    read = extract(document_of(["郎溪县水务局2023年度部门整体支出绩效自评报告", said]))
    assert [(str(one.full_marks), str(one.score)) for one in read.scores] == [("40", "39"), ("60", "58")]


def test_a_place_whose_name_begins_like_a_remark_heads_a_report(document_of):
    report = extract(document_of(["本溪市水务局2023年度部门整体绩效自评情况说明", "本市水务局支出100万元。"])).report
    assert (report.organization, report.kind) == ("本溪市水务局", "overall_self_evaluation")


def test_a_streets_name_is_written_out_with_its_government(document_of):
    body = "我们对泉州市洛江区人民政府万安街道办事处2023年的支出作了自评。全年支出100万元。"
    report = extract(document_of(["万安街道2023年度部门整体支出绩效自评报告", body])).report
    assert (report.organization, report.region_code) == ("泉州市洛江区人民政府万安街道办事处", "350504")


def test_a_title_may_shorten_the_name_that_the_form_gives(document_of):
    table = [
        ["文龙街道2023年部门整体支出绩效自评表", "", "", ""],
        ["填报单位", "重庆市綦江区人民政府文龙街道办事处", "金额单位", "万元"],
        ["部门支出", "年初预算", "调整预算", "决算支出"],
        ["2023年", "42.36", "59.61", "58.72"],
    ]
    read = extract(document_of([table]))
    assert read.report.organization == "重庆市綦江区人民政府文龙街道办事处"
    assert [str(one.yuan) for one in read.amounts if one.stage == "final"] == ["587200.00"]


def test_a_short_sentence_ends_the_contents(document_of):
    lines = [
        "目录",
        "第一部分 收支情况 PAGEREF _Toc25831 h 3",
        "第一部分 收支情况",
        "年初预算支出52万元，决算支出57万元。",
    ]
    read = extract(document_of(["郎溪县水务局2023年度部门整体支出绩效自评报告", *lines]))
    assert sorted(one.stage for one in read.amounts) == ["final", "initial_budget"]


def test_a_short_sentence_in_a_cell_of_a_report_in_cells_is_read(document_of):
    table = [
        ["一、收支情况", "2021年部门总收入816.55万元，全部为财政拨款。总支出802.91万元。"],
        ["三、综合评价结论", "自评得分96分，等级为优。"],
    ]
    report = extract(document_of(["2021年度部门整体支出绩效自评情况", table])).report
    assert (str(report.total_score), report.grade) == ("96", "优")


def test_what_is_written_around_a_name_is_none_of_it():
    assert {
        tidy(n) for n in ("118001郎溪县水务局", "郎溪县水务局(本级)", "郎溪县水务局2023年度", "(305)郎溪县水务局")
    } == {"郎溪县水务局"}
    assert same("宣城市郎溪县水务局", "郎溪县水务局")
    assert not same("郎溪县水务局", "郎溪县水库管理所")
