"""How far a batch is and how long the rest may take: a bar on a terminal, a line now and then in a log."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

_TELL_SECONDS: Final = 30.0


@contextmanager
def progress(what: str, total: int) -> Iterator[Callable[[], None]]:
    """Give a function to call after each of `total` documents; what it tells goes to standard error."""
    if not sys.stderr.isatty():
        yield _lines(what, total)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), redirect_stdout=sys.stdout.isatty()) as bar:
        number = bar.add_task(what, total=total)
        yield lambda: bar.advance(number)


def _lines(what: str, total: int) -> Callable[[], None]:
    """Return what writes a line every half minute, with an estimate by the documents done so far."""
    began = told = time.monotonic()
    done = 0

    def advance() -> None:
        nonlocal done, told
        done += 1
        now = time.monotonic()
        if now - told < _TELL_SECONDS or done == total:
            return
        told = now
        left = (now - began) / done * (total - done)
        words = f"{left / 60:.0f} min" if left >= 90 else f"{left:.0f} s"
        print(f"{what}: {done} of {total} documents, about {words} left", file=sys.stderr, flush=True)  # noqa: T201

    return advance
