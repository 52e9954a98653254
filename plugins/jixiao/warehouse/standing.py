"""How far the gate has followed what was written; and work that need not be done again.

The same work, by the same code, on the same facts leaves the same facts. What is kept is the digest of the work and
that of all of `core` as the work left it: where anybody changed a row since, by whatever way, it is done again.
Values stand in the statements: for a parameter DuckDB imports pandas, which takes longer than finding nothing new.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import duckdb
import sqlalchemy as sa

from jixiao.files import write_json
from jixiao.schema import schemas
from jixiao.settings import Settings
from jixiao.version import digest_of, library_version
from jixiao.warehouse.rows import quoted
from jixiao.warehouse.store import raw_connection

FACTS: Final = "facts"
"""The work of all loads by this code: while it stands, nobody else has changed a row."""


def work_of(name: str, *parts: Iterable[object]) -> str:
    """Return a digest of work, by what it is given: records, in any order of theirs, that print all that they hold."""
    settings = Settings.load()
    words = [library_version(), duckdb.__version__]
    words += [digest_of(folder, ("",)) for folder in (settings.sql, settings.expectations)]
    found = hashlib.sha256("\n".join(words).encode())
    for number, part in enumerate(parts):
        digests = sorted(hashlib.sha256(repr(one).encode()).hexdigest() for one in part)
        found.update(f"{number} {' '.join(digests)}\n".encode())
    return f"{name} {found.hexdigest()}"


def content(engine: sa.Engine) -> str:
    """Return a digest of all rows of `core`, and of which extractions are kept; a second for some ten million rows.

    It is not worked out while the file is the one that `seal` noted it of.
    """
    path = _file(engine)
    if said := sealed(path):
        return str(said["content"])
    _seal_of(path).unlink(missing_ok=True)
    found = hashlib.sha256()
    tables = {f"core.{name}": "one" for name in sorted(schemas("core"))}
    tables["raw.extractions"] = "(document_sha256, extractor_version)"
    with engine.connect() as connection:
        native = raw_connection(connection)
        for table, row in tables.items():
            counted = native.execute(f"SELECT count(*), sum(hash({row})) FROM {table} AS one").fetchone()  # noqa: S608
            found.update(f"{table} {counted}\n".encode())
    return found.hexdigest()


def seal(engine: sa.Engine, facts: str) -> None:
    """Note beside the warehouse that its file, as it is once all is written to it, has this content of `core`.

    Whoever writes to it afterwards, by whatever way, makes another file of it: by size, time or a log beside it.
    """
    path = _file(engine)
    kept = _noted(path)  # what else is noted stands while nobody but us has written: `content` was asked before
    with engine.connect() as connection:
        connection.exec_driver_sql("CHECKPOINT")
    said = kept | {"mark": _mark(path), "content": facts}
    if said != kept:
        write_json(_seal_of(path), said)


def sealed(path: Path) -> dict[str, Any]:
    """Return what is noted beside the warehouse of its file as it is; nothing where somebody has written to it since.

    `content` is the digest of `core`; `published` and `loaded` are what followed from it.
    """
    said = _noted(path)
    return said if said and said["mark"] == _mark(path) else {}


def note(path: Path, held: Mapping[str, Any], name: str, said: Any) -> None:
    """Note what followed from the file as it was when `held` was noted of it, unless somebody has written meanwhile."""
    if held and sealed(path) == held:
        write_json(_seal_of(path), {**held, name: said})


def forget_published(engine: sa.Engine) -> None:
    """Have the marts looked at again before anybody says that they are published: they are about to be built."""
    if kept := _noted(_file(engine)):
        write_json(_seal_of(_file(engine)), {name: said for name, said in kept.items() if name != "published"})


def _file(engine: sa.Engine) -> Path:
    return Path(str(engine.url.database))


def _seal_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.content.json")


def _mark(path: Path) -> str | None:
    """Return what the disk tells of the warehouse's file; None where a log beside it holds more."""
    with suppress(FileNotFoundError):
        if Path(f"{path}.wal").stat().st_size:
            return None
    about = path.stat()
    return f"{about.st_ino} {about.st_size} {about.st_mtime_ns} {about.st_ctime_ns}"


def _noted(path: Path) -> dict[str, Any]:
    """Return what was noted beside the file; what is damaged says nothing."""
    try:
        said = json.loads(_seal_of(path).read_bytes())
    except (OSError, ValueError):
        return {}
    sound = isinstance(said, dict) and isinstance(said.get("mark"), str) and isinstance(said.get("content"), str)
    return said if sound else {}


def stands(engine: sa.Engine, work: str, facts: str) -> bool:
    """Return whether this work was done, and left `core` with the content that it has now."""
    with engine.connect() as connection:
        query = f"SELECT content FROM raw.standing WHERE work = {quoted(work)}"  # noqa: S608
        left = connection.exec_driver_sql(query).scalar()
    return bool(left == facts)


def note_done(engine: sa.Engine, work: str, facts: str) -> None:
    """Keep that this work left `core` with the content that it has now; what left it otherwise is to be done again."""
    with engine.begin() as connection:
        same = f"work = {quoted(work)} OR content <> {quoted(facts)}"
        connection.exec_driver_sql(f"DELETE FROM raw.standing WHERE {same}")  # noqa: S608 - digests
        connection.exec_driver_sql(f"INSERT INTO raw.standing VALUES ({quoted(work)}, {quoted(facts)})")  # noqa: S608


def forget(engine: sa.Engine, work: str) -> None:
    """Have this work done again."""
    with engine.begin() as connection:
        connection.exec_driver_sql(f"DELETE FROM raw.standing WHERE work = {quoted(work)}")  # noqa: S608


@contextmanager
def followed(engine: sa.Engine) -> Iterator[None]:
    """Have loads go on trusting the facts after what the block writes, where they did before (`FACTS`)."""
    trusted = stands(engine, work_of(FACTS), content(engine))
    yield
    if trusted:
        note_done(engine, work_of(FACTS), content(engine))


def note_write(native: duckdb.DuckDBPyConnection) -> None:
    """Tell, in the writer's transaction, that there is something new for the gate to judge."""
    native.execute("UPDATE raw.gate SET writes = writes + 1")


def writes(engine: sa.Engine) -> int:
    """Return how often facts were written."""
    with engine.connect() as connection:
        return int(connection.exec_driver_sql("SELECT writes FROM raw.gate").scalar_one())


def note_passed(engine: sa.Engine, writes: int) -> None:
    """Tell that the gate passed what was there after so many writes."""
    with engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE raw.gate SET passed = {writes:d} WHERE passed IS DISTINCT FROM {writes:d}")  # noqa: S608


def has_passed(engine: sa.Engine) -> bool:
    """Return whether the gate passed what is there now."""
    with engine.connect() as connection:
        return bool(connection.exec_driver_sql("SELECT passed IS NOT DISTINCT FROM writes FROM raw.gate").scalar_one())
