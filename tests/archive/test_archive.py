"""The archive: unchanged bytes under their hash, nothing fetched twice, nothing half."""

import hashlib
from datetime import date

import pytest
from jixiao.archive import Archive, FetchFailure, Sighting
from jixiao.discover import Candidate, Client, load_sources
from jixiao.model import JixiaoError
from jixiao.settings import Settings

from demo.site import Reply


def candidate(url: str, name: str = "报告.pdf") -> Candidate:
    return Candidate(
        "demo",
        url,
        url,
        "2021年自评报告",
        "预决算公开",
        name,
        "科协",
        date(2022, 8, 30),
        2021,
        "科协",
        "440111",
        True,
        "",
    )


@pytest.fixture
def client(demo_run, tmp_path):
    source = next(s for s in load_sources(Settings.load().sources) if s.id == "demo")
    client = Client(source, tmp_path / "http", None)
    yield client
    client.close()


@pytest.fixture
def archive(tmp_path):
    return Archive(str(tmp_path / "archive"))


def serve(site, path: str, body: bytes) -> str:
    site.overrides[path] = lambda: Reply(body, "application/pdf")
    return site.url + path


def test_bytes_are_kept_unchanged_with_where_they_came_from(demo_run, client, archive, tmp_path):
    body = b"%PDF-1.4 a report"
    [found] = archive.fetch(candidate(serve(demo_run, "/gzbykx/a.pdf", body)), client)
    assert isinstance(found, Sighting)
    assert found.sha256 == hashlib.sha256(body).hexdigest()
    assert archive.local_copy(found.sha256, tmp_path).read_bytes() == body
    assert list(archive.sightings()) == [found]


def test_nothing_is_fetched_twice(demo_run, client, archive):
    url = serve(demo_run, "/gzbykx/a.pdf", b"%PDF-1.4 a report")
    first = archive.fetch(candidate(url), client)
    second = archive.fetch(candidate(url), client)
    assert first == second
    assert demo_run.unchanged_count == 1, "the second time it was only asked whether it changed"


def test_the_same_file_at_two_addresses_is_one_document(demo_run, client, archive):
    urls = [serve(demo_run, f"/gzbykx/{n}.pdf", b"%PDF-1.4 same") for n in "ab"]
    found = archive.fetch_all([candidate(url) for url in urls], client)
    assert len({f.sha256 for f in found}) == 1
    assert len(list(archive.sightings())) == 2


def test_an_error_page_saved_as_pdf_is_a_failed_fetch(demo_run, client, archive):
    url = serve(demo_run, "/gzbykx/a.pdf", b"<!DOCTYPE html><html>404</html>")
    [failure] = archive.fetch(candidate(url), client)
    assert isinstance(failure, FetchFailure)
    assert "HTML page in place of the file" in failure.reason
    assert list(archive.sightings()) == []


def test_an_empty_file_is_a_failed_fetch(demo_run, client, archive):
    [failure] = archive.fetch(candidate(serve(demo_run, "/gzbykx/a.pdf", b"")), client)
    assert isinstance(failure, FetchFailure)
    assert "empty" in failure.reason


def test_a_name_never_becomes_a_path(demo_run, client, archive, tmp_path):
    url = serve(demo_run, "/gzbykx/a.pdf", b"%PDF-1.4 a report")
    archive.fetch(candidate(url, "../../../etc/passwd"), client)
    names = {p.stem for p in (tmp_path / "archive").rglob("*") if p.is_file()}
    assert names - {"sequence"} == {
        hashlib.sha256(b"%PDF-1.4 a report").hexdigest(),
        hashlib.sha256(url.encode()).hexdigest(),
    }
    assert not list(tmp_path.rglob("passwd*"))


def test_a_document_that_is_not_there_is_named(archive, tmp_path):
    with pytest.raises(JixiaoError, match="holds no document"):
        archive.local_copy("0" * 64, tmp_path)
