"""Forms in which sentences stand beside labels, and rows in which one cell is all that a total has."""

from pathlib import Path

from jixiao.extract import extract
from jixiao.model import Extraction
from jixiao.read import read_document

from .test_money_tables import table


def form(path: Path, *rows: str) -> Extraction:
    page = path / "form.html"
    title = "<p>某县林业局2023年度部门整体支出绩效自评表</p>"
    page.write_text(
        f"<html><head><meta charset='utf-8'></head><body>{title}{table(*rows)}</body></html>",
        "utf-8",
    )
    return extract(read_document(page))


def amounts(read: Extraction) -> set[str]:
    return {f"{a.stage} {a.scheme}/{a.item} {a.yuan.normalize():f}" for a in read.amounts}


def test_sentences_beside_a_label_of_money_are_read_below_it_and_no_others(tmp_path: Path) -> None:
    read = form(
        tmp_path,
        "部门收支情况_2|全年预算数：120.00万元。其中：基本支出80.00万元，项目支出40.00万元^3",
        "全年支出数：110.00万元。其中：基本支出79.00万元，项目支出31.00万元^3",
        "“三公”经费|支出数：2.00万元，全部为公务接待费^3",
        "评价指标|指标值|分值|得分",
        "预算执行率|≥95%|60|59",
        "群众满意度|≥90%|40|40",
        "存在问题|镇级债务余额900.00万元，偿还压力较大^3",
    )
    assert amounts(read) == {
        "budget total/total 1200000",
        "budget nature/basic 800000",
        "budget nature/project 400000",
        "final total/total 1100000",
        "final nature/basic 790000",
        "final nature/project 310000",
        "final three_public/total 20000",
        "final three_public/reception 20000",
    }
    assert {one.state for one in read.ledger if one.printed == "900.00万元"} == {"not_ours"}


def test_a_total_that_one_cell_gives_is_the_score_and_no_full_marks(tmp_path: Path) -> None:
    read = form(
        tmp_path,
        "三级指标|年度指标值|分值|得分",
        "村庄整治数|≥5|60|58",
        "群众满意度|≥90%|40|39.95",
        "自评总分|97.95^3",
    )
    assert (str(read.report.total_score), str(read.report.full_marks)) == ("97.95", "100")
