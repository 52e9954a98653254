"""The lowest layer of asking a site: where a connection may go, how a body is unpacked, which TLS is spoken."""

import ipaddress
import os
import socket
import ssl
import time
import zlib
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

import httpcore
import httpx

from jixiao.model import JixiaoError

_LEGACY_RENEGOTIATION: Final = 0x4  # ssl.OP_LEGACY_SERVER_CONNECT, named since Python 3.12
_PIECE: Final = 256 * 1024
_GZIP: Final = b"\x1f\x8b"
_NAT64: Final = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("64:ff9b:1::/48"))
_COMPATIBLE: Final = ipaddress.IPv6Network("::/96")
_ISATAP: Final = (0x00005EFE, 0x02005EFE)


class Refused(JixiaoError):  # noqa: N818 - what happened, in the words of the reports
    """A request that must not be sent, or an answer that must not be taken."""


def _inside(ip: ipaddress.IPv6Address) -> Iterator[ipaddress.IPv4Address]:
    """Yield the IPv4 addresses that an IPv6 address leads to, in every way of writing one into the other."""
    last = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    if ip.ipv4_mapped is not None or any(ip in network for network in (*_NAT64, _COMPATIBLE)):
        yield last
    if ip.sixtofour is not None:
        yield ip.sixtofour
    if ip.teredo is not None:
        yield from ip.teredo
    if int(ip) >> 32 & 0xFFFFFFFF in _ISATAP:
        yield last


def check_address(host: str, address: str, allow_loopback: bool) -> None:
    """Raise `Refused` for an address that is not public (loopback only where the contract says so)."""
    ip = ipaddress.ip_address(address.split("%")[0])
    if ip.is_loopback and allow_loopback:
        return
    all_of_it: list[ipaddress.IPv4Address | ipaddress.IPv6Address] = [ip]
    if isinstance(ip, ipaddress.IPv6Address):
        inside = list(_inside(ip))
        if allow_loopback and inside and all(one.is_loopback for one in inside):
            return
        # A mapped address is no other place than the one inside it.
        all_of_it = [*inside] if ip.ipv4_mapped is not None or ip in _NAT64[0] else [ip, *inside]
    for one in all_of_it:
        local = isinstance(one, ipaddress.IPv6Address) and one.is_site_local
        if not one.is_global or one.is_multicast or local:
            raise Refused(f"{host} is at {address}, which is not a public address: refused before sending")


class _Timed(httpcore.NetworkStream):
    """A connection whose every read and write ends at the deadline of the request, headers and all."""

    def __init__(self, stream: httpcore.NetworkStream, backend: "CheckedBackend") -> None:
        self._stream, self._backend = stream, backend

    def _left(self, timeout: float | None) -> float:
        left = self._backend.deadline - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the deadline has passed")
        return left if timeout is None else min(left, timeout)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read what has come."""
        return self._stream.read(max_bytes, self._left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send all of it."""
        self._stream.write(buffer, self._left(timeout))

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """Speak TLS from here on."""
        return _Timed(self._stream.start_tls(ssl_context, server_hostname, self._left(timeout)), self._backend)

    def get_extra_info(self, info: str) -> Any:
        """Return what the connection knows of itself."""
        return self._stream.get_extra_info(info)


