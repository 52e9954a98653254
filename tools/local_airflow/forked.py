"""Imports Airflow once, prepares its tables, and forks its parts: each import of it costs seconds of a core.

    forked.py LOGS FIRST PARTS      FIRST and PARTS are lists of commands as JSON, such as [["api-server"]]

The commands of FIRST are run one after the other, those of PARTS beside each other, each with its output in
`LOGS/<part>.log`. Ends when one of the parts ends, and says which; SIGTERM ends them all in their own way. What forks
tasks imports first what they need, while the API server starts.
"""

import gc
import json
import logging
import os
import signal
import sys
import traceback
from contextlib import suppress
from pathlib import Path
from types import FrameType

_LAST_CHARACTERS = 800  # whoever asks for this process reads 1,200 of what it says
_OBJECTS = 50_000
"""New objects after which Python looks for circles; after 700 it looks so often that a start takes a seventh longer."""
_OF_TASKS = ("jixiao.pipeline", "great_expectations", "duckdb_sqlalchemy", "pyarrow.parquet", "airflow.models.dagbag")


def _command(words: list[str]) -> int:
    """Run a command of Airflow in this process, as its own program would; return the exit code."""
    from airflow.__main__ import main

    sys.argv = ["airflow", *words]
    try:
        main()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    return 0


def _part(words: list[str], log: Path) -> None:
    """Be a part; does not return."""
    code = 1
    try:
        with log.open("ab") as out:
            for stream in (1, 2):
                os.dup2(out.fileno(), stream)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        if _forks_tasks(words):
            logging.disable(logging.INFO)  # Great Expectations tells of each of its functions
            for name in _OF_TASKS:
                __import__(name)
            logging.disable(logging.NOTSET)
        code = _command(words)
    except BaseException:  # noqa: BLE001 - a fork must not go on as its parent
        traceback.print_exc()
    finally:
        for written in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):
                written.flush()
        os._exit(code)


def _forks_tasks(words: list[str]) -> bool:
    return words[0] == ("scheduler" if os.environ.get("AIRFLOW__CORE__EXECUTOR") == "LocalExecutor" else "celery")


def main(logs: Path, first: list[list[str]], commands: list[list[str]]) -> int:
    """Do what the module's description says."""
    gc.set_threshold(_OBJECTS)
    from airflow import settings

    for words in first:
        if code := _command(words):
            return code
    settings.dispose_orm(do_log=False)  # a connection must not be shared by processes
    settings.configure_orm()
    gc.freeze()
    running: dict[int, str] = {}
    asked: list[int] = []

    def end(number: int, _frame: FrameType | None) -> None:
        asked.append(number)
        for pid in running:
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    signal.signal(signal.SIGTERM, end)
    for words in commands:
        log = logs / f"{words[0]}.log"
        log.unlink(missing_ok=True)
        sys.stdout.flush()
        child = os.fork()
        if not child:
            _part(words, log)
        running[child] = words[0]
    while running:
        pid, status = os.wait()
        name = running.pop(pid)
        if not asked:  # whoever keeps this process ends the others
            log = logs / f"{name}.log"
            said = log.read_text("utf-8", "replace").strip()[-_LAST_CHARACTERS:]
            code = os.waitstatus_to_exitcode(status)
            print(f"the {name} ended by itself with exit code {code}; {log} ends with:\n{said}", flush=True)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), json.loads(sys.argv[2]), json.loads(sys.argv[3])))
