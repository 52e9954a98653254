"""The reading process knows no secret, reaches no network, touches no file but its own, and dies with its parent.

A hostile file that takes the reader over is played by a module of the tests that runs in the reader's place.
"""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from jixiao.boxed import box
from jixiao.boxed.child import Child, ChildLost

HERE = Path(__file__).parent
TAKEN_OVER = """
import json, os, pathlib, socket, subprocess, sys, time
from jixiao.boxed.serving import serve

def tried(what):
    try:
        return repr(what())
    except Exception as error:
        return f"{type(error).__name__}"

def answer(path, request):
    told = request["told"]
    if told == "sleep":
        while True:
            pass
    secret = pathlib.Path(request["secret"])
    own = pathlib.Path(os.environ["TMPDIR"])
    return {
        "environment": sorted(os.environ),
        "socket": tried(lambda: socket.socket()),
        "pair": tried(lambda: socket.socketpair()),
        "program": tried(lambda: subprocess.run(["/bin/true"])),
        "fork": tried(lambda: os.fork()),
        "kill": tried(lambda: os.kill(os.getppid(), 0)),
        "secret": tried(secret.read_text),
        "written": tried(lambda: secret.write_text("changed")),
        "parent": tried(lambda: pathlib.Path(f"/proc/{os.getppid()}/environ").read_bytes()),
        "own": tried(lambda: (own / "a").write_text("x")),
        "large": tried(lambda: os.truncate(own / "a", 1024**4)),
        "read": path.read_text(),
    }

def main():
    serve(answer)
"""


@pytest.fixture
def taken_over(tmp_path, monkeypatch):
    """Return a child that runs hostile code in the reader's place."""
    package = tmp_path / "code"
    package.mkdir()
    (package / "taken_over.py").write_text(TAKEN_OVER)
    environment = box.Box.environment
    monkeypatch.setattr(
        box.Box,
        "environment",
        lambda self: (said := environment(self)) | {"PYTHONPATH": f"{package}:{said['PYTHONPATH']}"},
    )
    with Child("taken_over", 1024**3) as child:
        yield child


def test_what_is_taken_over_has_nothing_to_take(tmp_path, monkeypatch, taken_over):
    monkeypatch.setenv("AIRFLOW__CORE__FERNET_KEY", "a key")
    monkeypatch.setenv("JIXIAO_CONTACT", "operator@example.org")
    secret, file = tmp_path / "airflow.cfg", tmp_path / "a.html"
    secret.write_text("fernet_key = a key")
    file.write_text("the report")
    said = taken_over.ask(file, 30, told="", secret=str(secret))
    assert not [name for name in said["environment"] if name.startswith(("AIRFLOW", "FERNET")) or "CONTACT" in name]
    refused = {
        name: said[name]
        for name in ("socket", "pair", "program", "fork", "kill", "secret", "written", "parent", "large")
    }
    assert all(word.endswith("Error") for word in refused.values()), refused
    assert said["own"] == "1"
    assert said["read"] == "the report"
    assert secret.read_text() == "fernet_key = a key"


def test_nothing_of_a_document_is_left_behind(tmp_path, taken_over):
    file = tmp_path / "a.html"
    file.write_text("the report")
    taken_over.ask(file, 30, told="", secret=str(file))
    folder = taken_over._box.folder
    assert list((folder / "in").iterdir()) == list((folder / "tmp").iterdir()) == []
    taken_over.close()
    assert not folder.exists()


def test_this_machine_closes_the_box():
    """Where a kernel refuses, `jixiao doctor` prints these lines; the machines that tests run on do not."""
    assert box.told() == []


def test_processor_time_is_limited(tmp_path, taken_over):
    file = tmp_path / "a.html"
    file.write_text("x")
    began = time.monotonic()
    with pytest.raises(ChildLost, match=r"a\.html: the reader crashed"):
        taken_over.ask(file, 30, told="sleep", secret="", cpu_seconds=1)
    assert time.monotonic() - began < 20


PARENT = """
import sys, pathlib
from jixiao.boxed import box
from jixiao.boxed.child import Child
environment = box.Box.environment
code = sys.argv[1] + ":"
box.Box.environment = lambda self: (said := environment(self)) | {"PYTHONPATH": code + said["PYTHONPATH"]}
child = Child("taken_over", 1024**3)
process, _ = child._started()
print(process.pid, flush=True)
child.ask(pathlib.Path(sys.argv[2]), 60, told="sleep", secret="")
"""


def test_the_kernel_ends_the_reader_with_its_parent(tmp_path):
    (tmp_path / "taken_over.py").write_text(TAKEN_OVER.replace("            pass", "            sum(range(10**9))"))
    (tmp_path / "a.html").write_text("x")
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path), str(tmp_path / "a.html")], stdout=subprocess.PIPE, text=True
    )
    pid = int(parent.stdout.readline())
    time.sleep(2)
    assert Path(f"/proc/{pid}").exists()
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    deadline = time.monotonic() + 5
    while Path(f"/proc/{pid}").exists() and "Z" not in Path(f"/proc/{pid}/stat").read_text().split()[2]:
        assert time.monotonic() < deadline, "the reader outlived its parent"
        time.sleep(0.1)


def test_boxes_of_killed_processes_are_swept(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    gone = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True)
    left = tmp_path / f"jixiao-box-{gone.stdout.strip()}-abc"
    left.mkdir()
    box.Box(1024**3).close()
    assert not left.exists()
    assert list(tmp_path.iterdir()) == []
