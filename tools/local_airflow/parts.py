"""The parts of an Airflow, each a child under a keeper (`keeper.py`), and waiting for what they are to do."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from os import getpid
from pathlib import Path
from typing import Final, TypeVar

from local_airflow.environment import PREPARE, RunError, airflow_home

KEEPER: Final = Path(__file__).with_name("keeper.py")
_FORKED: Final = Path(__file__).with_name("forked.py")
GRACE_SECONDS: Final = 15.0
_TELL_SECONDS: Final = 15.0
_LAST_CHARACTERS: Final = 1200
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Part:
    """One part that runs: what it is called, its keeper, and the file that holds all that it prints."""

    name: str
    keeper: subprocess.Popen[bytes]
    log: Path

    def check(self) -> None:
        """Raise `RunError` with the end of its log where the part is dead."""
        code = self.keeper.poll()
        if code is not None:
            said = self.log.read_text("utf-8", "replace").strip()[-_LAST_CHARACTERS:]
            raise RunError(f"the {self.name} ended by itself with exit code {code}; {self.log} ends with:\n{said}")

    def kill(self) -> None:
        """End the part and all that it started at once, as a host that is lost does."""
        self.keeper.send_signal(signal.SIGUSR1)
        self.keeper.wait()


def started(name: str, command: Sequence[str | Path], env: dict[str, str], log: Path, grace: float) -> Part:
    """Start a command under a keeper of its own, away from the terminal's Ctrl-C."""
    words = [sys.executable, "-S", KEEPER, str(getpid()), str(grace), *command]
    with log.open("wb") as out:
        keeper = subprocess.Popen(
            words, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, start_new_session=True
        )
    return Part(name, keeper, log)


@contextmanager
def kept(running: list[Part], grace: float = GRACE_SECONDS) -> Iterator[list[Part]]:
    """End parts with the block, whatever was started in it too; all at once, so that the graces pass together."""
    try:
        yield running
    finally:
        for part in running:
            with suppress(ProcessLookupError):
                part.keeper.terminate()
        deadline = time.monotonic() + grace + 5
        for part in running:
            try:
                part.keeper.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                part.kill()


def forked(logs: Path, first: Sequence[Sequence[str]], commands: Sequence[Sequence[str]]) -> list[str | Path]:
    """Return the command that runs the commands of `first`, then parts as forks of one process (`forked.py`)."""
    logs.mkdir(parents=True, exist_ok=True)
    return [sys.executable, _FORKED, logs, json.dumps([*first]), json.dumps([*commands])]


def airflow_of(env: dict[str, str], *commands: tuple[str, ...], first: Sequence[Sequence[str]] = PREPARE) -> Part:
    """Prepare Airflow's own tables and start its parts; the output of each goes to `logs/<part>.log`.

    They are one part here: where one of them dies it ends, and its log says which.
    """
    logs = airflow_home() / "logs"
    return started("Airflow", forked(logs, first, commands), env, logs / "airflow.log", GRACE_SECONDS)


@contextmanager
def parts(
    env: dict[str, str], *commands: tuple[str, ...], first: Sequence[Sequence[str]] = PREPARE
) -> Iterator[list[Part]]:
    """Run Airflow's parts as long as the block."""
    with kept([airflow_of(env, *commands, first=first)]) as running:
        yield running


def wait_for(
    what: str,
    done: Callable[[], Found | None],
    running: Sequence[Part] = (),
    limit_seconds: float | None = None,
    every_seconds: float = 0.3,
) -> Found:
    """Return what `done` returns once it is true: as long as the machine needs, but no longer than the parts live.

    It is asked every so many seconds (Airflow's API takes a good share of a core when asked often); a line says every
    15 s what is waited for.

    Raises:
        RunError: a part died, and which; or the limit, where one is given, has passed.
    """
    began = told = time.monotonic()
    while not (found := done()):
        for part in running:
            part.check()
        now = time.monotonic()
        if limit_seconds is not None and now - began > limit_seconds:
            raise RunError(f"waited {limit_seconds:.0f} s for {what}")
        if now - told > _TELL_SECONDS:
            told = now
            print(f"still waiting for {what} ({now - began:.0f} s)", flush=True)
        time.sleep(every_seconds)
    return found
