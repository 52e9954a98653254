"""Asking a publication site: politely, only where the contract allows, and never more than was bargained for.

The host is checked against the contract before each request and after each redirect, its address when the connection
is made. What was asked is remembered per walk: a walk that was killed and starts again repeats no request that had
succeeded, and the next walk asks only whether something changed.
"""

import fcntl
import gzip
import hashlib
import json
import os
import random
import re
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urljoin, urlsplit

import httpx
import tenacity
from protego import Protego

from jixiao import __version__
from jixiao.discover.net import Refused, transport, unpacked
from jixiao.discover.source import Source
from jixiao.model import JixiaoError

__all__ = ["FILE_BYTES", "PAGE_BYTES", "Answer", "Blocked", "Client", "Refused"]

_BLOCKED: Final = {403, 412, 521}
_RETRIED: Final = {429, 500, 502, 503, 504}
_REDIRECTS: Final = 5
_LONGEST_WAIT: Final = 120.0
PAGE_BYTES: Final = 10 * 1024 * 1024
FILE_BYTES: Final = 100 * 1024 * 1024
_KEPT_HEADERS: Final = ("content-type", "etag", "last-modified", "content-disposition", "date")
_CHALLENGE: Final = re.compile(r"__jsl_clearance|\$_ts\b|document\.cookie\s*=[^<]{0,400}location", re.DOTALL)
_CHARSET: Final = re.compile(r"charset=[\"']?([\w-]+)", re.IGNORECASE)


class Blocked(JixiaoError):  # noqa: N818
    """The site does not want us; recorded, never defeated."""


class _Transient(JixiaoError):  # noqa: N818
    """A failure that may pass; `wait` is what the site asked for, in seconds; `status` its answer, if any."""

    def __init__(self, message: str, wait: float | None = None, status: int | None = None) -> None:
        super().__init__(message)
        self.wait = wait
        self.status = status


@dataclass(frozen=True, slots=True)
class Answer:
    """A site's answer: where it came from in the end, its bytes (none for a download), whether it was unchanged."""

    url: str
    status: int
    content: bytes
    headers: dict[str, str]
    unchanged: bool = False

    @property
    def text(self) -> str:
        """Return the body as text: by the header's charset, the page's own, UTF-8, else GB 18030."""
        head = self.content[:2048].decode("ascii", "ignore")
        said = _CHARSET.search(self.headers.get("content-type", "")) or _CHARSET.search(head)
        names = [said[1]] if said else []
        for name in (*names, "utf-8"):
            try:
                return self.content.decode("gb18030" if name.lower() in ("gb2312", "gbk") else name)
            except (UnicodeDecodeError, LookupError):
                continue
        return self.content.decode("gb18030", "replace")


