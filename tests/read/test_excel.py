"""Excel files are what Excel shows: values by their formats, visible sheets, rows and columns, doubts for the rest."""

import io
import re
import zipfile

import openpyxl
import pytest
from jixiao.read import read_document
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Color, Font, PatternFill

STRICT = {
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main": "http://purl.oclc.org/ooxml/spreadsheetml/main",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": (
        "http://purl.oclc.org/ooxml/officeDocument/relationships"
    ),
}
CELL_IMAGES = (
    '<i:cellImages xmlns:i="http://www.wps.cn/officeDocument/2017/etCustomData" '
    'xmlns:d="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="'
    + [*STRICT][1]
    + '"><i:cellImage><d:pic>'
    '<d:nvPicPr><d:cNvPr id="2" name="ID_1"/></d:nvPicPr><d:blipFill><a:blip r:embed="p"/></d:blipFill></d:pic>'
    "</i:cellImage></i:cellImages>"
)
CELL_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="p" '
    f'Type="{[*STRICT][1]}/image" Target="media/one.png"/></Relationships>'
)
ROWS = [["项目", "预算数", "决算数"], ["基本支出", 810, 800.5], ["项目支出", 440, 434]]


def book(*rows, title="自评表"):
    made = openpyxl.Workbook()
    made.active.title = title
    for row in rows:
        made.active.append(row)
    return made


def changed(path, member, change):
    """Rewrite the members of a saved workbook whose names match."""
    out = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            new.writestr(name, change(text.decode()) if re.fullmatch(member, name) else text)
    path.write_bytes(out.getvalue())


def texts(path):
    return [[(c.row, c.col, c.text) for c in table.cells] for table in read_document(path).tables]


def remarks(path):
    return [(r.kind, r.evidence.text) for r in read_document(path).remarks]


def test_a_stored_number_is_what_its_format_shows(tmp_path):
    made = book(["决算数", 12345000], ["基本", 800.4999999999999], ["率", 0.98765], ["年", 45291], ["空", 777])
    for name, code in {"B1": "0!.0000", "B3": "0.00%", "B4": 'yyyy"年"', "B5": ";;;"}.items():
        made.active[name].number_format = code
    made.save(tmp_path / "a.xlsx")
    shown = [text for _, col, text in texts(tmp_path / "a.xlsx")[0] if col == 1]
    assert shown == ["1234.5000", "800.5", "98.77%", "2023年"]
    assert remarks(tmp_path / "a.xlsx") == [("hidden_text", "自评表!B5: 777")]


def test_hidden_sheets_rows_and_columns_are_no_facts_and_told_if_they_hold_other_figures(tmp_path):
    made = book(*ROWS, ["旧数", 1, 99], ["旧数", 1, 434])
    made.active.row_dimensions[4].hidden = True
    made.active.row_dimensions[5].hidden = True
    made.active.column_dimensions["B"].hidden = True
    draft = made.create_sheet("草稿")
    draft.append(["决算数", 888])
    draft.sheet_state = "veryHidden"
    copy = made.create_sheet("副本")
    copy.append(["决算数", 800.5])
    copy.sheet_state = "hidden"
    made.save(tmp_path / "a.xlsx")
    assert texts(tmp_path / "a.xlsx") == [
        [(0, 0, "项目"), (0, 1, "决算数"), (1, 0, "基本支出"), (1, 1, "800.5"), (2, 0, "项目支出"), (2, 1, "434")]
    ]
    found = dict(remarks(tmp_path / "a.xlsx"))
    assert found == {"hidden_cells": "自评表!B2: 810", "hidden_sheet": "草稿!B1: 888"}


def test_a_merged_cell_shows_as_long_as_a_part_of_it_does(tmp_path):
    made = book(["管理", "a", 1], ["", "b", 2], ["产出", "c", 3])
    made.active.merge_cells("A1:A2")
    made.active.row_dimensions[1].hidden = True
    made.save(tmp_path / "a.xlsx")
    assert texts(tmp_path / "a.xlsx")[0][:3] == [(0, 0, "管理"), (0, 1, "b"), (0, 2, "2")]


