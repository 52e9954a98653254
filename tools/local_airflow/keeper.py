"""Runs one command, and lets nothing of it stay: what it started ends with it, and all of it with whoever asked.

    keeper.py PARENT GRACE_SECONDS COMMAND …

SIGTERM, or the death of the process PARENT (even by kill -9), ends the command in its own way, and after the grace by
force; SIGUSR1 ends everything at once, as a host that is lost does. Grandchildren that were orphaned, or made a
session of their own, are this process's children then, so none is missed. Nothing but Python's standard library: it
starts in no time.
"""

import ctypes
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import FrameType

_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36


class _AskedToEndError(Exception):
    """A signal came."""


def _asked(number: int, _frame: FrameType | None) -> None:
    raise _AskedToEndError(number)


def _children() -> list[int]:
    """Return the processes whose parent this one is, from `/proc/<pid>/stat`."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = (entry / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()[1]
            except (OSError, IndexError):
                continue
            if int(parent) == os.getpid():
                found.append(int(entry.name))
    return found


def _sweep() -> None:
    """Kill and reap until nothing is left; children of what was killed come here and are next."""
    while left := _children():
        for pid in left:
            os.kill(pid, signal.SIGKILL)
        for pid in left:
            os.waitpid(pid, 0)


def main(parent: int, grace_seconds: float, command: list[str]) -> int:
    """Run the command; return its exit code."""
    libc = ctypes.CDLL(None)
    libc.prctl(_PR_SET_CHILD_SUBREAPER, 1)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        return 1  # it died before this line
    signal.signal(signal.SIGTERM, _asked)
    signal.signal(signal.SIGUSR1, _asked)
    child = None
    try:
        child = subprocess.Popen(command)
        return child.wait()
    except _AskedToEndError as asked:
        for number in (signal.SIGTERM, signal.SIGUSR1):
            signal.signal(number, signal.SIG_IGN)
        if child is None:
            return 1
        if asked.args[0] == signal.SIGTERM:
            child.terminate()
            try:
                return child.wait(grace_seconds)
            except subprocess.TimeoutExpired:
                pass
        return -signal.SIGKILL
    finally:
        _sweep()


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), float(sys.argv[2]), sys.argv[3:]) & 0xFF)
