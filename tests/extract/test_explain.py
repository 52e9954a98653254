"""A sum tells how it was read: its readings with costs and grounds, the chosen one marked."""

from jixiao.extract import extract
from jixiao.extract.explain import explain
from jixiao.read import read_document

TEXT = "<p>测试县档案局2023年度部门整体支出绩效自评报告</p><p>2023年基本支出决算数300.00万元，占60%。</p>"


def test_a_sum_tells_how_it_was_read(tmp_path):
    path = tmp_path / "report.html"
    path.write_text(f"<html><body>{TEXT}{'<p>本报告说明自评的组织和过程。</p>' * 20}</body></html>", "utf-8")
    document = read_document(path)
    read = extract(document)
    lines = explain(document, read, read.amounts[0])
    assert "基本支出决算数 300.00万元" in lines[0]
    assert "nature/basic" in lines[1]
    assert lines[1].startswith("*")
    assert "in its clause" in lines[1]
