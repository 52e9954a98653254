"""Asking a publication site: politely, only where the contract allows, and never more than was bargained for.

One connection and one request at a time to a host, whichever of our processes asks. The host is checked against the
contract before each request and after each redirect, its address when the connection is made. What was asked is
remembered per walk: a walk that was killed and starts again repeats no request that had succeeded, and the next walk
asks only whether something changed.
"""

import fcntl
import gzip
import hashlib
import json
import os
import random
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode, urljoin, urlsplit

import httpx
import tenacity
from protego import Protego

from jixiao import __version__
from jixiao.discover.net import Refused, Transport, on_the_wire, unpacked
from jixiao.discover.source import Source
from jixiao.discover.ways import VERIFIED
from jixiao.files import write_bytes
from jixiao.model import JixiaoError

__all__ = ["FILE_BYTES", "PAGE_BYTES", "Answer", "Blocked", "Client", "Refused"]

_BLOCKED: Final = {403, 412, 521}
_RETRIED: Final = {429, 500, 502, 503, 504}
_REDIRECTS: Final = 5
_TAKEN_UP_SECONDS: Final = 24 * 3600
_BLOCKS_MOST: Final = 3
_NOT_THERE: Final = {404, 410}
_LONGEST_WAIT: Final = 120.0
_ROBOTS_BYTES: Final = 512 * 1024
PAGE_BYTES: Final = 10 * 1024 * 1024
FILE_BYTES: Final = 100 * 1024 * 1024
_KEPT_HEADERS: Final = ("content-type", "etag", "last-modified", "content-disposition", "date")
_CHALLENGE: Final = re.compile(r"__jsl_clearance|\$_ts\b|document\.cookie\s*=[^<]{0,400}location", re.DOTALL)
_CHARSET: Final = re.compile(r"charset=[\"']?([\w-]+)", re.IGNORECASE)


class Blocked(JixiaoError):  # noqa: N818
    """The site does not want us; recorded, never defeated. `for_now`: nothing more may be asked of the host."""

    def __init__(self, message: str, for_now: bool = False) -> None:
        super().__init__(message)
        self.for_now = for_now


class _Transient(JixiaoError):  # noqa: N818
    """A failure that may pass; `wait` is what the site asked for, in seconds; `status` its answer, if any."""

    def __init__(self, message: str, wait: float | None = None, status: int | None = None) -> None:
        super().__init__(message)
        self.wait = wait
        self.status = status


@dataclass(frozen=True, slots=True)
class Answer:
    """A site's answer: where it came from in the end, its bytes (none for a download), whether it was unchanged.

    `via` names the fallback of the contract that it came by, empty for none.
    """

    url: str
    status: int
    content: bytes
    headers: dict[str, str]
    unchanged: bool = False
    via: str = ""

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


@dataclass(frozen=True, slots=True)
class _Request:
    """What is asked: the address as published, how much is taken, what is known of it; a form makes it a POST.

    Of a body that is longer than `limit` nothing is taken, or its beginning where it may be `cut`.
    """

    url: str
    limit: int
    known: Mapping[str, str]
    form: Mapping[str, str] | None = None
    more: Mapping[str, str] | None = None
    check_robots: bool = True
    cut: bool = False


_Fresh = Callable[[], Callable[[bytes], object]]


