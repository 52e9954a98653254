"""Old and odd formats: read where that can be done well, else refused with the words for what they are."""

import base64
import quopri
import struct

import pytest
from jixiao import magic
from jixiao.model import UnreadableDocument
from jixiao.read import read_document

BODY = (
    "<p>某某局2021年部门整体支出绩效自评报告。以下说明预算执行和绩效目标完成情况的组织、过程和结果，不含其他数据。</p>"
    "<p>以下为正文，说明本部门整体支出的有关情况，供查阅和监督。</p>"
)
SUM = "决算数1234.50万元。"


def archive(path, *pages, way="quoted-printable", charset="utf-8", more=""):
    """Write a web archive of some pages."""
    parts = []
    for number, page in enumerate(pages):
        data = page.encode(charset)
        text = (base64.encodebytes(data) if way == "base64" else quopri.encodestring(data)).decode("ascii")
        parts.append(
            f"Content-Location: file:///C:/{number}.htm\nContent-Transfer-Encoding: {way}\n"
            f'Content-Type: text/html; charset="{charset}"\n\n{text}'
        )
    head = 'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="=_b"\n\n'
    path.write_text(head + "".join(f"--=_b\n{part}\n" for part in [*parts, *([more] if more else [])]) + "--=_b--\n")
    return path


@pytest.mark.parametrize("way", ["quoted-printable", "base64"])
@pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
def test_a_web_archive_is_its_page(tmp_path, way, charset):
    path = archive(tmp_path / "a.doc", f"<html><body>{BODY}<p>{SUM}</p></body></html>", way=way, charset=charset)
    assert [p.text for p in read_document(path).passages][-1] == SUM


def test_a_saved_workbook_is_its_sheets_and_a_picture_in_it_is_told(tmp_path):
    picture = base64.encodebytes(b"\x89PNG" + bytes(30_000)).decode()
    frame = "<html><frameset><frame src=1.htm><frame src=2.htm></frameset></html>"
    sheet = f"<html><body>{BODY}<table><tr><td>项目<td>决算数<tr><td>基本<td>800.50</table></body></html>"
    more = f"Content-Location: b.png\nContent-Transfer-Encoding: base64\nContent-Type: image/png\n\n{picture}"
    other = "<html><body><table><tr><td>项目<td>预算数<tr><td>基本<td>810.00</table></body></html>"
    document = read_document(archive(tmp_path / "a.xls", frame, sheet, other, more=more))
    assert [[cell.text for cell in table.cells] for table in document.tables] == [
        ["项目", "决算数", "基本", "800.50"],
        ["项目", "预算数", "基本", "810.00"],
    ]
    assert [(r.kind, r.evidence.text) for r in document.remarks] == [("picture_not_read", "b.png")]


def test_a_page_in_a_frame_of_a_web_archive_is_read_and_one_beside_it_is_not(tmp_path):
    main = f'<html><body>{BODY}<p>正文</p><iframe src="file:///C:/1.htm"></iframe></body></html>'
    pages = (main, f"<html><body><p>{SUM}</p></body></html>", "<html><body><p>旧数99.00</p></body></html>")
    assert [p.text for p in read_document(archive(tmp_path / "a.mht", *pages)).passages][2:] == ["正文", SUM]


@pytest.mark.parametrize("kind", ["text/html", "multipart/alternative"])
def test_a_page_saved_like_a_letter_is_decoded(tmp_path, kind):
    head = 'Content-Type: text/html; charset="gbk"\nContent-Transfer-Encoding: quoted-printable\n\n'
    text = head + quopri.encodestring(f"<html><body>{BODY}<p>{SUM}</p></body></html>".encode("gbk")).decode()
    if kind != "text/html":
        text = f'Content-Type: {kind}; boundary="b"\n\n--b\nContent-Type: text/plain\n\nx\n--b\n{text}\n--b--\n'
    (tmp_path / "a.doc").write_text(f"MIME-Version: 1.0\n{text}")
    assert [p.text for p in read_document(tmp_path / "a.doc").passages][2:] == [SUM]


