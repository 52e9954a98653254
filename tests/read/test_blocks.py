"""The order of a document's passages and tables is the one in which they were written, whatever the format."""

from dataclasses import replace

import docx
import openpyxl
from jixiao.extract import extract
from jixiao.model import Evidence, Remark
from jixiao.read import read_document

FILLER = "某某局2021年部门整体支出绩效自评报告，说明预算执行和绩效目标完成情况的组织、过程和结果，欢迎监督。"


def order(document):
    """Return the first words of each passage and table, in the order of the blocks."""
    kinds = {"passage": document.passages, "table": document.tables}
    said = []
    for block in document.blocks:
        item = kinds[block.kind][block.index]
        said.append((item.text if block.kind == "passage" else "|" + item.cells[0].text)[:3])
    return said


def test_word_gives_tables_without_a_caption_their_place(tmp_path):
    document = docx.Document()
    long = "说明" * 40
    for words in ("甲", "乙"):
        document.add_paragraph(words + long)
        document.add_table(1, 1).cell(0, 0).text = words + "表"
        document.add_table(1, 1).cell(0, 0).text = words + "又"
    document.add_paragraph("丙" + long)
    document.save(tmp_path / "a.docx")
    read = order(read_document(tmp_path / "a.docx"))
    assert read == ["甲说明", "|甲表", "|甲又", "乙说明", "|乙表", "|乙又", "丙说明"]


def test_html_gives_drawn_tables_their_place(tmp_path):
    drawn = "<p>| 指标 | 分值 |</p><p>| 产出 | 10 |</p>"
    table = "<table><tr><td>决算</td></tr><tr><td>10</td></tr></table>"
    (tmp_path / "a.html").write_text(
        f"<html><meta charset=utf-8><body><p>{FILLER}</p>{table}<p>其一</p>{drawn}<p>其二</p>{table}</body></html>"
    )
    document = read_document(tmp_path / "a.html")
    assert order(document) == ["某某局", "|决算", "其一", "|指标", "其二", "|决算"]
    assert [line.text for line in document.tables[1].caption][-1] == "其一"


def test_a_workbook_names_the_sheet_of_each_block(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "基本情况"
    for sheet in (book.active, book.create_sheet("评分表")):
        sheet.append([f"{sheet.title}是某某局填报的表"])
        sheet.append(["指标", "分值", "得分"])
        sheet.append(["产出", 10, 9])
        sheet.append(["备注：以上数据截至年末，均已核对。"])
    book.save(tmp_path / "a.xlsx")
    document = read_document(tmp_path / "a.xlsx")
    assert [(block.kind, block.sheet) for block in document.blocks] == [
        (kind, sheet) for sheet in ("基本情况", "评分表") for kind in ("passage", "table", "passage")
    ]


def test_every_remark_becomes_a_doubt(tmp_path):
    document = docx.Document()
    document.add_paragraph(FILLER)
    document.save(tmp_path / "a.docx")
    remark = Remark("picture_not_read", "a picture was not read", Evidence(text="段落 3"))
    read = replace(read_document(tmp_path / "a.docx"), remarks=(remark,))
    doubts = [(doubt.kind, doubt.message, doubt.evidence.text) for doubt in extract(read).doubts]
    assert ("picture_not_read", "a picture was not read", "段落 3") in doubts
