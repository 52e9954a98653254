"""What a text layer says is what is printed: nonsense is read by OCR, what is printed twice counts once."""

import io
import random
import re
import sys
import zlib
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from jixiao.model import Evidence, UnreadableDocument
from jixiao.read import read_document
from jixiao.read.quality import is_readable
from jixiao.read.repair import repair_figures, repair_recognised
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "generator"))

from layout import Grid, pdf

FONT = "STSong-Light"
pdfmetrics.registerFont(UnicodeCIDFont(FONT))
SAMPLE = Path(__file__).resolve().parents[2] / "demo" / "samples" / "files" / "baiyun-2021.pdf"
PROSE = (
    "我局按照部门职责开展全年工作，预算执行情况总体良好，资金使用合规，主要指标按计划完成。"
    "下一步将加强绩效管理，提高项目资金的使用效益，完善采购和资产管理制度。"
)
CHINESE = re.compile("[一-鿿]")


def shuffled(text):
    """Return a text under a font map that mixes up its own characters."""
    found = sorted(set(CHINESE.findall(text)))
    return text.translate(str.maketrans("".join(found), "".join(found[1:] + found[:1])))


@pytest.mark.parametrize(
    "nonsense",
    [
        shuffled(PROSE),
        "".join(chr(ord(char) + 7) if CHINESE.match(char) else char for char in PROSE),
        "".join(chr(0xE000 + ord(char) % 0x1800) for char in PROSE),
        PROSE.encode("gb18030").decode("latin1"),
        "".join(chr(33 + ord(char) % 90) for char in PROSE),
        "".join(f"(cid:{ord(char)})" for char in PROSE),
    ],
    ids=["shuffled", "shifted", "private use", "another encoding", "codes as Latin", "cid codes"],
)
def test_nonsense_is_told_from_text(nonsense):
    assert is_readable(PROSE)
    assert not is_readable(nonsense)


@pytest.mark.parametrize(
    "text",
    ["106.50 98.3% 1,204.55 " * 9, "单位：万元", "Annual report of the department, with figures of the year before"],
)
def test_figures_a_few_words_and_other_languages_are_text(text):
    assert is_readable(text)


def with_nonsense(data):
    """Return a PDF whose fonts say of each character that it is another one of theirs."""

    def changed(match):
        before = zlib.decompress(match[2])
        if b"beginbfchar" not in before:
            return match[0]
        said = re.findall(rb"<[0-9A-F]{4}>", before[before.index(b"beginbfchar") :])
        mixed = iter([b"<%04X>" % ord(char) for char in shuffled("".join(chr(int(code[1:5], 16)) for code in said))])
        head, tail = before.split(b"beginbfchar", 1)
        packed = zlib.compress(head + b"beginbfchar" + re.sub(rb"<[0-9A-F]{4}>", lambda _: next(mixed), tail))
        return re.sub(rb"/Length \d+", b"/Length %d" % len(packed), match[1]) + packed + match[3]

    stream = rb"(obj\s*<<[^>]*?FlateDecode[^>]*?/Length \d+\s*>>\s*stream\r?\n)(x.*?)(\r?\n?endstream)"
    return re.sub(stream, changed, data, flags=re.S)


def test_a_page_of_nonsense_and_a_stamped_scan_are_read_by_ocr_and_the_page_between_is_not(tmp_path):
    sound = pdfium.PdfDocument(SAMPLE)
    picture = sound[0].render(scale=2).to_pil().crop((0, 0, 1191, 500))
    scan = io.BytesIO()
    canvas = Canvas(scan, pagesize=(595, 250))
    canvas.drawImage(ImageReader(picture), 0, 0, 595, 250)
    canvas.setFont(FONT, 8)
    canvas.drawString(400, 6, "由某某扫描软件生成并保存")
    canvas.save()
    whole = pdfium.PdfDocument.new()
    whole.import_pages(pdfium.PdfDocument(with_nonsense(SAMPLE.read_bytes())), [0])
    whole[0].set_cropbox(0, 592, 595, 842)
    whole.import_pages(sound, [1])
    whole.import_pages(pdfium.PdfDocument(scan.getvalue()))
    out = io.BytesIO()
    whole.save(out)
    (tmp_path / "a.pdf").write_bytes(out.getvalue())
    sound_pages = read_document(SAMPLE).pages
    document = read_document(tmp_path / "a.pdf")
    assert [page.text_source for page in document.pages] == ["ocr", "text", "ocr"]
    assert document.text_source == "mixed"
    assert [note[:6] for note in document.notes] == ["page 1", "page 3"]
    words = ["".join(line.text for line in page.lines) for page in document.pages]
    title = sound_pages[0].lines[0].text.replace(" ", "")
    assert title in words[0].replace(" ", "")
    assert title in words[2].replace(" ", "")
    assert all(line.confidence for line in document.pages[0].lines)


