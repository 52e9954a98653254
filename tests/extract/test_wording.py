# ruff: noqa: E501 - a case is easier to read on one line
"""Wordings and layouts of other provinces and years: what must be found, and what must not."""

from dataclasses import replace
from decimal import Decimal

import pytest
from jixiao.extract import extract
from jixiao.model import Box, Cell, Document, Extraction, Line, Page, Table
from jixiao.read.flow import passage_of
from jixiao.read.text import normalise

TITLE = "绥阳县科学技术协会2022年度部门整体支出绩效自评报告"


def document(paragraphs, *tables) -> Document:
    """Build what reading would make of paragraphs and of tables given as rows of texts or (text, rows, columns)."""

    def line(text: str, top: float) -> Line:
        edges = tuple(float(x) for k in range(len(text)) for x in (k, k + 1))
        return Line(text, 1, Box(0, top, max(1, len(text)), top + 9), edges)

    built = []
    for rows in tables:
        cells: list[Cell] = []
        taken: set[tuple[int, int]] = set()
        for row, said in enumerate(rows):
            col = 0
            for item in said:
                while (row, col) in taken:
                    col += 1
                text, down, right = item if isinstance(item, tuple) else (item, 1, 1)
                taken |= {(row + dy, col + dx) for dy in range(down) for dx in range(right)}
                cells.append(Cell(row, col, down, right, normalise(text), (line(text, row * 10),) if text else (), 1))
                col += right
        built.append(Table(tuple(cells), len(rows), 1 + max(col for _, col in taken)))
    passages = tuple(passage_of([line(text, 10.0 * n)]) for n, text in enumerate(paragraphs))
    return Document("a" * 64, "application/pdf", 1, "text", (Page(1, 500, 800, ()),), tuple(built), passages)


def amounts(found: Extraction) -> set[tuple[object, ...]]:
    return {(a.fiscal_year, a.flow, a.stage, a.scheme, a.item, a.yuan) for a in found.amounts}


def scores(found: Extraction) -> list[tuple[str, float | None, float | None]]:
    return [
        (s.path[-1], s.full_marks and float(s.full_marks), s.score if s.score is None else float(s.score))
        for s in found.scores
    ]


def one(text: str, *tables) -> Extraction:
    return extract(document([TITLE, text], *tables))


