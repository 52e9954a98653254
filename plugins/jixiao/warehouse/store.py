"""The warehouse file: one DuckDB database with one writer, opened through SQLAlchemy, migrated by numbered steps."""

import glob
import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path
from typing import Final

import duckdb
import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from jixiao.check.scope import current_sql, intervals_sql
from jixiao.model import JixiaoError
from jixiao.schema import TableSchema, schemas
from jixiao.settings import Settings
from jixiao.warehouse.lock import entered, trouble_told
from jixiao.warehouse.raw_tables import (
    create_chained,
    create_gate,
    create_judged,
    create_offences,
    create_standing,
    create_told,
    create_unbuilt,
    describe_raw,
    unindex_told,
)
from jixiao.warehouse.rows import quoted

_VIEW: Final = re.compile(
    r"((?:^-- .*\n)+)CREATE OR REPLACE (VIEW|MACRO) ([\w.]+)(?:\([^)]*\))? AS( TABLE)?", re.MULTILINE
)


def _has_index(table: TableSchema) -> bool:
    """Return whether a table has an index of its key.

    Those of `core` that are replaced a document at a time have none: each load would read and write most of it, and
    DuckDB keeps it in memory. That a key occurs once is asked of each document (`document_gate`), and of all by the
    gate.
    """
    return bool(table.primary_key) and (table.layer, table.primary_key[0]) != ("core", "document_sha256")


def create_statement(table: TableSchema, schema: str, if_not_exists: bool = True) -> str:
    """Return the DDL of a described table: columns, NOT NULL, primary key where it is indexed, checks."""
    key = table.primary_key
    columns = [f"{c.name} {c.type}{'' if c.nullable and c.name not in key else ' NOT NULL'}" for c in table.columns]
    if _has_index(table):
        columns.append(f"PRIMARY KEY ({', '.join(table.primary_key)})")
    columns += [f"CHECK ({check})" for check in table.checks]
    exists = "IF NOT EXISTS " if if_not_exists else ""
    return f"CREATE TABLE {exists}{schema}.{table.name} ({', '.join(columns)})"


def comment_statements(table: TableSchema, schema: str) -> list[str]:
    """Return the statements that put the descriptions on a table and its columns."""
    name = f"{schema}.{table.name}"
    out = [f"COMMENT ON TABLE {name} IS {quoted(table.description)}"]
    out += [f"COMMENT ON COLUMN {name}.{c.name} IS {quoted(c.description)}" for c in table.columns]
    return out


def _make_views(connection: sa.Connection) -> None:
    """Make the views and macros of `sql/core/*.sql`; the comment above each becomes its description."""
    for sql in (current_sql(), intervals_sql()):
        statements = [sql.rstrip().rstrip(";")]
        for said, kind, name, table in _VIEW.findall(sql):
            text = " ".join(line.removeprefix("--").strip() for line in said.splitlines())
            statements.append(f"COMMENT ON {kind}{table and ' TABLE'} {name} IS {quoted(text)}")
        connection.exec_driver_sql(";".join(statements))


def _create_core(connection: sa.Connection) -> None:
    """Step 1: schemas, tables, regions; a later step makes the views and describes it all."""
    made = [f"CREATE SCHEMA IF NOT EXISTS {schema}" for schema in ("raw", "core", "mart")]
    made += [create_statement(table, "core") for table in schemas("core").values()]
    connection.exec_driver_sql(";".join(made))
    connection.exec_driver_sql(
        "CREATE TABLE IF NOT EXISTS raw.extractions (document_sha256 VARCHAR PRIMARY KEY, extractor_version VARCHAR, "
        "extraction JSON)"
    )
    with as_file(files("jixiao") / "data" / "regions.csv") as path:
        columns = "code, name, level, parent_code"
        read = f"SELECT {columns} FROM read_csv(?, header = true, all_varchar = true)"  # noqa: S608
        raw_connection(connection).execute(
            f"INSERT OR IGNORE INTO core.regions ({columns}) {read}",
            [glob.escape(str(path))],
        )


