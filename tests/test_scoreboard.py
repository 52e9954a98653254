"""The scoreboard on the real reports, and the command's manners on broken ones."""

import json
import shlex
import subprocess
import sys

import pypdfium2 as pdfium
import pytest
from jixiao.check import check_extraction
from jixiao.extract.contract import to_contract

from tests.reading import extract_once

COMMAND = [sys.executable, "-m", "jixiao.cli", "extract"]


def test_the_real_reports_score_as_promised(shared, tmp_path):
    for path in sorted((shared / "reports").glob("*.*")):  # read once a run, as other tests ask of them too
        extraction = extract_once(path)
        answer = to_contract(extraction, check_extraction(extraction))
        (tmp_path / f"{path.name}.json").write_text(json.dumps(answer), "utf-8")
    command = shlex.join(["sh", "-c", 'cat "$0/$(basename "$1").json"', str(tmp_path), "{}"])
    done = subprocess.run(
        [sys.executable, shared / "tools" / "score.py", "--json", "--command", command, "--timeout", "240"],
        capture_output=True,
        check=False,
    )
    summary = json.loads(done.stdout)["summary"]
    assert summary["failures"] == 0
    assert summary["fields"] == [42, 42]
    assert summary["evidence"][0] == summary["evidence"][1]
    for kind, least in {"amounts": 0.98, "scores": 0.98, "ratios": 0.95, "deductions": 0.95}.items():
        assert summary[kind]["f1"] >= least, kind


@pytest.mark.parametrize("name", ["empty", "encrypted", "html-error-page", "truncated"])
def test_a_broken_file_gets_one_line_and_exit_2(shared, name):
    path = shared / "reports" / "broken" / f"{name}.pdf"
    done = subprocess.run([*COMMAND, path, "--json"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1
    assert path.name in done.stderr


def test_a_text_layer_that_is_nonsense_is_read_by_ocr(shared, tmp_path):
    """The glyphs of this file are sound and only its Unicode map is wrong, so a person, and OCR, can read it."""
    whole = pdfium.PdfDocument(shared / "reports" / "broken" / "no-tounicode.pdf")
    first = pdfium.PdfDocument.new()
    first.import_pages(whole, [0, 3])  # its title and its total score: recognition takes seconds a page
    path = tmp_path / "no-tounicode.pdf"
    first.save(path)
    done = subprocess.run([*COMMAND, path, "--json"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["document"]["text_source"] in ("ocr", "mixed")
    assert answer["report"]["total_score"] == "98.81"
    assert answer["report"]["fiscal_year"] == 2023


def test_a_missing_file_is_named():
    done = subprocess.run([*COMMAND, "no-such-file.pdf"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "no-such-file.pdf: no such file" in done.stderr.lower()
