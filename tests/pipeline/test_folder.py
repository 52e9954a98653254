"""A folder of files as a source: one command from files to marts, and again; a zip, an object store, a manifest."""

import json
import os
import shutil
import uuid
import zipfile
from pathlib import Path
from urllib.parse import unquote

import duckdb
import pytest
from jixiao.cli import main
from jixiao.discover import folder_source
from jixiao.pipeline import archive_source, discover_source, extract_batch, load_run, open_run, plan_batches
from jixiao.pipeline.collecting import folder_of
from jixiao.pipeline.rebuilding import rebuild
from jixiao.settings import Settings

from tests.reading import place_scan
from tests.warehouses import empty_warehouse

SAMPLES = Path(__file__).resolve().parents[2] / "demo" / "samples" / "files"
PUBLISHED = [
    ("广州市增城区科学技术协会", 2021, 88.48),
    ("广州市白云区科学技术协会", 2021, 94.28),
    ("广州市荔湾区科学技术协会", 2023, 97.0),
    ("广州市越秀区科学技术协会", 2023, 99.0),
    ("韶关市科学技术协会", 2023, 98.81),
]


@pytest.fixture
def var(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("JIXIAO_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("JIXIAO_CONTACT", "")
    place_scan(tmp_path / "var" / "extractions")
    empty_warehouse(Settings.load().warehouse_path)
    return tmp_path / "var"


def mart(var: Path, query: str) -> list[tuple]:
    with duckdb.connect(str(var / "published" / "current" / "marts.duckdb"), read_only=True) as connection:
        return connection.execute(query).fetchall()


def published(var: Path) -> list[tuple[str, int, float]]:
    query = "SELECT organization, fiscal_year, total_score::DOUBLE FROM mart.department_year ORDER BY ALL"
    return sorted(mart(var, query))


def kept(var: Path) -> dict[str, int]:
    """Return every original and sidecar with the time it was written."""
    found = [*(var / "archive" / "objects").rglob("*"), *(var / "archive" / "sightings").rglob("*")]
    return {str(path): path.stat().st_mtime_ns for path in found if path.is_file()}


def archived(folder: object, name: str = "r") -> list[dict]:
    """Take a folder as far as the archive, which is all that knows what kind of folder it was; return the sightings."""
    run = open_run(None, name)
    source = folder_of(run, folder_source(str(folder)))
    found: list[dict] = json.loads(archive_source(run, source, discover_source(run, source)).read_text())["sightings"]
    return found


def loaded(folder: object, name: str) -> duckdb.DuckDBPyConnection:
    """Take a folder as far as the warehouse; return it."""
    archived(folder, name)
    run = open_run(None, name)
    for batch in plan_batches(run, 200):
        extract_batch(batch)
    load_run(run)
    return duckdb.connect(str(Settings.load().warehouse_path), read_only=True)


def test_a_folder_whose_names_say_nothing_is_published_by_one_command_and_again_nothing_is_done(var, tmp_path, capsys):
    folder = tmp_path / "from a colleague"
    (folder / "old").mkdir(parents=True)
    for number, path in enumerate(sorted(SAMPLES.glob("*.*"))):
        shutil.copy(path, folder / ("old" if number % 2 else "") / f"文件#{number} 100%{path.suffix}")
    (folder / "old" / "~$lock.docx").write_bytes(b"lock")
    (folder / "培训通知.docx").write_bytes(b"not asked for")
    assert main(["ingest", "--from", str(folder)]) == 0
    said = capsys.readouterr().out
    assert published(var) == PUBLISHED
    assert "discovered 6, archived 5, extracted 5, quarantined 1" in said
    assert "the site sent an HTML page in place of the file" in said
    assert "findings: " in said
    assert "88.48" in said
    before, version = kept(var), (var / "published" / "current").resolve()
    assert mart(
        var, "SELECT fiscal_year, published, archived, extracted, quarantined FROM mart.coverage ORDER BY 1"
    ) == [
        (2021, 2, 2, 2, 0),
        (2023, 3, 3, 3, 0),
    ]

    assert main(["ingest", "--from", f"{folder}/"]) == 0
    said = capsys.readouterr().out
    assert ": 0 files read" in said
    assert kept(var) == before
    assert (var / "published" / "current").resolve() == version

    list(rebuild())
    assert published(var) == PUBLISHED
    assert (var / "published" / "current").resolve() == version, "the archive alone gives the same marts"


def test_a_file_replaced_under_its_path_is_a_revision_though_only_the_documents_tell_their_year(var, tmp_path):
    folder = tmp_path / "files"
    folder.mkdir()
    shutil.copy(SAMPLES / "yuexiu-2023.docx", folder / "a.docx")
    shutil.copy(SAMPLES / "yuexiu-2023.docx", folder / "b.docx")
    loaded(folder, "first").close()
    assert len([name for name in kept(var) if "/objects/" in name]) == 1, "the same bytes are kept once"
    assert len([name for name in kept(var) if "/sightings/" in name]) == 2, "and seen at two paths"
    with zipfile.ZipFile(SAMPLES / "yuexiu-2023.docx") as old, zipfile.ZipFile(folder / "a.docx", "w") as new:
        for info in old.infolist():  # the same report in other bytes
            new.writestr(info.filename, old.read(info))
    with loaded(folder, "second") as warehouse:
        chains = warehouse.execute(
            "SELECT organization, fiscal_year, parse_filename(name), max(revision) FROM core.revisions GROUP BY ALL"
        ).fetchall()
    name = "广州市越秀区科学技术协会"
    assert sorted(chains) == [(name, 2023, "a.docx", 2), (name, 2023, "b.docx", 1)]


def test_a_year_that_is_asked_for_leaves_what_is_named_for_another(var, tmp_path, capsys):
    folder = tmp_path / "files"
    folder.mkdir()
    for path in ("baiyun-2021.pdf", "liwan-2023.pdf", "yuexiu-2023.docx"):
        shutil.copy(SAMPLES / path, folder / path)
    (folder / "yuexiu-2023.docx").rename(folder / "越秀 2024-08-30.docx")
    assert main(["ingest", "--from", str(folder), "--fiscal-year", "2023"]) == 0
    assert [(name, year) for name, year, _ in published(var)] == [
        ("广州市荔湾区科学技术协会", 2023),
        ("广州市越秀区科学技术协会", 2023),
    ]
    capsys.readouterr()
    assert main(["ingest", "2023", "--from", str(folder)]) == 2
    assert "--fiscal-year" in capsys.readouterr().err
    assert main(["ingest", "--from", str(folder / "not there")]) == 2
    assert "no folder of files" in capsys.readouterr().err


def test_a_manifest_tells_where_a_file_was_published_and_whose_it_is(var, tmp_path, capsys):
    folder = tmp_path / "files"
    folder.mkdir()
    shutil.copy(SAMPLES / "liwan-2023.pdf", folder / "培训通知.pdf")
    (folder / "nameless.html").write_text(
        "<html><head><title>部门整体支出绩效自评报告</title></head><body><h1>部门整体支出绩效自评报告</h1>"
        "<p>本单位年初预算数100.00万元，决算数90.00万元，预算完成率90.00%。自评得分95.5分。</p></body></html>",
        "utf-8",
    )
    assert [one["attachment_name"] for one in archived(folder)] == ["nameless.html"], "a notice by its name is left"
    (folder / "manifest.csv").write_bytes(
        (
            "path,organization,region code,fiscal_year,url,published_on\n"
            "培训通知.pdf,广州市荔湾区科学技术协会,440103,2023,https://www.example.gov.cn/1.html,2024-08-30\n"
            "nameless.html,广州市天河区科学技术协会,440106,2022,,yesterday\n"
            "missing.pdf,,,,,\n"
        ).encode("gb18030")
    )
    assert main(["ingest", "--from", str(folder)]) == 0
    said = capsys.readouterr().out
    assert "manifest.csv line 3: published_on 'yesterday' is no day" in said
    assert "manifest.csv: missing.pdf is not in the folder" in said
    with duckdb.connect(str(Settings.load().warehouse_path), read_only=True) as warehouse:
        rows = warehouse.execute(
            "SELECT organization, report.fiscal_year, post_url, published_on::VARCHAR FROM core.reports AS report "
            "JOIN core.sightings USING (document_sha256) ORDER BY ALL"
        ).fetchall()
    assert rows[1] == ("广州市荔湾区科学技术协会", 2023, "https://www.example.gov.cn/1.html", "2024-08-30")
    assert rows[0][:2] == ("广州市天河区科学技术协会", 2022)


def test_names_that_are_no_text_and_files_that_are_no_files_stop_nobody(var, tmp_path):
    """A name of bytes that are not UTF-8 ended the run of the folder; a pipe held it for ever."""
    folder = tmp_path / "in"
    folder.mkdir()
    names = ["2023年自评报告.html".encode("gbk"), "坏".encode()[:2] + "2023年自评报告.html".encode()]
    names += ["\x1b[31m\N{RIGHT-TO-LEFT OVERRIDE}2023年自评报告\n.html".encode()]
    for number, name in enumerate(names):
        (folder / os.fsdecode(name)).write_text(
            f"<html><body><p>2023年部门整体支出绩效自评报告{number}</p></body></html>"
        )
    os.mkfifo(folder / "2023年自评报告.pdf")
    (folder / "nowhere.html").symlink_to("away")
    said = archived(folder)
    urls = {unquote(one["url"].rpartition("/")[2]) for one in said}
    assert urls == {"\x1b[31m\u202e2023年自评报告\n.html", "%e5%9d2023年自评报告.html", "2023年自评报告.html"}
    assert all(one["url"].isprintable() for one in said)
    assert "[31m2023年自评报告 .html" in {one["attachment_name"] for one in said}


def test_a_zip_is_a_folder_whatever_its_names_are_written_in(var, tmp_path):
    path = tmp_path / "reports.zip"
    with zipfile.ZipFile(path, "w") as made:
        made.write(SAMPLES / "liwan-2023.pdf", "2023/report.pdf")
        made.write(SAMPLES / "yuexiu-2023.docx", "PLACE.docx")
    data = path.read_bytes().replace(b"PLACE", "越秀".encode("gb18030") + b"1")  # as Chinese Windows writes it
    path.write_bytes(data)
    with loaded(path, "first") as warehouse:
        names = warehouse.execute(
            "SELECT attachment_name, organization FROM core.sightings JOIN core.reports USING (document_sha256) "
            "ORDER BY ALL"
        ).fetchall()
    assert names == [("report.pdf", PUBLISHED[2][0]), ("越秀1.docx", PUBLISHED[3][0])]
    before = kept(var)
    assert len(archived(path, "second")) == 2
    assert kept(var) == before


def test_a_bucket_is_a_folder(var, monkeypatch, capsys):
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
    store = s3fs.S3FileSystem()
    store.mkdir(bucket)
    try:
        store.put_file(str(SAMPLES / "liwan-2023.pdf"), f"{bucket}/in/荔湾.pdf")
        assert len(archived(f"s3://{bucket}/in", "first")) == 1
        capsys.readouterr()
        assert len(archived(f"s3://{bucket}/in", "second")) == 1
        assert ": 0 files read" in capsys.readouterr().out
        store.put_file(str(SAMPLES / "yuexiu-2023.docx"), f"{bucket}/in/越秀.docx")
        assert main(["ingest", "--from", f"s3://{bucket}/in"]) == 0
        assert ": 1 files read" in capsys.readouterr().out
        assert published(var) == [PUBLISHED[2], PUBLISHED[3]]
    finally:
        s3fs.S3FileSystem.clear_instance_cache()
        server.stop()


def test_the_real_reports_under_names_that_say_nothing(var, tmp_path, shared):
    folder = tmp_path / "files"
    folder.mkdir()
    quick = [path for path in sorted((shared / "reports").glob("*.*")) if path.name != "zengcheng-2021.pdf"]  # a scan
    for number, path in enumerate(quick):
        shutil.copy(path, folder / f"{number}{path.suffix}")
    assert main(["ingest", "--from", str(folder)]) == 0
    assert published(var) == PUBLISHED
    with duckdb.connect(str(Settings.load().warehouse_path), read_only=True) as warehouse:
        assert warehouse.execute("SELECT count(*) FROM core.reports").fetchone() == (len(quick),)
