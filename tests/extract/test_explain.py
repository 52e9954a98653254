"""A figure tells how it was decided: scopes, readings with costs and grounds, what closes, the rows that spoke."""

import pytest
from jixiao.cli import main

TITLE = "<p>测试县档案局2023年度部门整体支出绩效自评报告</p>"
BODY = (
    "<p>2023年支出决算数500.00万元,其中:基本支出决算数300.00万元,占60%,项目支出决算数200.00万元。</p>"
    "<p>库房加固一期、二期投用后另有88.00万元。</p>"
)


@pytest.fixture
def report(tmp_path):
    path = tmp_path / "report.html"
    path.write_text(f"<html><body>{TITLE}{BODY}{'<p>本报告说明自评的组织和过程。</p>' * 20}</body></html>", "utf-8")
    return path


def test_a_fact_tells_its_readings_what_closes_and_the_rows_that_spoke(report, capsys):
    assert main(["explain", str(report), "A0002"]) == 0
    said = capsys.readouterr().out
    assert "A0002 300.00万元 fact: 2023 expenditure final nature/basic" in said
    assert "clause    基本支出决算数300.00万元" in said
    assert "scope     part of: 支出决算数 final 2023" in said
    assert "reading *  0.00  2023 expenditure final nature/basic  (基本支出 in its clause" in said
    assert "closes    nature (A0001, A0002, A0003)" in said
    assert "so it is  sure" in said
    assert "基本支出: subject nature/basic  (subjects.yaml, row" in said


def test_a_doubt_is_told_by_its_figure(report, capsys):
    assert main(["extract", str(report), "--ledger"]) == 0
    figure = next(line[:5] for line in capsys.readouterr().out.splitlines() if "88.00万元" in line and "doubt" in line)
    assert main(["explain", str(report), figure]) == 0
    said = capsys.readouterr().out
    assert "doubt: unknown_sum" in said
    assert "free words: 库房加固一期、二期投用" in said


def test_a_figure_that_is_not_there_is_said_in_one_line(report, capsys):
    assert main(["explain", str(report), "A0099"]) == 2
    assert "A0099: no such fact or figure" in capsys.readouterr().err
