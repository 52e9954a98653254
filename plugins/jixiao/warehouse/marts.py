"""Build the marts: one folder a mart in `sql/marts/`, in the order that their own SQL asks for.

A mart whose schema says `incremental: document` is built anew only for the documents that changed and those they
concern, on a copy of these documents' facts; the others are built whole. Either way gives the same rows.
"""

import hashlib
from dataclasses import replace
from functools import cache
from graphlib import TopologicalSorter
from typing import Final

import duckdb
import pyarrow as pa
import sqlalchemy as sa
import sqlglot
from sqlglot import exp

from jixiao.check.scope import current_sql, facts_of, in_memory, intervals_sql, with_year_before
from jixiao.model import JixiaoError
from jixiao.schema import TableSchema, schemas
from jixiao.warehouse.store import comment_statements, create_statement, raw_connection

SCHEMA: Final = "mart"
_DOCUMENT: Final = "document_sha256"
_REFERENCE: Final = ("regions",)
"""Tables that no document brings and that marts by document read."""


def query_of(mart: TableSchema) -> str:
    """Return the SELECT of a mart."""
    return (mart.folder / "query.sql").read_text("utf-8").strip()


@cache
def build_order() -> tuple[TableSchema, ...]:
    """Return the marts so that each comes after those it reads, found from the SQL."""
    marts = schemas("marts")
    graph: dict[str, set[str]] = {}
    for name, mart in marts.items():
        tables = sqlglot.parse_one(query_of(mart), read="duckdb").find_all(exp.Table)
        graph[name] = {table.name for table in tables if table.db == SCHEMA}
        if unknown := graph[name] - set(marts):
            raise JixiaoError(f"mart {name} reads {sorted(unknown)}, which no folder of sql/marts describes")
        if mart.by_document and (whole := {read for read in graph[name] if not marts[read].by_document}):
            raise JixiaoError(f"mart {name} cannot be built by document: it reads {sorted(whole)}, which is not")
    return tuple(marts[name] for name in TopologicalSorter(graph).static_order())


def build_marts(engine: sa.Engine, whole: bool = False) -> dict[str, int]:
    """Build the marts in one transaction; return the rows of each.

    Only what changed since the last build is built anew, unless `whole` is asked for or the SQL has changed. The
    described columns are the contract: a query that yields others, or a null where none may be, fails here.
    """
    with engine.begin() as connection:
        native = raw_connection(connection)
        definition = _definition(native)
        built = native.execute("SELECT definition FROM raw.built").fetchall()
        changed = {row[0] for row in native.execute("SELECT document_sha256 FROM raw.unbuilt").fetchall()}
        by_document: set[str] = set()
        if built == [(definition,)] and not whole:
            by_document = _build_documents(native, changed)
        for mart in build_order():
            if mart.name not in by_document:
                _build_whole(native, mart)
        native.execute("DELETE FROM raw.unbuilt")
        native.execute("DELETE FROM raw.built")
        native.execute("INSERT INTO raw.built VALUES (?)", [definition])
        return {mart.name: _count(native, mart) for mart in build_order()}


def _definition(native: duckdb.DuckDBPyConnection) -> str:
    """Return a digest of all that the marts are worked out from beside documents: SQL, schemas, reference tables."""
    texts = [current_sql(), intervals_sql(), *(query_of(mart) for mart in build_order())]
    for name in _REFERENCE:
        texts.append(repr(native.execute(f"SELECT * FROM core.{name} ORDER BY ALL").fetchall()))  # noqa: S608
    texts += [(mart.folder / "schema.yaml").read_text("utf-8") for mart in build_order()]
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


def _of_documents(table: TableSchema) -> bool:
    return any(column.name == _DOCUMENT for column in table.columns)


def _build_whole(native: duckdb.DuckDBPyConnection, mart: TableSchema) -> None:
    name = f"{SCHEMA}.{mart.name}"
    native.execute(f"DROP TABLE IF EXISTS {name}")
    native.execute(create_statement(mart, SCHEMA))
    _insert(native, mart)
    for statement in comment_statements(mart, SCHEMA):
        native.execute(statement)


def _insert(native: duckdb.DuckDBPyConnection, mart: TableSchema) -> None:
    columns = ", ".join(column.name for column in mart.columns)
    native.execute(f"INSERT INTO {SCHEMA}.{mart.name} ({columns}) SELECT {columns} FROM ({query_of(mart)})")  # noqa: S608


def _build_documents(native: duckdb.DuckDBPyConnection, changed: set[str]) -> set[str]:
    """Build the marts that can be built by document for those that changed; return the names of all such marts."""
    core = schemas("core")
    facts = facts_of(
        native,
        [name for name, table in core.items() if _of_documents(table)],
        with_year_before(native, changed),
    )
    for name in core:
        if name not in facts:
            facts[name] = native.execute(f"SELECT * FROM core.{name}").to_arrow_table()  # noqa: S608
    scope = in_memory(facts, for_rules=False)
    marts = [mart for mart in build_order() if mart.by_document]
    try:
        scope.execute(f"CREATE SCHEMA {SCHEMA}")
        native.register("changed", pa.table({_DOCUMENT: pa.array(sorted(changed), pa.string())}))
        for mart in marts:
            scope.execute(create_statement(replace(mart, primary_key=()), SCHEMA))  # the warehouse has the key
            _insert(scope, mart)
            rows = scope.execute(f"SELECT * FROM {SCHEMA}.{mart.name}").to_arrow_table()  # noqa: S608
            name = f"{SCHEMA}.{mart.name}"
            native.register("building", rows)
            native.execute(f"DELETE FROM {name} WHERE {_DOCUMENT} IN (SELECT {_DOCUMENT} FROM changed)")  # noqa: S608
            native.execute(f"INSERT INTO {name} BY NAME SELECT * FROM building SEMI JOIN changed USING ({_DOCUMENT})")  # noqa: S608
            native.unregister("building")
        native.unregister("changed")
    finally:
        scope.close()
    return {mart.name for mart in marts}


def _count(native: duckdb.DuckDBPyConnection, mart: TableSchema) -> int:
    row = native.execute(f"SELECT count(*) FROM {SCHEMA}.{mart.name}").fetchone()  # noqa: S608
    return int(row[0]) if row else 0
