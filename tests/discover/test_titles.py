"""Every row of the titles' words reads its own witnesses, and the titles that counties really use are told apart."""

import re
from importlib.resources import files

import pytest
import yaml
from jixiao.discover.titles import is_report, may_hold_chapter

ROWS = [
    (kind, row)
    for kind, rows in yaml.safe_load((files("jixiao") / "discover" / "titles.yaml").read_text("utf-8")).items()
    for row in rows
]


@pytest.mark.parametrize(("kind", "row"), ROWS, ids=[f"{kind}-{row['says'][0]}" for kind, row in ROWS])
def test_a_row_reads_its_witnesses(kind, row):
    for title in row["says"]:
        assert re.search(row["pattern"], title), title
    for title in row.get("not", ()):
        assert not re.search(row["pattern"], title), title


@pytest.mark.parametrize(
    ("title", "ours"),
    [
        ("某县水利局2022年度绩效评价自评报告", True),
        ("某市民政局2021年整体绩效评价报告", True),
        ("2023年度预算绩效自评工作情况总结", True),
        ("关于开展2022年度部门整体支出绩效自评工作的通知", False),
        ("某镇农村公路养护项目支出绩效评价自评报告", False),
        ("2022年部门整体支出绩效目标表", False),
        ("2022年部门整体支出财政重点评价报告", False),
    ],
)
def test_titles_are_told_apart(title, ours):
    assert is_report(title)[0] is ours


def test_final_accounts_may_hold_the_chapter_and_their_tables_do_not():
    assert may_hold_chapter("2022年度某县民政局部门决算公开.pdf")
    assert not may_hold_chapter("附件：2022年部门决算公开表.xls")
