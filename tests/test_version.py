"""The extractor's version follows from its content: the same on every machine, another one after any change."""

import compileall
import os
import shutil

import jixiao
import pytest
from jixiao.version import digest_of

PARTS = ("model.py", "data", "read")


@pytest.fixture
def home(tmp_path):
    for name, text in {"model.py": "a = 1\n", "data/rows.csv": "x,y\n", "read/pdf.py": "b = 2\n"}.items():
        path = tmp_path / "one" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return tmp_path / "one"


def test_compiled_files_times_places_and_line_ends_do_not_count(home, tmp_path):
    before = digest_of(home, PARTS)
    compileall.compile_dir(home, quiet=1)
    (home / "read" / ".hidden.py").mkdir()
    (home / "read" / "notes.tmp").write_text("x")
    os.utime(home / "model.py", (0, 0))
    other = tmp_path / "another clone"
    shutil.copytree(home, other)
    (other / "data" / "rows.csv").write_bytes(b"x,y\r\n")
    assert digest_of(home, PARTS) == digest_of(other, PARTS) == before


@pytest.mark.parametrize("change", ["code", "data", "new file", "new name", "library"])
def test_what_decides_the_reading_does(home, change):
    before = digest_of(home, PARTS, ("lxml==6",))
    if change == "code":
        (home / "read" / "pdf.py").write_text("b = 3\n")
    elif change == "data":
        (home / "data" / "rows.csv").write_text("x,z\n")
    elif change == "new file":
        (home / "read" / "ocr.py").write_text("")
    elif change == "new name":
        (home / "read" / "pdf.py").rename(home / "read" / "pdg.py")
    assert digest_of(home, PARTS, ("lxml==7" if change == "library" else "lxml==6",)) != before


def test_it_is_a_short_word_and_the_same_each_time():
    assert jixiao.EXTRACTOR_VERSION == jixiao.EXTRACTOR_VERSION
    assert len(jixiao.EXTRACTOR_VERSION) == 16
