"""What is sure closes or is said in its own words; of rival values none is published unless something confirms it."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from jixiao.check import check_extraction
from jixiao.extract import extract
from jixiao.model import Extraction
from jixiao.read import read_document

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


def said(read: Extraction) -> dict[str, str]:
    return {f"{a.stage} {a.scheme}/{a.item} {a.yuan.normalize():f}": a.confidence for a in read.amounts}


def test_parts_that_close_and_words_of_its_own_make_a_fact_sure(extract_in: ExtractIn) -> None:
    read = extract_in(
        "<p>2023年支出合计1200.5万元，基本支出800万元，项目支出400.5万元。</p><p>公用经费年初预算数55万元。</p>"
    )
    assert said(read) == {
        "final total/total 12005000": "sure",
        "final nature/basic 8000000": "sure",
        "final nature/project 4005000": "sure",
        "initial_budget nature/public_use 550000": "sure",
    }


def test_a_fact_whose_stage_nobody_says_is_unsure(extract_in: ExtractIn) -> None:
    read = extract_in("<p>局机关基本支出800万元。</p>")
    assert said(read) == {"final nature/basic 8000000": "unsure"}


def test_of_two_values_the_one_that_closes_stays_and_the_other_is_a_doubt(extract_in: ExtractIn) -> None:
    read = extract_in(
        "<p>支出合计决算数1200.5万元，基本支出决算数800万元，项目支出决算数400.5万元。</p><p>全年实际完成基本支出77.7万元。</p>"
    )
    assert said(read)["final nature/basic 8000000"] == "sure"
    assert len(read.amounts) == 3
    doubt = next(doubt for doubt in read.doubts if doubt.kind == "rival_values")
    assert "777000" in doubt.message
    assert "8000000" in doubt.readings[0]
    entry = next(entry for entry in read.ledger if entry.printed == "77.7万元")
    assert (entry.state, entry.why) == ("doubt", "rival_values")
    assert check_extraction(read) == ()


def test_parts_of_one_sources_spending_give_way_to_those_of_all(extract_in: ExtractIn) -> None:
    read = extract_in(
        "<p>支出总计500.00万元，其中：基本支出300.00万元，项目支出180.00万元，年末结转20.00万元。</p>"
        "<p>财政拨款支出490.00万元，其中基本支出298.00万元、项目支出192.00万元。人员经费200.00万元，公用经费98.00万元。</p>"
    )
    assert {"final nature/basic 3000000", "final nature/project 1800000"} < set(said(read))
    assert {one.kind for one in read.doubts if "298" in one.message or "2980000" in one.message} == {"rival_values"}


def test_three_values_of_one_key_are_our_fault(extract_in: ExtractIn) -> None:
    read = extract_in("".join(f"<p>公用经费决算数{yuan}万元，详见附表。</p>" for yuan in ("55.1", "66.2", "77.3")))
    assert not read.amounts
    assert check_extraction(read) == ()
    assert [doubt.kind for doubt in read.doubts].count("rival_values") == 3


def test_two_values_in_the_same_words_are_the_departments_contradiction(extract_in: ExtractIn) -> None:
    read = extract_in("<p>公用经费决算数55.1万元。</p><p>公用经费决算数为66.2万元。</p>")
    assert set(said(read).values()) == {"sure"}
    assert len(read.amounts) == 2
    found = check_extraction(read)
    assert [(finding.check, finding.uses) for finding in found] == [("figure_given_twice", ("A0002", "A0001"))]


def test_a_departments_own_sum_that_does_not_close_is_still_found(extract_in: ExtractIn) -> None:
    read = extract_in("<p>支出合计决算数240.35万元，其中基本支出199.41万元，项目支出40.76万元。</p>")
    assert set(said(read).values()) == {"sure"}
    assert [finding.check for finding in check_extraction(read)] == ["parts_sum_to_total"]


def test_a_rate_right_behind_its_sure_outturn_is_sure_and_may_be_found_wrong(extract_in: ExtractIn) -> None:
    read = extract_in("<p>年初预算安排365.20万元，调整后预算365.20万元；支出330.12万元，执行率95.39%。</p>")
    assert [(one.percent, one.confidence) for one in read.ratios] == [(Decimal("95.39"), "sure")]
    assert [finding.check for finding in check_extraction(read)] == ["completion_rate"]


def test_a_rate_of_a_sum_of_another_name_accuses_nobody(extract_in: ExtractIn) -> None:
    body = "<p>2023年批复预算600.00万元；周转金720.00万元。</p><p>全年支出711.36万元，资金使用率98.8%。</p>"
    read = extract_in(body)
    assert [rate.confidence for rate in read.ratios] == ["unsure"]
    assert check_extraction(read) == ()


def test_projects_below_a_paragraph_are_of_no_said_stage(extract_in: ExtractIn) -> None:
    budget = "部门预算312.46万元，其中：基本支出242.46万元，项目支出70.00万元。"
    spent = "全年决算支出308.91万元，其中基本支出240.15万元，项目支出68.76万元。"
    read = extract_in(f"<p>{budget}{spent}</p><p>项目为档案加工（50万元）和库房改造（20万元），均于11月底前验收。</p>")
    assert {one.confidence for one in read.amounts if one.scheme == "project"} == {"unsure"}
    assert check_extraction(read) == ()


@pytest.mark.parametrize(
    ("said", "found"),
    [
        (
            "年度支出合计274.49万元，其中基本支出104.49万元，项目支出170.00万元。全年预算296.00万元，执行率为95.73%。",
            ["completion_rate"],
        ),
        (
            "年度支出合计274.49万元，其中基本支出104.49万元，项目支出170.00万元。全年预算296.00万元，执行率为92.73%。",
            [],
        ),
        ("2023年部门支出254.30万元，上年为231.18万元，增长12.60%。", ["change_rate"]),
        ("2023年部门支出254.30万元，上年为231.18万元，增长10.00%。", []),
    ],
)
def test_what_stands_between_sure_sums_may_be_found_wrong(said: str, found: list[str], extract_in: ExtractIn) -> None:
    assert [one.check for one in check_extraction(extract_in(f"<p>{said}</p>"))] == found


def test_a_department_is_not_owned_by_the_words_in_its_name(extract_in: ExtractIn) -> None:
    read = extract_in("<p>2023年度，某县林业局年初预算安排1,862.35万元。</p>")
    assert said(read) == {"initial_budget total/total 18623500": "sure"}
