"""Facts of documents by themselves, without a warehouse, in a DuckDB in memory: the tables that rules read, no others.

A command that reads one file starts for it alone, so no Arrow table is made here (`scope.in_memory` takes those):
rows go in as JSON, and only views that some rule reads are worked out.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from jixiao.check.scope import current_sql, intervals_sql, opened, worked_out
from jixiao.kept import made_of
from jixiao.model import UnreadableDocument
from jixiao.schema import TableSchema, schema_of
from jixiao.settings import Settings

if TYPE_CHECKING:
    import duckdb

_FEW_ROWS = 500
"""Rows of which a better plan saves less than it takes to look for one."""
_READ = re.compile(r"\bcore\.(\w+)")
_MADE = re.compile(r"CREATE OR REPLACE (?:VIEW|MACRO) core\.(\w+)")


def alone(rows: Mapping[str, Sequence[Mapping[str, Any]]], queries: Iterable[str]) -> "duckdb.DuckDBPyConnection":
    """Return a DuckDB in memory with rows by table of `core`, and whatever else of `core` the queries read.

    Raises:
        UnreadableDocument: a figure does not fit its column.
    """
    connection = opened(threads=1)
    import duckdb

    if sum(map(len, rows.values())) <= _FEW_ROWS:
        connection.execute("PRAGMA disable_optimizer")
    views, tables = _needed(queries)
    connection.execute("CREATE SCHEMA core")
    try:
        for name in sorted(tables):
            _fill(connection, schema_of("core", name), rows.get(name, ()))
    except duckdb.Error as error:
        connection.close()
        raise UnreadableDocument(f"a figure does not fit its column: {error}") from None
    connection.execute(worked_out("\n".join(views)))
    return connection


def _needed(queries: Iterable[str]) -> tuple[list[str], set[str]]:
    """Return what the queries read of `core`, directly or by way of views: the views in order, the tables' names."""
    wanted = {name for query in queries for name in _READ.findall(query)}
    views: list[str] = []
    for statement in reversed(_statements(current_sql() + intervals_sql())):
        made = _MADE.search(statement)
        if made is not None and made[1] in wanted:
            wanted.update(_READ.findall(statement))
            views.insert(0, f"{statement};")
    folder = Settings.load().sql / "core"
    return views, {name for name in wanted if (folder / name).is_dir()}


def _statements(sql: str) -> list[str]:
    """Return the statements of some SQL, as DuckDB parts them."""

    def parted() -> list[str]:
        import duckdb

        return [statement.query for statement in duckdb.extract_statements(sql)]

    found: list[str] = made_of(f"statements {hashlib.sha256(sql.encode()).hexdigest()}", parted)
    return found


def _fill(connection: "duckdb.DuckDBPyConnection", schema: TableSchema, rows: Sequence[Mapping[str, Any]]) -> None:
    columns = {column.name: column.type for column in schema.columns}
    said = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    connection.execute(f"CREATE TABLE core.{schema.name} ({said})")
    if rows:
        given = {name: kind for name, kind in columns.items() if name in rows[0]}
        # Decimals go as words, which become exactly what they say.
        text = json.dumps([{name: row[name] for name in given} for row in rows], default=str)
        connection.execute(
            f"INSERT INTO core.{schema.name} BY NAME "
            f"SELECT unnest(from_json_strict({_literal(text)}, {_literal(json.dumps([given]))}), max_depth := 2)"
        )


def _literal(text: str) -> str:
    """Return a text as SQL has it: for a parameter DuckDB loads pandas, to see whether it is one of its values."""
    return "'" + text.replace("'", "''") + "'"
