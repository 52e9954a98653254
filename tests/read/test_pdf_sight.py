"""Rarer ways in which a PDF shows what its text does not say: each is read as it looks, or told."""

import pytest
from jixiao.read import read_document
from jixiao.read.drawing import Drawing
from reportlab.lib import colors
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

FONT = "STSong-Light"
pdfmetrics.registerFont(UnicodeCIDFont(FONT))
PROSE = ("某某局2023年度部门整体支出绩效自评报告", "2023年我局全年预算数1250.00万元，各项工作按计划完成，资金安全。")
SUM = "决算数1234.50万元"


def written(path, draw):
    canvas = Canvas(str(path), (595, 842))
    canvas.setFont(FONT, 12)
    for row, words in enumerate(PROSE):
        canvas.drawString(60, 780 - 24 * row, words)
    draw(canvas)
    canvas.save()
    return read_document(path)


def said(document):
    """Return what stands below the prose."""
    (page,) = document.pages
    return "".join("".join(line.text.split()) for line in page.lines).removeprefix("".join(PROSE))


def pieces(canvas, *parts):
    """Write parts of a line: text, size, and how far it is raised."""
    text = canvas.beginText(60, 400)
    for words, size, rise in parts:
        text.setFont(FONT, size)
        text.setRise(rise)
        text.textOut(words)
    canvas.drawText(text)


@pytest.mark.parametrize(("mark", "size", "rise"), [("1", 7, 4), ("12", 8, 3), ("3", 10, 4), ("1", 7, 5)])
def test_a_raised_mark_joins_no_number_and_is_no_loss(tmp_path, mark, size, rise):
    document = written(tmp_path / "a.pdf", lambda canvas: pieces(canvas, ("决算数1234.50", 12, 0), (mark, size, rise)))
    assert said(document) == "决算数1234.50"
    assert document.remarks == ()


def test_a_raised_part_of_a_number_is_told(tmp_path):
    parts = (("决算数1234", 12, 0), (".50", 7, 4), ("万元", 12, 0))
    document = written(tmp_path / "a.pdf", lambda canvas: pieces(canvas, *parts))
    assert said(document) == "决算数1234万元"
    assert [(remark.kind, remark.evidence.text) for remark in document.remarks] == [("raised_text", ".50")]


def test_small_digits_that_stand_on_the_line_stay(tmp_path):
    parts = (("决算数12", 12, 0), ("34.50", 9, 0), ("万元", 12, 0))
    assert said(written(tmp_path / "a.pdf", lambda canvas: pieces(canvas, *parts))) == SUM


def test_columns_of_vertical_text_are_read_down_one_after_the_other(tmp_path):
    def columns(canvas):
        for column, words in enumerate((SUM, "项目支出434.00万元")):
            for row, char in enumerate(words):
                canvas.drawString(500 - 30 * column, 600 - 14 * row, char)

    assert said(written(tmp_path / "a.pdf", columns)) == SUM + "项目支出434.00万元"


def test_a_page_of_vertical_text_is_read_from_right_to_left(tmp_path):
    lines = (
        "某某局二〇二三年度部门整体支出绩效自评报告",
        SUM + "，比上年增加。",
        "项目支出434.00万元，均已按计划完成。",
    )

    def columns(canvas):
        canvas._code.clear()
        canvas.setFont(FONT, 12)
        for column, words in enumerate(lines):
            for row, char in enumerate(words):
                canvas.drawString(500 - 30 * column, 780 - 14 * row, char)

    assert said(written(tmp_path / "a.pdf", columns)) == "".join(lines)


def test_a_dash_over_a_figure_is_told_and_a_line_below_it_is_none(tmp_path):
    def draw(canvas):
        canvas.drawString(60, 400, SUM)
        canvas.drawString(97, 400, "———")

    document = written(tmp_path / "a.pdf", draw)
    assert not any(char.isdigit() for char in said(document))
    assert [remark.kind for remark in document.remarks] == ["overprinted"]

    def underlined(canvas):
        canvas.drawString(60, 400, SUM)
        canvas.drawString(96, 399, "_______")

    assert said(written(tmp_path / "b.pdf", underlined)) == SUM


def test_white_outlines_are_not_seen(tmp_path):
    def draw(canvas):
        canvas.setStrokeColor(colors.white)
        canvas.setFillColor(colors.black)
        text = canvas.beginText(60, 400)
        text.setTextRenderMode(1)
        text.textOut(SUM)
        canvas.drawText(text)

    document = written(tmp_path / "a.pdf", draw)
    assert said(document) == ""
    assert [remark.kind for remark in document.remarks] == ["hidden_text"]


def test_a_typed_annotation_that_brings_no_picture_of_itself_is_told(tmp_path):
    def draw(canvas):
        canvas.freeTextAnnotation(SUM, "/Helv 12 Tf", Rect=[60, 400, 200, 420], relative=0)

    document = written(tmp_path / "a.pdf", draw)
    (remark,) = document.remarks
    assert (remark.kind, remark.evidence.text) == ("text_not_read", SUM)
    box = remark.evidence.box
    assert (box.x0, box.top, box.x1, box.bottom) == pytest.approx((60, 422, 200, 442))


@pytest.mark.parametrize(("spoken", "read"), [("9999.99", "1234.50"), ("1234.50", "1234.50")])
def test_what_a_file_says_for_a_figure_counts_if_it_is_what_is_drawn(tmp_path, spoken, read):
    def draw(canvas):
        canvas._code.append(f"/Span <</ActualText <FEFF{spoken.encode('utf-16-be').hex()}>>> BDC")
        canvas.drawString(60, 400, "1234.50")
        canvas._code.append("EMC")

    document = written(tmp_path / "a.pdf", draw)
    assert said(document).endswith(read)
    assert document.text_source == ("ocr" if spoken != read else "text")


def test_a_page_is_drawn_in_letters_while_another_is_open_to_be_read(tmp_path):
    from jixiao.read.drawing import open_pdf

    written(tmp_path / "a.pdf", lambda canvas: None)
    with Drawing(tmp_path / "a.pdf", 10**7) as drawing:
        alone = drawing.picture(1, 1.0)
    document = open_pdf(tmp_path / "a.pdf")
    page = document[0]
    assert page.get_textpage().count_chars() > 0
    with Drawing(tmp_path / "a.pdf", 10**7) as drawing:
        beside = drawing.picture(1, 1.0)
    assert (alone == beside).all()
    page.close()
    document.close()


@pytest.mark.parametrize(("y", "x1", "is_struck"), [(404, 168, True), (398, 168, False), (404, 500, False)])
def test_a_figure_that_a_line_strikes_through_is_told_and_no_other_line_matters(tmp_path, y, x1, is_struck):
    def draw(canvas):
        canvas.drawString(60, 400, SUM)
        canvas.line(60, y, x1, y)

    document = written(tmp_path / "a.pdf", draw)
    assert said(document) == ("" if is_struck else SUM)
    assert [remark.kind for remark in document.remarks] == (["hidden_text"] if is_struck else [])
