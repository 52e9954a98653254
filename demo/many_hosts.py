"""A thousand publication sites on loopback, each at an address of its own (127.1.x.y), with ten posts each.

One process answers for all of them and keeps what it was asked: how often, how often only whether something changed,
and how each host was treated (the shortest time between two requests, and the most at once).
"""

import asyncio
import hashlib
import ipaddress
import json
import multiprocessing
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

POSTS = 10
_FIRST = int(ipaddress.IPv4Address("127.1.0.1"))
_CODE = "440111"


def address_of(number: int) -> str:
    """Return the address of a host by its number, from 0."""
    return str(ipaddress.IPv4Address(_FIRST + number))


def write_contracts(folder: Path, count: int, port: int, delay_seconds: float) -> None:
    """Write a contract for each host: JSON is YAML."""
    folder.mkdir(parents=True)
    for number in range(count):
        said = {
            "name": f"host {number}",
            "adapter": "gkmlpt",
            "address": f"http://{address_of(number)}:{port}",
            "allow_loopback": True,
            "departments": [{"organization": f"第{number}局", "region_code": _CODE, "prefix": ""}],
            "expected": {"least_reports": 0},
            "politeness": {"delay_seconds": delay_seconds, "jitter_seconds": 0, "timeout_seconds": 60},
        }
        (folder / f"h{number:05d}.yaml").write_text(json.dumps(said, ensure_ascii=False), "utf-8")


class _Hosts:
    """What the hosts show, and what they were asked."""

    def __init__(self) -> None:
        self.asked = self.unchanged = 0
        self.last: dict[str, float] = {}
        self.shortest = float("inf")
        self.at_once: Counter[str] = Counter()
        self.most_at_once = 0
        self.hosts: defaultdict[str, int] = defaultdict(int)

    def said(self) -> dict[str, Any]:
        """Return what was asked since the last time, and forget it."""
        out = {
            "requests": self.asked, "unchanged": self.unchanged, "hosts": len(self.hosts),
            "shortest_seconds": round(self.shortest, 3), "most_at_once": self.most_at_once,
        }  # fmt: skip
        self.asked = self.unchanged = self.most_at_once = 0
        self.shortest = float("inf")
        self.last.clear()
        self.hosts.clear()
        return out

    def answer(self, host: str, path: str) -> tuple[bytes, str]:
        """Return what a host shows at a path: nothing for what it does not know."""
        base = f"http://{host}"
        if path == "/robots.txt":
            return b"User-agent: *\nDisallow: /private/\n", "text/plain"
        if path == "/gkmlpt/index":
            tree = json.dumps([{"id": 1, "name": "预决算公开"}])
            return f"<script>window._CONFIG = {{SID: '1', TREE: {tree} , X: 1}};</script>".encode(), "text/html"
        if path.startswith("/gkmlpt/api/all/"):
            articles = [self._article(base, number) for number in range(POSTS)]
            return json.dumps({"total": POSTS, "articles": articles}).encode(), "application/json"
        if path.startswith("/gkmlpt/content/"):
            return b"<html><body><div id='zoom'>see the attachment</div></body></html>", "text/html"
        if path.startswith("/attachment/"):
            return b"%PDF-1.4\n" + f"{base}{path}".encode() * 20, "application/pdf"
        return b"", "text/html"

    def _article(self, base: str, number: int) -> dict[str, Any]:
        title = f"{2015 + number}年度部门整体支出绩效自评报告"
        file = {"id": number, "name": f"{title}.pdf", "url": f"{base}/attachment/0/0/{number}/{number}.pdf"}
        return {"id": number, "title": title, "url": f"{base}/gkmlpt/content/0/0/post_{number}.html",
                "attachment": [file], "create_time": 1_500_000_000 + number}  # fmt: skip

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection for as long as it lasts."""
        try:
            while head := (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n"):
                named = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
                path, host = head[0].split()[1].split("?")[0], named["host"]
                self._note(host)
                body, kind = self.answer(host, path)
                tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
                status = "200 OK" if body else "404 Not Found"
                if body and named.get("if-none-match") == tag:
                    self.unchanged += 1
                    status, body = "304 Not Modified", b""
                lines = [f"HTTP/1.1 {status}", f"ETag: {tag}", f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
                writer.write("\r\n".join([*lines, "", ""]).encode() + body)
                await writer.drain()
                self.at_once[host] -= 1
                self.last[host] = time.monotonic()
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()

    def _note(self, host: str) -> None:
        self.asked += 1
        self.hosts[host] += 1
        self.at_once[host] += 1
        self.most_at_once = max(self.most_at_once, self.at_once[host])
        if host in self.last:
            self.shortest = min(self.shortest, time.monotonic() - self.last[host])


async def _run(count: int, pipe: Connection) -> None:
    hosts = _Hosts()
    first = await asyncio.start_server(hosts.serve, address_of(0), 0)
    port = first.sockets[0].getsockname()[1]
    servers = [first, *[await asyncio.start_server(hosts.serve, address_of(n), port) for n in range(1, count)]]
    pipe.send(port)
    while True:
        asked = await asyncio.get_running_loop().run_in_executor(None, _received, pipe)
        if not asked:
            break
        pipe.send(hosts.said())
    for server in servers:
        server.close()


def _received(pipe: Connection) -> bool:
    try:
        return bool(pipe.recv())
    except EOFError:
        return False


def _main(count: int, pipe: Connection) -> None:
    asyncio.run(_run(count, pipe))


class ManyHosts:
    """The running hosts, as their process tells of them."""

    def __init__(self, port: int, pipe: Connection) -> None:
        self.port, self._pipe = port, pipe

    def said(self) -> dict[str, Any]:
        """Return what the hosts were asked since the last call."""
        self._pipe.send(True)
        said: dict[str, Any] = self._pipe.recv()
        return said


@contextmanager
def serve_hosts(count: int) -> Iterator[ManyHosts]:
    """Serve so many hosts on loopback, in a process of their own, until the block ends."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_main, args=(count, theirs), daemon=True)
    process.start()
    theirs.close()
    try:
        yield ManyHosts(ours.recv(), ours)
    finally:
        ours.send(False)
        process.join(5)
        process.kill()