class CheckedBackend(httpcore.SyncBackend):
    """Connects only to addresses that were checked, so that no second look at DNS can lead elsewhere.

    `deadline` (of `time.monotonic`) is when the request that is under way must be complete.
    """

    def __init__(self, allow_loopback: bool) -> None:
        self._allow_loopback = allow_loopback
        self.deadline = float("inf")

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Resolve, check every address, connect to the first that answers (IPv4 first: IPv6 is often dead there)."""
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except socket.gaierror as error:
            raise httpcore.ConnectError(f"{host} does not resolve: {error}") from error
        addresses = [str(item[4][0]) for item in sorted(found, key=lambda item: item[0] != socket.AF_INET)]
        for address in addresses:
            check_address(host, address, self._allow_loopback)
        for address in addresses[:-1]:
            try:
                return self._connected(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return self._connected(addresses[-1], port, timeout, local_address, socket_options)

    def _connected(self, address: str, port: int, timeout: float | None, *rest: Any) -> httpcore.NetworkStream:
        left = max(0.001, self.deadline - time.monotonic())
        return _Timed(super().connect_tcp(address, port, left if timeout is None else min(left, timeout), *rest), self)


def tls_context(way: str) -> ssl.SSLContext:
    """Return the context that verifies certificates, whatever else it puts up with; one for all clients: it is large.

    `tls12_p256` is for hosts that fail with BAD_ECPOINT, `legacy` for those that speak only what OpenSSL 3 leaves out
    (docs/publication-platforms.md, section 4).
    """
    return _context(way, os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))


@cache
def _context(way: str, *_trusted: str | None) -> ssl.SSLContext:
    context = httpx.create_ssl_context()
    if way == "tls12_p256":
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.set_ecdh_curve("prime256v1")
    elif way == "legacy":
        context.set_ciphers("DEFAULT@SECLEVEL=1")
        context.options |= _LEGACY_RENEGOTIATION
    return context


def on_the_wire(url: str, way: str) -> str:
    """Return the address that is really asked: by the fallback `http` the same path without TLS."""
    parts = urlsplit(url)
    if parts.scheme != "https" or not way.startswith("http"):
        return url
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
    return urlunsplit(parts._replace(scheme="http", netloc=host + way.removeprefix("http")))


class Transport(httpx.HTTPTransport):
    """One connection at a time, to checked addresses only, within the deadline of each request."""

    def __init__(self, allow_loopback: bool, way: str) -> None:
        """Prepare; nothing is sent."""
        context = tls_context(way)
        super().__init__(verify=context, retries=0)
        self._pool.close()
        self.backend = CheckedBackend(allow_loopback)
        self._pool = httpcore.ConnectionPool(ssl_context=context, max_connections=1, network_backend=self.backend)


def unpacked(pieces: Iterable[bytes], packed: bool, limit: int, what: str) -> Iterator[bytes]:
    """Yield a body, gunzipped or inflated if `packed`, and stop before more than `limit` bytes are made of it.

    Some servers send gzip and do not say so: it is told by its first bytes, unless a gzip file was asked for. Raises
    `Refused` over the limit, so that a small body never grows into a large one in memory.
    """
    sniffed = not urlsplit(what).path.endswith((".gz", ".tgz"))
    size = 0
    opener: _Opener | None = None
    for raw in pieces:
        if size == 0 and opener is None and (packed or (sniffed and raw.startswith(_GZIP))):
            packed, opener = True, _Opener(what)
        for piece in opener.opened(raw) if opener else (raw,):
            size += len(piece)
            if size > limit:
                raise Refused(f"{what}: more than {limit} bytes{' after decompression' if packed else ''}")
            yield piece
    if opener is not None:
        opener.check_whole()


class _Opener:
    """A packed body that is opened as it comes; a gzip may have several members, which are one body."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._member: Any = None
        self._begun = b""  # the first bytes of what may be another member

    def opened(self, raw: bytes) -> Iterator[bytes]:
        """Yield what these bytes open to, in pieces of a bounded size."""
        rest = self._begun + raw
        self._begun = b""
        while rest:
            if self._member is None:
                # Bare deflate (no zlib header) is what some servers mean by "deflate".
                self._member = zlib.decompressobj(47 if rest[:1] in (_GZIP[:1], b"\x78") else -15)
            elif self._member.eof:
                if len(rest) < 2:
                    self._begun = rest
                    return
                if not rest.strip(b"\0"):  # what fills a block up
                    return
                if not rest.startswith(_GZIP):
                    raise Refused(f"{self._what}: there is more behind the end of the compressed body")
                self._member = zlib.decompressobj(47)
            try:
                piece = self._member.decompress(rest, _PIECE)
            except zlib.error as error:
                raise Refused(f"{self._what}: the compressed body is damaged: {error}") from None
            rest = self._member.unused_data if self._member.eof else self._member.unconsumed_tail
            yield piece

    def check_whole(self) -> None:
        """Raise `Refused` where the body ended in the middle."""
        if self._member is None or not self._member.eof or self._begun.strip(b"\0"):
            raise Refused(f"{self._what}: the compressed body is cut off")