def test_word_2003_xml_is_read_with_its_revisions_accepted(tmp_path):
    spaces = (
        'xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml" '
        'xmlns:wx="http://schemas.microsoft.com/office/word/2003/auxHint" '
        'xmlns:aml="http://schemas.microsoft.com/aml/2001/core"'
    )
    change = '<aml:annotation w:type="Word.{}"><aml:content><w:r>{}</w:r></aml:content></aml:annotation>'
    runs = (
        "<w:r><w:t>决算数12</w:t></w:r>"
        + change.format("Deletion", "<w:delText>9</w:delText>")
        + change.format("Insertion", "<w:t>3</w:t>")
        + "<w:r><w:t>4.50万元。</w:t></w:r>"
    )
    cells = "".join(f"<w:tc><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>" for text in ("基本", "800.50"))
    (tmp_path / "a.doc").write_text(
        f'<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument {spaces}><w:body><wx:sect>'
        f"<w:p>{runs}</w:p><w:tbl><w:tr>{cells}</w:tr></w:tbl></wx:sect></w:body></w:wordDocument>"
    )
    document = read_document(tmp_path / "a.doc")
    assert [p.text for p in document.passages] == [SUM]
    assert [cell.text for cell in document.tables[0].cells] == ["基本", "800.50"]


def excel_xml(path, rows, styles="", more="", sheets="", before=""):
    path.write_text(
        '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet" '
        f'xmlns:x="urn:schemas-microsoft-com:office:excel">{more}<Styles>{styles}</Styles>'
        f'<Worksheet ss:Name="自评表"><Table>{before}{rows}</Table></Worksheet>{sheets}</Workbook>'
    )
    return path


def data(value, kind="Number", **said):
    said = "".join(f' ss:{name}="{word}"' for name, word in said.items())
    return f'<Cell{said}><Data ss:Type="{kind}">{value}</Data></Cell>'


FORMATS = {
    "0!.0000": ("12345000", "Number", "1234.5000"),
    "Percent": ("0.98765", "Number", "98.77%"),
    "Standard": ("1234567.891", "Number", "1,234,567.89"),
    "General": ("800.4999999999999", "Number", "800.5"),
    "yyyy&quot;年&quot;": ("2023-12-31T00:00:00.000", "DateTime", "2023年"),
    "@": ("00123", "String", "00123"),
}


def test_excel_2003_xml_shows_what_its_formats_show(tmp_path):
    styles = "".join(
        f'<Style ss:ID="s{n}"><NumberFormat ss:Format="{code}"/></Style>' for n, code in enumerate(FORMATS)
    )
    cells = "".join(data(raw, kind, StyleID=f"s{n}") for n, (raw, kind, _) in enumerate(FORMATS.values()))
    (table,) = read_document(excel_xml(tmp_path / "a.xls", f"<Row>{cells}</Row>", styles)).tables
    assert [c.text for c in table.cells] == [shown for *_, shown in FORMATS.values()]


def test_excel_2003_xml_leaves_out_what_is_not_seen_and_tells_it(tmp_path):
    styles = (
        '<Style ss:ID="struck"><Font ss:StrikeThrough="1"/></Style><Style ss:ID="w"><Font ss:Color="#FFFFFF"/></Style>'
        '<Style ss:ID="ground" ss:Parent="w"><Interior ss:Color="#000080" ss:Pattern="Solid"/></Style>'
    )
    rich = '<Cell><ss:Data ss:Type="String" xmlns="http://www.w3.org/TR/REC-html40"><S>88</S>434<Sup>1</Sup></ss:Data></Cell>'
    rows = (
        f"<Row>{data('管理', 'String', MergeAcross='1', MergeDown='1')}{data(800.5)}</Row>"
        f'<Row ss:Hidden="1">{data(55, Index="3")}</Row>'
        f'<Row ss:Index="5">{data(99, StyleID="struck")}{data(77, StyleID="w")}{data(66, StyleID="ground")}{rich}'
        '<Cell ss:Formula="=SUM(R1C1)"/></Row>'
    )
    hidden = (
        f'<Worksheet ss:Name="草稿"><Table><Row>{data(888)}</Row></Table><WorksheetOptions '
        'xmlns="urn:schemas-microsoft-com:office:excel"><Visible>SheetVeryHidden</Visible></WorksheetOptions></Worksheet>'
    )
    document = read_document(excel_xml(tmp_path / "a.xml", rows, styles, sheets=hidden))
    (table,) = document.tables
    cells = [(c.row, c.col, c.row_span, c.col_span, c.text) for c in table.cells]
    assert cells == [(0, 0, 1, 2, "管理"), (0, 2, 1, 1, "800.5"), (3, 2, 1, 1, "66"), (3, 3, 1, 1, "434")]
    assert {(r.kind, r.evidence.text) for r in document.remarks} == {
        ("hidden_cells", "自评表!C2: 55"), ("hidden_text", "自评表!A5: 99"), ("hidden_text", "自评表!B5: 77"),
        ("hidden_text", "自评表!D5: 88"), ("formula_without_value", "自评表!E5"), ("hidden_sheet", "草稿!A1: 888"),
    }  # fmt: skip


