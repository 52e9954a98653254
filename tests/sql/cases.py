"""The cases of `tests/sql/rules` and `tests/sql/marts`: read once, loaded into a DuckDB in memory, and run."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
import yaml
from jixiao.schema import schemas
from jixiao.warehouse import build_marts, marts, open_warehouse
from jixiao.warehouse.marts import read_by
from jixiao.warehouse.store import create_statement

from tests.warehouses import empty_warehouse

FOLDER = Path(__file__).parent
_FILL = {"VARCHAR": "x", "INTEGER": 1, "DOUBLE": 1.0, "BIGINT": 1, "BOOLEAN": False, "VARCHAR[]": []}
_WORDS = {
    "text_source": "text",
    "form": "narrative",
    "severity": "minor",
    "unit": "yuan",
    "state": "open",
    "confidence": "sure",
}
"""What a column that holds one of few words gets where the case leaves it out."""

Case = dict[str, Any]


@cache
def cases(kind: str) -> tuple[tuple[str, Case], ...]:
    """Return the cases of `rules` or `marts`, each with the name of what it is a case of."""
    paths = sorted((FOLDER / kind).glob("*.yaml"))
    return tuple((path.stem, case) for path in paths for case in yaml.load(path.read_text("utf-8"), yaml.CSafeLoader))


def _rows(table: str, said: list[dict[str, Any]]) -> pa.Table:
    schema = schemas("core")[table]
    for row in said:
        assert set(row) <= {c.name for c in schema.columns}, f"core.{table} has no such column"
    left_out = {c.name: None if c.nullable else _WORDS.get(c.name, _FILL.get(c.type, 1)) for c in schema.columns}
    full = [{**left_out, **row} for row in said]
    columns = {c.name: [row[c.name] for row in full] for c in schema.columns}
    return pa.table({name: pa.array(values) for name, values in columns.items()})


_TWIN = "~"
_TWIN_REGION = "110101"
_NAMES = ("document_sha256", "organization", "source_id", "url", "item_id")


def _with_twins(table: str, said: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rows and, for each, one of another department elsewhere, with other figures: it must not matter."""
    twins = []
    for row in said if table not in ("indicator_names", "indicators", "organizations", "organization_aliases") else []:
        twin = {name: f"{value}{_TWIN}" if name in _NAMES and value else value for name, value in row.items()}
        if twin.get("region_code"):
            twin["region_code"] = _TWIN_REGION
        twins.append(twin | {name: row[name] * 3 for name in ("yuan", "score", "total_score") if row.get(name)})
    return [*said, *twins]


def _is_twin(row: dict[str, Any]) -> bool:
    return any(isinstance(value, str) and (_TWIN in value or value == _TWIN_REGION) for value in row.values())


def _needed(mart: str) -> set[str]:
    """Return a mart and all that it reads, directly or not."""
    return {mart}.union(*map(_needed, read_by(mart)))


@contextmanager
def mart_database(folder: Path, mart: str, case: Case) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a warehouse with the case's rows and a twin of each, its mart built and those that it reads.

    It is made once and kept in the folder, as that takes a second.
    """
    path = folder / f"{hashlib.sha256(repr((mart, case)).encode()).hexdigest()}.duckdb"
    if not path.exists():
        empty_warehouse(path)
        with duckdb.connect(str(path)) as native:
            for table, said in case["given"].items():
                twins = said if case.get("alone") else _with_twins(table, said)
                native.register("given", _rows(table, twins))
                native.execute(f"INSERT INTO core.{table} BY NAME SELECT * FROM given")
                native.unregister("given")
        order = tuple(one for one in marts.build_order() if one.name in _needed(mart))
        with open_warehouse(path) as engine, pytest.MonkeyPatch.context() as patch:
            patch.setattr(marts, "build_order", lambda: order)
            build_marts(engine)
    with duckdb.connect(str(path)) as native:
        yield native


def _plain(value: Any) -> Any:
    return float(value) if type(value).__name__ == "Decimal" else value


def mart_answer(native: duckdb.DuckDBPyConnection, mart: str, query: str, case: Case) -> list[dict[str, Any]]:
    """Return what a query for the mart yields, in the columns that the case names; its constraints hold."""
    schema = schemas("marts")[mart]
    columns = ", ".join(c.name for c in schema.columns)
    native.execute("CREATE SCHEMA IF NOT EXISTS trial")
    native.execute(f"DROP TABLE IF EXISTS trial.{mart}")
    native.execute(create_statement(schema, "trial"))
    native.execute(f"INSERT INTO trial.{mart} ({columns}) SELECT {columns} FROM ({query})")
    cursor = native.execute(f"SELECT * FROM trial.{mart} ORDER BY ALL")
    names = [column[0] for column in cursor.description]
    found = [dict(zip(names, map(_plain, row), strict=True)) for row in cursor.fetchall()]
    own = [row for row in found if not _is_twin(row)]
    return [{name: row[name] for name in case["expected"][0]} for row in own] if case["expected"] else own
