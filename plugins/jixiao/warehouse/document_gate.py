"""The gate of one document: what its facts alone can break costs that document, not everybody.

The same expectations as the whole gate's (`expectations/`, severity critical) and what the tables' schemas refuse, held
against the facts of the documents that are about to be loaded. What belongs to the whole (references to other tables,
volume) is left to the whole gate, which stops publishing.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import duckdb
import pyarrow as pa

from jixiao.check.facts import FACT_TABLES
from jixiao.schema import schemas
from jixiao.warehouse.counting import condition_of, counted
from jixiao.warehouse.suites import Expected, Suite, suites

_SHOWN: Final = 3


def refused(tables: Mapping[str, pa.Table], judged: Sequence[str] = FACT_TABLES) -> dict[str, str]:
    """Return the documents whose rows may not stand, by SHA-256, with the reason in words.

    `tables` are those of `check.facts.fact_tables`, and whatever else is `judged`: names of tables of `core`.
    """
    reasons: dict[str, list[str]] = {}
    filled = [name for name in judged if tables[name].num_rows]  # a table without rows breaks nothing
    if not filled:
        return {}
    with alone(tables) as connection:
        met = {query for name in filled for query in _met(connection, name)}
        for table, description, query in _queries(filled):
            if query in met:
                continue
            for sha256, rows in _offenders(connection, query).items():
                more = " …" if len(rows) > _SHOWN else ""
                words = f"core.{table}: expected that {description}: {'; '.join(rows[:_SHOWN])}{more}"
                reasons.setdefault(sha256, []).append(words)
    return {sha256: "; ".join(found) for sha256, found in sorted(reasons.items())}


def alone(tables: Mapping[str, pa.Table]) -> duckdb.DuckDBPyConnection:
    """Return a DuckDB in memory whose schema `core` has these tables and nothing else."""
    connection = duckdb.connect(":memory:", config={"threads": 1})
    connection.execute("CREATE SCHEMA core")
    for name in tables:
        connection.register("loading", tables[name])
        connection.execute(f"CREATE TABLE core.{name} AS SELECT * FROM loading")  # noqa: S608 - our own names
        connection.unregister("loading")
    return connection


def _met(connection: duckdb.DuckDBPyConnection, table: str) -> Iterator[str]:
    """Yield the queries that select no row of a table: one query tells it of all that look at rows of one document."""
    checks = [Expected(_broken(check), "critical", check) for check in schemas("core")[table].checks]
    own = [one for suite in suites() if suite.qualified == f"core.{table}" for one in suite.expected]
    some = [one for one in (*checks, *own) if one.severity == "critical"]
    alike = tuple(one for one in some if one.by_document or condition_of(one.query) is not None)
    suite = Suite(table, "core", table, (), alike)
    for query, count in counted(connection, suite).items():
        if count == 0:
            yield query.format(batch=suite.qualified)


def _broken(check: str) -> str:
    return f"SELECT * FROM {{batch}} WHERE NOT ({check})"  # noqa: S608 - of a schema file


def _queries(judged: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Yield table, description and SQL of everything that one document can break."""
    core = schemas("core")
    for name in judged:
        for check in core[name].checks:
            yield name, check, _broken(check).format(batch=f"core.{name}")
    for suite in suites():
        if suite.schema != "core" or suite.table not in judged:
            continue
        for expected in suite.expected:
            if expected.severity == "critical":
                yield suite.table, expected.description, expected.query.format(batch=suite.qualified)


def _offenders(connection: duckdb.DuckDBPyConnection, query: str) -> dict[str, list[str]]:
    """Return the rows that a query selects, each told by its fact and figure, by document."""
    try:
        cursor = connection.execute(f"SELECT * FROM ({query}) ORDER BY ALL")  # noqa: S608 - of our own files
    except (duckdb.CatalogException, duckdb.BinderException):
        return {}  # of other tables: the whole gate's
    names = [column[0] for column in cursor.description or ()]
    if "document_sha256" not in names:
        return {}
    found: dict[str, list[str]] = {}
    for values in cursor.fetchall():
        row: dict[str, Any] = dict(zip(names, values, strict=True))
        sha256 = row.pop("document_sha256")
        told = {key: row[key] for key in ("fact_id", "yuan", "percent", "score", "points", "fiscal_year") if key in row}
        shown = told or dict(list(row.items())[:3])
        found.setdefault(sha256, []).append(", ".join(f"{key}={value}" for key, value in shown.items()) or "the report")
    return found
