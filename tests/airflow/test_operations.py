"""The DAGs in a real Airflow: the backfill that the docs print, the weekly watch, and who hears of a failure."""

import os
import re
import subprocess
from datetime import date

import pytest

from tests.airflow.running import HOME, LIMIT_SECONDS, ended, published, running, states, trigger, webhook
from tests.reading import place_scan

from local_airflow import BIN, wait_for  # isort: skip
from demo.site import Reply, serve  # isort: skip

pytestmark = pytest.mark.airflow


@pytest.fixture(scope="module")
def operated(tmp_path_factory):
    """A running Airflow with the demo site and a webhook; yields its API, its environment and the site."""
    with pytest.MonkeyPatch.context() as patch, serve() as site, webhook() as (connection, heard):
        var = tmp_path_factory.mktemp("operations")
        patch.setenv("JIXIAO_VAR", str(var))
        place_scan(var / "extractions")
        patch.setenv("JIXIAO_DEMO_URL", site.url)
        patch.setenv("JIXIAO_SOURCES_ONLY", "demo")
        patch.setenv("JIXIAO_ALERT_CONN", "alerts")
        patch.setenv("AIRFLOW_CONN_ALERTS", connection)
        with running({}) as (api, env):
            yield api, env, site, heard


def test_the_backfill_that_the_docs_print_and_the_weekly_watch_after_it(operated):
    """One test, as the watch has nothing to ask again and nothing to show before a year was ingested."""
    api, env, site, _ = operated
    text = (HOME / "docs" / "operating.md").read_text("utf-8")
    block = re.search(r"```\n(airflow dags unpause.*?)```", text, re.S)[1]
    for line in block.strip().splitlines():
        done = subprocess.run(
            [BIN / "airflow", *line.split()[1:]], env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-1500:]
    assert ended(api, "ingest_reports", 2) == dict.fromkeys(["2022", "2023"], "success")
    before, asked = published(), site.file_count
    assert before == [(2023, 3)]

    for dag_id in ("watch_publications", "build_marts"):
        api.send("PATCH", f"dags/{dag_id}", {"is_paused": False})
    run = trigger(api, "watch_publications", conf={"years": date.today().year - 2023})  # back to the newest reports
    assert ended(api, "watch_publications", 1) == {run.rpartition("/")[2]: "success"}
    assert list(ended(api, "build_marts", 1).values()) == ["success"]
    assert site.file_count == asked, "nothing had changed, so no file was sent"
    assert published() == before
    event = api.get("assets/events", source_task_id="publish", order_by="-timestamp")["asset_events"][0]
    assert event["extra"]["rows"]["department_year"] == 3
    assert len(event["extra"]["content"]) == 64


@pytest.mark.skipif("JIXIAO_ALERTS" not in os.environ, reason="its retries take minutes: JIXIAO_ALERTS=1 tries it")
def test_a_run_that_fails_is_told(operated):
    api, _, site, heard = operated
    site.hooks.append(lambda path, _: Reply(status=404))
    run = trigger(api, "ingest_reports", partition_key="2023")
    wait_for("the run to fail", lambda: api.get(run)["state"] == "failed", (), LIMIT_SECONDS, 2.0)
    text = f"jixiao: a run failed: ingest_reports {run.rpartition('/')[2]}"
    wait_for("the webhook", lambda: text in [one["text"] for one in heard], (), LIMIT_SECONDS)
    said = states(api, run)
    assert said["site.discover demo"] == "failed"
    assert said["complete"] == "failed"
    assert published() == [(2023, 3)]
