"""Whose each part, row and clause is: another's form behind ours, however it is put there, changes nothing."""

import itertools
from importlib.resources import files

import pytest
import yaml
from jixiao.extract import extract
from jixiao.extract.parts.clauses import clause_owners, owner_at, quoted
from jixiao.extract.parts.titles import is_title
from jixiao.extract.parts.units import labelled

CLAUSES = yaml.load((files("jixiao") / "extract/parts/clauses.yaml").read_text("utf-8"), yaml.CSafeLoader)["rows"]
OURS = "沿河县水务局"
FORMS = {
    "form of ten marks": [
        ["部门名称", OURS, "", "", "", ""],
        ["", "年初预算数（万元）", "全年预算数（万元）", "全年执行数（万元）", "分值", "得分"],
        ["年度资金总额", "742.15", "1560.40", "1529.19", "10", "9.8"],
        ["一级指标", "二级指标", "三级指标", "指标值", "分值", "得分"],
        ["产出指标", "数量指标", "维修渠道长度", "12公里", "50", "49"],
        ["效益指标", "社会效益", "灌溉保证率", "90%", "40", "38"],
        ["总分", "", "", "", "100", "96.8"],
    ],
    "form by nature": [
        ["部门名称", OURS, "", ""],
        ["支出类别", "全年预算数（万元）", "全年执行数（万元）", "执行率"],
        ["基本支出", "410.25", "409.00", "99.70%"],
        ["项目支出", "800.50", "789.64", "98.64%"],
        ["指标名称", "分值", "得分", "说明"],
        ["预算执行率", "20", "19.5", ""],
        ["群众满意度", "80", "77", ""],
    ],
    "base table": [
        ["经费控制情况（万元）", "2022年决算数", "2023年预算数", "2023年决算数"],
        ["三公经费", "31.20", "60.00", "48.55"],
        ["公务接待费", "18.50", "20.00", "10.70"],
        ["项目支出", "402.11", "350.00", "366.48"],
        ["公用经费", "88.60", "90.00", "83.27"],
    ],
}
PROJECT = [
    ["项目名称", "病险水库除险加固", "", "", "", ""],
    ["主管部门", OURS, "", "实施单位", OURS, ""],
    ["项目资金（万元）", "年初预算数", "全年预算数", "全年执行数", "分值", "得分"],
    ["年度资金总额", "66.60", "66.60", "65.50", "10", "9.83"],
    ["一级指标", "二级指标", "三级指标", "指标值", "分值", "得分"],
    ["产出指标", "数量指标", "加固水库座数", "3座", "90", "88"],
    ["总分", "", "", "", "100", "97.83"],
]
UNIT = [
    ["单位名称", "沿河县乌江河道管理站", "", "", "", ""],
    ["预算资金（万元）", "年初预算数", "全年预算数", "全年执行数", "分值", "得分"],
    ["年度资金总额", "77.70", "77.70", "76.60", "10", "9.86"],
    ["一级指标", "二级指标", "三级指标", "指标值", "分值", "得分"],
    ["产出指标", "数量指标", "巡河次数", "52次", "90", "85"],
    ["总分", "", "", "", "100", "94.86"],
]
TITLE = f"2023年度{OURS}部门整体支出绩效自评表"
BEHIND = {"project": (PROJECT, "2023年度项目支出绩效自评表"), "unit": (UNIT, "2023年度单位整体支出绩效自评表")}


def facts(extraction):
    return (
        sorted((a.fiscal_year, a.flow, a.stage, a.scheme, a.item, a.yuan) for a in extraction.amounts),
        sorted((s.path[-1], str(s.full_marks), str(s.score)) for s in extraction.scores),
        extraction.report.total_score,
        extraction.report.kind,
    )


def put_behind(form, other, title, way):
    """Return the document with another's form behind ours: under its title, in its own table, or in our table."""
    if way == "own title":
        return [TITLE, form, title, other]
    if way == "own table":
        return [TITLE, form, "附件2", other]
    width = max(len(row) for row in (*form, *other))
    wide = [[*row, *[""] * (width - len(row))] for row in (*form, *([[title]] if way == "title row" else []), *other)]
    return [TITLE, wide]


