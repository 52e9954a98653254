"""How far a batch is: lines with an estimate in a log, a bar on a terminal."""

import os
import pty
import subprocess
import sys

from jixiao.pipeline import progress as told
from jixiao.pipeline.progress import progress


def test_a_log_gets_lines_with_an_estimate(monkeypatch, capsys):
    moments = iter([0.0, 10.0, 40.0, 70.0, 2000.0])
    monkeypatch.setattr(told.time, "monotonic", lambda: next(moments))
    with progress("batch 00000", 200) as advance:
        for _ in range(4):
            advance()
    assert capsys.readouterr().err.splitlines() == [
        "batch 00000: 2 of 200 documents, about 66 min left",
        "batch 00000: 3 of 200 documents, about 77 min left",
        "batch 00000: 4 of 200 documents, about 1633 min left",
    ]


def test_a_terminal_gets_a_bar():
    program = """
from jixiao.pipeline.progress import progress
with progress("batch 00000", 3) as advance:
    for number in range(3):
        print("line", number)
        advance()
"""
    ours, theirs = pty.openpty()
    done = subprocess.run([sys.executable, "-c", program], stdout=theirs, stderr=theirs, check=True)
    os.close(theirs)
    said = b""
    try:
        while part := os.read(ours, 65536):
            said += part
    except OSError:  # the other end is closed and all is read
        pass
    os.close(ours)
    assert done.returncode == 0
    assert b"3/3" in said
    assert b"line 2" in said