E, R = "expenditure", "revenue"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("全年预算数1,498.21万元，全年执行数1,205.32万元。", {(2022, E, "budget", "total", "total", 14982100), (2022, E, "final", "total", "total", 12053200)}),
        ("年初预算收入1203.56万元，其中：一般公共预算拨款1203.56万元。", {(2022, R, "initial_budget", "total", "total", 12035600), (2022, R, "initial_budget", "source", "general_public_budget", 12035600)}),
        ("基本支出年初预算数为800万元，执行数812.3万元；项目支出年初预算403.56万元，执行数393.02万元。", {(2022, E, "initial_budget", "nature", "basic", 8000000), (2022, E, "final", "nature", "basic", 8123000), (2022, E, "initial_budget", "nature", "project", 4035600), (2022, E, "final", "nature", "project", 3930200)}),
        ("公务接待费0.67万元，比上年度0.59万元，增加0.08万元，增长13.56%。", {(2022, E, "final", "three_public", "reception", 6700), (2021, E, "final", "three_public", "reception", 5900)}),
        ("因公出国（境）费用未发生支出。", {(2022, E, "final", "three_public", "abroad", 0)}),
        ("决算支出总计1.2亿元，其中教育支出8000万元。", {(2022, E, "final", "total", "total", 120000000), (2022, E, "final", "function", "205", 80000000)}),
        ("（二）支出构成：一般公共服务支出（类）48.03万元，其中人大事务（款）行政运行（项）40.18万元、代表工作（项）2.60万元；社会保障和就业支出（类）9.74万元。", {(2022, E, "final", "function", "201", 480300), (2022, E, "final", "function", "208", 97400)}),
        ("全年总支出120万元，其中：工资福利支出80万元，商品服务支出30万元，对个人和家庭补助支出10万元。", {(2022, E, "final", "total", "total", 1200000), (2022, E, "final", "economic", "301", 800000), (2022, E, "final", "economic", "302", 300000), (2022, E, "final", "economic", "303", 100000)}),
        ("全年实际支出１２３．４５万元。", {(2022, E, "final", "total", "total", 1234500)}),
        # Not the department's budget: changes, stories, thresholds, other people's money, codes.
        ("项目支出比上年增加61.62万元，增长9.78%。", set()),
        ("争取上级科普行动计划资金27万元，支持18家单位开展活动。", set()),
        ("年初预算采购台式计算机1台10000元，实际采购金额为5999元。", set()),
        ("新增预算项目，指预算金额超过1000万元的经常性二级项目。", set()),
        ("按照《关于开展绩效自评的通知》（财绩〔2023〕3号）要求，预算编码906017，参加活动8万人次。", set()),
    ],
)  # fmt: skip
def test_amounts_of_a_sentence(text, expected):
    assert amounts(one(text)) == {(*key, Decimal(yuan)) for *key, yuan in expected}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("（1）预算完成率，该指标分值2分，自评得分1.98分。", [("预算完成率", 2, 1.98)]),
        ("1、采购管理分值2分，自评不得分。", [("采购管理", 2, 0)]),
        ("一、投入（20分），自评得分18分。", [("投入", 20, 18)]),
        ("预算执行率满分10分，得9.5分。", [("预算执行率", 10, 9.5)]),
        ("我单位得分90分，其中：资金管理8.48分；采购管理0分；资产管理6分。", [("资金管理", None, 8.48), ("采购管理", None, 0), ("资产管理", None, 6)]),
        ("（1）预算配置（10分）：在职人员控制率（5分），得5分；“三公”经费变动率（5分），得4分。", [("预算配置", 10, None), ("在职人员控制率", 5, 5), ("“三公”经费变动率", 5, 4)]),
        ("投入指标满分15分，自评得15分；产出指标满分30分，自评30分；效果指标满分20分，自评18分。", [("投入指标", 15, 15), ("产出指标", 30, 30), ("效果指标", 20, 18)]),
        ("预算执行率指标分值10分，实际执行率95.2%，得9.52分，扣0.48分，原因是部分项目跨年实施。", [("预算执行率", 10, 9.52)]),
        ("1.预算完成率。该指标满分5分，我局2022年预算完成率为98.7%，自评得4.9分。", [("预算完成率", 5, 4.9)]),
        ("2.结转结余率（2分）。自评得分2分。", [("结转结余率", 2, 2)]),
        ("部门履职指标共计60分，自评得分57.5分。其中数量指标20分，得19分；时效指标20分，得19分。", [("部门履职", 60, 57.5), ("数量指标", 20, 19), ("时效指标", 20, 19)]),
        ("一级指标“投入”10分，得分10分；一级指标“过程”30分，得分29分。", [("投入", 10, 10), ("过程", 30, 29)]),
        ("资产管理安全性得分2分（满分2分）。", [("资产管理安全性", 2, 2)]),
        ("绩效自评综合得分95.42分，其中：预算执行9.42分、产出50分、效益27分。", [("预算执行", None, 9.42), ("产出", None, 50), ("效益", None, 27)]),
        ("1.目标填报（满分10分）：要素完整得5分，细化量化得5分，每缺1项扣1分。我局个别指标不具体，扣1分，自评得9分。", [("目标填报", 10, 9)]),
        ("各一级指标得分情况为：投入目标14分（满分15分），过程管理31.5分（满分35分）。", [("投入目标", 15, 14), ("过程管理", 35, 31.5)]),
        ("2.社会保险。参保9.36万人，待遇按时发放。该项自评得分10分（满分10分）。", [("社会保险", 10, 10)]),
        ("部门投入权重10，评9.5分；预算过程权重30，评27.77分。", [("部门投入", 10, 9.5), ("预算过程", 30, 27.77)]),
        ("投入方面：满分20分，得分20分。部门管理得分率95%，满分20分，实际得分19分。", [("投入", 20, 20), ("部门管理", 20, 19)]),
        ("支付进度（权重10%）得9.8分，结转控制（权重5%）得5分。", [("支付进度", 10, 9.8), ("结转控制", 5, 5)]),
        ("1.支付进度。支付96%，扣减0.4分，故得9.6分。（满分10分）", [("支付进度", 10, 9.6)]),
        ("投入（15分）、过程（25分）分别得分15分、23分。", [("投入", 15, 15), ("过程", 25, 23)]),
        ("我局自评得分94分，投入、过程两项分别得分10分、28分。", [("投入", None, 10), ("过程", None, 28)]),
        ("预算编制：10分，得9分；预算执行：20分，得18分。", [("预算编制", 10, 9), ("预算执行", 20, 18)]),
        ("产出指标权重分50分，得分48分；过程权重分30分，得分30分。", [("产出指标", 50, 48), ("过程", 30, 30)]),
        ("决策类指标（满分20分）19分。", [("决策类指标", 20, 19)]),
        ("2021年、2022年自评分别得分92分、95分。", []),
        ("管理效能指标总分40分，得分32分；履职效能指标总分值60分，得分56分。", [("管理效能", 40, 32), ("履职效能", 60, 56)]),
        ("目标填报10分、预算配置5分均得满分。", [("目标填报", 10, 10), ("预算配置", 5, 5)]),
        ("制度健全性、使用合规性各2分，均得2分。", [("制度健全性", 2, 2), ("使用合规性", 2, 2)]),
        ("1.采购管理（8分）。意向公开、合同签订两项合计8分，得7分。", [("采购管理", 8, 7)]),
        ("各一级指标中，投入得14分、过程得24分、产出得38分。", [("投入", None, 14), ("过程", None, 24), ("产出", None, 38)]),
        ("数量指标（15分）得14分。——质量指标（15分）得13分。", [("数量指标", 15, 14), ("质量指标", 15, 13)]),
        ("目标制定得分5分，目标实现得分4分，支出控制得分3.5分。", [("目标制定", None, 5), ("目标实现", None, 4), ("支出控制", None, 3.5)]),
        ("1.预算编制（10分）：9.5分。2.资产管理（6分）：6分。", [("预算编制", 10, 9.5), ("资产管理", 6, 6)]),
        ("投入类15分，自评14分；过程类30分，自评28分。", [("投入", 15, 14), ("过程", 30, 28)]),
        ("2.结转结余率1.41%，此项分值3分，自评3分。", [("结转结余率", 3, 3)]),
        ("其余指标满分90分得90分。", []),
        # Rubrics, dates and counts never become scores.
        ("结转结余率≤10%的得2分，10%至20%的得1分，高于20%的不得分。", []),
        ("有1项没有开展评估的扣0.5分，扣完为止。", []),
        ("2022年5月30日召开座谈会，培训3场，参加科技工作者50名。", []),
    ],
)  # fmt: skip
def test_scores_of_a_sentence(text, expected):
    assert scores(one(text)) == expected


