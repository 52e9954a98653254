"""Readers while versions are published, and kill -9 while documents are loaded and versions are published.

`JIXIAO_READ_SECONDS=60` and `JIXIAO_KILLS=50` try it as long as an operator would want to have tried it once.
"""

import hashlib
import json
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
from jixiao.check import find_all
from jixiao.publish import MANIFEST, publish, versions
from jixiao.warehouse import load, open_warehouse

sys.path.insert(0, str(Path(__file__).parent))
from numbered import DOCUMENTS, FIGURES, document, put
from reader import READ, hold, read

SECONDS = float(os.environ.get("JIXIAO_READ_SECONDS", "10"))
KILLS = int(os.environ.get("JIXIAO_KILLS", "3"))
WORKER = Path(__file__).with_name("numbered.py")


def test_eight_readers_see_no_error_and_no_mixture_while_ten_versions_are_published(tmp_path):
    warehouse, root = tmp_path / "w.duckdb", tmp_path / "p"
    put(warehouse, 1)
    publish(warehouse, root)
    context = multiprocessing.get_context("spawn")
    answers, done = context.Queue(), context.Event()
    readers = [context.Process(target=read, args=(root, done, answers), daemon=True) for _ in range(8)]
    # A ninth opened the first version and holds it, whatever is published and removed meanwhile.
    held, end, kept = context.Event(), context.Event(), context.Queue()
    holder = context.Process(target=hold, args=(root, held, end, kept), daemon=True)
    for reader in (holder, *readers):
        reader.start()
    assert held.wait(120)
    began = time.monotonic()
    for number in range(2, 12):
        put(warehouse, number)
        assert publish(warehouse, root, keep=5).changed
        time.sleep(max(0.0, began + (number - 1) * SECONDS / 10 - time.monotonic()))
    done.set()
    end.set()
    got = [answers.get(timeout=90) for _ in readers]
    first, last, is_there = kept.get(timeout=90)
    for reader in (holder, *readers):
        reader.join(90)
    assert [wrong for wrong, _, _ in got] == [""] * 8
    assert all(asked for _, asked, _ in got)
    assert max(seen for _, _, seen in got) >= 3, "no reader lived through a switch"
    assert first[0] == [(1,)]
    assert (last, is_there) == (first, False), "it reads to the end what it opened, though the version is removed"


def _killed(what: str, folder: Path, check) -> None:
    """Start a worker that never ends, kill it at a random moment, check what it left; so many times."""
    moments = random.Random(20211121)
    number = 2
    for _ in range(KILLS):
        worker = subprocess.Popen(
            [sys.executable, str(WORKER), what, str(folder), str(number)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        worker.stdout.readline()  # it begins
        time.sleep(moments.uniform(0.0, 2.5))
        assert worker.poll() is None, "the worker ended by itself"
        os.killpg(worker.pid, signal.SIGKILL)
        number += len(worker.stdout.read().split()) + 1
        worker.wait()
        check()


def test_a_killed_loader_leaves_whole_documents(tmp_path):
    path = tmp_path / "w" / "jixiao.duckdb"
    with open_warehouse(path) as engine:
        load(engine, [document(i, 1) for i in range(DOCUMENTS)])

    def check() -> None:
        with open_warehouse(path):
            pass  # taken up as the next run would
        with duckdb.connect(str(path)) as native:
            counted = native.execute(
                "SELECT document_sha256, count(*), count(DISTINCT extractor_version), min(yuan)::INTEGER::VARCHAR = "
                "min(extractor_version) FROM core.amounts GROUP BY ALL ORDER BY ALL"
            ).fetchall()
            assert counted == [(f"{i:064d}", FIGURES, 1, True) for i in range(DOCUMENTS)]
            for table in ("reports", "amounts", "scores"):
                other = native.execute(
                    f"SELECT count(*) FROM core.{table} AS one INNER JOIN raw.extractions AS kept "
                    "ON one.document_sha256 = kept.document_sha256 AND one.extractor_version <> kept.extractor_version"
                ).fetchone()
                assert other == (0,), table
            found = native.execute("SELECT finding_id FROM core.findings ORDER BY document_sha256, finding_id")
            assert found.fetchall() == [(row["finding_id"],) for row in find_all(native).to_pylist()]

    _killed("load", tmp_path, check)


def test_a_killed_publisher_leaves_a_whole_version(tmp_path):
    warehouse, root = tmp_path / "w" / "jixiao.duckdb", tmp_path / "p"
    put(warehouse, 1)
    publish(warehouse, root, keep=2)

    def check() -> None:
        folder = (root / "current").resolve()
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
        for name, digest in manifest["files"].items():
            assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
        with duckdb.connect(str(folder / "marts.duckdb"), read_only=True) as connection:
            assert len(connection.execute(READ).fetchall()) == 1
        assert int(folder.name) in versions(root)

    _killed("publish", tmp_path, check)
    put(warehouse, 99_999)
    assert publish(warehouse, root, keep=2).changed
    assert not list(root.glob("versions/partial-*"))
    assert len(versions(root)) == 2
