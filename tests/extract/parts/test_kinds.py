"""What kind of document a file is, by its titles and parts; what is no report of the department gives nothing."""

from importlib.resources import files
from pathlib import Path

import pytest
import yaml
from jixiao.extract import extract
from jixiao.extract.parts.titles import is_title, title_of

HERE = Path(__file__).resolve().parent
STUBS = yaml.load((HERE / "kinds.yaml").read_text("utf-8"), yaml.CSafeLoader)
TITLES = yaml.load((files("jixiao") / "extract/parts/titles.yaml").read_text("utf-8"), yaml.CSafeLoader)["rows"]


@pytest.mark.parametrize("stub", STUBS, ids=lambda stub: stub["name"])
def test_the_kind_is_told_and_only_the_departments_own_is_given(stub, document_of):
    read = extract(document_of(stub["lines"]))
    assert read.report.kind == stub["kind"]
    if stub["kind"] is not None:
        given = [*read.amounts, *read.scores, *filter(None, [read.report.total_score])]
        assert bool(given) == stub.get("facts", False)


def test_money_of_another_kind_is_kept_in_the_ledger_with_the_reason(document_of):
    stub = next(stub for stub in STUBS if stub["name"] == "a budget made public")
    ledger = extract(document_of(stub["lines"])).ledger
    assert {entry.state for entry in ledger} == {"not_ours"}
    assert "812.00万元" in {entry.printed for entry in ledger}
    assert all("budget" in entry.why for entry in ledger)


@pytest.mark.parametrize("row", TITLES, ids=lambda row: row["witness"])
def test_every_row_of_titles_reads_its_witness(row):
    title = title_of(row["witness"], is_first=True)
    assert title is not None
    assert is_title(row["witness"])
    assert (title.kind, title.document, title.owner) == (row["kind"], row.get("document"), row["owner"])


@pytest.mark.parametrize(
    "line",
    [
        "一、项目支出自评情况",
        "根据县财政局关于开展部门整体支出绩效自评工作的通知",
        "县财政局《关于开展2022年度部门整体支出绩效自评工作的通知》",
        "部门整体支出绩效自评报告........................3",
        "首页>政务公开>部门整体支出绩效自评报告",
        "我局自评得分95分",
    ],
)
def test_a_sentence_a_heading_or_a_line_of_contents_is_no_title(line):
    assert not is_title(line)