def test_a_form_with_budget_rows_and_three_levels():
    found = one(
        "（一）自评情况",
        [
            [("部门名称", 1, 1), ("绥阳县科学技术协会", 1, 7)],
            ["年度资金（万元）", "", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"],
            ["", "年度资金总额", "240.00", "256.35", "238.07", "10", "92.87%", "9.29"],
            ["", "其中：财政拨款", "240.00", "256.35", "238.07", "—", "92.87%", "—"],
            ["绩效指标", "一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分"],
            [("", 3, 1), ("产出指标", 2, 1), "数量指标", "科普活动场次", "≥20场", "25场", "50", "50"],
            ["质量指标", "活动覆盖率", "≥95%", "96%", "20", "15"],
            ["效益指标", "社会效益", "受益人数", "≥5000人", "5200人", "20", "18"],
            [("总分", 1, 6), "100", "92.29"],
        ],
    )
    assert scores(found) == [
        ("预算执行率", 10, 9.29),
        ("科普活动场次", 50, 50),
        ("活动覆盖率", 20, 15),
        ("受益人数", 20, 18),
    ]
    assert found.scores[2].path == ("产出指标", "质量指标", "活动覆盖率")
    assert found.report.total_score == Decimal("92.29")
    assert (2022, E, "budget", "total", "total", Decimal("2563500.00")) in amounts(found)
    assert (2022, R, "final", "source", "fiscal_appropriation", Decimal("2380700.00")) in amounts(found)
    assert ("budget_completion_rate", Decimal("92.87")) in {(r.name, r.percent) for r in found.ratios}


def test_a_table_in_yuan_whose_unit_stands_on_a_line_of_its_own():
    rows = [
        ["项目", "年初预算数", "调整预算数", "决算数", "预算执行率"],
        ["一、基本支出", "1,200.00", "1,300.00", "1,290.00", "99.23%"],
        ["人员经费", "1,000.00", "1,050.00", "1,045.00", "99.52%"],
    ]
    found = extract(document([TITLE, "单位：元"], rows))
    assert (2022, E, "budget", "nature", "basic", Decimal("1300.00")) in amounts(found)
    assert len(found.amounts) == 6
    assert {(r.subject.item, r.percent) for r in found.ratios} == {
        ("basic", Decimal("99.23")),
        ("personnel", Decimal("99.52")),
    }


def test_a_table_without_a_unit_is_reported_and_not_published():
    rows = [["项目", "预算数", "决算数"], ["基本支出", "12.5", "11.9"], ["项目支出", "8.1", "8.0"]]
    found = extract(document([TITLE], rows))
    assert found.amounts == ()
    assert {doubt.kind for doubt in found.doubts} == {"undecided_unit"}
    assert len(found.doubts) == 4


def test_the_unit_is_decided_by_a_figure_that_the_text_gives_with_its_unit():
    rows = [["项目", "预算数", "决算数"], ["基本支出", "12.5", "11.9"]]
    found = extract(document([TITLE, "基本支出决算数为11.9万元。"], rows))
    assert (2022, E, "final", "nature", "basic", Decimal("119000.0")) in amounts(found)


def test_full_marks_in_the_label_and_the_score_before_the_marks():
    rows = [
        ["评价指标", "自评得分", "分值", "扣分原因"],
        ["相关性（5分）", "4", "5", "与规划衔接不够紧密"],
        ["合计", "4", "5", ""],
    ]
    found = extract(document([TITLE], rows))
    assert scores(found) == [("相关性", 5, 4)]
    assert [(d.indicator, d.points) for d in found.deductions] == [("相关性", 1)]


@pytest.mark.parametrize(
    ("title", "organization", "code"),
    [
        ("2023年度广州市越秀区科学技术协会整体支出绩效自评报告", "广州市越秀区科学技术协会", "440104"),
        ("韶关市科协2023年部门整体支出绩效自评报告", "韶关市科学技术协会", "440200"),
        ("绥阳县财政局2020年部门整体支出绩效自评报告", "绥阳县财政局", "520323"),
        ("江苏省人民检察院2017年度部门整体支出绩效自评价报告", "江苏省人民检察院", "320000"),
        ("北京市朝阳区教育委员会2022年部门整体绩效自评报告", "北京市朝阳区教育委员会", "110105"),
    ],
)
def test_the_reporting_department(title, organization, code):
    report = extract(document([title, "一、基本情况"])).report
    assert (report.organization, report.region_code) == (organization, code)


def test_an_ambiguous_government_is_a_doubt_not_a_guess():
    found = extract(document(["鼓楼区教育局2022年部门整体支出绩效自评报告"]))
    assert found.report.region_code is None
    assert "unknown_region" in {doubt.kind for doubt in found.doubts}


@pytest.mark.parametrize(
    "head",
    [
        ["索引号：002667128/2024-01352发布日期：2024-06-28", "绥阳县科学技术协会2023年度部门整体绩效自评报告"],
        ["附件12023年度绥阳县科学技术协会部门整体支出绩效自评报告", "填报日期：2024年7月10日"],
    ],
)
def test_numbers_around_the_title_are_not_its_year(head):
    assert extract(document(head)).report.fiscal_year == 2023


def test_a_party_school_is_of_the_place_behind_the_partys_name():
    assert extract(document(["中共高州市委党校2022年部门整体支出绩效自评报告"])).report.region_code == "440981"


@pytest.mark.parametrize(
    ("name", "said", "code"),
    [
        ("青海建筑职业技术学院", "省财政厅批复我院年初预算。", "630000"),
        ("青海建筑职业技术学院", "财政局批复我院年初预算。", None),
        ("海南州第二中学", "省财政厅批复我校年初预算。", "632500"),  # 海南藏族自治州, not the province 海南
    ],
)
def test_a_college_that_is_called_by_its_province(name, said, code):
    assert extract(document([f"{name}2022年度部门整体支出绩效自评报告", said])).report.region_code == code


def test_the_day_on_which_a_form_was_filled_in_is_not_its_year():
    found = extract(
        document(["（2021年度）", "填报时间：2022年3月22日部门整体支出绩效自评表", "填报单位：绥阳县科学技术协会"])
    )
    assert found.report.fiscal_year == 2021


def test_a_grade_may_stand_with_its_band():
    assert one("自评报告。", [["自评等级", "优（90分（含）—100分）"], ["备注", "无"]]).report.grade == "优"


@pytest.mark.parametrize(
    ("text", "grade"),
    [
        ("绩效等级为“优”。", "优"),
        ("评价等次为“良好”。", "良好"),
        ("自评等级：☑优 □良 □中 □差", "优"),
        ("自评98分，优。", "优"),
        ("整体支出得分96.8分，评定为优秀。", "优秀"),
        ("低于60分，差。", None),
        ("评价等级分为四档：90分以上为优，80分至90分为良。", None),
    ],
)
def test_the_grade_is_the_reports_own(text, grade):
    assert one(text).report.grade == grade


def flat(text: str) -> Extraction:
    """Read lines that no rules and no paragraphs hold together."""
    read = document([TITLE, *text.strip().splitlines()])
    lines = tuple(line for passage in read.passages for line in passage.lines)
    return extract(replace(read, pages=(Page(1, 600, 800, lines),)))


def test_a_numbered_closing_list_whose_last_score_is_its_own_number():
    found = flat("序号 评价指标 满分 自评\n1 目标设立 10 9\n2 预算编制 10 10\n3 资产管理 5 3\n以上由办公室汇总。")
    assert scores(found) == [("目标设立", 10, 9), ("预算编制", 10, 10), ("资产管理", 5, 3)]


@pytest.mark.parametrize(
    ("text", "expected", "total"),
    [
        (
            "一级指标 二级指标 得分\n决策（15分） 相关性（5分） 5\n明确性（10分） 9\n管理（5分） 资产盘点（5分） 4\n总分 18",
            [("决策", 15, None), ("相关性", 5, 5), ("明确性", 10, 9), ("管理", 5, None), ("资产盘点", 5, 4)],
            18,
        ),
        ("评价指标\n得分\n相关性（5分）\n5\n明确性（5分）\n4\n总分\n9", [("相关性", 5, 5), ("明确性", 5, 4)], 9),
        ("评价指标 分值 扣分 得分\n预算编制 10 1 9\n预算执行 90 0 90\n合计 100 1 99", [("预算编制", 10, 9), ("预算执行", 90, 90)], 99),
        ("指标名称 自评得分 满分\n预算编制 9 10\n预算执行 88 90", [("预算编制", 10, 9), ("预算执行", 90, 88)], None),
        ("指标名称 得分\n预算编制 9\n预算执行 88", [], None),  # nothing says of how many
        (
            "一级指标 分值 二级指标 分值 三级指标 分值 评价标准 指标说明 得分\n"
            "投入 16 预算配置 16 在职人员控制率 8 不高于100%得满分,每超1个百分点扣0.5分。 编制26人。 8\n"
            "三公经费变动率 8 不高于0得满分,每超1个百分点扣0.8分。 较上年增长5%。 4",
            [("投入", 16, None), ("预算配置", 16, None), ("在职人员控制率", 8, 8), ("三公经费变动率", 8, 4)],
            None,
        ),
    ],
)  # fmt: skip
def test_score_tables_without_rules(text, expected, total):
    found = flat(text)
    assert scores(found) == expected
    assert found.report.total_score == total


def deductions(found: Extraction) -> list[tuple[str, float]]:
    return [(d.indicator, float(d.points)) for d in found.deductions]


LYING = [["考核维度", "预算编制", "预算执行", "资产管理"], ["标准分", "20", "50", "30"], ["自评分", "20", "48.5", "29"]]
PAIRS = [
    ["评价项目", "得分/满分", "备注"],
    ["预算编制", "9.5/10", ""],
    ["绩效管理", "15/15", ""],
    ["合计", "24.5/25", ""],
]
SIX_COLUMNS = [
    ["维度", "权重", "评分项目", "权重", "评分要点", "自评得分"],
    [("管理", 2, 1), ("40", 2, 1), "预算执行", "25", "达到95%得25分,每低1%扣1分", "24"],
    ["资产管理", "15", "账实相符得15分,每发现1处不符扣1分", "15"],
    ["履职", "60", "重点工作", "60", "按时完成得60分,逾期每项扣5分", "55"],
]


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (LYING, [("预算编制", 20, 20), ("预算执行", 50, 48.5), ("资产管理", 30, 29)]),
        (PAIRS, [("预算编制", 10, 9.5), ("绩效管理", 15, 15)]),
        (SIX_COLUMNS, [("管理", 40, None), ("预算执行", 25, 24), ("资产管理", 15, 15), ("履职", 60, None), ("重点工作", 60, 55)]),
        ([["指标", "分值", "得分"] * 2, ["预算编制", "10", "9", "资产管理", "5", "4.5"]], [("预算编制", 10, 9), ("资产管理", 5, 4.5)]),
        ([["项目", "基本分", "自评得分（满分100分）"], ["预算编制", "10", "9"]], [("预算编制", 10, 9)]),
        ([["", "分值", "得分"], ["预算编制", "10", "9"]], [("预算编制", 10, 9)]),
        ([["项目", "年初预算", "决算数"], ["基本支出", "10", "9"]], []),
        # Columns headed 得分 whose numbers sum to their parent's are full marks; the last is the score.
        (
            [
                ["一级指标", "得分", "二级指标", "得分", "评价标准", "得分"],
                [("投入", 2, 1), ("16", 2, 1), "在职人员控制率", "8", "不高于100%得满分", "8"],
                ["三公经费变动率", "8", "每超1个百分点扣0.8分", "4"],
                [("过程", 2, 1), ("24", 2, 1), "预算完成率", "12", "100%得满分", "11.5"],
                ["预算控制率", "12", "为0得满分", "9"],
            ],
            [("投入", 16, None), ("在职人员控制率", 8, 8), ("三公经费变动率", 8, 4), ("过程", 24, None), ("预算完成率", 12, 11.5), ("预算控制率", 12, 9)],
        ),
        # A level's own score stands in its cell, behind words for its marks and for its score.
        (
            [["一级指标", "二级指标", "权重", "得分"], [("投入管理（权重20，得分18.5）", 2, 1), "预算编制", "12", "11"], ["预算执行", "8", "7.5"]],
            [("投入管理", 20, 18.5), ("预算编制", 12, 11), ("预算执行", 8, 7.5)],
        ),
        # A coefficient in percent is neither full marks nor a score.
        (
            [["指标名称", "得分系数（%）", "指标权重（分）", "指标得分（分）", "是否核心指标"], ["培训人数", "100", "15", "15", "否"], ["入库人数", "86.67", "12", "10.4", "是"]],
            [("培训人数", 15, 15), ("入库人数", 12, 10.4)],
        ),
    ],
)  # fmt: skip
def test_scores_of_a_table(table, expected):
    assert scores(extract(document([TITLE], table))) == expected


