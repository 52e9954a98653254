"""What the tests of a running Airflow share: starting one, and asking what became of its runs and of the marts."""

import json
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import duckdb

HOME = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(HOME / "tools"), str(HOME)]

from local_airflow import Api, RunError, environment, free_port, parts, wait_for  # noqa: E402

LIMIT_SECONDS = 900
DAGS = ("ingest_reports", "watch_publications", "build_marts", "reprocess_archive")


@contextmanager
def running(settings: dict[str, str], *more: tuple[str, ...]) -> Iterator[tuple[Api, dict[str, str]]]:
    """Run an Airflow with `JIXIAO_VAR` as it is now, `settings` on top and `more` parts; give API, environment."""
    port = free_port()
    env = environment(port) | settings
    with parts(env, ("api-server",), ("dag-processor",), ("scheduler", "--skip-serve-logs"), *more) as children:
        api = Api(port)
        api.wait(children, LIMIT_SECONDS)
        for dag_id in DAGS:
            api.wait_for_dag(dag_id, children, LIMIT_SECONDS)
        yield api, env


def runs(api: Api, dag_id: str) -> dict[str, str]:
    """Return the states of a DAG's runs by their partition key, or their id."""
    found = api.get(f"dags/{dag_id}/dagRuns").get("dag_runs", [])
    return {run.get("partition_key") or run["dag_run_id"]: run["state"] for run in found}


def ended(api: Api, dag_id: str, count: int) -> dict[str, str]:
    """Return a DAG's runs as soon as there are `count` and all have ended."""

    def all_ended() -> dict[str, str]:
        found = runs(api, dag_id)
        return found if len(found) == count and set(found.values()) <= {"success", "failed"} else {}

    try:
        return wait_for(f"{count} runs of {dag_id} to end", all_ended, (), LIMIT_SECONDS, 1.0)
    except RunError as error:
        raise AssertionError(f"{error}; {unfinished(api, dag_id)}") from error


def unfinished(api: Api, dag_id: str) -> list[tuple[str, str, str | None]]:
    """Return the tasks of a DAG that have not ended well, for the words of a failure."""
    found = api.get(f"dags/{dag_id}/dagRuns/~/taskInstances", limit=300).get("task_instances", [])
    return [(one["dag_run_id"], one["task_id"], one["state"]) for one in found if one["state"] != "success"]


def trigger(api: Api, dag_id: str, **body: object) -> str:
    """Trigger a run; return the path of it below the API."""
    sent = api.send("POST", f"dags/{dag_id}/dagRuns", {"logical_date": None, **body})
    return f"dags/{dag_id}/dagRuns/{sent['dag_run_id']}"


def tries(api: Api, run: str) -> dict[str, int]:
    """Return how often each of a run's tasks was tried, named as `states` does."""
    found = api.get(f"{run}/taskInstances", limit=100)["task_instances"]
    return {" ".join(filter(None, (one["task_id"], one["rendered_map_index"]))): one["try_number"] for one in found}


def states(api: Api, run: str) -> dict[str, str]:
    """Return the states of a run's tasks; those of mapped ones by what they are mapped to, as `site.discover demo`."""
    found = api.get(f"{run}/taskInstances", limit=100)["task_instances"]
    return {" ".join(filter(None, (one["task_id"], one["rendered_map_index"]))): one["state"] for one in found}


def published() -> list[tuple[int, int]]:
    """Return the fiscal years of the published marts, each with how many departments it has."""
    shelf = Path(os.environ["JIXIAO_VAR"]) / "published"
    database = (shelf / "current").resolve() / "marts.duckdb"
    assert database.is_file(), sorted(str(path) for path in shelf.rglob("*"))
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(
            "SELECT fiscal_year, count(*) FROM mart.department_year GROUP BY 1 ORDER BY 1"
        ).fetchall()


@contextmanager
def webhook() -> Iterator[tuple[str, list[dict[str, str]]]]:
    """Listen as an operator's chat would; give Airflow's connection to it, and what it heard."""
    heard: list[dict[str, str]] = []

    class Chat(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Chat)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", heard
    finally:
        server.shutdown()
        server.server_close()
