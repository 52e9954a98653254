"""`make test-cluster`: many hosts on this one. Two Celery workers that share no disk, one of which is killed half way.

    python -m local_airflow.cluster [FIRST_YEAR LAST_YEAR]     default: 2022 2023, as the docs print

PostgreSQL and Redis of Debian, moto's S3 server. The backfill that docs/operating.md prints runs over the years; a
worker gets SIGKILL, with all that it started, while it reads documents, and the other takes its queue over. Then the
weekly watch finds nothing new (no year after the last has reports), and the marts are built after it. What the backfill
published must equal what one process makes without Airflow: both hashes are printed, and what it took. Exit 1 if not.
Where a Debian package is missing it says so and does nothing.
"""

import json
import os
import re
import resource
import sys
import tempfile
import time
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import celery
import s3fs

from local_airflow.api import Api
from local_airflow.environment import BIN, HOME, RunError, airflow, environment, free_port
from local_airflow.parts import GRACE_SECONDS, Part, airflow_of, forked, kept, started, wait_for
from local_airflow.services import BUCKET, Services, missing, services

sys.path.insert(0, str(HOME))

from demo.site import Site, serve

DAG, WATCH, MARTS = "ingest_reports", "watch_publications", "build_marts"
STEADY = ("department_year", "amounts", "findings")
"""Marts that the watch must leave as they are; coverage tells of the open years that it asked for too."""
LIMIT_SECONDS = 1500.0
BEGAN = time.monotonic()


def say(text: str) -> None:
    """Print a line now, with the seconds since the start."""
    print(f"[{time.monotonic() - BEGAN:5.1f} s] {text}", flush=True)


def shared_environment(port: int, at: Services) -> dict[str, str]:
    """Return what all hosts are told: one database, one broker, one object store; pods need the same."""
    store = f"s3://{BUCKET}"
    settings = {
        "CORE__EXECUTOR": "CeleryExecutor",
        "DATABASE__SQL_ALCHEMY_CONN": at.database,
        "CELERY__RESULT_BACKEND": f"db+{at.database}",
        "CELERY__BROKER_URL": at.broker,
        # A worker holds only what it has in hand, so nothing else is lost with it.
        "CELERY__WORKER_PREFETCH_MULTIPLIER": 1,
        "SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": 30,
        "SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": 5,
        "WORKERS__TASK_HEARTBEAT_INTERVAL": 5,
        "OPERATORS__DEFAULT_QUEUE": "default",
    }
    return (
        environment(port)
        | {f"AIRFLOW__{name}": str(value) for name, value in settings.items()}
        | {
            "JIXIAO_ARCHIVE_URL": f"{store}/archive",
            "JIXIAO_STAGING": f"{store}/staging",
            "JIXIAO_EXTRACTIONS": f"{store}/extractions",
            "JIXIAO_PUBLISH_URL": f"{store}/published",
            "AWS_ENDPOINT_URL": at.s3,
            "AWS_ACCESS_KEY_ID": "any",
            "AWS_SECRET_ACCESS_KEY": "any",
            "AWS_DEFAULT_REGION": "us-east-1",
        }
    )


def worker(name: str, queues: str, at_once: int, env: dict[str, str], hosts: Path) -> Part:
    """Start a Celery worker with a disk of its own."""
    own = hosts / name
    for folder in ("airflow", "logs"):
        (own / folder).mkdir(parents=True)
    words = ["celery", "worker", "--concurrency", str(at_once), "--queues", queues, "--celery-hostname", f"{name}@%h"]
    words += ["--skip-serve-logs", "--without-gossip", "--without-mingle"]
    told = env | {"JIXIAO_VAR": str(own), "AIRFLOW_HOME": str(own / "airflow")}
    told["AIRFLOW__LOGGING__BASE_LOG_FOLDER"] = str(own / "logs")
    return started(name, forked(own / "logs", (), [words]), told, hosts / f"{name}.log", GRACE_SECONDS)


def embedded(years: list[int], url: str, var: Path) -> Part:
    """Run the years in one process without Airflow."""
    env = {**os.environ, "JIXIAO_VAR": str(var), "JIXIAO_DEMO_URL": url, "JIXIAO_SOURCES_ONLY": "demo"}
    command = [BIN / "jixiao", "ingest", *map(str, years)]
    return started("embedded run", command, env, var.with_name("embedded.log"), GRACE_SECONDS)


def ended(part: Part) -> None:
    """Wait for the run without Airflow; raise `RunError` where it failed."""
    wait_for("the run without Airflow", lambda: part.keeper.poll() is not None, (), LIMIT_SECONDS)
    if part.keeper.returncode:
        part.check()


