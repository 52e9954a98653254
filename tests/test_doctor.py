"""What an operator asks the installation, and the runs it remembers."""

import json

import duckdb
from jixiao.cli import main
from jixiao.pipeline import run_year
from jixiao.settings import Settings


def test_runs_tell_what_each_found_and_the_doctor_what_to_do_next(demo_run, monkeypatch, capsys):
    monkeypatch.setenv("JIXIAO_CONTACT", "https://example.org/reports")
    for _ in range(2):
        run_year(2023)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith('{"document"')]
    assert len(lines) == 6
    assert all(line["facts"] > 0 and line["seconds"] >= 0 for line in lines)
    assert {line["source"] for line in lines} == {"demo"}
    assert main(["runs", "--json"]) == 0
    [run] = json.loads(capsys.readouterr().out)
    assert (run["fiscal_year"], run["found"], run["new"], run["changed"], run["failed"]) == (2023, 3, 0, 0, 1)
    assert set(run["seconds"]) == {"discover", "archive", "extract", "load"}

    main(["doctor"])
    said = {line[4:26].strip(): line for line in capsys.readouterr().out.splitlines()}
    assert said["source demo"].startswith("ok")
    assert "3 documents" in said["warehouse"]
    assert said["gate"].startswith("ok")
    with duckdb.connect(str(Settings.load().warehouse_path)) as connection:
        connection.execute("UPDATE raw.extractions SET extractor_version = 'older'")
        connection.execute("UPDATE raw.gate SET writes = writes + 1")
    assert main(["doctor"]) == 1
    said = {line[4:26].strip(): line for line in capsys.readouterr().out.splitlines()}
    assert "3 were read by another: jixiao reprocess" in said["extractor"]
    assert said["gate"].startswith("!!")


def test_the_doctor_speaks_before_anything_was_run(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("JIXIAO_VAR", str(tmp_path))
    monkeypatch.delenv("JIXIAO_CONTACT", raising=False)
    assert main(["doctor"]) == 1
    said = capsys.readouterr().out
    assert "JIXIAO_CONTACT is not set: no public site is asked" in said
    assert "not made yet" in said
    assert main(["runs"]) == 2