def _create_coverage(connection: sa.Connection) -> None:
    """Step 2: what each source must yield, for warehouses that were made before there was such a table."""
    table = schemas("core")["coverage_expectations"]
    for statement in (create_statement(table, "core"), *comment_statements(table, "core")):
        connection.exec_driver_sql(statement)


def _as_described(connection: sa.Connection) -> None:
    """Make every core table that differs from its schema file anew, its rows kept; views, macros, words likewise."""
    _remade(connection)
    said = [one for table in schemas("core").values() for one in comment_statements(table, "core")]
    connection.exec_driver_sql(";".join(said))
    _make_views(connection)


def _remade(connection: sa.Connection) -> bool:
    """Make the tables of `sql/core` that are not there, or that are not as they are described: neither needs a step.

    Rows keep what stands in columns of the same name and type; another column that must hold something gets what the
    schema says of rows from before it was there. Return whether there was any; views of them are gone then.
    """
    there: dict[str, dict[str, tuple[str, bool]]] = {}
    for table_name, column, kind, nullable in connection.exec_driver_sql(
        "SELECT table_name, column_name, data_type, is_nullable FROM duckdb_columns() WHERE schema_name = 'core' "
        "AND NOT internal ORDER BY table_name, column_index"
    ).fetchall():
        there.setdefault(table_name, {})[column] = (kind, nullable)
    counts = connection.exec_driver_sql(
        "SELECT table_name, constraint_type, count(*) FROM duckdb_constraints() WHERE schema_name = 'core' GROUP BY ALL"
    ).fetchall()
    made = {(name, kind): count for name, kind, count in counts}
    changed = False
    for table in schemas("core").values():
        held, key = there.get(table.name, {}), table.primary_key
        described = [(c.name, (c.type, c.nullable and c.name not in key)) for c in table.columns]
        said = {"CHECK": len(table.checks), "PRIMARY KEY": int(_has_index(table))}
        constraints = {kind: made.get((table.name, kind), 0) for kind in said}
        if [*held.items()] != described or constraints != said:
            _remake(connection, table, {name: kind for name, (kind, _) in held.items()})
            changed = True
    return changed


def _remake(connection: sa.Connection, table: TableSchema, there: dict[str, str]) -> None:
    """Make a table as it is described; `there` holds the types of the columns that it has, if it is there."""
    name = f"core.{table.name}"
    kept = {c.name: c.name for c in table.columns if there.get(c.name) == c.type}
    kept |= {c.name: c.before for c in table.columns if c.name not in kept and c.before is not None}
    if there:
        values = ", ".join(f"{value} AS {column}" for column, value in kept.items())
        connection.exec_driver_sql(f"CREATE TEMP TABLE kept AS SELECT {values} FROM {name}")  # noqa: S608
        connection.exec_driver_sql(f"DROP TABLE {name}")
    connection.exec_driver_sql(create_statement(table, "core"))
    connection.exec_driver_sql(";".join(comment_statements(table, "core")))
    if there:
        connection.exec_driver_sql(f"INSERT INTO {name} BY NAME SELECT * FROM kept")  # noqa: S608
        connection.exec_driver_sql("DROP TABLE kept")


def _forget_numbered_corrections(connection: sa.Connection) -> None:
    """Drop corrections that name a fact by its number; the next load reads them from their files."""
    connection.exec_driver_sql("DROP TABLE IF EXISTS core.corrections")


def _compress_extractions(connection: sa.Connection) -> None:
    """Keep extractions compressed (`told.packed`) in place of their JSON, without an index of their key.

    They are replaced by document. Where a disk is full, DuckDB ends the process as it puts back what it took from such
    an index.
    """
    native = raw_connection(connection)
    native.create_function("packed", lambda text: zlib.compress(text.encode()), ["VARCHAR"], "BLOB")
    columns = "document_sha256 VARCHAR NOT NULL, extractor_version VARCHAR, extraction BLOB"
    for statement in (
        "ALTER TABLE raw.extractions RENAME TO extractions_as_json",
        f"CREATE TABLE raw.extractions ({columns})",
        "INSERT INTO raw.extractions SELECT document_sha256, extractor_version, packed(extraction::VARCHAR) "
        "FROM raw.extractions_as_json",
        "DROP TABLE raw.extractions_as_json",
    ):
        native.execute(statement)
    native.remove_function("packed")


