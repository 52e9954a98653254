"""Render the sample reports from their descriptions: `python -m demo.samples.render`.

Run once by hand when a description changes; the files are committed. Needs a TrueType font with Chinese outlines
(Debian: apt-get install fonts-wqy-zenhei), of which each PDF embeds the characters it uses.
"""

import io
import sys
from pathlib import Path
from typing import Any

import docx
import pypdfium2 as pdfium
import yaml
from PIL import ImageFilter
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

HERE = Path(__file__).resolve().parent
FONT = Path("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc")
BODY = ParagraphStyle("body", fontName="cjk", fontSize=13, leading=22, firstLineIndent=26, wordWrap="CJK")
TITLE = ParagraphStyle("title", fontName="cjk", fontSize=17, leading=28, alignment=1, wordWrap="CJK")
CELL = ParagraphStyle("cell", fontName="cjk", fontSize=8, leading=10.5, wordWrap="CJK", alignment=1)
RULES = [
    ("GRID", (0, 0), (-1, -1), 0.6, "black"),
    ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
    ("LEFTPADDING", (0, 0), (-1, -1), 2),
    ("RIGHTPADDING", (0, 0), (-1, -1), 2),
]


def _ruled(block: dict[str, Any]) -> Table:
    """Return a ruled table; a cell may span rows or columns."""
    rows: list[list[Any]] = []
    style = list(RULES)
    width = len(block["widths"])
    covered: set[tuple[int, int]] = set()
    for y, said in enumerate(block["rows"]):
        row: list[Any] = []
        cells = iter(said)
        for x in range(width):
            if (y, x) in covered:
                row.append("")
                continue
            cell = next(cells)
            spec = cell if isinstance(cell, dict) else {"text": cell}
            row.append(Paragraph(spec["text"], CELL))
            rows_down, cols_right = spec.get("rows", 1), spec.get("cols", 1)
            covered |= {(y + dy, x + dx) for dy in range(rows_down) for dx in range(cols_right)} - {(y, x)}
            if rows_down > 1 or cols_right > 1:
                style.append(("SPAN", (x, y), (x + cols_right - 1, y + rows_down - 1)))
        rows.append(row)
    return Table(rows, colWidths=block["widths"], style=TableStyle(style), repeatRows=1)


def _form(block: dict[str, Any]) -> list[Any]:
    """Return a 自评表: heads, a budget block, and indicator rows page by page with their level cells repeated."""
    widths = [52, 30, 58, 30, 110, 30, 44, 150, 226]
    parts: list[Any] = []
    for label, text in block["head"]:
        row = [Paragraph(label, CELL), "", Paragraph(text, CELL), *[""] * 6]
        parts.append(
            Table(
                [row], colWidths=widths, style=TableStyle([*RULES, ("SPAN", (0, 0), (1, 0)), ("SPAN", (2, 0), (8, 0))])
            )
        )
    labels, figures = block["budget"]["labels"], block["budget"]["figures"]
    each = sum(widths) / len(labels)
    heads = [labels[0], "年度预算资金类别", *[""] * (len(labels) - 2)]
    parts.append(
        Table(
            [[Paragraph(t, CELL) for t in row] for row in (heads, ["", *labels[1:]], figures)],
            colWidths=[each] * len(labels),
            style=TableStyle([*RULES, ("SPAN", (0, 0), (0, 1)), ("SPAN", (1, 0), (-1, 0))]),
        )
    )
    head = [
        "一级指标",
        "分值",
        "二级指标",
        "分值",
        "三级指标",
        "分值",
        "得分/自评分",
        "评分依据、未达标原因、改进措施",
        "评分标准",
    ]
    flat = [
        (one, one_marks, two, two_marks, leaf, marks, score)
        for one, one_marks, twos in block["levels"]
        for two, two_marks, leaves in twos
        for leaf, marks, score in leaves
    ]
    for start in range(0, len(flat), 10):
        rows = [head, *[[*row, "", block["rubric"]] for row in flat[start : start + 10]]]
        style = list(RULES)
        for col in range(4):  # level cells span their rows on each page, and are printed again on the next
            y = 1
            while y < len(rows):
                same = y
                while same + 1 < len(rows) and rows[same + 1][: col - col % 2 + 1] == rows[y][: col - col % 2 + 1]:
                    same += 1
                style.append(("SPAN", (col, y), (col, same)))
                y = same + 1
        last = start + 10 >= len(flat)
        if last:
            rows.append(["合计", block["total"][0], "", "", "", block["total"][0], block["total"][1], "", ""])
        cells = [[Paragraph(str(t), CELL) for t in row] for row in rows]
        parts.append(Table(cells, colWidths=widths, style=TableStyle(style)))
        if not last:
            from reportlab.platypus import PageBreak

            parts.append(PageBreak())
    return parts


def _number(canvas: Canvas, template: Any) -> None:
    canvas.setFont("cjk", 10)
    canvas.drawCentredString(template.pagesize[0] / 2, 28, f"— {canvas.getPageNumber()} —")


def render_pdf(said: dict[str, Any]) -> bytes:
    """Return a description as a PDF with embedded fonts."""
    out = io.BytesIO()
    size = landscape(A4) if said.get("landscape") else A4
    margin = 50 if said.get("landscape") else 80
    template = SimpleDocTemplate(
        out,
        pagesize=size,
        leftMargin=margin,
        rightMargin=margin,
        topMargin=60,
        bottomMargin=60,
        invariant=1,
        title=said["title"],
    )
    story: list[Any] = []
    for block in said["blocks"]:
        if "title" in block:
            story.append(Paragraph(block["title"], TITLE))
        elif "table" in block:
            story += [_ruled(block["table"]), Spacer(1, 8)]
        elif block.get("form"):
            story += _form(block)
        else:
            story.append(Paragraph(block.get("h") or block["p"], BODY))
    template.build(story, onFirstPage=_number, onLaterPages=_number)
    return out.getvalue()


def scanned(data: bytes) -> bytes:
    """Return a PDF as a scanner would: grey pictures of its pages, a little blurred, without text."""
    document = pdfium.PdfDocument(data)
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1)
    for page in document:
        picture = page.render(scale=150 / 72).to_pil().convert("L").filter(ImageFilter.GaussianBlur(0.4))
        packed = io.BytesIO()
        picture.save(packed, "JPEG", quality=42)
        packed.seek(0)
        canvas.drawImage(ImageReader(packed), 0, 0, *A4)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def render_docx(said: dict[str, Any]) -> bytes:
    """Return a description as a Word file."""
    import datetime

    document = docx.Document()
    document.core_properties.author = ""
    document.core_properties.created = document.core_properties.modified = datetime.datetime(2024, 1, 1)
    for block in said["blocks"]:
        if "title" in block:
            document.add_heading(block["title"], 1)
        else:
            document.add_paragraph(block.get("h") or block["p"])
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def main() -> None:
    """Render every description into `files/`."""
    if not FONT.exists():
        sys.exit(f"{FONT} is missing: apt-get install fonts-wqy-zenhei")
    pdfmetrics.registerFont(TTFont("cjk", FONT, subfontIndex=0))
    for path in sorted((HERE / "descriptions").glob("*.yaml")):
        said = yaml.safe_load(path.read_text("utf-8"))
        if said["file"].endswith(".docx"):
            data = render_docx(said)
        else:
            data = render_pdf(said)
            data = scanned(data) if said.get("scan") else data
        (HERE / "files" / said["file"]).write_bytes(data)
        print(f"{said['file']}: {len(data):,} bytes")


if __name__ == "__main__":
    main()
