"""How far the gate has followed what was written; and work that need not be done again.

The same work, by the same code, on the same facts leaves the same facts. What is kept is the digest of the work and
that of all of `core` as the work left it: where anybody changed a row since, by whatever way, it is done again.
"""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final

import duckdb
import sqlalchemy as sa

from jixiao.schema import schemas
from jixiao.settings import Settings
from jixiao.version import digest_of, library_version
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
    """Return a digest of all rows of `core`, and of which extractions are kept; a second for some ten million rows."""
    found = hashlib.sha256()
    tables = {f"core.{name}": "one" for name in sorted(schemas("core"))}
    tables["raw.extractions"] = "(document_sha256, extractor_version)"
    with engine.connect() as connection:
        native = raw_connection(connection)
        for table, row in tables.items():
            counted = native.execute(f"SELECT count(*), sum(hash({row})) FROM {table} AS one").fetchone()  # noqa: S608
            found.update(f"{table} {counted}\n".encode())
    return found.hexdigest()


def stands(engine: sa.Engine, work: str, facts: str) -> bool:
    """Return whether this work was done, and left `core` with the content that it has now."""
    with engine.connect() as connection:
        left = connection.exec_driver_sql("SELECT content FROM raw.standing WHERE work = ?", (work,)).scalar()
    return bool(left == facts)


def note_done(engine: sa.Engine, work: str, facts: str) -> None:
    """Keep that this work left `core` with the content that it has now; what left it otherwise is to be done again."""
    with engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM raw.standing WHERE work = ? OR content <> ?", (work, facts))
        connection.exec_driver_sql("INSERT INTO raw.standing VALUES (?, ?)", (work, facts))


def forget(engine: sa.Engine, work: str) -> None:
    """Have this work done again."""
    with engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM raw.standing WHERE work = ?", (work,))


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
        connection.exec_driver_sql("UPDATE raw.gate SET passed = ?", (writes,))


def has_passed(engine: sa.Engine) -> bool:
    """Return whether the gate passed what is there now."""
    with engine.connect() as connection:
        return bool(connection.exec_driver_sql("SELECT passed IS NOT DISTINCT FROM writes FROM raw.gate").scalar_one())
