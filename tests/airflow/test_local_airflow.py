"""The parts of a local Airflow: one that dies is named, what is waited for is said, nothing outlives who started it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(HOME / "tools")]

from local_airflow import RunError, parts, wait_for  # noqa: E402
from local_airflow.parts import kept, started  # noqa: E402

_STARTS = """
import os, sys, time
from pathlib import Path
from local_airflow.parts import started
shell = f"setsid sleep {sys.argv[1]} & sleep {sys.argv[1]}"
started("part", ["bash", "-c", shell], dict(os.environ), Path(sys.argv[2]), 1.0)
print("started", flush=True)
time.sleep(100)
"""


def _asleep(seconds: str) -> list[str]:
    """Return the processes that sleep for so long; the number is this test's alone."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if words[:2] == [b"sleep", seconds.encode()]:
                found.append(entry.name)
    return found


def _eventually(true, seconds=20.0):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_nothing_outlives_a_process_that_was_killed(tmp_path, number):
    seconds = f"9{os.getpid()}.{int(number)}"
    words = [sys.executable, "-c", _STARTS, seconds, str(tmp_path / "log")]
    env = {**os.environ, "PYTHONPATH": str(HOME / "tools")}
    with subprocess.Popen(words, env=env, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"started\n"
        _eventually(lambda: len(_asleep(seconds)) == 2)
        process.send_signal(number)
        process.wait()
    _eventually(lambda: not _asleep(seconds))


def test_a_part_that_dies_is_named_with_the_end_of_its_log(tmp_path, monkeypatch):
    monkeypatch.setenv("JIXIAO_VAR", str(tmp_path))
    with parts(dict(os.environ), ("no-such-part",), first=()) as running, pytest.raises(RunError) as told:
        wait_for("nothing that ever comes", lambda: None, running, 120)
    assert "the no-such-part ended by itself with exit code " in str(told.value)
    assert "invalid choice" in str(told.value)


def test_who_waits_says_for_what(monkeypatch, capsys):
    monkeypatch.setattr(sys.modules["local_airflow.parts"], "_TELL_SECONDS", 0.05)
    with pytest.raises(RunError, match="waited 1 s for the moon"):
        wait_for("the moon", lambda: None, limit_seconds=1, every_seconds=0.1)
    assert "still waiting for the moon (0 s)" in capsys.readouterr().out


def test_a_block_that_ends_ends_what_it_started(tmp_path):
    seconds = f"8{os.getpid()}.5"
    with kept([started("part", ["sleep", seconds], dict(os.environ), tmp_path / "log", 1.0)]):
        _eventually(lambda: _asleep(seconds))
    assert not _asleep(seconds)
