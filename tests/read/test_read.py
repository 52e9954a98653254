"""Reading: made PDFs, Word, Excel and HTML files give lines, tables and passages as a reader sees them."""

import io
import zipfile
from pathlib import Path

import openpyxl
import pypdfium2 as pdfium
import pytest
from jixiao.model import UnreadableDocument
from jixiao.read import read_document
from jixiao.read.text import normalise
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import PageBreak, SimpleDocTemplate, Table, TableStyle

FONT = "STSong-Light"
pdfmetrics.registerFont(UnicodeCIDFont(FONT))
SENTENCE = "2021年我部门整体支出全年预算数313.88万元，决算数311.29万元，完成率99.18%。"


def pdf(path: Path, pages: list[list[str]], turn: int = 0, sideways: bool = False) -> Path:
    """Write lines of text, 26 characters wide, as a typesetter would."""
    canvas = Canvas(str(path), pagesize=A4)
    for lines in pages:
        canvas.setFont(FONT, 14)
        if sideways:
            canvas.translate(0, A4[1])
            canvas.rotate(-90)
        for number, text in enumerate(lines):
            canvas.drawString(80, (500 if sideways else 740) - 24 * number, text)
        canvas.showPage()
    canvas.save()
    if turn:
        document = pdfium.PdfDocument(path.read_bytes())
        for page in document:
            page.set_rotation(turn)
        out = io.BytesIO()
        document.save(out)
        path.write_bytes(out.getvalue())
    return path


def wrapped(text: str, width: int = 26) -> list[str]:
    return ["　　" + text[: width - 2], *[text[i : i + width] for i in range(width - 2, len(text), width)]]


@pytest.mark.parametrize(("turn", "sideways"), [(0, False), (90, False), (180, False), (270, False), (0, True)])
def test_a_sentence_broken_over_lines_is_one_passage_however_the_page_lies(tmp_path, turn, sideways):
    document = read_document(pdf(tmp_path / "a.pdf", [wrapped(SENTENCE)], turn, sideways))
    assert normalise(SENTENCE) in [p.text for p in document.passages]


def test_the_box_of_a_figure_is_on_the_page_that_a_viewer_shows(tmp_path):
    """The same text upright and sideways: the box, drawn on the rendered page, holds ink and its surroundings none."""
    for sideways in (False, True):
        path = pdf(
            tmp_path / "a.pdf", [["决算数　311.29　万元以及更多的文字，用来说明这一页的内容"]], sideways=sideways
        )
        document = read_document(path)
        passage = next(p for p in document.passages if "311.29" in p.text)
        start = passage.text.index("311.29")
        box = passage.evidence(start, start + 6).box
        text = pdfium.PdfDocument(path)[0].get_textpage()
        inside = text.get_text_bounded(box.x0 - 1, A4[1] - box.bottom - 1, box.x1 + 1, A4[1] - box.top + 1)
        assert "311.29" in inside, (sideways, box)
        assert "文字" not in inside


def test_page_numbers_and_running_heads_are_no_part_of_the_text(tmp_path):
    body = wrapped("本部门支出情况如下，基本支出" + "资金使用规范" * 50 + "多。")
    pages = [
        ["某某局自评报告", *body[:8], "— 1 —"],
        ["某某局自评报告", *body[8:], "— 2 —"],
        ["某某局自评报告", "　　完。", "— 3 —"],
    ]
    text = [p.text for p in read_document(pdf(tmp_path / "a.pdf", pages)).passages]
    assert "本部门支出情况如下,基本支出" + "资金使用规范" * 50 + "多。" in text


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        ("766. 17万元", "766.17万元"),
        ("编 外 人 员", "编外人员"),
        ("3，518.85", "3,518.85"),
        ("９８．５％", "98.5%"),
        ("①19.89", "①19.89"),
    ],
)
def test_what_typesetting_puts_between_characters_is_gone(printed, read):
    assert normalise(printed) == read


