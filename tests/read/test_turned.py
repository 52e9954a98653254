"""Pages that are turned, and what is printed sideways on them, are read as a person who turns the paper reads them."""

import io
import math
import re
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pytest
from jixiao.read import read_document
from jixiao.read.show import render_box
from jixiao.read.text import cell_evidence
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
ROWS = [["一级指标", "分值", "自评得分"], ["预算执行管理", "20", "18.65"], ["资产管理情况", "", "9.5"]]
WIDE, HIGH = A4
FORM = Path(__file__).resolve().parents[2] / "demo" / "samples" / "files" / "liwan-2023.pdf"


def printed(path, run, rotate, ruled=True, aside=None, crop=None):
    """Print a table whose text runs `run` degrees counter-clockwise on a page with /Rotate `rotate`."""
    canvas = Canvas(str(path), pagesize=A4)
    canvas.saveState()
    canvas.translate(*{0: (0, 0), 90: (WIDE, 0), 180: (WIDE, HIGH), 270: (0, HIGH)}[run])
    canvas.rotate(run)
    canvas.setFont("STSong-Light", 10)
    top = (HIGH if run in (0, 180) else WIDE) - 160
    for y, row in enumerate(ROWS):
        for x, text in enumerate(row):
            if ruled:
                canvas.rect(100 + 110 * x, top - 24 * y, 110, 24)
            canvas.drawString(106 + 110 * x, top + 8 - 24 * y, text)
    canvas.drawString(100, top + 60, "某局整体支出绩效自评表，按部门预算的口径填报")
    canvas.restoreState()
    canvas.setFont("STSong-Light", 10)
    if aside:
        aside(canvas)
    canvas.showPage()
    canvas.save()
    document = pdfium.PdfDocument(path.read_bytes())
    document[0].set_rotation(rotate)
    if crop:
        document[0].set_cropbox(*crop)
    out = io.BytesIO()
    document.save(out)
    path.write_bytes(out.getvalue())
    return path


@pytest.mark.parametrize("run", [0, 90, 180, 270])
@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize("crop", [None, (30, 80, 560, 770)])
def test_a_table_is_found_however_it_lies_and_its_figures_where_the_viewer_shows_them(tmp_path, run, rotate, crop):
    path = printed(tmp_path / "a.pdf", run, rotate, crop=crop)
    document = read_document(path)
    (table,) = document.tables
    assert [[c.text for c in table.cells if c.row == row] for row in range(3)] == ROWS
    score = next(cell for cell in table.cells if cell.text == "18.65")
    at = cell_evidence(score).box
    assert text_at(path, at, rotate) == "18.65"
    # The cell itself, and with it the place of an empty one, is given on the page as shown, too.
    assert "18.65" in text_at(path, score.box, rotate)
    assert any("填报" in passage.text for passage in document.passages)


def text_at(path, box, rotate):
    """Return what pdfium finds in a box of the page as a viewer shows it."""
    page = pdfium.PdfDocument(path)[0]
    left, bottom, right, top = page.get_bbox()
    x0, y0, x1, y1 = box
    in_pdf = {
        0: (left + x0, top - y1, left + x1, top - y0),
        90: (left + y0, bottom + x0, left + y1, bottom + x1),
        180: (right - x1, bottom + y0, right - x0, bottom + y1),
        270: (right - y1, top - x1, right - y0, top - x0),
    }[rotate]
    return "".join(page.get_textpage().get_text_bounded(*in_pdf).split())


def test_the_table_of_a_crooked_scan_keeps_its_cells_and_boxes_stay_on_the_digits(tmp_path):
    skew_deg = -1.8
    page = pdfium.PdfDocument(FORM)[0]
    wide, high = page.get_size()
    picture = page.render(scale=2.2).to_pil().rotate(-skew_deg, fillcolor="white", resample=Image.Resampling.BICUBIC)
    picture.save(tmp_path / "scan.pdf", resolution=72 * 2.2)
    one = pdfium.PdfDocument.new()
    one.import_pages(pdfium.PdfDocument(FORM), [0])
    one.save(tmp_path / "text.pdf")
    level, crooked = read_document(tmp_path / "text.pdf"), read_document(tmp_path / "scan.pdf")

    def figures(document):
        cells = [cell for table in document.tables for cell in table.cells]
        return {(c.row, c.col): c for c in cells if re.fullmatch(r"[\d.]+", c.text)}

    wanted, got = figures(level), figures(crooked)
    assert len(wanted) == 16
    assert {place: cell.text for place, cell in got.items()} == {place: cell.text for place, cell in wanted.items()}
    turn = complex(math.cos(math.radians(skew_deg)), math.sin(math.radians(skew_deg)))
    for place, cell in got.items():
        (x0, top, x1, bottom), printed_at = cell_evidence(cell).box, cell_evidence(wanted[place]).box
        away = complex(printed_at.x0 + printed_at.x1 - wide, printed_at.top + printed_at.bottom - high) / 2 * turn
        x, y = wide / 2 + away.real, high / 2 + away.imag
        assert x0 - 1 < x < x1 + 1
        assert top - 1 < y < bottom + 1
        assert bottom - top < 20


