"""A unit that prose declares once counts for the bare sums behind it, as far as it says, and nowhere else."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from jixiao.extract import extract
from jixiao.extract.declared import declared_in, prepared
from jixiao.extract.figures import figures_of
from jixiao.model import Extraction
from jixiao.read import read_document

TITLE = "<h1>松溪区档案局2021年度部门整体支出绩效自评报告</h1>"
FILLER = "<p>" + "本报告说明部门整体支出绩效自评的组织和过程。" * 12 + "</p>"
BudgetOf = Callable[[str], list[str]]


@pytest.fixture
def path_of(tmp_path: Path) -> Callable[[str], Path]:
    def write(body: str) -> Path:
        path = tmp_path / "report.html"
        path.write_text(f"<html><head><meta charset='utf-8'></head><body>{TITLE}{FILLER}{body}</body></html>", "utf-8")
        return path

    return write


@pytest.fixture
def bare_in(path_of: Callable[[str], Path]) -> BudgetOf:
    def read(body: str) -> list[str]:
        figures = figures_of(prepared(read_document(path_of(body))))
        return [f"{one.printed} {one.value.normalize():f}" for one in figures if one.is_bare]

    return read


@pytest.fixture
def extracted(path_of: Callable[[str], Path]) -> Callable[[str], Extraction]:
    return lambda body: extract(read_document(path_of(body)))


@pytest.mark.parametrize(
    ("text", "reach"),
    [
        ("以下金额单位均为万元。", "document"),
        ("(单位:万元,下同)", "document"),
        ("本段金额单位均为万元。", "paragraph"),
        ("本部分金额单位为万元。", "section"),
        ("收支情况(单位:万元):全年收入10.50。", "paragraph"),
        ("二、收支情况(单位:万元)", "section"),
        ("单位:万元", None),
        ("(单位:万元)", None),
        ("收支情况表(单位:万元)", None),
        ("下表金额单位为万元。", None),
        ("编报单位为区档案局。", None),
    ],
)
def test_prose_declares_a_unit_as_far_as_it_says(text: str, reach: str | None) -> None:
    said = declared_in(text)
    assert (said.reach if said else None) == reach


def test_bare_sums_behind_a_declaration_are_figures(bare_in: BudgetOf) -> None:
    assert bare_in(
        "<p>支出12.30。以下金额单位均为万元。年初预算820.40，其中基本支出500，项目支出320.40；"
        "全年支出800.10，比上年790.00增长1.28%，人员经费占基本支出的60%。</p>"
    ) == ["820.40 8204000", "500 5000000", "320.40 3204000", "800.10 8001000", "790.00 7900000"]


def test_other_numbers_behind_a_declaration_are_none(bare_in: BudgetOf) -> None:
    assert not bare_in(
        "<p>以下金额单位均为万元。按松财〔2021〕15号文件，编制56人，库房面积83.6平方公里，满意度得分9.5，执行率97.2，"
        "2021年3月支出进度第2，联系电话0571-8800，分为1.2节，支出5项，培训费用3场。</p>"
    )


def test_a_declaration_ends_where_it_says(bare_in: BudgetOf) -> None:
    sums = "全年收入10.50，全年支出10.20。"
    assert bare_in(f"<p>一、收支</p><p>本段金额单位为万元。{sums}</p><p>{sums}</p>") == ["10.50 105000", "10.20 102000"]
    section = "<p>二、收支（单位：万元）</p><p>全年收入10.50。</p><p>三、其他</p><p>全年支出10.20。</p>"
    assert bare_in(section) == ["10.50 105000"]


def test_the_caption_of_a_table_declares_nothing_for_prose(bare_in: BudgetOf) -> None:
    table = "<table><tr><td>科目</td><td>支出</td></tr><tr><td>基本支出</td><td>10.20</td></tr></table>"
    for caption in ("收支情况表", "一、收支情况（单位：万元）", "单位：万元"):
        assert not bare_in(f"<p>{caption}</p>{table}<p>全年收入10.50，全年支出10.20。</p>")


def test_a_unit_above_entries_is_that_of_the_entries(extracted: Callable[[str], Extraction]) -> None:
    read = extracted(
        "<p>年度收入情况（万元）</p><p>收入合计：88.46</p><p>其中：</p><p>公共财政拨款：68.46</p><p>其他收入：20</p>"
        "<p>年度支出情况（万元）</p><p>支出合计：88.46</p><p>其中：</p><p>基本支出：60.31</p><p>项目支出：28.15</p>"
    )
    assert sorted((one.flow, one.item, f"{one.yuan.normalize():f}") for one in read.amounts) == [
        ("expenditure", "basic", "603100"),
        ("expenditure", "project", "281500"),
        ("expenditure", "total", "884600"),
        ("revenue", "fiscal_appropriation", "684600"),
        ("revenue", "other", "200000"),
        ("revenue", "total", "884600"),
    ]


def test_a_unit_in_a_line_without_entries_below_is_none(bare_in: BudgetOf) -> None:
    assert bare_in("<p>年度收入情况（万元）</p><p>收入合计</p><p>本年度其他收入为20.50</p>") == []


def test_a_bare_sum_is_sure_only_where_it_closes(extracted: Callable[[str], Extraction]) -> None:
    head = "<p>以下金额单位均为万元。2021年部门决算支出总额"
    alone = extracted(f"{head}820.40。</p>").amounts
    assert [(one.yuan, one.confidence) for one in alone] == [(Decimal(8204000), "unsure")]
    closed = extracted(f"{head}820.40，其中基本支出500.00，项目支出320.40。</p>").amounts
    assert {(one.item, one.confidence) for one in closed} == {("total", "sure"), ("basic", "sure"), ("project", "sure")}


def test_a_bare_number_that_is_not_understood_is_a_doubt(extracted: Callable[[str], Extraction]) -> None:
    read = extracted("<p>以下金额单位均为万元。2021年部门决算支出总额820.40。另有馆藏修复33.70。</p>")
    entry = next(one for one in read.ledger if one.printed == "33.70")
    assert entry.state == "doubt"


def test_a_point_typed_for_a_full_stop_ends_a_sentence(extracted: Callable[[str], Extraction]) -> None:
    told = (
        "2021年年初预算支出820.40万元,其中基本支出500.00万元,项目支出320.40万元."
        "全年支出决算810.00万元,其中基本支出500.00万元,项目支出310.00万元."
    )
    points, stops = (
        {(one.stage, one.item, one.yuan) for one in extracted(f"<p>{text}</p>").amounts}
        for text in (told, told.replace("元.", "元。"))
    )
    assert points == stops
    assert len(points) == 6


def test_sums_of_a_system_and_of_each_of_several(extracted: Callable[[str], Extraction]) -> None:
    read = extracted(
        "<p>2021年全区文旅系统年初预算820.40万元，其中基本支出500.00万元，项目支出320.40万元。</p>"
        "<p>因公出国（境）费用和公务用车购置费均为0万元。</p>"
    )
    found = {(one.stage, one.item, one.yuan) for one in read.amounts}
    assert {("initial_budget", "total", Decimal(8204000)), ("initial_budget", "basic", Decimal(5000000))} <= found
    assert {("final", "abroad", Decimal(0)), ("final", "vehicle_purchase", Decimal(0))} <= found


def test_a_line_that_is_a_unit_declares_where_no_table_is_behind_it(bare_in: BudgetOf) -> None:
    prose = "<p>全年支出合计10.50，其中基本支出8.20、项目支出2.30。</p>"
    assert bare_in(f"<p>单位：万元</p>{prose}") == ["10.50 105000", "8.20 82000", "2.30 23000"]
    table = "<table><tr><td>项目</td><td>决算数</td></tr><tr><td>基本支出</td><td>8.20</td></tr></table>"
    assert bare_in(f"<p>单位：万元</p>{table}{prose}") == []
    assert bare_in(f"<p>单位：万元</p><p>支出情况如下。</p>{table}{prose}") == []
