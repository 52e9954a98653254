"""Publishing: versions, the switch, and going back, on a folder and on an object store."""

import hashlib
import json
import shutil
import sys
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from jixiao.cli import main
from jixiao.model import JixiaoError
from jixiao.publish import MANIFEST, current, current_database, publish, rollback, versions
from jixiao.publish.hold import unpin
from upath import UPath

sys.path.insert(0, str(Path(__file__).parent))
from numbered import put
from reader import READ


@pytest.fixture
def warehouse(tmp_path) -> Path:
    return tmp_path / "w" / "jixiao.duckdb"


def published(warehouse: Path, root: str, number: int, keep: int = 5):
    put(warehouse, number)
    return publish(warehouse, root, keep)


def files(root: str) -> dict[str, str]:
    at = UPath(root)
    return {
        str(path): hashlib.sha256(at.fs.cat_file(path)).hexdigest()
        for path in at.fs.find(at.path)
        if not at.fs.isdir(path)
    }


def said(root: str, copies: Path) -> list[int]:
    with duckdb.connect(str(current_database(root, copies)), read_only=True) as connection:
        return [row[0] for row in connection.execute(READ).fetchall()]


def test_the_same_marts_are_not_published_twice(warehouse, root):
    first = published(warehouse, root, 1)
    before = files(root)
    second = published(warehouse, root, 1)
    assert (first.version, first.changed, second.version, second.changed) == (1, True, 1, False)
    assert before == files(root)


def test_the_last_versions_are_kept_and_can_be_gone_back_to(warehouse, root, tmp_path):
    for number in range(1, 5):
        published(warehouse, root, number, keep=3)
    assert versions(root) == [2, 3, 4]
    assert rollback(root).version == 3
    assert current(root).name == "000003"
    assert said(root, tmp_path / "copies") == [3]
    rollback(root)
    with pytest.raises(JixiaoError, match="oldest"):
        rollback(root)
    unpin(root)
    assert published(warehouse, root, 5, keep=3).version == 5, "a number is never used again"
    assert said(root, tmp_path / "copies") == [5]
    assert not [path for path in files(root) if "/000001/" in path or "/000002/" in path]


def test_the_command_goes_back(warehouse, root, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("JIXIAO_PUBLISH_URL", root)
    monkeypatch.setenv("JIXIAO_VAR", str(tmp_path / "var"))
    assert main(["publish", "--rollback"]) == 2
    assert "nothing is published" in capsys.readouterr().err
    for number in (1, 2):
        published(warehouse, root, number)
    assert main(["publish", "--rollback"]) == 0
    assert capsys.readouterr().out == "current is version 1, pinned until publish --unpin\n"
    assert said(root, tmp_path / "copies") == [1]
    assert main(["rollback"]) == 2
    assert "oldest" in capsys.readouterr().err
    assert main(["publish"]) == 2
    assert "gate" in capsys.readouterr().err


def test_what_a_crash_left_half_is_never_seen_and_is_cleared_away(warehouse, root):
    published(warehouse, root, 1)
    half = UPath(root) / "versions" / "000002" / "marts.duckdb"
    half.parent.mkdir(parents=True, exist_ok=True)
    half.write_bytes(b"half")
    assert versions(root) == [1]
    assert current(root).name == "000001"
    assert published(warehouse, root, 2).version == 2
    assert half.read_bytes() != b"half"


def test_the_manifest_tells_what_is_there(warehouse, root, tmp_path):
    put(warehouse, 1)
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "index.html").write_text("<p>docs", "utf-8")
    folder = UPath(str(publish(warehouse, root, 5, {"expectations": 7, "warnings": []}, docs).folder))
    if root.startswith("s3:"):
        folder = current(root)
    manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    assert manifest["expectations"] == {"expectations": 7, "warnings": []}
    assert manifest["storage_version"] == "v1.2.0"
    assert {"code_version", "extractor_version", "content"} <= set(manifest)
    assert manifest["rows"]["indicator_scores"] == 120
    for name, digest in manifest["files"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    part = "parquet/indicator_scores/fiscal_year=2021/part.parquet"
    assert part in manifest["files"]
    with (folder / part).open("rb") as handle:
        assert pq.read_table(handle).num_rows == 120
    assert (folder / "data_docs" / "index.html").read_text("utf-8") == "<p>docs"


def test_older_readers_can_open_it(warehouse, tmp_path):
    """The header's version number: 64 is what DuckDB 0.10 to 1.1 wrote, 65 belongs to v1.2.0, 66 and above to later."""
    folder = published(warehouse, str(tmp_path / "p"), 1).folder
    with duckdb.connect(str(folder / "marts.duckdb"), read_only=True) as connection:
        tags = connection.execute("SELECT tags FROM duckdb_databases() WHERE database_name = 'marts'").fetchone()
    assert tags[0]["storage_version"].startswith("v1.2.0")


def test_every_table_and_column_explains_itself(warehouse, tmp_path):
    folder = published(warehouse, str(tmp_path / "p"), 1).folder
    with duckdb.connect(str(folder / "marts.duckdb"), read_only=True) as connection:
        bare = connection.execute(
            "SELECT table_name, column_name FROM duckdb_columns() WHERE schema_name = 'mart' AND comment IS NULL"
        ).fetchall()
    assert bare == []


def test_bytes_that_changed_on_the_way_are_refused(warehouse, bucket, tmp_path):
    published(warehouse, bucket, 1)
    database = current(bucket) / "marts.duckdb"
    database.write_bytes(database.read_bytes()[:-1] + b"!")
    with pytest.raises(JixiaoError, match="other bytes than its manifest says"):
        current_database(bucket, tmp_path / "copies")


def test_a_crash_after_the_manifest_and_before_the_rename_does_not_block_the_next_run(warehouse, tmp_path):
    root = tmp_path / "p"
    published(warehouse, str(root), 1)
    half = root / "versions" / "partial-000002"
    half.mkdir()
    (half / "manifest.json").write_text("{}", "utf-8")
    assert published(warehouse, str(root), 2).version == 2
    assert current(root).name == "000002"
    assert not half.exists()


def test_a_version_that_is_being_removed_stops_being_one_first(warehouse, tmp_path, monkeypatch):
    root = tmp_path / "p"
    for number in (1, 2):
        published(warehouse, str(root), number, keep=2)

    def killed(folder, ignore_errors=False):
        if not ignore_errors:  # what a build left is cleared away with errors ignored
            raise KeyboardInterrupt(folder)

    monkeypatch.setattr(shutil, "rmtree", killed)
    with pytest.raises(KeyboardInterrupt):
        published(warehouse, str(root), 3, keep=2)
    assert current(root).name == "000003"
    assert versions(root) == [2, 3]
