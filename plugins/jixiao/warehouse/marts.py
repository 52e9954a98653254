"""Build the marts: one folder a mart in `sql/marts/`, in the order that their own SQL asks for."""

from graphlib import TopologicalSorter
from typing import Final

import sqlalchemy as sa
import sqlglot
from sqlglot import exp

from jixiao.model import JixiaoError
from jixiao.schema import TableSchema, schemas
from jixiao.warehouse.store import comment_statements, create_statement

SCHEMA: Final = "mart"


def query_of(mart: TableSchema) -> str:
    """Return the SELECT of a mart."""
    return (mart.folder / "query.sql").read_text("utf-8").strip()


def build_order() -> list[TableSchema]:
    """Return the marts so that each comes after those it reads, found from the SQL."""
    marts = schemas("marts")
    graph: dict[str, set[str]] = {}
    for name, mart in marts.items():
        tables = sqlglot.parse_one(query_of(mart), read="duckdb").find_all(exp.Table)
        graph[name] = {table.name for table in tables if table.db == SCHEMA}
        if unknown := graph[name] - set(marts):
            raise JixiaoError(f"mart {name} reads {sorted(unknown)}, which no folder of sql/marts describes")
    return [marts[name] for name in TopologicalSorter(graph).static_order()]


def build_marts(engine: sa.Engine) -> dict[str, int]:
    """Build every mart anew in one transaction; return the rows of each.

    The described columns are the contract: a query that yields others, or a null where none may be, fails here.
    """
    counts: dict[str, int] = {}
    with engine.begin() as connection:
        for mart in build_order():
            name = f"{SCHEMA}.{mart.name}"
            connection.exec_driver_sql(f"DROP TABLE IF EXISTS {name}")
            connection.exec_driver_sql(create_statement(mart, SCHEMA))
            columns = ", ".join(column.name for column in mart.columns)
            keys = ", ".join(mart.primary_key)
            connection.exec_driver_sql(
                f"INSERT INTO {name} ({columns}) SELECT {columns} FROM ({query_of(mart)}) ORDER BY {keys}"  # noqa: S608
            )
            for statement in comment_statements(mart, SCHEMA):
                connection.exec_driver_sql(statement)
            counts[mart.name] = int(connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar_one())  # noqa: S608
    return counts
