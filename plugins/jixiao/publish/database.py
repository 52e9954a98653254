"""The database of a version: made of its Parquet files, from the version before's where only some of them changed.

A file that changed takes the place of its rows, so that a version costs what changed. The rows of a table stand by
fiscal year, each year's in the order of the key. Rows that were replaced leave room behind: once as many rows were
written as there are, the database is built anew.
"""

import glob
import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import duckdb

from jixiao.publish.parts import SCHEMA, Part, of_year, place_of
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
    names = {part.name for part in parts}
    gone = [place for name in before if name not in names and (place := place_of(name))]
    written = sum(part.rows for part in changed) + (was.written if was else 0)
    if was is not None and was.definition == definition and written <= 2 * rows:
        places = [*gone, *((part.mart, part.year) for part in changed)]
        removed = [f"DELETE FROM {SCHEMA}.{mart} WHERE {of_year(year)}" for mart, year in places]  # noqa: S608
        if _followed(file, removed, changed, parts):
            return Built(definition, written)
    file.unlink(missing_ok=True)
    made = [f"CREATE SCHEMA target.{SCHEMA}", *(line for mart in marts for line in _statements(mart))]
    _fill(file, made, parts)
    return Built(definition, rows)


def _followed(file: Path, removed: Sequence[str], changed: Sequence[Part], parts: Sequence[Part]) -> bool:
    """Bring a database up to its Parquet files; tell whether each table has as many rows as they have then."""
    wanted = Counter[str]()
    for part in parts:
        wanted[part.mart] += part.rows
    try:
        _fill(file, removed, changed)
        with duckdb.connect(str(file), read_only=True) as connection:
            count = "SELECT count(*) FROM {}.{}"
            return all(
                connection.execute(count.format(SCHEMA, mart)).fetchall() == [(n,)] for mart, n in wanted.items()
            )
    except duckdb.Error as error:
        print(f"problem: {file.name} is built anew: {str(error).splitlines()[0][:200]}")  # noqa: T201 - a task's log
        return False


def _fill(file: Path, first: Sequence[str], parts: Sequence[Part]) -> None:
    """Execute statements on a database, then add the rows of the Parquet files beside it."""
    with duckdb.connect(":memory:", config=Settings.load().duckdb) as connection:
        connection.execute(f"ATTACH {_quoted(str(file))} AS target (STORAGE_VERSION '{STORAGE_VERSION}')")
        connection.execute("USE target")
        connection.execute("BEGIN")
        for statement in first:
            connection.execute(statement)
        for part in parts:
            year = "NULL" if part.year is None else part.year
            rows = f"read_parquet({_quoted(glob.escape(str(file.parent / part.name)))}, hive_partitioning = false)"
            select = f"SELECT *, {year}::INTEGER AS fiscal_year FROM {rows}"  # noqa: S608 - our own names
            connection.execute(f"INSERT INTO {SCHEMA}.{part.mart} BY NAME {select}")
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
