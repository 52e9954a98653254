"""One damaged file costs itself: it is named, made anew or left out, and everything else goes on."""

import json
from pathlib import Path

import pytest
from jixiao.pipeline import extract_batch, extraction_path
from jixiao.pipeline.extracting import extracted_documents, read_extraction
from jixiao.pipeline.staging import read_sound

from tests.archive.test_fixity import kept

__all__ = ["kept"]


@pytest.fixture
def batch(kept, tmp_path):
    """Return a batch of two documents that were extracted."""
    from tests.read.test_limits import sound_docx, sound_xlsx

    documents = [kept("a.docx", sound_docx())[0], kept("b.xlsx", sound_xlsx())[0]]
    path = tmp_path / "00000.json"
    path.write_text(json.dumps({"documents": documents}))
    extract_batch(path)
    return path, documents


@pytest.mark.parametrize("damage", ["cut off", "a folder"])
def test_a_damaged_extraction_is_made_anew(batch, damage, capsys):
    path, (first, _) = batch
    broken = Path(str(extraction_path(first)))
    whole = broken.read_text()
    broken.unlink()
    if damage == "a folder":
        broken.mkdir()
    else:
        broken.write_text(whole[:100])
    assert read_extraction(first).document.sha256 == first
    assert f"{first}.json: damaged, made anew" in capsys.readouterr().out
    assert broken.read_text() == whole
    broken.write_text("{")
    said = json.loads(Path(str(extract_batch(path))).read_text())
    assert said["errors"] == {}
    assert broken.read_text() == whole


def test_a_damaged_record_of_a_batch_is_made_anew(batch):
    path, _ = batch
    done = path.with_name("00000.done.json")
    whole = json.loads(done.read_text())
    done.write_bytes(b"\xff\xff")
    assert extracted_documents(done) == whole


def test_a_damaged_record_is_named_and_left_out(tmp_path, capsys):
    (tmp_path / "archived.json").write_text('{"sightings": [')
    assert read_sound(tmp_path / "archived.json") is None
    assert "archived.json: damaged" in capsys.readouterr().out
