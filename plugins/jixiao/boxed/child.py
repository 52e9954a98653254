"""A process of our own for files that nobody here wrote: one that hangs, crashes or eats memory harms only itself.

`Child` asks one JSON line and is answered with one; `serving.serve` is the other end. A child works in a box
(`boxed.box`), on a copy of the file, and ends when its parent does, however that ends.
"""

import json
import os
import select
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from jixiao.boxed.box import Box
from jixiao.errors import JixiaoError, UnreadableDocument

_START = Path(__file__).with_name("start.py")


class ChildLost(JixiaoError):  # noqa: N818
    """The process ended without an answer: the file's doing, or somebody killed it."""


class ChildLate(JixiaoError):  # noqa: N818
    """No answer within the time: the file is heavy, or the machine was busy. It says nothing for good."""


class Child:
    """One process that runs a module of ours, started when it is needed and again after it was lost."""

    def __init__(self, module: str, memory_bytes: int) -> None:
        """Keep what is to run; nothing is started yet."""
        self._module, self._memory_bytes = module, memory_bytes
        self._process: subprocess.Popen[bytes] | None = None
        self._box: Box | None = None
        self._owner = 0

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the process."""
        self.close()

    def close(self) -> None:
        """End the process, if there is one."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None
        if self._box is not None:
            self._box.close()
            self._box = None

    def ask(
        self, path: Path, seconds: float, beside: Path | None = None, made: Path | None = None, **request: Any
    ) -> dict[str, Any]:
        """Return the answer about a file; the stand-in `beside` it becomes the request's `beside`, as a path.

        What the process wrote to `made_file()` is copied to `made`.

        Raises:
            UnreadableDocument: the file cannot be read within the limits.
            ChildLate: there was no answer within `seconds`.
            ChildLost: the process was lost.
        """
        process, box = self._started()
        if process.stdin is None or process.stdout is None:
            raise ChildLost(f"{path.name}: the reader could not be started")
        try:
            asked = {"path": str(box.take_in(path)), "cpu_seconds": seconds, **request}
            if beside is not None:
                asked["beside"] = str(box.take_beside(beside))
            process.stdin.write(json.dumps(asked).encode() + b"\n")
            process.stdin.flush()
        except BrokenPipeError:
            self.close()
            raise ChildLost(f"{path.name}: the reader was gone") from None
        said: dict[str, Any] = json.loads(self._line(process.stdout.fileno(), path, seconds))
        if made is not None:
            box.hand_out(made)
        box.empty()
        if "failure" in said:
            raise ChildLost(said["failure"])
        if "error" in said:
            raise UnreadableDocument(said["error"])
        return said

    def _started(self) -> tuple[subprocess.Popen[bytes], Box]:
        if self._owner != os.getpid():  # a fork of this process needs a child of its own
            if self._box is not None:
                self._box.let_go()
            self._owner, self._process, self._box = os.getpid(), None, None
        if self._process is None or self._box is None or self._process.poll() is not None:
            self.close()
            self._box = Box(self._memory_bytes)
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                [sys.executable, "-P", str(_START), self._module, str(self._memory_bytes)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=self._box.environment(),
                cwd=self._box.folder / "tmp",
                pass_fds=(self._box.line,),
            )
        return self._process, self._box

    def _line(self, handle: int, path: Path, seconds: float) -> bytes:
        """Return the answer's line, read within the time limit."""
        deadline = time.monotonic() + seconds
        parts: list[bytes] = []
        while True:
            ready, _, _ = select.select([handle], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                self.close()
                raise ChildLate(f"{path.name}: not read within {seconds:g} s")
            part = os.read(handle, 1 << 20)
            if not part:
                self.close()
                most = self._memory_bytes // 1024**2
                raise ChildLost(f"{path.name}: the reader crashed: damage, or more than {most} MiB of memory needed")
            parts.append(part)
            if part.endswith(b"\n"):
                return b"".join(parts)
