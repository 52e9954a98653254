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


WIDE = [0, 70, 160, 250, 310]  # where the columns of a table that is cut begin, and end
HEAD = ["项目", "主要内容", "全年预算数", "执行数"]


def cut(path, last, rest, head_again=False, is_open=False, more=(), wide=WIDE):
    """Write a table of which the last row of the first page goes on as `rest` on the next; cells are lists of lines."""
    canvas = Canvas(str(path), (595, 842))
    canvas.setFont(FONT, 12)
    canvas.drawString(60, 800, TITLE)

    def row(cells, top, high, above=True, below=True):
        canvas.setFont(FONT, 10)
        for left, right, lines in zip(wide[:-1], wide[1:], cells, strict=True):
            canvas.line(60 + left, top, 60 + left, top - high)
            canvas.line(60 + right, top, 60 + right, top - high)
            for at, words in enumerate([lines] if isinstance(lines, str) else lines):
                canvas.drawString(64 + left, top - 12 - 13 * at, words)
        for y in ([top] if above else []) + ([top - high] if below else []):
            canvas.line(60, y, 60 + wide[-1], y)

    row(HEAD, 160, 20)
    row(["部门整体支出", "合计", "1250.00", "1234.50"], 140, 20)
    row(last, 120, 60, below=not is_open)
    canvas.showPage()
    top = 800
    if head_again:
        row(HEAD, top, 20)
        top -= 20
    row(rest, top, 40, above=not is_open or head_again)
    for cells in more:
        row(cells, top - 40, 20)
    canvas.save()
    return read_document(path)


def texts(table):
    return [
        [cell.text for cell in sorted(table.cells, key=lambda cell: cell.col) if cell.row == row]
        for row in range(table.row_count)
    ]


@pytest.mark.parametrize("more", [[], [["项目支出", "水渠维修", "440.00", "434.00"]]], ids=["last", "more below"])
@pytest.mark.parametrize("is_open", [False, True], ids=["closed", "open"])
@pytest.mark.parametrize("head_again", [False, True], ids=["once", "head again"])
def test_a_row_that_the_end_of_the_page_cuts_is_one_row(tmp_path, head_again, is_open, more):
    last = ["基本支出", ["用于保障本单位日", "常运转的人员工资", "和办公所需各项公"], "810.00", "800.50"]
    document = cut(tmp_path / "a.pdf", last, ["", "用经费", "", ""], head_again, is_open, more)
    (table,) = document.tables
    whole = ["基本支出", "用于保障本单位日常运转的人员工资和办公所需各项公用经费", "810.00", "800.50"]
    assert texts(table) == [HEAD, ["部门整体支出", "合计", "1250.00", "1234.50"], whole, *more]
    assert [passage.text for passage in document.passages] == [TITLE]
    assert document.remarks == ()


@pytest.mark.parametrize("parts", [("8,005,", "000.45"), ("80050000", ".45"), ("80050000000", "000.45")])
def test_a_figure_that_the_end_of_the_page_cuts_is_whole_and_told(tmp_path, parts):
    last = ["基本支出", "人员和公用经费", "810.00", parts[0]]
    (table,) = (document := cut(tmp_path / "a.pdf", last, ["", "", "", parts[1]])).tables
    assert texts(table)[2] == ["基本支出", "人员和公用经费", "810.00", "".join(parts)]
    assert [(remark.kind, remark.evidence.page) for remark in document.remarks] == [("row_joined", 2)]


@pytest.mark.parametrize(
    "rest",
    [
        ["", "差旅费", "10.00", "9.50"],
        ["项目支出", "水渠维修", "", "434.00"],
        ["", "", "", "434.00"],
    ],
    ids=["a row of its own", "another label", "a figure below a whole one"],
)
def test_another_row_on_the_next_page_stays_one(tmp_path, rest):
    last = ["基本支出", ["用于保障本单位日", "常运转"], "810.00", "8,005,001.50"]
    (table,) = cut(tmp_path / "a.pdf", last, rest).tables
    assert table.row_count == 4
    assert texts(table)[2][3] == "8,005,001.50"
    assert texts(table)[3][-1] == rest[-1]


def test_short_figures_in_narrow_columns_are_of_two_rows_though_all_cells_are_full(tmp_path):
    last, rest = ["完成及时率达标", "完成情况良好如期", "10", "10"], ["完成质量率达标", "完成情况良好如期", "20", "20"]
    (table,) = cut(tmp_path / "a.pdf", last, rest, wide=[0, 75, 160, 174, 188]).tables
    assert texts(table)[2:] == [last, rest]


@pytest.mark.parametrize("shift", [-9, 0, 9], ids=["to the left", "on both sides", "to the right"])
def test_a_number_wider_than_its_cell_stays_whole_and_its_neighbours_theirs(tmp_path, shift):
    canvas = Canvas(str(tmp_path / "a.pdf"), (595, 842))
    canvas.setFont("Vera", 11)
    wide, across = 44, [60, 160, 204, 248]
    for y, row in enumerate((("Total", "12.50", "3,258,641.75", "7.25"), ("Part", "1.00", "2.00", "3.00"))):
        for x, (left, words) in enumerate(zip(across, row, strict=True)):
            canvas.rect(left, 700 - 24 * y, 100 if x == 0 else wide, 24)
            room = shift if len(words) > 9 else 0
            near = left + 2 if x < 2 else left + wide - 2 - canvas.stringWidth(words) if x == 3 else None
            place = near if near is not None else left + (wide - canvas.stringWidth(words)) / 2 + room
            canvas.drawString(place, 708 - 24 * y, words)
    canvas.save()
    (table,) = read_document(tmp_path / "a.pdf").tables
    assert [cell.text for cell in table.cells if cell.row == 0] == ["Total", "12.50", "3,258,641.75", "7.25"]


def test_numbers_of_two_cells_stay_two_however_near_they_stand(tmp_path):
    canvas = Canvas(str(tmp_path / "a.pdf"), (595, 842))
    canvas.setFont("Vera", 11)
    for y, row in enumerate((("12.50", "7.25", "3.00"), ("1.00", "2.00", "3.00"))):
        for x, words in enumerate(row):
            canvas.rect(60 + 44 * x, 700 - 24 * y, 44, 24)
            right = 60 + 44 * (x + 1) - 0.5 - canvas.stringWidth(words)
            canvas.drawString(right if x == 0 else 60.5 + 44 * x, 708 - 24 * y, words)
    canvas.save()
    (table,) = read_document(tmp_path / "a.pdf").tables
    assert [cell.text for cell in table.cells if cell.row == 0] == ["12.50", "7.25", "3.00"]


def test_a_title_as_wide_as_the_page_is_no_part_of_the_paragraph_below_it(tmp_path):
    canvas = Canvas(str(tmp_path / "a.pdf"), (595, 842))
    canvas.setFont(FONT, 21)
    canvas.drawString(85, 760, TITLE)
    canvas.setFont(FONT, 14)
    for line, words in enumerate(
        ("　　某局2023年年初预算数为1200.00万元，执行中调整为1250.00万元，", "年末决算1240.00万元。")
    ):
        canvas.drawString(75, 725 - 20 * line, words)
    canvas.save()
    assert [one.text[:8] for one in read_document(tmp_path / "a.pdf").passages] == [TITLE[:8], "某局2023年年"]