def hash_of_embedded(var: Path) -> tuple[str, int]:
    """Return the content hash of what the run without Airflow published and the rows in it."""
    return content(json.loads((var / "published" / "current" / "manifest.json").read_text("utf-8")))


def content(manifest: dict[str, Any]) -> tuple[str, int]:
    """Return the content hash of a version and how many rows its marts have."""
    return manifest["content"], sum(manifest["rows"].values())


def manifest_of_cluster(endpoint: str) -> dict[str, Any]:
    """Return the manifest of the version that the object store's pointer names."""
    store = s3fs.S3FileSystem(key="any", secret="any", endpoint_url=endpoint, use_listings_cache=False)
    number = json.loads(store.cat(f"{BUCKET}/published/current.json"))["version"]
    return dict(json.loads(store.cat(f"{BUCKET}/published/versions/{number:06d}/manifest.json")))


def tasks(api: Api, dag_id: str = DAG) -> list[dict[str, object]]:
    """Return all task instances of the backfill, or of another DAG."""
    return list(api.get(f"dags/{dag_id}/dagRuns/~/taskInstances", limit=500).get("task_instances", []))


def backfill(env: dict[str, str], years: list[int]) -> None:
    """Give the commands that docs/operating.md prints, for these years; a document a batch: both workers read."""
    text = (HOME / "docs" / "operating.md").read_text("utf-8")
    printed = re.search(r"```\n(airflow dags unpause.*?)```", text, re.S)
    if printed is None:
        raise RunError("docs/operating.md prints no backfill")
    for line in printed[1].strip().splitlines():
        told = re.sub(r"\d{4}(?=-01-01T)", str(years[0]), re.sub(r"\d{4}(?=-12-31T)", str(years[-1]), line))
        more = ["--dag-run-conf", '{"batch_size": 1}'] if " backfill " in line else []
        airflow(env, *told.split()[1:], *more)


def watch(api: Api, running: list[Part], years: list[int], site: Site) -> None:
    """Ask the site once more for all years, as every Monday; `build_marts` follows, and nothing is new."""
    fetched = site.file_count
    for dag_id in (WATCH, MARTS):
        api.wait_for_dag(dag_id, running, LIMIT_SECONDS)
        api.send("PATCH", f"dags/{dag_id}", {"is_paused": False})
    conf = {"years": date.today().year - years[0]}
    api.send("POST", f"dags/{WATCH}/dagRuns", {"logical_date": None, "conf": conf})
    for dag_id in (WATCH, MARTS):
        told = wait_for(f"{dag_id} to end", partial(finished, api, 1, dag_id), running, LIMIT_SECONDS, 1.0)
        if told[0]["state"] != "success":
            raise RunError(f"{dag_id}: {[(one['task_id'], one['state']) for one in tasks(api, dag_id)]}")
    if site.file_count != fetched:
        raise RunError(f"nothing was new, and the watch fetched {site.file_count - fetched} files again")
    say("the weekly watch fetched nothing again; the marts were built after it")


def told_of_marts(api: Api) -> dict[str, Any]:
    """Return what the last asset event of the marts tells; `build_marts` gave it."""
    event = api.get("assets/events", source_task_id="publish", order_by="-timestamp")["asset_events"][0]
    if event["source_dag_id"] != MARTS:
        raise RunError(f"the last event of the marts is from {event['source_dag_id']}")
    return dict(event["extra"])


def kill_one(api: Api, victim: Part, running: list[Part]) -> str:
    """Kill a worker while it reads documents; return the task that it had in hand."""

    def in_hand() -> str:
        known = tasks(api)
        if "validate" in {one["task_id"] for one in known if one["state"] == "running"}:
            raise RunError(f"all of a year was read before {victim.name} was seen to read")
        return next((f"{one['task_id']} of {one['dag_run_id']}" for one in known if _held(one, victim)), "")

    found = wait_for(f"{victim.name} to read documents", in_hand, running, LIMIT_SECONDS, 0.5)
    running.remove(victim)
    victim.kill()
    return found


def take_over(broker: str) -> None:
    """Have the worker that is left take the queue of the one that is lost, two tasks at once, as an operator would."""
    control = celery.Celery(broker=broker).control
    told = control.add_consumer("default", reply=True, timeout=60.0, limit=1)
    told += control.pool_grow(1, reply=True, timeout=60.0, limit=1)
    if len(told) != 2 or not all("ok" in said for one in told for said in one.values()):
        raise RunError(f"the worker `writer` does not take the queue over: {told}")


def _held(task: dict[str, object], victim: Part) -> bool:
    return task["state"] == "running" and task["task_id"] == "extract" and _victims(task, victim)