class Client:
    """One site's client: one connection, a delay between requests, robots.txt, a memory of what was asked."""

    def __init__(self, source: Source, cache: Path, contact: str | None) -> None:
        """Prepare; nothing is sent. A public site is asked only with the operator's contact in the User-Agent."""
        if not source.allow_loopback and not contact:
            raise JixiaoError(f"source {source.id}: set JIXIAO_CONTACT before a public site is asked")
        self.source = source
        self.cache = cache
        self.walk_token = ""
        self.requests = 0
        self._agent = f"jixiao/{__version__} (+{contact or 'demonstration'})"
        self._http = httpx.Client(
            transport=transport(source.allow_loopback, source.tls),
            timeout=source.politeness.timeout_seconds,
            headers={"User-Agent": self._agent, "Accept-Encoding": "gzip, deflate"},
            follow_redirects=False,
            trust_env=False,
        )
        self._robots: dict[str, Protego] = {}
        self._crawl_delay = 0.0

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    # ------------------------------------------------------------------------------------------- walks

    def begin_walk(self, name: str) -> None:
        """Start a walk, or take up the one of this name that was not finished: what it asked is not asked again."""
        said = self._walk(name)
        number = said["number"] + 1 if said["finished"] else said["number"]
        self._write(self.cache / f"walk-{name}.json", json.dumps({"number": number, "finished": False}).encode())
        self.walk_token = f"{name}:{number}"

    def end_walk(self) -> None:
        """Say that the walk came to its end: the next one asks again, whether something changed."""
        name, number = self.walk_token.rsplit(":", 1)
        said = {"number": int(number), "finished": True}
        self._write(self.cache / f"walk-{name}.json", json.dumps(said).encode())

    def _walk(self, name: str) -> dict[str, Any]:
        path = self.cache / f"walk-{name}.json"
        said: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {"number": 0, "finished": True}
        return said

    # ---------------------------------------------------------------------------------------- requests

    def get(self, url: str, limit: int = PAGE_BYTES) -> Answer:
        """Return a page; asked at most once a walk, and only whether it changed since the walk before.

        Raises:
            Refused: the contract, robots.txt or a cap forbids it; nothing more was sent or taken.
            Blocked: the site answered that we are not wanted.
            JixiaoError: the site failed for good.
        """
        kept = self._kept(url)
        if kept is not None and self.walk_token and kept["walk"] == self.walk_token:
            return self._from_cache(kept, url)
        body = bytearray()

        def fresh() -> Callable[[bytes], object]:
            body.clear()
            return body.extend

        answer = self._retrying(url, fresh, limit, (kept or {}).get("headers", {}))
        if answer.status == httpx.codes.NOT_MODIFIED and kept is not None:
            answer = self._from_cache(kept, url)
        elif answer.status == httpx.codes.OK:
            answer = Answer(answer.url, answer.status, bytes(body), answer.headers)
            if len(body) < 20_000 and _CHALLENGE.search(answer.text):
                raise Blocked(f"{answer.url}: the site answered with a JavaScript challenge: blocked")
        if answer.status == httpx.codes.OK:
            self._keep(url, answer)
        return answer

    def download(self, url: str, to: Path, headers: dict[str, str] | None = None, limit: int = FILE_BYTES) -> Answer:
        """Write a file's bytes to `to`, as they come; `headers` (of the last time) make it a conditional request.

        Status 304 means unchanged, and `to` is not written. Raises as `get` does.
        """
        handles: list[Any] = []

        def fresh() -> Callable[[bytes], object]:
            for handle in handles:
                handle.close()
            handle = to.open("wb")
            handles.append(handle)
            return handle.write

        try:
            return self._retrying(url, fresh, limit, headers or {})
        finally:
            for handle in handles:
                handle.close()

    def _retrying(
        self, url: str, fresh: Callable[[], Callable[[bytes], object]], limit: int, known: dict[str, str]
    ) -> Answer:
        retry = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(_Transient),
            stop=tenacity.stop_after_attempt(self.source.politeness.attempts),
            wait=_wait_as_asked,
            reraise=True,
        )
        return retry(self._once, url, fresh, limit, known)

    def _once(
        self, url: str, fresh: Callable[[], Callable[[bytes], object]], limit: int, known: dict[str, str],
        check_robots: bool = True,
    ) -> Answer:  # fmt: skip
        named = {"If-None-Match": known.get("etag"), "If-Modified-Since": known.get("last-modified")}
        headers = {name: value for name, value in named.items() if value}
        at = url
        for _ in range(_REDIRECTS + 1):
            self._check_host(at, url)
            if check_robots:
                self._check_robots(at)
            deadline = time.monotonic() + self.source.politeness.deadline_seconds
            with self._turn():
                self.requests += 1
                try:
                    with self._http.stream("GET", quote(at, safe="%/:=&?~#+!$,;'@()*[]"), headers=headers) as response:
                        if not response.has_redirect_location:
                            return self._taken(at, response, fresh, limit, deadline)
                        at = urljoin(at, response.headers["location"])
                except httpx.TransportError as error:
                    raise _Transient(f"{at}: {type(error).__name__}: {error}") from error
        raise Refused(f"{url}: more than {_REDIRECTS} redirects")

    def _taken(
        self, at: str, response: httpx.Response, fresh: Callable[[], Callable[[bytes], object]], limit: int,
        deadline: float,
    ) -> Answer:  # fmt: skip
        status = response.status_code
        if status in _BLOCKED:
            raise Blocked(f"{at}: the site answered {status}: blocked")
        if status in _RETRIED:
            wait = _asked_wait(response.headers.get("retry-after", ""))
            if wait is not None and wait > _LONGEST_WAIT:
                raise Blocked(
                    f"{at}: the site answered {status} and asks to come back in {wait:.0f} s: blocked for now"
                )
            raise _Transient(f"{at}: the site answered {status}", wait, status)
        headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
        if status != httpx.codes.OK:
            return Answer(at, status, b"", headers, unchanged=status == httpx.codes.NOT_MODIFIED)
        declared = response.headers.get("content-length", "")
        if declared.isdigit() and int(declared) > limit:
            raise Refused(f"{at}: declares {declared} bytes, more than the limit of {limit}")
        packed = response.headers.get("content-encoding", "").lower() in ("gzip", "x-gzip", "deflate")
        write = fresh()
        for piece in unpacked(response.iter_raw(), packed, limit, at):
            write(piece)
            if time.monotonic() > deadline:
                raise Refused(f"{at}: not complete within {self.source.politeness.deadline_seconds:g} s")
        return Answer(at, status, b"", headers)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Hold the site's only turn: other processes of ours wait, and the delay counts from their last request."""
        politeness = self.source.politeness
        self.cache.mkdir(parents=True, exist_ok=True)
        wanted = max(politeness.delay_seconds, self._crawl_delay)
        wanted += random.uniform(0, politeness.jitter_seconds)  # noqa: S311 - not a secret
        with (self.cache / "turn.lock").open("a") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            since = time.time() - (os.fstat(handle.fileno()).st_mtime if os.fstat(handle.fileno()).st_size else 0.0)
            time.sleep(max(0.0, min(wanted, wanted - since)))
            try:
                yield
            finally:
                handle.truncate(0)
                handle.write("1")  # its modification time is that of the last request

    # ------------------------------------------------------------------------------------------ checks

    def _check_host(self, at: str, asked: str) -> None:
        parts = urlsplit(at)
        led = "" if at == asked else f"{asked} leads to "
        if parts.scheme not in ("http", "https"):
            raise Refused(f"{led}{at}: only http and https are asked: refused before sending")
        if not self.source.allows(at):
            why = f"the contract {self.source.id} does not name the host {parts.netloc}"
            raise Refused(f"{led}{at}: {why}: refused before sending")

    def _check_robots(self, url: str) -> None:
        """Raise `Refused` where robots.txt says no (RFC 9309: 4xx allows all, 5xx and silence forbid for now)."""
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._robots:
            self._robots[origin] = self._read_robots(f"{origin}/robots.txt")
        rules = self._robots[origin]
        if not rules.can_fetch(url, self._agent):
            raise Refused(f"{url}: robots.txt forbids it")
        self._crawl_delay = min(float(rules.crawl_delay(self._agent) or 0.0), 60.0)

    def robots_verdict(self, url: str) -> str:
        """Return 'allow' or 'forbid' for an address; raise as `get` does where robots.txt cannot be read."""
        self._check_host(url, url)
        parts = urlsplit(url)
        rules = self._read_robots(f"{parts.scheme}://{parts.netloc}/robots.txt")
        return "allow" if rules.can_fetch(url, self._agent) else "forbid"

    def _read_robots(self, url: str) -> Protego:
        body = bytearray()
        kept = self._kept(url)
        if kept is not None and self.walk_token and kept["walk"] == self.walk_token:
            return Protego.parse(self._from_cache(kept, url).text)

        def fresh() -> Callable[[bytes], object]:
            body.clear()
            return body.extend

        try:
            answer = self._once(url, fresh, 512 * 1024, (kept or {}).get("headers", {}), check_robots=False)
        except Blocked as error:
            if " 521" in str(error):
                raise Refused(f"{error}: held off") from None
            return Protego.parse("")
        except _Transient as error:
            raise Refused(f"{error}: robots.txt cannot be read: held off") from None
        if answer.unchanged and kept is not None:
            answer = self._from_cache(kept, url)
        elif answer.status == httpx.codes.OK:
            answer = Answer(answer.url, answer.status, bytes(body), answer.headers)
        if answer.status == httpx.codes.OK:
            self._keep(url, answer)
        # A page of HTML in place of robots.txt holds no rules.
        return Protego.parse("" if answer.content.lstrip()[:1] == b"<" else answer.text)

    # ------------------------------------------------------------------------------------------ memory

    def _place(self, url: str) -> Path:
        name = hashlib.sha256(url.encode()).hexdigest()
        return self.cache / "pages" / name[:2] / name

    def _kept(self, url: str) -> dict[str, Any] | None:
        meta = self._place(url).with_suffix(".json")
        if not meta.exists() or not meta.with_suffix(".body.gz").exists():
            return None
        said: dict[str, Any] = json.loads(meta.read_text("utf-8"))
        return said

    def _from_cache(self, kept: dict[str, Any], url: str) -> Answer:
        body = gzip.decompress(self._place(url).with_suffix(".body.gz").read_bytes())
        return Answer(kept["at"], 200, body, kept["headers"], unchanged=True)

    def _keep(self, url: str, answer: Answer) -> None:
        """Keep body, then what tells of it: a crash between the two only costs a request."""
        place = self._place(url)
        if not answer.unchanged:
            place.with_suffix(".json").unlink(missing_ok=True)  # never old validators beside a new body
            self._write(place.with_suffix(".body.gz"), gzip.compress(answer.content, mtime=0))
        said = {"url": url, "at": answer.url, "headers": answer.headers, "walk": self.walk_token}
        self._write(place.with_suffix(".json"), json.dumps(said, ensure_ascii=False).encode())

    def remember(self, path: Path, said: dict[str, Any]) -> None:
        """Write what is known of the site, whole or not at all."""
        self._write(path, (json.dumps(said, ensure_ascii=False, indent=1) + "\n").encode())

    def _write(self, path: Path, data: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
        partial.write_bytes(data)
        partial.replace(path)


def _asked_wait(value: str) -> float | None:
    """Return Retry-After in seconds: a number, or a date."""
    if value.strip().isdigit():
        return float(value)
    try:
        until = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, (until - datetime.now(UTC)).total_seconds())


def _wait_as_asked(state: tenacity.RetryCallState) -> float:
    """Return what the site asked for (Retry-After), else 1, 2, 4 … seconds with jitter."""
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, _Transient) and error.wait is not None:
        return error.wait
    return float(2 ** (state.attempt_number - 1)) + random.uniform(0, 0.5)  # noqa: S311 - not a secret
