"""What reading leaves out or cannot read is a row of the warehouse and counts in its department's row."""

import zipfile

import docx
import openpyxl
import pytest
from jixiao.extract import extract
from jixiao.read import read_document
from jixiao.warehouse import build_marts, load, open_warehouse

from tests.warehouses import empty_warehouse

TITLE = "广州市越秀区科学技术协会2023年部门整体支出绩效自评报告"
SUM = "2023年本部门整体支出决算数1234.50万元。"
RUN = "<w:r><w:rPr>{}</w:rPr><w:t>{}</w:t></w:r>"
ROW = "<w:tr>{}<w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc></w:tr>"
RAISED = '<w:vertAlign w:val="superscript"/>'
CHART = '<w:r><w:drawing><c:chart xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"/></w:drawing></w:r>'
BLIP = '<a:blip xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" r:link="p"/>'
WORD = {
    "hidden_text": f"<w:p>{RUN.format('<w:vanish/>', '99.00')}</w:p>",
    "raised_text": f"<w:p>{RUN.format('', '5')}{RUN.format(RAISED, '678.9')}</w:p>",
    "hidden_row": f"<w:tbl>{ROW.format('<w:trPr><w:hidden/></w:trPr>', '88.00')}{ROW.format('', '甲')}</w:tbl>",
    "object_not_read": f"<w:p>{CHART}</w:p>",
    "part_not_read": '<w:altChunk r:id="none"/>',
    "picture_not_read": f"<w:p><w:r><w:drawing>{BLIP}</w:drawing></w:r></w:p>",
}


def word(path, more):
    made = docx.Document()
    for text in (TITLE, SUM):
        made.add_paragraph(text)
    made.save(path)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    body = parts["word/document.xml"].decode()
    parts["word/document.xml"] = body.replace("<w:sectPr", f"{more}<w:sectPr", 1).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def workbook(path):
    made = openpyxl.Workbook()
    sheet = made.active
    head = [[text.replace("2023", "2022")] for text in (TITLE, SUM)]
    for row in (*head, ["项目", "金额", "备注"], ["基本", "=1+1", "无"], ["旧", 77, "无"]):
        sheet.append(row)
    sheet.row_dimensions[5].hidden = True
    draft = made.create_sheet("草稿")
    draft.append(["决算数", 888])
    draft.sheet_state = "hidden"
    made.save(path)
    return path


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """Return the doubts (kind, evidence) and the count of both documents, by their fiscal years."""
    folder = tmp_path_factory.mktemp("losses")
    paths = word(folder / "a.docx", "".join(WORD.values())), workbook(folder / "a.xlsx")
    with open_warehouse(empty_warehouse(folder / "w.duckdb")) as engine:
        load(engine, [extract(read_document(path)) for path in paths])
        build_marts(engine)
        with engine.connect() as connection:
            query = "SELECT fiscal_year, kind, evidence_text FROM mart.doubts ORDER BY ALL"
            rows = connection.exec_driver_sql(query).fetchall()
            query = "SELECT fiscal_year, doubt_count FROM mart.department_year ORDER BY ALL"
            counts = dict(map(tuple, connection.exec_driver_sql(query).fetchall()))
    return {year: ([(kind, text) for one, kind, text in rows if one == year], counts[year]) for year in counts}


@pytest.mark.parametrize("kind", WORD)
def test_each_loss_of_a_word_file_is_a_row_with_its_place(told, kind):
    assert [text for one, text in told[2023][0] if one == kind and text]


def test_the_losses_of_a_workbook_name_their_cells(told):
    assert set(told[2022][0]) >= {
        ("formula_without_value", "Sheet!B4"), ("hidden_cells", "Sheet!B5: 77"), ("hidden_sheet", "草稿!B1: 888")
    }  # fmt: skip


@pytest.mark.parametrize("year", [2022, 2023])
def test_they_count_in_the_row_of_their_department(told, year):
    rows, count = told[year]
    assert count == len(rows) >= 3
