"""Files made to take all of a machine: each is read rightly or is one line, within the limits of a document."""

import io
import struct
import zipfile
import zlib

import pytest
from jixiao.extract.worker import Worker, WorkerCrashed
from jixiao.model import UnreadableDocument
from jixiao.read.limits import Limits

LIMITS = Limits(seconds=30, memory_bytes=768 * 1024**2)
TITLE = "某某市科学技术协会2023年部门整体支出绩效自评报告"
PAGE = (
    "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
    "/Resources<</Font<</F 5 0 R>>/XObject<</X 6 0 R>>>>>>"
)
HELLO = b"BT /F 12 Tf 72 700 Td (hello) Tj ET"
MIB = 1024**2


def stream(data: bytes, entries: str = "") -> bytes:
    return f"<<{entries}/Length {len(data)}>>stream\n".encode() + data + b"\nendstream"


def pdf(content: bytes, *more: bytes, page: str = PAGE, kids: str = "3 0 R", loop: bool = False) -> bytes:
    """Return a PDF of one page with this content stream; objects from number 6 on are `more`."""
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    pages = f"<</Type/Pages/Kids[{kids}]/Count {kids.count('R')}>>".encode()
    out, starts = io.BytesIO(b"%PDF-1.7\n"), []
    out.seek(0, io.SEEK_END)
    for number, one in enumerate([b"<</Type/Catalog/Pages 2 0 R>>", pages, page.encode(), content, font, *more], 1):
        starts.append(out.tell())
        out.write(f"{number} 0 obj\n".encode() + one + b"\nendobj\n")
    at = out.tell()
    rows = "".join(f"{start:010d} 00000 n \n" for start in starts)
    before = f"/Prev {at}" if loop else ""
    out.write(f"xref\n0 {len(starts) + 1}\n0000000000 65535 f \n{rows}".encode())
    out.write(f"trailer\n<</Size {len(starts) + 1}/Root 1 0 R{before}>>\nstartxref\n{at}\n%%EOF\n".encode())
    return out.getvalue()


def zeros(mib: int) -> bytes:
    """Return so many MiB of spaces, deflated: one, as often as it takes."""
    packer, spaces, adler = zlib.compressobj(9, wbits=-15), b" " * MIB, 1
    one = packer.compress(spaces) + packer.flush(zlib.Z_FULL_FLUSH)
    for _ in range(mib):
        adler = zlib.adler32(spaces, adler)
    return b"\x78\xda" + one * mib + packer.flush() + adler.to_bytes(4)


def forms(depth: int, width: int) -> list[bytes]:
    """Return forms each of which draws the next one so many times."""
    resources = "/Resources<</Font<</F 5 0 R>>/XObject<</X {} 0 R>>>>"
    entry = "/Type/XObject/Subtype/Form/BBox[0 0 595 842]"
    inner = [stream(b"/X Do " * width, entry + resources.format(7 + number)) for number in range(depth)]
    return [*inner, stream(HELLO, entry + resources.format(5))]


def office(main: str, parts: dict[str, str]) -> bytes:
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r" Type="{kind}" Target="{main}"/></Relationships>'
    )
    types = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in {"[Content_Types].xml": types, "_rels/.rels": relations, **parts}.items():
            made.writestr(name, text)
    return out.getvalue()


def word(body: str) -> bytes:
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    text = f'<w:document xmlns:w="{space}"><w:body>{paragraph(TITLE)}{body}</w:body></w:document>'
    return office("word/document.xml", {"word/document.xml": text})


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def sheet(rows: str, after: str = "") -> bytes:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return office(
        "xl/workbook.xml",
        {
            "xl/workbook.xml": f'<workbook xmlns="{space}" xmlns:r="{kind}"><sheets><sheet name="s" sheetId="1" '
            'r:id="r1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
            f'relationships"><Relationship Id="r1" Type="{kind}/worksheet" Target="sheet1.xml"/></Relationships>',
            "xl/sheet1.xml": f'<worksheet xmlns="{space}"><dimension ref="A1:XFD1048576"/><sheetData>{rows}</sheetData>'
            f"{after}</worksheet>",
        },
    )


def cell(at: str, text: str) -> str:
    return f'<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>'


def lying_zip() -> bytes:
    """Return a Word file whose directory says that its main part has ten bytes; it has 210 MiB."""
    data = bytearray(word(" " * 210 * MIB))
    at = data.rfind(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 10)
    return bytes(data)


def nested_mail() -> bytes:
    inner = f"Content-Type: text/html; charset=utf-8\n\n<html><body>{TITLE}</body></html>"
    for depth in range(300):
        inner = f'Content-Type: multipart/related; boundary="b{depth}"\n\n--b{depth}\n{inner}\n--b{depth}--\n'
    return f"MIME-Version: 1.0\n{inner}".encode()


