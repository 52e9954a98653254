"""What a reader sees is what is read: text that is there and not seen, and what is seen and is no text of the page."""

from decimal import Decimal

import pytest
from jixiao.extract import extract
from jixiao.model import SURE
from jixiao.read import read_document
from jixiao.read.drawing import Drawing
from PIL import Image
from reportlab.lib import colors
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

FONT = "STSong-Light"
pdfmetrics.registerFont(UnicodeCIDFont(FONT))
PROSE = (
    "某某局2023年度部门整体支出绩效自评报告",
    "2023年我局全年预算数1250.00万元，决算数1234.50万元。",
    "其中基本支出决算数800.50万元，项目支出决算数434.00万元。",
)
HIDDEN = "决算数7777.77万元"


def written(path, draw, prose=PROSE):
    canvas = Canvas(str(path), (595, 842))
    canvas.setFont(FONT, 12)
    for row, words in enumerate(prose):
        canvas.drawString(60, 780 - 24 * row, words)
    draw(canvas)
    canvas.save()
    return path


def said(document):
    inside = [line.text for table in document.tables for cell in table.cells for line in cell.lines]
    return "".join("".join(line.text.split()) for page in document.pages for line in page.lines) + "".join(inside)


def mode_3(canvas):
    text = canvas.beginText(60, 400)
    text.setTextRenderMode(3)
    text.textOut(HIDDEN)
    canvas.drawText(text)


def white(canvas):
    canvas.setFillColor(colors.white)
    canvas.drawString(60, 400, HIDDEN)


def off_the_page(canvas):
    canvas.drawString(900, 400, HIDDEN)


def clipped(canvas):
    path = canvas.beginPath()
    path.rect(300, 100, 20, 20)
    canvas.clipPath(path, stroke=0)
    canvas.setFont(FONT, 12)
    canvas.drawString(60, 400, HIDDEN)


def covered(canvas):
    canvas.drawString(60, 400, HIDDEN)
    canvas.setFillColor(colors.white)
    canvas.rect(50, 390, 200, 30, stroke=0, fill=1)


def under_a_picture(canvas):
    canvas.drawString(60, 400, HIDDEN)
    canvas.drawImage(ImageReader(Image.new("RGB", (50, 50), (200, 220, 240))), 50, 390, 200, 30)


def tiny(canvas):
    canvas.setFont(FONT, 1)
    canvas.drawString(60, 400, HIDDEN)


def see_through(canvas):
    canvas.setFillAlpha(0)
    canvas.drawString(60, 400, HIDDEN)


UNSEEN = [mode_3, white, off_the_page, clipped, covered, under_a_picture, tiny, see_through]


@pytest.mark.parametrize("draw", UNSEEN, ids=[draw.__name__ for draw in UNSEEN])
def test_what_no_reader_sees_is_no_text_and_its_figure_is_told(tmp_path, draw):
    document = read_document(written(tmp_path / "a.pdf", draw))
    assert said(document) == "".join(PROSE)
    (remark,) = document.remarks
    assert (remark.kind, remark.evidence.page) == ("hidden_text", 1)
    assert "7777.77" in remark.message


def on_black(canvas):
    canvas.rect(50, 390, 200, 30, stroke=0, fill=1)
    canvas.setFillColor(colors.white)
    canvas.drawString(60, 400, HIDDEN)


def under_a_pale_seal(canvas):
    canvas.drawString(60, 400, HIDDEN)
    canvas.setFillColor(colors.red)
    canvas.setFillAlpha(0.3)
    canvas.circle(100, 400, 60, stroke=0, fill=1)


def on_a_shaded_cell(canvas):
    canvas.setFillColor(colors.lightgrey)
    canvas.rect(50, 390, 200, 30, stroke=1, fill=1)
    canvas.setFillColor(colors.black)
    canvas.drawString(60, 400, HIDDEN)


@pytest.mark.parametrize("draw", [on_black, under_a_pale_seal, on_a_shaded_cell], ids=lambda draw: draw.__name__)
def test_what_a_reader_sees_is_text_whatever_its_colour_or_ground(tmp_path, draw):
    document = read_document(written(tmp_path / "a.pdf", draw))
    assert said(document) == "".join(PROSE) + HIDDEN
    assert document.remarks == ()


