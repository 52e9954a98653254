"""No file crashes the reader, hangs it or eats memory: each is read, or refused in one line that names it."""

import io
import random
import re
import subprocess
import sys
import time
import zipfile
import zlib
from pathlib import Path

import docx
import openpyxl
import pypdfium2 as pdfium
import pytest
from jixiao.cli import main
from jixiao.extract.worker import Worker, WorkerCrashed
from jixiao.model import JixiaoError, UnreadableDocument
from jixiao.read import Limits, read_document
from reportlab.lib import colors
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table, TableStyle

pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
SENTENCE = "某某局2021年部门整体支出绩效自评报告。全年预算数313.88万元，决算数311.29万元，完成率99.18%。"
ROWS = [["一级指标", "分值", "得分"], ["预算执行管理", "20", "18.65"], ["资产管理情况", "10", "9.5"]]


def command(path):
    """Run the command on a file; return its exit code and its lines on standard error."""
    words = [sys.executable, "-m", "jixiao.cli", "extract", str(path), "--json"]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=120)
    return done.returncode, done.stderr.splitlines(), done.stdout


def test_the_command_refuses_more_pages_than_the_limit_in_one_line(tmp_path):
    document = pdfium.PdfDocument.new()
    for _ in range(Limits().pages + 1):
        document.new_page(100, 100)
    document.save(tmp_path / "a.pdf")
    code, said, printed = command(tmp_path / "a.pdf")
    assert (code, printed) == (2, "")
    assert said == ["jixiao: a.pdf: 1001 pages, more than the limit of 1000"]


def written(*objects):
    """Return a PDF of the given objects; the first is the catalog."""
    out = b"%PDF-1.4\n"
    for number, content in enumerate(objects, 1):
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    return out + b"trailer<</Size %d/Root 1 0 R>>\n%%%%EOF" % (len(objects) + 1)


def stream(data, entries=b""):
    packed = zlib.compress(data)
    return b"<</Length %d/Filter/FlateDecode%s>>\nstream\n%s\nendstream" % (len(packed), entries, packed)


def one_page(content, *more, size=b"595 842"):
    font = b"<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>"
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %s]/Contents 4 0 R/Resources<</Font%s/XObject<</X 5 0 R>>>>>>"
    pages = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
    return written(b"<</Type/Catalog/Pages 2 0 R>>", pages, page % (size, font), stream(content), *more)


def test_a_page_that_draws_itself_again_and_again_is_given_up_after_the_time_limit(tmp_path):
    inside = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 5 0 R>>>>"
    (tmp_path / "a.pdf").write_bytes(one_page(b"/X Do", stream(b"/X Do " * 20, inside)))
    with Worker(Limits(seconds=3)) as worker, pytest.raises(WorkerCrashed, match=r"^a\.pdf: not read within 3 s$"):
        worker.extract(tmp_path / "a.pdf")


def test_a_page_that_needs_more_memory_than_the_limit_is_refused(tmp_path):
    words = b"BT /F 10 Tf 50 50 Td (figures 1 2 3 4 5 6 7 8 9 0) Tj ET "
    (tmp_path / "a.pdf").write_bytes(one_page(words * 100_000))
    with Worker(Limits(memory_bytes=180 * 1024**2)) as worker:
        with pytest.raises(JixiaoError, match=r"^a\.pdf: .* more than 180 MiB of memory"):
            worker.extract(tmp_path / "a.pdf")
        (tmp_path / "a.pdf").write_bytes(sound_pdf())
        assert "311.29" in worker.extract(tmp_path / "a.pdf")


