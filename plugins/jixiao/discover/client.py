"""Asking a publication site: politely, only where the contract allows, and never more than was bargained for.

The host is checked against the contract before each request and after each redirect, and its address is checked when
the connection is made, so that a name that resolves to a private address is refused before anything is sent.
"""

import gzip
import hashlib
import ipaddress
import json
import random
import socket
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

import httpcore
import httpx
import tenacity
from protego import Protego

from jixiao import __version__
from jixiao.discover.source import Source
from jixiao.model import JixiaoError

_BLOCKED: Final = {403, 412, 521}
_RETRIED: Final = {429, 500, 502, 503, 504}
_REDIRECTS: Final = 5
PAGE_BYTES: Final = 10 * 1024 * 1024
FILE_BYTES: Final = 100 * 1024 * 1024


class Refused(JixiaoError):  # noqa: N818 - what happened, in the words of the reports
    """A request that must not be sent, or an answer that must not be taken."""


class Blocked(JixiaoError):  # noqa: N818
    """The site does not want us; recorded, never defeated."""


class _Transient(JixiaoError):  # noqa: N818
    """A failure that may pass; `wait` is what the site asked for, in seconds."""

    def __init__(self, message: str, wait: float | None = None) -> None:
        super().__init__(message)
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Answer:
    """A site's answer: where it came from in the end, its bytes, whether it was unchanged since the last time."""

    url: str
    status: int
    content: bytes
    content_type: str
    unchanged: bool = False

    @property
    def text(self) -> str:
        """Return the body as text: UTF-8, else what Chinese sites used before it."""
        try:
            return self.content.decode("utf-8")
        except UnicodeDecodeError:
            return self.content.decode("gb18030", "replace")


