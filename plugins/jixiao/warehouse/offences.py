"""What the gate counted of each document, kept: only documents that changed since are counted anew.

Most expectations look at the rows of one document at a time (`Expected.by_document`, and all that look at single
rows). Of these the warehouse keeps how many rows of each document they select, which of nearly all is none; how many of
all follows by adding. What was kept counts only while nobody but our own loads changes a row: they tell of each.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import duckdb
import pyarrow as pa
import sqlalchemy as sa

from jixiao.check.facts import FACT_TABLES
from jixiao.check.scope import facts_of
from jixiao.warehouse.counting import Count, condition_of, counted
from jixiao.warehouse.document_gate import alone
from jixiao.warehouse.rows import quoted
from jixiao.warehouse.store import raw_connection
from jixiao.warehouse.suites import Suite, suites

_TABLES: Final = (*FACT_TABLES, "fact_digests", "findings")
"""The tables whose rows a load replaces document by document, and tells of it (`raw.uncounted`)."""
_MOST: Final = 5_000
"""Documents that are counted by themselves; of more than that, all are, in one scan a table."""
_ROWS: Final = pa.schema(
    [("suite", pa.string()), ("place", pa.int32()), ("document_sha256", pa.string()), ("found", pa.int64())]
)


def counts_by_document(engine: sa.Engine, gate: str, trusted: bool) -> dict[tuple[str, str], Count]:
    """Return how many rows the expectations by document select, by table and query.

    `gate` tells which code and expectations count; `trusted` that the facts are as our own loads left them, without
    which nothing is kept. Nothing is returned where one of them cannot be judged: the gate asks why.
    """
    with engine.begin() as connection:
        native = raw_connection(connection)
        changed = _changed(native, gate) if trusted else None
        try:
            with _rows_of(native, changed) as scope:
                found = [row for suite in _judged() for row in _offences(scope, suite)]
        except duckdb.Error:
            native.execute("DELETE FROM raw.counted")
            return {}
        _keep(native, found, changed)
        native.execute("DELETE FROM raw.counted")
        if trusted:
            native.execute(f"INSERT INTO raw.counted VALUES ({quoted(gate)})")  # noqa: S608 - a digest
        totals = native.execute("SELECT suite, place, sum(found)::BIGINT FROM raw.offences GROUP BY ALL").fetchall()
    kept = {(suite, place): count for suite, place, count in totals}
    return {
        (suite.qualified, one.query): kept.get((suite.name, place), 0)
        for suite in _judged()
        for place, one in enumerate(suite.expected)
    }


def _judged() -> tuple[Suite, ...]:
    """Return the suites of tables that are replaced by document, with the expectations by document alone."""
    found = []
    for suite in suites():
        if suite.table in _TABLES:
            some = tuple(one for one in suite.expected if one.by_document or condition_of(one.query) is not None)
            found.append(Suite(suite.name, suite.schema, suite.table, suite.key, some))
    return tuple(found)


def _changed(native: duckdb.DuckDBPyConnection, gate: str) -> list[str] | None:
    """Return the documents that changed since they were counted; None where all are to be."""
    if native.execute("SELECT gate FROM raw.counted").fetchall() != [(gate,)]:
        return None
    changed = native.execute("SELECT document_sha256 FROM raw.uncounted").fetchall()
    return [sha256 for (sha256,) in changed] if len(changed) <= _MOST else None


@contextmanager
def _rows_of(native: duckdb.DuckDBPyConnection, documents: list[str] | None) -> Iterator[duckdb.DuckDBPyConnection]:
    """Give a connection whose tables have the rows of these documents, or of all."""
    if documents is None:
        yield native
    else:
        with alone(facts_of(native, _TABLES, documents)) as scope:
            yield scope


def _offences(connection: duckdb.DuckDBPyConnection, suite: Suite) -> list[tuple[str, int, str, int]]:
    """Return how many rows of which document each expectation of a suite selects, where there are any."""
    totals = counted(connection, suite)
    found: list[tuple[str, int, str, int]] = []
    for place, one in enumerate(suite.expected):
        total = totals[one.query]
        if isinstance(total, duckdb.Error):
            raise total
        if total:
            query = one.query.format(batch=suite.qualified)
            by_document = f"SELECT document_sha256, count(*) FROM ({query}) GROUP BY 1 ORDER BY 1"  # noqa: S608
            found += [(suite.name, place, sha256, n) for sha256, n in connection.execute(by_document).fetchall()]
    return found


def _keep(native: duckdb.DuckDBPyConnection, found: list[tuple[str, int, str, int]], changed: list[str] | None) -> None:
    """Put these counts in place of those of the documents that changed, or of all."""
    of_them = "" if changed is None else "WHERE document_sha256 IN (FROM raw.uncounted)"
    native.execute(f"DELETE FROM raw.offences {of_them}")  # noqa: S608 - our own words
    columns = zip(*found, strict=True) if found else [()] * len(_ROWS)
    native.register("counted_now", pa.table([pa.array(c, f.type) for c, f in zip(columns, _ROWS, strict=True)], _ROWS))
    native.execute("INSERT INTO raw.offences FROM counted_now")
    native.unregister("counted_now")
    native.execute("DELETE FROM raw.uncounted")