@pytest.mark.parametrize(
    "table",
    [
        [["一级指标", "二级指标", "分值", "得分"], ["管理", "编制", "10", "9"], ["", "执行", "30", "29"]],
        [["评分项目", "满分", "得分"], ["一、管理", "40", "38"], ["1.编制", "10", "9"], ["2.执行", "30", "29"]],
    ],
)
def test_levels_of_a_table_without_merged_cells(table):
    paths = [score.path for score in extract(document([TITLE], table)).scores]
    assert paths[-2:] == [("管理", "编制"), ("管理", "执行")]


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ([["评价指标", "分值", "扣分", "扣分理由"], ["预算编制", "10", "1", "偏粗"]], [("预算编制", 1)]),
        ([["序号", "指标", "扣分", "扣分原因"], ["1", "预算调整率", "2", "年中追加"], ["2", "资产管理", "0.5", "未及时核销"]], [("预算调整率", 2), ("资产管理", 0.5)]),
        ([*LYING, ["扣分", "0", "1.5", "1"]], [("预算执行", 1.5), ("资产管理", 1)]),
        ([["指标", "分值", "得分", "说明"], ["满意度", "10", "7", "扣2分，群众反映办事慢"]], [("满意度", 2)]),
        ([["指标", "分值", "得分", "评分标准"], ["满意度", "10", "7", "每低1个百分点扣1分"]], []),
    ],
)  # fmt: skip
def test_points_taken_off_in_a_table(table, expected):
    assert deductions(extract(document([TITLE], table))) == expected


