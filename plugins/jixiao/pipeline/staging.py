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
    if not (folder / RUN).exists():
        write(folder / RUN, {"year": year, "name": name, "began_at": datetime.now(UTC).isoformat()})
        for old in runs_of(year)[_KEPT_RUNS:]:
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
    began = sorted(((str(read(path)["began_at"]), str(path.parent)) for path in found), reverse=True)
    return [place(path) for _, path in began]


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
    """Return a record."""
    return json.loads(place(path).read_text("utf-8"))


def read_sound(path: Place) -> Any | None:
    """Return a record; None, and a line in the log, for one that is damaged or is a folder: it costs itself."""
    try:
        return read(path)
    except FileNotFoundError:
        raise
    except (OSError, ValueError) as error:
        print(f"problem: {path}: damaged: {' '.join(str(error).split())[:200]}")  # noqa: T201 - a task's log
        return None


def write(path: Place, said: Any) -> UPath:
    """Write a record whole; return its path."""
    return write_text(path, files.as_json(said))


def write_text(path: Place, text: str) -> UPath:
    """Write a text whole; return its path."""
    target = place(path)
    local = _local(target)
    if local is not None:
        files.write_text(local, text)
    else:
        target.write_text(text, "utf-8")
    return target


def write_lines(path: Place, lines: Iterable[str]) -> UPath:
    """Write lines, each with its line break, whole; return the path."""
    target = place(path)
    local = _local(target)
    if local is not None:
        with files.writing(local) as handle:
            handle.writelines(line.encode() for line in lines)
    else:
        with target.open("wb") as put:
            put.writelines(line.encode() for line in lines)
    return target


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
        total[stage] = round(total.get(stage, 0.0) + read(path), 2)
    return total


def taken(candidates: Place) -> Iterator[Candidate]:
    """Yield the candidates that were taken; those left are in the same file, with the reason."""
    with place(candidates).open("r", encoding="utf-8") as handle:
        yield from (candidate for candidate in map(Candidate.from_record, map(json.loads, handle)) if candidate.taken)
