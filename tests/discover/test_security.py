"""What a hostile or broken site sends is refused in words, and no packet goes where the contract does not lead.

The interpreter's own audit events tell which names were resolved and which addresses were connected to.
"""

import gzip
import hashlib
import socket
import sys
import threading
import time
import tracemalloc
from urllib.parse import urlsplit

import pytest
from jixiao.archive import Archive, FetchFailure
from jixiao.discover import Candidate, Client, load_sources, walk
from jixiao.discover.posts import file_name, plain
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


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "169.254.169.254", "10.0.0.7", "::ffff:192.168.1.1", "2002:a00:7::1", "2002:7f00:1::", "::10.0.0.7",
     "fec0::1", "64:ff9b::a00:7", "64:ff9b:1::a00:7", "2001:0:a00:7::1", "2606:4700::5efe:a00:7"],
)  # fmt: skip
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


def trickled(port_of):
    """Serve on loopback, a byte of the answer's headers in each tenth of a second, without an end."""
    listening = socket.create_server(("127.0.0.1", 0))
    port_of.append(listening.getsockname()[1])

    def answer():
        while True:
            try:
                taken, _ = listening.accept()
                asked = taken.recv(65536)
                if b"robots.txt" in asked:
                    taken.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                    taken.close()
                    continue
                taken.sendall(b"HTTP/1.1 200 OK\r\n")
                for _ in range(200):
                    taken.sendall(b"X")
                    time.sleep(0.1)
            except OSError:
                if listening.fileno() == -1:
                    return

    threading.Thread(target=answer, daemon=True).start()
    return listening


def test_the_deadline_covers_headers_that_never_end(demo_run, tmp_path, monkeypatch):
    port_of = []
    with trickled(port_of):
        url = f"http://127.0.0.1:{port_of[0]}"
        monkeypatch.setenv("JIXIAO_DEMO_URL", url)
        demo = next(s for s in load_sources(Settings.load().sources) if s.id == "demo")
        quick = Politeness(delay_seconds=0, jitter_seconds=0, timeout_seconds=5, deadline_seconds=1, attempts=1)
        client = Client(demo.model_copy(update={"politeness": quick}), tmp_path / "http", None)
        began = time.monotonic()
        assert "not complete within 1 s" in fetched(client, tmp_path, f"{url}/a.pdf")
        assert time.monotonic() - began < 4
        client.close()


def test_a_gzip_of_several_members_comes_whole(demo_run, client, tmp_path):
    whole = b"%PDF-1.4 first " + b"second " * 1000
    packed = gzip.compress(whole[:15]) + gzip.compress(whole[15:])
    demo_run.overrides["/a.pdf"] = lambda: Reply(packed, headers={"Content-Encoding": "gzip"})
    assert fetched(client, tmp_path, f"{demo_run.url}/a.pdf") == ""
    assert hashlib.sha256(whole).hexdigest() in {path.name for path in (tmp_path / "archive/objects").rglob("*")}


def test_a_gzip_with_something_behind_its_end_is_refused(demo_run, client, tmp_path):
    packed = gzip.compress(b"%PDF-1.4") + b"%PDF-1.4 another file"
    demo_run.overrides["/a.pdf"] = lambda: Reply(packed, headers={"Content-Encoding": "gzip"})
    assert "more behind the end of the compressed body" in fetched(client, tmp_path, f"{demo_run.url}/a.pdf")


def test_a_long_robots_txt_is_read_as_far_as_the_standard_asks(demo_run, client, tmp_path):
    lines = b"User-agent: *\nDisallow: /secret\n" + b"# a long remark\n" * 60_000
    demo_run.overrides["/robots.txt"] = lambda: Reply(lines)
    demo_run.overrides["/a.pdf"] = demo_run.overrides["/secret/a.pdf"] = lambda: Reply(b"%PDF-1.4")
    assert fetched(client, tmp_path, f"{demo_run.url}/a.pdf") == ""
    assert "robots.txt forbids it" in fetched(client, tmp_path, f"{demo_run.url}/secret/a.pdf")


def test_a_name_and_password_in_an_address_are_refused(demo_run, client, tmp_path):
    url = demo_run.url.replace("http://", "http://user:pw@")
    reason = fetched(client, tmp_path, f"{url}/a.pdf")
    assert "a name and password: refused before sending" in reason
    assert "pw@" not in reason


def test_names_lose_what_nobody_sees_in_them():
    """A mark of direction turns 'fdp.exe' round to look like 'exe.pdf'; control characters write on terminals."""
    assert file_name("报告\u202efdp\x1b[31m.exe", "") == "报告fdp[31m.exe"
    assert file_name("%E2%80%AE报告%07.pdf", "") == "报告.pdf"
    assert plain("2023年\u200b部门\u2066整体\x00支出") == "2023年部门整体支出"


@pytest.mark.parametrize("name", ["../../etc/passwd", "..\\..\\etc\\passwd", "/etc/passwd", "a\0b.pdf", "."])
def test_a_name_never_leads_anywhere(demo_run, client, tmp_path, name):
    demo_run.overrides["/a.pdf"] = lambda: Reply(
        b"%PDF-1.4", headers={"Content-Disposition": 'attachment; filename="../../../etc/passwd"'}
    )
    assert fetched(client, tmp_path, f"{demo_run.url}/a.pdf", name) == ""
    names = {path.stem for path in (tmp_path / "archive").rglob("*") if path.is_file()}
    assert all(len(name) == 64 and set(name) <= set("0123456789abcdef") for name in names - {"sequence"})
