"""Word files are what Word shows: revisions accepted, hidden text left out and told, every container looked into."""

import io

import pytest
from jixiao.model import UnreadableDocument
from jixiao.read import read_document
from PIL import Image, ImageDraw, ImageFont

from tests.read.word_files import STRICT, R, W, cell, paragraph, remarks, row, run, shown, table, word

SUM = "决算数{}万元。"
FIELD = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
SEEN = {
    "inserted": ("决算数1", "<w:ins>" + run("23") + "</w:ins>", "4.50万元。"),
    "corrected digit": (
        "决算数12",
        "<w:del><w:r><w:delText>9</w:delText></w:r></w:del><w:ins>" + run("3") + "</w:ins>",
        "4.50万元。",
    ),
    "moved": (
        "决算数",
        "<w:moveFrom>" + run("99") + "</w:moveFrom><w:moveTo>" + run("1234.50") + "</w:moveTo>",
        "万元。",
    ),
    "smart tag": ("决算数", "<w:smartTag>" + run("1234.50") + "</w:smartTag>", "万元。"),
    "control": ("决算数", "<w:sdt><w:sdtPr/><w:sdtContent>" + run("1234.50") + "</w:sdtContent></w:sdt>", "万元。"),
    "custom XML": ("决算数", "<w:customXml>" + run("1234.50") + "</w:customXml>", "万元。"),
    "link": ("决算数", "<w:hyperlink>" + run("1234.50") + "</w:hyperlink>", "万元。"),
    "simple field": ("决算数", '<w:fldSimple w:instr="=1+1">' + run("1234.50") + "</w:fldSimple>", "万元。"),
    "field": (
        "决算数",
        FIELD.format("begin"),
        "<w:r><w:instrText>=SUM(99)</w:instrText></w:r>",
        FIELD.format("separate"),
        run("1234.50"),
        FIELD.format("end"),
        "万元。",
    ),
    "field in a field": (
        "决算数",
        FIELD.format("begin"),
        FIELD.format("begin"),
        "<w:r><w:instrText>X</w:instrText></w:r>",
        FIELD.format("separate"),
        run("77"),
        FIELD.format("end"),
        FIELD.format("separate"),
        run("1234.50"),
        FIELD.format("end"),
        "万元。",
    ),
    "formula": ("决算数<m:oMath><m:r><m:t>1234.50</m:t></m:r></m:oMath>万元。",),
    "break in the number": ("决算数1,234<w:br/>.50万元。",),
    "break between digits": ("决算数12<w:br/>34.50万元。",),
    "raised mark": ("决算数1234.50", run("1", '<w:vertAlign w:val="superscript"/>'), "万元。"),
    "raised mark in brackets": ("决算数1234.50", run("[12]", '<w:vertAlign w:val="superscript"/>'), "万元。"),
    "mark by position": ("决算数1234.50", run("2", '<w:position w:val="10"/><w:sz w:val="12"/>'), "万元。"),
    "raised character": ("决算数1234.50¹万元。",),
    "hidden": ("决算数", run("99", "<w:vanish/>"), "1234.50万元。"),
    "struck": ("决算数", run("99", "<w:strike/>"), "1234.50万元。"),
    "struck twice": ("决算数", run("99", "<w:dstrike/>"), "1234.50万元。"),
    "white": ("决算数", run("99", '<w:color w:val="FFFFFF"/>'), "1234.50万元。"),
    "not hidden": ("决算数", run("1234.50", '<w:vanish w:val="0"/><w:strike w:val="false"/>'), "万元。"),
    "white on black": (
        "决算数",
        run("1234.50", '<w:color w:val="FFFFFF"/><w:shd w:val="clear" w:fill="000000"/>'),
        "万元。",
    ),
    "alternate once": (
        "决算数",
        "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:t>1234.50</w:t></mc:Choice><mc:Fallback>"
        "<w:t>1234.50</w:t></mc:Fallback></mc:AlternateContent></w:r>",
        "万元。",
    ),
}