def test_a_figure_of_which_a_part_is_covered_is_not_read_as_another_figure(tmp_path):
    def draw(canvas):
        canvas.drawString(60, 400, "决算数7777.77")
        canvas.setFillColor(colors.white)
        canvas.rect(110, 390, 200, 30, stroke=0, fill=1)

    document = read_document(written(tmp_path / "a.pdf", draw))
    assert said(document) == "".join(PROSE) + "决算数"
    assert [remark.kind for remark in document.remarks] == ["hidden_text"]


def test_the_draft_under_a_figure_is_dropped_and_two_figures_over_one_another_are_a_doubt(tmp_path):
    prose = (PROSE[0], "本年决算支出")

    def corrected(canvas):
        canvas.drawString(132, 756, "1199.00万元")
        canvas.setFillColor(colors.white)
        canvas.rect(131, 752, 90, 16, stroke=0, fill=1)
        canvas.setFillColor(colors.black)
        canvas.drawString(132, 756, "1234.50万元")

    document = read_document(written(tmp_path / "a.pdf", corrected, prose))
    assert said(document) == prose[0] + "本年决算支出1234.50万元"

    def twice(canvas):
        canvas.drawString(132, 756, "211.29")
        canvas.drawString(132.4, 756, "311.29")

    document = read_document(written(tmp_path / "b.pdf", twice, prose))
    assert said(document) == "".join(prose)
    assert [remark.kind for remark in document.remarks] == ["overprinted"]


def test_a_layer_that_is_switched_off_is_not_read(tmp_path):
    page = (
        b"%%PDF-1.5\n1 0 obj<</Type/Catalog/Pages 2 0 R"
        b"/OCProperties<</OCGs[6 0 R]/D<</OFF[6 0 R]/Order[6 0 R]>>>>>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>"
        b"/Properties<</L 6 0 R>>>>>>endobj\n"
        b"4 0 obj<</Length %d>>stream\n%s\nendstream endobj\n"
        b"5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n"
        b"6 0 obj<</Type/OCG/Name(draft)>>endobj\ntrailer<</Root 1 0 R/Size 7>>\n%%%%EOF"
    )
    content = (
        b"BT /F 12 Tf 60 700 Td (Outturn of the department 1234.50) Tj ET\n"
        b"/OC /L BDC BT /F 12 Tf 60 400 Td (Draft outturn 7777.77) Tj ET EMC"
    )
    (tmp_path / "b.pdf").write_bytes(page % (len(content), content))
    document = read_document(tmp_path / "b.pdf")
    assert said(document) == "Outturnofthedepartment1234.50"
    assert ["7777.77" in remark.message for remark in document.remarks] == [True]


def test_a_watermark_across_a_table_is_no_text(tmp_path):
    rows = [["一级指标", "分值", "得分"], ["投入管理", "20", "19.5"], ["产出情况", "30", "29"]]

    def draw(canvas):
        for y, row in enumerate(rows):
            for x, words in enumerate(row):
                canvas.rect(60 + 100 * x, 600 - 24 * y, 100, 24)
                canvas.drawString(64 + 100 * x, 608 - 24 * y, words)
        canvas.setFillColorRGB(0.85, 0.85, 0.85)
        canvas.setFont(FONT, 26)
        canvas.drawString(80, 585, "某某局2023公开")

    document = read_document(written(tmp_path / "a.pdf", draw))
    (table,) = document.tables
    assert [cell.text for cell in table.cells] == [words for row in rows for words in row]
    assert said(document).startswith("".join(PROSE))


def test_form_fields_and_notes_that_print_are_text(tmp_path):
    def draw(canvas):
        canvas.drawString(60, 400, "Outturn")
        canvas.acroForm.textfield(value="1234.50", x=140, y=394, width=90, height=20, fontSize=12, borderWidth=0)

    document = read_document(written(tmp_path / "a.pdf", draw))
    assert "Outturn1234.50" in said(document)


