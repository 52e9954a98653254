"""The box around the reader of strangers' files, as the asking process sees it: a folder, an environment, a line.

`Box` gives the process an environment without secrets, a folder of its own, and a line by which it dies when its parent
does; `boxed.inside` is the process's own side.
"""

import os
import shutil
import stat
import subprocess
import sys
import tempfile
import weakref
from pathlib import Path
from typing import Final

import jixiao
from jixiao.boxed import FOLDER, LINE, MADE

_PREFIX: Final = "jixiao-box-"
_BESIDE: Final = ".beside"
_KEPT_NAMES: Final = ("JIXIAO_HOME", "JIXIAO_LIBREOFFICE", "OMP_NUM_THREADS", "TZ")


class Box:
    """The parent's side of one reading process: its folder, its environment, the line that ties it to us."""

    def __init__(self, memory_bytes: int) -> None:
        """Make the folder and the line; `close` removes both, and the end of this process the folder."""
        _sweep()
        self.folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
        for name in ("in", "tmp"):
            (self.folder / name).mkdir()
        self.line, self._held = os.pipe()
        self._memory_bytes = memory_bytes
        self._gone = weakref.finalize(self, _remove, self.folder, os.getpid())

    def environment(self) -> dict[str, str]:
        """Return the whole environment of the process: where our code and its folder are, and nothing of ours."""
        own = str(self.folder / "tmp")
        return {
            **{name: os.environ[name] for name in _KEPT_NAMES if name in os.environ},
            "PATH": "/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(Path(jixiao.__file__).resolve().parents[1]),
            "PYTHONDONTWRITEBYTECODE": "1",
            "OPENBLAS_NUM_THREADS": "1",  # nobody here multiplies matrices, and each thread is begun and ended
            "HOME": own,
            "TMPDIR": own,
            "JIXIAO_VAR": own,
            "JIXIAO_MEMORY": f"{self._memory_bytes // 2 // 1024**2}MiB",
            FOLDER: str(self.folder),
            LINE: str(self.line),
        }

    def take_in(self, path: Path) -> Path:
        """Return a copy of a file in the box, of the same name: the only file there that is not ours."""
        self.empty()
        return self._copied(path, self.folder / "in")

    def take_beside(self, path: Path) -> Path:
        """Return a copy of the stand-in (`read.office`) of the file that was taken in; it may have the same name."""
        folder = self.folder / "in" / _BESIDE
        folder.mkdir()
        return self._copied(path, folder)

    @staticmethod
    def _copied(path: Path, folder: Path) -> Path:
        inside = folder / path.name
        shutil.copyfile(path, inside)
        return inside

    def hand_out(self, target: Path) -> None:
        """Copy what the process made to `target`, if it is a file of its own and not where a link of its leads."""
        try:
            handle = os.open(self.folder / "tmp" / MADE, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError:
            return
        with os.fdopen(handle, "rb") as made:
            if stat.S_ISREG(os.fstat(handle).st_mode):
                with target.open("wb") as out:
                    shutil.copyfileobj(made, out)

    def empty(self) -> None:
        """Remove a document and what it left behind."""
        for left in (*(self.folder / "in").iterdir(), *(self.folder / "tmp").iterdir()):
            if left.is_dir() and not left.is_symlink():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink(missing_ok=True)

    def let_go(self) -> None:
        """Cut this process's end of the line, which ends the reading process if no other holds it."""
        for handle in (self.line, self._held):
            os.close(handle)

    def close(self) -> None:
        """Cut the line and remove the folder."""
        self.let_go()
        self._gone()


def _remove(folder: Path, owner: int) -> None:
    """Remove a box, unless this is a fork of the process that it belongs to."""
    if owner == os.getpid():
        shutil.rmtree(folder, ignore_errors=True)


def _sweep() -> None:
    """Remove the boxes of processes that were killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        owner = folder.name.removeprefix(_PREFIX).split("-")[0]
        if owner.isdigit() and not Path(f"/proc/{owner}").exists():
            shutil.rmtree(folder, ignore_errors=True)


def told() -> list[str]:
    """Return, a line each, what a reading process of this machine cannot be kept from; none is what is wanted."""
    box = Box(1024**3)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "jixiao.boxed.inside"],
            env=box.environment(), pass_fds=(box.line,), capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
    finally:
        box.close()
    lines = done.stdout.splitlines()
    return lines if done.returncode == 0 else [*lines, f"the reader's box does not close: {done.stderr.strip()[-200:]}"]
