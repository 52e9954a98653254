"""All stages on the demo site: what comes out, a second run, and runs that are killed anywhere."""

import hashlib
import random
from contextlib import closing
from pathlib import Path

import duckdb
import pytest
from jixiao.model import JixiaoError
from jixiao.pipeline import fiscal_year_of, run_year, summary_lines

from tests.faults.stages import Server
from tests.reading import place_scan

YEARS = (2021, 2023)


def fingerprint(root: Path) -> dict[str, str]:
    """Hash every published Parquet file of the current version."""
    folder = (root / "current").resolve()
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*.parquet"))
    }


def test_a_year_from_site_to_mart_and_again(demo_run, tmp_path, capsys):
    for year in YEARS:
        run_year(year)
    root = tmp_path / "var" / "published"
    with duckdb.connect(str(root / "current" / "marts.duckdb"), read_only=True) as connection:
        rows = connection.execute(
            "SELECT organization, fiscal_year, total_score, finding_count FROM mart.department_year ORDER BY ALL"
        ).fetchall()
        missing = connection.execute(
            "SELECT fiscal_year, departments_expected, departments_published, departments_missing FROM mart.coverage"
            " ORDER BY fiscal_year"
        ).fetchall()
        placed = connection.execute(
            "SELECT count(*), count(*) FILTER (page >= 1 AND box[3] > box[1] AND box[4] > box[2]) FROM mart.amounts "
            "WHERE document_sha256 NOT IN (SELECT document_sha256 FROM mart.department_year WHERE url LIKE '%.docx')"
        ).fetchone()
    assert [(name, year, float(score), count) for name, year, score, count in rows] == [
        ("广州市增城区科学技术协会", 2021, 88.48, 0),
        ("广州市白云区科学技术协会", 2021, 94.28, 2),
        ("广州市荔湾区科学技术协会", 2023, 97.0, 0),
        ("广州市越秀区科学技术协会", 2023, 99.0, 4),
        ("韶关市科学技术协会", 2023, 98.81, 5),
    ]
    assert missing == [
        (2021, 5, 2, ["广州市荔湾区科学技术协会", "广州市越秀区科学技术协会", "韶关市科学技术协会"]),
        (2023, 6, 3, ["广州市增城区科学技术协会", "广州市海珠区科学技术协会", "广州市白云区科学技术协会"]),
    ], "海珠 is on the roster from 2023 on, and published nothing"
    assert placed[0] == placed[1] > 0
    files, before = demo_run.file_count, fingerprint(root)
    version = (root / "current").resolve()
    judged = (tmp_path / "var" / "validation" / "history.jsonl").read_text("utf-8")
    for year in YEARS:
        capsys.readouterr()
        run_year(year)
        assert "the gate has passed these facts, and nothing was changed since" in capsys.readouterr().out
    assert (tmp_path / "var" / "validation" / "history.jsonl").read_text("utf-8") == judged
    run_year(year)
    assert "nothing is new: what is loaded stands" in capsys.readouterr().out, "no other year was loaded between"
    assert demo_run.file_count == files, "every file is only asked whether it changed"
    assert fingerprint(root) == before
    assert (root / "current").resolve() == version, "nothing changed, so no new version"
    said = "\n".join(summary_lines())
    assert "fiscal year 2023: discovered 4, archived 3, extracted 3, quarantined 1" in said
    assert "the site sent an HTML page in place of the file" in said


def test_killed_anywhere_and_run_again_gives_the_same_marts(demo_run, tmp_path):
    def run(var: Path, seconds: float = 1200.0) -> tuple[str, float]:
        place_scan(var / "extractions")  # else most kills would fall into its OCR
        return server.run("year", var, tmp_path, seconds)

    with closing(Server()) as server:
        how, length = run(tmp_path / "whole")
        assert how == "done"
        expected = fingerprint(tmp_path / "whole" / "published")
        assert expected
        moments = random.Random(20211121)
        broken = tmp_path / "broken"
        for _ in range(2):  # each stage is killed more often by tests/faults
            assert run(broken, moments.uniform(0.1, 0.9) * length)[0] in ("killed", "done")
        assert run(broken)[0] == "done"
    assert fingerprint(broken / "published") == expected


def test_the_year_of_a_run():
    assert fiscal_year_of("2023", None) == 2023
    assert fiscal_year_of(None, 2021) == 2021
    with pytest.raises(JixiaoError, match="give the fiscal year"):
        fiscal_year_of(None, None)
