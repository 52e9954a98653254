"""Build the marts: one folder a mart in `sql/marts/`, in the order that their own SQL asks for.

A mart whose schema says `incremental: document` is built anew only for the documents that changed and those they
concern, on a copy of these documents' facts, some departments at a time; one that says `incremental: fiscal_year`, for
the fiscal years of these documents' rows; the others are built whole. Either way gives the same rows.
"""

import glob
import hashlib
import re
import shutil
from collections.abc import Iterator, Set
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Final

import duckdb
import sqlalchemy as sa

from jixiao.check.scope import (
    AT_ONCE,
    by_department,
    current_sql,
    facts_of,
    in_memory,
    intervals_sql,
    with_year_before,
)
from jixiao.model import JixiaoError
from jixiao.schema import TableSchema, schemas
from jixiao.warehouse.rows import quoted
from jixiao.warehouse.store import comment_statements, create_statement, raw_connection

SCHEMA: Final = "mart"
_DOCUMENT: Final = "document_sha256"
_COMMENT: Final = re.compile(r"--[^\n]*")
_YEAR: Final = "fiscal_year"
_READ: Final = re.compile(rf"\b(?:FROM|JOIN)\s+{SCHEMA}\.(\w+)", re.IGNORECASE)
_READ_CORE: Final = re.compile(r"\b(?:FROM|JOIN)\s+core\.(\w+)", re.IGNORECASE)
_REFERENCE: Final = ("regions",)
"""Tables that no document brings and that marts by document or by fiscal year read."""


def query_of(mart: TableSchema) -> str:
    """Return the SELECT of a mart."""
    return (mart.folder / "query.sql").read_text("utf-8").strip()


@cache
def read_by(name: str) -> frozenset[str]:
    """Return the marts that a mart reads, found from its SQL: what it names behind FROM or JOIN."""
    return frozenset(_READ.findall(_COMMENT.sub("", query_of(schemas("marts")[name]))))


def _facts_read_by(mart: TableSchema) -> set[str]:
    """Return the tables of `core`, but reference tables, that a mart reads."""
    return {*_READ_CORE.findall(_COMMENT.sub("", query_of(mart)))} - {*_REFERENCE}


@cache
def build_order() -> tuple[TableSchema, ...]:
    """Return the marts so that each comes after those it reads."""
    marts = schemas("marts")
    for name, mart in marts.items():
        if unknown := read_by(name) - set(marts):
            raise JixiaoError(f"mart {name} reads {sorted(unknown)}, which no folder of sql/marts describes")
        if mart.by_document and (whole := {read for read in read_by(name) if not marts[read].by_document}):
            raise JixiaoError(f"mart {name} cannot be built by document: it reads {sorted(whole)}, which is not")
        if mart.by_year and (
            whole := {read for read in read_by(name) if not marts[read].by_document} | _facts_read_by(mart)
        ):
            raise JixiaoError(f"mart {name} cannot be built by fiscal year: it reads {sorted(whole)}")
    return tuple(marts[name] for name in TopologicalSorter({name: read_by(name) for name in marts}).static_order())


def build_marts(engine: sa.Engine, whole: bool = False, at_once: int = AT_ONCE) -> dict[str, int]:
    """Build the marts in one transaction; return the rows of each.

    Only what changed since the last build is built anew, unless `whole` is asked for or the SQL has changed. The
    described columns and keys are the contract: a query that yields other columns, a null where none may be, or a key
    twice, fails here.
    """
    with engine.begin() as connection:
        native = raw_connection(connection)
        definition = _definition(native)
        built = native.execute("SELECT definition FROM raw.built").fetchall()
        changed = {row[0] for row in native.execute("SELECT document_sha256 FROM raw.unbuilt").fetchall()}
        anew = whole or built != [(definition,)]
        if anew:
            for mart in build_order():
                if mart.by_document:
                    _create(native, mart)
        years = _build_documents(native, None if anew else changed, at_once)
        for mart in build_order():
            if mart.by_year and not anew:
                _renew_years(native, mart, years)
            elif not mart.by_document:
                _create(native, mart)
                _insert(native, mart)
            if not (mart.by_document and _DOCUMENT in mart.primary_key):
                _check_key(native, mart)
        native.execute("DELETE FROM raw.unbuilt")
        native.execute("DELETE FROM raw.built")
        native.execute(f"INSERT INTO raw.built VALUES ({quoted(definition)})")  # noqa: S608 - a digest
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


def _create(native: duckdb.DuckDBPyConnection, mart: TableSchema) -> None:
    """Make a mart anew, empty. Its key is checked once its rows are there: an index of it would not fit in memory."""
    made = create_statement(replace(mart, primary_key=()), SCHEMA)
    native.execute("; ".join([f"DROP TABLE IF EXISTS {SCHEMA}.{mart.name}", made, *comment_statements(mart, SCHEMA)]))


