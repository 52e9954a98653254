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
from jixiao.settings import Settings

from tests.airflow.browser import CHROMIUM, browser
from tests.airflow.running import LIMIT_SECONDS, published, running, states, trigger

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
    """An Airflow over two contracts, with metrics and lineage on; yields its API and the site."""
    with pytest.MonkeyPatch.context() as patch, serve() as site:
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
            with running(settings) as (api, _):
                api.send("PATCH", "dags/ingest_reports", {"is_paused": False})
                yield api, site


def _failed(api, year):
    run = trigger(api, "ingest_reports", partition_key=year, dag_run_id=f"{year}__bad_day")
    wait_for("the run to fail", lambda: api.get(run)["state"] == "failed", (), LIMIT_SECONDS, 2.0)
    return states(api, run)


def test_of_two_sources_one_is_dead_and_the_other_is_published(operated):
    api, _ = operated
    said = _failed(api, "2023")
    assert {name for name, state in said.items() if state == "failed"} == {"site.discover second", "complete"}
    assert {said[name] for name in ("site.archive demo", "load", "validate", "build", "publish")} == {"success"}
    assert said["site.archive second"] == "upstream_failed"
    assert published() == [(2023, 2)]


def test_a_site_that_dies_after_discovery_leaves_yesterdays_marts(operated, monkeypatch):
    api, site = operated
    site.hooks.append(lambda path, _: Reply(status=503) if "/attachment/" in path else None)
    said = _failed(api, "2021")
    assert said["site.archive demo"] == "success", "what could not be fetched is recorded"
    assert (said["load"], said["validate"], said["publish"]) == ("success", "failed", "upstream_failed")
    assert published() == [(2023, 2)]


def test_metrics_and_lineage_arrive(operated, metrics, place):
    names = {line.split(":")[0] for line in metrics[1]}
    assert any(name.startswith("airflow.ti.finish") for name in names), sorted(names)[:50]
    events = [json.loads(line) for path in place.glob("lineage.jsonl*") for line in path.read_text().splitlines()]
    told = {(one["job"]["name"], one["eventType"]) for one in events}
    assert ("ingest_reports.publish", "COMPLETE") in told
    assert ("ingest_reports.validate", "FAIL") in told


@pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed")
def test_grid_and_run_list_show_the_fiscal_year(operated, place):
    api, _ = operated
    pictures = Path(os.environ.get("JIXIAO_PICTURES", place))
    pictures.mkdir(parents=True, exist_ok=True)
    with browser() as tab:
        tab.send("Network.setCookie", name="_token", value=api.token, url=api.url)
        for name, path in (("grid", "dags/ingest_reports"), ("runs", "dags/ingest_reports/runs")):
            tab.go(f"{api.url}{path}")
            tab.wait("document.body.innerText.includes('2023')")
            tab.wait("document.body.innerText.includes('ingest_reports')")
            (pictures / f"{name}.png").write_bytes(tab.screenshot())
