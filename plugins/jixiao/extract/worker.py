"""Extraction in a process of its own (`boxed.child`); `extract.inside` is its other end."""

from pathlib import Path
from types import TracebackType
from typing import Any, Self

from jixiao.boxed.child import Child, ChildLate, ChildLost
from jixiao.read.limits import Limits
from jixiao.read.office import turned


class WorkerCrashed(ChildLost):
    """The process ended without an answer, or did not answer in time; nothing is known for good about the file."""


class Worker:
    """One extracting process, started when it is needed and again after it was lost."""

    def __init__(self, limits: Limits) -> None:
        """Keep the limits of a document; nothing is started yet."""
        self._limits = limits
        self._child = Child("jixiao.extract.inside", limits.memory_bytes)

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
        self._child.close()

    def explain(self, path: Path, name: str) -> list[str]:
        """Return the lines that tell how one figure of a file was decided; none if it has no such figure.

        Raises:
            UnreadableDocument: it cannot be read.
            WorkerCrashed: as above.
        """
        return [str(line) for line in self._ask(path, explain=name)["lines"]]

    def extract(self, path: Path) -> str:
        """Return a file's extraction as JSON.

        Raises:
            UnreadableDocument: it cannot be read, whatever the machine.
            WorkerCrashed: the process was lost or late, which may be the machine's doing: another run may do better.
        """
        return str(self._ask(path)["extraction"])

    def _ask(self, path: Path, **request: Any) -> dict[str, Any]:
        try:
            with turned(path, self._limits) as beside:
                return self._child.ask(path, self._limits.seconds, beside, limits=self._limits._asdict(), **request)
        except (ChildLost, ChildLate) as error:
            raise WorkerCrashed(str(error)) from None
