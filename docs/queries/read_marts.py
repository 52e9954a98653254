"""Read the published marts from a program: `python read_marts.py FOLDER [YEAR]`, FOLDER being JIXIAO_PUBLISH_URL.

Open the version that `current` points at by its resolved path, and open it anew to see a newer one: a version never
changes, so all answers of one connection belong together.
"""

import sys
from pathlib import Path

import duckdb
import pyarrow.dataset as ds


def departments(root: Path) -> list[tuple[object, ...]]:
    """Ask the DuckDB file, locked down as a dashboard should have it."""
    database = (root / "current").resolve() / "marts.duckdb"
    config = {"enable_external_access": "false", "lock_configuration": "true"}
    with duckdb.connect(str(database), read_only=True, config=config) as connection:
        query = "SELECT fiscal_year, organization, execution_rate_pct FROM mart.department_year ORDER BY ALL"
        return connection.execute(query).fetchall()


def scores(root: Path, year: int) -> int:
    """Read one year of one mart from Parquet, without DuckDB; works on any file system that pyarrow knows."""
    folder = (root / "current").resolve() / "parquet" / "indicator_scores" / f"fiscal_year={year}"
    return ds.dataset(folder, format="parquet").count_rows()


if __name__ == "__main__":
    for row in departments(Path(sys.argv[1])):
        print(*row)
    if len(sys.argv) > 2:
        print(scores(Path(sys.argv[1]), int(sys.argv[2])), "scores")
