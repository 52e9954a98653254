"""What of a Word file nobody sees, or sees and is no text, in its rarer forms."""

import pytest

from tests.read.word_files import R, paragraph, remarks, row, run, shown, table, word

FILL = '<w14:textFill xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml">{}</w14:textFill>'
SHAPE = "<wps:txbx><w:txbxContent>" + paragraph("99") + "</w:txbxContent></wps:txbx>"
UNSEEN = {
    "letters that are not filled": paragraph(run("99", FILL.format("<w14:noFill/>"))),
    "letters that are filled white": paragraph(
        run("99", FILL.format('<w14:solidFill><w14:srgbClr w14:val="FFFFFF"/></w14:solidFill>'))
    ),
    "letters of no width": paragraph(run("99", '<w:w w:val="1"/>')),
    "a line of no height": paragraph("99", properties='<w:spacing w:line="10" w:lineRule="exact"/>'),
    "a box of no size": paragraph(
        f'<w:r><w:drawing><wp:anchor><wp:extent cx="1" cy="1"/>{SHAPE}</wp:anchor></w:drawing></w:r>'
    ),
}


@pytest.mark.parametrize("kind", UNSEEN)
def test_what_has_no_colour_or_size_is_no_text_and_its_figure_is_told(tmp_path, kind):
    path = word(tmp_path / "a.docx", paragraph("正文") + UNSEEN[kind])
    assert shown(path) == ["正文"]
    assert remarks(path) == [("hidden_text", "段落 2: 99")]


def test_a_row_of_no_height_is_no_row(tmp_path):
    flat = row("旧", "99", properties='<w:trHeight w:val="10" w:hRule="exact"/>')
    path = word(tmp_path / "a.docx", table(row("决算数", "1234.50"), flat))
    assert shown(path) == [[["决算数", "1234.50"]]]
    assert [kind for kind, _ in remarks(path)] == ["hidden_row"]


@pytest.mark.parametrize(
    "body",
    [
        paragraph("决算数12", properties="<w:rPr><w:vanish/></w:rPr>") + paragraph("34.50"),
        paragraph("决", properties='<w:framePr w:dropCap="drop"/>') + paragraph("算数1234.50"),
        f'<w:p>{run("决算数")}<w:bdo w:val="rtl">{run("05.4321")}</w:bdo></w:p>',
        paragraph("决算数\u202e05.4321\u202c"),
        "<w:p><w:r><w:drawing><a:sp><a:p><a:r><a:t>决算数1234.50</a:t></a:r></a:p></a:sp></w:drawing></w:r></w:p>",
    ],
    ids=["hidden end", "large first letter", "backwards", "backwards by a character", "words in a drawing"],
)
def test_a_paragraph_reads_as_word_runs_it(tmp_path, body):
    path = word(tmp_path / "a.docx", body)
    assert shown(path) == ["决算数1234.50"]
    assert remarks(path) == []


def test_a_formula_field_and_another_document_are_told(tmp_path):
    field = "".join(f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "end"))
    field = field.replace("</w:r><w:r>", "</w:r><w:r><w:instrText>EQ \\o(1234.50,_)</w:instrText></w:r><w:r>")
    path = word(tmp_path / "a.docx", paragraph("决算数", field) + '<w:subDoc r:id="x"/>')
    assert [kind for kind, _ in remarks(path)] == ["object_not_read", "part_not_read"]


@pytest.mark.parametrize(
    ("words", "told"),
    [("决算数1234.50万元", []), ("决算数777.70万元", ["text_not_read"]), ("2023年度绩效自评报告 第1页", [])],
)
def test_a_head_of_the_pages_is_no_text_and_told_where_its_figure_stands_nowhere_else(tmp_path, words, told):
    body = paragraph("决算数1234.50万元") + '<w:sectPr><w:headerReference r:id="h"/></w:sectPr>'
    related = f'<Relationship Id="h" Type="{R}/header" Target="header.xml"/>'
    path = word(tmp_path / "a.docx", body, relations=related, header=paragraph(words))
    assert shown(path) == ["决算数1234.50万元"]
    assert [kind for kind, _ in remarks(path)] == told
