"""What one stage leaves for the next: records of JSON in the folder of one run, on a disk or an object store.

A run's folder is `<staging>/<fiscal year>/<run>/`, so two runs of one year share no file; in it each source has a
folder of its own, so that no two of them write one file.
"""

import json
import re
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from upath import UPath

from jixiao import files
from jixiao.discover import Candidate
from jixiao.model import JixiaoError
from jixiao.settings import Settings

Place = str | Path | UPath
_KEPT_RUNS: Final = 10
RUN = "run.json"
_BEGUN: Final = ("name", "began_at")
_ALL: Final = "all-years"


def place(url: Place) -> UPath:
    """Return a path on whatever store an address names."""
    return url if isinstance(url, UPath) else UPath(url)


def _local(path: UPath) -> Path | None:
    return Path(path.path) if path.protocol in ("", "file", "local") else None


def open_run(year: int | None, name: str) -> UPath:
    """Return the folder of a run, made if need be; of the older runs of that year the newest ten are kept.

    `year` None is a run of whatever year its documents tell.
    """
    folder = run_folder(_kind(year), name)
    if not (folder / RUN).exists() or read_sound(folder / RUN, *_BEGUN) is None:
        write(folder / RUN, {"year": year, "name": name, "began_at": datetime.now(UTC).isoformat()})
        for old in runs_of(year)[_KEPT_RUNS:]:
            if old.path != folder.path:  # by a clock that was set back, this run is the oldest
                old.fs.rm(old.path, recursive=True)
    return folder


def run_folder(kind: str, name: str) -> UPath:
    """Return the folder of a run that is of no fiscal year."""
    return place(Settings.load().staging) / kind / re.sub(r"[^\w.+-]", "_", name)


def _kind(year: int | None) -> str:
    return _ALL if year is None else str(year)


def runs_of(year: int | None) -> list[UPath]:
    """Return the folders of a year's runs, the newest first."""
    folder = place(Settings.load().staging) / _kind(year)
    found = folder.glob(f"*/{RUN}") if folder.exists() else ()
    began = sorted(((str(begun(path.parent)["began_at"]), str(path.parent)) for path in found), reverse=True)
    return [place(path) for _, path in began]


def begun(run: Place) -> dict[str, Any]:
    """Return the name of a run and when it began; one whose record is damaged began before all others."""
    folder = place(run)
    return read_sound(folder / RUN, *_BEGUN) or {"name": folder.name, "began_at": datetime.min.isoformat()}


def years() -> list[int]:
    """Return the fiscal years that were ever run."""
    staging = place(Settings.load().staging)
    return sorted(int(path.name) for path in staging.iterdir() if path.name.isdigit()) if staging.exists() else []


def year_of(run: Place) -> int:
    """Return the fiscal year of a run's folder; `JixiaoError` for a run of all years."""
    year = year_or_all(run)
    if year is None:
        raise JixiaoError(f"{run}: a run of all years")
    return year


def year_or_all(run: Place) -> int | None:
    """Return the fiscal year of a run's folder; None for one of whatever year its documents tell."""
    name = place(run).parent.name
    return None if name == _ALL else int(name)


def read(path: Place) -> Any:
    """Return a record.

    Raises:
        FileNotFoundError: there is none.
        JixiaoError: it is damaged, or a folder; it names it.
    """
    try:
        return json.loads(place(path).read_text("utf-8"))
    except (IsADirectoryError, ValueError) as error:
        raise JixiaoError(f"{path}: damaged: {' '.join(str(error).split())[:200]}") from None


def read_sound(path: Place, *needed: str) -> Any | None:
    """Return a record; None, and a line in the log, for one that is damaged, a folder, or without what is `needed`."""
    try:
        said = read(path)
        if needed and not (isinstance(said, dict) and said.keys() >= set(needed)):
            raise JixiaoError(f"{path}: damaged: not a record of {', '.join(needed)}")
    except JixiaoError as error:
        print(f"problem: {error}")  # noqa: T201 - a task's log
        return None
    return said


def write(path: Place, said: Any) -> UPath:
    """Write a record whole; return its path."""
    return write_text(path, files.as_json(said))


def write_text(path: Place, text: str) -> UPath:
    """Write a text whole; return its path."""
    target = place(path)
    local = _local(target)
    set_stray_aside(target)
    if local is not None:
        files.write_text(local, text)
    else:
        target.write_text(text, "utf-8")
    return target


def write_lines(path: Place, lines: Iterable[str]) -> UPath:
    """Write lines, each with its line break, whole; return the path."""
    target = place(path)
    local = _local(target)
    set_stray_aside(target)
    if local is not None:
        with files.writing(local) as handle:
            handle.writelines(line.encode() for line in lines)
    else:
        with target.open("wb") as put:
            put.writelines(line.encode() for line in lines)
    return target


def set_stray_aside(path: UPath) -> None:
    """Take a folder that has the name of a file of ours out of the way; it is kept beside it."""
    if path.is_dir():
        to = f"{path.path}.stray"
        if path.fs.exists(to):
            path.fs.rm(to, recursive=True)
        path.fs.mv(path.path, to, recursive=True)
        print(f"problem: {path}: a folder where a file belongs: moved to {to}")  # noqa: T201 - a task's log


@contextmanager
def timed(run: Place, stage: str) -> Iterator[None]:
    """Keep how many seconds a stage took, in the run's folder; stages of several parts (`extract-00000`) add up."""
    began = time.monotonic()
    yield
    write(place(run) / "seconds" / f"{stage}.json", round(time.monotonic() - began, 2))


def seconds_of(run: Place) -> dict[str, float]:
    """Return the seconds of each stage of a run so far, its parts added up."""
    total: dict[str, float] = {}
    for path in sorted((place(run) / "seconds").glob("*.json"), key=str):
        stage = path.name.split("-")[0].removesuffix(".json")
        seconds = read_sound(path)
        total[stage] = round(total.get(stage, 0.0) + (seconds if isinstance(seconds, float | int) else 0.0), 2)
    return total


def taken(candidates: Place) -> list[Candidate]:
    """Return the candidates that were taken; those left are in the same file, with the reason.

    Raises:
        JixiaoError: the file is damaged; it names it, and the line.
    """
    found = []
    try:
        with place(candidates).open("r", encoding="utf-8") as handle:
            for number, line in enumerate(handle, 1):
                found.append(_candidate(line, f"{candidates}: line {number}"))
    except (IsADirectoryError, UnicodeDecodeError) as error:
        raise JixiaoError(f"{candidates}: damaged: {' '.join(str(error).split())[:200]}") from None
    return [candidate for candidate in found if candidate.taken]


def _candidate(line: str, where: str) -> Candidate:
    try:
        return Candidate.from_record(json.loads(line))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise JixiaoError(f"{where}: damaged: {' '.join(str(error).split())[:200]}") from None
