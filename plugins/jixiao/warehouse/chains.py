"""The archive's chains of revisions in `core.revisions`, and how far they have followed the archive."""

from collections.abc import Collection
from typing import Any, Final

import duckdb
import pyarrow as pa
import sqlalchemy as sa

from jixiao.archive import Chains, Revision
from jixiao.check.scope import asked
from jixiao.schema import schemas
from jixiao.warehouse.rows import as_arrow, quoted
from jixiao.warehouse.store import raw_connection

_COLUMNS = ("organization", "fiscal_year", "name", "revision")
_OF: Final = """WHERE (organization IN (FROM families) AND NOT contains(split_part(name, ' ', 1), '://'))
    OR name IN (FROM families)"""
"""Chains of a department go by its name; those of a file in a folder by its address."""


def as_loaded(revision: Revision) -> dict[str, Any]:
    """Return of a link of a chain what the warehouse keeps: not when it was seen last, which each walk changes."""
    return {column.name: getattr(revision, column.name) for column in schemas("core")["revisions"].columns}


def replace_revisions(native: duckdb.DuckDBPyConnection, chains: Chains) -> set[str]:
    """Put the archive's chains in place of those known; return the documents whose standing may have changed."""
    _compare(native, chains)
    changed = native.execute("FROM come UNION ALL FROM left_now").to_arrow_table()
    key = ", ".join(_COLUMNS)
    native.execute(f"DELETE FROM core.revisions WHERE ({key}) IN (SELECT ({key}) FROM left_now)")  # noqa: S608
    native.execute(f"INSERT INTO core.revisions BY NAME FROM come ORDER BY {key}")
    native.execute("DROP TABLE come; DROP TABLE left_now")
    _note(native, chains)
    return {sha for name in ("document_sha256", "replaces_sha256") for sha in changed[name].to_pylist() if sha}


def chains_stand(engine: sa.Engine, chains: Chains) -> bool:
    """Return whether these chains are those that are loaded; then it is noted that the archive was followed so far."""
    with engine.begin() as connection:
        native = raw_connection(connection)
        _compare(native, chains)
        differ = native.execute("SELECT 1 FROM (FROM come UNION ALL FROM left_now) LIMIT 1").fetchall()
        native.execute("DROP TABLE come; DROP TABLE left_now")
        if not differ:
            _note(native, chains)
    return not differ


def followed_to(engine: sa.Engine) -> tuple[str | None, set[str]]:
    """Return up to which point of the archive its chains are loaded (`Archive.chains`), and the documents read since.

    These may say something else of themselves than they did.
    """
    with engine.connect() as connection:
        point = connection.exec_driver_sql("SELECT point FROM raw.chained").scalar()
        rows = connection.exec_driver_sql("SELECT document_sha256 FROM raw.unchained").fetchall()
    return point, {sha256 for (sha256,) in rows}


def note_unchained(native: duckdb.DuckDBPyConnection, documents: Collection[str]) -> None:
    """Tell, in the writer's transaction, that chains of these documents may be others than are loaded."""
    with asked(native, documents):
        native.execute("INSERT OR IGNORE INTO raw.unchained FROM asked")


def _compare(native: duckdb.DuckDBPyConnection, chains: Chains) -> None:
    """Make the tables `come` and `left_now` of what differs."""
    native.register("chains", as_arrow("revisions", [as_loaded(one) for one in chains.links]))
    native.register("families", pa.table({"name": pa.array(sorted(chains.of or ()), pa.string())}))
    known = f"SELECT * FROM core.revisions {'' if chains.of is None else _OF}"  # noqa: S608 - our own words
    native.execute(f"CREATE TEMP TABLE come AS SELECT * FROM chains EXCEPT {known}")  # noqa: S608
    native.execute(f"CREATE TEMP TABLE left_now AS {known} EXCEPT SELECT * FROM chains")  # noqa: S608
    native.unregister("families")
    native.unregister("chains")


def _note(native: duckdb.DuckDBPyConnection, chains: Chains) -> None:
    native.execute("DELETE FROM raw.unchained")
    native.execute("DELETE FROM raw.chained")
    if chains.point is not None:
        native.execute(f"INSERT INTO raw.chained VALUES ({quoted(chains.point)})")  # noqa: S608 - no parameter
