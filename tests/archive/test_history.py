"""Revisions, what is gone, sites that cannot say whether a file changed; and the same on an object store."""

import hashlib
import json
import uuid
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from jixiao.archive import Archive
from jixiao.discover import Candidate, Client, load_sources, walk
from jixiao.discover.posts import CHINA
from jixiao.model import JixiaoError
from jixiao.settings import Settings

from demo.site import Reply

PDF = b"%PDF-1.4 "


@pytest.fixture(params=["local", "s3"])
def archive(request, tmp_path, monkeypatch):
    if request.param == "local":
        yield Archive(str(tmp_path / "archive"))
        return
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    for name, value in {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    import s3fs

    s3fs.S3FileSystem.clear_instance_cache()
    bucket = f"reports-{uuid.uuid4().hex}"  # moto keeps its buckets as long as the process lives
    s3fs.S3FileSystem().mkdir(bucket)
    yield Archive(f"s3://{bucket}/archive")
    s3fs.S3FileSystem.clear_instance_cache()
    server.stop()


@pytest.fixture
def client(demo_run, tmp_path):
    source = next(s for s in load_sources(Settings.load().sources) if s.id == "demo")
    client = Client(source, tmp_path / "http", None)
    yield client
    client.close()


def candidate(url: str, **changes: object) -> Candidate:
    title = "2021年部门整体支出绩效自评报告"
    made = Candidate("demo", url, url, title, "", title + ".pdf", "", None, 2021, "科协", "440111", True, "")
    return replace(made, **changes)


def test_the_same_report_with_new_bytes_is_a_new_revision_and_the_old_one_stays(demo_run, client, archive, tmp_path):
    url = demo_run.url + "/gzbykx/a.pdf"
    shas = []
    for body in (b"first", b"first", b"corrected"):
        demo_run.overrides["/gzbykx/a.pdf"] = lambda body=body: Reply(PDF + body)
        [seen] = archive.fetch(candidate(url, published_on=date(2022, 8, 30)), client)
        shas.append(seen.sha256)
    assert shas[0] == shas[1] != shas[2]
    chain = [(r.revision, r.document_sha256, r.replaces_sha256) for r in archive.revisions()]
    assert chain == [(1, shas[0], None), (2, shas[2], shas[0])]
    old, new = archive.revisions()
    assert old.first_seen_at < old.last_seen_at < new.first_seen_at < new.last_seen_at
    assert (old.organization, old.fiscal_year, old.published_on) == ("科协", 2021, date(2022, 8, 30))
    archive.mark_gone([url])
    assert [r.gone for r in archive.revisions()] == [True, True]
    assert archive.local_copy(shas[0], tmp_path / "copies").read_bytes() == PDF + b"first"
    assert archive.local_copy(shas[2], tmp_path / "copies").read_bytes() == PDF + b"corrected"


def test_a_file_that_is_put_back_is_the_newest_revision_again(demo_run, client, archive):
    url = demo_run.url + "/a.pdf"
    for body in (b"A", b"B", b"A", b"A", b"B"):
        demo_run.overrides["/a.pdf"] = lambda body=body: Reply(PDF + body)
        [seen] = archive.fetch(candidate(url), client)
    # Other addresses of either say nothing new.
    for path, body in (("/b.pdf", b"A"), ("/c.pdf", b"B")):
        demo_run.overrides[path] = lambda body=body: Reply(PDF + body)
        archive.fetch(candidate(demo_run.url + path), client)
    chain = archive.revisions()
    a, b = chain[0].document_sha256, seen.sha256
    assert [(r.revision, r.document_sha256, r.replaces_sha256) for r in chain] == [
        (1, a, None),
        (2, b, a),
        (3, a, b),
        (4, b, a),
    ]
    times = [time for r in chain[:3] for time in (r.first_seen_at, r.last_seen_at)]
    assert times[:5] == sorted(times[:5]), "each until the next came"
    assert chain[2].last_seen_at > chain[3].first_seen_at, "the other address still gives it"


def test_a_report_and_its_table_are_two_chains_a_corrected_post_is_one(demo_run, client, archive):
    names = {
        "a": "2021年整体支出绩效自评报告.pdf",
        "b": "2021年整体支出绩效自评表.pdf",
        "c": "附件1：2021年整体支出绩效自评报告（更正）.pdf",
    }
    for path, name in names.items():
        demo_run.overrides[f"/{path}.pdf"] = lambda path=path: Reply(PDF + path.encode())
        archive.fetch(candidate(f"{demo_run.url}/{path}.pdf", attachment_name=name), client)
    assert sorted((r.name, r.revision) for r in archive.revisions()) == [
        ("年整体支出绩效自评报告", 1),
        ("年整体支出绩效自评报告", 2),
        ("年整体支出绩效自评表", 1),
    ]


def test_a_file_is_asked_for_once_in_a_walk(demo_run, client, archive):
    demo_run.overrides["/a.pdf"] = lambda: Reply(PDF)
    for _ in range(2):
        archive.fetch(candidate(demo_run.url + "/a.pdf", walk="all:1"), client)
    assert demo_run.asked.count("/a.pdf") == 1
    archive.fetch(candidate(demo_run.url + "/a.pdf", walk="all:2"), client)
    assert (demo_run.asked.count("/a.pdf"), demo_run.sent.count("/a.pdf")) == (2, 1)


def test_a_site_without_validators_is_asked_again_only_when_its_list_says_something_else(demo_run, client, archive):
    demo_run.overrides["/a.pdf"] = lambda: Reply(PDF, headers={"X-Demo-No-Validators": "1"})
    for number, size in enumerate((9, 9, 10)):
        archive.fetch(candidate(demo_run.url + "/a.pdf", walk=f"all:{number}", declared_size=size), client)
    assert demo_run.asked.count("/a.pdf") == 2


def test_a_failed_fetch_leaves_what_was_archived_before(demo_run, client, archive, tmp_path):
    url = demo_run.url + "/a.pdf"
    demo_run.overrides["/a.pdf"] = lambda: Reply(PDF)
    [seen] = archive.fetch(candidate(url), client)
    demo_run.overrides["/a.pdf"] = lambda: Reply(status=403)
    [known, failure] = archive.fetch(candidate(url), client)
    assert known == seen, "it is still the document of this address"
    assert "blocked" in failure.reason
    assert list(archive.sightings()) == [seen]
    assert archive.local_copy(seen.sha256, tmp_path / "copies").read_bytes() == PDF


def test_what_is_gone_is_marked_and_kept_and_may_come_back(demo_run, client, archive):
    url = demo_run.url + "/a.pdf"
    demo_run.overrides["/a.pdf"] = lambda: Reply(PDF)
    [seen] = archive.fetch(candidate(url), client)
    assert archive.mark_gone([url]) == [url]
    assert archive.mark_gone([url]) == [], "marked once"
    assert archive.gone() == [url]
    assert list(archive.sightings()) == [seen]
    archive.fetch(candidate(url), client)
    assert archive.gone() == []


def test_a_sidecar_tells_where_when_and_with_which_headers(demo_run, client, tmp_path):
    demo_run.overrides["/a.pdf"] = lambda: Reply(PDF, "application/pdf")
    archive = Archive(str(tmp_path / "archive"))
    published = datetime(2022, 8, 30, 16, 25, 8, tzinfo=CHINA)
    archive.fetch(candidate(demo_run.url + "/a.pdf", published_at=published), client)
    [sidecar] = (tmp_path / "archive" / "sightings").rglob("*.json")
    said = json.loads(sidecar.read_text("utf-8"))
    assert said["sighting"]["published_at"] == "2022-08-30 16:25:08+08:00"
    assert [one.published_at for one in archive.sightings()] == [published]
    assert said["headers"]["content-type"] == "application/pdf"
    assert said["headers"]["etag"]
    assert said["seen_at"].endswith("+00:00")
    assert said["sighting"]["organization"] == "科协"


def test_an_object_that_was_changed_by_hand_is_not_handed_out(demo_run, client, archive, tmp_path):
    demo_run.overrides["/a.pdf"] = lambda: Reply(PDF)
    [seen] = archive.fetch(candidate(demo_run.url + "/a.pdf"), client)
    if archive._store.local:
        pytest.skip("local originals are write-protected and handed out in place")
    archive._store.object(seen.sha256).write_bytes(b"other")
    with pytest.raises(JixiaoError, match="other bytes than its name says"):
        archive.local_copy(seen.sha256, tmp_path / "copies")


def test_a_post_that_vanishes_is_gone_after_three_full_walks(demo_run, tmp_path):
    source = next(s for s in load_sources(Settings.load().sources) if s.id == "demo")
    posts = demo_run.departments[0]["posts"]
    removed = posts.pop(0)
    posts.insert(0, removed)
    gone = []
    for number in range(5):
        if number == 1:
            posts.remove(removed)
        demo_run.overrides.clear()
        if number == 2:  # this walk is not full: it says nothing of what is gone
            demo_run.overrides["/sgskx/gkmlpt/index"] = lambda: Reply(status=404)
        client = Client(source, tmp_path / "http", None)
        gone.append(len(walk(source, client).gone))
        client.close()
    assert gone == [0, 0, 0, 0, 1]


class Clock(datetime):
    """A clock that somebody set back."""

    days_back = 0

    @classmethod
    def now(cls, tz=None):
        return datetime.now(tz) - timedelta(days=cls.days_back)


@pytest.fixture
def newest(demo_run, tmp_path, monkeypatch):
    """Return a function that has an address give bytes, and says which of its chain are newest last."""
    monkeypatch.setattr("jixiao.archive.datetime", Clock)
    monkeypatch.setattr(Clock, "days_back", 0)
    source = next(s for s in load_sources(Settings.load().sources) if s.id == "demo")
    archive = Archive(str(tmp_path / "archive"))
    client = Client(source, tmp_path / "http", None)

    def give(body, name="a.pdf", day=None):
        demo_run.overrides[f"/{name}"] = lambda: Reply(body, headers={"ETag": hashlib.sha256(body).hexdigest()})
        url, title = f"{demo_run.url}/{name}", "2022年部门整体支出绩效自评报告"
        archive.fetch(
            Candidate("demo", url, url, title, "", "自评报告.pdf", "", day, 2022, "科协", "440111", True, ""), client
        )
        names = {hashlib.sha256(b).hexdigest(): b.decode()[-1] for b in (b"%PDF-1.4 A", b"%PDF-1.4 B")}
        return "".join(names[one.document_sha256] for one in archive.revisions())

    yield give
    client.close()


def test_a_clock_that_is_set_back_does_not_make_the_old_file_the_newest(newest, monkeypatch):
    assert newest(b"%PDF-1.4 A") == "A"
    monkeypatch.setattr(Clock, "days_back", 1)
    assert newest(b"%PDF-1.4 B") == "AB"
    monkeypatch.setattr(Clock, "days_back", 3)
    assert newest(b"%PDF-1.4 A") == "ABA"


def test_nor_does_an_index_of_an_older_backup(newest, monkeypatch, tmp_path):
    assert newest(b"%PDF-1.4 A") == "A"
    monkeypatch.setattr(Clock, "days_back", 1)
    (tmp_path / "archive" / "index" / "sequence.json").write_text('{"sequence": 5}')
    assert newest(b"%PDF-1.4 B") == "AB"


def test_a_file_that_is_put_back_at_a_new_address_is_the_newest(newest):
    assert newest(b"%PDF-1.4 A", "a.pdf", date(2023, 8, 1)) == "A"
    assert newest(b"%PDF-1.4 A", "cross-post.pdf", date(2023, 8, 2)) == "A"
    assert newest(b"%PDF-1.4 B", "b.pdf", date(2023, 9, 1)) == "AB"
    assert newest(b"%PDF-1.4 A", "late-cross-post.pdf", date(2023, 8, 3)) == "AB"
    assert newest(b"%PDF-1.4 A", "c.pdf", date(2023, 10, 1)) == "ABA"


def test_an_address_that_turns_to_and_fro_without_end_stops_telling(newest):
    said = [newest(b"%PDF-1.4 " + (b"A", b"B")[turn % 2]) for turn in range(24)]
    assert said[:4] == ["A", "AB", "ABA", "ABAB"]
    assert said[-1] == said[18], "nine returns are told; more tell nothing new"
