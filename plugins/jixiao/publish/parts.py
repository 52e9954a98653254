"""The Parquet files of a version, by mart, fiscal year and documents: which there are to be, and writing what changed.

A file follows from its rows, which are told by a digest of them, and from the statement that writes it. What the
version before wrote from the same is copied, so that a version costs what changed.
"""

import hashlib
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Final

import duckdb

if TYPE_CHECKING:  # whoever only reads what is published starts without the warehouse
    from jixiao.schema import TableSchema

SCHEMA: Final = "mart"
MOST_ROWS: Final = 16_384
"""Rows of one file: a year of more is shared out by document, so that one report more writes a file, not a year."""
_DOCUMENT: Final = "document_sha256"
_WIDE: Final = ("DECIMAL(20,4)", "DECIMAL(38,4)")
_PREFIXES: Final = 256  # of two hex digits: a year has no more files
_NO_YEAR: Final = "__HIVE_DEFAULT_PARTITION__"  # what readers of partitions take for null
_NAME: Final = re.compile(
    rf"parquet/(\w+)/fiscal_year=({_NO_YEAR}|-?\d+)/part(?:-([0-9a-f]{{2}})-([0-9a-f]{{2}}))?\.parquet"
)


@dataclass(frozen=True, slots=True)
class Place:
    """The rows of one file: of a mart and fiscal year, all, or those of documents whose hashes begin so.

    `first` and `last` are two hex digits, both of them included; empty for all documents.
    """

    mart: str
    year: int | None
    first: str = ""
    last: str = ""

    @classmethod
    def of(cls, name: str) -> "Place | None":
        """Return what a file holds, by its name in the version; None for what is no name of one."""
        found = _NAME.fullmatch(name)
        if not found:
            return None
        return cls(found[1], None if found[2] == _NO_YEAR else int(found[2]), found[3] or "", found[4] or "")

    @property
    def name(self) -> str:
        """Return the file's name in the version."""
        year = _NO_YEAR if self.year is None else self.year
        share = f"-{self.first}-{self.last}" if self.first else ""
        return f"parquet/{self.mart}/fiscal_year={year}/part{share}.parquet"

    @property
    def condition(self) -> str:
        """Return the condition of its rows in the mart's table."""
        said = [f"fiscal_year IS NOT DISTINCT FROM {'NULL' if self.year is None else self.year}"]
        if self.first and int(self.first, 16):
            said.append(f"{_DOCUMENT} >= '{self.first}'")
        if self.first and (after := int(self.last, 16) + 1) < _PREFIXES:
            said.append(f"{_DOCUMENT} < '{after:02x}'")
        return " AND ".join(said)


@dataclass(frozen=True, slots=True)
class Part:
    """One file: what it holds, the SELECT of its rows, in order of the key, and a digest of both."""

    place: Place
    select: str
    digest: str
    rows: int

    @property
    def name(self) -> str:
        """Return the file's name in the version."""
        return self.place.name


def parts_of(connection: duckdb.DuckDBPyConnection, database: str, mart: "TableSchema") -> tuple[list[Part], int]:
    """Return the files of a mart as it is in a database of the connection, and how many rows it has.

    One a fiscal year, or where a mart by document has more than `MOST_ROWS`, twice, four times ... as many.
    """
    table = f"{database}.{SCHEMA}.{mart.name}"
    columns = [(column.name, column.type) for column in mart.columns]
    wide = [name for name, kind in columns if kind in _WIDE]
    counts = _counted(connection, table, mart, wide)
    narrowed = _narrowed([name for number, name in enumerate(wide) if all(one.fits[number] for one in counts)])
    found = []
    for place, count, rows in _places(mart, counts):
        # The year is the folder's: readers of partitioned files take it from there, once.
        select = f"SELECT * EXCLUDE (fiscal_year) {narrowed} FROM {table} WHERE {place.condition}"  # noqa: S608
        # Sorted here, whatever stands in the table between: so the file's row groups end where they would in any other.
        select += f" ORDER BY {', '.join(mart.primary_key)}"
        said = f"{duckdb.__version__} {columns} {select} {count} {rows}"
        found.append(Part(place, select, hashlib.sha256(said.encode()).hexdigest(), count))
    return found, sum(part.rows for part in found)


@dataclass(frozen=True, slots=True)
class _Counted:
    """The rows of a fiscal year and of documents of a prefix: how many, the sum of their hashes, which money fits."""

    year: int | None
    prefix: str
    rows: int
    hashes: int
    fits: tuple[bool, ...]


def _counted(
    connection: duckdb.DuckDBPyConnection, table: str, mart: "TableSchema", wide: Sequence[str]
) -> list[_Counted]:
    """Look once at all rows of a mart, those of documents by the first two digits of their hashes, in order."""
    prefix = f"left({_DOCUMENT}, 2)" if _is_by_document(mart) else "''"
    fits = "".join(f", coalesce(max(abs({name})), 0) < {10**14}" for name in wide)
    rows = connection.execute(
        f"SELECT fiscal_year, {prefix}, count(*), sum(hash(one)){fits} FROM {table} AS one GROUP BY 1, 2 ORDER BY 1, 2"  # noqa: S608
    ).fetchall()
    return [_Counted(row[0], row[1], row[2], row[3], row[4:]) for row in rows]


def _is_by_document(mart: "TableSchema") -> bool:
    return mart.primary_key[0] == _DOCUMENT


def _places(mart: "TableSchema", counted: Sequence[_Counted]) -> Iterator[tuple[Place, int, int]]:
    """Yield what files a mart has, with the rows of each and the sum of their hashes, in order of year and key."""
    for year, those in groupby(counted, attrgetter("year")):
        counts, shares = [*those], 1
        while shares < _PREFIXES and _is_by_document(mart) and sum(one.rows for one in counts) > MOST_ROWS * shares:
            shares *= 2
        for share, some in groupby(counts, partial(_share_of, shares)):
            place = Place(mart.name, year, *(_range(share, shares) if shares > 1 else ()))
            rows = [*some]
            yield place, sum(one.rows for one in rows), sum(one.hashes for one in rows)


def _share_of(shares: int, counted: _Counted) -> int:
    """Return the number of the share, from 0, that documents of a prefix are in: that of `Place.condition`."""
    return bisect_right([_range(share, shares)[0] for share in range(1, shares)], counted.prefix)


def _range(share: int, shares: int) -> tuple[str, str]:
    """Return the first and the last two hex digits of a share."""
    size = _PREFIXES // shares
    return f"{share * size:02x}", f"{(share + 1) * size - 1:02x}"


def write_part(
    connection: duckdb.DuckDBPyConnection, folder: Path, part: Part, copied: Callable[[Part, Path], bool]
) -> None:
    """Write a file of a version that is built in `folder`, unless `copied` brings it from elsewhere.

    By one thread of the connection, so that bytes repeat.
    """
    target = folder / part.name
    target.parent.mkdir(parents=True, exist_ok=True)
    if not copied(part, target):
        path = str(target).replace("'", "''")
        connection.execute(f"COPY ({part.select}) TO '{path}' (FORMAT parquet)")


def _narrowed(fitting: Sequence[str]) -> str:
    """Return the REPLACE of a SELECT that gives money 18 digits wherever all of a mart's does fit.

    Arrow, and so pandas, divides such decimals by each other; a quotient of wider ones would not fit in 38 digits.
    """
    casts = [f"CAST({name} AS DECIMAL(18, 4)) AS {name}" for name in fitting]
    return f"REPLACE ({', '.join(casts)})" if casts else ""