def _renew_years(native: duckdb.DuckDBPyConnection, mart: TableSchema, years: Set[int]) -> None:
    """Build a mart's rows of some fiscal years anew."""
    if years:
        those = f"WHERE {_YEAR} IN ({', '.join(map(str, sorted(years)))})"
        native.execute(f"DELETE FROM {SCHEMA}.{mart.name} {those}")  # noqa: S608 - numbers
        _insert(native, mart, those)


def _insert(native: duckdb.DuckDBPyConnection, mart: TableSchema, those: str = "") -> int:
    """Put what its query selects, or `those` rows of it, into a mart; return how many rows."""
    columns = ", ".join(column.name for column in mart.columns)
    selected = f"SELECT {columns} FROM ({query_of(mart)}) {those}"  # noqa: S608 - our own SQL
    done = native.execute(f"INSERT INTO {SCHEMA}.{mart.name} ({columns}) {selected}")
    (rows,) = done.fetchone() or (0,)
    return int(rows)


def _check_key(connection: duckdb.DuckDBPyConnection, mart: TableSchema) -> None:
    key = ", ".join(mart.primary_key)
    twice = connection.execute(
        f"SELECT {key} FROM {SCHEMA}.{mart.name} GROUP BY {key} HAVING count(*) > 1 ORDER BY ALL LIMIT 1"  # noqa: S608
    ).fetchone()
    if twice:
        raise JixiaoError(f"mart {mart.name} has more than one row of ({key}) {twice}")


def _build_documents(native: duckdb.DuckDBPyConnection, changed: set[str] | None, at_once: int) -> set[int]:
    """Build the rows of these documents, or of all, in the marts that are built by document, some at a time.

    Each part is written to files first: many inserts into one transaction would stay in memory until its end. Returns
    the fiscal years of their rows, as they were and as they are, in marts that marts by fiscal year read.
    """
    import pyarrow as pa

    core = schemas("core")
    marts = [mart for mart in build_order() if mart.by_document]
    counted = {read for mart in build_order() if mart.by_year for read in read_by(mart.name)}
    years = set[int]()
    names = {
        name: native.execute(f"SELECT * FROM core.{name}").to_arrow_table()  # noqa: S608
        for name, table in core.items()
        if not _of_documents(table)
    }
    if changed is not None:
        native.register("changed", pa.table({_DOCUMENT: pa.array(sorted(changed), pa.string())}))
        for mart in marts:
            gone = f"DELETE FROM {SCHEMA}.{mart.name} WHERE {_DOCUMENT} IN (FROM changed)"  # noqa: S608
            if mart.name in counted:
                years |= _years_in(native, f"{gone} RETURNING {_YEAR}")
            else:
                native.execute(gone)
        native.unregister("changed")
    with _parts_folder(native) as folder:
        for number, documents in enumerate(by_department(native, changed, at_once)):
            read = with_year_before(native, documents)
            facts = facts_of(native, [name for name, table in core.items() if _of_documents(table)], read)
            scope = in_memory({**facts, **names}, for_rules=False)
            try:
                scope.register("built", pa.table({_DOCUMENT: pa.array(sorted(documents), pa.string())}))
                made = [create_statement(replace(mart, primary_key=()), SCHEMA) for mart in marts]
                scope.execute("; ".join([f"CREATE SCHEMA {SCHEMA}", *made]))
                for mart in marts:
                    if not _insert(scope, mart):
                        continue
                    _check_key(scope, mart)
                    rows = f"FROM {SCHEMA}.{mart.name} SEMI JOIN built USING ({_DOCUMENT})"
                    scope.execute(f"COPY ({rows}) TO {quoted(str(folder / f'{mart.name}.{number}.parquet'))}")
                    if mart.name in counted:
                        years |= _years_in(scope, f"SELECT DISTINCT {_YEAR} {rows}")
            finally:
                scope.close()
        for mart in marts:
            if files := sorted(str(path) for path in folder.glob(f"{mart.name}.*.parquet")):
                read_from = ", ".join(quoted(glob.escape(file)) for file in files)
                native.execute(f"INSERT INTO {SCHEMA}.{mart.name} BY NAME FROM read_parquet([{read_from}])")
    return years


def _years_in(connection: duckdb.DuckDBPyConnection, query: str) -> set[int]:
    found = connection.execute(query).to_arrow_table().column(_YEAR).unique().to_pylist()
    return {year for year in found if year is not None}


@contextmanager
def _parts_folder(native: duckdb.DuckDBPyConnection) -> Iterator[Path]:
    """Give an empty folder beside the warehouse; what a killed build left there goes first."""
    (path,) = native.execute("SELECT path FROM duckdb_databases() WHERE database_name = current_database()").fetchall()
    folder = Path(f"{path[0]}.parts")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def _count(native: duckdb.DuckDBPyConnection, mart: TableSchema) -> int:
    row = native.execute(f"SELECT count(*) FROM {SCHEMA}.{mart.name}").fetchone()  # noqa: S608
    return int(row[0]) if row else 0
