"""Many sites in one walk: hosts side by side, each treated politely; the next walk asks only what has changed."""

import time

import pytest
from jixiao.discover import load_sources
from jixiao.pipeline import open_run
from jixiao.pipeline.collecting import sources_of
from jixiao.pipeline.records import archived_of
from jixiao.pipeline.side_by_side import collect
from jixiao.pipeline.staging import read
from jixiao.settings import Settings

from demo.many_hosts import POSTS, serve_hosts, write_contracts

HOSTS, DELAY = 12, 0.05
EACH = 3 + 2 * POSTS  # robots.txt, the directory, its list; each post and its file


@pytest.fixture
def hosts(tmp_path, monkeypatch):
    monkeypatch.setenv("JIXIAO_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("JIXIAO_SOURCES", str(tmp_path / "contracts"))
    monkeypatch.setenv("JIXIAO_HOSTS_AT_ONCE", str(HOSTS))
    with serve_hosts(HOSTS) as running:
        write_contracts(tmp_path / "contracts", HOSTS, running.port, DELAY)
        yield running


def test_hosts_are_walked_side_by_side_and_each_politely(hosts, tmp_path):
    run = open_run(2020, "first")
    ids = [source.id for source in load_sources(Settings.load().sources)]
    assert sources_of(run) == ids
    again = tmp_path / "contracts" / "z.yaml"  # a second contract of the first host waits for the first
    again.write_text((tmp_path / "contracts" / "h00000.yaml").read_text("utf-8"), "utf-8")
    began = time.monotonic()
    assert collect(run, [*ids, "z"]) == []
    seconds, said = time.monotonic() - began, hosts.said()
    asked = 3 + 2  # robots.txt, the directory, its list; the year's post and its file
    assert (said["requests"], said["hosts"], said["unchanged"]) == (asked * (HOSTS + 1) - 1, HOSTS, 0), (
        "the file of two contracts is asked for once"
    )
    assert said["most_at_once"] == 1
    assert said["shortest_seconds"] >= DELAY - 0.01, "the time of a file is coarse"
    assert seconds < said["requests"] * DELAY + 10, "a machine that is busy is given time"
    archived = {path.parent.name: read(path) for path in archived_of(run)}
    assert {name: len(one["sightings"]) for name, one in archived.items()} == dict.fromkeys([*ids, "z"], 1)


def test_the_next_walk_asks_only_what_has_changed_and_a_dead_host_stops_no_other(hosts, tmp_path):
    ids = [source.id for source in load_sources(Settings.load().sources)]
    assert collect(open_run(None, "first"), ids) == []
    assert hosts.said()["requests"] == HOSTS * EACH
    dead = tmp_path / "contracts" / "dead.yaml"
    text = (tmp_path / "contracts" / "h00000.yaml").read_text("utf-8")
    dead.write_text(text.replace("127.1.0.1:", "127.2.0.1:").replace('"timeout', '"attempts": 1, "timeout'), "utf-8")
    run = open_run(None, "second")
    collect(run, [*ids, "dead"])
    said = hosts.said()
    assert said["requests"] == said["unchanged"] == HOSTS * EACH
    met = {path.parent.name: len(read(path)["sightings"]) for path in archived_of(run)}
    assert met == dict.fromkeys(ids, POSTS) | {"dead": 0}