def test_a_formula_without_a_value_is_told_by_its_cell(tmp_path):
    made = book(*ROWS, ["合计", "=SUM(B2:B3)", "=SUM(C2:C3)"])
    made.save(tmp_path / "a.xlsx")
    stored = '<c r="C4"><f>SUM(C2:C3)</f><v>1234.5</v></c>'
    changed(tmp_path / "a.xlsx", r"xl/worksheets/.*\.xml", lambda x: re.sub(r'<c r="C4".*?</c>', stored, x))
    assert remarks(tmp_path / "a.xlsx") == [("formula_without_value", "自评表!B4")]
    assert texts(tmp_path / "a.xlsx")[0][-2:] == [(3, 0, "合计"), (3, 2, "1234.5")]


def test_a_raised_mark_and_struck_words_join_no_figure(tmp_path):
    raised, struck = InlineFont(vertAlign="superscript"), InlineFont(strike=True)
    made = book(["决算数", CellRichText("1234.50", TextBlock(raised, "1"))])
    made.active["B2"] = CellRichText(TextBlock(struck, "99"), "434.00")
    made.save(tmp_path / "a.xlsx")
    assert [text for _, col, text in texts(tmp_path / "a.xlsx")[0] if col == 1] == ["1234.50", "434.00"]
    assert remarks(tmp_path / "a.xlsx") == [("hidden_text", "自评表!B2: 99")]


def test_struck_and_white_cells_are_not_seen_but_white_on_a_ground_is(tmp_path):
    made = book(["决算数", 11, 22, 33])
    made.active["B1"].font = Font(strike=True)
    made.active["C1"].font = Font(color="FFFFFFFF")
    made.active["D1"].font = Font(color="FFFFFFFF")
    made.active["D1"].fill = PatternFill("solid", fgColor="FF000080")
    made.save(tmp_path / "a.xlsx")
    assert texts(tmp_path / "a.xlsx")[0] == [(0, 0, "决算数"), (0, 3, "33")]
    assert [where for _, where in remarks(tmp_path / "a.xlsx")] == ["自评表!B1: 11", "自评表!C1: 22"]


def test_a_cell_in_the_colour_of_its_ground_is_not_seen_unless_a_condition_may_colour_it(tmp_path):
    made = book(["决算数", 11, 22, 33], [44, 55, 66, 77])
    sheet = made.active
    for name in ("B1", "C1", "A2", "B2"):
        sheet[name].font = Font(color="FFFFFFFF")
    sheet["B1"].fill = PatternFill("solid", fgColor="FFFFFFFF")
    sheet["D1"].font = Font(color="FF00FF00")
    sheet["D1"].fill = PatternFill("solid", fgColor="FF00FF00")
    sheet["B2"].font = Font(color=Color(theme=0))
    sheet["C2"].font = Font(color=Color(theme=0))
    sheet["C2"].fill = PatternFill("solid", fgColor=Color(theme=4))
    sheet["D2"].font = Font(color=Color(theme=0, tint=-0.5))
    rule = CellIsRule(operator="greaterThan", formula=["1"], fill=PatternFill("solid", bgColor="FF000080"))
    sheet.conditional_formatting.add("C1:C9", rule)
    made.save(tmp_path / "a.xlsx")
    assert [text for *_, text in texts(tmp_path / "a.xlsx")[0]] == ["决算数", "22", "66", "77"]
    assert sorted(where for _, where in remarks(tmp_path / "a.xlsx")) == [
        "自评表!A2: 44", "自评表!B1: 11", "自评表!B2: 55", "自评表!D1: 33"
    ]  # fmt: skip


def test_what_a_merged_cell_covers_is_not_seen_and_told(tmp_path):
    made = book(["管理", 5, 9], ["产出", 6, 8])
    made.save(tmp_path / "a.xlsx")
    merged = '</sheetData><mergeCells count="1"><mergeCell ref="A1:B1"/></mergeCells>'
    changed(tmp_path / "a.xlsx", r"xl/worksheets/.*\.xml", lambda x: x.replace("</sheetData>", merged))
    assert texts(tmp_path / "a.xlsx")[0][:2] == [(0, 0, "管理"), (0, 2, "9")]
    assert remarks(tmp_path / "a.xlsx") == [("hidden_cells", "自评表!B1: 5")]


