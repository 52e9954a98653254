"""One damaged file costs itself: it is named, made anew or left out, and everything else goes on."""

import json
from dataclasses import asdict
from pathlib import Path

import pytest
from jixiao.archive import Archive
from jixiao.model import JixiaoError
from jixiao.pipeline import (
    apply_corrections,
    archive_source,
    discover_source,
    extract_batch,
    extraction_path,
    hold_failures,
    load_run,
    open_run,
    plan_batches,
    retry,
    sources_of,
    summary_lines,
)
from jixiao.pipeline.extracting import extracted_documents, read_extraction, write_batches
from jixiao.pipeline.rebuilding import keep_beside
from jixiao.pipeline.records import sound_accounts
from jixiao.pipeline.staging import read_sound, runs_of, taken, write
from jixiao.settings import Settings
from jixiao.warehouse import QuarantineEntry, load, open_warehouse
from jixiao.warehouse.quarantine import listed, restore

from tests.archive.test_fixity import alter, kept

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


def damage(path, how):
    """Cut a file off, or put a folder in its place."""
    path = Path(str(path))
    if how == "a folder":
        path.unlink()
        path.mkdir()
    else:
        path.write_bytes(path.read_bytes()[:60])


@pytest.mark.parametrize("how", ["cut off", "a folder"])
def test_a_damaged_list_of_candidates_is_walked_again(demo_run, how, capsys):
    run = open_run(2023, "r")
    [source] = sources_of(run)
    candidates = discover_source(run, source)
    before = len(taken(candidates))
    damage(candidates, how)
    with pytest.raises(JixiaoError, match=r"candidates\.jsonl"):
        taken(candidates)
    said = json.loads(Path(str(archive_source(run, source, candidates))).read_text())
    assert (len(said["sightings"]), len(taken(candidates))) == (3, before)
    assert "candidates.jsonl: " in capsys.readouterr().out


@pytest.mark.parametrize("how", ["cut off", "a folder"])
def test_a_damaged_batch_is_taken_from_the_plan(batch, tmp_path, how, capsys):
    _, documents = batch
    first, second = write_batches(tmp_path / "run", documents, 1)
    damage(second, how)
    for path, wanted in ((first, documents[:1]), (second, documents[1:])):
        assert json.loads(Path(str(extract_batch(path))).read_text())["documents"] == wanted
    assert "00001.json: damaged" in capsys.readouterr().out


def test_a_damaged_record_of_an_older_run_stops_no_new_one(demo_run, capsys):
    old = open_run(2023, "old")
    damage(old / "run.json", "cut off")
    new = open_run(2023, "new")
    assert plan_batches(new, 10) == []
    assert [path.name for path in runs_of(2023)] == ["new", "old"]
    assert summary_lines([2023])[0] == "fiscal year 2023: never run"
    assert "run.json: damaged" in capsys.readouterr().out


def test_a_retry_that_fails_leaves_what_was_read_before(batch, kept):
    """The old extraction was removed before there was a new one."""
    _, (first, _) = batch
    entry = QuarantineEntry(first, "extract", None, 2023, "the document names no department")
    with open_warehouse(Settings.load().warehouse_path) as engine:
        load(engine, [], [entry])
    whole = extraction_path(first).read_bytes()
    alter(Path(Settings.load().archive_url) / "objects" / first[:2] / first, b"Content", b"content")
    assert "still not read" in retry(first)
    assert extraction_path(first).read_bytes() == whole
    assert not extraction_path(first).with_name(f"{first}.error.json").exists()


def test_a_damaged_file_of_corrections_stops_no_publication(batch, tmp_path, monkeypatch, capsys):
    """`build_marts` failed for everybody at its first task."""
    folder = tmp_path / "corrections"
    folder.mkdir()
    (folder / "demo.yaml").write_bytes(b"- document_sha256: \xff")
    (folder / "liwan.yaml").mkdir()
    monkeypatch.setenv("JIXIAO_CORRECTIONS", str(folder))
    apply_corrections()
    said = capsys.readouterr().out
    assert "demo.yaml: line 1: not UTF-8: its corrections stay as they were" in said
    assert "liwan.yaml: Is a directory: its corrections stay as they were" in said


def test_an_extraction_of_another_document_is_made_anew(batch, capsys):
    """The other document was loaded twice, and this one was lost without a word."""
    path, (first, second) = batch
    mine, other = Path(str(extraction_path(first))), Path(str(extraction_path(second)))
    whole = mine.read_text()
    mine.write_bytes(other.read_bytes())
    assert read_extraction(first).document.sha256 == first
    assert f"it is of {second}" in capsys.readouterr().out
    mine.write_bytes(other.read_bytes())
    extract_batch(path)
    assert mine.read_text() == whole


