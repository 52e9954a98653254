"""The demo publication site: the gkmlpt platform on loopback, with the sample reports.

It lies outside the library because it stands for the outside world and must not ship with it. Run it by hand with
`python -m demo.site [PORT]`; tests and `make run` use `serve()`.
"""

import hashlib
import json
import socket
import ssl
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import yaml

HERE = Path(__file__).resolve().parent
COLUMN, EMPTY_COLUMN, REDIRECT_COLUMN = 5121, 5122, 5130
PAGE_ROWS = 100
KINDS = {".pdf": "application/pdf", ".docx": "application/msword", ".html": "text/html; charset=utf-8"}


@dataclass
class Reply:
    """One answer: status, headers, body; `reset` breaks the connection in its place, `delay` is waited before it.

    With a `pause` the body comes byte by byte.
    """

    body: bytes = b""
    kind: str = "text/html; charset=utf-8"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    reset: bool = False
    delay: float = 0.0
    pause: float = 0.0


# Answers a request (target, headers) or leaves it to the others (None).
Hook = Callable[[str, Message], Reply | None]


class Site:
    """The site's state: what it shows and what it was asked. `overrides` lets a test answer a path its own way."""

    def __init__(self, content: dict[str, Any]) -> None:
        self.departments: list[dict[str, Any]] = content["departments"]
        self.overrides: dict[str, Callable[[], Reply]] = {}
        self.hooks: list[Hook] = []
        self.files = HERE / "samples" / "files"
        self.asked: list[str] = []
        self.unchanged_count = 0
        self.sent: list[str] = []  # what was answered in full, not merely found unchanged
        self.file_count = 0  # attachments that were sent, not merely found unchanged
        self.url = ""
        self._lock = threading.Lock()

    @property
    def request_count(self) -> int:
        """Requests answered since the start."""
        return len(self.asked)

    def note(self, path: str) -> None:
        """Remember a request."""
        with self._lock:
            self.asked.append(path)

    def answer(self, target: str, headers: Message) -> Reply:
        """Answer one request as the platform would."""
        parts = urlsplit(target)
        if parts.path in self.overrides:
            return self.overrides[parts.path]()
        for hook in self.hooks:
            if (reply := hook(target, headers)) is not None:
                return reply
        if parts.path == "/robots.txt":
            return Reply(b"User-agent: *\nDisallow: /private/\n", "text/plain")
        for department in self.departments:
            prefix = department["prefix"]
            if parts.path.startswith(prefix + "/"):
                return self._department(department, parts.path[len(prefix) :], parse_qs(parts.query))
        return Reply(b"<html><body>404</body></html>", status=404)

    def _department(self, department: dict[str, Any], path: str, query: dict[str, list[str]]) -> Reply:
        if path == "/gkmlpt/index":
            return Reply(self._index(department).encode())
        if path.startswith("/gkmlpt/api/all/"):
            return self._list(department, path.rsplit("/", 1)[-1], int(query.get("page", ["1"])[0]))
        for post in department["posts"]:
            if path == _post_path(post["id"]):
                return Reply(self._detail(department, post).encode())
            if "file" in post and path == _attachment_path(post):
                data = (self.files / post["file"]).read_bytes()
                return Reply(data, KINDS[Path(post["file"]).suffix])
        return Reply(b"<html><body>404</body></html>", status=404)

    def _index(self, department: dict[str, Any]) -> str:
        tree = [
            {
                "id": 5101,
                "name": "法定主动公开内容",
                "parent": 0,
                "post_count": 0,
                "jump_url": "",
                "children": [
                    # The count on the node is larger than what the list shows, as on the real sites.
                    {
                        "id": COLUMN,
                        "name": "预决算公开",
                        "parent": 5101,
                        "post_count": 137,
                        "jump_url": "",
                        "children": [],
                    },
                    {
                        "id": EMPTY_COLUMN,
                        "name": "财政信息",
                        "parent": 5101,
                        "post_count": 3,
                        "jump_url": "",
                        "children": [],
                    },
                    {
                        "id": REDIRECT_COLUMN,
                        "name": "财政年报",
                        "parent": 5101,
                        "jump_url": "https://www.example.gov.cn/nb/",
                    },
                ],
            }
        ]
        return (
            "<!DOCTYPE html><html><head><meta charset='utf-8'><title>演示站点</title></head><body>"
            "<p>这是演示站点，不是政府网站。</p><script>\nwindow._CONFIG = {\n"
            f"  APP_URL: '{self.url}{department['prefix']}',\n  SID: '{department['sid']}',\n"
            f"  TREE: {json.dumps(tree)} , SERVICE_AREA_ID: 200\n}};\n</script></body></html>"
        )

    def _article(self, department: dict[str, Any], post: dict[str, Any]) -> dict[str, Any]:
        day = datetime.fromisoformat(str(post["published"])).replace(tzinfo=UTC) + timedelta(hours=1)
        row: dict[str, Any] = {
            "id": post["id"],
            "title": post["title"],
            "type": "normal",
            "url": f"{self.url}{department['prefix']}{_post_path(post['id'])}",
            "publisher": department["organization"],
            "date": 0,
            "create_time": int(day.timestamp()),
            "created_at": f"{post['published']} 09:00:00",
            "classify_main": COLUMN,
            "classify_main_name": "预决算公开",
        }
        if "file" in post:
            row["attachment"] = [self._attachment(department, post)] if post["attached"] in ("api", "both") else []
        return row

    def _attachment(self, department: dict[str, Any], post: dict[str, Any]) -> dict[str, Any]:
        kind = Path(post["file"]).suffix
        return {
            "id": post["id"] - 3_000_000,
            "name": _name(post),
            "type": kind.strip(".")[:3],
            "mime": KINDS[kind],
            "size": str((self.files / post["file"]).stat().st_size),
            "url": f"{self.url}{department['prefix']}{_attachment_path(post)}",
        }

    def _list(self, department: dict[str, Any], column: str, page: int) -> Reply:
        if column == str(EMPTY_COLUMN):
            said: dict[str, Any] = {"total": 0, "offset": 0, "articles": []}
            return Reply(json.dumps(said).encode(), "application/json")
        posts = department["posts"]
        start = (max(page, 1) - 1) * PAGE_ROWS
        if start >= len(posts):
            return Reply(b"<html><body>404</body></html>", status=404)
        said = {
            "classify": {"id": COLUMN, "name": "预决算公开", "post_count": len(posts) + 33},
            "total": len(posts),
            "offset": start,
            "articles": [self._article(department, post) for post in posts[start : start + PAGE_ROWS]],
        }
        return Reply(json.dumps(said).replace("/", "\\/").encode(), "application/json")

    def _detail(self, department: dict[str, Any], post: dict[str, Any]) -> str:
        content = '<p>演示：正文里也有 "}, TREE: 这样的字样。</p>'
        if "file" in post and post["attached"] in ("page", "both"):
            file = self._attachment(department, post)
            content += (
                f'<p>附件：<a class="nfw-cms-attachment" href="{file["url"]}" alt="{file["name"]}">点击下载</a></p>'
            )
        detail = json.dumps({"id": post["id"], "title": post["title"], "content": content, "attachments": []})
        for char, escaped in (("<", "\\u003C"), (">", "\\u003E"), ("&", "\\u0026"), ("/", "\\/")):
            detail = detail.replace(char, escaped)
        return (
            f"<html><head><meta charset='utf-8'></head><body><h1 class='title'>{post['title']}</h1><script>"
            f"window._CONFIG = {{ SID: '{department['sid']}',\n DETAIL: {detail}, TREE: [], SERVICE_AREA_ID: 200 }};"
            "</script></body></html>"
        )


