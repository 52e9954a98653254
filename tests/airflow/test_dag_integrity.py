"""The DAGs as Airflow reads them: they import, and every task has an owner, a retry policy and words for its reader."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parents[2]
DAG_FILES = sorted((HOME / "dags").glob("*.py"))
KNOWN_TAGS = {"jixiao", "ingestion", "publishing", "maintenance"}


@pytest.fixture(scope="session")
def dags(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, object]]:
    """Every DAG as Airflow's own parser sees it, in a process of its own with an Airflow home of its own."""
    program = """
import json, sys
from airflow.dag_processing.dagbag import DagBag
bag = DagBag(dag_folder=sys.argv[1])
out = {"errors": {str(k): str(v) for k, v in bag.import_errors.items()}, "dags": {}}
for dag_id, dag in bag.dags.items():
    out["dags"][dag_id] = {
        "doc": bool(dag.doc_md), "tags": sorted(dag.tags), "catchup": dag.catchup,
        "timetable": type(dag.timetable).__name__,
        "tasks": {t.task_id: {"owner": t.owner, "retries": t.retries, "pool": t.pool, "doc": bool(t.doc_md),
                              "limit": t.execution_timeout is not None,
                              "up": sorted(t.upstream_task_ids),
                              "outlets": [getattr(o, "uri", str(o)) for o in t.outlets]} for t in dag.tasks},
    }
print("JSON" + json.dumps(out))
"""
    env = dict(os.environ)
    env |= {
        "AIRFLOW_HOME": str(tmp_path_factory.mktemp("airflow")),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(HOME / "plugins"),
        "AIRFLOW__CORE__UNIT_TEST_MODE": "True",
    }
    done = subprocess.run(
        [sys.executable, "-c", program, str(HOME / "dags")], env=env, capture_output=True, text=True, check=False
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith("JSON")]
    assert lines, done.stderr[-2000:]
    import json

    read = json.loads(lines[-1][4:])
    assert read["errors"] == {}
    return read["dags"]


def test_the_ingestion_is_there_and_explains_itself(dags):
    dag = dags["ingest_reports"]
    assert dag["doc"]
    assert dag["timetable"] == "CronPartitionTimetable"
    assert not dag["catchup"]


def test_every_dag_has_known_tags(dags):
    for dag_id, dag in dags.items():
        assert set(dag["tags"]) <= KNOWN_TAGS, dag_id
        assert "jixiao" in dag["tags"], dag_id


def test_every_task_has_an_owner_retries_a_limit_and_a_description(dags):
    for dag_id, dag in dags.items():
        for task_id, task in dag["tasks"].items():
            name = f"{dag_id}.{task_id}"
            assert task["owner"] == "jixiao", name
            assert task["retries"] >= 1, name
            assert task["limit"], name
            assert task["doc"], name


def test_only_tasks_in_the_pool_of_one_open_the_warehouse(dags):
    tasks = dags["ingest_reports"]["tasks"]
    pooled = {task_id for task_id, task in tasks.items() if task["pool"] == "warehouse"}
    assert pooled == {"load", "validate", "build", "publish"}


def test_the_gate_stands_between_the_load_and_the_readers(dags):
    tasks = dags["ingest_reports"]["tasks"]
    assert tasks["validate"]["up"] == ["load"]
    assert "validate" in tasks["build"]["up"]
    assert "build" in tasks["publish"]["up"]
    assert tasks["publish"]["outlets"] == ["jixiao://marts/"]


def test_every_dag_is_there_and_a_failure_anywhere_makes_its_run_red(dags):
    assert set(dags) == {"ingest_reports", "watch_publications", "reprocess_archive", "build_marts", "verify_archive"}
    for dag_id, leaves in {
        "ingest_reports": {"publish", "complete"},
        "watch_publications": {"load", "complete"},
        "reprocess_archive": {"switch"},
        "build_marts": {"publish"},
        "verify_archive": {"verify", "sweep"},
    }.items():
        tasks = dags[dag_id]["tasks"]
        above = {up for task in tasks.values() for up in task["up"]}
        assert set(tasks) - above == leaves, f"{dag_id}: a run is as good as its last tasks"


def test_the_archive_is_verified_every_week_without_holding_the_warehouse(dags):
    dag = dags["verify_archive"]
    assert dag["timetable"] == "CronTriggerTimetable"
    assert not dag["catchup"]
    assert {task["pool"] for task in dag["tasks"].values()} == {"default_pool"}


@pytest.mark.parametrize("path", DAG_FILES, ids=lambda path: path.stem)
def test_a_dag_file_imports_the_library_only_inside_its_tasks(path):
    """The DAG processor reads these files every few seconds; heavy imports there slow everything down."""
    top = ast.parse(path.read_text("utf-8")).body
    names = {alias.name for node in top if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in top if isinstance(node, ast.ImportFrom)}
    assert not [name for name in names if name.split(".")[0] == "jixiao"]


def test_the_library_imports_no_airflow():
    for path in (HOME / "plugins" / "jixiao").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            found = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            found += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [name for name in found if name.split(".")[0] == "airflow"], path


ORDER = ["discover", "archive", "read", "extract", "check", "warehouse", "publish"]


def test_imports_point_with_the_flow():
    package = HOME / "plugins" / "jixiao"
    for place, stage in enumerate(ORDER):
        for path in (package / stage).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("jixiao."):
                    other = node.module.split(".")[1]
                    late = other in ORDER and ORDER.index(other) > place
                    assert not late, f"{path.relative_to(HOME)} imports jixiao.{other}, which comes after {stage}"
                    assert other not in {"cli", "pipeline"}, path
