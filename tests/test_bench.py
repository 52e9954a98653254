"""What the benches make up must fit the tables: who measures once a year must not find that they fit no more."""

import sys
from pathlib import Path

from jixiao.warehouse import build_marts, open_warehouse

from tests.warehouses import empty_warehouse

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))

from bench_scale import YEARS, judge, load_years, row_by_row


def test_the_bench_of_the_warehouse_loads_judges_and_builds(tmp_path):
    with open_warehouse(empty_warehouse(tmp_path / "w.duckdb")) as engine:
        assert len(load_years(engine, 50, YEARS)) == 50
        assert row_by_row(engine, 2) > 0
        judge(engine)
        with engine.connect() as connection:
            found = connection.exec_driver_sql("SELECT count(DISTINCT document_sha256) FROM core.findings").scalar()
        assert found == 1, "one in fifty does not add up"
        assert build_marts(engine)["department_year"] == 50
