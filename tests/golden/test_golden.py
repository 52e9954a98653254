"""Golden extractions of the sample reports, reviewed by eye (`jixiao show`).

JIXIAO_GOLDEN=write regenerates them, and the tests fail while it is set: someone must look at the difference.
"""

import json
import os
from pathlib import Path

import pytest
from jixiao.check import check_extraction
from jixiao.extract.contract import to_contract

from tests.reading import extract_once

HERE = Path(__file__).parent
FILES = sorted((HERE.parents[1] / "demo" / "samples" / "files").glob("*-20*"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_golden(path):
    extraction = extract_once(path)
    answer = to_contract(extraction, check_extraction(extraction))
    if answer["document"]["text_source"] == "ocr":  # where OCR sees a line differs by a pixel between processors
        for kind in ("amounts", "scores", "ratios", "deductions", "findings", "doubts"):
            for row in answer[kind]:
                row.pop("evidence")
    text = json.dumps(answer, ensure_ascii=False, indent=1) + "\n"
    golden = HERE / f"{path.name}.json"
    if os.environ.get("JIXIAO_GOLDEN") == "write" or not golden.exists():
        golden.write_text(text, "utf-8")
        pytest.fail(f"{golden.name} was written: look at it, then run again without JIXIAO_GOLDEN")
    assert text == golden.read_text("utf-8")
