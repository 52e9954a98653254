"""Getting into the warehouse's file: DuckDB lets one process write, or several read; who is in the way is named.

Analysts read what is published. Whoever opens the warehouse itself, even to read, keeps a writer out meanwhile.
"""

import errno
import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TypeVar

import duckdb
import sqlalchemy as sa

from jixiao.model import JixiaoError, TransientError
from jixiao.settings import Settings

WAIT_SECONDS: Final = 120.0
_TELL_SECONDS: Final = 15.0
_KEPT_OUT: Final = "Could not set lock on file"  # "lock" alone is in every "block" that is damaged
_HELD: Final = re.compile(r"lock is held in (.+?) \(PID (\d+)\)")
_MOST_CHARACTERS: Final = 100
Opened = TypeVar("Opened")


def holder(error: Exception) -> str | None:
    """Return who holds the file, in words, from what DuckDB says of it; None where the error is another."""
    said = str(error)
    if found := _HELD.search(said):
        try:
            command = Path(f"/proc/{found[2]}/cmdline").read_bytes().decode("utf-8", "replace")
        except OSError:  # of another container, or gone by now
            command = ""
        words = " ".join(command.replace("\0", " ").split()) or found[1]
        return f"process {found[2]} ({words[:_MOST_CHARACTERS]})"
    return "another process" if _KEPT_OUT in said else None


def patiently(path: Path, open_it: Callable[[], Opened]) -> Opened:
    """Return what `open_it` returns; while another process holds the file, say at once which, and wait.

    Raises:
        TransientError: it was held for two minutes.
        sqlalchemy.exc.OperationalError, duckdb.IOException: it cannot be opened for another reason.
    """
    began = time.monotonic()
    told = -_TELL_SECONDS
    while True:
        try:
            return open_it()
        except (sa.exc.OperationalError, duckdb.IOException) as error:
            words = holder(error)
            if words is None:
                raise
            passed = time.monotonic() - began
            if passed > WAIT_SECONDS:
                said = f"{path.name}: {words} has held the warehouse for {WAIT_SECONDS:.0f} s"
                raise TransientError(said) from error
            if passed - told >= _TELL_SECONDS:
                told = passed
                print(f"waiting for {path.name}: held by {words}", file=sys.stderr, flush=True)  # noqa: T201 - a log
            time.sleep(0.25)


def entered(path: Path, open_it: Callable[[], Opened]) -> Opened:
    """Return what `open_it` returns, as `patiently` does; what cannot be opened at all is a `JixiaoError`."""
    try:
        return patiently(path, open_it)
    except (sa.exc.OperationalError, duckdb.IOException) as error:
        words = str(error).splitlines()[0]
        raise JixiaoError(f"{path.name}: the warehouse cannot be opened: {words}") from error


@contextmanager
def trouble_told(path: Path) -> Iterator[None]:
    """Raise DuckDB's words for a full disk as the `OSError` that it is, and those for damage as a `JixiaoError`."""
    try:
        yield
    except (sa.exc.DBAPIError, duckdb.Error) as error:
        words = str(error).splitlines()[0]
        full = os.strerror(errno.ENOSPC)
        if full in str(error):
            raise OSError(errno.ENOSPC, full, str(path)) from error
        if "checksum" not in words.lower() and "corrupt" not in words.lower():
            raise
        raise JixiaoError(f"{path.name}: damaged ({words[:200]}): jixiao rebuild") from None


def connect(path: Path, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """Return a connection of DuckDB's own to the warehouse, with the settings of this process."""
    return patiently(path, lambda: duckdb.connect(str(path), read_only=read_only, config=Settings.load().duckdb))
