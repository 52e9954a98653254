"""Rows into tables of the warehouse, in bulk through Arrow, inside the caller's transaction."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import duckdb

from jixiao.check.scope import asked
from jixiao.schema import schemas

if TYPE_CHECKING:  # a stage that finds nothing new does without
    import pyarrow as pa


def quoted(text: str) -> str:
    """Return a text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def as_arrow(table: str, rows: list[dict[str, Any]]) -> "pa.Table":
    """Return rows in the shape of `sql/core/<table>/schema.yaml`."""
    import pyarrow as pa

    return pa.Table.from_pylist(rows, schema=schemas("core")[table].arrow_schema)


def insert(native: duckdb.DuckDBPyConnection, table: str, rows: "pa.Table") -> None:
    """Add rows to a table, named with its schema."""
    if rows.num_rows:
        native.register("loading", rows)
        native.execute(f"INSERT INTO {table} BY NAME SELECT * FROM loading")  # noqa: S608 - our own table names
        native.unregister("loading")


def replace(native: duckdb.DuckDBPyConnection, table: str, rows: "pa.Table", key: str, keys: Sequence[str]) -> None:
    """Put rows in the place of those whose `key` is one of `keys`."""
    if keys:
        with asked(native, keys):
            native.execute(f"DELETE FROM {table} WHERE {key} IN (FROM asked)")  # noqa: S608 - our own names
    insert(native, table, rows)