class Client:
    """One site's client: one connection, a delay between requests, robots.txt, a memory of what was asked.

    `connections` tells, host by host, which fallback of the contract was needed and why.
    """

    def __init__(self, source: Source, cache: Path, contact: str | None) -> None:
        """Prepare; nothing is sent. A public site is asked only with the operator's contact in the User-Agent."""
        if not source.allow_loopback and not contact:
            raise JixiaoError(f"source {source.id}: set JIXIAO_CONTACT before a public site is asked")
        self.source = source
        self.cache = cache
        self.walk_token = ""
        self.requests = 0
        self.connections: dict[str, str] = {}
        self._agent = f"jixiao/{__version__} (+{contact or 'demonstration'})"
        self._cookies = CookieJar()
        self._http: dict[str, tuple[httpx.Client, Transport]] = {}
        self._ways: dict[str, str] = {}
        self._blocks: Counter[str] = Counter()
        self._robots: dict[str, Protego] = {}
        self._crawl_delay: dict[str, float] = {}

    def close(self) -> None:
        """Close the connection."""
        for http, _ in self._http.values():
            http.close()

    def _spoken(self, way: str, deadline: float) -> httpx.Client:
        """Return the HTTP client of a way to speak to a host, for a request that ends by then; all share cookies."""
        way = VERIFIED if way.startswith("http") else way
        if way not in self._http:
            spoken = Transport(self.source.allow_loopback, way)
            made = httpx.Client(
                transport=spoken,
                timeout=self.source.politeness.timeout_seconds,
                headers={"User-Agent": self._agent, "Accept-Encoding": "gzip, deflate"},
                cookies=self._cookies,
                follow_redirects=False,
                trust_env=False,
            )
            self._http[way] = made, spoken
        http, spoken = self._http[way]
        spoken.backend.deadline = deadline
        return http

    # ------------------------------------------------------------------------------------------- walks

    def begin_walk(self, name: str) -> None:
        """Start a walk, or take up the one of this name that was not finished: what it asked is not asked again.

        One that was left for a day is not taken up: what it saw is old.
        """
        path = self.cache / f"walk-{name}.json"
        said = {"number": 0, "finished": True, "began_at": 0.0, **self.recall(path)}
        if said["finished"] or time.time() - said["began_at"] > _TAKEN_UP_SECONDS:
            said = {"number": said["number"] + 1, "finished": False, "began_at": time.time()}
            write_bytes(path, json.dumps(said).encode())
        self.walk_token = f"{name}:{said['number']}"

    def end_walk(self) -> None:
        """Say that the walk came to its end: the next one asks again, whether something changed."""
        path = self.cache / f"walk-{self.walk_token.rsplit(':', 1)[0]}.json"
        write_bytes(path, json.dumps({**self.recall(path), "finished": True}).encode())

    # ---------------------------------------------------------------------------------------- requests

    def get(self, url: str, limit: int = PAGE_BYTES, walk: str = "") -> Answer:
        """Return a page; asked at most once a walk (this one, or `walk`), then only whether it changed since.

        Raises:
            Refused: the contract, robots.txt or a cap forbids it; nothing more was sent or taken.
            Blocked: the site answered that we are not wanted.
            JixiaoError: the site failed for good.
        """
        kept = self._kept(url)
        token = walk or self.walk_token
        if kept is not None and token and kept["walk"] == token:
            return self._from_cache(kept, url)
        answer = self._page(_Request(url, limit, (kept or {}).get("headers", {})))
        if answer.status == httpx.codes.NOT_MODIFIED and kept is not None:
            answer = self._from_cache(kept, url)
        if answer.status == httpx.codes.OK or answer.status in _NOT_THERE:
            self._keep(url, answer)
        return answer

    def ask(self, url: str) -> Answer:
        """Return a page, asked whatever is remembered: its cookies belong to this process. Raises as `get` does."""
        return self._page(_Request(url, PAGE_BYTES, {}))

    def post(self, url: str, form: Mapping[str, str], signed: Callable[[], Mapping[str, str]]) -> Answer:
        """Return the answer to a form; asked at most once a walk. A POST cannot be conditional. Raises as `get` does.

        `signed` gives the headers that the form needs, and is called only when it is really sent.
        """
        key = f"{url}#{urlencode(sorted(form.items()))}"
        kept = self._kept(key)
        if kept is not None and self.walk_token and kept["walk"] == self.walk_token:
            return self._from_cache(kept, key)
        answer = self._page(_Request(url, PAGE_BYTES, {}, form, signed()))
        if answer.status == httpx.codes.OK:
            self._keep(key, answer)
        return answer

    def _page(self, request: _Request) -> Answer:
        body = bytearray()

        def fresh() -> Callable[[bytes], object]:
            body.clear()
            return body.extend

        answer = self._retrying(request, fresh)
        if answer.status == httpx.codes.OK:
            answer = replace(answer, content=bytes(body))
            if len(body) < 20_000 and _CHALLENGE.search(answer.text):
                self._blocks[urlsplit(request.url).hostname or ""] += 1
                raise Blocked(f"{answer.url}: the site answered with a JavaScript challenge: blocked")
        self._blocks.pop(urlsplit(request.url).hostname or "", None)
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
            answer = self._retrying(_Request(url, limit, headers or {}), fresh)
        finally:
            for handle in handles:
                handle.close()
        self._blocks.pop(urlsplit(url).hostname or "", None)
        return answer

    def _retrying(self, request: _Request, fresh: _Fresh) -> Answer:
        host = urlsplit(request.url).hostname or ""
        if self._blocks[host] >= _BLOCKS_MOST:
            raise Blocked(f"{request.url}: {host} blocked us again and again: not asked any more in this run")
        retry = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(_Transient),
            stop=tenacity.stop_after_attempt(self.source.politeness.attempts),
            wait=_wait_as_asked,
            reraise=True,
        )
        try:
            return retry(self._once, request, fresh)
        except Blocked as error:
            self._blocks[host] += _BLOCKS_MOST if error.for_now else 1
            raise

    def _once(self, request: _Request, fresh: _Fresh) -> Answer:
        at = request.url
        for _ in range(_REDIRECTS + 1):
            self._check_host(at, request.url)
            if request.check_robots:
                self._check_robots(at)
            with self._turn(urlsplit(at).hostname or ""):
                deadline = time.monotonic() + self.source.politeness.deadline_seconds
                try:
                    response, via = self._opened(at, request, deadline)
                    with closing(response):
                        if not response.has_redirect_location:
                            return replace(self._taken(at, response, fresh, request, deadline), via=via)
                        if request.form is not None:
                            raise Refused(f"{at}: a redirect in answer to a form")
                        at = urljoin(at, response.headers["location"])
                except httpx.InvalidURL as error:
                    raise Refused(
                        f"{at[:200]}: no address that can be asked: {error}: refused before sending"
                    ) from None
                except httpx.TransportError as error:
                    if time.monotonic() >= deadline:
                        raise self._late(at) from None
                    raise _Transient(f"{at}: {type(error).__name__}: {error}") from error
        raise Refused(f"{request.url}: more than {_REDIRECTS} redirects")

    def _opened(self, at: str, request: _Request, deadline: float) -> tuple[httpx.Response, str]:
        """Send a request; where no connection comes about, once more by each fallback that the contract documents.

        What worked is remembered for the host, so that the next request does not fail first.
        """
        known = {"If-None-Match": request.known.get("etag"), "If-Modified-Since": request.known.get("last-modified")}
        headers = {name: value for name, value in known.items() if value} | dict(request.more or {})
        host = urlsplit(at).hostname or ""
        secure = at.startswith("https:")
        ways = (VERIFIED, *self.source.fallbacks.get(host, ())) if secure else (VERIFIED,)
        failed = ""
        for way in ways[ways.index(self._ways.get(host, VERIFIED)) if secure else 0 :]:
            http = self._spoken(way, deadline)
            url = quote(on_the_wire(at, way), safe="%/:=&?~#+!$,;'@()*[]")
            made = http.build_request(
                "GET" if request.form is None else "POST", url, headers=headers, data=request.form
            )
            self.requests += 1
            try:
                response = http.send(made, stream=True)
            except httpx.ConnectError as error:
                failed = failed or str(error)
                if way == ways[-1]:
                    raise
                continue
            if failed:
                self._ways[host] = way
                self.connections[host] = f"{way}, for the usual way failed: {failed}"
            return response, "" if way == VERIFIED else way
        raise AssertionError("the last way either answers or raises")

    def _late(self, at: str) -> Refused:
        return Refused(f"{at}: not complete within {self.source.politeness.deadline_seconds:g} s")

    def _taken(self, at: str, response: httpx.Response, fresh: _Fresh, request: _Request, deadline: float) -> Answer:
        status = response.status_code
        if status in _BLOCKED:
            raise Blocked(f"{at}: the site answered {status}: blocked")
        if status in _RETRIED:
            wait = _asked_wait(response.headers.get("retry-after", ""))
            if wait is not None and wait > _LONGEST_WAIT:
                raise Blocked(
                    f"{at}: the site answered {status} and asks to come back in {wait:.0f} s: blocked for now",
                    for_now=True,
                )
            raise _Transient(f"{at}: the site answered {status}", wait, status)
        headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
        if status != httpx.codes.OK:
            return Answer(at, status, b"", headers, unchanged=status == httpx.codes.NOT_MODIFIED)
        declared = response.headers.get("content-length", "")
        limit = request.limit
        if declared.isdigit() and int(declared) > limit and not request.cut:
            raise Refused(f"{at}: declares {declared} bytes, more than the limit of {limit}")
        packed = response.headers.get("content-encoding", "").lower() in ("gzip", "x-gzip", "deflate")
        write = fresh()
        left = limit
        for piece in unpacked(response.iter_raw(), packed, 2 * limit if request.cut else limit, at):
            write(piece[:left])
            left -= len(piece)
            if left <= 0 and request.cut:
                break
            if time.monotonic() > deadline:
                raise self._late(at)
        return Answer(at, status, b"", headers)

    @contextmanager
    def _turn(self, host: str) -> Iterator[None]:
        """Hold the host's only turn: other processes of ours wait, and the delay counts from their last request.

        The turn is the host's, not the source's: many sources share a search service.
        """
        politeness = self.source.politeness
        turns = self.cache.parent / "turns"
        turns.mkdir(parents=True, exist_ok=True)
        wanted = max(politeness.delay_seconds, self._crawl_delay.get(host, 0.0))
        wanted += random.uniform(0, politeness.jitter_seconds)  # noqa: S311 - not a secret
        with (turns / f"{host.replace(':', '_')}.lock").open("a") as handle:
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
        if "@" in parts.netloc:
            raise Refused(
                f"{led}{parts.scheme}://…@{parts.hostname}: an address with a name and password: refused before sending"
            )
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
        self._crawl_delay[parts.hostname or ""] = min(float(rules.crawl_delay(self._agent) or 0.0), 60.0)

    def robots_verdict(self, url: str) -> str:
        """Return 'allow' or 'forbid' for an address; raise as `get` does where robots.txt cannot be read."""
        self._check_host(url, url)
        parts = urlsplit(url)
        rules = self._read_robots(f"{parts.scheme}://{parts.netloc}/robots.txt")
        return "allow" if rules.can_fetch(url, self._agent) else "forbid"

    def sitemaps(self, url: str) -> list[str]:
        """Return the sitemaps that robots.txt names for the site of an address."""
        self._check_robots(url)
        parts = urlsplit(url)
        return list(self._robots[f"{parts.scheme}://{parts.netloc}"].sitemaps)

    def cookies(self, url: str) -> list[str]:
        """Return the names of the cookies that a host has set so far."""
        host = urlsplit(url).hostname or ""
        return [
            cookie.name for cookie in self._cookies if host.endswith(cookie.domain.removesuffix(".local").lstrip("."))
        ]

    def _read_robots(self, url: str) -> Protego:
        body = bytearray()
        kept = self._kept(url)
        if kept is not None and self.walk_token and kept["walk"] == self.walk_token:
            return Protego.parse(self._from_cache(kept, url).text)

        def fresh() -> Callable[[bytes], object]:
            body.clear()
            return body.extend

        try:
            known = (kept or {}).get("headers", {})
            answer = self._once(_Request(url, _ROBOTS_BYTES, known, check_robots=False, cut=True), fresh)
        except Blocked as error:
            if " 521" in str(error):
                raise Refused(f"{error}: held off") from None
            return Protego.parse("")
        except _Transient as error:
            raise Refused(f"{error}: robots.txt cannot be read: held off") from None
        if answer.unchanged and kept is not None:
            answer = self._from_cache(kept, url)
        elif answer.status == httpx.codes.OK:
            whole = bytes(body) if len(body) < _ROBOTS_BYTES else bytes(body[: body.rfind(b"\n") + 1])
            answer = replace(answer, content=whole)
        if answer.status == httpx.codes.OK or answer.status in _NOT_THERE:
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
        said = self.recall(meta)
        return {"status": 200, "via": "", **said} if said else None

    def _from_cache(self, kept: dict[str, Any], url: str) -> Answer:
        if kept["status"] != httpx.codes.OK:
            return Answer(kept["at"], kept["status"], b"", {}, unchanged=True)
        body = gzip.decompress(self._place(url).with_suffix(".body.gz").read_bytes())
        return Answer(kept["at"], 200, body, kept["headers"], unchanged=True, via=kept["via"])

    def _keep(self, url: str, answer: Answer) -> None:
        """Keep body, then what tells of it: a crash between the two only costs a request."""
        place = self._place(url)
        if not answer.unchanged:
            place.with_suffix(".json").unlink(missing_ok=True)  # never old validators beside a new body
            write_bytes(place.with_suffix(".body.gz"), gzip.compress(answer.content, mtime=0))
        headers = answer.headers if answer.status == httpx.codes.OK else {}
        said = {"url": url, "at": answer.url, "status": answer.status, "headers": headers, "via": answer.via,
                "walk": self.walk_token}  # fmt: skip
        write_bytes(place.with_suffix(".json"), json.dumps(said, ensure_ascii=False).encode())

    def remember(self, path: Path, said: dict[str, Any]) -> None:
        """Write what is known of the site, whole or not at all."""
        write_bytes(path, (json.dumps(said, ensure_ascii=False, indent=1) + "\n").encode())

    def recall(self, path: Path) -> dict[str, Any]:
        """Return what was remembered; empty where nothing was, or where a crash of the machine cut it off."""
        try:
            said: dict[str, Any] = json.loads(path.read_text("utf-8"))
        except (FileNotFoundError, ValueError):
            return {}
        return said


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
