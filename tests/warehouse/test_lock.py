"""The warehouse's file while another process has it open: readers go on, a writer hears at once who is in the way."""

import subprocess
import sys
import threading
import time
from contextlib import contextmanager

import pytest
from jixiao.cli import main
from jixiao.model import TransientError
from jixiao.publish import publish
from jixiao.settings import Settings
from jixiao.warehouse import build_marts, lock, open_warehouse
from jixiao.warehouse.readthrough import opened

_SHELL = """
import duckdb, sys
connection = duckdb.connect(sys.argv[1], read_only=sys.argv[2] == "reads")
print("open", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path, monkeypatch):
    monkeypatch.setenv("JIXIAO_VAR", str(tmp_path))
    path = Settings.load().warehouse_path
    with open_warehouse(path):
        pass
    return path


@contextmanager
def another(path, what):
    """A process that has the file open until the block ends."""
    words = [sys.executable, "-c", _SHELL, str(path), what]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"open\n"
        yield process
        process.stdin.close()


@pytest.mark.parametrize("words", [("quarantine", "list"), ("runs",), ("doctor",)], ids=lambda words: words[0])
def test_a_list_does_not_wait_for_an_analysts_shell(path, words, capsys):
    with another(path, "reads"):
        began = time.monotonic()
        assert main(words) in (0, 1)
        assert time.monotonic() - began < 20
    assert "another process" not in capsys.readouterr().out


def test_a_writer_says_at_once_who_is_in_the_way_and_waits(path, capsys):
    got_in = threading.Event()

    def write():
        with open_warehouse(path):
            got_in.set()

    with another(path, "reads") as shell:
        writer = threading.Thread(target=write)
        writer.start()
        said = ""
        deadline = time.monotonic() + 30
        while "\n" not in said and time.monotonic() < deadline:
            said += capsys.readouterr().err
            time.sleep(0.05)
        assert not got_in.is_set()
    writer.join(30)
    assert said.startswith(f"waiting for {path.name}: held by process {shell.pid} (")
    assert "import duckdb" in said
    assert said.count("\n") == 1
    assert got_in.is_set()


def test_a_publisher_waits_for_the_warehouse_too(path, tmp_path, monkeypatch, capsys):
    """It attached the file without waiting, and failed of a lock as of damage."""
    root, done = tmp_path / "published", []
    publisher = threading.Thread(target=lambda: done.append(publish(path, root).version))
    with open_warehouse(path) as engine:
        build_marts(engine)
    with another(path, "writes") as shell:
        publisher.start()
        said, deadline = "", time.monotonic() + 30
        while "\n" not in said and time.monotonic() < deadline:
            said += capsys.readouterr().err
            time.sleep(0.05)
        assert f"waiting for {path.name}: held by process {shell.pid} (" in said
        assert done == []
    publisher.join(60)
    assert done == [1]


def test_who_waits_for_too_long_fails_for_now_and_nothing_is_called_damaged(path, monkeypatch):
    monkeypatch.setattr(lock, "WAIT_SECONDS", 0.5)
    with another(path, "writes") as shell:
        with (
            pytest.raises(TransientError, match=f"process {shell.pid} .* has held the warehouse"),
            opened(path),
        ):
            pass
        assert main(["quarantine", "list"]) == 2