def entities(said: str) -> bytes:
    """Return a Word file whose text is an entity."""
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    text = f'<!DOCTYPE d [<!ENTITY e0 "x">{said}]><w:document xmlns:w="{space}"><w:body>'
    text += f"{paragraph(TITLE)}{paragraph('&e11;')}</w:body></w:document>"
    return office("word/document.xml", {"word/document.xml": text})


def compound() -> bytes:
    """Return the head of a compound file whose sectors all name sector 1 as their next."""
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    return (head + struct.pack("<9I", 0, 1, 1, 0, 0x1000, 0, 0, 0, 0)).ljust(512, b"\0")


def page(body: str) -> bytes:
    return f"<html><head><meta charset='utf-8'></head><body><p>{TITLE}</p>{body}".encode()


FILES = {
    "objects_unpack_beyond_all_memory.pdf": lambda: pdf(
        stream(zeros(900), "/Type/ObjStm/N 100000/First 10/Filter/FlateDecode")
    ),
    "content_unpacks_twice.pdf": lambda: pdf(stream(zlib.compress(zeros(600), 9), "/Filter[/FlateDecode/FlateDecode]")),
    "cross_references_in_a_loop.pdf": lambda: pdf(stream(HELLO), loop=True),
    "a_page_of_a_thousand_kilometres.pdf": lambda: pdf(stream(HELLO), page=PAGE.replace("595 842", "9e7 9e7")),
    "forms_in_forms.pdf": lambda: pdf(stream(b"/X Do"), *forms(11, 10)),
    "a_form_in_itself.pdf": lambda: pdf(
        stream(b"/X Do"),
        stream(b"/X Do /X Do", "/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 6 0 R>>>>"),
    ),
    "one_page_many_times.pdf": lambda: pdf(stream(HELLO), kids="3 0 R " * 100_000),
    "tables_in_tables.docx": lambda: word("<w:tbl><w:tr><w:tc>" * 80 + paragraph("深") + "</w:tc></w:tr></w:tbl>" * 80),
    "a_part_that_is_longer_than_it_says.docx": lying_zip,
    "a_cell_at_the_far_end.xlsx": lambda: sheet(
        f'<row r="1">{cell("A1", TITLE)}</row><row r="1048576">{cell("XFD1048576", "远")}</row>'
    ),
    "merged_all_over.xlsx": lambda: sheet(
        f'<row r="1">{cell("A1", TITLE)}</row>',
        "<mergeCells>" + '<mergeCell ref="A1:XFD1048576"/>' * 2000 + "</mergeCells>",
    ),
    "tables_in_tables.html": lambda: page("<table><tr><td>" * 20_000 + "12.5万元"),
    "spans.html": lambda: page(f"<table>{'<tr><td rowspan=999 colspan=999>1</td></tr>' * 1000}</table>"),
    "parts_in_parts.mht": nested_mail,
    "entities_that_multiply.docx": lambda: entities(
        "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    ),
    "a_file_of_the_machine.docx": lambda: entities('<!ENTITY e11 SYSTEM "file:///etc/passwd">'),
    "elements_in_elements.docx": lambda: word(
        "<w:sdt><w:sdtContent>" * 50_000 + "深" + "</w:sdtContent></w:sdt>" * 50_000
    ),
    "a_cell_over_all_columns.docx": lambda: word(
        '<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="999999999"/></w:tcPr>'
        + paragraph("宽")
        + "</w:tc></w:tr></w:tbl>"
    ),
    "strings_and_rows_that_are_not_there.xlsx": lambda: sheet(
        '<row r="1"><c r="A1" t="s"><v>99999999999</v></c><c r="B1" t="s"><v>-1</v></c><c r="ZZZZZZZ1"><v>1e999</v></c>'
        '</row><row r="99999999999999999999"><c r="A1"><v>nan</v></c></row>'
    ),
    "another_archive.docx": lambda: b"7z\xbc\xaf\x27\x1c\x00\x04" + bytes(100_000),
    "sectors_in_a_loop.xls": lambda: compound() + struct.pack("<128I", *[1] * 128) * 200,
    "comments_in_comments.html": lambda: page("<!--" * 500_000),
}


@pytest.fixture(scope="module")
def worker():
    with Worker(LIMITS) as worker:
        yield worker


@pytest.mark.parametrize("name", FILES)
def test_a_file_made_to_take_everything_is_read_or_is_one_line(worker, tmp_path, name):
    path = tmp_path / name
    path.write_bytes(FILES[name]())
    try:
        said = worker.extract(path)
    except (UnreadableDocument, WorkerCrashed) as error:
        said = str(error)
    assert said.startswith(("{", f"{name}: "))
    assert said.startswith("{") or "\n" not in said
    assert "the reader failed" not in said, "a mistake of ours, not a limit"
    assert "root:" not in said


def test_a_sum_in_each_of_4000_paragraphs_is_read(worker, tmp_path):
    """Each was held against all others: 3,000 took 50 s, 30,000 no machine would have read."""
    path = tmp_path / "paragraphs.docx"
    path.write_bytes(word(paragraph("支出合计12.5万元。") * 4_000))
    assert worker.extract(path).startswith("{")
