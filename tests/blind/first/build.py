"""Render the blind reports from `described/*.yaml`: `python tests/blind/first/build.py`.

Run by hand when a description changes; reports and truths are committed. The two scans need a Chinese font on the
machine (Debian's fonts-noto-cjk), because only the pictures are kept.
"""

import io
import json
import sys
from pathlib import Path

import pypdfium2 as pdfium
import yaml
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "generator"))

from layout import Grid, excel, pdf, web, word  # noqa: E402


def blocks_of(said):
    """Return blocks; in a table '^' is covered from above and '<' from the left."""
    for block in said:
        if isinstance(block, str):
            yield block
            continue
        rows = [[str(text) for text in row] for row in block["table"]]
        across = frozenset((y, x) for y, row in enumerate(rows) for x, text in enumerate(row) if text == "<")
        cells = tuple(tuple(None if text in "^<" and text else text for text in row) for row in rows)
        yield Grid(cells, across, block.get("ruled", True))


def scanned(data, turn=0):
    """Return the pages of a PDF as grey pictures, the paper turned clockwise by `turn` degrees."""
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    for page in pdfium.PdfDocument(data):
        picture = page.render(scale=150 / 72).to_pil().convert("L").rotate(-turn, expand=True)
        size = (picture.width * 72 / 150, picture.height * 72 / 150)
        canvas.setPageSize(size)
        packed = io.BytesIO()
        picture.save(packed, "JPEG", quality=40)
        packed.seek(0)
        canvas.drawImage(ImageReader(packed), 0, 0, *size)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def joined(first, second):
    """Return one PDF with the pages of both."""
    whole = pdfium.PdfDocument(first)
    whole.import_pages(pdfium.PdfDocument(second))
    out = io.BytesIO()
    whole.save(out)
    return out.getvalue()


def rendered(said):
    """Return the file of one description."""
    blocks = list(blocks_of(said["blocks"]))
    if said["format"] != "pdf":
        return {"docx": word, "xlsx": excel, "html": web}[said["format"]](blocks)
    data = pdf(blocks, wide=said.get("wide", False), rotate=said.get("rotate", 0))
    if "scan" in said:
        data = scanned(data, said["scan"])
    if "then_scanned" in said:
        data = joined(data, scanned(pdf(list(blocks_of(said["then_scanned"])))))
    return data


def truth(said):
    """Return the truth in the contract's shape; a row that starts with '?' is optional."""
    organization, region, year, form, total, grade = said["report"]

    def rows(kind, make):
        out = []
        for line in said.get(kind) or []:
            row = make(*(part.strip() for part in line.removeprefix("?").split("|")))
            out.append({**row, "optional": True} if line.startswith("?") else row)
        return out

    return {
        "contract": 1,
        "report": {
            "organization": organization,
            "accept": [organization],
            "region_code": region,
            "fiscal_year": year,
            "form": form,
            "total_score": total,
            "full_marks": "100",
            "grade": grade,
        },
        "amounts": rows(
            "amounts",
            lambda flow, stage, scheme, item, yuan, of=year: {
                "fiscal_year": int(of),
                "flow": {"r": "revenue", "e": "expenditure"}[flow],
                "stage": stage,
                "scheme": scheme,
                "item": item,
                "yuan": yuan,
            },
        ),
        "scores": rows(
            "scores", lambda name, full, got: {"path": [name], "full_marks": full or None, "score": got or None}
        ),
        "ratios": rows("ratios", lambda name, percent: {"name": name, "percent": percent}),
        "deductions": rows("deductions", lambda name, points: {"indicator": name, "points": points}),
    }


def main():
    """Write `reports/` and `truth/`."""
    for path in sorted((HERE / "described").glob("*.yaml")):
        said = yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)
        (HERE / "reports" / f"{path.stem}.{said['format']}").write_bytes(rendered(said))
        text = json.dumps(truth(said), ensure_ascii=False, indent=1)
        (HERE / "truth" / f"{path.stem}.json").write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
