"""`make bench DBT=VENV`: all marts by our own build and by dbt-duckdb, on the same warehouse, with the same queries.

VENV is an environment that has dbt-duckdb (`pip install dbt-core dbt-duckdb duckdb==1.5.5`; it is none of ours, as it
pins what Airflow needs otherwise). dbt is told not to send what it does to anybody. CPU seconds of a process each,
two threads each; dbt's start is in its figure, and told apart.
"""

import contextlib
import io
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench_changed import arrange, put_run

PROJECT = {"name": "marts", "version": "1.0.0", "profile": "marts", "flags": {"send_anonymous_usage_stats": False}}
_MART = re.compile(r"\b(FROM|JOIN)\s+mart\.(\w+)", re.IGNORECASE)


def project_of(folder: Path, warehouse: Path) -> Path:
    """Write a dbt project whose models are our marts' queries."""
    from jixiao.warehouse.marts import build_order, query_of

    models = folder / "models"
    models.mkdir(parents=True)
    said = {**PROJECT, "models": {"marts": {"+materialized": "table", "+schema": "by_dbt"}}}
    (folder / "dbt_project.yml").write_text(json.dumps(said))
    output = {"type": "duckdb", "path": str(warehouse), "schema": "main", "threads": 2}
    (folder / "profiles.yml").write_text(json.dumps({"marts": {"target": "bench", "outputs": {"bench": output}}}))
    for mart in build_order():
        query = _MART.sub(r"\1 {{ ref('\2') }}", query_of(mart).replace("{ '", "{'"))
        (models / f"{mart.name}.sql").write_text(query)
    return folder


def cpu_of(*words: str | Path, cwd: Path | None = None) -> float:
    """Return the processor time of a process and its children; what it said is shown if it fails."""
    quiet = {"DO_NOT_TRACK": "1", "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(words, cwd=cwd, env=os.environ | quiet, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{words[0]} failed:\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def ours() -> float:
    """Return the processor time in which all marts are built anew; the imports are not in it."""
    from jixiao.settings import Settings
    from jixiao.warehouse.marts import build_marts
    from jixiao.warehouse.store import open_warehouse

    with open_warehouse(Settings.load().warehouse) as engine:
        began = time.process_time()
        build_marts(engine, whole=True)
        return time.process_time() - began


def measure(dbt: Path, count: int, place: Path) -> tuple[float, float, float]:
    """Return what our build takes, dbt's start alone, and dbt's build."""
    from jixiao.pipeline import load_run
    from jixiao.settings import Settings

    os.environ["JIXIAO_VAR"] = str(place / f"var-{count}")
    run = put_run("first", arrange(range(count)))
    with contextlib.redirect_stdout(io.StringIO()):
        load_run(run)
    warehouse = Path(Settings.load().warehouse)
    copied = place / f"dbt-{count}.duckdb"
    shutil.copyfile(warehouse, copied)
    ours = [sys.executable, __file__, "--ours"]
    env = {**os.environ, "JIXIAO_THREADS": "2"}
    said = subprocess.run(ours, env=env, stdout=subprocess.PIPE, check=True, text=True).stdout
    folder = project_of(place / f"dbt-{count}", copied)
    shared = ("--profiles-dir", str(folder), "--project-dir", str(folder))
    return float(said), cpu_of(dbt, "parse", *shared, cwd=folder), cpu_of(dbt, "run", *shared, cwd=folder)


def main(dbt: Path, sizes: list[int]) -> None:
    """Print the table."""
    print("all marts built anew, CPU s: ours, dbt-duckdb (its start), times")
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="jixiao-bench-") as folder:
            mine, start, theirs = measure(dbt, size, Path(folder))
        print(f"  {size:>9,} reports {mine:8.1f} {theirs:8.1f} ({start:.1f}) {theirs / mine:6.2f}", flush=True)


if __name__ == "__main__":
    if sys.argv[1:] == ["--ours"]:
        with contextlib.redirect_stdout(io.StringIO()):
            answer = ours()
        print(answer)
    else:
        main(Path(sys.argv[1]).absolute() / "bin" / "dbt", [int(word) for word in sys.argv[2:]] or [1_000, 10_000])