def test_lines_without_end_do_not_hold_up_the_search_for_tables(tmp_path):
    """Two thousand little squares, and lines across the whole page, three points apart."""
    squares = b"".join(b"%f %f 9 9 re S\n" % (n % 60 * 9.5, n // 60 * 9.5) for n in range(2000))
    hatch = b"".join(b"0 %f m 595 %f l S %f 0 m %f 842 l S\n" % (n, n, n, n) for n in map((3.4).__mul__, range(240)))
    words = b"BT /F 10 Tf 50 50 Td (figures 1 2 3 4 5 6 7 8 9 0) Tj ET "
    for lines in (squares, hatch):
        (tmp_path / "a.pdf").write_bytes(one_page(words + lines))
        with Worker(Limits(seconds=60)) as worker:
            worker.extract(tmp_path / "a.pdf")


def test_a_mistake_of_the_reader_is_one_line_and_not_held_against_the_file(tmp_path):
    (tmp_path / "a.pdf").write_bytes(sound_pdf())
    with Worker(Limits(pages="many")) as worker, pytest.raises(WorkerCrashed) as failed:
        worker.extract(tmp_path / "a.pdf")
    assert str(failed.value).startswith("a.pdf: the reader failed: TypeError in pdf.py:")


def rewritten(data, member, change):
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == member else old.read(name))
    return out.getvalue()


def sheet(change):
    return rewritten(sound_xlsx(), "xl/worksheets/sheet1.xml", change)


def laughing(data):
    names = b"abcdefghij"
    entities = b"".join(
        b'<!ENTITY %c "%s">' % (name, b"&%c;" % names[n - 1] * 10 if n else b"a" * 10) for n, name in enumerate(names)
    )
    body = data[data.index(b"?>") + 2 :] if data.startswith(b"<?xml") else data
    return b"<!DOCTYPE x [" + entities + b"]>" + body.replace(b"<v>20</v>", b"<v>&j;</v>")


HOSTILE = {
    "merged.xlsx": lambda: sheet(
        lambda x: x.replace(b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>')
    ),
    "far.xlsx": lambda: sheet(
        lambda x: x.replace(b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')
    ),
    "laughing.xlsx": lambda: sheet(laughing),
    "sheets.xlsx": lambda: rewritten(
        sound_xlsx(), "xl/workbook.xml", lambda x: re.sub(rb"<sheet .*?/>", lambda one: one[0] * 5000, x)
    ),
    "spanned.docx": lambda: rewritten(
        sound_docx(),
        "word/document.xml",
        lambda x: x.replace(b"<w:tcPr>", b'<w:tcPr><w:gridSpan w:val="2000000000"/>', 1),
    ),
    "zeros.docx": lambda: rewritten(sound_docx(), "word/document.xml", lambda _: b"0" * 210_000_000),
    "spanned.html": lambda: sound_html().replace(b"<td>", b"<td rowspan=999 colspan=999>"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_small_file_that_unpacks_to_a_huge_one_is_refused(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(HOSTILE[name]())
    assert path.stat().st_size < 400_000
    with Worker(Limits(seconds=30, memory_bytes=500 * 1024**2)) as worker, pytest.raises(UnreadableDocument) as said:
        worker.extract(path)
    assert str(said.value).startswith(f"{name}: ")
    assert "not read within" not in str(said.value)
    assert "needs more than" not in str(said.value)


def test_a_sheet_that_is_formatted_to_its_last_row_is_read(tmp_path):
    far = b'<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>'
    (tmp_path / "a.xlsx").write_bytes(sheet(lambda x: x.replace(b"</sheetData>", far)))
    (table,) = read_document(tmp_path / "a.xlsx").tables
    assert (table.row_count, table.col_count) == (4, 3)


DAMAGE = [
    ("a.docx", "word/document.xml", lambda x: x.replace(b"<w:body>", b"<w:body=>")),
    ("a.docx", "_rels/.rels", lambda x: x.replace(b"<Relationships", b"<Relationships=")),
    ("a.xlsx", "xl/styles.xml", lambda x: x.replace(b"<fonts", b"<fonts=")),
]


@pytest.mark.parametrize(("name", "member", "change"), DAMAGE)
def test_a_damaged_member_is_told_in_one_line_without_the_path(tmp_path, name, member, change):
    """A library's own words may run over several lines and name the file with its folder."""
    path = tmp_path / name
    path.write_bytes(rewritten(sound_docx() if name == "a.docx" else sound_xlsx(), member, change))
    with pytest.raises(UnreadableDocument) as said:
        read_document(path)
    assert str(said.value).startswith(f"{name}: the file is damaged (")
    assert "\n" not in str(said.value)
    assert str(tmp_path) not in str(said.value)


def test_a_zip_that_asks_for_a_later_version_is_refused_in_words(tmp_path):
    entry = sound_docx().rindex(b"PK\x01\x02")
    (tmp_path / "a.docx").write_bytes(sound_docx()[: entry + 6] + b"\xff" + sound_docx()[entry + 7 :])
    with pytest.raises(UnreadableDocument, match=r"^a\.docx: an archive \(\.zip\) is not supported"):
        read_document(tmp_path / "a.docx")


def sound_pdf():
    out = io.BytesIO()
    grid = TableStyle([("GRID", (0, 0), (-1, -1), 0.5, colors.black), ("FONT", (0, 0), (-1, -1), "STSong-Light", 11)])
    body = ParagraphStyle("body", fontName="STSong-Light", fontSize=12, leading=20, wordWrap="CJK")
    SimpleDocTemplate(out, pagesize=(400, 250), margin=20, pageCompression=0).build(
        [Paragraph(SENTENCE, body), Table(ROWS, style=grid)]
    )
    return out.getvalue()


def sound_docx():
    made = docx.Document()
    made.add_paragraph(SENTENCE)
    table = made.add_table(len(ROWS), 3)
    for y, row in enumerate(ROWS):
        for x, text in enumerate(row):
            table.cell(y, x).text = text
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def sound_xlsx():
    book = openpyxl.Workbook()
    book.active.append([SENTENCE])
    for row in ROWS:
        book.active.append([float(text) if text[0].isdigit() else text for text in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def sound_html():
    rows = "".join("<tr>" + "".join(f"<td>{text}</td>" for text in row) + "</tr>" for row in ROWS)
    return f"<html><meta charset=utf-8><body><p>{SENTENCE}</p><table>{rows}</table></body></html>".encode()


def damaged(data, chance):
    """Return a file cut short, with bytes changed, or both; the insides of a zip are damaged without its checksums."""
    if data.startswith(b"PK") and chance.random() < 0.8:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            member = chance.choice([name for name in archive.namelist() if name.endswith(".xml")])
        return rewritten(data, member, lambda inside: damaged(inside, chance))
    out = bytearray(data[: chance.randrange(len(data) // 3, len(data))] if chance.random() < 0.2 else data)
    for _ in range(chance.randrange(1, 12)):
        at = chance.randrange(len(out))
        kind = chance.randrange(3)
        if kind == 0:
            out[at] = chance.randrange(256)
        elif kind == 1:
            del out[at : at + chance.randrange(1, 30)]
        else:
            out[at:at] = out[at : at + chance.randrange(1, 60)]
    return bytes(out)


@pytest.mark.parametrize("kind", ["pdf", "docx", "xlsx", "html"])
def test_damaged_files_are_read_or_refused_in_words(tmp_path, kind):
    sound = {"pdf": sound_pdf, "docx": sound_docx, "xlsx": sound_xlsx, "html": sound_html}[kind]()
    path = tmp_path / f"a.{kind}"
    path.write_bytes(sound)
    chance = random.Random(4)
    read, refused = 0, []
    with Worker(Limits(seconds=60, memory_bytes=2 * 1024**3)) as worker:
        worker.extract(path)
        for _ in range(25 if kind == "pdf" else 40):  # a page that loses its text is read by OCR
            path.write_bytes(damaged(sound, chance))
            try:
                worker.extract(path)
            except UnreadableDocument as error:
                refused.append(str(error))
            else:
                read += 1
    assert read
    assert refused
    assert all(
        reason.startswith(f"a.{kind}: ") and "\n" not in reason and str(tmp_path) not in reason for reason in refused
    )
    assert not any("not read within" in reason or "needs more" in reason for reason in refused)


def runs(process):
    """Tell whether a process is there and is no zombie."""
    status = Path(f"/proc/{process}/status")
    return status.exists() and "State:\tZ" not in status.read_text()


def test_a_reader_ends_with_its_parent_in_the_middle_of_a_file(tmp_path):
    inside = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 5 0 R>>>>"
    (tmp_path / "a.pdf").write_bytes(one_page(b"/X Do", stream(b"/X Do " * 20, inside)))
    parent = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys; from pathlib import Path; from jixiao.read import Limits\n"
            "from jixiao.extract.worker import Worker\n"
            "with Worker(Limits(seconds=60)) as worker:\n"
            "    worker._child._started(); print(worker._child._process.pid, flush=True)\n"
            "    worker.extract(Path(sys.argv[1]))",
            str(tmp_path / "a.pdf"),
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    child = int(parent.stdout.readline())
    time.sleep(2)  # it has begun to read
    parent.kill()
    parent.wait()
    deadline = time.monotonic() + 15
    while runs(child) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert not runs(child)


def test_a_name_does_nothing_to_a_terminal(tmp_path, capsys):
    path = tmp_path / "\x1b[31m\N{RIGHT-TO-LEFT OVERRIDE}报告.docx"
    path.write_bytes(b"no document at all")
    assert main(["extract", str(path)]) == 2
    assert capsys.readouterr().err == "jixiao: \\x1b[31m\\u202e报告.docx: not a document of a known type\n"