@pytest.mark.parametrize("kind", SEEN)
def test_a_paragraph_is_what_word_shows(tmp_path, kind):
    pieces = [p if p[:2] == "<w" else f"<w:r><w:t>{p}</w:t></w:r>" for p in SEEN[kind]]
    body = "".join(pieces).replace("<w:br/>", "</w:t><w:br/><w:t>").replace("<m:oMath>", "</w:t></w:r><m:oMath>")
    body = body.replace("</m:oMath>", "</m:oMath><w:r><w:t>")
    (text,) = shown(word(tmp_path / "a.docx", f"<w:p>{body}</w:p>"))
    assert text.replace(",", "") == SUM.format("1234.50")


@pytest.mark.parametrize("kind", ["hidden", "struck", "struck twice", "white"])
def test_a_figure_that_nobody_sees_is_told(tmp_path, kind):
    pieces = [p if p[:2] == "<w" else run(p) for p in SEEN[kind]]
    path = word(tmp_path / "a.docx", f"<w:p>{''.join(pieces)}</w:p>")
    assert remarks(path) == [("hidden_text", "段落 1: 99")]


def test_hidden_words_without_a_figure_are_not_told(tmp_path):
    assert remarks(word(tmp_path / "a.docx", paragraph("正文", run("草稿", "<w:vanish/>")))) == []


def test_a_style_can_hide_and_a_run_can_undo_it(tmp_path):
    styles = (
        '<w:style w:type="paragraph" w:styleId="A"><w:rPr><w:vanish/></w:rPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="B"><w:basedOn w:val="A"/></w:style>'
        '<w:style w:type="character" w:styleId="C"><w:rPr><w:vanish w:val="0"/></w:rPr></w:style>'
    )
    body = paragraph("旧数99", run("正文", '<w:rStyle w:val="C"/>'), properties='<w:pStyle w:val="B"/>')
    assert shown(word(tmp_path / "a.docx", body, styles=styles)) == ["正文"]


def test_power_signs_stay_and_a_raised_number_is_told(tmp_path):
    raised = '<w:vertAlign w:val="superscript"/>'
    body = paragraph("面积120m", run("2", raised), "。") + paragraph("支出5", run("678.9", raised), "万元")
    path = word(tmp_path / "a.docx", body)
    assert shown(path) == ["面积120m²。", "支出5万元"]
    assert remarks(path) == [("raised_text", "段落 2: 支出5万元")]


def test_paragraphs_whose_end_was_deleted_are_one(tmp_path):
    body = paragraph("决算数12", properties="<w:rPr><w:del/></w:rPr>") + paragraph("34.50万元。")
    assert shown(word(tmp_path / "a.docx", body)) == [SUM.format("1234.50")]


def test_what_stands_before_a_deleted_end_is_kept_where_nothing_follows(tmp_path):
    gone = "<w:rPr><w:del/></w:rPr>"
    inner = cell(paragraph("800.50", properties=gone))
    body = paragraph("表前", properties=gone) + table(row("基本", inner)) + paragraph("文末", properties=gone)
    assert shown(word(tmp_path / "a.docx", body)) == ["表前", [["基本", "800.50"]], "文末"]