def test_excel_2003_xml_of_endless_cells_is_refused(tmp_path):
    row = data(1, MergeAcross="99999", MergeDown="99999")
    with pytest.raises(UnreadableDocument, match=r"^a\.xml: .* more cells than the limit"):
        read_document(excel_xml(tmp_path / "a.xml", f"<Row>{row}</Row>"))


def test_a_word_file_in_one_piece_is_read_like_its_docx(tmp_path):
    main = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    part = '<pkg:part pkg:name="{}"><pkg:xmlData>{}</pkg:xmlData></pkg:part>'
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        f'Type="{main}/{{}}" Target="{{}}"/></Relationships>'
    )
    run = "<w:r><w:rPr>{}</w:rPr><w:t>{}</w:t></w:r>"
    body = run.format("", "决算数") + run.format('<w:rStyle w:val="old"/>', "99") + run.format("", "1234.50万元。")
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    style = (
        f'<w:styles {space}><w:style w:type="character" w:styleId="old"><w:rPr><w:strike/></w:rPr></w:style></w:styles>'
    )
    (tmp_path / "a.xml").write_text(
        '<?xml version="1.0"?><?mso-application progid="Word.Document"?>'
        '<pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage">'
        + part.format("/_rels/.rels", relations.format("officeDocument", "word/document.xml"))
        + part.format("/word/_rels/document.xml.rels", relations.format("styles", "styles.xml"))
        + part.format("/word/document.xml", f"<w:document {space}><w:body><w:p>{body}</w:p></w:body></w:document>")
        + part.format("/word/styles.xml", style)
        + "</pkg:package>"
    )
    document = read_document(tmp_path / "a.xml")
    assert [p.text for p in document.passages] == [SUM]
    assert [(r.kind, r.evidence.text) for r in document.remarks] == [("hidden_text", "段落 1: 99")]


def record(number, data):
    return struct.pack("<HH", number, len(data)) + data


def words(text, count="<H"):
    return struct.pack(count, len(text)) + b"\1" + text.encode("utf-16-le")


def old_workbook(sheets, codes=(), hidden_rows=()):
    """Return the BIFF8 stream of a workbook: sheets of (name, visibility, cells), a cell (row, col, format, value)."""
    begin = struct.pack("<HHHHII", 0x600, 5, 0xDBB, 0x7CC, 0, 6)
    plain, struck = (struct.pack("<HHHHHBBBB", 200, bold, 0x7FFF, 400, 0, 0, 0, 0, 0) for bold in (0, 8))
    out = record(0x809, begin) + record(0x42, struct.pack("<H", 1200))
    out += b"".join(record(0x31, font + words("A", "<B")) for font in (plain, plain, plain, plain, struck))
    out += b"".join(record(0x41E, struct.pack("<H", 164 + n) + words(code)) for n, code in enumerate(codes))
    styles = [(0, 0), *((0, 164 + n) for n in range(len(codes))), (5, 0)]
    out += b"".join(record(0xE0, struct.pack("<HHHBBBBIIH", *style, 0, 0, 0, 0, 0, 0, 0, 0)) for style in styles)
    streams = []
    for _, _, cells in sheets:
        stream = record(0x809, begin[:2] + struct.pack("<H", 16) + begin[4:])
        for row in hidden_rows:
            stream += record(0x208, struct.pack("<HHHHHHI", row, 0, 9, 300, 0, 0, 0x20))
        for row, col, style, value in cells:
            at = struct.pack("<HHH", row, col, style)
            number = not isinstance(value, str)
            stream += record(0x203, at + struct.pack("<d", value)) if number else record(0x204, at + words(value))
        streams.append(stream + record(0x0A, b""))
    start = len(out) + sum(4 + 8 + 2 * len(name) for name, _, _ in sheets) + 4
    for (name, visibility, _), stream in zip(sheets, streams, strict=True):
        out += record(0x85, struct.pack("<IBB", start, visibility, 0) + words(name, "<B"))
        start += len(stream)
    return out + record(0x0A, b"") + b"".join(streams)