def test_a_day_that_is_stored_in_words_is_shown_by_its_format(tmp_path):
    made = book(["年度", 1])
    made.active["B1"].number_format = 'yyyy"年"'
    made.save(tmp_path / "a.xlsx")
    day = 't="d"><v>2023-12-31T00:00:00</v>'
    changed(tmp_path / "a.xlsx", r"xl/worksheets/.*\.xml", lambda x: x.replace('t="n"><v>1</v>', day))
    assert [text for *_, text in texts(tmp_path / "a.xlsx")[0]] == ["年度", "2023年"]


def test_noughts_that_a_sheet_does_not_show_are_no_figures(tmp_path):
    made = book(["决算数", 0, 5])
    made.active.sheet_view.showZeros = False
    made.save(tmp_path / "a.xlsx")
    assert [text for *_, text in texts(tmp_path / "a.xlsx")[0]] == ["决算数", "5"]


def test_lines_of_a_cell_join_where_a_number_goes_on_and_stay_apart_where_two_stand(tmp_path):
    book(["项目", "1,234,\n567.00", "100\n200", "基本\n支出"]).save(tmp_path / "a.xlsx")
    assert [text for *_, text in texts(tmp_path / "a.xlsx")[0]] == ["项目", "1,234,567.00", "100;200", "基本支出"]


@pytest.mark.parametrize("kind", ["empty fill", "strict", "other name", "relation to nothing"])
def test_what_excel_opens_is_not_called_damaged(tmp_path, kind):
    path = tmp_path / "a.xlsx"
    book(*ROWS).save(path)
    if kind == "empty fill":
        changed(path, "xl/styles.xml", lambda x: re.sub(r"<fill>.*?</fill>", "<fill/>", x, count=1))
    elif kind == "strict":
        for old, new in STRICT.items():
            changed(path, ".*", lambda x, old=old, new=new: x.replace(old, new))
    elif kind == "other name":
        changed(path, r"_rels/\.rels|\[Content_Types\]\.xml", lambda x: x.replace("xl/workbook.xml", "xl/book2.xml"))
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr("xl/book2.xml", archive.read("xl/workbook.xml"))
            archive.writestr("xl/_rels/book2.xml.rels", archive.read("xl/_rels/workbook.xml.rels"))
    else:
        lost = '<Relationship Id="lost" Type="http://x/image" Target="../NULL"/></Relationships>'
        changed(path, "xl/_rels/.*", lambda x: x.replace("</Relationships>", lost))
    assert texts(path)[0][3:6] == [(1, 0, "基本支出"), (1, 1, "810"), (1, 2, "800.5")]


def test_what_floats_over_a_sheet_is_read_or_told(tmp_path):
    from openpyxl.chart import BarChart

    made = book(*ROWS)
    made.active.add_chart(BarChart(), "F2")
    made.save(tmp_path / "a.xlsx")
    box = (
        '<xdr:sp><xdr:txBody xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:p><a:r><a:t>单位：万元'
        "</a:t></a:r></a:p></xdr:txBody></xdr:sp>"
    )
    where = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
    changed(
        tmp_path / "a.xlsx",
        "xl/drawings/drawing1.xml",
        lambda x: re.sub(
            r"</(\w+:)?wsDr>",
            lambda end: (
                f'<x:oneCellAnchor xmlns:x="{where}"><x:from><x:row>0</x:row></x:from>'
                f"{box.replace('xdr:', 'x:')}</x:oneCellAnchor>{end[0]}"
            ),
            x,
        ),
    )
    document = read_document(tmp_path / "a.xlsx")
    assert [p.text for p in document.passages] == ["单位:万元"]
    assert [r.kind for r in document.remarks] == ["object_not_read"]


