"""What a scanned page costs: lines are read, a page on its side no more than once, a blank one not at all.

And whatever the models run on, the digits are the same: tried on half a page, with `JIXIAO_RECOGNISE=1` on all scans of
the blind sets and of ../shared (minutes).
"""

import re
from pathlib import Path

import numpy as np
import pytest
from jixiao.read import ocr, read_document, recogniser
from jixiao.read.drawing import Drawing

from tests.conftest import HOME, SHARED
from tests.recognised import ALL_ANEW

SCAN = Path(__file__).resolve().parents[2] / "demo" / "samples" / "files" / "zengcheng-2021.pdf"
SCANS = [
    HOME / "tests" / "blind" / f"{name}.pdf"
    for name in (
        "fifth/reports/dehua-2021",
        "fifth/reports/deqing-2019",
        "fifth/reports/qitai-2022",
        "first/reports/mixed-scan",
        "first/reports/sideways-scan",
        "fourth/reports/suiyang-disabled-2021",
        "fourth/reports/xinxing-2021",
        "sixth/reports/tengchong-2018",
    )
]


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


@pytest.fixture(scope="module")
def runtimes():
    pytest.importorskip("openvino", reason="OpenVINO is not installed: only onnxruntime reads scans here")
    return [recogniser.Engine(name) for name in ("onnxruntime", "openvino")]


def test_the_digits_are_the_same_whatever_the_models_run_on(picture, runtimes, monkeypatch):
    said = []
    for engine in runtimes:
        monkeypatch.setattr(recogniser, "engine", lambda engine=engine: engine)
        said.append(figures(picture))
    assert said[0] == said[1]
    assert len(said[0][1]) > 5


@pytest.mark.skipif(not ALL_ANEW, reason="all scans are recognised twice with JIXIAO_RECOGNISE=1 only (minutes)")
@pytest.mark.parametrize("path", [*SCANS, SHARED / "reports" / "zengcheng-2021.pdf"], ids=lambda path: path.stem)
def test_the_digits_of_all_scans_are_the_same(path, runtimes, monkeypatch):
    if not path.exists():
        pytest.skip("../shared is not beside the project: its scan cannot be read")
    said = []
    for engine in runtimes:
        monkeypatch.setattr(recogniser, "engine", lambda engine=engine: engine)
        document = read_document(path)
        lines = [line for page in document.pages for line in page.lines]
        lines += [line for table in document.tables for cell in table.cells for line in cell.lines]
        said.append(sorted(re.findall(r"\d[\d,.]*", " ".join(line.text for line in lines))))
    assert said[0] == said[1]
