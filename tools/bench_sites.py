"""`make bench-sites`: a walk of a thousand demo hosts on loopback, ten posts each, and the walk after it.

Each number of hosts is walked by a process of its own, so that the most memory of one says nothing of another.
"""

import contextlib
import io
import multiprocessing
import os
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

DELAY_SECONDS = 0.2
AT_ONCE = 32
_COUNTS = (100, 1000)


def _walk(count: int, folder: str, answers: Any) -> None:
    """Walk so many hosts twice; send what each walk came to."""
    place = Path(folder)
    os.environ |= {
        "JIXIAO_VAR": str(place / "var"),
        "JIXIAO_SOURCES": str(place / "contracts"),
        "JIXIAO_HOSTS_AT_ONCE": str(AT_ONCE),
    }
    from jixiao.discover import load_sources
    from jixiao.pipeline import open_run
    from jixiao.pipeline.side_by_side import collect
    from jixiao.settings import Settings

    from demo.many_hosts import POSTS, serve_hosts, write_contracts

    with serve_hosts(count) as hosts:
        write_contracts(place / "contracts", count, hosts.port, DELAY_SECONDS)
        ids = [source.id for source in load_sources(Settings.load().sources)]
        for name in ("first", "next"):
            began = time.perf_counter()
            with contextlib.redirect_stdout(io.StringIO()):
                failed = collect(open_run(None, name), ids)
            seconds = time.perf_counter() - began
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            answers.send({"walk": name, "seconds": seconds, "peak_mib": peak, "failed": len(failed), **hosts.said()})
        answers.send({"posts": POSTS})


def measured(count: int) -> None:
    """Print what two walks of so many hosts come to."""
    with tempfile.TemporaryDirectory(prefix="jixiao-sites-") as folder:
        ours, theirs = multiprocessing.Pipe()
        context = multiprocessing.get_context("spawn")
        process = context.Process(target=_walk, args=(count, folder, theirs))
        process.start()
        theirs.close()
        while "posts" not in (said := ours.recv()):
            print(
                f"{count:>6} hosts, {said['walk']:5} walk: {said['requests']} requests, {said['unchanged']} of them "
                f"answered 'not modified', {said['seconds']:.0f} s, peak {said['peak_mib']:.0f} MiB, "
                f"{said['failed']} failed; a host: at most {said['most_at_once']} at once, "
                f"at least {said['shortest_seconds']:.2f} s apart",
                flush=True,
            )
        process.join()


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    print(f"ten posts a host, {DELAY_SECONDS} s between two requests to one host, {AT_ONCE} hosts at once")
    for hosts_count in [int(word) for word in sys.argv[1:]] or _COUNTS:
        measured(hosts_count)