@pytest.mark.parametrize("way", ["own title", "own table", "title row", "stacked"])
@pytest.mark.parametrize(("form", "behind"), list(itertools.product(FORMS, BEHIND)))
def test_anothers_form_behind_ours_adds_nothing_to_ours(form, behind, way, document_of):
    alone = facts(extract(document_of([TITLE, FORMS[form]])))
    assert alone[0]
    other, title = BEHIND[behind]
    read = extract(document_of(put_behind(FORMS[form], other, title, way)))
    assert facts(read) == alone
    assert {entry.printed for entry in read.ledger} >= {"65.50" if behind == "project" else "76.60"}


def test_rows_of_a_list_by_project_are_the_projects(document_of):
    read = extract(
        document_of(
            [
                TITLE,
                [
                    ["任务名称", "主要内容", "全年预算数（万元）", "全年执行数（万元）"],
                    ["河道清淤", "清淤12公里", "120.00", "118.00"],
                    ["防汛物资", "补充两座仓库", "30.00", "29.00"],
                    ["合计", "", "150.00", "147.00"],
                ],
            ]
        )
    )
    rows = {1200000, 1180000, 300000, 290000}
    assert not rows & {a.yuan for a in read.amounts if a.scheme != "project"}
    assert {a.yuan for a in read.amounts if a.scheme == "project"} == rows


def test_rows_by_unit_give_nothing(document_of):
    read = extract(
        document_of(
            [
                TITLE,
                "部门2023年年初预算数1000.00万元，决算数990.00万元。",
                "所属单位预算执行情况汇总表",
                [
                    ["序号", "单位名称", "年初预算数（万元）", "决算数（万元）"],
                    ["1", "沿河县水务局（本级）", "600.00", "595.00"],
                    ["2", "沿河县乌江河道管理站", "400.00", "395.00"],
                ],
            ]
        )
    )
    assert sorted(a.yuan for a in read.amounts) == [9900000, 10000000]


def test_rows_of_an_item_and_codes_are_no_money_of_a_class(document_of):
    read = extract(
        document_of(
            [
                f"{OURS}2023年度部门整体支出绩效自评报告",
                "支出决算表",
                "单位：万元",
                [
                    ["科目编码", "科目名称", "合计", "基本支出", "项目支出"],
                    ["", "合计", "612.40", "402.10", "210.30"],
                    ["213", "农林水支出", "612.40", "402.10", "210.30"],
                    ["21303", "水利", "612.40", "402.10", "210.30"],
                    ["2130301", "行政运行", "402.10", "402.10", "0.00"],
                ],
            ]
        )
    )
    assert {(a.scheme, a.item, a.yuan) for a in read.amounts} == {
        ("total", "total", 6124000),
        ("nature", "basic", 4021000),
        ("nature", "project", 2103000),
        ("function", "213", 6124000),
    }


@pytest.mark.parametrize(
    "sentence",
    [
        "1、科学技术支出（类）科学技术普及（款）机构运行（项）。主要用于机关人员。全年预算为92.40万元，支出决算为91.48万元。",
        "2023年全县一般公共预算支出完成21.30亿元，支出决算数20.10亿元。",
        "项目分两个方面：一是水库管护，即堤防维修等经费合计45万元，已于本年度支出45万元。",
    ],
)
def test_a_sum_that_its_clause_gives_to_somebody_else_is_no_total(sentence, document_of):
    lines = [
        f"{OURS}2023年度部门整体支出绩效自评报告",
        "一、预算执行情况",
        "2023年年初预算数1000.00万元，决算数990.00万元。",
    ]
    alone = facts(extract(document_of(lines)))
    read = extract(document_of([*lines, sentence]))
    kept = [amount for amount in facts(read)[0] if amount[3] != "project"]
    assert kept == alone[0]
    assert any(entry.state == "not_ours" for entry in read.ledger)


SAID = (
    "2023年全站年初预算77.70万元，决算支出76.60万元，其中基本支出50.20万元。"
    "“三公”经费未发生支出。自评得分88.5分，评价等级为“良”。"
)


