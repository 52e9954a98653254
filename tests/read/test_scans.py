"""What a scanned page costs: lines are read, a page on its side no more than once, a blank one not at all."""

import re
from pathlib import Path

import numpy as np
import pytest
from jixiao.read import ocr, recogniser
from jixiao.read.drawing import Drawing

SCAN = Path(__file__).resolve().parents[2] / "demo" / "samples" / "files" / "zengcheng-2021.pdf"


@pytest.fixture(scope="module")
def picture():
    with Drawing(SCAN, 30_000_000) as drawing:
        page, _ = ocr.picture_of(drawing, 1)
    return np.ascontiguousarray(page[: len(page) // 2])


@pytest.fixture
def lines_read(monkeypatch):
    """Counts the lines that the engine is given to read."""
    counted = []
    read = recogniser.Regions.read
    monkeypatch.setattr(recogniser.Regions, "read", lambda self: counted.append(len(self.cuts)) or read(self))
    return counted


def figures(picture):
    page = ocr.read_picture(picture, 1, 595.0, 842.0)
    lines = [*page.page.lines, *(line for table in page.tables for cell in table.cells for line in cell.lines)]
    return page.page.rotation, sorted(re.findall(r"\d[\d,.]*", " ".join(line.text for line in lines)))


def test_a_page_on_its_side_is_read_once_and_says_the_same(picture, lines_read):
    turn, upright = figures(picture)
    whole = sum(lines_read)
    assert turn == 0
    assert len(upright) > 5
    for quarters, turn in ((1, 90), (3, 270)):
        lines_read.clear()
        assert figures(np.ascontiguousarray(np.rot90(picture, quarters))) == (turn, upright)
        assert sum(lines_read) <= whole + 2 * 6


def test_a_blank_page_is_not_searched_and_a_photograph_hardly_read(lines_read):
    assert figures(np.full((1400, 1000, 3), 250, dtype=np.uint8)) == (0, [])
    assert lines_read == []
    rows, columns = np.mgrid[:1400, :1000]
    photograph = np.stack([rows % 251, columns % 241, (rows + columns) % 239], axis=2).astype(np.uint8)
    assert figures(photograph)[1] == []
    assert sum(lines_read) < 20
