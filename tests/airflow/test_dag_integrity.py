"""The DAGs as Airflow reads them: they import, and every task has an owner, a retry policy and words for its reader."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HOME = Path(__file__).resolve().parents[2]
DAG_FILES = sorted((HOME / "dags").glob("*.py"))
SINCE = "2026-12-07T09:00:00+08:00"
"""A Monday in December: the yearly and the weekly run of these days are over."""
KNOWN_TAGS = {"jixiao", "ingestion", "publishing", "maintenance"}


_PROGRAM = """
import errno, json, os, socket, sys, time, warnings
from datetime import datetime, timedelta
from airflow.dag_processing.dagbag import DagBag
from airflow.serialization.serialized_objects import DagSerialization
from airflow.timetables import trigger
from airflow.timetables.base import DagRunInfo, DataInterval
from airflow.providers.http.notifications.http import HttpNotifier
from airflow.sdk.exceptions import AirflowFailException

def refused(*_):
    raise OSError("a DAG file asked the network")

socket.socket.connect = refused
since = datetime.fromisoformat(os.environ["JIXIAO_SCHEDULED_SINCE"])
trigger.utcnow = lambda: since + timedelta(minutes=5)


def next_runs(dag):
    # When it runs first, and after a backfill of an old year, seen five minutes after the installation.
    old = DagRunInfo(run_after=since.replace(year=2023), data_interval=DataInterval.exact(since.replace(year=2023)))
    return [str(dag.next_dagrun_info(last_automated_run_info=last).run_after) for last in (None, old)]


out = {"errors": {}, "dags": {}, "seconds": {}, "warnings": [], "told_apart": {}}
for path in sys.argv[1:]:
    began = time.process_time()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        bag = DagBag(dag_folder=path)
    out["seconds"][path] = time.process_time() - began
    out["warnings"] += [str(one.message) for one in caught if "eprecat" in one.category.__name__]
    out["warnings"] += [text for texts in bag.captured_warnings.values() for text in texts]
    out["errors"] |= {str(k): str(v) for k, v in bag.import_errors.items()}
    for dag_id, dag in bag.dags.items():
        known = DagSerialization.from_dict(DagSerialization.to_dict(dag))
        out["dags"][dag_id] = {
            "next": next_runs(known) if dag.start_date else None,
            "doc": bool(dag.doc_md), "tags": sorted(dag.tags), "catchup": dag.catchup,
            "timetable": type(dag.timetable).__name__, "told": len(dag.on_failure_callback or ()),
            "hours": [one.interval.total_seconds() / 3600 for one in dag.deadline or ()],
            "tasks": {t.task_id: {"owner": t.owner, "retries": t.retries, "pool": t.pool, "doc": bool(t.doc_md),
                                  "limit": t.execution_timeout is not None,
                                  "up": sorted(t.upstream_task_ids),
                                  "outlets": [getattr(o, "uri", str(o)) for o in t.outlets]} for t in dag.tasks},
        }
out["library"] = sorted(name for name in sys.modules if name.split(".")[0] == "jixiao")
from jixiao.model import JixiaoError, TransientError
from jixiao_tasks import told_apart
for error in (TransientError("a lock"), JixiaoError("the gate"), TimeoutError(), OSError(errno.ENOSPC, "full"),
              PermissionError(errno.EACCES, "no", "a folder"), NotADirectoryError(errno.ENOTDIR, "no", "a file")):
    try:
        with told_apart():
            raise error
    except AirflowFailException as told:
        out["told_apart"][type(error).__name__] = f"failed: {told}"
    except Exception as told:
        out["told_apart"][type(error).__name__] = "tried again" if told is error else repr(told)
print("JSON" + json.dumps(out))
"""


@pytest.fixture(scope="session")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What Airflow's own parser sees, in a process of its own with an Airflow home of its own and no network."""
    home = tmp_path_factory.mktemp("airflow")
    env = dict(os.environ)
    env |= {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(HOME / "plugins"),
        "AIRFLOW__CORE__UNIT_TEST_MODE": "True",
        "JIXIAO_VAR": str(home / "var"),
        "JIXIAO_ALERT_CONN": "alerts",
        "JIXIAO_SCHEDULED_SINCE": SINCE,
    }
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, *map(str, DAG_FILES)], env=env, capture_output=True, text=True, check=False
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith("JSON")]
    assert lines, done.stderr[-2000:]
    read = json.loads(lines[-1][4:])
    assert read["errors"] == {}
    assert not (home / "var").exists(), "a DAG file made something where the warehouse lies"
    return read


@pytest.fixture(scope="session")
def dags(parsed) -> dict[str, dict[str, Any]]:
    return parsed["dags"]


def test_a_dag_file_is_read_in_no_time_without_the_library_and_without_a_warning(parsed):
    """The DAG processor reads these files every few seconds; seconds are those of the processor, beyond Airflow's."""
    assert {Path(path).stem: seconds for path, seconds in parsed["seconds"].items() if seconds > 0.3} == {}
    assert parsed["library"] == []
    assert parsed["warnings"] == []


def test_somebody_hears_of_every_dag_that_fails_or_is_late(dags):
    assert {dag_id: (dag["told"], dag["hours"]) for dag_id, dag in dags.items()} == {
        "ingest_reports": (1, [24]),
        "watch_publications": (1, [24]),
        "build_marts": (1, [6]),
        "verify_archive": (1, [24]),
        "reprocess_archive": (1, [72]),
    }


def test_only_what_may_pass_is_tried_again(parsed):
    assert parsed["told_apart"] == {
        "TransientError": "tried again",
        "TimeoutError": "tried again",
        "OSError": "tried again",
        "JixiaoError": "failed: the gate",
        "PermissionError": "failed: a folder: no",
        "NotADirectoryError": "failed: a file: no",
    }


def test_the_ingestion_is_there_and_explains_itself(dags):
    dag = dags["ingest_reports"]
    assert dag["doc"]
    assert dag["timetable"] == "CronPartitionTimetable"
    assert not dag["catchup"]


def test_nothing_runs_by_itself_that_was_due_before_the_installation(dags):
    """Not when a DAG is unpaused, nor when an old year is run again, which is the last that Airflow knows."""
    assert {dag_id: dag["next"] for dag_id, dag in dags.items() if dag["next"]} == {
        "ingest_reports": ["2027-11-30 19:00:00+00:00"] * 2,
        "watch_publications": ["2026-12-13 20:00:00+00:00"] * 2,
        "verify_archive": ["2026-12-11 18:00:00+00:00"] * 2,
    }


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