STYLES = (
    '<w:style w:type="paragraph" w:styleId="dark"><w:pPr><w:shd w:val="clear" w:fill="000080"/></w:pPr><w:rPr>'
    '<w:color w:val="FFFFFF"/></w:rPr></w:style><w:style w:type="paragraph" w:styleId="old"><w:rPr><w:strike/></w:rPr>'
    '</w:style><w:style w:type="character" w:styleId="undo"><w:rPr><w:strike/></w:rPr></w:style>'
    '<w:style w:type="table" w:styleId="gone"><w:rPr><w:strike/></w:rPr></w:style>'
)
WHITE = '<w:color w:val="FFFFFF"/>'
LOOKS = {
    "white in a style with a dark ground": (paragraph("99", properties='<w:pStyle w:val="dark"/>'), ["99"]),
    "white on a ground of the theme": (
        paragraph(run("99", WHITE + '<w:shd w:val="clear" w:color="auto" w:themeFill="accent1"/>')),
        ["99"],
    ),
    "white on a dark page": (paragraph(run("99", WHITE)), ["99"]),
    "white of the theme": (paragraph(run("99", '<w:color w:val="auto" w:themeColor="background1"/>')), []),
    "grey of the theme": (
        paragraph(run("99", '<w:color w:val="7F7F7F" w:themeColor="background1" w:themeShade="7F"/>')),
        ["99"],
    ),
    "struck by style": (paragraph("99", properties='<w:pStyle w:val="old"/>'), []),
    "struck by two styles": (
        paragraph(run("99", '<w:rStyle w:val="undo"/>'), properties='<w:pStyle w:val="old"/>'),
        ["99"],
    ),
    "struck by the table's style": (table(row("甲", "99"), properties='<w:tblStyle w:val="gone"/>'), []),
}


@pytest.mark.parametrize("kind", LOOKS)
def test_styles_and_themes_decide_what_is_seen(tmp_path, kind):
    body, seen = LOOKS[kind]
    settings = "<w:displayBackgroundShape/>" if "page" in kind else ""
    path = word(tmp_path / "a.docx", paragraph("正文") + body, styles=STYLES, settings=settings)
    document = read_document(path)
    assert [p.text for p in document.passages] == ["正文", *seen]
    assert [r.kind for r in document.remarks] == ([] if seen else ["hidden_text"])
    assert "99" not in str(document.tables)


def test_the_fallback_stands_for_a_choice_that_word_does_not_know(tmp_path):
    choice = "<mc:Choice xmlns:z='urn:of-nobody' Requires='z'><w:t>99</w:t></mc:Choice>"
    body = paragraph(
        "决算数",
        f"<w:r><mc:AlternateContent>{choice}<mc:Fallback><w:t>1234.50</w:t></mc:Fallback></mc:AlternateContent></w:r>",
        "万元。",
    )
    assert shown(word(tmp_path / "a.docx", body)) == [SUM.format("1234.50")]


def test_words_drawn_as_a_shape_and_digits_given_as_symbols_are_text(tmp_path):
    art = '<w:r><w:pict><v:shape><v:textpath string="自评报告"/></v:shape></w:pict></w:r>'
    digit = '<w:r><w:sym w:font="Symbol" w:char="F031"/></w:r>'
    mark = '<w:r><w:sym w:font="Wingdings" w:char="F031"/></w:r>'
    body = paragraph(art) + paragraph("决算数", digit, "234.50", mark, "万元。")
    assert shown(word(tmp_path / "a.docx", body)) == ["自评报告", SUM.format("1234.50")]


def test_controls_around_blocks_rows_and_cells_are_looked_through(tmp_path):
    def control(inside):
        return f"<w:sdt><w:sdtPr/><w:sdtContent>{inside}</w:sdtContent></w:sdt>"

    rows = row("指标", control(cell("分值"))) + control(row("产出", "10"))
    body = control(paragraph("说明") + control(table(rows)))
    assert shown(word(tmp_path / "a.docx", body)) == ["说明", [["指标", "分值"], ["产出", "10"]]]


def test_deleted_and_hidden_rows_and_cells_are_no_rows(tmp_path):
    rows = [
        row("产出", "10", cell("旧", properties="<w:cellDel/>")),
        row("旧产出", "20", properties="<w:del/>"),
        row("藏", "30", properties="<w:hidden/>"),
        row("效果", "40", properties="<w:ins/>"),
    ]
    path = word(tmp_path / "a.docx", paragraph("说明") + table(*rows))
    assert shown(path)[1] == [["产出", "10"], ["效果", "40"]]
    assert remarks(path) == [("hidden_row", "藏30")]