def table_picture(tmp_path):
    """Return a picture of a small table."""
    rows = [
        ["指标名称", "分值", "自评得分"],
        ["目标设定", "20", "19.5"],
        ["预算执行", "20", "18.75"],
        ["产出数量", "30", "29"],
    ]

    def draw(canvas):
        for y, row in enumerate(rows):
            for x, words in enumerate(row):
                canvas.rect(60 + 140 * x, 600 - 30 * y, 140, 30)
                canvas.drawString(70 + 140 * x, 610 - 30 * y, words)

    return rows, render(written(tmp_path / "table.pdf", draw, ())).crop((150, 600, 1500, 1050))


def render(path):
    with Drawing(path, 30_000_000) as drawing:
        return Image.fromarray(drawing.picture(1, 3)[:, :, ::-1])


def test_a_picture_of_a_table_in_a_page_of_text_is_read_where_it_stands(tmp_path):
    rows, picture = table_picture(tmp_path)
    path = written(tmp_path / "a.pdf", lambda canvas: canvas.drawImage(ImageReader(picture), 50, 400, 450, 150))
    document = read_document(path)
    (table,) = document.tables
    assert [cell.text for cell in table.cells] == [words for row in rows for words in row]
    assert all(line.confidence for cell in table.cells for line in cell.lines)
    score = next(cell for cell in table.cells if cell.text == "18.75")
    assert score.lines[0].box.top == pytest.approx(842 - 550 + 75, abs=25)
    assert document.text_source == "mixed"
    assert said(document).startswith("".join(PROSE))


def test_the_picture_wins_over_a_bad_layer_and_a_right_layer_is_kept(tmp_path):
    words = [f"第{n}项工作支出{100 + 7 * n}.{10 + n}万元，完成预算的9{n % 10}.5%" for n in range(8)]
    scan = render(written(tmp_path / "page.pdf", lambda canvas: None, (*PROSE, *words)))

    def scanned(layer):
        def draw(canvas):
            canvas.drawImage(ImageReader(scan), 0, 0, 595, 842)
            for row, line in enumerate(layer):
                text = canvas.beginText(60, 780 - 24 * row)
                text.setFont(FONT, 12)
                text.setTextRenderMode(3)
                text.textOut(line)
                canvas.drawText(text)

        return read_document(written(tmp_path / "scan.pdf", draw, ()))

    right = scanned((*PROSE, *words))
    assert right.text_source == "text"
    assert said(right) == "".join((*PROSE, *words))
    bad = scanned((PROSE[0], PROSE[1].replace("1234.50", "1284.50"), PROSE[2], *words))
    assert bad.text_source == "ocr"
    assert "1234.50" in said(bad)
    assert "1284.50" not in said(bad)


def test_a_crop_that_a_page_inherits_is_a_crop(tmp_path):
    page = (
        b"%%PDF-1.5\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1/CropBox[0 500 595 842]>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        b"/Resources<</Font<</F 5 0 R>>>>>>endobj\n4 0 obj<</Length %d>>stream\n%s\nendstream endobj\n"
        b"5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\ntrailer<</Root 1 0 R/Size 6>>\n%%%%EOF"
    )
    content = b"BT /F 12 Tf 60 700 Td (Outturn 1234.50) Tj ET BT /F 12 Tf 60 400 Td (Other half 7777.77) Tj ET"
    (tmp_path / "a.pdf").write_bytes(page % (len(content), content))
    document = read_document(tmp_path / "a.pdf")
    assert said(document) == "Outturn1234.50"
    assert document.remarks == ()


def test_a_figure_under_a_seal_is_uncertain_and_the_others_are_not(tmp_path):
    words = ("其中公务接待费支出812.35万元", "会议费支出455.20万元，比上年减少")

    def page(seal):
        def draw(canvas):
            canvas.setFont(FONT, 16)
            for row, line in enumerate(words):
                canvas.drawString(60, 600 - 80 * row, line)
            if seal:
                canvas.setStrokeColorRGB(0.9, 0.1, 0.1)
                canvas.setLineWidth(3)
                canvas.circle(250, 630, 35)

        scan = render(written(tmp_path / "page.pdf", draw, PROSE))
        return written(tmp_path / "scan.pdf", lambda canvas: canvas.drawImage(ImageReader(scan), 0, 0, 595, 842), ())

    def confidences(path):
        lines = [line for one in read_document(path).pages for line in one.lines]
        return [next(line.confidence for line in lines if sign in line.text) for sign in ("公务接待", "会议费")]

    plain, sealed = confidences(page(False)), confidences(page(True))
    assert min(plain) >= SURE
    assert sealed[0] < SURE <= sealed[1]


