"""The Parquet files of a version, one a mart and fiscal year: which there are to be, and writing those that changed.

A file follows from its rows, which are told by a digest of them, and from the statement that writes it. What the
version before wrote from the same is copied, so that a version costs what changed.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import duckdb

if TYPE_CHECKING:  # whoever only reads what is published starts without the warehouse
    from jixiao.schema import TableSchema

SCHEMA: Final = "mart"
_NO_YEAR: Final = "__HIVE_DEFAULT_PARTITION__"  # what readers of partitions take for null
_NAME: Final = re.compile(rf"parquet/(\w+)/fiscal_year=({_NO_YEAR}|-?\d+)/part\.parquet")


@dataclass(frozen=True, slots=True)
class Part:
    """One file: its name in the version, the SELECT of its rows, in order of the key, and a digest of both."""

    mart: str
    year: int | None
    name: str
    select: str
    digest: str
    rows: int


def parts_of(connection: duckdb.DuckDBPyConnection, database: str, mart: "TableSchema") -> tuple[list[Part], int]:
    """Return the files of a mart as it is in a database of the connection, by fiscal year, and how many rows it has."""
    table = f"{database}.{SCHEMA}.{mart.name}"
    narrowed = _narrowed(connection, table, mart)
    years = connection.execute(
        f"SELECT fiscal_year, count(*), sum(hash(one)) FROM {table} AS one GROUP BY fiscal_year ORDER BY 1"  # noqa: S608
    ).fetchall()
    columns = [(column.name, column.type) for column in mart.columns]
    found = []
    for year, count, rows in years:
        # The year is the folder's: readers of partitioned files take it from there, once.
        select = f"SELECT * EXCLUDE (fiscal_year) {narrowed} FROM {table} WHERE {of_year(year)}"  # noqa: S608
        # Sorted here, whatever stands in the table between: so the file's row groups end where they would in any other.
        select += f" ORDER BY {', '.join(mart.primary_key)}"
        said = f"{duckdb.__version__} {columns} {select} {count} {rows}"
        name = f"parquet/{mart.name}/fiscal_year={_NO_YEAR if year is None else year}/part.parquet"
        found.append(Part(mart.name, year, name, select, hashlib.sha256(said.encode()).hexdigest(), count))
    return found, sum(count for _, count, _ in years)


def of_year(year: int | None) -> str:
    """Return the condition of the rows of a fiscal year."""
    return f"fiscal_year IS NOT DISTINCT FROM {'NULL' if year is None else int(year)}"


def place_of(name: str) -> tuple[str, int | None] | None:
    """Return the mart and fiscal year of a file by its name; None for what is no name of one."""
    found = _NAME.fullmatch(name)
    return (found[1], None if found[2] == _NO_YEAR else int(found[2])) if found else None


def write_part(
    connection: duckdb.DuckDBPyConnection, folder: Path, part: Part, copied: Callable[[Part, Path], bool]
) -> None:
    """Write a file of a version that is built in `folder`, unless `copied` brings it from elsewhere.

    By one thread of the connection, so that bytes repeat.
    """
    target = folder / part.name
    target.parent.mkdir(parents=True)
    if not copied(part, target):
        path = str(target).replace("'", "''")
        connection.execute(f"COPY ({part.select}) TO '{path}' (FORMAT parquet)")


def _narrowed(connection: duckdb.DuckDBPyConnection, table: str, mart: "TableSchema") -> str:
    """Return the REPLACE of a SELECT that gives money 18 digits wherever all of a mart's does fit.

    Arrow, and so pandas, divides such decimals by each other; a quotient of wider ones would not fit in 38 digits.
    """
    wide = [column.name for column in mart.columns if column.type in ("DECIMAL(20,4)", "DECIMAL(38,4)")]
    if not wide:
        return ""
    most = ", ".join(f"coalesce(max(abs({name})), 0) < {10**14}" for name in wide)
    fits = connection.execute(f"SELECT {most} FROM {table}").fetchall()[0]  # noqa: S608
    casts = [f"CAST({name} AS DECIMAL(18, 4)) AS {name}" for name, yes in zip(wide, fits, strict=True) if yes]
    return f"REPLACE ({', '.join(casts)})" if casts else ""
