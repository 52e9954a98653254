"""What the documents show to a dashboard's author is current, and every query in them runs on published marts."""

import json
import runpy
import sys
from pathlib import Path

import duckdb
import pytest
import yaml
from jixiao.publish import publish
from jixiao.warehouse import build_marts, load, open_warehouse
from jixiao.warehouse.corrections import schema
from jixiao.warehouse.coverage import load_coverage
from jixiao.warehouse.dictionary import describe

sys.path.insert(0, str(Path(__file__).parents[1] / "sql"))
from conftest import build_extraction

HOME = Path(__file__).parents[2]
QUERIES = HOME / "docs" / "queries"


def _report(sha, year, factor, last_year):
    """Return a report that overspends, restates last year, loses marks and does not add up."""
    return build_extraction(
        {
            "sha256": sha * 64,
            "year": year,
            "total": 80,
            "amounts": [
                ["expenditure/budget/total/total", f"{100 * factor}.00 万元"],
                ["expenditure/final/total/total", f"{90 * factor}.00 万元"],
                [f"expenditure/final/total/total @{year - 1}", f"{last_year}.00 万元"],
                ["expenditure/final/nature/basic", f"{60 * factor}.00 万元"],
                ["expenditure/final/nature/project", f"{20 * factor}.00 万元"],
                ["expenditure/final/function/206", f"{70 * factor}.00 万元"],
                ["expenditure/budget/three_public/reception", "1.00 万元"],
                ["expenditure/final/three_public/reception", f"{factor}.50 万元"],
                ["expenditure/budget/project/讲座", "20.00 万元"],
                ["expenditure/final/project/讲座", "5.00 万元"],
            ],
            "scores": [["过程/预算执行率", 10, 8], ["过程/演练次数", 10, 9]],
        }
    )


@pytest.fixture(scope="module")
def root(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("docs")
    with open_warehouse(folder / "w.duckdb") as engine:
        load(engine, [_report("a", 2022, 1, 80), _report("b", 2023, 2, 95)])
        numbers = {"least_reports": 2, "published": 2, "archived": 2, "failed": 0, "late": 1}
        load_coverage(engine, [{"source_id": "demo", "fiscal_year": 2023, "due_on": "2024-11-30", **numbers}])
        build_marts(engine)
    publish(folder / "w.duckdb", folder / "p")
    return folder / "p"


@pytest.fixture
def marts(root):
    config = {"enable_external_access": "false", "lock_configuration": "true"}
    with duckdb.connect(
        str((root / "current").resolve() / "marts.duckdb"), read_only=True, config=config
    ) as connection:
        yield connection


def test_the_data_dictionary_is_current():
    assert (HOME / "docs" / "data-dictionary.md").read_text("utf-8") == describe(), "run: jixiao docs"
    assert json.loads((HOME / "docs" / "corrections.schema.json").read_text("utf-8")) == schema(), "run: jixiao docs"


@pytest.mark.parametrize("path", sorted(QUERIES.glob("*.sql")), ids=lambda path: path.stem)
def test_query_answers(path, marts):
    assert marts.execute(path.read_text("utf-8")).fetchall()


def test_the_program_reads_what_is_published(root, capsys, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["read_marts.py", str(root), "2023"])
    runpy.run_path(str(QUERIES / "read_marts.py"), run_name="__main__")
    assert capsys.readouterr().out.splitlines()[-1] == "2 scores"


@pytest.mark.parametrize("path", sorted(QUERIES.glob("superset/datasets/*/*.yaml")), ids=lambda path: path.stem)
def test_superset_dataset_answers(path, marts):
    said = yaml.safe_load(path.read_text("utf-8"))
    database = yaml.safe_load((QUERIES / "superset" / "databases" / "Jixiao.yaml").read_text("utf-8"))
    assert said["database_uuid"] == database["uuid"]
    marts.execute(f"SELECT {', '.join(c['column_name'] for c in said['columns'])} FROM ({said['sql']}) AS virtual")
    assert marts.fetchall()
    for metric in said["metrics"]:
        answer = marts.execute(f"SELECT {metric['expression']} FROM ({said['sql']}) AS virtual").fetchone()
        assert answer[0] is not None, metric["metric_name"]


def test_superset_dashboards_hold_charts_of_datasets_that_are_there():
    folder = QUERIES / "superset"
    read = {path: yaml.safe_load(path.read_text("utf-8")) for path in sorted(folder.rglob("*.yaml"))}
    datasets = {said["uuid"]: said for path, said in read.items() if "datasets" in path.parts}
    charts = {said["uuid"]: said for path, said in read.items() if "charts" in path.parts}
    for said in charts.values():
        dataset, params = datasets[said["dataset_uuid"]], said["params"]
        asked = {params.get("metric"), *params.get("metrics", ())} - {None}
        assert asked <= {one["metric_name"] for one in dataset["metrics"]}, said["slice_name"]
        columns = {*params.get("groupby", ()), *params.get("all_columns", ())}
        assert columns <= {one["column_name"] for one in dataset["columns"]}, said["slice_name"]
    dashboards = [said for path, said in read.items() if "dashboards" in path.parts]
    assert len(dashboards) == 3
    shown = {
        one["meta"]["uuid"]
        for said in dashboards
        for one in said["position"].values()
        if isinstance(one, dict) and one["type"] == "CHART"
    }
    assert shown == set(charts)


def test_every_query_is_listed():
    text = (QUERIES / "README.md").read_text("utf-8")
    for path in (*QUERIES.glob("*.sql"), *QUERIES.glob("*.py")):
        assert f"`{path.name}`" in text


def test_readme_query_answers(marts):
    text = (HOME / "README.md").read_text("utf-8")
    query = text.split("```sql\n")[1].split("```")[0]
    assert marts.execute(query).fetchall()
