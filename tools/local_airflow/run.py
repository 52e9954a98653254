"""`make run`: the demo publication site, a real Airflow, the real DAG for each fiscal year, and what came out.

    python -m local_airflow.run [YEAR …]     default: 2021 2023, the years of the demo reports

Starts by itself, ends by itself, exit 0 when every run succeeded. A second run fetches nothing again.
"""

import os
import sys
import time
from datetime import UTC, datetime
from typing import Any

from local_airflow import (
    BIN,
    HOME,
    Api,
    Part,
    RunError,
    airflow_home,
    environment,
    free_port,
    only_one,
    parts,
)

sys.path.insert(0, str(HOME))

from demo.site import serve

DAG = "ingest_reports"
DEMO_PORT = 8765
QUIET_SECONDS = 30
QUICK = {
    "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.25",
    "AIRFLOW__SCHEDULER__USE_JOB_SCHEDULE": "False",
}
"""For as long as `make run` lasts: a task that has ended is seen within so many seconds in place of one, and nothing
runs that was not asked for."""
DONE = {"success", "failed"}
BUSY = {"running", "queued", "up_for_retry"}


def say(text: str) -> None:
    """Print a line now, with the seconds since the start."""
    print(f"[{time.monotonic() - STARTED:5.1f} s] {text}", flush=True)


def end_left_over_runs(api: Api) -> None:
    """Fail runs that a killed `make run` left unfinished: the new ones do their work again."""
    for state in ("running", "queued"):
        for run in api.get(f"dags/{DAG}/dagRuns", state=state).get("dag_runs", []):
            api.send("PATCH", f"dags/{DAG}/dagRuns/{run['dag_run_id']}", {"state": "failed"})


def _tasks(api: Api, run: str) -> list[dict[str, Any]]:
    return list(api.get(f"dags/{DAG}/dagRuns/{run}/taskInstances", limit=100)["task_instances"])


def ingest(api: Api, years: list[str], running: list[Part]) -> bool:
    """Trigger one run a fiscal year, follow them, and return whether all succeeded."""
    runs = {}
    for year in years:
        name = f"{year}__{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}"  # the list of runs shows no partition key
        body = {"logical_date": None, "partition_key": year, "dag_run_id": name, "note": "make run"}
        runs[api.send("POST", f"dags/{DAG}/dagRuns", body)["dag_run_id"]] = year
    finished: set[tuple[str, str, int]] = set()
    state: dict[str, str] = {}
    quiet_since = time.monotonic()
    while True:
        time.sleep(1)
        for part in running:
            part.check()
        tasks = [task for run in runs if state.get(run) not in DONE for task in _tasks(api, run)]
        for task in tasks:
            key = (task["dag_run_id"], task["task_id"], task["map_index"])
            if task["state"] in {"success", "failed", "upstream_failed"} and key not in finished:
                finished.add(key)
                quiet_since = time.monotonic()
                which = task["rendered_map_index"] or ""  # a site by its name, a batch by its number
                which = f" batch {which}" if which.isdigit() else f" {which}" if which else ""
                say(f"fiscal year {runs[task['dag_run_id']]}: {task['task_id']}{which} {task['state']}")
        busy = {
            f"{runs[task['dag_run_id']]} {task['task_id']} {task['state'].replace('_', ' ')}"
            for task in tasks
            if task["state"] in BUSY
        }
        at_work = {task["dag_run_id"] for task in tasks if task["state"] in BUSY}
        for run in [run for run in runs if state.get(run) not in DONE and run not in at_work]:
            state[run] = api.get(f"dags/{DAG}/dagRuns/{run}")["state"]  # each answer takes time that tasks need
        if all(state.get(run) in DONE for run in runs):
            break
        if time.monotonic() - quiet_since > QUIET_SECONDS:
            quiet_since = time.monotonic()
            say(f"still at work: {', '.join(sorted(busy)) or 'no task has begun yet'}")
    for run, year in runs.items():
        if state.get(run) != "success":
            say(f"fiscal year {year}: {state.get(run)}; task logs are in {airflow_home() / 'logs' / f'dag_id={DAG}'}")
    return all(state.get(run) == "success" for run in runs)


def main(years: list[str]) -> int:
    """Do what the module's description says."""
    port = free_port()
    with only_one(), serve(port=DEMO_PORT, fall_back_to_free_port=True) as site:
        os.environ["JIXIAO_DEMO_URL"] = site.url
        os.environ["JIXIAO_SOURCES_ONLY"] = "demo"
        env = environment(port) | QUICK
        say(f"the demo publication site is at {site.url}")
        say("preparing Airflow's own tables, starting Airflow")
        with parts(env, ("api-server",), ("dag-processor",), ("scheduler", "--skip-serve-logs")) as running:
            api = Api(port)
            api.wait(running)
            paused = api.wait_for_dag(DAG, running)
            say("Airflow is up: API server, DAG processor, scheduler with LocalExecutor")
            end_left_over_runs(api)
            api.send("PATCH", f"dags/{DAG}", {"is_paused": False})
            try:
                good = ingest(api, years, running)
            finally:
                api.send("PATCH", f"dags/{DAG}", {"is_paused": paused})
        say(f"requests that the demo site answered: {site.request_count}, of them files: {site.file_count}")
    return summarise(years) if good else 1


def summarise(years: list[str]) -> int:
    """Print what a person wants to see, from the published marts."""
    return os.spawnv(os.P_WAIT, str(BIN / "jixiao"), ["jixiao", "summary", *years])


STARTED = time.monotonic()

if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:] or ["2021", "2023"]))
    except RunError as error:
        sys.exit(f"make run: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
