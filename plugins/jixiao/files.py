"""The one way to write a file: under a name of its own, synced, then renamed, so that it is there whole or not at all.

On an object store a put is atomic by itself; there nothing is renamed.
"""

import json
import os
import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Final

PARTIAL: Final = ".new"
"""How the name of a file, link or folder ends that is being made; it begins with a dot."""
_ABANDONED_SECONDS: Final = 24 * 3600.0


def sync(path: Path) -> None:
    """Have a file's bytes, or a folder's names, on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def partial_name(path: Path) -> Path:
    """Return a name beside a file that no other run uses."""
    return path.with_name(f".{path.name}.{uuid.uuid4().hex}{PARTIAL}")


@contextmanager
def writing(path: Path, mode: int = 0o644) -> Iterator[BinaryIO]:
    """Give a handle to write a local file by; it takes its name when the block ends well, else nothing is left."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = partial_name(path)
    try:
        with partial.open("xb") as handle:
            yield handle
            handle.flush()
            os.fsync(handle.fileno())
        partial.chmod(mode)
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    sync(path.parent)


def write_bytes(path: Path, data: bytes) -> Path:
    """Write a local file whole; return its path."""
    with writing(path) as handle:
        handle.write(data)
    return path


def write_text(path: Path, text: str) -> Path:
    """Write a local file of text whole, in UTF-8; return its path."""
    return write_bytes(path, text.encode())


def as_json(said: Any) -> str:
    """Return JSON as every file of ours holds it; what JSON has no type for is written as text."""
    return json.dumps(said, ensure_ascii=False, indent=1, default=str) + "\n"


def write_json(path: Path, said: Any) -> Path:
    """Write a local file of JSON whole; return its path."""
    return write_text(path, as_json(said))


def copy_file(source: Path, target: Path, mode: int = 0o644) -> None:
    """Copy a file's bytes to a name that then holds all of them."""
    with source.open("rb") as read, writing(target, mode) as handle:
        shutil.copyfileobj(read, handle)


def sweep(folder: Path, older_than_seconds: float = _ABANDONED_SECONDS) -> int:
    """Remove what killed runs left half made in a folder and below it; return how many files, links and folders.

    What is younger than the limit may still be being written by another process.
    """
    swept = 0
    oldest = time.time() - older_than_seconds
    for at, folders, names in os.walk(folder):
        half = [name for name in (*folders, *names) if name.startswith(".") and name.endswith(PARTIAL)]
        folders[:] = [name for name in folders if name not in half]
        for path in (Path(at) / name for name in half):
            try:
                if path.lstat().st_mtime >= oldest:
                    continue
                if path.is_dir() and not path.is_symlink():
                    shutil.rmtree(path)
                else:
                    path.unlink()
                swept += 1
            except FileNotFoundError:  # another process was faster
                continue
    return swept
