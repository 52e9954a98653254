"""Loading, rules, gate, marts and publishing at scale, on synthetic facts: `make bench REPORTS=1000000`.

Each report has 35 scores, 13 amounts, 3 ratios and 1 change; one in fifty does not add up. Departments report over ten
years, and the last year is loaded on its own, so that building one more year can be held against building all.
"""

import os
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow as pa
import sqlalchemy as sa
from jixiao.check.facts import FACT_TABLES
from jixiao.check.scope import concerned
from jixiao.publish import publish
from jixiao.schema import schemas
from jixiao.warehouse import build_marts, open_warehouse
from jixiao.warehouse.findings import record_findings
from jixiao.warehouse.loading import replace_facts
from jixiao.warehouse.names import record_names
from jixiao.warehouse.store import raw_connection
from jixiao.warehouse.validate import validate

YEARS = range(2014, 2024)
BATCH = 50_000

_REPORTS = """
SELECT
    sha256(n::VARCHAR) AS document_sha256, '市' || d || '局' AS organization,
    (440101 + d % 12)::VARCHAR AS region_code, y AS fiscal_year, 'overall_self_evaluation' AS kind,
    'narrative' AS form,
    95 AS total_score, 1 AS total_score_ulp, 100 AS full_marks, 'application/pdf' AS media_type, 10 AS page_count,
    'text' AS text_source, 1 AS page, '1' AS extractor_version, n, n % 50 = 0 AS is_wrong, d
FROM (SELECT n, n // 10 AS d, (2014 + n % 10)::INTEGER AS y FROM range(?, ?) AS numbers(n)) WHERE y BETWEEN ? AND ?
"""
_PLACE = (
    "'sure' AS confidence, 1 AS page, 10.0 AS x0, 20.0 AS top, 30.0 AS x1, 40.0 AS bottom, 'x' AS evidence_text, "
    "'1' AS extractor_version"
)
# item, scheme, stage, years back, yuan in thousandths of the department's money
_AMOUNTS = (
    ("total", "total", "final", 0, 100),
    ("total", "total", "budget", 0, 125),
    ("total", "total", "final", 1, 100),
    ("basic", "nature", "final", 0, 60),
    ("project", "nature", "final", 0, 40),
    ("basic", "nature", "budget", 0, 70),
    ("project", "nature", "budget", 0, 55),
    ("201", "function", "final", 0, 30),
    ("206", "function", "final", 0, 70),
    ("total", "three_public", "final", 0, 2),
    ("reception", "three_public", "final", 0, 2),
    ("甲", "project", "final", 0, 25),
    ("乙", "project", "final", 0, 15),
)
_QUERIES = {
    "reports": "SELECT * EXCLUDE (n, is_wrong, d) FROM made",
    "amounts": f"""
        SELECT document_sha256, 'A' || lpad(k::VARCHAR, 4, '0') AS fact_id, fiscal_year - back AS fiscal_year,
            'expenditure' AS flow, stage, scheme, item, item AS label,
            parts * (1000 + d % 1000) * 100 + CASE WHEN is_wrong AND k = 4 THEN 5000000 ELSE 0 END AS yuan,
            100 AS ulp_yuan, {_PLACE}
        FROM made, kinds
    """,
    "scores": f"""
        SELECT document_sha256, 'S' || lpad(k::VARCHAR, 4, '0') AS fact_id,
            CASE WHEN k <= 5 THEN ['一级' || k] ELSE ['一级' || (k % 5 + 1), '指标' || k] END AS path,
            len(path)::INTEGER AS level, path[-1] AS indicator, path[:-2] AS parent_path,
            CASE WHEN k <= 5 THEN 20 WHEN k <= 25 THEN 3 ELSE 4 END AS full_marks, 1 AS full_marks_ulp,
            CASE WHEN k <= 5 THEN 19 WHEN k <= 10 THEN 2 WHEN k <= 25 THEN 3 ELSE 4 END
                - CASE WHEN is_wrong AND k = 6 THEN 1 ELSE 0 END AS score, 1 AS score_ulp, {_PLACE}
        FROM made, range(1, 36) AS numbers(k)
    """,
    "ratios": f"""
        SELECT document_sha256, 'R' || lpad(k::VARCHAR, 4, '0') AS fact_id,
            CASE WHEN k = 1 THEN 'budget_completion_rate' ELSE 'share' END AS name, 'x' AS label,
            CASE k WHEN 1 THEN 80 WHEN 2 THEN 60 ELSE 40 END AS percent, 1 AS ulp_pct, fiscal_year,
            'expenditure' AS flow, CASE WHEN k = 1 THEN 'total' ELSE 'nature' END AS scheme,
            CASE k WHEN 1 THEN 'total' WHEN 2 THEN 'basic' ELSE 'project' END AS item, {_PLACE}
        FROM made, range(1, 4) AS numbers(k)
    """,
    "changes": f"""
        SELECT document_sha256, 'C0001' AS fact_id, fiscal_year, 'expenditure' AS flow, 'total' AS scheme,
            'total' AS item, 'x' AS label, 0 AS yuan, 100 AS ulp_yuan, {_PLACE} FROM made
    """,
}