def test_the_order_of_the_content_stream_does_not_matter(tmp_path):
    """Every character is drawn by itself, in any order."""
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    spots = [(80 + 14 * (n % 30), 740 - 24 * (n // 30), char) for n, char in enumerate(PROSE)]
    random.Random(1).shuffle(spots)
    canvas.setFont(FONT, 14)
    for x, y, char in spots:
        canvas.drawString(x, y, char)
    canvas.save()
    document = read_document(tmp_path / "a.pdf")
    assert document.text_source == "text"
    assert "".join(line.text for line in document.pages[0].lines) == PROSE


def drawn_characters():
    """Return a PDF that says 般一般 as browsers print some fonts: by characters that are drawn, in fonts as high."""

    def stream(data):
        return f"<< /Length {len(data)} >>\nstream\n{data}\nendstream"

    def font(box, glyph, said):
        return (
            f"<< /Type /Font /Subtype /Type3 /FontBBox [{box}] /FontMatrix [0.001 0 0 -0.001 0 0] /FirstChar 1 "
            f"/LastChar 1 /Widths [1000] /CharProcs << /g {glyph} 0 R >> /Resources << >> "
            f"/Encoding << /Type /Encoding /Differences [1 /g] >> /ToUnicode {said} 0 R >>"
        )

    def unicode(char):
        return stream(
            "/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <ff> endcodespacerange\n"
            f"1 beginbfchar\n<01> <{ord(char):04x}>\nendbfchar endcmap end"
        )

    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 6 0 R "
        "/Resources << /Font << /A 4 0 R /B 5 0 R >> >> >>",
        font("40 -880 960 120", 7, 9),
        font("43 -440 846 -360", 8, 10),
        stream("".join(f"BT /{name} 12 Tf {x} 700 Td <01> Tj ET " for name, x in (("A", 72), ("B", 84), ("A", 96)))),
        stream("1000 0 40 -880 960 120 d1 40 -880 920 1000 re f"),
        stream("840 0 43 -440 846 -360 d1 43 -440 803 80 re f"),
        unicode("般"),
        unicode("一"),
    ]
    body = "".join(f"{number} 0 obj\n{said}\nendobj\n" for number, said in enumerate(objects, 1))
    return f"%PDF-1.7\n{body}trailer << /Root 1 0 R >>\n".encode()


def test_a_flat_character_stays_in_its_line_where_the_font_tells_no_height(tmp_path):
    (tmp_path / "a.pdf").write_bytes(drawn_characters())
    (line,) = read_document(tmp_path / "a.pdf").pages[0].lines
    assert line.text == "般一般"


@pytest.mark.parametrize("right", [0.0, 0.4, 1.0, 2.0])
@pytest.mark.parametrize("up", [0.0, 0.8])
@pytest.mark.parametrize("each", [True, False], ids=["each character twice", "the words twice"])
def test_fake_bold_counts_once(tmp_path, right, up, each):
    texts = ["决算数355.20万元，预算数1,100.55万元，完成率100%", "1,106.50"]
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    canvas.setFont(FONT, 10)
    for y, text in zip((700, 660), texts, strict=True):
        x = 80.0
        for part in text if each else [text]:
            canvas.drawString(x, y, part)
            canvas.drawString(x + right, y + up, part)
            x += canvas.stringWidth(part, FONT, 10)
    canvas.save()
    assert [line.text for line in read_document(tmp_path / "a.pdf").pages[0].lines] == texts


def test_what_is_printed_twice_side_by_side_stays(tmp_path):
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    canvas.setFont(FONT, 10)
    canvas.drawString(80, 700, "1100.0055万元……——")
    canvas.drawString(80, 660, PROSE[:40])
    canvas.save()
    assert read_document(tmp_path / "a.pdf").pages[0].lines[0].text == "1100.0055万元……——"


@pytest.mark.parametrize(
    ("seen", "meant"),
    [
        ("决算数2,146.302,146.30万元，增长11.3011.30%", "决算数2,146.30万元，增长11.30%"),
        ("98.7298.72%%", "98.72%"),
        ("二二、、收收支支情情况况", "二、收支情况"),
        ("合合计计", "合计"),
        ("年初预算年初预算", "年初预算"),
        ("高高兴兴地办了1122件", "高高兴兴地办了1122件"),
        ("1.11.1.2", "1.11.1.2"),
        ("22336644.55", "22336644.55"),
    ],
)
def test_what_a_converter_wrote_twice_counts_once(tmp_path, seen, meant):
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    canvas.setFont(FONT, 10)
    canvas.drawString(80, 700, seen)
    canvas.drawString(80, 660, "一一、、部部门门概概况况")
    canvas.save()
    line = read_document(tmp_path / "a.pdf").pages[0].lines[0]
    assert line.text == meant
    assert len(line.edges) == 2 * len(meant)


def test_whole_numbers_written_twice_stand_below_what_is(tmp_path):
    rows = (("一一级级指指标标", "分分值值", "数量"), ("投入", "1010", "1010"), ("过程", "100100", "22"))
    (tmp_path / "a.pdf").write_bytes(pdf([PROSE, Grid(rows)]))
    table = read_document(tmp_path / "a.pdf").tables[0]
    texts = [cell.text for cell in sorted(table.cells, key=lambda cell: (cell.row, cell.col))]
    assert texts == ["一级指标", "分值", "数量", "投入", "10", "1010", "过程", "100", "22"]


@pytest.mark.parametrize(
    ("seen", "meant"),
    [
        ("自评得分IO分", "自评得分10分"),
        ("l00", "100"),
        ("O", "0"),
        ("扣O.5分", "扣0.5分"),
        ("1,O5O.3O万元", "1,050.30万元"),
        ("调整预算数l，514.77万元", "调整预算数1，514.77万元"),
        ("共l，另有2项", "共l，另有2项"),
        ("OA系统和IPO", "OA系统和IPO"),
        ("O2O平台", "O2O平台"),
        ("I类、A10、H5", "I类、A10、H5"),
    ],
)
def test_letters_are_digits_in_figures_only(seen, meant):
    assert repair_figures(seen) == meant


def test_a_unit_that_recognition_confuses_is_a_unit_behind_a_figure_only():
    assert repair_recognised("1120.50万兀") == "1120.50万元"
    assert repair_recognised("万兀一") == "万兀一"


@pytest.mark.parametrize(("confidence", "uncertain"), [(None, False), (0.99, False), (0.9, False), (0.89, True)])
def test_a_figure_under_the_stated_confidence_is_marked(confidence, uncertain):
    assert Evidence(1, None, "355.20", confidence).uncertain is uncertain


@pytest.mark.parametrize("first", [10, 1000], ids=["a control character", "another script's letter"])
def test_a_page_whose_font_does_not_map_a_digit_is_not_read_without_it(tmp_path, first):
    """Such a digit comes out as a control character, or as a letter of another script; 1234.50 would be 124.50."""
    words = ("某某局2023年度部门整体支出绩效自评报告", "2023年我局全年预算数1250.00万元，决算数1234.50万元。")
    number = {char: first + at for at, char in enumerate(sorted({*"".join(words)}))}
    shown = b"".join(
        b"BT /F 12 Tf 60 %d Td <%s> Tj ET\n"
        % (780 - 24 * row, "".join(f"{number[char]:04X}" for char in line).encode())
        for row, line in enumerate(words)
    )
    rows = [f"<{at:04X}> <{ord(char):04X}>" for char, at in number.items() if char != "3"]
    told = "begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange {} beginbfchar\n{}\nendbfchar endcmap"
    told = told.format(len(rows), "\n".join(rows)).encode()
    widths = " ".join(f"{at} [{500 if char.isascii() else 1000}]" for char, at in number.items()).encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(shown), shown),
        b"<</Type/Font/Subtype/Type0/BaseFont/SimSun/Encoding/Identity-H/ToUnicode 8 0 R/DescendantFonts[6 0 R]>>",
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/SimSun/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)"
        b"/Supplement 0>>/FontDescriptor 7 0 R/DW 1000/W[%s]>>" % widths,
        b"<</Type/FontDescriptor/FontName/SimSun/Flags 4/FontBBox[0 -200 1000 900]/ItalicAngle 0/Ascent 859"
        b"/Descent -141/CapHeight 700/StemV 80>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(told), told),
    ]
    body = b"".join(b"%d 0 obj%s endobj\n" % (at, one) for at, one in enumerate(objects, 1))
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.4\n" + body + b"trailer<</Root 1 0 R/Size 9>>\n%%EOF")
    # What is drawn of these characters without their font says nothing to OCR.
    with pytest.raises(UnreadableDocument, match="no text was found"):
        read_document(tmp_path / "a.pdf")