def test_a_run_by_a_clock_that_was_set_back_keeps_its_folder(monkeypatch, tmp_path):
    """Ten runs of "tomorrow" made today's the oldest, and it was removed while it began."""
    monkeypatch.setenv("JIXIAO_VAR", str(tmp_path))
    for number in range(12):
        run = open_run(2023, f"r{number}")
        said = json.loads((run / "run.json").read_text())
        (run / "run.json").write_text(json.dumps({**said, "began_at": f"2099-01-{number + 1:02}T00:00:00+00:00"}))
    today = open_run(2023, "today")
    assert (today / "run.json").exists()
    assert len(runs_of(2023)) == 11, "ten others"


def test_what_a_rebuild_takes_from_a_damaged_record_is_left_out(tmp_path):
    good = {
        "source_id": "a",
        "year": 2023,
        "failures": [{"url": "u", "fiscal_year": 2023, "reason": "r"}],
        "coverage": [],
    }
    bad = [
        {**good, "failures": [{"url": 5, "fiscal_year": 2023, "reason": "r"}]},
        {**good, "failures": [{"url": "u", "fiscal_year": 10**30, "reason": "r"}]},
        {**good, "coverage": [{"source_id": "a", "fiscal_year": "x"}]},
        {**good, "coverage": 5},
        {"source_id": "a"},
    ]
    sound, lines = sound_accounts([good, *bad])
    assert (sound, len(lines)) == ([good], 5)
    with open_warehouse(tmp_path / "w.duckdb") as engine:
        entry = {"item_id": "a", "stage": "read", "reason": "r", "state": "resolved", "note": "n", "resolved_at": None}
        problems = restore(engine, [{**entry, "resolved_at": "never"}, {}, "x", {**entry, "fiscal_year": "x"}, entry])
        assert len(problems) == 4
        assert [row["item_id"] for row in listed(engine)] == ["a"]


def test_a_rebuild_leaves_the_warehouse_its_name_until_the_new_one_takes_it(tmp_path):
    """A kill between two renames left none, and the next run began an empty one."""
    old, before = tmp_path / "w.duckdb", tmp_path / "w.before-rebuild.duckdb"
    old.write_bytes(b"old")
    before.write_bytes(b"older")
    (tmp_path / "w.duckdb.wal").write_bytes(b"log")
    keep_beside(old, before)
    assert (old.read_bytes(), before.read_bytes()) == (b"old", b"old")
    assert (tmp_path / "w.before-rebuild.duckdb.wal").read_bytes() == b"log"
    assert not (tmp_path / "w.duckdb.wal").exists(), "it is of the old one"


def test_no_field_of_what_a_source_archived_stops_the_others(kept, capsys):
    """A day that was none, or a name that was a number, ended the run of every source."""
    first, second = kept("a.pdf", b"%PDF-1.4 100")[0], kept("b.pdf", b"%PDF-1.4 200")[0]
    archive = Path(Settings.load().archive_url)
    seen = [asdict(one) for one in Archive(str(archive)).sightings()]
    spoilt = [{**seen[0], name: value} for name in seen[0] for value in (5.5, [None], {"a": 1}, 10**30)]
    run = open_run(2023, "r")
    failure = {"url": "u", "fiscal_year": 2023, "reason": "gone"}
    said = {
        "source_id": "demo",
        "sightings": [*seen, *spoilt, None, {}],
        "failures": [failure, {**failure, "fiscal_year": "x"}, 5],
        "coverage": [{"source_id": "demo", "fiscal_year": 10**30}, 5],
    }
    write(run / "sources" / "demo" / "archived.json", said)
    [batch] = plan_batches(run, 10)
    assert json.loads(batch.read_text())["documents"] == sorted({first, second})
    next((archive / "sightings").rglob(f"{first}.json")).write_text("{")
    loaded = load_run(run)
    told = capsys.readouterr().out
    assert "problem: the archive's sightings/" in told
    assert "sightings: number 3: damaged" in told
    assert "failures: number 2: damaged: fiscal year 'x': left out" in told
    hold_failures(loaded)
    with open_warehouse(Settings.load().warehouse_path) as engine, engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT document_sha256 FROM core.sightings ORDER BY ALL").fetchall()
    assert [sha256 for (sha256,) in rows] == sorted({first, second})
    loaded.write_text('{"shares": 5}')
    with pytest.raises(JixiaoError, match="load the run again"):
        hold_failures(loaded)