def facts(first: int, last: int, years: range) -> dict[str, pa.Table]:
    """Return the facts of the reports `first` to `last` (exclusive) that are of these years."""
    with duckdb.connect(":memory:", config={"threads": 2}) as connection:
        connection.execute(f"CREATE TABLE made AS {_REPORTS}", [first, last, years[0], years[-1]])
        values = ", ".join(f"({k}, {', '.join(map(repr, kind))})" for k, kind in enumerate(_AMOUNTS, 1))
        connection.execute(
            f"CREATE TABLE kinds AS FROM (VALUES {values}) AS kinds(k, item, scheme, stage, back, parts)"
        )
        return {
            name: connection.execute(_QUERIES[name]).to_arrow_table()
            if name in _QUERIES
            else schemas("core")[name].arrow_schema.empty_table()
            for name in FACT_TABLES
        }


def peak_gib() -> float:
    """Return the most memory that this process ever had, GiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def measured(words: str, work: Callable[[], object], rows: int) -> float:
    """Do it, print how fast it was and the most memory so far; return the seconds."""
    start = time.perf_counter()
    work()
    took = time.perf_counter() - start
    print(f"  {words:48} {took:8.1f} s {rows / took:12,.0f} rows/s   peak so far {peak_gib():.1f} GiB", flush=True)
    return took


def load_years(engine: sa.Engine, reports: int, years: range) -> set[str]:
    """Load the reports of these years in batches; return their documents."""
    documents: list[str] = []
    step = BATCH * len(YEARS) // len(years)
    with engine.connect():  # kept open: DuckDB writes its indexes when the last connection goes
        for first in range(0, reports, step):
            tables = facts(first, min(first + step, reports), years)
            with engine.begin() as connection:
                batch = tables["reports"]["document_sha256"].to_pylist()
                replace_facts(raw_connection(connection), tables, batch)
            documents += batch
    with engine.begin() as connection:
        record_names(raw_connection(connection))
    return set(documents)


def row_by_row(engine: sa.Engine, sample: int) -> float:
    """Insert some scores as an ORM would, one statement a row; return rows per second."""
    table = facts(0, sample, YEARS)["scores"].drop_columns(["path", "parent_path"]).to_pylist()
    columns = ", ".join(table[0])
    insert = sa.text(f"INSERT INTO raw.slow ({columns}) VALUES ({', '.join(':' + c for c in table[0])})")
    with engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE TABLE raw.slow AS SELECT {columns} FROM core.scores LIMIT 0")
        start = time.perf_counter()
        for row in table:
            connection.execute(insert, row)
        took = time.perf_counter() - start
        connection.exec_driver_sql("DROP TABLE raw.slow")
    return len(table) / took


def judge(engine: sa.Engine, loaded: set[str] | None = None) -> None:
    """Run all rules over everything, or over what these documents concern, as `load` does."""
    with engine.begin() as connection:
        native = raw_connection(connection)
        touched = None if loaded is None else concerned(native, loaded)
        native.execute("INSERT OR IGNORE INTO raw.unbuilt SELECT unnest(?)", [sorted(touched or ())])
        record_findings(native, touched)


def scale(reports: int) -> None:
    """Print the figures for so many reports."""
    os.environ.setdefault("JIXIAO_MEMORY", "3GB")  # two DuckDBs, and Python: below 8 GB
    folder = Path(tempfile.mkdtemp(prefix="jixiao-bench-", dir=os.environ.get("JIXIAO_VAR")))
    path = folder / "w.duckdb"
    os.environ["JIXIAO_WAREHOUSE"] = str(path)  # what does not fit in memory is spilled beside it
    print(f"at scale: {reports:,} reports, {35 * reports:,} score rows, DuckDB memory {os.environ['JIXIAO_MEMORY']}")
    before, newest = range(YEARS[0], YEARS[-1]), range(YEARS[-1], YEARS[-1] + 1)
    rows = {"all": 53 * reports, "nine": 53 * reports * 9 // 10, "year": 53 * reports // 10}
    try:
        with open_warehouse(path) as engine:
            took = measured("bulk load of nine years", lambda: load_years(engine, reports, before), rows["nine"])
            slow = row_by_row(engine, 50)
            print(f"    {rows['nine'] / took / slow:.0f} times SQLAlchemy row by row ({slow:,.0f} rows/s)", flush=True)
            measured("all rules over them", lambda: judge(engine), rows["nine"])
            measured("all marts of them", lambda: build_marts(engine), rows["nine"])
            loaded: set[str] = set()
            measured("one more year: load", lambda: loaded.update(load_years(engine, reports, newest)), rows["year"])
            one = measured("one more year: rules", lambda: judge(engine, loaded), rows["year"])
            one += measured("one more year: marts", lambda: build_marts(engine), rows["year"])
        measured("all suites of the gate", lambda: validate(path, folder / "results", folder / "docs"), rows["all"])
        measured("publishing", lambda: publish(path, folder / "published"), rows["all"])
        with open_warehouse(path) as engine:
            whole = measured("all ten years: rules", lambda: judge(engine), rows["all"])
            whole += measured("all ten years: marts", lambda: build_marts(engine, whole=True), rows["all"])
            print(f"    one more year takes {100 * one / whole:.0f}% of judging and building all")
        print(f"  warehouse {path.stat().st_size / 2**30:.1f} GiB")
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    scale(int(sys.argv[1]) if len(sys.argv) > 1 else 5_000)
