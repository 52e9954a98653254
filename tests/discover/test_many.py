"""Ten thousand posts: memory stays flat, requests are counted, a second walk only asks whether something changed."""

import gc
import json
import tracemalloc
from email.message import Message
from urllib.parse import parse_qs, urlsplit

import pytest
from jixiao.discover import Client, load_sources, walk
from jixiao.discover.source import Department
from jixiao.settings import Settings

from demo.site import Reply, Site

SID = "200777"


def many_posts(site: Site, count: int):
    """Serve a department with `count` posts: every 200th is a report with one file, every other one of a project."""
    tree = json.dumps([{"id": 1, "name": "预决算公开"}])
    index = f"<script>window._CONFIG = {{SID: '{SID}', TREE: {tree} , X: 1}};</script>".encode()

    def answer(target: str, headers: Message) -> Reply | None:
        parts = urlsplit(target)
        if parts.path == "/many/gkmlpt/index":
            return Reply(index)
        if parts.path.startswith("/many/gkmlpt/content/"):
            return Reply(b"<html><body>see the list</body></html>")
        if not parts.path.startswith("/many/gkmlpt/api/all/"):
            return None
        start = (int(parse_qs(parts.query)["page"][0]) - 1) * 100
        rows = [
            {
                "id": n,
                "title": title(n),
                "url": f"{site.url}/many/gkmlpt/content/0/0/post_{n}.html",
                "attachment": [{"name": "a.pdf", "url": f"{site.url}/many/attachment/0/0/{n}/{n}.pdf"}],
            }
            for n in range(start, min(start + 100, count))
        ]
        return Reply(json.dumps({"total": count, "articles": rows}).encode(), "application/json")

    return answer


def title(number: int) -> str:
    if number % 200 == 0:
        return f"{2000 + number // 1000}年部门整体支出绩效自评报告"
    return f"第{number}次会议" + "议" * 100 if number % 2 else f"{number}号项目支出绩效自评表" + "表" * 100


def walk_once(site: Site, folder, measured: bool = True):
    demo = next(s for s in load_sources(Settings.load().sources) if s.id == "demo")
    department = Department(organization="演示区科学技术协会", region_code="440111", prefix="/many")
    source = demo.model_copy(update={"departments": (department,)})
    client = Client(source, folder, None)
    if measured:
        tracemalloc.start()
    found = walk(source, client)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    client.close()
    return found, peak


@pytest.fixture
def as_python_does():
    """Look for circles of objects as often as Python by itself, not as seldom as the tests do (`tests/sharing.py`)."""
    said = gc.get_threshold()
    gc.set_threshold(700, 10, 10)
    yield
    gc.set_threshold(*said)


@pytest.mark.usefixtures("as_python_does")
def test_memory_stays_flat_and_the_second_walk_only_asks_what_changed(demo_run, tmp_path):
    walk_once(demo_run, tmp_path / "warm")  # what is imported and compiled once is not the walk's
    peaks = {}
    for count in (1_000, 10_000):
        demo_run.hooks[:] = [many_posts(demo_run, count)]
        asked = demo_run.request_count
        found, peaks[count] = walk_once(demo_run, tmp_path / str(count))
        assert found.problems == []
        assert (found.taken, len(found.candidates), found.passed_over) == (count // 200, count // 2, count // 2)
        # robots.txt, the index, the list's pages, the posts of reports
        assert found.requests == demo_run.request_count - asked == 2 + count // 100 + count // 200
    assert peaks[10_000] < peaks[1_000] + 1_000_000, f"bytes at the most: {peaks}"
    asked, unchanged = demo_run.request_count, demo_run.unchanged_count
    again, _ = walk_once(demo_run, tmp_path / "10000", measured=False)
    assert again.requests == demo_run.request_count - asked == demo_run.unchanged_count - unchanged == 152
    assert [c.url for c in again.candidates] == [c.url for c in found.candidates]
