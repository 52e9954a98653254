"""`make run`, the first thing that a newcomer sees, as it is: SQLite, LocalExecutor, the real DAG, for one year."""

import os
import subprocess
import sys

import pytest

from tests.airflow.running import HOME
from tests.reading import place_scan

pytestmark = pytest.mark.airflow


def test_a_newcomer_gets_published_marts_and_a_summary(tmp_path):
    place_scan(tmp_path / "extractions")
    env = {**os.environ, "PYTHONPATH": str(HOME / "tools"), "JIXIAO_VAR": str(tmp_path)}
    words = [sys.executable, "-m", "local_airflow.run", "2021"]
    done = subprocess.run(words, env=env, capture_output=True, text=True, check=False, timeout=900)
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    assert "fiscal year 2021: publish success" in done.stdout
    assert "fiscal year 2021: discovered 2, archived 2, extracted 2, quarantined 0" in done.stdout
    assert "广州市增城区科学技术协会" in done.stdout
    assert (tmp_path / "published" / "current" / "marts.duckdb").is_file()
