"""The database of a version: made of its Parquet files, from the version before's where only some of them changed.

Of a file that changed the rows that are not those of the table take their place, so that a version costs what changed.
The rows of a new table stand by fiscal year, each year's in the order of the key; those that changed since stand behind
them. Rows that were replaced leave room: once as many rows were written as there are, the database is built anew.
"""

import glob
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import duckdb

from jixiao.publish.parts import SCHEMA, Part, Place
from jixiao.settings import Settings

if TYPE_CHECKING:  # whoever only reads what is published starts without the warehouse
    from jixiao.schema import TableSchema

STORAGE_VERSION: Final = "v1.2.0"  # readers of DuckDB 1.2 and later can open it


@dataclass(frozen=True, slots=True)
class Built:
    """How a database came to be, as its manifest keeps it: of which definition, and rows written since it was new."""

    definition: str
    written: int

    @classmethod
    def said(cls, manifest: Mapping[str, Any]) -> "Built | None":
        """Return what a manifest says; None where it says nothing of it."""
        told = manifest.get("database")
        try:
            return cls(str(told["definition"]), int(told["written"])) if isinstance(told, dict) else None
        except (KeyError, TypeError, ValueError):
            return None


def definition_of(marts: Sequence["TableSchema"]) -> str:
    """Return a digest of all that decides what a database looks like, beside its rows."""
    said = [duckdb.__version__, STORAGE_VERSION, *(line for mart in marts for line in _statements(mart))]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]


def is_of(manifest: Mapping[str, Any], marts: Sequence["TableSchema"]) -> bool:
    """Tell whether a manifest's database is one as this code makes it."""
    was = Built.said(manifest)
    return was is not None and was.definition == definition_of(marts)


def put(
    file: Path, marts: Sequence["TableSchema"], parts: Sequence[Part], was: Built | None, before: Mapping[str, str]
) -> Built:
    """Make the database `file` of the Parquet files beside it, or bring it up to them; return how it came to be.

    `was` tells how the copy came to be that lies there as `file`, None that there is none; `before` are the digests of
    the Parquet files that it was made of, by name.
    """
    definition, rows = definition_of(marts), sum(part.rows for part in parts)
    changed = [part for part in parts if before.get(part.name) != part.digest]
    if was is not None and was.definition == definition and was.written <= rows:
        removed = list(_removed(before, [part.place for part in parts]))
        written = _followed(file, removed, changed, parts, {mart.name: mart for mart in marts})
        if written is not None:
            return Built(definition, was.written + written)
    file.unlink(missing_ok=True)
    made = [f"CREATE SCHEMA target.{SCHEMA}", *(line for mart in marts for line in _statements(mart))]
    _fill(file, made, parts)
    return Built(definition, 0)


def _removed(before: Iterable[str], places: Sequence[Place]) -> Iterator[str]:
    """Yield the statements that delete what stood in files of which nothing is left, however years are divided now."""
    names = {place.name for place in places}
    for gone in (place for name in before if name not in names and (place := Place.of(name))):
        kept = "".join(
            f" AND NOT ({one.condition})" for one in places if (one.mart, one.year) == (gone.mart, gone.year)
        )
        yield f"DELETE FROM {SCHEMA}.{gone.mart} WHERE {gone.condition}{kept}"  # noqa: S608 - our own names


def _followed(
    file: Path,
    removed: Sequence[str],
    changed: Sequence[Part],
    parts: Sequence[Part],
    of: Mapping[str, "TableSchema"],
) -> int | None:
    """Bring a database up to its Parquet files; return how many rows were written.

    None where a table has not as many rows as they have then.
    """
    wanted = Counter[str]()
    for part in parts:
        wanted[part.place.mart] += part.rows
    try:
        written = 0
        with _opened(file, removed) as connection:
            for part in changed:
                written += _replaced(connection, file, part, of[part.place.mart])
        with duckdb.connect(str(file), read_only=True) as connection:
            count = "SELECT count(*) FROM {}.{}"
            whole = all(
                connection.execute(count.format(SCHEMA, mart)).fetchall() == [(n,)] for mart, n in wanted.items()
            )
            return written if whole else None
    except duckdb.Error as error:
        print(f"problem: {file.name} is built anew: {str(error).splitlines()[0][:200]}")  # noqa: T201 - a task's log
        return None


def _replaced(connection: duckdb.DuckDBPyConnection, file: Path, part: Part, mart: "TableSchema") -> int:
    """Put the rows of a Parquet file in place of those that stand there and differ; return how many."""
    table, rows = f"{SCHEMA}.{part.place.mart}", _rows(file, part)
    there = f"FROM {table} WHERE {part.place.condition}"
    same = " AND ".join(f"one.{column} IS NOT DISTINCT FROM other.{column}" for column in mart.primary_key)
    columns = ", ".join(column.name for column in mart.columns)
    come, left = f"SELECT {columns} FROM ({rows})", f"SELECT {columns} {there}"  # noqa: S608 - our own names
    connection.execute(f"CREATE OR REPLACE TEMP TABLE come AS {come} EXCEPT {left}")
    counts = f"SELECT (SELECT count(*) FROM come), count(*) {there}"  # noqa: S608 - our own names
    count, held = connection.execute(counts).fetchone() or (0, 0)
    if held + count != part.rows:  # else nothing went
        connection.execute(f"CREATE OR REPLACE TEMP TABLE left_now AS {left} EXCEPT {come}")
        connection.execute(f"DELETE FROM {table} AS one USING left_now AS other WHERE {same}")  # noqa: S608 - our own
        connection.execute("DROP TABLE left_now")
    connection.execute(f"INSERT INTO {table} BY NAME FROM come ORDER BY {', '.join(mart.primary_key)}")
    connection.execute("DROP TABLE come")
    return int(count)


def _rows(file: Path, part: Part) -> str:
    """Return the SELECT of the rows of a Parquet file beside a database."""
    year = "NULL" if part.place.year is None else part.place.year
    rows = f"read_parquet({_quoted(glob.escape(str(file.parent / part.name)))}, hive_partitioning = false)"
    return f"SELECT *, {year}::INTEGER AS fiscal_year FROM {rows}"  # noqa: S608 - our own names


def _fill(file: Path, first: Sequence[str], parts: Sequence[Part]) -> None:
    """Execute statements on a database, then add the rows of the Parquet files beside it."""
    with _opened(file, first) as connection:
        for part in parts:
            connection.execute(f"INSERT INTO {SCHEMA}.{part.place.mart} BY NAME {_rows(file, part)}")


@contextmanager
def _opened(file: Path, first: Sequence[str]) -> Iterator[duckdb.DuckDBPyConnection]:
    """Give a connection to a database, in a transaction that began with some statements and is then written."""
    with duckdb.connect(":memory:", config=Settings.load().duckdb) as connection:
        connection.execute(f"ATTACH {_quoted(str(file))} AS target (STORAGE_VERSION '{STORAGE_VERSION}')")
        connection.execute("USE target")
        connection.execute("BEGIN")
        for statement in first:
            connection.execute(statement)
        yield connection
        connection.execute("COMMIT")
        connection.execute("CHECKPOINT target")
        connection.execute("USE memory")
        connection.execute("DETACH target")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _statements(mart: "TableSchema") -> list[str]:
    """Return the statements that make a mart's table. No index of the key: the rows are in its order."""
    from jixiao.warehouse.store import comment_statements, create_statement

    made = create_statement(replace(mart, primary_key=()), SCHEMA, if_not_exists=False)
    return [made, *comment_statements(mart, SCHEMA)]
