"""Publishing: versions, the switch, readers while it happens."""

import hashlib
import multiprocessing
import shutil
from pathlib import Path

import duckdb
import pytest
import sqlalchemy as sa
from jixiao.model import JixiaoError
from jixiao.publish import current, publish, rollback, versions
from jixiao.warehouse import build_marts, open_warehouse


def put(engine: sa.Engine, number: int) -> None:
    """Make a warehouse whose marts all say `number`."""
    with engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM core.reports")
        connection.exec_driver_sql("DELETE FROM core.amounts")
        sha = f"{number:064d}"
        connection.exec_driver_sql(
            "INSERT INTO core.reports BY NAME SELECT ? AS document_sha256, '某局' AS organization, "
            "'440111' AS region_code, 2021 AS fiscal_year, 'narrative' AS form, CAST(? AS INTEGER) AS total_score, "
            "'application/pdf' AS media_type, "
            "'text' AS text_source, '1' AS extractor_version",
            (sha, number),
        )
        connection.exec_driver_sql(
            "INSERT INTO core.amounts BY NAME SELECT ? AS document_sha256, 'A0001' AS fact_id, 2021 AS fiscal_year, "
            "'expenditure' AS flow, 'final' AS stage, 'total' AS scheme, 'total' AS item, 'x' AS label, "
            "CAST(? AS INTEGER) AS yuan, 1 AS ulp_yuan, '1' AS extractor_version",
            (sha, number),
        )
    build_marts(engine, whole=True)


@pytest.fixture
def warehouse(tmp_path) -> Path:
    return tmp_path / "w" / "jixiao.duckdb"


def published(warehouse: Path, root: Path, number: int, keep: int = 5):
    with open_warehouse(warehouse) as engine:
        put(engine, number)
    return publish(warehouse, root, keep)


def test_the_same_marts_are_not_published_twice(warehouse, tmp_path):
    first = published(warehouse, tmp_path / "p", 1)
    before = {p: hashlib.sha256(p.read_bytes()).hexdigest() for p in (tmp_path / "p").rglob("*") if p.is_file()}
    second = published(warehouse, tmp_path / "p", 1)
    after = {p: hashlib.sha256(p.read_bytes()).hexdigest() for p in (tmp_path / "p").rglob("*") if p.is_file()}
    assert (first.version, first.changed, second.version, second.changed) == (1, True, 1, False)
    assert before == after


def test_the_last_versions_are_kept_and_can_be_gone_back_to(warehouse, tmp_path):
    root = tmp_path / "p"
    for number in range(1, 5):
        published(warehouse, root, number, keep=3)
    assert versions(root) == [2, 3, 4]
    assert rollback(root).version == 3
    assert current(root).name == "000003"
    rollback(root)
    with pytest.raises(JixiaoError, match="oldest"):
        rollback(root)


def test_what_a_crash_left_half_is_never_seen_and_is_cleared_away(warehouse, tmp_path):
    root = tmp_path / "p"
    published(warehouse, root, 1)
    half = root / "versions" / "partial-000002"
    half.mkdir()
    (half / "marts.duckdb").write_bytes(b"half")
    assert current(root).name == "000001"
    assert published(warehouse, root, 2).version == 2
    assert not half.exists()


def test_every_table_and_column_explains_itself(warehouse, tmp_path):
    folder = published(warehouse, tmp_path / "p", 1).folder
    with duckdb.connect(str(folder / "marts.duckdb"), read_only=True) as connection:
        bare = connection.execute(
            "SELECT table_name, column_name FROM duckdb_columns() WHERE schema_name = 'mart' AND comment IS NULL"
        ).fetchall()
    assert bare == []


def _reader(root: Path, done, answers) -> None:
    seen = torn = 0
    try:
        while not (seen and done.is_set()):
            with duckdb.connect(str((root / "current").resolve() / "marts.duckdb"), read_only=True) as connection:
                row = connection.execute(
                    "SELECT CAST(d.total_score AS INTEGER), CAST(a.yuan AS INTEGER) "
                    "FROM mart.department_year AS d, mart.amounts AS a"
                ).fetchall()
            seen += 1
            torn += len(row) != 1 or row[0][0] != row[0][1]
    except duckdb.Error as error:
        answers.put((str(error), seen))
    else:
        answers.put(("torn" if torn else "", seen))


def test_readers_never_see_half_a_version(warehouse, tmp_path):
    root = tmp_path / "p"
    published(warehouse, root, 1)
    context = multiprocessing.get_context("spawn")
    answers = context.Queue()
    done = context.Event()
    readers = [context.Process(target=_reader, args=(root, done, answers)) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(2, 10):
        published(warehouse, root, number)
    done.set()
    got = [answers.get(timeout=90) for _ in readers]
    for reader in readers:
        reader.join()
    assert [said for said, _ in got] == [""] * len(readers)
    assert all(seen > 0 for _, seen in got)


def test_a_crash_after_the_manifest_and_before_the_rename_does_not_block_the_next_run(warehouse, tmp_path):
    root = tmp_path / "p"
    published(warehouse, root, 1)
    half = root / "versions" / "partial-000002"
    half.mkdir()
    (half / "manifest.json").write_text("{}", "utf-8")
    assert published(warehouse, root, 2).version == 2
    assert current(root).name == "000002"
    assert not half.exists()


def test_a_version_that_is_being_removed_stops_being_one_first(warehouse, tmp_path, monkeypatch):
    root = tmp_path / "p"
    for number in (1, 2):
        published(warehouse, root, number, keep=2)

    def killed(folder):
        raise KeyboardInterrupt(folder)

    monkeypatch.setattr(shutil, "rmtree", killed)
    with pytest.raises(KeyboardInterrupt):
        published(warehouse, root, 3, keep=2)
    assert current(root).name == "000003"
    assert versions(root) == [2, 3]