def test_columns_of_white_space_that_run_up_the_page_are_a_table(tmp_path):
    path = printed(tmp_path / "a.pdf", 90, 0, ruled=False)
    (table,) = read_document(path).tables
    score = next(cell for cell in table.cells if cell.text == "18.65")
    assert text_at(path, cell_evidence(score).box, 0) == "18.65"


def test_what_a_page_is_cropped_of_is_not_read(tmp_path):
    """Two pages printed side by side on a sheet are often parted by cropping: each still holds the other's text."""

    def beside(canvas):
        canvas.drawString(440, HIGH - 152, "99.99")

    document = read_document(printed(tmp_path / "a.pdf", 0, 0, aside=beside, crop=(60, 200, 435, 800)))
    assert document.tables
    assert not any("99.99" in line.text for page in document.pages for line in page.lines)


def test_words_that_overrun_the_sheet_are_read_and_figures_are_told(tmp_path):
    path = printed(tmp_path / "a.pdf", 0, 0, aside=lambda canvas: canvas.drawString(WIDE - 10, 90, "共同完成任务"))
    assert "共同完成任务" in [passage.text for passage in read_document(path).passages]
    path = printed(tmp_path / "a.pdf", 0, 0, aside=lambda canvas: canvas.drawString(WIDE - 18, 90, "共100.50万元"))
    document = read_document(path)
    assert not any(char.isdigit() for passage in document.passages for char in passage.text)
    (remark,) = document.remarks
    assert (remark.kind, remark.evidence.page) == ("hidden_text", 1)
    assert "100.50" in remark.message


def test_a_page_in_units_of_its_own_has_its_boxes_where_it_is_drawn(tmp_path):
    path = printed(tmp_path / "a.pdf", 0, 90)
    plain = path.read_bytes()
    path.write_bytes(plain.replace(b"/MediaBox", b"/UserUnit 2/MediaBox"))
    assert path.read_bytes() != plain
    (table,) = read_document(path).tables
    score = cell_evidence(next(cell for cell in table.cells if cell.text == "18.65")).box
    frame = np.array(Image.open(io.BytesIO(render_box(path, 1, score).png)).convert("RGB")).astype(int)
    red = (frame[:, :, 0] - frame[:, :, 1] > 100).nonzero()
    inside = frame[red[0].min() + 4 : red[0].max() - 3, red[1].min() + 4 : red[1].max() - 3]
    assert (inside.max(axis=2) < 128).mean() > 0.05


def test_a_stamp_across_the_page_does_not_get_into_the_figures(tmp_path):
    def stamp(canvas):
        canvas.translate(90, 600)
        canvas.rotate(35)
        canvas.drawString(0, 0, "内部资料仅供参考" * 5)

    (table,) = read_document(printed(tmp_path / "a.pdf", 0, 0, aside=stamp)).tables
    assert [[c.text for c in table.cells if c.row == row] for row in range(3)] == ROWS


def test_a_label_that_runs_up_its_cell_is_read_as_one_word(tmp_path):
    def label(canvas):
        canvas.rect(76, HIGH - 160 - 48, 24, 72)
        canvas.translate(92, HIGH - 160 - 30)
        canvas.rotate(90)
        canvas.drawString(0, 0, "投入")

    path = printed(tmp_path / "a.pdf", 0, 0, aside=label)
    (table,) = read_document(path).tables
    cell = next(cell for cell in table.cells if cell.text == "投入")
    assert cell.row_span == 3
    assert text_at(path, cell_evidence(cell).box, 0) == "投入"
