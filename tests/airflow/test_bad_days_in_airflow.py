"""Bad days played in a real Airflow, with its metrics and its lineage listened to; some minutes, so only when asked.

`JIXIAO_BAD_DAYS=1` plays them; its screenshots of grid and run list are kept where `JIXIAO_PICTURES` says.
"""

import json
import os
import socket
import threading
from pathlib import Path

import pytest
import yaml
from jixiao import EXTRACTOR_VERSION
from jixiao.settings import Settings

from tests.airflow.browser import CHROMIUM, browser
from tests.airflow.running import LIMIT_SECONDS, published, running, states, tries, trigger, webhook

from local_airflow import wait_for  # isort: skip
from demo.site import Reply, serve  # isort: skip

pytestmark = [
    pytest.mark.airflow,
    pytest.mark.skipif("JIXIAO_BAD_DAYS" not in os.environ, reason="takes minutes: JIXIAO_BAD_DAYS=1 plays them"),
]


@pytest.fixture(scope="module")
def metrics():
    """A StatsD server on loopback: its port, and the lines that it heard."""
    heard = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))

        def listen():
            while line := listener.recv(65536):
                heard.append(line.decode())

        threading.Thread(target=listen, daemon=True).start()
        yield listener.getsockname()[1], heard
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", listener.getsockname())


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("bad-days")


@pytest.fixture(scope="module")
def operated(place, metrics):
    """An Airflow over two contracts, with metrics and lineage on; yields its API, the site and what a chat heard."""
    with pytest.MonkeyPatch.context() as patch, serve() as site, webhook() as (connection, heard):
        folder = place / "contracts"
        folder.mkdir()
        said = yaml.safe_load((Settings.load().sources / "demo.yaml").read_text("utf-8"))
        quick = {"delay_seconds": 0, "jitter_seconds": 0, "timeout_seconds": 2, "attempts": 1}
        first = {**said, "departments": said["departments"][:4], "politeness": quick}
        second = {
            **said,
            "departments": said["departments"][4:],
            "address_from": "JIXIAO_SECOND_URL",
            "expected": {"least_by_year": {2021: 0}},
            "politeness": quick,
        }
        for name, contract in (("demo", first), ("second", second)):
            (folder / f"{name}.yaml").write_text(yaml.safe_dump(contract), "utf-8")
        with socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))
            for name, value in {
                "JIXIAO_VAR": str(place / "var"),
                "JIXIAO_SOURCES": str(folder),
                "JIXIAO_SOURCES_ONLY": "demo,second",
                "JIXIAO_DEMO_URL": site.url,
                "JIXIAO_SECOND_URL": f"http://127.0.0.1:{nobody.getsockname()[1]}",
                "JIXIAO_ALERT_CONN": "alerts",
                "AIRFLOW_CONN_ALERTS": connection,
                "JIXIAO_LATE_HOURS": "0.002",  # seven seconds, which no run keeps
            }.items():
                patch.setenv(name, value)
            settings = {
                "AIRFLOW__METRICS__STATSD_ON": "True",
                "AIRFLOW__METRICS__STATSD_HOST": "127.0.0.1",
                "AIRFLOW__METRICS__STATSD_PORT": str(metrics[0]),
                "AIRFLOW__OPENLINEAGE__DISABLED": "False",
                "AIRFLOW__OPENLINEAGE__NAMESPACE": "jixiao",
                "AIRFLOW__OPENLINEAGE__TRANSPORT": json.dumps(
                    {"type": "file", "log_file_path": str(place / "lineage.jsonl"), "append": True}
                ),
            }
            with running(settings, ("triggerer", "--skip-serve-logs")) as (api, _):
                for dag_id in ("ingest_reports", "reprocess_archive"):
                    api.send("PATCH", f"dags/{dag_id}", {"is_paused": False})
                yield api, site, heard


def _ended(api, state, dag_id, run_id, **body):
    """Trigger a run, and return its path below the API once it has ended; it must be in this state."""
    run = trigger(api, dag_id, dag_run_id=run_id, **body)
    ends = wait_for("the run to end", lambda: _end(api, run), (), LIMIT_SECONDS, 2.0)
    assert ends == state, states(api, run)
    return run


def _end(api, run):
    state = api.get(run)["state"]
    return state if state in ("success", "failed") else None


