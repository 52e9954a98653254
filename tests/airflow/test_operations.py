"""The DAGs in a real Airflow: the backfill that the docs print, the weekly watch, and who hears of a failure."""

import json
import os
import re
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import duckdb
import pytest

HOME = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(HOME / "tools"), str(HOME)]

from local_airflow import BIN, Api, environment, free_port, parts, prepare  # noqa: E402

from demo.site import Reply, serve  # noqa: E402

pytestmark = [pytest.mark.airflow, pytest.mark.xdist_group("dashboard")]
LIMIT_SECONDS = 600


class Webhook(BaseHTTPRequestHandler):
    """What an operator's chat would hear."""

    heard: list[dict[str, str]] = []  # noqa: RUF012 - one receiver a test run

    def do_POST(self) -> None:
        self.heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def operated(tmp_path_factory):
    """A running Airflow with the demo site and a webhook; yields its API, its environment and the site."""
    with pytest.MonkeyPatch.context() as patch, serve() as site:
        hook = ThreadingHTTPServer(("127.0.0.1", 0), Webhook)
        threading.Thread(target=hook.serve_forever, daemon=True).start()
        patch.setenv("JIXIAO_VAR", str(tmp_path_factory.mktemp("operations")))
        patch.setenv("JIXIAO_DEMO_URL", site.url)
        patch.setenv("JIXIAO_SOURCES_ONLY", "demo")
        patch.setenv("JIXIAO_ALERT_CONN", "alerts")
        patch.setenv("AIRFLOW_CONN_ALERTS", f"http://127.0.0.1:{hook.server_port}")
        port = free_port()
        env = environment(port)
        prepare(env)
        with parts(env, ("api-server",), ("dag-processor",), ("scheduler", "--skip-serve-logs")):
            api = Api(port)
            api.wait(limit_seconds=300)
            for dag_id in ("ingest_reports", "watch_publications", "build_marts"):
                api.wait_for_dag(dag_id, limit_seconds=LIMIT_SECONDS)
            yield api, env, site
        hook.shutdown()


def wait_for(done, what: str, seconds: float = LIMIT_SECONDS, shown=None):
    """Return what `done` returns once it is true."""
    deadline = time.monotonic() + seconds
    while not (found := done()):
        assert time.monotonic() < deadline, f"waited {seconds:.0f} s for {what}; {shown() if shown else ''}"
        time.sleep(0.5)
    return found


def runs(api: Api, dag_id: str) -> dict[str, str]:
    """Return the states of a DAG's runs by their partition key, or their id."""
    found = api.get(f"dags/{dag_id}/dagRuns").get("dag_runs", [])
    return {run.get("partition_key") or run["dag_run_id"]: run["state"] for run in found}


def unfinished(api: Api) -> list[tuple[str, str, str | None]]:
    """Return the tasks of the ingestion that have not ended well, for the words of a failure."""
    found = api.get("dags/ingest_reports/dagRuns/~/taskInstances", limit=300).get("task_instances", [])
    return [(one["dag_run_id"], one["task_id"], one["state"]) for one in found if one["state"] != "success"]


def ended(api: Api, dag_id: str, count: int):
    """Return a DAG's runs once there are `count` and all have ended."""
    found = runs(api, dag_id)
    return found if len(found) == count and set(found.values()) <= {"success", "failed"} else None


def published() -> list[tuple[int, int]]:
    shelf = Path(os.environ["JIXIAO_VAR"]) / "published"
    database = (shelf / "current").resolve() / "marts.duckdb"
    assert database.is_file(), sorted(str(path) for path in shelf.rglob("*"))
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(
            "SELECT fiscal_year, count(*) FROM mart.department_year GROUP BY 1 ORDER BY 1"
        ).fetchall()


def test_the_backfill_that_the_docs_print_and_the_weekly_watch_after_it(operated):
    """One test, as the watch has nothing to ask again and nothing to show before a year was ingested."""
    api, env, site = operated
    text = (HOME / "docs" / "operating.md").read_text("utf-8")
    block = re.search(r"```\n(airflow dags unpause.*?)```", text, re.S)[1]
    for line in block.strip().splitlines():
        done = subprocess.run(
            [BIN / "airflow", *line.split()[1:]], env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-1500:]
    found = wait_for(lambda: ended(api, "ingest_reports", 4), "the runs of the backfill", shown=lambda: unfinished(api))
    assert found == dict.fromkeys(["2020", "2021", "2022", "2023"], "success")
    before, asked = published(), site.file_count
    assert before == [(2021, 2), (2023, 3)]

    for dag_id in ("watch_publications", "build_marts"):
        api.send("PATCH", f"dags/{dag_id}", {"is_paused": False})
    sent = api.send("POST", "dags/watch_publications/dagRuns", {"logical_date": None, "conf": {"years": 6}})
    wait_for(lambda: ended(api, "watch_publications", 1), "the watch")
    assert runs(api, "watch_publications") == {sent["dag_run_id"]: "success"}
    found = wait_for(lambda: ended(api, "build_marts", 1), "the marts that follow it")
    assert list(found.values()) == ["success"]
    assert site.file_count == asked, "nothing had changed, so no file was sent"
    assert published() == before


@pytest.mark.skipif("JIXIAO_ALERTS" not in os.environ, reason="its retries take minutes: JIXIAO_ALERTS=1 tries it")
def test_a_run_that_fails_is_told(operated):
    api, _, site = operated
    Webhook.heard.clear()
    site.hooks.append(lambda path, _: Reply(status=404))
    sent = api.send("POST", "dags/ingest_reports/dagRuns", {"logical_date": None, "partition_key": "2023"})
    run = f"dags/ingest_reports/dagRuns/{sent['dag_run_id']}"
    wait_for(lambda: api.get(run)["state"] == "failed", "the run to fail")
    text = f"jixiao: a run failed: ingest_reports {sent['dag_run_id']}"
    wait_for(lambda: text in [one["text"] for one in Webhook.heard], "the webhook", shown=lambda: Webhook.heard)
    states = {one["task_id"]: one["state"] for one in api.get(f"{run}/taskInstances", limit=100)["task_instances"]}
    assert states["site.discover"] == "failed"
    assert states["complete"] == "failed"
    names = api.get(f"{run}/taskInstances/site.discover/listMapped")["task_instances"]
    assert [one["rendered_map_index"] for one in names] == ["demo"]
    assert published() == [(2021, 2), (2023, 3)]