def test_cells_merged_down_and_across_cover_what_they_cover(tmp_path):
    rows = [
        row(cell("管理", properties='<w:vMerge w:val="restart"/>'), cell("合计", properties='<w:gridSpan w:val="2"/>')),
        row(cell("99", properties="<w:vMerge/>"), "10", "9"),
        row(cell("", properties='<w:vMerge w:val="continue"/>'), "20", "18"),
        row("产出", "30", "27"),
    ]
    path = word(tmp_path / "a.docx", table(*rows))
    cells = [(c.row, c.col, c.row_span, c.col_span, c.text) for c in read_document(path).tables[0].cells]
    assert cells[:4] == [(0, 0, 3, 1, "管理"), (0, 1, 1, 2, "合计"), (1, 1, 1, 1, "10"), (1, 2, 1, 1, "9")]
    assert cells[-3:] == [(3, 0, 1, 1, "产出"), (3, 1, 1, 1, "30"), (3, 2, 1, 1, "27")]
    assert remarks(path) == [("hidden_text", "表 1 行 2 列 1: 99")]


def test_a_table_in_a_layout_table_is_a_table_and_so_is_one_beside_words(tmp_path):
    inner = table(row("指标", "得分"), row("产出", "9"))
    layout = table(row(cell("附表一", inner, "注：已核对")))
    mixed = table(row("甲", cell("见表", inner)), row("乙", "2"))
    read = shown(word(tmp_path / "a.docx", layout + mixed))
    score = [["指标", "得分"], ["产出", "9"]]
    assert read == ["附表一", score, "注:已核对", [["甲", "见表"], ["乙", "2"]], score]


def test_two_numbers_below_each_other_in_a_cell_are_not_one(tmp_path):
    body = table(row("项目", cell("100", "200"), cell("资产", "管理")))
    assert shown(word(tmp_path / "a.docx", body))[0][0] == ["项目", "100;200", "资产管理"]


def test_text_boxes_are_read_once_each_where_they_stand(tmp_path):
    def box(text):
        inside = f"<w:txbxContent>{paragraph(text)}</w:txbxContent>"
        return (
            "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wp:anchor><a:graphic><a:graphicData>"
            f"<wps:wsp><wps:txbx>{inside}</wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing>"
            f"</mc:Choice><mc:Fallback><w:pict><v:shape><v:textbox>{inside}</v:textbox></v:shape></w:pict>"
            "</mc:Fallback></mc:AlternateContent></w:r>"
        )

    body = (
        paragraph("标题", box("框内12.50万元")) + table(row(cell(paragraph("格", box("格内框"))))) + paragraph("正文")
    )
    assert shown(word(tmp_path / "a.docx", body)) == ["标题", "框内12.50万元", [["格"]], "格内框", "正文"]


def test_footnotes_stand_behind_the_text_and_their_marks_nowhere(tmp_path):
    texts = {0: "分隔", 3: "含结转9.00万元"}
    notes = "".join(f'<w:footnote w:id="{n}">{paragraph(text)}</w:footnote>' for n, text in texts.items())
    body = paragraph("决算数1234.50", '<w:r><w:footnoteReference w:id="3"/></w:r>', "万元。") + paragraph("完")
    assert shown(word(tmp_path / "a.docx", body, footnotes=notes)) == [SUM.format("1234.50"), "完", "含结转9.00万元"]


