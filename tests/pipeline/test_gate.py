"""A gate that fails leaves yesterday's marts, and says in words which expectation failed on which rows."""

import hashlib
import json
from pathlib import Path

import duckdb
import pytest
from jixiao.cli import main
from jixiao.model import DocumentInfo, Extraction, JixiaoError, Report
from jixiao.pipeline import build_marts, publish_marts, validate_warehouse
from jixiao.settings import Settings
from jixiao.warehouse import load, open_warehouse
from jixiao.warehouse.validate import told_runs

from tests.warehouses import empty_warehouse


def _load(organization: str, sha256: str = "a" * 64, year: int = 2023) -> None:
    report = Report(organization, "440100", year, "narrative", None, None, None)
    path = Settings.load().warehouse_path
    with open_warehouse(path if path.exists() else empty_warehouse(path)) as engine:
        load(engine, [Extraction("1", DocumentInfo(sha256, "application/pdf", 1, "text"), report)])


def _files(folder: Path) -> dict[str, str]:
    return {str(p): hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.rglob("*") if p.is_file()}


def test_a_failed_gate_stops_before_the_marts(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("JIXIAO_VAR", str(tmp_path))
    _load("广州市科学技术协会")
    validate_warehouse()
    folder = publish_marts(build_marts()).folder
    assert (folder / "data_docs" / "index.html").exists()
    before = _files(tmp_path / "published")

    _load("广州市教育局")
    with duckdb.connect(str(Settings.load().warehouse_path)) as connection:
        connection.execute("UPDATE core.reports SET fiscal_year = 1066")
    with pytest.raises(JixiaoError) as told:
        validate_warehouse()
    assert str(told.value) == (
        "the gate failed, the published marts stay as they are: core.reports: expected that a fiscal year lies between "
        "2000 and 2100; 1 row differs: document_sha256=aaaaaaaaaaaa, fiscal_year=1066"
    )
    assert _files(tmp_path / "published") == before

    with duckdb.connect(str(Settings.load().warehouse_path)) as connection:
        connection.execute("UPDATE core.reports SET fiscal_year = 2023")
    validate_warehouse()
    capsys.readouterr()
    assert main(["gate"]) == 0
    said = [line.split("  ", 1)[1] if line[0] != " " else line.strip() for line in capsys.readouterr().out.splitlines()]
    assert [line.split("  ")[0] for line in said if "expectations" in line] == ["passed", "FAILED", "passed"]
    assert any(line.startswith("new: core.reports: expected that a fiscal year") for line in said)
    assert "met again: core.reports: a fiscal year lies between 2000 and 2100" in said


def test_what_another_run_loads_after_the_gate_is_judged_before_it_is_built(tmp_path, monkeypatch, capsys):
    """Runs of several years share the warehouse: one may load between the gate and the marts of the other."""
    monkeypatch.setenv("JIXIAO_VAR", str(tmp_path))
    assert main(["gate"]) == 0
    assert capsys.readouterr().out == "the gate has not run yet\n"
    _load("广州市科学技术协会")
    validate_warehouse()
    publish_marts(build_marts())
    before = _files(tmp_path / "published")

    _load("广州市教育局", "b" * 64)
    validate_warehouse()
    _load("广州市民政局", "c" * 64)  # the other run; what it loads breaks the whole
    with duckdb.connect(str(Settings.load().warehouse_path)) as connection:
        connection.execute("UPDATE core.reports SET fiscal_year = 1066 WHERE organization = '广州市民政局'")
    with pytest.raises(JixiaoError, match=r"the gate failed.*fiscal_year=1066"):
        build_marts()
    assert main(["publish"]) == 0  # what was built last, with the outcome that belongs to it
    assert _files(tmp_path / "published") == before

    _load("广州市民政局", "c" * 64, year=2022)
    folder = publish_marts(build_marts()).folder
    with duckdb.connect(str(folder / "marts.duckdb"), read_only=True) as connection:
        assert connection.execute("SELECT count(*) FROM mart.department_year").fetchone() == (3,)


def test_a_run_of_the_gate_that_was_killed_while_it_was_noted_is_a_line_of_the_history(tmp_path, monkeypatch, capsys):
    """Half a line of the history stopped `jixiao gate` for good, and swallowed the next run."""
    monkeypatch.setenv("JIXIAO_VAR", str(tmp_path))
    _load("广州市科学技术协会")
    (tmp_path / "validation").mkdir()
    (tmp_path / "validation" / "history.jsonl").write_text('{"at": "2026-')
    validate_warehouse()
    assert main(["gate"]) == 0
    said = capsys.readouterr().out
    assert "history.jsonl: line 1: damaged" in said
    assert said.count("  passed") == 1


def test_the_gate_looks_again_at_what_was_changed_by_whatever_way_and_at_nothing_else(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("JIXIAO_VAR", str(tmp_path))
    _load("广州市科学技术协会")
    latest = validate_warehouse()
    history, stands = tmp_path / "validation" / "history.jsonl", "the gate has passed these facts"
    judged = history.read_text("utf-8")
    _load("广州市科学技术协会")  # the same again
    assert validate_warehouse() == latest
    assert history.read_text("utf-8") == judged
    assert stands in capsys.readouterr().out
    build_marts()  # takes the gate's word without asking it again
    assert history.read_text("utf-8") == judged
    assert "nothing is built" not in capsys.readouterr().out
    build_marts()
    assert "nothing is built" in capsys.readouterr().out

    with duckdb.connect(str(Settings.load().warehouse_path)) as connection:  # by hand: no load tells of it
        connection.execute("UPDATE core.reports SET fiscal_year = 1066")
    for _ in range(2):
        with pytest.raises(JixiaoError, match=r"the gate failed.*fiscal_year=1066"):
            validate_warehouse()
    with duckdb.connect(str(Settings.load().warehouse_path)) as connection:
        connection.execute("UPDATE core.reports SET fiscal_year = 2023")
    validate_warehouse()
    assert stands not in capsys.readouterr().out, "its Data Docs were those of other facts"
    assert len(history.read_text("utf-8").splitlines()) == 4
    with duckdb.connect(str(Settings.load().warehouse_path)) as connection:
        connection.execute("UPDATE core.reports SET organization = '广州市教育局'")
    build_marts()
    assert "nothing is built" not in capsys.readouterr().out


def test_marts_that_anybody_else_changed_are_published_anew(tmp_path, monkeypatch):
    """What is published is not looked at again while nobody has written: a change by hand is no less seen for that."""
    monkeypatch.setenv("JIXIAO_VAR", str(tmp_path))
    _load("广州市科学技术协会")
    validate_warehouse()
    assert publish_marts(build_marts()).version == 1
    for _ in range(2):
        assert publish_marts(build_marts()).version == 1
    warehouse = Settings.load().warehouse_path
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("UPDATE mart.department_year SET organization = '广州市教育局'")
    validate_warehouse()  # the facts stand, and what is noted of the file is noted anew
    published = publish_marts(build_marts())
    with duckdb.connect(str(published.folder / "marts.duckdb"), read_only=True) as connection:
        assert connection.execute("SELECT organization FROM mart.department_year").fetchall() == [("广州市教育局",)]
    (published.folder / "marts.duckdb").write_bytes(b"damaged")
    assert publish_marts(build_marts()).version == 3


@pytest.mark.parametrize(
    "line", [b"\xff\xfe", b"[]", b"5", b'{"results": "r.json"}', b'{"results": "s.json", "success": true}']
)
def test_a_damaged_line_of_the_history_costs_itself(tmp_path, line):
    """One that was not UTF-8 ended `jixiao gate` in a traceback."""
    sound = {"fatal_failures": [], "warnings": [], "rows": {}, "evaluated": 7}
    (tmp_path / "r.json").write_text(json.dumps(sound))
    (tmp_path / "s.json").write_text('{"rows": []}')
    good = b'{"at": "2026-01-01", "success": true, "results": "r.json"}'
    (tmp_path / "history.jsonl").write_bytes(b"\n".join([good, line, good]))
    first, damaged, last = told_runs(tmp_path / "history.jsonl", tmp_path)
    assert first == last == "2026-01-01  passed  7 expectations, 0 reports"
    assert damaged.startswith("history.jsonl: line 2: damaged: ")