def test_a_dry_run_fetches_and_publishes_nothing(operated):
    api, site, _ = operated
    chosen = {"dry_run": True, "source": ["demo"]}
    run = _ended(api, "success", "ingest_reports", "2023__dry_run", partition_key="2023", conf=chosen)
    said = states(api, run)
    assert (said["site.discover demo"], said["complete"]) == ("success", "success")
    assert {said[name] for name in ("site.archive demo", "load", "publish")} == {"skipped"}
    assert site.file_count == 0


def test_of_two_sources_one_is_dead_and_the_other_is_published(operated):
    api, _, heard = operated
    run = _ended(api, "failed", "ingest_reports", "2023__bad_day", partition_key="2023")
    said = states(api, run)
    assert {name for name, state in said.items() if state == "failed"} == {"site.discover second", "complete"}
    assert {said[name] for name in ("site.archive demo", "load", "validate", "build", "publish")} == {"success"}
    assert said["site.archive 1"] == "upstream_failed", "what never began goes by its number"
    assert tries(api, run)["site.discover second"] == 4, "the network may come back"
    assert published() == [(2023, 2)]
    told = "jixiao: a run failed: ingest_reports 2023__bad_day"
    wait_for("the webhook", lambda: told in [one["text"] for one in heard], (), LIMIT_SECONDS)


def test_a_run_that_is_late_is_told(operated):
    """The alert knew neither the DAG nor the run by the names that it was written with, and reached nobody."""
    _, _, heard = operated
    told = {"text": "jixiao: not done after 0.002 hours: ingest_reports 2023__bad_day", "dag_id": "ingest_reports"}
    told["run_id"] = "2023__bad_day"
    wait_for("the webhook", lambda: told in heard, (), LIMIT_SECONDS)


def test_a_site_that_dies_after_discovery_leaves_yesterdays_marts(operated, monkeypatch):
    api, site, _ = operated
    site.hooks.append(lambda path, _: Reply(status=503) if "/attachment/" in path else None)
    run = _ended(api, "failed", "ingest_reports", "2021__bad_day", partition_key="2021")
    said = states(api, run)
    assert said["site.archive demo"] == "success", "what could not be fetched is recorded"
    assert (said["load"], said["validate"], said["publish"]) == ("success", "failed", "upstream_failed")
    assert tries(api, run)["validate"] == 1, "what a person must look at is not tried again"
    assert published() == [(2023, 2)]


def test_reading_the_archive_again_tells_first_and_loads_when_asked(operated, place):
    api, _, _ = operated
    again = {"extractor_versions": [EXTRACTOR_VERSION]}
    run = _ended(api, "success", "reprocess_archive", "tells", conf=again)
    assert (states(api, run)["compare"], states(api, run)["switch"]) == ("success", "skipped")
    [difference] = (place / "var" / "staging" / "reprocess").rglob("difference.json")
    assert len(json.loads(difference.read_text("utf-8"))["documents"]) == 2
    run = _ended(api, "success", "reprocess_archive", "loads", conf={**again, "dry_run": False})
    assert states(api, run)["switch"] == "success"


def test_metrics_and_lineage_arrive(operated, metrics, place):
    names = {line.split(":")[0] for line in metrics[1]}
    assert any(name.startswith("airflow.ti.finish") for name in names), sorted(names)[:50]
    events = [json.loads(line) for path in place.glob("lineage.jsonl*") for line in path.read_text().splitlines()]
    told = {(one["job"]["name"], one["eventType"]) for one in events}
    assert ("ingest_reports.publish", "COMPLETE") in told
    assert ("ingest_reports.validate", "FAIL") in told


@pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed")
def test_grid_and_run_list_show_the_fiscal_year(operated, place):
    api, _, _ = operated
    pictures = Path(os.environ.get("JIXIAO_PICTURES", place))
    pictures.mkdir(parents=True, exist_ok=True)
    with browser() as tab:
        tab.send("Network.setCookie", name="_token", value=api.token, url=api.url)
        for name, path in (("grid", "dags/ingest_reports"), ("runs", "dags/ingest_reports/runs")):
            tab.go(f"{api.url}{path}")
            tab.wait("document.body.innerText.includes('2023')")
            tab.wait("document.body.innerText.includes('ingest_reports')")
            (pictures / f"{name}.png").write_bytes(tab.screenshot())