def test_a_huge_number_in_a_cell_is_a_number(tmp_path):
    book(*ROWS, ["合计", 1e22, "9" * 400]).save(tmp_path / "a.xlsx")
    changed(
        tmp_path / "a.xlsx",
        r"xl/worksheets/.*\.xml",
        lambda x: x.replace("</row></sheetData>", '<c r="D4"><v>1e400</v></c></row></sheetData>'),
    )
    assert [text for row, _, text in texts(tmp_path / "a.xlsx")[0] if row == 3][1] == "1E+22"


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("[DBNum1][$-804]General", "一百二十三万四千〇五十.五"),
        ("[DBNum2][$-804]G/通用格式", "壹佰贰拾叁万肆仟零伍拾.伍"),
        ('[DBNum2]0.00"元"', "壹贰叁肆零伍零.伍零元"),
    ],
)
def test_a_number_in_chinese_numerals_is_what_is_shown_and_told_with_its_cell(tmp_path, code, text):
    made = book(["决算数", 1234050.5], ["年份", 45291], ["序号", 2])
    for name, form in {"B1": code, "B2": '[DBNum1]yyyy"年"', "B3": "[DBNum1]General"}.items():
        made.active[name].number_format = form
    made.save(tmp_path / "a.xlsx")
    assert texts(tmp_path / "a.xlsx")[0][1::2] == [(0, 1, text), (1, 1, "二〇二三年"), (2, 1, "二")]
    assert remarks(tmp_path / "a.xlsx") == [("text_not_read", f"自评表!B1: {text}")]


def test_what_has_no_size_is_not_seen(tmp_path):
    made = book(["项目", "旧", "数"], ["基本", 99.5, 800.5], ["项目", 88.5, 434.5], ["其他", 1, 7.5])
    made.active.column_dimensions["B"].width = 0.08
    made.active.row_dimensions[3].height = 0.75
    made.active["C4"].font = Font(size=1)
    made.save(tmp_path / "a.xlsx")
    assert [text for *_, text in texts(tmp_path / "a.xlsx")[0]] == ["项目", "数", "基本", "800.5", "其他"]
    assert [kind for kind, _ in remarks(tmp_path / "a.xlsx")] == ["hidden_cells", "hidden_text"]


def test_heads_of_the_pages_errors_and_sheets_that_are_not_there_are_told(tmp_path):
    made = book(*ROWS, ["合计", "x", "y"])
    made.active.oddHeader.center.text = "&14单位：万元 800.5万元"
    made.active.oddFooter.center.text = "另有434.70万元 第&P页"
    made.save(tmp_path / "a.xlsx")
    error = '<c r="C4" t="e"><v>#REF!</v></c>'
    changed(tmp_path / "a.xlsx", "xl/worksheets/sheet1.xml", lambda text: re.sub('<c r="C4".*?</c>', error, text))
    lost = '<sheet name="决算表" sheetId="9" r:id="r9" xmlns:r="' + [*STRICT][1] + '"/></sheets>'
    changed(tmp_path / "a.xlsx", "xl/workbook.xml", lambda text: text.replace("</sheets>", lost))
    assert remarks(tmp_path / "a.xlsx") == [
        ("object_not_read", "决算表"),
        ("formula_without_value", "自评表!C4: #REF!"),
        ("text_not_read", "自评表: 另有434.70万元 第 页"),
    ]


@pytest.mark.parametrize("is_kept", [True, False])
def test_a_picture_in_a_cell_is_read_or_told(tmp_path, is_kept):
    book(*ROWS, ["见图", "x"]).save(tmp_path / "a.xlsx")
    shown = '<c r="B4" t="str"><f>_xlfn.DISPIMG("ID_1",1)</f><v>=DISPIMG("ID_1",1)</v></c>'
    changed(tmp_path / "a.xlsx", "xl/worksheets/sheet1.xml", lambda text: re.sub('<c r="B4".*?</c>', shown, text))
    if is_kept:
        related = (
            '<Relationship Id="c" Type="http://www.wps.cn/officeDocument/2020/cellImage" Target="cellimages.xml"/>'
        )
        end = "</Relationships>"
        changed(tmp_path / "a.xlsx", "xl/_rels/workbook.xml.rels", lambda text: text.replace(end, related + end))
        with zipfile.ZipFile(tmp_path / "a.xlsx", "a") as archive:
            archive.writestr("xl/cellimages.xml", CELL_IMAGES)
            archive.writestr("xl/_rels/cellimages.xml.rels", CELL_RELATIONS)
            archive.writestr("xl/media/one.png", b"no picture")
    told = {True: ("picture_not_read", "自评表!A4"), False: ("object_not_read", "自评表")}
    assert remarks(tmp_path / "a.xlsx") == [told[is_kept]]
    assert "DISPIMG" not in str(texts(tmp_path / "a.xlsx"))
