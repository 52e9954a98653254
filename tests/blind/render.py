"""Render a blind set from its `described/*.yaml`: `python tests/blind/render.py FOLDER [NAME ...]`.

Run by hand when a description changes; reports and truths are committed. A block is a paragraph, or one of
`title`, `center`, `lines` (kept as typed), `table` (cells parted by '|', '^' covered from above, '<' from the left),
`sheet` (what follows goes onto a new sheet of that name) and `page` (a new page). An HTML report is written out whole
under `html`.
"""

import html
import io
import json
import re
import sys
import unicodedata
from decimal import Decimal
from pathlib import Path

import openpyxl
import yaml
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Flowable, PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "generator"))

from layout import BODY, CELL, TITLE, Grid, excel, turned, word  # noqa: E402

INDENTED = ParagraphStyle("indented", BODY, firstLineIndent=24, leading=22)
MIDDLE = ParagraphStyle("middle", BODY, alignment=1, fontSize=14, leading=24)
UNITS = {"万": 10000, "亿": 100000000, "元": 1}
RATIOS = {
    "b": "budget_completion_rate",
    "s": "share",
    "y": "year_on_year_change",
    "c": "carry_over_rate",
    "u": "public_use_control_rate",
    "t": "three_public_control_rate",
    "p": "procurement_rate",
    "r": "score_rate",
    "o": "other",
}


def grid(text, *, ruled=True):
    """Return the table of one cell text a line."""
    rows = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    wide = max(map(len, rows))
    rows = [row + ["<"] * (wide - len(row)) for row in rows]
    across = frozenset((y, x) for y, row in enumerate(rows) for x, cell in enumerate(row) if cell == "<")
    return Grid(tuple(tuple(None if cell in ("^", "<") else cell for cell in row) for row in rows), across, ruled)


class Typed(Flowable):
    """A line whose columns stand where they were typed, a Chinese character taking two places."""

    def __init__(self, line):
        super().__init__()
        self.line = line
        self.width, self.height = 0, 16

    def draw(self):
        """Draw the runs that two spaces or more keep apart."""
        for run in re.finditer(r"\S+(?: \S+)*", self.line):
            before = self.line[: run.start()]
            places = sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in before)
            self.canv.setFont("STSong-Light", 10)
            self.canv.drawString(places * 5, 4, run[0])


def flowed(block, width):
    """Return what stands for a block in a PDF."""
    if block == "page":
        return [PageBreak()]
    if isinstance(block, str):
        return [Paragraph(html.escape(block), INDENTED)]
    if "title" in block:
        return [Paragraph(html.escape(block["title"]), TITLE)]
    if "center" in block:
        return [Paragraph(html.escape(block["center"]), MIDDLE)]
    if "lines" in block:
        return [Typed(line) for line in block["lines"].rstrip("\n").split("\n")]
    made = grid(block["table"], ruled=block.get("ruled", True))
    look = ParagraphStyle("look", CELL, fontSize=block.get("size", 9), leading=block.get("size", 9) + 3)
    style = [("VALIGN", (0, 0), (-1, -1), "MIDDLE")]
    style += [("GRID", (0, 0), (-1, -1), 0.5, "black")] if made.ruled else []
    style += [("SPAN", (x, y), (x + right - 1, y + down - 1)) for y, x, down, right in made.spans()]
    parts = block.get("widths") or [1] * len(made.rows[0])
    cells = [["" if cell is None else Paragraph(html.escape(cell), look) for cell in row] for row in made.rows]
    widths = [width * part / sum(parts) for part in parts]
    repeat = block.get("repeat", 0)
    return [Table(cells, widths, style=TableStyle(style), repeatRows=repeat), Spacer(1, 8)]


def pdf(said):
    """Return a description as a PDF, with its running header and the number of the page at its foot."""
    out = io.BytesIO()
    size = landscape(A4) if said.get("wide") else A4
    margin = said.get("margin", 70)

    def foot(canvas, page):
        if said.get("numbered", True):
            canvas.setFont("STSong-Light", 10)
            canvas.drawCentredString(size[0] / 2, 30, f"— {page.page} —")
        if said.get("header"):
            canvas.setFont("STSong-Light", 9)
            canvas.drawCentredString(size[0] / 2, size[1] - 40, said["header"])

    made = SimpleDocTemplate(
        out, pagesize=size, leftMargin=margin, rightMargin=margin, topMargin=60, bottomMargin=60, invariant=1
    )
    story = [part for block in said["blocks"] for part in flowed(block, size[0] - 2 * margin)]
    made.build(story, onFirstPage=foot, onLaterPages=foot)
    return turned(out.getvalue(), 90, flat=said["turned"] == "flat") if said.get("turned") else out.getvalue()


