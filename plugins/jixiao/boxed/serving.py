"""The other end of `boxed.child`: a process in a box that answers one JSON line with one, until its input ends."""

import json
import os
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from jixiao.boxed.inside import allow_seconds, shut_in
from jixiao.errors import UnreadableDocument

_LOOK_SECONDS = 1.0


def serve(answer: Callable[[Path, dict[str, Any]], dict[str, Any]], readable: Iterable[Path] = ()) -> None:
    """Answer requests until standard input ends; what libraries print goes to standard error.

    `readable` is what may be read beside what any process of ours may (`boxed.box`).
    """
    memory_bytes, parent = int(sys.argv[1]), os.getppid()
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    warnings.simplefilter("ignore")
    shut_in(memory_bytes, readable)  # what a kernel refuses is told by `jixiao doctor`
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    for line in sys.stdin:
        request = json.loads(line)
        allow_seconds(request.pop("cpu_seconds"))
        said = _said(answer, Path(request.pop("path")), request, memory_bytes)
        answers.write(json.dumps(said, ensure_ascii=False) + "\n")
        answers.flush()


def _end_with(parent: int) -> None:
    """End this process when its parent has ended: one in the middle of a file does not see its input close."""
    while os.getppid() == parent:
        time.sleep(_LOOK_SECONDS)
    os._exit(1)


def _said(
    answer: Callable[[Path, dict[str, Any]], dict[str, Any]], path: Path, request: dict[str, Any], memory_bytes: int
) -> dict[str, Any]:
    """Return the answer about one file, or why there is none."""
    try:
        return answer(path, request)
    except UnreadableDocument as error:
        return {"error": str(error)}
    except MemoryError:
        return {"error": f"{path.name}: needs more than {memory_bytes // 1024**2} MiB of memory"}
    except Exception as error:  # noqa: BLE001 - a mistake of ours harms one file, and says where it is
        import traceback

        at = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(at.filename).name}:{at.lineno}"
        return {"failure": f"{path.name}: the reader failed: {type(error).__name__} in {where}: {error}"}
