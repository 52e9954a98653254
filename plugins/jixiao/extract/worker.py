"""Extraction in a process of its own: a file that hangs, crashes or eats memory harms only itself.

`python -m jixiao.extract.worker` reads one JSON line a file and answers one; `Worker` is its other end.
"""

import json
import os
import resource
import select
import subprocess
import sys
import time
import traceback
import warnings
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pydantic import TypeAdapter

from jixiao.model import Extraction, JixiaoError, UnreadableDocument
from jixiao.read.limits import Limits

EXTRACTION = TypeAdapter(Extraction)


class WorkerCrashed(JixiaoError):  # noqa: N818
    """The process ended without an answer: the file's doing, or somebody killed it."""


class Worker:
    """One extracting process, started when it is needed and again after it was lost."""

    def __init__(self, limits: Limits) -> None:
        """Keep the limits of a document; nothing is started yet."""
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None

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

    def extract(self, path: Path) -> str:
        """Return a file's extraction as JSON.

        Raises:
            UnreadableDocument: it cannot be read, or not within the limits.
            WorkerCrashed: the process was lost.
        """
        process = self._started()
        if process.stdin is None or process.stdout is None:
            raise WorkerCrashed(f"{path.name}: the reader could not be started")
        request = json.dumps({"path": str(path), "limits": asdict(self._limits)})
        try:
            process.stdin.write(request.encode() + b"\n")
            process.stdin.flush()
        except BrokenPipeError:
            self.close()
            raise WorkerCrashed(f"{path.name}: the reader was gone") from None
        answer = self._line(process.stdout.fileno(), path)
        said = json.loads(answer)
        if "failure" in said:
            raise WorkerCrashed(said["failure"])
        if "error" in said:
            raise UnreadableDocument(said["error"])
        return str(said["extraction"])

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                [sys.executable, "-m", "jixiao.extract.worker", str(self._limits.memory_bytes)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
        return self._process

    def _line(self, handle: int, path: Path) -> bytes:
        """Return the answer's line, read within the time limit."""
        deadline = time.monotonic() + self._limits.seconds
        parts: list[bytes] = []
        while True:
            ready, _, _ = select.select([handle], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                self.close()
                raise UnreadableDocument(f"{path.name}: not read within {self._limits.seconds} s")
            part = os.read(handle, 1 << 20)
            if not part:
                self.close()
                most = self._limits.memory_bytes // 1024**2
                raise WorkerCrashed(
                    f"{path.name}: the reader crashed: damage, or more than {most} MiB of memory needed"
                )
            parts.append(part)
            if part.endswith(b"\n"):
                return b"".join(parts)


def _answer(request: dict[str, Any]) -> dict[str, str]:
    from jixiao.extract import extract
    from jixiao.read import read_document

    path, limits = Path(request["path"]), Limits(**request["limits"])
    try:
        return {"extraction": EXTRACTION.dump_json(extract(read_document(path, limits)), indent=1).decode()}
    except UnreadableDocument as error:
        return {"error": str(error)}
    except MemoryError:
        return {"error": f"{path.name}: needs more than {limits.memory_bytes // 1024**2} MiB of memory"}
    except Exception as error:  # noqa: BLE001 - a mistake of the reader harms one file, and says where it is
        at = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(at.filename).name}:{at.lineno}"
        return {"failure": f"{path.name}: the reader failed: {type(error).__name__} in {where}: {error}"}


def main() -> None:
    """Answer requests until standard input ends; what libraries print goes to standard error."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    warnings.simplefilter("ignore")
    # What is written to counts: address space that threads only reserve grows with the machine's cores.
    resource.setrlimit(resource.RLIMIT_DATA, (int(sys.argv[1]), int(sys.argv[1])))
    for line in sys.stdin:
        answers.write(json.dumps(_answer(json.loads(line)), ensure_ascii=False) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
