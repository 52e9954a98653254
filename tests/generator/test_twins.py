"""The same report as PDF, as PDF on its side, and in Word, Excel and HTML gives the same facts."""

import sys
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
from jixiao.extract import extract
from jixiao.extract.contract import to_contract
from jixiao.read import read_document

sys.path.insert(0, str(Path(__file__).resolve().parent))

from reports import made

KINDS = ("amounts", "scores", "ratios", "deductions")


def facts(report, media, folder):
    """Return fields, rows and places; how sure a fact is may rest on its place, so it is left out."""
    twin = replace(report, media=media)
    path = folder / f"{media}{twin.suffix}"
    path.write_bytes(twin.data())
    answer = to_contract(extract(read_document(path)), ())
    aside = ("evidence", "confidence")
    rows = {kind: [{k: v for k, v in row.items() if k not in aside} for row in answer[kind]] for kind in KINDS}
    places = [row["evidence"] for kind in KINDS for row in answer[kind]]
    return answer["report"], rows, places


@pytest.mark.parametrize("seed", range(12))
def test_twins_give_the_same_facts(seed, tmp_path):
    report = made(seed)
    fields, rows, _ = facts(report, "pdf", tmp_path)
    assert rows["amounts"]
    assert rows["scores"]
    for media in ("pdf-turned", "pdf-turned-back", "docx", "xlsx", "html"):
        twin_fields, twin_rows, places = facts(report, media, tmp_path)
        assert twin_rows == rows, media
        assert twin_fields == fields, media
        if not media.startswith("pdf"):  # without pages, the words say where
            assert all(
                at["page"] is None and ("段落" in at["text"] or "表" in at["text"] or "!" in at["text"])
                for at in places
            )


@pytest.mark.parametrize(("media", "rotate"), [("pdf-wide", 0), ("pdf-turned", 90), ("pdf-turned-back", 270)])
def test_a_turned_page_lies_on_its_side_in_the_file(media, rotate):
    page = pypdfium2.PdfDocument(replace(made(0), media=media).data())[0]
    letters = [part.get_matrix().get() for part in page.get_objects() if part.type == pypdfium2.raw.FPDF_PAGEOBJ_TEXT]
    assert page.get_rotation() == rotate
    assert {0: (1, 0), 90: (0, 1), 270: (0, -1)}[rotate] == letters[0][:2]