def told(*paragraphs: str) -> Extraction:
    return extract(document([TITLE, *paragraphs]))


@pytest.mark.parametrize(
    ("paragraphs", "expected"),
    [
        (
            ["一、管理（40分）", "（一）预算编制（10分）", "编制科学，与规划衔接，本项得9分。", "（二）预算执行（30分）", "支出率94%，扣2分，得28分。",
             "二、履职（60分）", "1.监测任务。完成监测36次，得40分，满分40分。", "2.群众满意度。问卷均值92%，19分/20分。"],
            [("管理", 40, None), ("预算编制", 10, 9), ("预算执行", 30, 28), ("履职", 60, None), ("监测任务", 40, 40), ("群众满意度", 20, 19)],
        ),
        (["（一）预算执行（满分10分，得9.5分）", "1.支出进度（6分）", "自评得5.5分。"], [("预算执行", 10, 9.5), ("支出进度", 6, 5.5)]),
        (
            ["（一）履职效能分析", "该项指标分值50分，自评得分48分。", "1.整体效能，分值50分，自评得分48分。"],
            [("履职效能", 50, 48), ("整体效能", 50, 48)],
        ),
        (["（一）绩效自评情况", "本年度满分100分，自评得分95分。"], []),
        # Headings of a rubric, of a chapter, and of a scheme without any score.
        (["一、投入（20分）", "目标设定合理，得10分；预算编制科学，得9分。"], []),
        (["（一）自评得分情况（95分）", "各项任务完成，得95分。"], []),
        (["一、投入（20分）", "二、过程（80分）", "以上为指标体系。"], []),
        # Bare figures count where only with them the indicators make the total.
        (["我局自评总分为95分。", "1.履职情况（90分），得88分。", "应用情况方面，内部应用得5分，信息公开得2分。"], [("履职情况", 90, 88), ("内部应用", None, 5), ("信息公开", None, 2)]),
        (["其中：制度健全性、使用合规性各得2分，资产管理（4分）得3分。"], [("制度健全性", None, 2), ("使用合规性", None, 2), ("资产管理", 4, 3)]),
        (["部门履职（30分）、资金管理（30分）两项各得28.5分。"], [("部门履职", 30, 28.5), ("资金管理", 30, 28.5)]),
        (["其中：制度健全性、使用合规性各2分。"], []),
        (
            ["1.整体效能（25分）。一是产出完成情况10分，自评10分；二是资金支出率5分，平均执行率为98.93%，5分×98.93%，得4.95分。"],
            [("产出完成情况", 10, 10), ("资金支出率", 5, 4.95)],
        ),
        (
            ["（二）预算管理（25分）。预算编制（10分），自评得分9.1分；收入统筹（15分），自评得分15分。"],
            [("预算管理", 25, None), ("预算编制", 10, 9.1), ("收入统筹", 15, 15)],
        ),
        (["（二）履职效能分析（分值50分，自评49.45分）。"], [("履职效能", 50, 49.45)]),
        (["2.预算完成率（10分）：执行率为98.56%，按比例计分得9.86分。"], [("预算完成率", 10, 9.86)]),
        (["④社会效应（满分12分）自评得分11.5分，即社会满意度（12分）11.5分。"], [("社会效应", 12, 11.5), ("社会满意度", 12, 11.5)]),
        (["投入指标，满分20分，自评得19分。绩效目标设定5分，得4分。"], [("投入指标", 20, 19), ("绩效目标设定", 5, 4)]),
        (["（一）投入管理指标。分值30分，自评得分27分。"], [("投入管理指标", 30, 27)]),
        (["我局自评总分为97分。", "1.履职情况（90分），得88分。", "应用情况方面，内部应用得5分，信息公开得2分。"], [("履职情况", 90, 88)]),
        (["（一）预算执行情况", "结转结余率=（年末结转12.40万元÷全年预算310.00万元）×100%=4.00%，该指标满分4分，自评得3.5分。", "“三公”变动率=（9.50-10.00）/10.00=-5.00%，本项分值2分，得2分。"], [("结转结余率", 4, 3.5), ("“三公”变动率", 2, 2)]),
    ],
)  # fmt: skip
def test_scores_that_stand_under_headings(paragraphs, expected):
    assert scores(told(*paragraphs)) == expected


