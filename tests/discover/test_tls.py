"""TLS over real listeners: certificates are always verified; a fallback needs the contract, and is recorded."""

import ipaddress
import json
import ssl
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jixiao.archive import Archive, Sighting
from jixiao.discover import Client, load_sources, walk
from jixiao.discover.source import Department, Politeness, Source
from jixiao.model import JixiaoError
from jixiao.settings import Settings

from demo.rough import ORGANIZATION, install
from demo.site import serve_tls


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for 127.0.0.1 that signs itself, with its key, in one file."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "demo")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "demo.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + secret)
    return path


@pytest.fixture
def trusted(certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))


def server_context(certificate, ciphers: str | None = None, newest=ssl.TLSVersion.TLSv1_2) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.maximum_version = newest
    if ciphers:
        context.set_ciphers(ciphers)
    return context


def offers_tls13(hello: bytes) -> bool:
    """Tell whether a client's hello has the extension that only TLS 1.3 has (key shares): old machines drop it."""
    return b"\x00\x33\x00" in hello


def spoken_to(site, address: str, *fallbacks: str) -> Source:
    """The rough department at an address by TLS; its lists give absolute links to the same."""
    site.url = address
    install(site)
    demo = next(s for s in load_sources(Settings.load().sources) if s.id == "demo")
    return demo.model_copy(
        update={
            "address": address,
            "address_from": None,
            "departments": (Department(organization=ORGANIZATION, region_code="440111", prefix="/rough"),),
            "politeness": Politeness(delay_seconds=0, jitter_seconds=0, timeout_seconds=5, attempts=1),
            "fallbacks": {"127.0.0.1": fallbacks} if fallbacks else {},
        }
    )


def walked(source: Source, folder):
    client = Client(source, folder / "http", None)
    try:
        return walk(source, client)
    finally:
        client.close()


def test_a_listener_that_speaks_nothing_newer_than_tls_1_2_needs_no_fallback(demo_run, certificate, trusted, tmp_path):
    with serve_tls(demo_run, server_context(certificate)) as address:
        found = walked(spoken_to(demo_run, address, "tls12_p256", "http:1"), tmp_path)
    assert sum(c.taken for c in found.candidates) > 5
    assert found.problems == []
    assert "connections" not in found.site_map


def test_a_certificate_that_nobody_vouches_for_is_never_accepted(demo_run, certificate, tmp_path):
    with serve_tls(demo_run, server_context(certificate)) as address:
        found = walked(spoken_to(demo_run, address, "tls12_p256", "legacy"), tmp_path)
    assert "certificate verify failed" in "".join(found.problems)
    assert demo_run.asked == [], "no request was sent"


@pytest.mark.parametrize(
    ("fallback", "ciphers", "refuses"),
    [("tls12_p256", None, offers_tls13), ("legacy", "AES128-SHA:@SECLEVEL=0", lambda hello: False)],
)
def test_a_host_that_fails_the_handshake_is_spoken_to_as_its_contract_documents(
    demo_run, certificate, trusted, tmp_path, fallback, ciphers, refuses
):
    with serve_tls(demo_run, server_context(certificate, ciphers), refuses) as address:
        found = walked(spoken_to(demo_run, address), tmp_path / "plain")
        assert not found.candidates
        assert "ConnectError" in "".join(found.problems)
        assert demo_run.asked == [], "without a word in the contract nothing else is tried"
        source = spoken_to(demo_run, address, fallback)
        client = Client(source, tmp_path / "http", None)
        found = walk(source, client)
        assert sum(c.taken for c in found.candidates) > 5
        assert found.problems == []
        assert found.site_map["connections"]["127.0.0.1"].startswith(f"{fallback}, for the usual way failed: ")
        assert any(f"127.0.0.1 is spoken to by {fallback}" in note for note in found.notes)
        site_map = json.loads((tmp_path / "http" / "site.json").read_text("utf-8"))
        assert site_map["connections"] == found.site_map["connections"]
        client.close()


def test_http_in_place_of_https_is_recorded_and_the_published_address_is_kept(demo_run, certificate, trusted, tmp_path):
    plain = demo_run.url
    with serve_tls(demo_run, server_context(certificate), lambda hello: True) as address:
        source = spoken_to(demo_run, address, "tls12_p256", f"http:{plain.rsplit(':', 1)[1]}")
        client = Client(source, tmp_path / "http", None)
        found = walk(source, client)
        taken = [c for c in found.candidates if c.taken and c.url.endswith("810001.pdf")]
        archive = Archive(str(tmp_path / "archive"))
        [kept] = archive.fetch_all(taken, client)
        client.close()
    assert isinstance(kept, Sighting)
    assert kept.url.startswith(address), "as published"
    [sidecar] = (tmp_path / "archive" / "sightings").rglob("*.json")
    assert json.loads(sidecar.read_text("utf-8"))["via"].startswith("http:")
    assert found.site_map["connections"]["127.0.0.1"].startswith("http:")
    assert found.problems == []


def test_a_fallback_that_does_not_exist_names_file_and_key(tmp_path):
    (tmp_path / "bad.yaml").write_text(
        "name: x\nadapter: gkmlpt\naddress: https://a.cn\ndepartments: []\nfallbacks: {a.cn: [unverified]}\n"
    )
    with pytest.raises(JixiaoError, match=r"bad\.yaml: fallbacks\.a\.cn\.0"):
        load_sources(tmp_path)