@pytest.mark.parametrize(
    "sentence",
    [
        f"沿河县乌江河道管理站在总结中写道：“{SAID}”",
        f"经审核，沿河县水文监测站上报的材料称「{SAID}」，我局已予复核。",
        f"沿河县水文监测站报告：“{SAID}",
    ],
)
def test_what_another_unit_is_quoted_to_have_written_is_not_ours(sentence, document_of):
    lines = [
        f"{OURS}2023年度部门整体支出绩效自评报告",
        "2023年年初预算数1000.00万元，决算数990.00万元。自评得分94分，评价等级为“优”。",
    ]
    alone, read = (extract(document_of(some)) for some in (lines, [lines[0], sentence, lines[1]]))
    assert facts(read) == facts(alone)
    assert (str(read.report.total_score), read.report.grade) == ("94", "优")
    assert {e.state for e in read.ledger if e.printed in ("77.70万元", "50.20万元", "88.5分")} == {"not_ours"}


@pytest.mark.parametrize(
    "sentence",
    [
        f"{OURS}自评报告载明：“{SAID}”",
        f"我局报送的自评报告载明：“{SAID}”",
        f"沿河县财政局批复称：“经核定，你局{SAID}”",
    ],
)
def test_what_we_are_quoted_to_have_written_is_ours(sentence, document_of):
    read = extract(document_of([f"{OURS}2023年度部门整体支出绩效自评报告", sentence]))
    assert {("final", 766000), ("final", 502000)} <= {(a.stage, a.yuan) for a in read.amounts}
    assert str(read.report.total_score) == "88.5"


def test_quotes_around_a_term_are_no_quotation():
    assert quoted("沿河县财政局决算报告反映“三公”经费3.20万元", OURS) == []


@pytest.mark.parametrize("row", CLAUSES, ids=lambda row: row["witness"])
def test_every_cue_of_clauses_gives_its_witness_to_its_owner(row):
    owners = clause_owners(row["witness"])
    assert owner_at(owners, len(row["witness"]) - 1).owner == row["owner"]


def test_text_behind_a_form_inside_a_report_is_the_departments_again(document_of):
    read = extract(
        document_of(
            [
                f"{OURS}2023年度部门整体支出绩效自评报告",
                "一、项目情况",
                "项目支出绩效自评表",
                PROJECT,
                "二、预算执行情况",
                "2023年年初预算数1000.00万元，决算数990.00万元。",
            ]
        )
    )
    assert sorted(a.yuan for a in read.amounts if a.scheme == "total") == [9900000, 10000000]


REPORT = [
    "2023年度部门整体支出绩效自评报告",
    "一、收支情况",
    "2023年年初预算数1000.00万元，决算数990.00万元。",
]
HEADS = {
    "two labels on a line": ["单位名称：沿河县乌江河道管理站  主管部门：沿河县水务局  单位：万元"],
    "the superior first": ["主管部门：沿河县水务局  单位名称（盖章）：沿河县乌江河道管理站  填报日期：2024年3月"],
    "one label": ["填报单位：沿河县乌江河道管理站"],
}


@pytest.mark.parametrize("head", HEADS)
def test_forms_of_subordinate_units_behind_a_report_are_not_its_own(head, document_of):
    alone = extract(document_of([OURS, *REPORT]))
    annexes = "附件：1.下属单位整体支出绩效自评表 2.项目支出绩效自评表"
    form = ["附件1-1", "2023年度单位整体支出绩效自评表", *HEADS[head], UNIT[1:]]
    read = extract(document_of([OURS, *REPORT, annexes, *form]))
    assert facts(read) == facts(alone)
    assert read.report.organization == OURS
    assert "76.60" in {entry.printed for entry in read.ledger if entry.state == "not_ours"}


def test_a_form_titled_as_of_subordinate_units_needs_no_name(document_of):
    alone = extract(document_of([OURS, *REPORT]))
    read = extract(document_of([OURS, *REPORT, "附件1", "下属单位整体支出绩效自评表", UNIT[1:]]))
    assert facts(read) == facts(alone)
    ours = extract(document_of([OURS, *REPORT, "附件1", "部门及所属单位整体支出绩效自评表", UNIT[1:]]))
    assert facts(ours) != facts(alone)


def test_a_broken_head_line_names_its_unit():
    assert list(labelled("单位名称:沿河县河道站主管部门:沿河县水务局单位:万元")) == [
        ("单位名称", "沿河县河道站"),
        ("主管部门", "沿河县水务局"),
        ("单位", "万元"),
    ]


def test_a_list_of_annexes_is_no_title():
    assert not is_title("附件:1.下属单位整体支出绩效自评表2.项目支出绩效自评表")
    assert is_title("附件1.部门整体支出绩效自评表")