def _victims(task: dict[str, object], victim: Part) -> bool:
    """Return whether a task runs below a worker: the process that it names is the keeper's descendant."""
    pid = task["pid"]
    while isinstance(pid, int) and pid > 1:
        if pid == victim.keeper.pid:
            return True
        try:
            pid = int(Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()[1])
        except OSError:
            return False
    return False


def finished(api: Api, count: int, dag_id: str = DAG) -> list[dict[str, object]]:
    """Return the runs of the backfill, or of another DAG, once there are so many and all have ended; else nothing."""
    found = list(api.get(f"dags/{dag_id}/dagRuns").get("dag_runs", []))
    return found if len(found) == count and all(run["state"] in ("success", "failed") for run in found) else []


def both(years: list[int], site: Site, alone: Path) -> dict[str, tuple[str, int]]:
    """Run the backfill on two workers, kill one, and run the same years alone meanwhile; return what both published."""
    os.environ |= {"JIXIAO_DEMO_URL": site.url, "JIXIAO_SOURCES_ONLY": "demo"}
    single = embedded(years, site.url, alone)
    with kept([single]):
        return {"the cluster": by_workers(years, site, single), "one process": hash_of_embedded(alone)}


def by_workers(years: list[int], site: Site, single: Part) -> tuple[str, int]:
    """Run the backfill on two workers and kill one, and the weekly watch after both; return what they published."""
    hosts = Path(os.environ["JIXIAO_VAR"])
    running: list[Part] = []
    with services(running) as at:
        env = shared_environment(port := free_port(), at)
        say("PostgreSQL, Redis and S3 answer; preparing Airflow's own tables, starting Airflow")
        running.append(airflow_of(env, ("api-server",), ("dag-processor",), ("scheduler", "--skip-serve-logs")))
        api = Api(port)
        api.wait(running, LIMIT_SECONDS)
        reader = worker("reader", "default", 2, env, hosts)
        writer = worker("writer", "warehouse", 1, env, hosts)
        running += [reader, writer]
        api.wait_for_dag(DAG, running, LIMIT_SECONDS)
        say("two Celery workers, each with a disk of its own; the backfill begins")
        backfill(env, years)
        say(f"killed the worker `reader` with {kill_one(api, reader, running)} in hand")
        take_over(at.broker)
        done = wait_for("the backfill", lambda: finished(api, len(years)), running, LIMIT_SECONDS, 2.0)
        states = {str(run["partition_key"]): str(run["state"]) for run in done}
        again = sorted({str(one["task_id"]) for one in tasks(api) if int(str(one["try_number"])) > 1})
        say(f"the backfill ended: {states}; tried again: {', '.join(again) or 'nothing'}")
        if set(states.values()) != {"success"}:  # the task in hand may just have ended: then nothing is tried again
            bad = [(one["dag_run_id"], one["task_id"], one["state"]) for one in tasks(api) if one["state"] != "success"]
            raise RunError(f"not as it should be: {bad}")
        before = manifest_of_cluster(at.s3)
        ended(single)  # it asks the same site
        watch(api, running, years, site)
        after, told = manifest_of_cluster(at.s3), told_of_marts(api)
        if (told["content"], told["rows"]) != (after["content"], after["rows"]):
            raise RunError(f"the event of the marts tells {told}, published is {after['content']}: {after['rows']}")
        if any(after["rows"][name] != before["rows"][name] for name in STEADY):
            raise RunError(f"nothing was new, and the rows were {before['rows']} and are {after['rows']}")
        return content(before)


def main(years: list[int]) -> int:
    """Do what the module's description says."""
    if lacking := missing():
        print(f"test-cluster skipped: not installed: {', '.join(lacking)} (apt-get install {' '.join(lacking)})")
        return 0
    with tempfile.TemporaryDirectory(prefix="jixiao-cluster-") as folder, serve() as site:
        os.environ["JIXIAO_VAR"] = str(Path(folder) / "cluster")
        hashes = both(years, site, Path(folder) / "embedded")
    for name, (digest, rows) in hashes.items():
        say(f"content hash of {name}: {digest}, {rows} rows")
    same = len(set(hashes.values())) == 1
    took = resource.getrusage(resource.RUSAGE_CHILDREN)
    say(f"the marts {'are the same' if same else 'DIFFER'}; it took {took.ru_utime + took.ru_stime:.0f} s of CPU")
    return 0 if same else 1


if __name__ == "__main__":
    first, last = map(int, sys.argv[1:3] or (2022, 2023))
    try:
        sys.exit(main(list(range(first, last + 1))))
    except RunError as error:
        sys.exit(f"make test-cluster: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
