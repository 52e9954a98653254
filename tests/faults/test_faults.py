"""What a kill, a full disk or another order may leave: nothing half, nothing lost, the same bytes."""

import errno
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from jixiao.archive import Archive
from jixiao.discover import load_sources
from jixiao.publish import current, publish
from jixiao.settings import Settings

from tests.publish.numbered import put

FETCH = """
import os, signal, sys, threading
from pathlib import Path
from jixiao.archive import Archive
from jixiao.archive.store import Store
from jixiao.discover import client_for, load_sources, walk
from jixiao.settings import Settings
write = Store.write
def fetch(root, killed_at):
    def until(self, name, said):
        if killed_at and name.startswith(killed_at):
            os.kill(os.getpid(), signal.SIGKILL)
        write(self, name, said)
    Store.write = until
    source = next(s for s in load_sources(Settings.load().sources) if s.id == "demo")
    client = client_for(source, root / "state", None)
    found = walk(source, client, fetch_follows=True)
    Archive(str(root / "archive")).fetch_all([c for c in found.candidates if c.taken], client)
    client.end_walk()
assert threading.active_count() == 1
for killed_at in sys.argv[2:]:  # each in a process of its own: only the imports are shared
    child = os.fork()
    if not child:
        fetch(Path(sys.argv[1]), killed_at)
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@pytest.mark.parametrize("killed_at", ["index/", "sightings/", "addresses/"])
def test_a_kill_between_object_sidecar_and_address_loses_and_doubles_nothing(demo_run, tmp_path, killed_at):
    words = [sys.executable, "-c", FETCH, str(tmp_path), killed_at, killed_at, killed_at, ""]
    ended = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True).stdout
    assert [*map(int, ended.split())] == [-signal.SIGKILL] * 3 + [0]
    archive = Archive(str(tmp_path / "archive"))
    source = next(s for s in load_sources(Settings.load().sources) if s.id == "demo")
    kept = list(archive.sightings())
    assert {s.organization for s in kept} == {d.organization for d in source.departments}
    assert len(kept) == len({s.sha256 for s in kept})
    assert all(archive.state_of(s.sha256) == "whole" for s in kept)
    assert len(list((tmp_path / "archive" / "sightings").rglob("*.json"))) == len(kept)
    assert archive.damaged() == []


@contextmanager
def small_disk(folder: Path, mib: int):
    """Mount a small disk; skip where this user may not."""
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={mib}m", "jixiao-test", str(folder)], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip("no small disk can be mounted here: it takes root")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_leaves_the_archive_whole(demo_run, tmp_path):
    with small_disk(tmp_path / "disk", 2) as disk:
        filler = disk / "filler"
        filler.write_bytes(bytes(2 * 1024**2 - 64 * 1024))
        words = [
            sys.executable,
            "-c",
            FETCH.replace('root / "archive"', 'root / "disk" / "archive"'),
            str(tmp_path),
            "",
        ]
        full = subprocess.run(words, env=dict(os.environ), capture_output=True, text=True, check=False)
        assert full.stdout.split() == ["1"]
        assert os.strerror(errno.ENOSPC) in full.stderr
        archive = Archive(str(disk / "archive"))
        assert all(archive.state_of(one.sha256) == "whole" for one in archive.sightings())
        assert list(disk.rglob(".*.new")) == [], "nothing half is left"
        filler.unlink()
        assert subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True).stdout.split() == ["0"]
        assert len(list(Archive(str(disk / "archive")).sightings())) == 5


def test_a_full_disk_leaves_the_published_version(tmp_path):
    put(tmp_path / "w.duckdb", 1)
    with small_disk(tmp_path / "disk", 8) as disk:
        publish(tmp_path / "w.duckdb", disk / "published")
        filler = disk / "filler"
        free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
        filler.write_bytes(bytes(max(0, free - 200 * 1024)))
        put(tmp_path / "w.duckdb", 2)
        with pytest.raises(Exception, match="No space left"):
            publish(tmp_path / "w.duckdb", disk / "published")
        assert int(current(disk / "published").name) == 1
        filler.unlink()
        assert publish(tmp_path / "w.duckdb", disk / "published").changed
        assert int(current(disk / "published").name) == 2


LOAD = """
import hashlib, sys
from pathlib import Path
import duckdb
from jixiao.publish import publish
from jixiao.warehouse import build_marts, load, open_warehouse
from tests.publish.numbered import document
folder, size = Path(sys.argv[1]), int(sys.argv[2])
documents = [document(i, 7) for i in range(6)]
with open_warehouse(folder / "w.duckdb") as engine:
    for start in range(0, len(documents), size):
        load(engine, documents[start : start + size])
    build_marts(engine)
done = publish(folder / "w.duckdb", folder / "p")
for path in sorted((folder / "p").resolve().rglob("*.parquet")):
    print(path.name, path.parent.name, path.parent.parent.name, hashlib.sha256(path.read_bytes()).hexdigest())
"""


def test_neither_hash_seed_nor_batch_size_is_seen_in_the_marts(tmp_path):
    said = set()
    home = Path(__file__).resolve().parents[2]
    for number, (seed, size) in enumerate((("0", 6), ("4242", 2))):
        folder = tmp_path / str(number)
        folder.mkdir()
        env = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(home), "JIXIAO_VAR": str(folder / "var")}
        done = subprocess.run(
            [sys.executable, "-c", LOAD, str(folder), str(size)], env=env, capture_output=True, text=True, check=True
        )
        said.add(done.stdout)
    assert len(said) == 1
    assert said.pop().count("\n") > 5
