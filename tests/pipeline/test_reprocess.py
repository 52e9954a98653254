"""After an upgrade: what the extractor of today reads differently is said value by value before it is loaded."""

import json
import zlib
from pathlib import Path

import duckdb
import pytest
from jixiao import EXTRACTOR_VERSION
from jixiao.cli import main
from jixiao.pipeline import run_year
from jixiao.settings import Settings


@pytest.fixture
def older(demo_run):
    """A warehouse in which an older extractor read 2,686,000 for the 2,686,100 that one report prints."""
    run_year(2021)
    with duckdb.connect(str(Settings.load().warehouse_path)) as connection:
        for sha256, kept in connection.execute("SELECT document_sha256, extraction FROM raw.extractions").fetchall():
            read = zlib.decompress(kept)
            if b"2686100" in read:
                older = zlib.compress(read.replace(b'"yuan":"2686100.00"', b'"yuan":"2686000.00"'))
                connection.execute(
                    "UPDATE raw.extractions SET extractor_version = 'older', extraction = ? WHERE document_sha256 = ?",
                    [older, sha256],
                )
        connection.execute("UPDATE core.amounts SET yuan = 2686000 WHERE yuan = 2686100")
        assert connection.execute("SELECT count(*) FROM core.amounts WHERE yuan = 2686000").fetchone() == (1,)
    return Settings.load()


def _yuan(settings) -> list[tuple[int, str]]:
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as connection:
        return connection.execute(
            "SELECT yuan::BIGINT, extractor_version FROM core.amounts WHERE yuan IN (2686000, 2686100)"
        ).fetchall()


def test_documents_are_chosen_and_a_difference_is_told_before_it_is_loaded(older, capsys):
    for words, count in (
        (["2023"], 0),
        (["2021"], 1),
        (["--organization", "广州市增城区科学技术协会"], 0),
        (["--version", EXTRACTOR_VERSION], 1),
        (["--version", EXTRACTOR_VERSION, "--version", "older"], 2),
    ):
        assert main(["reprocess", *words]) == 0
        assert f"{count} documents," in capsys.readouterr().out, words

    assert main(["reprocess"]) == 0
    said = capsys.readouterr().out
    assert "    changed: amounts 2021/expenditure/final/nature/basic: 2686000.00 -> 2686100.00" in said
    assert "1 documents, 1 differ, 0 not read" in said
    kept = json.loads(Path(said.splitlines()[-1]).read_text("utf-8"))
    assert [found["changed"] != [] for found in kept["differing"].values()] == [True]
    assert _yuan(older)[0][0] == 2686000, "nothing is loaded by itself"

    assert main(["reprocess", "--apply"]) == 0
    assert _yuan(older) == [(2686100, EXTRACTOR_VERSION)]
    capsys.readouterr()
    assert main(["reprocess"]) == 0
    assert "0 documents, 0 differ" in capsys.readouterr().out