MIGRATIONS: Final[tuple[Callable[[sa.Connection], None], ...]] = (
    _create_core,
    _create_coverage,
    _as_described,  # organizations
    _as_described,  # indicators
    _as_described,  # revisions
    create_unbuilt,
    _as_described,  # revisions that are gone, corrections, quarantine with evidence and notes, checks
    describe_raw,
    _as_described,  # the view documents
    _as_described,  # files that were put back
    create_gate,
    describe_raw,
    _forget_numbered_corrections,
    _as_described,  # corrections by what is printed
    describe_raw,
    create_judged,
    _as_described,  # the digest of a finding's rule
    describe_raw,
    _as_described,  # when a quarantined item was resolved
    create_standing,
    describe_raw,
    _as_described,  # who must report, what sources gave
    _as_described,  # copies
    create_told,
    describe_raw,
    create_chained,
    describe_raw,
    _compress_extractions,
    describe_raw,
    create_offences,
    unindex_told,
    describe_raw,
)
"""Steps in order; a step that was released is never changed, only followed by another."""


def _migrate(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE SCHEMA IF NOT EXISTS raw")
        connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS raw.migrations (step INTEGER PRIMARY KEY)")
        done = connection.exec_driver_sql("SELECT coalesce(max(step), 0) FROM raw.migrations").scalar_one()
        if done > len(MIGRATIONS):
            raise JixiaoError(f"the warehouse is at step {done}, newer than this code ({len(MIGRATIONS)})")
        for step in range(int(done), len(MIGRATIONS)):
            if MIGRATIONS[step] not in MIGRATIONS[step + 1 :]:  # what a later step does again is done there
                MIGRATIONS[step](connection)
            connection.exec_driver_sql(f"INSERT INTO raw.migrations VALUES ({step + 1})")  # noqa: S608
        if _remade(connection):
            _make_views(connection)


def _engine(path: Path, most: str | None = None, **how: bool) -> sa.Engine:
    config = Settings.load().duckdb
    told = {"config": {"memory_limit": most, **config} if most else config, **how}
    return sa.create_engine(f"duckdb:///{path}", poolclass=NullPool, connect_args=told)


@contextmanager
def open_warehouse(path: Path, most: str | None = None) -> Iterator[sa.Engine]:
    """Open the warehouse for writing; migrate it; close it again so that the next process can open it.

    `most` is the memory that DuckDB may take where the settings say nothing: what it read it keeps until then.
    DuckDB lets one process in; another one that holds the file is named and waited for (`warehouse/lock.py`).
    A disk that is full is an `OSError`, whoever of us met it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    engine = _engine(path, most)

    def opened() -> sa.Connection:
        held = engine.connect()  # from here on no other process comes between what is done with the engine
        _migrate(engine)
        return held

    held = entered(path, opened)
    try:
        with trouble_told(path):
            yield engine
    finally:
        held.close()
        engine.dispose()


@contextmanager
def read_warehouse(path: Path) -> Iterator[sa.Engine]:
    """Open the warehouse for reading only: other readers may have it open at the same time.

    Raises:
        JixiaoError: there is none, or this code is newer than its tables.
    """
    if not path.exists():
        raise JixiaoError("there is no warehouse yet: run the pipeline first")
    engine = _engine(path, read_only=True)
    held = entered(path, engine.connect)
    try:
        done = held.exec_driver_sql("SELECT coalesce(max(step), 0) FROM raw.migrations").scalar_one()
        if done != len(MIGRATIONS):
            raise JixiaoError(f"{path.name} was made by another version of jixiao: the next run brings it up")
        yield engine
    finally:
        held.close()
        engine.dispose()


def raw_connection(connection: sa.Connection) -> duckdb.DuckDBPyConnection:
    """Return DuckDB's own connection inside an SQLAlchemy one, for Arrow."""
    inner = connection.connection.driver_connection
    native = getattr(inner, "_ConnectionWrapper__c", None) or getattr(inner, "c", None) or inner
    if not isinstance(native, duckdb.DuckDBPyConnection):
        raise JixiaoError(f"no DuckDB connection inside {type(inner).__name__}")
    return native