def test_a_list_shows_its_numbers_and_they_join_no_figure(tmp_path):
    numbering = (
        '<w:abstractNum w:abstractNumId="7"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/>'
        '<w:lvlText w:val="%1、"/></w:lvl><w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/>'
        '<w:lvlText w:val="%2."/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'
    )

    def item(text, level):
        return paragraph(text, properties=f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr>')

    body = item("概况", 0) + item("支出12万元", 1) + item("2023年情况", 1) + item("问题", 0) + item("原因", 1)
    assert shown(word(tmp_path / "a.docx", body, numbering=numbering)) == [
        "一、概况",
        "1.支出12万元",
        "2.、2023年情况",
        "二、问题",
        "1.原因",
    ]


DRAWING = "<w:r><w:drawing><wp:inline>{}</wp:inline></w:drawing></w:r>"
PICTURE = DRAWING.format('<wp:extent cx="4000000" cy="2000000"/><a:blip r:embed="p"/>')
PICTURED = '<Relationship Id="p" Type="' + R + '/image" Target="{}"/>'


@pytest.mark.parametrize("kind", ["other name", "strict", "relation to nothing", "media without a type"])
def test_what_word_opens_is_not_called_damaged(tmp_path, kind):
    body = paragraph("决算数1234.50万元。")
    path = tmp_path / "a.docx"
    if kind == "other name":
        word(path, body, main="word/document2.xml")
    elif kind == "strict":
        word(path, body, change=lambda text: text.replace(W, STRICT[W]).replace(R, STRICT[R]))
    else:
        target = "../NULL" if kind == "relation to nothing" else "media/p.png"
        out = io.BytesIO()
        Image.new("RGB", (9, 9), "white").save(out, "PNG")
        extra = {} if kind == "relation to nothing" else {"p.png": out.getvalue()}
        word(
            path,
            body + paragraph(PICTURE),
            relations=PICTURED.format(target),
            **extra,
        )
    assert shown(path) == ["决算数1234.50万元。"]


def drawn(*rows):
    """Return a picture of a ruled table, as PNG."""
    image = Image.new("RGB", (280 * len(rows[0]) + 40, 80 * len(rows) + 40), "white")
    draw = ImageDraw.Draw(image)
    for y, cells in enumerate(rows):
        for x, text in enumerate(cells):
            left, top = 20 + 280 * x, 20 + 80 * y
            draw.rectangle((left, top, left + 280, top + 80), outline="black", width=3)
            draw.text((left + 30, top + 22), text, fill="black", font=ImageFont.load_default(size=34))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def test_a_picture_of_a_table_is_read_at_its_place_with_its_confidence(tmp_path):
    picture = drawn(("Item", "Final"), ("Basic", "1234.50"), ("Project", "434.00"))
    body = paragraph("标题") + paragraph(PICTURE) + paragraph("正文")
    path = word(tmp_path / "a.docx", body, relations=PICTURED.format("media/p.png"), **{"p.png": picture})
    document = read_document(path)
    assert [block.kind for block in document.blocks] == ["passage", "table", "passage"]
    assert document.text_source == "mixed"
    figure = next(cell.lines[0] for cell in document.tables[0].cells if cell.text == "1234.50")
    assert (figure.where, figure.box) == ("段落 2（图片）", None)
    assert figure.confidence > 0.8


def test_a_picture_that_cannot_be_drawn_is_told_with_its_place(tmp_path):
    body = paragraph("标题") + table(row("甲", cell(paragraph(PICTURE))))
    path = word(tmp_path / "a.docx", body, relations=PICTURED.format("media/p.emf"), **{"p.emf": b"\1\0\0\0junk" * 9})
    assert remarks(path) == [("picture_not_read", "表 1 行 1 列 2")]


def test_an_embedded_workbook_and_a_chart_are_told(tmp_path):
    chart = DRAWING.format('<c:chart xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"/>')
    path = word(tmp_path / "a.docx", paragraph("标题", chart))
    assert remarks(path) == [("object_not_read", "段落 1")]


def test_nesting_without_end_is_refused_in_one_line(tmp_path):
    deep = "<w:tbl><w:tr><w:tc>" * 400 + paragraph("内") + "</w:tc></w:tr></w:tbl>" * 400
    with pytest.raises(UnreadableDocument, match=r"^a\.docx: [^\n]+$"):
        read_document(word(tmp_path / "a.docx", deep))
