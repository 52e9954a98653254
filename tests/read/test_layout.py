"""Lines and tables from characters: small punctuation, radicals, tables that go on to the right on the next page."""

import re

import pytest
from jixiao.read import read_document
from jixiao.read.text import normalise
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

FONT = "STSong-Light"
pdfmetrics.registerFont(UnicodeCIDFont(FONT))
pdfmetrics.registerFont(TTFont("Vera", "Vera.ttf"))
TITLE = "某某局2023年度部门整体支出绩效自评报告"
LEFT = [["项目名称", "年初预算数"], ["部门整体支出", "1200.00"], ["基本支出", "800.00"], ["项目支出", "400.00"]]
RIGHT = [["执行数", "执行率"], ["1234.50", "98.76%"], ["800.50", "98.83%"], ["434.00", "98.64%"]]


def ruled(canvas, rows, left, top, high=24, wide=100):
    canvas.setFont(FONT, 11)
    for y, row in enumerate(rows):
        for x, words in enumerate(row):
            canvas.rect(left + wide * x, top - high * (y + 1), wide, high)
            canvas.drawString(left + 4 + wide * x, top - high * (y + 1) + 8, words)


def two_pages(path, right, high=24):
    canvas = Canvas(str(path), (595, 842))
    canvas.setFont(FONT, 12)
    canvas.drawString(60, 760, TITLE)
    ruled(canvas, LEFT, 60, 580)
    canvas.showPage()
    ruled(canvas, right, 60, 780, high)
    canvas.save()
    return read_document(path)


def test_columns_that_go_on_on_the_next_page_belong_to_their_rows(tmp_path):
    document = two_pages(tmp_path / "a.pdf", RIGHT)
    (table,) = document.tables
    assert (table.row_count, table.col_count) == (4, 4)
    rows = [
        [cell.text for cell in sorted(table.cells, key=lambda cell: cell.col) if cell.row == row] for row in range(4)
    ]
    assert rows == [left + right for left, right in zip(LEFT, RIGHT, strict=True)]
    assert {cell.page for cell in table.cells if cell.col > 1} == {2}
    assert [(remark.kind, remark.evidence.page) for remark in document.remarks] == [("columns_joined", 2)]


@pytest.mark.parametrize(
    ("right", "high"),
    [(RIGHT[:3], 24), ([["工程名称", "执行数"], *([f"第{n}项工程", "1.00"] for n in range(3))], 24), (RIGHT, 40)],
    ids=["fewer rows", "rows of its own", "other rows"],
)
def test_another_table_on_the_next_page_stays_one(tmp_path, right, high):
    tables = two_pages(tmp_path / "a.pdf", right, high).tables
    assert not any(table.col_count == 4 for table in tables)


def test_radicals_are_the_ideographs_that_they_look_like():
    assert normalise("公务用⻋运行，渠道⻓度，⻔⻚⻢⻅，⽇⽉") == "公务用车运行,渠道长度,门页马见,日月"


@pytest.mark.parametrize("ascent", [312, 20])
def test_a_comma_stays_in_its_number_where_the_font_tells_a_height_too_small(tmp_path, ascent):
    canvas = Canvas(str(tmp_path / "a.pdf"), (595, 842))
    canvas.setFont("Vera", 7)
    canvas.drawString(60, 700, "Total 3,258.64, 12;5")
    canvas.save()
    data = (tmp_path / "a.pdf").read_bytes()
    told = re.sub(rb"/Ascent \d+", b"/Ascent %d" % ascent, re.sub(rb"/Descent -\d+", b"/Descent -78", data))
    assert told != data
    (tmp_path / "a.pdf").write_bytes(told)
    assert [line.text for line in read_document(tmp_path / "a.pdf").pages[0].lines] == ["Total 3,258.64, 12;5"]