class _CheckedBackend(httpcore.SyncBackend):
    """Connects only to addresses that a public site can have (and to loopback where the contract says so)."""

    def __init__(self, allow_loopback: bool) -> None:
        self._allow_loopback = allow_loopback

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Resolve, check every address, connect to one that was checked."""
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except socket.gaierror as error:
            raise httpcore.ConnectError(f"{host} does not resolve: {error}") from error
        addresses = [str(item[4][0]) for item in found]
        for address in addresses:
            self.check(host, address)
        return super().connect_tcp(addresses[0], port, timeout, local_address, socket_options)

    def check(self, host: str, address: str) -> None:
        """Raise `Refused` for an address that is not public."""
        ip = ipaddress.ip_address(address.split("%")[0])
        if ip.is_loopback and self._allow_loopback:
            return
        if not ip.is_global or ip.is_multicast:
            raise Refused(f"{host} resolves to {address}, which is not a public address: refused before sending")


class Client:
    """One site's client: one connection, a delay between requests, robots.txt, a cache of validators."""

    def __init__(self, source: Source, cache: Path, contact: str | None) -> None:
        """Prepare; nothing is sent. A public site is asked only with the operator's contact in the User-Agent."""
        if not source.allow_loopback and not contact:
            raise JixiaoError(f"source {source.id}: set JIXIAO_CONTACT before a public site is asked")
        self._source = source
        self._cache = cache
        self._agent = f"jixiao/{__version__} (+{contact or 'demonstration'})"
        transport = httpx.HTTPTransport(limits=httpx.Limits(max_connections=1), retries=0)
        transport._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(),
            max_connections=1,
            network_backend=_CheckedBackend(source.allow_loopback),
        )
        self._http = httpx.Client(
            transport=transport,
            timeout=source.politeness.timeout_seconds,
            headers={"User-Agent": self._agent, "Accept-Encoding": "gzip, deflate"},
            follow_redirects=False,
            trust_env=False,
        )
        self._robots: dict[str, Protego | None] = {}
        self._last = 0.0
        self.requests = 0

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def get(self, url: str, limit: int = PAGE_BYTES, remember: bool = True) -> Answer:
        """Return the answer to a GET; with `remember`, ask only whether it changed since the last time.

        Raises:
            Refused: the contract, robots.txt or a cap forbids it; nothing more was sent or taken.
            Blocked: the site answered that we are not wanted.
            JixiaoError: the site failed for good.
        """
        self._check_robots(url)
        politeness = self._source.politeness
        retry = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(_Transient),
            stop=tenacity.stop_after_attempt(politeness.attempts),
            wait=_wait_as_asked,
            reraise=True,
        )
        return retry(self._once, url, limit, remember)

    def _check_host(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https"):
            raise Refused(f"{url}: only http and https are asked")
        if (parts.hostname or "") not in self._source.allowed_hosts:
            raise Refused(f"{url}: the contract {self._source.id} does not name the host {parts.hostname}")

    def _check_robots(self, url: str) -> None:
        """Raise `Refused` where robots.txt says no (RFC 9309: 4xx allows all, 5xx forbids for now)."""
        self._check_host(url)
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._robots:
            try:
                answer = self._once(f"{origin}/robots.txt", 512 * 1024, remember=True)
                self._robots[origin] = Protego.parse(answer.text)
            except Blocked:
                self._robots[origin] = None
            except _Transient as error:
                raise Refused(f"{origin}/robots.txt: {error}: held off") from None
            except JixiaoError:
                self._robots[origin] = None
        rules = self._robots[origin]
        if rules is not None and not rules.can_fetch(url, self._agent):
            raise Refused(f"{url}: robots.txt forbids it")

    def _pause(self) -> None:
        politeness = self._source.politeness
        wanted = politeness.delay_seconds + random.uniform(0, politeness.jitter_seconds)  # noqa: S311 - not a secret
        time.sleep(max(0.0, self._last + wanted - time.monotonic()))
        self._last = time.monotonic()

    def _once(self, url: str, limit: int, remember: bool) -> Answer:
        headers = {}
        kept = self._kept(url) if remember else None
        if kept is not None:
            headers = {name: value for name, value in kept["validators"].items() if value}
        at = url
        for _ in range(_REDIRECTS + 1):
            self._check_host(at)
            self._pause()
            self.requests += 1
            try:
                with self._http.stream("GET", at, headers=headers) as response:
                    if response.has_redirect_location:
                        at = urljoin(at, response.headers.get("location", ""))
                        continue
                    return self._taken(url, at, response, limit, kept, remember)
            except httpx.TransportError as error:
                raise _Transient(f"{at}: {type(error).__name__}: {error}") from error
        raise Refused(f"{url}: more than {_REDIRECTS} redirects")

    def _taken(
        self, url: str, at: str, response: httpx.Response, limit: int, kept: dict[str, Any] | None, remember: bool
    ) -> Answer:
        status = response.status_code
        kind = response.headers.get("content-type", "")
        if status == httpx.codes.NOT_MODIFIED and kept is not None:
            body = gzip.decompress((self._place(url).with_suffix(".body.gz")).read_bytes())
            return Answer(at, 200, body, kept["content_type"], unchanged=True)
        if status in _BLOCKED:
            raise Blocked(f"{at}: the site answered {status}: blocked")
        if status in _RETRIED:
            asked = response.headers.get("retry-after", "")
            raise _Transient(f"{at}: the site answered {status}", float(asked) if asked.isdigit() else None)
        if status >= 400:
            return Answer(at, status, b"", kind)
        declared = response.headers.get("content-length", "")
        if declared.isdigit() and int(declared) > limit:
            raise Refused(f"{at}: declares {declared} bytes, more than the limit of {limit}")
        taken = bytearray()
        for chunk in response.iter_bytes():
            taken += chunk
            if len(taken) > limit:
                raise Refused(f"{at}: more than {limit} bytes after decompression")
        content = bytes(taken)
        if remember:
            self._keep(url, response, content)
        return Answer(at, status, content, kind)

    def _place(self, url: str) -> Path:
        return self._cache / hashlib.sha256(url.encode()).hexdigest()

    def _kept(self, url: str) -> dict[str, Any] | None:
        place = self._place(url)
        meta, body = place.with_suffix(".json"), place.with_suffix(".body.gz")
        if not meta.exists() or not body.exists():
            return None
        said: dict[str, Any] = json.loads(meta.read_text("utf-8"))
        return said

    def _keep(self, url: str, response: httpx.Response, content: bytes) -> None:
        """Keep body, then validators: a crash between the two only costs a request."""
        validators = {
            "If-None-Match": response.headers.get("etag"),
            "If-Modified-Since": response.headers.get("last-modified"),
        }
        if not any(validators.values()):
            return
        self._cache.mkdir(parents=True, exist_ok=True)
        place = self._place(url)
        said = {"url": url, "validators": validators, "content_type": response.headers.get("content-type", "")}
        for suffix, data in (
            (".body.gz", gzip.compress(content, mtime=0)),
            (".json", json.dumps(said, ensure_ascii=False).encode()),
        ):
            partial = place.with_suffix(suffix + ".new")
            partial.write_bytes(data)
            partial.replace(place.with_suffix(suffix))


def _wait_as_asked(state: tenacity.RetryCallState) -> float:
    """Return what the site asked for (Retry-After, at most two minutes), else 1, 2, 4 … seconds with jitter."""
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, _Transient) and error.wait is not None:
        return min(error.wait, 120.0)
    return float(2 ** (state.attempt_number - 1)) + random.uniform(0, 0.5)  # noqa: S311 - not a secret