def ruled(path: Path) -> Path:
    head = ["一级指标", "分值", "二级指标", "分值", "得分"]
    pages = [
        [head, ["管理", "40", "预算", "20", "18.5"], ["", "", "采购", "10", "10"]],
        [head, ["管理", "40", "资产", "10", "9"], ["效能", "60", "产出", "60", "58"]],
    ]
    spans = [[("SPAN", (0, 1), (0, 2)), ("SPAN", (1, 1), (1, 2))], []]
    story = []
    for rows, extra in zip(pages, spans, strict=True):
        style = [("GRID", (0, 0), (-1, -1), 0.5, colors.black), ("FONT", (0, 0), (-1, -1), FONT, 11), *extra]
        story += [Table(rows, colWidths=[90] * 5, style=TableStyle(style)), PageBreak()]
    SimpleDocTemplate(str(path)).build(story[:-1])
    return path


def test_a_table_over_a_page_break_is_one_with_its_repeated_cells_once(tmp_path):
    document = read_document(ruled(tmp_path / "a.pdf"))
    assert len(document.tables) == 1
    cells = {(c.row, c.col): (c.text, c.row_span) for c in document.tables[0].cells}
    assert cells[1, 0] == ("管理", 3)
    assert cells[1, 1] == ("40", 3)
    assert cells[4, 0] == ("效能", 1)
    assert [cells[row, 2][0] for row in range(1, 5)] == ["预算", "采购", "资产", "产出"]


def test_columns_of_white_space_are_a_table(tmp_path):
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    rows = [["指标", "分值", "得分"], ["预算完成率", "10", "9.5"], ["采购执行率", "5", "5"], ["资产管理", "5", "4"]]
    for number, row in enumerate(rows):
        canvas.setFont(FONT, 12)
        for x, text in zip((80, 260, 360), row, strict=True):
            canvas.drawString(x, 700 - 20 * number, text)
    canvas.save()
    (table,) = read_document(tmp_path / "a.pdf").tables
    assert [[c.text for c in table.cells if c.row == r] for r in range(4)] == rows


def test_excel_cells_are_read_as_shown_and_say_where_they_stand(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["指标", "分值", "执行率"])
    sheet.append(["预算完成率", 10, 0.9287])
    sheet["C2"].number_format = "0.00%"
    book.save(tmp_path / "a.xlsx")
    (table,) = read_document(tmp_path / "a.xlsx").tables
    cell = next(c for c in table.cells if c.text == "92.87%")
    assert cell.lines[0].where == "Sheet!C2"


def test_an_html_page_gives_its_text_and_tables(tmp_path):
    text = f"<p>某某局2021年部门整体支出绩效自评报告</p><p>{SENTENCE}</p>" + "<p>其他内容，略作说明。</p>" * 20
    table = "<table><tr><th rowspan=2>指标</th><th>分值</th></tr><tr><td>10</td></tr></table>"
    (tmp_path / "a.html").write_bytes(f"<html><meta charset=gbk><body>{text}{table}</body></html>".encode("gbk"))
    document = read_document(tmp_path / "a.html")
    assert normalise(SENTENCE) in [p.text for p in document.passages]
    assert [(c.row, c.col, c.row_span, c.text) for c in document.tables[0].cells] == [
        (0, 0, 2, "指标"),
        (0, 1, 1, "分值"),
        (1, 1, 1, "10"),
    ]


def zipped(*members: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for member in members:
            archive.writestr(member, "x")
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100),
            r"old Office file \(.doc, .xls\) is not supported: save it as",
        ),
        (zipped("OFD.xml", "Doc_0/Document.xml"), "an OFD file is not supported: save it as"),
        (zipped("报告.pdf"), r"an archive \(.zip\) is not supported: unpack it"),
        (b"PK\x03\x04junk" + bytes(100), r"an archive \(.zip\) is not supported"),
        (b"Rar!\x1a\x07\x00" + bytes(100), r"an archive \(.rar\) is not supported: unpack it"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(100), r"an archive \(.7z\) is not supported: unpack it"),
        (b"\xff\xd8\xff\xe0" + bytes(100), "image/jpeg is not supported"),
        (b"hello", "not a document of a known type"),
    ],
)
def test_other_files_are_refused_by_name(tmp_path, data, reason):
    path = tmp_path / "报告.pdf"
    path.write_bytes(data)
    with pytest.raises(UnreadableDocument, match=f"^报告.pdf: .*{reason}"):
        read_document(path)