def _name(post: dict[str, Any]) -> str:
    return str(post.get("name") or f"{post['title']}{Path(post['file']).suffix}")


def _post_path(post: int) -> str:
    return f"/gkmlpt/content/{post // 1_000_000}/{post // 1_000}/post_{post}.html"


def _attachment_path(post: dict[str, Any]) -> str:
    number = post["id"] - 3_000_000
    suffix = Path(post["file"]).suffix
    return quote(f"/attachment/{number // 1_000_000}/{number // 1_000}/{number}/{post['id']}{suffix}")


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a client that hung up."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    site: Site

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
        # A form is answered as the same words in the query would be; any other body is ignored without a word.
        self._reply(f"{self.path}?{body}" if "form" in self.headers.get("Content-Type", "") else self.path)

    def do_GET(self) -> None:
        self._reply(self.path)

    def _reply(self, target: str) -> None:
        self.site.note(self.path)
        reply = self.site.answer(target, self.headers)
        if reply.delay:
            time.sleep(reply.delay)
        if reply.reset:
            # Lingering for no time at all sends a reset, not an orderly end.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            self.connection.close()
            return
        validators = "X-Demo-No-Validators" not in reply.headers
        tag = f'"{hashlib.sha256(reply.body).hexdigest()[:16]}"'
        if reply.status == 200 and validators and self.headers.get("If-None-Match") == tag:
            self.site.unchanged_count += 1
            reply = Reply(status=304)
        elif reply.status == 200:
            self.site.sent.append(self.path)
            self.site.file_count += "/attachment/" in self.path
        self.send_response(reply.status)
        if reply.status == 200 and validators:
            self.send_header("ETag", tag)
        self.send_header("Content-Type", reply.kind)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if "Content-Length" not in reply.headers:
            self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        with suppress(ConnectionError):  # a client that has had enough hangs up
            if not reply.pause:
                self.wfile.write(reply.body)
                return
            for byte in reply.body:
                self.wfile.write(bytes([byte]))
                time.sleep(reply.pause)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the runner prints what matters."""


@contextmanager
def serve(port: int = 0, fall_back_to_free_port: bool = False) -> Iterator[Site]:
    """Serve the site on loopback until the block ends; port 0 takes a free one."""
    site = Site(yaml.safe_load((HERE / "site.yaml").read_text("utf-8")))
    handler = type("Handler", (_Handler,), {"site": site})
    try:
        server = _Server(("127.0.0.1", port), handler)
    except OSError:
        if not fall_back_to_free_port:
            raise
        server = _Server(("127.0.0.1", 0), handler)
    site.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def serve_tls(
    site: Site, context: ssl.SSLContext, refuses: Callable[[bytes], bool] = lambda hello: False
) -> Iterator[str]:
    """Serve a running site by TLS as well and yield that address; a client's hello that is refused gets a reset."""

    class Server(_Server):
        def finish_request(self, request: Any, client_address: Any) -> None:
            if refuses(request.recv(4096, socket.MSG_PEEK)):
                request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return
            with suppress(OSError), context.wrap_socket(request, server_side=True) as wrapped:
                super().finish_request(wrapped, client_address)

    server = Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"site": site}))
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"https://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


if __name__ == "__main__":
    with serve(int(sys.argv[1]) if len(sys.argv) > 1 else 8765) as running:
        print(f"the demo publication site is at {running.url}; Ctrl-C ends it", flush=True)
        with suppress(KeyboardInterrupt):
            threading.Event().wait()
