"""A paragraph that was broken at the ends of lines is one again; what could be a heading or a cell is left alone."""

from pathlib import Path

import pytest
from jixiao.read import read_document
from jixiao.read.text import normalise

FILLER = "<p>" + "本报告说明部门整体支出绩效自评的组织和过程。" * 12 + "</p>"


def paragraphs(path: Path, *lines: str) -> list[str]:
    body = "".join(f"<p>{line}</p>" for line in lines)
    path.write_text(f"<html><head><meta charset='utf-8'></head><body>{FILLER}{body}</body></html>", "utf-8")
    return [passage.text for passage in read_document(path).passages][1:]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("全年支出预算 114.", "52 万元，实际支出 109.37 万元。"),
        ("全年收入2,014.55万元，其中财政拨款2,001.30", "万元、其他收入13.25万元。"),
        ("决算支出按功能分类为：国防支出24.50万元、社会保障和就业支", "出34.18万元、住房保障支出22.30万元。"),
        ("“三公”经费预算9.80万元，决算4.66万元：因公出国（境）", "0.00万元，公务接待4.66万元。"),
        ("按经济分类：工资福利支出39.22万元，对个", "人和家庭的补助6.83万元，资本性支出3.2万元。"),
        ("完成全年预算，其中基本支出91.37万元，项目支出", "18万元，均已执行。"),
    ],
)
def test_a_broken_paragraph_is_one(first: str, second: str, tmp_path: Path) -> None:
    assert paragraphs(tmp_path / "report.html", first, second) == [normalise(first + second)]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("全年支出109.37万元，其中基本支出91.37万元", "项目支出18万元，均已执行。"),
        ("基本支出", "91.37万元"),
        ("全年支出按用途分为基本支出，项目支出", "二、绩效自评，得分98分。"),
        ("2023", "项目支出18万元，均已执行。"),
    ],
)
def test_what_may_stand_by_itself_does(first: str, second: str, tmp_path: Path) -> None:
    assert len(paragraphs(tmp_path / "report.html", first, second)) == 2


def test_a_figure_of_two_lines_has_its_place_in_the_first(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    paragraphs(path, "全年支出预算 114.", "52 万元，实际支出 109.37 万元。")
    passage = read_document(path).passages[-1]
    assert passage.evidence(passage.text.index("114"), passage.text.index("万元")).text.startswith("段落 2")
