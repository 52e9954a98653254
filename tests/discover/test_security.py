"""What a hostile or broken site sends is refused in words, and no packet goes where the contract does not lead.

The interpreter's own audit events tell which names were resolved and which addresses were connected to.
"""

import gzip
import socket
import sys
import time
import tracemalloc
from urllib.parse import urlsplit

import pytest
from jixiao.archive import Archive, FetchFailure
from jixiao.discover import Candidate, Client, load_sources, walk
from jixiao.discover.source import Politeness
from jixiao.settings import Settings

from demo.site import Reply

REACHED: list[str] = []


def _listen(event: str, args: tuple[object, ...]) -> None:
    if event == "socket.connect" and isinstance(args[1], tuple):
        REACHED.append(f"{args[1][0]}:{args[1][1]}")
    elif event == "socket.getaddrinfo":
        REACHED.append(f"{args[0]}:{args[1]}")


sys.addaudithook(_listen)


@pytest.fixture
def client(demo_run, tmp_path, request):
    demo = next(s for s in load_sources(Settings.load().sources) if s.id == "demo")
    deadline = getattr(request, "param", 60)
    quick = Politeness(delay_seconds=0, jitter_seconds=0, timeout_seconds=5, deadline_seconds=deadline, attempts=1)
    client = Client(demo.model_copy(update={"politeness": quick}), tmp_path / "http", None)
    yield client
    client.close()


def fetched(client, tmp_path, url: str, name: str = "报告.pdf") -> str:
    """Fetch one address as the pipeline does; return why it gave no document, or nothing."""
    title = "2022年部门整体支出绩效自评报告"
    candidate = Candidate("demo", url, url, title, "", name, "", None, 2022, "科协", "440111", True, "")
    [result] = Archive(str(tmp_path / "archive")).fetch(candidate, client)
    return result.reason if isinstance(result, FetchFailure) else ""


@pytest.mark.parametrize(
    "target",
    ["http://127.0.0.1/secret", "http://127.0.0.1:22/", "http://169.254.169.254/latest/meta-data",
     "https://www.example.org/x.pdf", "http://localhost/", "http://[::1]/", "http://2130706433/", "http://0/",
     "file:///etc/passwd", "ftp://127.0.0.1/", "//www.example.org/x.pdf", "http://127.0.0.1@www.example.org/"],
)  # fmt: skip
def test_a_redirect_out_of_the_contract_is_refused_before_a_packet_is_sent(demo_run, client, tmp_path, target):
    demo_run.overrides["/a.pdf"] = lambda: Reply(status=302, headers={"Location": target})
    REACHED.clear()
    reason = fetched(client, tmp_path, f"{demo_run.url}/a.pdf")
    assert "refused before sending" in reason
    assert f"{demo_run.url}/a.pdf leads to " in reason
    assert set(REACHED) == {urlsplit(demo_run.url).netloc}
    assert not (tmp_path / "archive").exists()


@pytest.mark.parametrize("address", ["127.0.0.1", "169.254.169.254", "10.0.0.7", "::ffff:192.168.1.1"])
def test_a_name_of_the_contract_that_resolves_to_the_inside_is_refused(tmp_path, monkeypatch, address):
    """A site's name server may say anything: the address is checked, and the one that was checked is connected to."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: [(family, socket.SOCK_STREAM, 6, "", (address, 443))])
    baiyun = next(s for s in load_sources(Settings.load().sources) if s.id == "baiyun")
    source = baiyun.model_copy(update={"politeness": Politeness(delay_seconds=0, jitter_seconds=0)})
    client = Client(source, tmp_path / "http", "operator@example.org")
    REACHED.clear()
    found = walk(source, client)
    client.close()
    assert f"www.by.gov.cn is at {address}, which is not a public address: refused before sending" in found.problems[0]
    assert REACHED == []


def test_two_gigabytes_declared_are_refused_without_waiting_for_them(demo_run, client, tmp_path):
    demo_run.overrides["/a.pdf"] = lambda: Reply(b"%PDF", headers={"Content-Length": str(2 * 1024**3)})
    began = time.monotonic()
    assert "declares 2147483648 bytes, more than the limit of 104857600" in fetched(
        client, tmp_path, f"{demo_run.url}/a.pdf"
    )
    assert time.monotonic() - began < 10


def test_a_gzip_bomb_is_refused_and_takes_no_memory(demo_run, client, tmp_path):
    bomb = gzip.compress(bytes(150_000_000), 9)
    demo_run.overrides["/a.pdf"] = lambda: Reply(bomb, headers={"Content-Encoding": "gzip"})
    tracemalloc.start()
    reason = fetched(client, tmp_path, f"{demo_run.url}/a.pdf")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "more than 104857600 bytes after decompression" in reason
    assert peak < 10_000_000
    assert not (tmp_path / "archive").exists()


@pytest.mark.parametrize("client", [1], indirect=True)
def test_a_body_that_never_ends_is_given_up(demo_run, client, tmp_path):
    demo_run.overrides["/a.pdf"] = lambda: Reply(b"%PDF" * 1000, pause=0.05)
    assert "not complete within 1 s" in fetched(client, tmp_path, f"{demo_run.url}/a.pdf")


@pytest.mark.parametrize("name", ["../../etc/passwd", "..\\..\\etc\\passwd", "/etc/passwd", "a\0b.pdf", "."])
def test_a_name_never_leads_anywhere(demo_run, client, tmp_path, name):
    demo_run.overrides["/a.pdf"] = lambda: Reply(
        b"%PDF-1.4", headers={"Content-Disposition": 'attachment; filename="../../../etc/passwd"'}
    )
    assert fetched(client, tmp_path, f"{demo_run.url}/a.pdf", name) == ""
    names = {path.stem for path in (tmp_path / "archive").rglob("*") if path.is_file()}
    assert all(len(name) == 64 and set(name) <= set("0123456789abcdef") for name in names)
