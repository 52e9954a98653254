"""Every figure of a document ends in exactly one way, and every fact stands in the ledger."""

from collections.abc import Callable
from pathlib import Path

import pytest
from jixiao.extract import extract
from jixiao.extract.contract import to_contract
from jixiao.extract.declared import prepared
from jixiao.extract.figures import figures_of
from jixiao.model import Document, Extraction
from jixiao.read import read_document

from tests.reading import extract_once, read_once

PROJECT = Path(__file__).parents[2]
SETS = [
    *sorted((PROJECT / "tests" / "blind").glob("*/reports/*")),
    *sorted((PROJECT.parent / "shared").glob("cases/*/reports/*")),
    *sorted((PROJECT.parent / "shared" / "cases" / "accounts").glob("*.pdf")),
]
FILLER = "<p>" + "本报告说明部门整体支出绩效自评的组织和过程。" * 12 + "</p>"
ExtractIn = Callable[[str], Extraction]


@pytest.fixture
def extract_in(tmp_path: Path) -> ExtractIn:
    def read(body: str) -> Extraction:
        path = tmp_path / "report.html"
        path.write_text(
            "<html><head><meta charset='utf-8'></head><body><p>某县林业局2023年度部门整体支出绩效自评报告</p>"
            f"{FILLER}{body}</body></html>",
            "utf-8",
        )
        return extract(read_document(path))

    return read


def told(read: Extraction) -> list[tuple[str, str, str]]:
    return [(entry.printed, entry.state, entry.why) for entry in read.ledger]


def adds_up(document: Document, read: Extraction) -> None:
    figures = figures_of(prepared(document))
    numbered = [entry.figure_id for entry in read.ledger if entry.figure_id is not None]
    assert numbered == [one.id for one in figures]
    counts = to_contract(read, ())["ledger"]
    assert counts["figures"] == len(read.ledger) == counts["facts"] + counts["not_ours"] + counts["doubts"]
    facts = {entry.fact_id for entry in read.ledger if entry.state == "fact"}
    assert all((entry.fact_id is not None) == (entry.state == "fact") for entry in read.ledger)
    assert len(read.amounts) == 0 or facts
    assert all(entry.why for entry in read.ledger)


@pytest.mark.parametrize("path", SETS, ids=lambda path: f"{path.parent.parent.name}-{path.name}")
def test_no_figure_of_any_set_is_unaccounted_for(path: Path) -> None:
    adds_up(read_once(path), extract_once(path))


def test_a_figure_that_nobody_reads_is_a_doubt_with_the_words_around_it(extract_in: ExtractIn) -> None:
    read = extract_in("<p>全年支出合计1200万元。</p><table><tr><td>灌溉水渠</td><td>88.8万元</td></tr></table>")
    assert ("88.8万元", "doubt", "unread_figure") in told(read)
    doubt = next(doubt for doubt in read.doubts if doubt.kind == "unread_figure")
    assert "88.8万元" in doubt.message
    assert "88.8万元" in doubt.evidence.text


def test_what_is_no_fact_says_why(extract_in: ExtractIn) -> None:
    read = extract_in(
        "<p>年初预算1200万元，支出1180万元。基本支出较上年增加20万元。群众满意度达到98%，预算完成率不低于95%得2分，每低1个点扣0.5分。</p>"
        "<table><tr><td>指标</td><td>年度指标值</td><td>得分</td></tr><tr><td>培训合格率</td><td>92%</td><td>5</td></tr></table>"
    )
    assert {(printed, why) for printed, state, why in told(read) if state == "not_ours"} >= {
        ("98%", "not_of_money"),
        ("95%", "threshold"),
        ("0.5分", "rubric"),
        ("92%", "an indicator's target"),
    }


def test_a_figure_that_is_said_again_is_the_same_fact(extract_in: ExtractIn) -> None:
    read = extract_in("<p>2023年基本支出决算数812.5万元。</p><p>综上，基本支出决算数812.5万元，占比合理。</p>")
    entries = [entry for entry in read.ledger if entry.printed == "812.5万元"]
    assert [entry.state for entry in entries] == ["fact", "fact"]
    assert len({entry.fact_id for entry in entries}) == 1
    assert len(read.amounts) == 1