def plain(block):
    """Return a block for a file without a layout of its own."""
    if isinstance(block, str):
        return block
    return grid(block["table"]) if "table" in block else next(iter(block.values()))


def sheets(blocks):
    """Return the blocks as an Excel file, with a new sheet where a block names one."""
    whole = openpyxl.Workbook()
    whole.remove(whole.active)
    starts = [place for place, block in enumerate(blocks) if isinstance(block, dict) and "sheet" in block]
    for start, stop in zip(starts, [*starts[1:], len(blocks)], strict=True):
        made = openpyxl.load_workbook(io.BytesIO(excel([plain(block) for block in blocks[start + 1 : stop]]))).active
        sheet = whole.create_sheet(blocks[start]["sheet"])
        for cell in (cell for row in made.iter_rows() for cell in row if cell.value is not None):
            sheet[cell.coordinate] = cell.value
        for span in made.merged_cells.ranges:
            sheet.merge_cells(span.coord)
    out = io.BytesIO()
    whole.save(out)
    return out.getvalue()


def counted(data):
    """Return an Excel file whose figures are numbers with a format, as a person types them."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    for cell in (cell for sheet in book for row in sheet.iter_rows() for cell in row):
        figure = re.fullmatch(r"([\d,]+(\.\d+)?)(%?)", str(cell.value or ""))
        if figure:
            places = len(figure[2] or "")
            cell.value = float(figure[1].replace(",", "")) / (100 if figure[3] else 1)
            cell.number_format = ("#,##0" if "," in figure[1] else "0") + "." * bool(places) + "0" * (places - 1)
            cell.number_format += figure[3]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def rendered(said):
    """Return the file of one description."""
    if said["format"] == "html":
        return said["html"].encode()
    if said["format"] == "pdf":
        return pdf(said)
    blocks = [block for block in said["blocks"] if block != "page"]
    if said["format"] == "docx":
        return word([plain(block) for block in blocks])
    return counted(sheets([{"sheet": "Sheet"}, *blocks] if "sheet" not in blocks[0] else blocks))


def amount(year, flow, stage, scheme, item, figure, of=None):
    """Return one row of money; the figure carries the unit that it has in the document."""
    return {
        "fiscal_year": int(of or year),
        "flow": {"r": "revenue", "e": "expenditure"}[flow],
        "stage": stage,
        "scheme": scheme,
        "item": item,
        "yuan": f"{Decimal(figure[:-1].replace(',', '')) * UNITS[figure[-1]]:.2f}",
    }


def truth(said):
    """Return the truth in the contract's shape; a row that starts with '?' is optional."""
    report = said["report"]

    def rows(kind, make):
        out = []
        for line in said.get(kind) or []:
            row = make(*(part.strip() or None for part in line.removeprefix("?").split("|")))
            out.append({**row, "optional": True} if line.startswith("?") else row)
        return out

    return {
        "contract": 1,
        "report": {
            "organization": report["organization"],
            "accept": [report["organization"], *report.get("accept", [])],
            "region_code": report["region"],
            "fiscal_year": report["year"],
            "form": report["form"],
            "total_score": report["total"],
            "full_marks": "100",
            "grade": report["grade"],
        },
        "amounts": rows("amounts", lambda *parts: amount(report["year"], *parts)),
        "scores": rows(
            "scores",
            lambda path, full, got: {"path": path.split(" > "), "full_marks": full, "score": got},
        ),
        "ratios": rows(
            "ratios", lambda name, label, percent: {"name": RATIOS[name], "label": label, "percent": percent}
        ),
        "deductions": rows(
            "deductions", lambda name, points, reason=None: {"indicator": name, "points": points, "reason": reason}
        ),
    }


def main():
    """Write `reports/` and `truth/` of a set, or of the reports of it that are named."""
    here, names = Path(sys.argv[1]), sys.argv[2:]
    for path in sorted((here / "described").glob("*.yaml")):
        if names and path.stem not in names:
            continue
        said = yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)
        (here / "reports" / f"{path.stem}.{said['format']}").write_bytes(rendered(said))
        text = json.dumps(truth(said), ensure_ascii=False, indent=1)
        (here / "truth" / f"{path.stem}.json").write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