def test_a_dash_joins_a_level_and_its_indicator():
    found = told("投入管理—预算编制，权重8分，得分7分。", "产出成效-服务人次，权重12分，得分12分。")
    assert [(score.path, score.score) for score in found.scores] == [
        (("投入管理", "预算编制"), Decimal(7)),
        (("产出成效", "服务人次"), Decimal(12)),
    ]


def test_the_label_of_the_total_may_hold_its_full_marks():
    rows = [
        ["一级指标", "二级指标", "完成情况", "自评得分"],
        ["投入(40分)", "编制质量(40分)", "已编制", "38.5"],
        ["产出(60分)", "服务次数(60分)", "已完成", "57"],
        [("总分(100分)", 1, 3), "95.5"],
    ]
    assert one("（一）自评情况", rows).report.total_score == Decimal("95.5")


def test_levels_above_an_indicator_are_those_of_its_headings():
    found = told(
        "一、履职（60分）",
        "（一）安全生产（20分）",
        "1.隐患整改率。整改率95%，得18分，满分20分。",
        "二、管理（40分）",
        "得40分。",
    )
    assert [score.path for score in found.scores] == [
        ("履职",),
        ("履职", "安全生产"),
        ("履职", "安全生产", "隐患整改率"),
        ("管理",),
    ]


