"""`jixiao serve`: the application on loopback, without Airflow, in as many processes as there are cores."""

import ctypes
import gc
import multiprocessing
import os
import signal
import socket
import sys
from typing import Final

import uvicorn
from starlette.middleware.trustedhost import TrustedHostMiddleware

from jixiao_dashboard.app import create_app

MOST_PROCESSES: Final = 4
_PR_SET_PDEATHSIG: Final = 1


def usual_processes() -> int:
    """Return with how many processes pages are made: Python makes one page at a time in each."""
    if not sys.platform.startswith("linux"):
        return 1  # elsewhere nothing would end the others if the first were killed
    return min(len(os.sched_getaffinity(0)), MOST_PROCESSES)


def serve(port: int, processes: int) -> None:
    """Answer on 127.0.0.1 until Ctrl-C or SIGTERM; all processes take requests from one socket."""
    app = create_app()
    # A page elsewhere may point its own name at this machine: only our own names are answered.
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])
    config = uvicorn.Config(app, log_level="warning")
    listening = socket.create_server(("127.0.0.1", port), backlog=config.backlog)
    sys.stdout.write(f"http://127.0.0.1:{listening.getsockname()[1]}/  (Ctrl-C ends it)\n")
    sys.stdout.flush()
    gc.collect()
    gc.freeze()  # what is loaded stays: it need not be looked through again and again
    fork = multiprocessing.get_context("fork")  # before anything is opened: each opens the marts itself
    for _ in range(processes - 1):
        fork.Process(target=_beside, args=(config, listening, os.getpid()), daemon=True).start()
    uvicorn.Server(config).run(sockets=[listening])


def _beside(config: uvicorn.Config, listening: socket.socket, first: int) -> None:
    """Answer in one more process, which ends when the first does, however that ends."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() == first:
        uvicorn.Server(config).run(sockets=[listening])
