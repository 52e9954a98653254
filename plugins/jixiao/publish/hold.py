"""Who may publish now: one at a time, and nobody while readers are pinned to a version."""

import fcntl
import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from upath import UPath

from jixiao.files import as_json, write_json
from jixiao.model import TransientError
from jixiao.settings import whoever

WAIT_SECONDS: Final = 120.0
_PINNED, _LOCK, _HOLDER = "pinned.json", ".publishing.lock", ".publishing.json"
_ABANDONED_SECONDS: Final = 3600.0


def _local(root: UPath) -> Path | None:
    return Path(root.path) if root.protocol in ("", "file", "local") else None


def _said(path: UPath) -> dict[str, Any]:
    try:
        said = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):  # none, or a damaged one: it says nothing
        return {}
    return said if isinstance(said, dict) else {}


def _write(path: UPath, said: dict[str, Any]) -> None:
    local = _local(path)
    if local is not None:
        write_json(local, said)
    else:
        path.write_bytes(as_json(said).encode())


def pin(root: str | Path, version: int) -> None:
    """Keep readers at a version until `unpin`."""
    _write(UPath(root) / _PINNED, {"version": version, "who": whoever(), "at": _now()})


def unpin(root: str | Path) -> None:
    """Let the next publish switch readers again."""
    path = UPath(root) / _PINNED
    if path.exists():
        path.unlink()


def pinned(root: str | Path) -> str:
    """Return in words that readers are pinned, to what, by whom and since when; empty where they are not."""
    path = UPath(root) / _PINNED
    if not path.exists():
        return ""
    said = _said(path)
    version, who, at = (said.get(name, "unknown") for name in ("version", "who", "at"))
    return f"readers are pinned to version {version} (by {who}, {at}): jixiao publish --unpin publishes again"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


@contextmanager
def publishing(root: str | Path, wait_seconds: float = WAIT_SECONDS) -> Iterator[None]:
    """Be the only publisher at a place; another one is waited for.

    On an object store the holder writes an object, which counts for an hour: it has no locks that end with a process.

    Raises:
        TransientError: another one holds it for longer than `wait_seconds`; it says who, and since when.
    """
    at = UPath(root)
    local = _local(at)
    said = {"who": whoever(), "host": socket.gethostname(), "process": os.getpid(), "at": _now()}
    deadline = time.monotonic() + wait_seconds
    if local is not None:
        local.mkdir(parents=True, exist_ok=True)
        with (local / _LOCK).open("a") as handle:
            while not _locked(handle.fileno()):
                _wait(deadline, at / _HOLDER)
            _write(at / _HOLDER, said)
            yield
            (local / _HOLDER).unlink(missing_ok=True)
        return
    holder = at / _HOLDER
    while _is_held(holder):
        _wait(deadline, holder)
    _write(holder, said)
    try:
        yield
    finally:
        holder.unlink(missing_ok=True)


def _locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_held(holder: UPath) -> bool:
    holder.fs.invalidate_cache()
    try:
        at = datetime.fromisoformat(_said(holder)["at"])
        return abs((datetime.now(UTC) - at).total_seconds()) < _ABANDONED_SECONDS
    except (KeyError, TypeError, ValueError):  # none, or a damaged one: nobody is known to hold it
        return False


def _wait(deadline: float, holder: UPath) -> None:
    if time.monotonic() > deadline:
        said = _said(holder)
        by = ", ".join(f"{name} {said[name]}" for name in ("who", "host", "process", "at") if name in said)
        raise TransientError(f"another publisher is at work ({by or 'it did not say who'}): nothing was published")
    time.sleep(0.2)
