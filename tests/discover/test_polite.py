"""How a site is asked: one request at a time and not too soon, held off when it blocks, odd bodies understood."""

import gzip
import itertools
import threading
import time

import pytest
from jixiao.discover import Client, load_sources
from jixiao.discover.client import Blocked, Refused
from jixiao.discover.source import Politeness
from jixiao.settings import Settings

from demo.site import Reply


@pytest.fixture
def source(demo_run):
    demo = next(s for s in load_sources(Settings.load().sources) if s.id == "demo")
    return demo.model_copy(update={"politeness": Politeness(delay_seconds=0, jitter_seconds=0, attempts=1)})


@pytest.fixture
def client(source, tmp_path):
    client = Client(source, tmp_path / "http" / "demo", None)
    yield client
    client.close()


def test_two_sources_ask_one_host_one_at_a_time_and_with_the_delay(demo_run, source, tmp_path):
    slow = source.model_copy(update={"politeness": Politeness(delay_seconds=0.2, jitter_seconds=0.05, attempts=1)})
    began: list[float] = []
    under_way = [0, 0]

    def watch(target, headers):
        if target == "/robots.txt":
            return None
        began.append(time.monotonic())
        under_way[0] += 1
        under_way[1] = max(under_way)
        time.sleep(0.05)
        under_way[0] -= 1
        return Reply(b"ok")

    demo_run.hooks.append(watch)

    def ask(name: str) -> None:
        client = Client(slow, tmp_path / "http" / name, None)
        for number in range(2):
            client.get(f"{demo_run.url}/{name}/{number}")
        client.close()

    threads = [threading.Thread(target=ask, args=(name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert under_way[1] == 1
    assert len(began) == 4
    assert all(after - before >= 0.2 for before, after in itertools.pairwise(began))


def test_the_delay_that_robots_txt_asks_for_is_kept(demo_run, client):
    demo_run.overrides["/robots.txt"] = lambda: Reply(b"User-agent: *\nCrawl-delay: 0.4\n", "text/plain")
    client.get(f"{demo_run.url}/gzbykx/gkmlpt/index")
    before = time.monotonic()
    client.get(f"{demo_run.url}/gzzckx/gkmlpt/index")
    assert time.monotonic() - before >= 0.35


def test_a_host_that_blocks_again_and_again_is_left_in_peace(demo_run, client):
    demo_run.hooks.append(lambda target, headers: Reply(status=412) if target.startswith("/shut/") else None)
    for number in range(5):
        with pytest.raises(Blocked):
            client.get(f"{demo_run.url}/shut/{number}")
    with pytest.raises(Blocked, match="blocked us again and again: not asked any more in this run"):
        client.get(f"{demo_run.url}/gzbykx/gkmlpt/index")
    assert sum(path.startswith("/shut/") for path in demo_run.asked) == 3


def test_a_block_now_and_then_stops_nothing(demo_run, client):
    demo_run.hooks.append(lambda target, headers: Reply(status=403) if target.startswith("/shut/") else None)
    for number in range(4):
        with pytest.raises(Blocked):
            client.get(f"{demo_run.url}/shut/{number}")
        assert client.get(f"{demo_run.url}/gzbykx/gkmlpt/index").status == 200


def test_a_host_that_asks_to_come_back_tomorrow_is_not_asked_again_today(demo_run, client):
    demo_run.overrides["/busy"] = lambda: Reply(status=429, headers={"Retry-After": "86400"})
    for path in ("/busy", "/gzbykx/gkmlpt/index"):
        with pytest.raises(Blocked):
            client.get(demo_run.url + path)
    assert "/gzbykx/gkmlpt/index" not in demo_run.asked


def test_gzip_that_is_not_announced_is_unpacked_and_a_gzip_file_is_left_alone(demo_run, client, tmp_path):
    packed = gzip.compress("不请自来的压缩".encode())
    for path in ("/page", "/file.gz"):
        demo_run.overrides[path] = lambda: Reply(packed)
    assert client.get(f"{demo_run.url}/page").text == "不请自来的压缩"
    client.download(f"{demo_run.url}/file.gz", tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == packed


def test_a_compressed_body_that_is_cut_off_is_not_taken_for_a_whole_one(demo_run, client, tmp_path):
    packed = gzip.compress(bytes(range(256)) * 100)[:-20]
    demo_run.overrides["/a.pdf"] = lambda: Reply(packed, headers={"Content-Encoding": "gzip"})
    with pytest.raises(Refused, match="the compressed body is cut off"):
        client.download(f"{demo_run.url}/a.pdf", tmp_path / "file")


def test_what_is_not_there_is_asked_once_in_a_walk(demo_run, client):
    for name, times in (("all", 1), ("all", 1)):
        client.begin_walk(name)
        assert client.get(f"{demo_run.url}/gzbykx/none").status == 404
        assert demo_run.asked.count("/gzbykx/none") == times, "a walk that is taken up remembers"
    client.end_walk()
    client.begin_walk("all")
    assert client.get(f"{demo_run.url}/gzbykx/none").status == 404
    assert demo_run.asked.count("/gzbykx/none") == 2


def test_every_request_says_who_asks_and_robots_txt_is_asked_once(demo_run, source, tmp_path):
    said = []
    demo_run.hooks.append(lambda target, headers: said.append((target, headers["User-Agent"])))
    client = Client(source, tmp_path / "http" / "demo", "operator@example.org")
    for number in range(2):
        client.get(f"{demo_run.url}/gzbykx/{number}")
    client.close()
    assert [target for target, _ in said] == ["/robots.txt", "/gzbykx/0", "/gzbykx/1"]
    assert all(agent.startswith("jixiao/") and agent.endswith("(+operator@example.org)") for _, agent in said)
