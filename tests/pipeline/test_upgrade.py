"""An upgrade of the code reads the archive anew: tried with a real older commit, where one is named.

    JIXIAO_UPGRADE_FROM=58d4988 pytest tests/pipeline/test_upgrade.py     (some minutes; needs the project's history)

`test_version.py` and `test_reprocess.py` hold the parts of it in every run of the tests.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from jixiao import EXTRACTOR_VERSION

HOME = Path(__file__).resolve().parents[2]
COMMIT = os.environ.get("JIXIAO_UPGRADE_FROM", "")
pytestmark = [
    pytest.mark.skipif(not COMMIT, reason="JIXIAO_UPGRADE_FROM names no older commit"),
]


def ingested(home: Path, var: Path) -> None:
    """Run all stages on the demo site with the code of a folder."""
    cli = (home / "plugins" / "jixiao" / "cli.py").read_text("utf-8")
    command = "ingest" if '"ingest"' in cli else "run"
    environment = {**os.environ, "PYTHONPATH": str(home / "plugins"), "JIXIAO_HOME": str(home), "JIXIAO_VAR": str(var)}
    done = subprocess.run(
        [sys.executable, "-m", "jixiao.cli", command, "2021", "2023"],
        cwd=home, env=environment, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"


def marts(var: Path) -> dict[str, str]:
    folder = (var / "published" / "current").resolve()
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*.parquet"))
    }


def versions(var: Path) -> set[str]:
    with duckdb.connect(str(var / "warehouse" / "jixiao.duckdb"), read_only=True) as connection:
        return {row[0] for row in connection.execute("SELECT DISTINCT extractor_version FROM core.amounts").fetchall()}


def originals(var: Path) -> set[str]:
    return {path.name for path in (var / "archive" / "objects").rglob("*") if path.is_file()}


def test_the_code_of_today_on_the_archive_of_an_older_commit_gives_the_marts_of_a_new_archive(demo_run, tmp_path):
    old = tmp_path / "old"
    old.mkdir()
    tree = subprocess.run(["git", "archive", COMMIT], cwd=HOME, check=True, capture_output=True).stdout
    subprocess.run(["tar", "-x", "-C", str(old)], input=tree, check=True)
    kept, new = tmp_path / "kept", tmp_path / "new"
    ingested(old, kept)
    assert versions(kept)
    assert EXTRACTOR_VERSION not in versions(kept)
    archived, files, before = originals(kept), demo_run.file_count, marts(kept)
    ingested(HOME, kept)
    assert versions(kept) == {EXTRACTOR_VERSION}, "everything that was archived is read anew"
    assert originals(kept) == archived
    assert demo_run.file_count == files, "nothing is fetched again"
    ingested(HOME, new)
    assert marts(kept) == marts(new) != before
