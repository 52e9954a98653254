"""The lowest layer of asking a site: where a connection may go, how a body is unpacked, which TLS is spoken."""

import ipaddress
import socket
import ssl
import zlib
from collections.abc import Iterable, Iterator
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

import httpcore
import httpx

from jixiao.model import JixiaoError

# How a host is spoken to: as usual, or by a fallback that its contract documents.
VERIFIED: Final = "verified"
FALLBACK: Final = r"tls12_p256|legacy|http(:\d{1,5})?"
_LEGACY_RENEGOTIATION: Final = 0x4  # ssl.OP_LEGACY_SERVER_CONNECT, named since Python 3.12
_PIECE: Final = 256 * 1024
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")


class Refused(JixiaoError):  # noqa: N818 - what happened, in the words of the reports
    """A request that must not be sent, or an answer that must not be taken."""


def check_address(host: str, address: str, allow_loopback: bool) -> None:
    """Raise `Refused` for an address that is not public (loopback only where the contract says so)."""
    ip = ipaddress.ip_address(address.split("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            ip = ip.ipv4_mapped
        elif ip in _NAT64:
            ip = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    if ip.is_loopback and allow_loopback:
        return
    if not ip.is_global or ip.is_multicast:
        raise Refused(f"{host} is at {address}, which is not a public address: refused before sending")


class CheckedBackend(httpcore.SyncBackend):
    """Connects only to addresses that were checked, so that no second look at DNS can lead elsewhere."""

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
                return super().connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return super().connect_tcp(addresses[-1], port, timeout, local_address, socket_options)


def tls_context(way: str) -> ssl.SSLContext:
    """Return a context that verifies certificates, whatever else it puts up with.

    `tls12_p256` is for hosts that fail with BAD_ECPOINT, `legacy` for those that speak only what OpenSSL 3 leaves out
    (docs/publication-platforms.md, section 4).
    """
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


def transport(allow_loopback: bool, way: str) -> httpx.HTTPTransport:
    """Return a transport with one connection at a time, to checked addresses only."""
    context = tls_context(way)
    made = httpx.HTTPTransport(verify=context, retries=0)
    made._pool.close()
    made._pool = httpcore.ConnectionPool(
        ssl_context=context, max_connections=1, network_backend=CheckedBackend(allow_loopback)
    )
    return made


def unpacked(pieces: Iterable[bytes], packed: bool, limit: int, what: str) -> Iterator[bytes]:
    """Yield a body, gunzipped or inflated if `packed`, and stop before more than `limit` bytes are made of it.

    Some servers send gzip and do not say so: it is told by its first bytes, unless a gzip file was asked for. Raises
    `Refused` over the limit, so that a small body never grows into a large one in memory.
    """
    sniffed = not urlsplit(what).path.endswith((".gz", ".tgz"))
    size = 0
    opener = None
    for raw in pieces:
        rest = raw
        if size == 0 and opener is None and sniffed and raw.startswith(b"\x1f\x8b"):
            packed = True
        while rest:
            piece = rest
            if packed:
                if opener is None:
                    # Bare deflate (no zlib header) is what some servers mean by "deflate".
                    bits = 47 if rest[:1] in (b"\x1f", b"\x78") else -15
                    opener = zlib.decompressobj(bits)
                try:
                    piece = opener.decompress(rest, _PIECE)
                except zlib.error as error:
                    raise Refused(f"{what}: the compressed body is damaged: {error}") from None
                rest = opener.unconsumed_tail
            else:
                rest = b""
            size += len(piece)
            if size > limit:
                raise Refused(f"{what}: more than {limit} bytes{' after decompression' if packed else ''}")
            yield piece
    if opener is not None and not opener.eof:
        raise Refused(f"{what}: the compressed body is cut off")