FORM = [["指标", "分值", "得分"], ["预算编制", "10", "9"], ["资产清查", "20", "18.5"], ["服务满意度", "20", "18"]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("指标1：编制偏粗，扣1分。指标3：办理较慢，扣2分。", [("预算编制", 1), ("服务满意度", 2)]),
        ("指标1：编制偏粗，扣3分。", []),  # not what that indicator lacks
        ("资产清查因人手不足，扣1.5分；服务满意度为88%，扣2分。", [("资产清查", 1.5), ("服务满意度", 2)]),
        (
            "失分情况：档案管理指标，因制度未印发，扣0.5分；群众满意度指标，测评为91%，扣1分。",
            [("档案管理", 0.5), ("群众满意度", 1)],
        ),
        ("失分点为危桥改造座数（扣1.5分）、群众出行满意度（扣1分）。", [("危桥改造座数", 1.5), ("群众出行满意度", 1)]),
        (
            "二是过程，分值30分，自评28.5分。其中：预算执行率未达到100%，扣0.5分；全年调整幅度20%，预算调整率扣1分。",
            [("预算执行率", 0.5), ("预算调整率", 1)],
        ),
        (
            "（二）预算执行（20分），自评得17分。采风经费支出进度低于90%，扣2分；第二季度进度偏慢，扣1分。",
            [("预算执行", 2), ("预算执行", 1)],
        ),
        ("1.预算执行率（10分）自评得9.5分。全年执行率为95%，按比例扣0.5分。", [("预算执行率", 0.5)]),
        ("3.产出（35分），得34分，因平均用时比目标多6.2天，酌情扣1分。", [("产出", 1)]),
        ("成果应用方面因整改超期，2分未得。", [("成果应用", 2)]),
        (
            "采购管理方面，由于意向公开滞后，扣1分；档案利用方面，因目录未更新扣0.5分。",
            [("采购管理", 1), ("档案利用", 0.5)],
        ),
        ("共扣3分，其中：预算编制扣1分（原因：测算粗）、服务满意度丢2分。", [("预算编制", 1), ("服务满意度", 2)]),
        ("管理方面，预算编制扣1分，原因是测算粗，资产清查扣1.5分。", [("预算编制", 1), ("资产清查", 1.5)]),
        ("扣除4.5分后，自评得分为45.5分。", []),
        ("扣分的指标是资产清查和服务满意度，各扣1分。", [("资产清查", 1), ("服务满意度", 1)]),
        ("效果指标20分，自评19分。受益群众满意度问卷发放200份，满意度为93%，扣1分。", [("受益群众满意度", 1)]),
        ("采购管理满分5分，得4分，意向公开不足30日，扣1分。", [("采购管理", 1)]),
        (
            "（1）演出场次计划24场，实际13场，受天气影响，扣1.7分。（2）读者满意度95%，实际90%，扣2.5分。",
            [("演出场次", 1.7), ("读者满意度", 2.5)],
        ),
        ("扣分说明：“绩效信息公开不及时”扣0.9分。", [("绩效信息公开不及时", 0.9)]),
        ("失分较多的是预算调整率（扣5分）和项目按期完工率（扣4.5分）。", [("预算调整率", 5), ("项目按期完工率", 4.5)]),
        ("扣分项为：短期疗养人数未达年度指标，扣1分。", [("短期疗养人数", 1)]),
        ("80（含）-90分为良、60（含）-80分为中。", []),
        ("（一）资产管理（-0.5分）：两台设备长期停用。", [("资产管理", 0.5)]),
    ],
)
def test_points_taken_off_in_prose(text, expected):
    assert deductions(one(text, FORM)) == expected


def test_the_reason_of_a_deduction_stands_behind_or_before_it():
    found = one("预算编制扣1分，系测算依据不足；资产清查因人手不足，扣1.5分。", FORM)
    assert [d.reason for d in found.deductions] == ["测算依据不足", "资产清查因人手不足"]


def test_the_rates_named_in_remarks_count_and_the_rubrics_do_not():
    rows = [
        ["三级指标", "分值", "评分标准", "自评得分", "自评说明"],
        ["政府采购执行率", "4", "采购执行率达到98%的得满分，每低1%扣0.2分", "3.8", "采购执行率95.2%，扣0.2分"],
        ["结转结余率", "4", "结转结余率≤10%的得4分", "4", "年末结转结余率为1.23%"],
        ["群众满意度", "10", "满意度95%以上", "10", "抽样满意度98.6%"],
    ]
    found = one("全年预算数100万元，决算支出98.77万元，结转结余率1.23%。", rows)
    assert sorted((ratio.name, float(ratio.percent)) for ratio in found.ratios) == [
        ("carry_over_rate", 1.23),
        ("procurement_rate", 95.2),
    ]