def ruled_with(over):
    """Return what draws a table of figures, then text over it."""
    rows = [["一级指标", "分值", "得分"], ["投入管理", "20", "19.5"], ["产出情况", "30", "28.75"]]

    def draw(canvas):
        for y, row in enumerate(rows):
            for x, words in enumerate(row):
                canvas.rect(60 + 100 * x, 600 - 24 * y, 100, 24)
                canvas.drawString(64 + 100 * x, 608 - 24 * y, words)
        over(canvas)

    return rows, draw


def large_and_black(canvas):
    canvas.setFont(FONT, 40)
    canvas.drawString(60, 575, "内部资料2023")


def large_and_askew(canvas):
    canvas.saveState()
    canvas.setFont(FONT, 40)
    canvas.translate(80, 540)
    canvas.rotate(30)
    canvas.drawString(0, 0, "内部资料2023")
    canvas.restoreState()


@pytest.mark.parametrize("over", [large_and_black, large_and_askew], ids=lambda draw: draw.__name__)
def test_a_black_watermark_across_a_table_is_no_text(tmp_path, over):
    rows, draw = ruled_with(over)
    document = read_document(written(tmp_path / "a.pdf", draw))
    (table,) = document.tables
    assert [cell.text for cell in table.cells] == [words for row in rows for words in row]
    assert said(document).startswith("".join(PROSE))
    assert "资料" not in said(document)
    assert document.remarks == ()


def test_a_figure_over_which_text_of_its_size_is_printed_is_left_out_and_told(tmp_path):
    _, draw = ruled_with(lambda canvas: canvas.drawString(262, 563, "某某局专用某某局专用"))
    document = read_document(written(tmp_path / "a.pdf", draw))
    assert "28.75" not in said(document)
    assert not any(cell.text in ("8.75", "75", "5") for cell in document.tables[0].cells)
    assert "19.5" in said(document)
    assert [(remark.kind, remark.evidence.page) for remark in document.remarks] == [("overprinted", 1)]


def test_a_figure_that_runs_askew_is_told_unless_it_is_printed_level_too(tmp_path):
    def stamped(words):
        def draw(canvas):
            canvas.translate(80, 400)
            canvas.rotate(30)
            canvas.drawString(0, 0, words)

        return read_document(written(tmp_path / "a.pdf", draw)).remarks

    assert [remark.kind for remark in stamped("决算数7777.77万元")] == ["askew_text"]
    assert stamped("决算数1234.50万元") == ()


def test_each_field_of_a_form_is_a_paragraph_with_its_figure(tmp_path):
    def draw(canvas):
        for row, (label, value) in enumerate([("全年预算数（万元）", "1250.00"), ("自评得分", "96.5")]):
            canvas.drawString(60, 600 - 30 * row, label)
            canvas.drawString(260, 600 - 30 * row, value)

    document = read_document(written(tmp_path / "a.pdf", draw, PROSE[:1]))
    assert [passage.text for passage in document.passages] == [PROSE[0], "全年预算数(万元)1250.00", "自评得分96.5"]
    assert extract(document).report.total_score == Decimal("96.5")


def test_a_figure_of_which_one_digit_was_hard_to_tell_is_uncertain_however_clear_its_line(tmp_path):
    words = ("其中公务接待费支出812.35万元，会议费支出455.20万元，比上年减少", "培训费支出812.35万元，比上年减少")

    def draw(canvas):
        canvas.setFont(FONT, 16)
        for row, line in enumerate(words):
            canvas.drawString(60, 600 - 80 * row, line)
        canvas.setFillColor(colors.white)
        canvas.rect(60 + 16 * 9 + 5, 598, 4, 18, stroke=0, fill=1)  # the right of the 8

    scan = render(written(tmp_path / "page.pdf", draw, PROSE))
    path = written(tmp_path / "scan.pdf", lambda canvas: canvas.drawImage(ImageReader(scan), 0, 0, 595, 842), ())
    lines = [line for page in read_document(path).pages for line in page.lines]
    smudged, clear = (next(line.confidence for line in lines if sign in line.text) for sign in ("公务接待", "培训费"))
    assert smudged < SURE <= clear