def test_the_command_prints_the_ledger(
    extract_in: ExtractIn, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from jixiao.cli import main

    extract_in("<p>年初预算1200万元，基本支出决算数812.5万元。</p>")
    assert main(["extract", str(tmp_path / "report.html"), "--ledger"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "812.5万元" in lines[1]
    assert "fact" in lines[1]
    assert "A0002" in lines[1]
    assert lines[-1].startswith("2 figures, 2 facts")


def test_a_sum_told_in_two_units_is_one(extract_in: ExtractIn) -> None:
    read = extract_in("<p>2023年支出合计决算数1亿2345.60万元，基本支出决算数8005万6000元。</p>")
    assert {(one.item, int(one.yuan)) for one in read.amounts} == {("basic", 80056000), ("total", 123456000)}


def test_a_self_evaluation_that_gives_nothing_says_so(extract_in: ExtractIn) -> None:
    read = extract_in("<p>全区完成固定资产投资9.6亿元。</p>")
    assert "nothing_own" in [one.kind for one in read.doubts]
    assert "nothing_own" not in [one.kind for one in extract_in("<p>全年支出96万元。</p>").doubts]
    assert [entry.state for entry in read.ledger] == ["doubt"]  # whose it is was misread, so it is not left aside


@pytest.mark.parametrize(
    "body",
    [
        "<table><tr><td>年度总体情况</td><td>三公经费：年初预算15.00，全年执行9.86</td></tr></table>",
        "<p>年初预算数15.00全年预算数9.86</p>",
    ],
)
def test_a_sum_whose_unit_nobody_says_is_accounted_for(extract_in: ExtractIn, body: str) -> None:
    read = extract_in(body)
    assert [(entry.printed, entry.state) for entry in read.ledger] == [("15.00", "doubt"), ("9.86", "doubt")]
    assert not read.amounts


def test_a_count_or_a_mark_of_a_list_is_no_sum(extract_in: ExtractIn) -> None:
    assert not extract_in("<p>项目支出：1、巡查支出4次，惠及2.96万户，其中财政供养1.36万人。</p>").ledger


def test_a_list_of_contents_ends_where_money_is_told(extract_in: ExtractIn) -> None:
    read = extract_in("<p>目录</p><p>一、基本情况</p><p>二、绩效</p><p>年初预算1200万元，支出合计1100万元</p>")
    assert [int(one.yuan) for one in read.amounts] == [12_000_000, 11_000_000]


def test_a_zero_among_points_taken_off_is_no_doubt(extract_in: ExtractIn) -> None:
    read = extract_in(
        "<table><tr><td>评价指标</td><td>标准分</td><td>扣分</td><td>得分</td><td>扣分原因</td></tr>"
        "<tr><td>预算编制</td><td>10</td><td>0</td><td>10</td><td></td></tr>"
        "<tr><td>资产管理</td><td>10</td><td>1.5</td><td>8.5</td><td>盘点不及时</td></tr></table>"
    )
    assert ("0", "not_ours", "nothing_taken_off") in told(read)
    assert "unread_figure" not in {doubt.kind for doubt in read.doubts}


def test_a_title_within_a_table_heads_none_of_its_columns(extract_in: ExtractIn) -> None:
    """What is read of a form below such a title is the figure that the ledger has."""
    read = extract_in(
        "<table><tr><td colspan=4>某县林业局2023年度部门整体支出绩效自评打分表</td></tr>"
        "<tr><td>年初预算（万元）</td><td>865.20</td><td>决算支出（万元）</td><td>851.30</td></tr>"
        "<tr><td>评价内容</td><td>评价指标</td><td>标准分</td><td>得分</td></tr>"
        "<tr><td>投入</td><td>预算编制</td><td>10</td><td>9</td></tr></table>"
    )
    assert [one for one in told(read) if one[0] in ("865.20", "851.30")] == [
        ("865.20", "fact", "2023 expenditure initial_budget total/total"),
        ("851.30", "fact", "2023 expenditure final total/total"),
    ]