def test_an_indicator_named_after_a_rate_gives_it_beside_its_score():
    rows = [
        ["三级指标", "分值", "年度指标值", "实际完成值", "得分", "备注"],
        ["预算执行率", "8", "100%", "95.78%", "7.66", ""],
        ["“三公经费”控制率", "3", "≤100%", "83.51%", "3", ""],
        ["结转结余率", "3", "≤3%", "达标", "2", "4.22%"],
        ["“三公经费”变动率", "3", "≤0", "-3.2%", "3", ""],
        ["特种设备定检率", "10", "100%", "98.1%", "9", ""],
    ]
    found = one("本年度支出较为规范。", rows)
    assert sorted((ratio.name, float(ratio.percent)) for ratio in found.ratios) == [
        ("budget_completion_rate", 95.78),
        ("carry_over_rate", 4.22),
        ("three_public_control_rate", 83.51),
    ]


def test_levels_are_told_by_the_marks_of_a_list_inside_a_paragraph():
    found = told(
        "（一）投入（10分）。1.预算配置（10分）。自评得分10分。（1）在职人员控制率（5分），得5分。（2）支出变动率（5分），得5分。"
    )
    assert [score.path for score in found.scores][2:] == [
        ("投入", "预算配置", "在职人员控制率"),
        ("投入", "预算配置", "支出变动率"),
    ]


@pytest.mark.parametrize(
    ("text", "total"),
    [
        ("预算编制方面自评得分10分，全年工作完成较好。", None),
        ("我局自评得分93.5分，其中预算编制自评得分10分。", 93.5),
        ("对照评分表，本年度满分100分，得分95分。", 95),
        ("上年度自评得分93分，本年度自评得分95分。", 95),
        ("对照评分标准，自评98.6分，等次为优，上年自评97.2分。", 98.6),
        ("满分100分，我们如实打分，最后自评总分96.9分。", 96.9),
        ("得97分，为优秀等次。", 97),
        ("群众满意度测评得96分，等次为优。", None),
        ("对照评分标准，自评93分，其中“支付进度”扣2分。", 93),
        ("三、绩效自评95.5分。", 95.5),
        ("自评结果：优，95分。", 95),
        ("六、自评：95分，优秀。", 95),
        ("满分100分，我们自己打了94.6分。", 94.6),
        ("总分100分，自评94.3分，结果为优秀。", 94.3),
        ("以上合计自评96.2分，评价等级为“优”。", 96.2),
        ("3、自评打分：总分95.2分，等次优。", 95.2),
        ("综合评价得分：92.3，评价等级：良好。", 92.3),
        ("自我评价97分，等次优。", 97),
        ("打分结果：96分。", 96),
        ("经会议研究，自评得分94，等级优。", 94),
        ("综合得分：95。", 95),
        ("预算编制（20分）得20分，预算执行（80分）得76.1分，总计96.1分，等级为优。", 96.1),
        ("群众满意度得分96，等次优。", None),
        ("自评得分在全县排第61，较上年前移。", None),
    ],
)
def test_the_score_of_one_indicator_is_not_the_total(text, total):
    assert one(text).report.total_score == (total if total is None else Decimal(str(total)))


def test_the_head_of_a_form_gives_the_total_and_the_budget_of_the_whole():
    rows = [
        ["主管部门", "绥阳县科学技术协会", "自评总分（分）", "98.9"],
        [("部门预算执行情况（万元）", 2, 1), "年初预算数", "全年（调整）预算数", "全年执行数"],
        ["86.5", "92.25", "91.04"],
        ["指标名称", "指标权重（分）", "指标得分（分）", "说明"],
        ["科普活动场次", "60", "60", ""],
        ["群众满意度", "40", "38.9", "回访不足"],
    ]
    found = one("现将自评情况报告如下。", rows)
    assert found.report.total_score == Decimal("98.9")
    assert amounts(found) == {
        (2022, E, stage, "total", "total", Decimal(yuan))
        for stage, yuan in (("initial_budget", 865000), ("budget", 922500), ("final", 910400))
    }


@pytest.mark.parametrize(
    ("caption", "expected"), [("2022年度项目支出执行情况表", 1330000), ("2022年度主要项目支出执行情况表", None)]
)
def test_the_sum_of_a_list_of_projects_is_project_expenditure_where_it_lists_all(caption, expected):
    rows = [["序号", "项目名称", "执行数"], ["1", "科普经费", "80"], ["2", "活动经费", "53"], [("合计", 1, 2), "133"]]
    read = document([TITLE, "单位：万元"], rows)
    lines = (*read.passages[1].lines, replace(read.passages[0].lines[0], text=caption))
    found = extract(replace(read, tables=(replace(read.tables[0], caption=lines),)))
    assert {a.yuan for a in found.amounts if a.scheme in ("nature", "total")} == (
        {Decimal(expected)} if expected else set()
    )


def test_a_form_gives_its_total_beside_the_label():
    form = [["主管部门", "绥阳县科学技术协会", "自评总分（分）", "98.90"], ["联系人", "办公室", "联系电话", "26220000"]]
    assert extract(document(["部门整体绩效自评表"], form)).report.total_score == Decimal("98.90")


def test_how_the_marks_are_shared_out_is_no_score():
    found = one("指标体系中投入20分、过程30分、产出30分、效果20分，总分100分。")
    assert (scores(found), found.report.total_score) == ([], None)