def ole(name, data):
    """Return an OLE file with one stream."""
    data = data.ljust(max(4096, -(-len(data) // 512) * 512), b"\0")
    count = len(data) // 512
    fat = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, count + 2), 0xFFFFFFFE]
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<HHHHHHIIIIIIIIII", 62, 3, 0xFFFE, 9, 6, 0, 0, 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    head += struct.pack("<I", 0) + b"\xff" * (512 - len(head) - 4)
    none = 0xFFFFFFFF

    def entry(title, kind, child, first, size):
        said = (title + "\0").encode("utf-16-le")
        links = struct.pack("<HBBIII", len(said), kind, 1, none, none, child)
        return said.ljust(64, b"\0") + links + bytes(36) + struct.pack("<III", first, size, 0)

    entries = entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry(name, 2, none, 2, len(data)) + bytes(256)
    table = b"".join(struct.pack("<I", one) for one in fat).ljust(512, b"\xff")
    return head + table + entries + data


def test_an_old_workbook_shows_what_its_formats_show_and_leaves_out_what_is_hidden(tmp_path):
    cells = [
        (0, 0, 0, "决算数"), (0, 1, 1, 12345000), (0, 2, 2, 45291), (0, 3, 0, 800.4999999999999),
        (1, 0, 0, "藏"), (1, 1, 0, 55), (2, 0, 0, "旧"), (2, 1, 3, 99),
    ]  # fmt: skip
    sheets = [("自评表", 0, cells), ("草稿", 1, [(0, 0, 0, 888)])]
    path = tmp_path / "a.xls"
    path.write_bytes(ole("Workbook", old_workbook(sheets, ("0!.0000", 'yyyy"年"'), hidden_rows=[1])))
    document = read_document(path)
    assert [[(c.row, c.text) for c in table.cells] for table in document.tables] == [
        [(0, "决算数"), (0, "1234.5000"), (0, "2023年"), (0, "800.5"), (1, "旧")]
    ]
    told = {(r.kind, r.evidence.text) for r in document.remarks}
    assert told == {
        ("hidden_cells", "自评表!B2: 55"), ("hidden_text", "自评表!B3: 99"), ("hidden_sheet", "草稿!A1: 888"),
    }  # fmt: skip


def test_an_old_sheet_that_is_one_merged_cell_is_refused(tmp_path):
    far = record(0xE5, struct.pack("<HHHHH", 1, 0, 65535, 0, 255))
    data = old_workbook([("表", 0, [(0, 0, 0, "决算数")])])
    (tmp_path / "a.xls").write_bytes(ole("Workbook", data[: -len(record(0x0A, b""))] + far + record(0x0A, b"")))
    with pytest.raises(UnreadableDocument, match=r"^a\.xls: .* more cells than the limit"):
        read_document(tmp_path / "a.xls")


REFUSED = {
    "doc": (ole("WordDocument", b"x"), r"an old Word file \(.doc, .wps\) is not supported: save it as .docx or PDF"),
    "ppt": (ole("PowerPoint Document", b"x"), r"a presentation \(.ppt\) is not supported: save it as PDF"),
    "locked": (ole("EncryptedPackage", b"x"), "an encrypted Office file is not supported: save it without a password"),
    "rtf": (b"{\\rtf1\\ansi text}", "an RTF file is not supported: save it as .docx"),
    "xml": (
        b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
        "the document holds no text",
    ),
    "xls": (ole("Workbook", b"no records"), "an old Excel file that is damaged: save it as .xlsx"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_not_read_is_refused_by_its_name(tmp_path, kind):
    data, reason = REFUSED[kind]
    (tmp_path / "报告.doc").write_bytes(data)
    with pytest.raises(UnreadableDocument, match=f"^报告.doc: {reason}$"):
        read_document(tmp_path / "报告.doc")


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"<meta charset=gbk><table>", magic.HTML),
        (b"\xef\xbb\xbf  <TABLE>", magic.HTML),
        ("<html>".encode("utf-16"), magic.HTML),
        ("<html>".encode("utf-16-le"), magic.HTML),
        (b"<!-- x --><div>", magic.HTML),
        (b"From: x\r\nContent-Type: multipart/related; boundary=b\r\n\r\n<html>", magic.MHT),
        (b"{\\rtf1", magic.RTF),
        (b"<notes>", None),
        (b"hello <p>", None),
    ],
)
def test_a_file_is_told_by_its_first_bytes(head, kind):
    assert magic.media_type(head) == kind
