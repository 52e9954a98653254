"""The runs that loaded this warehouse: what each found and what became of it. Of `raw`: no mart depends on it."""

import json
from collections.abc import Mapping
from typing import Any, Final

import sqlalchemy as sa

from jixiao.warehouse.rows import quoted
from jixiao.warehouse.store import raw_connection

COLUMNS: Final = {
    "run": "VARCHAR PRIMARY KEY",
    "fiscal_year": "INTEGER",
    "began_at": "TIMESTAMP",
    "loaded_at": "TIMESTAMP",
    "found": "INTEGER",
    "new": "INTEGER",
    "changed": "INTEGER",
    "failed": "INTEGER",
    "unread": "INTEGER",
    "doubts": "INTEGER",
    "findings": "INTEGER",
    "seconds": "VARCHAR",
}
"""`found` documents, `new` and `changed` among them, `failed` addresses, `unread` documents; `seconds` are JSON."""


def _make(connection: sa.Connection) -> None:
    columns = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
    connection.exec_driver_sql(f"CREATE TABLE IF NOT EXISTS raw.runs ({columns})")


def not_met(engine: sa.Engine, urls: Mapping[str, str]) -> tuple[int, int]:
    """Return of how many documents the warehouse met neither bytes nor address, and of how many only the address.

    `urls` are addresses by SHA-256.
    """
    import pyarrow as pa

    met = {"document_sha256": pa.array(urls.keys(), pa.string()), "url": pa.array(urls.values(), pa.string())}
    with engine.connect() as connection:
        native = raw_connection(connection)
        native.register("met", pa.table(met))
        counted = native.execute(
            "SELECT count(*) FILTER (WHERE NOT address), count(*) FILTER (WHERE address) FROM ("
            "SELECT url IN (SELECT url FROM core.sightings) AS address FROM met "
            "WHERE document_sha256 NOT IN (SELECT document_sha256 FROM core.sightings))"
        ).fetchone()
        native.unregister("met")
    new, changed = counted or (0, 0)
    return int(new), int(changed)


def findings_count(engine: sa.Engine) -> int:
    """Return how many findings there are now, of all documents."""
    with engine.connect() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM core.findings").scalar_one())


def note_run(engine: sa.Engine, said: dict[str, Any]) -> None:
    """Keep what is told of a run (keys as in `COLUMNS`), in place of what the same run told before."""
    names = [name for name in COLUMNS if name in said]
    values = ", ".join("NULL" if said[name] is None else quoted(str(said[name])) for name in names)
    with engine.begin() as connection:
        _make(connection)
        # No parameters: for one DuckDB imports pandas.
        connection.exec_driver_sql(f"INSERT OR REPLACE INTO raw.runs ({', '.join(names)}) VALUES ({values})")  # noqa: S608


def listed(engine: sa.Engine, most: int) -> list[dict[str, Any]]:
    """Return the newest runs, the newest first."""
    with engine.connect() as connection:
        there = connection.exec_driver_sql(
            "SELECT 1 FROM duckdb_tables() WHERE schema_name = 'raw' AND table_name = 'runs'"
        )
        if there.fetchone() is None:
            return []
        rows = connection.exec_driver_sql("SELECT * FROM raw.runs ORDER BY began_at DESC, run LIMIT ?", (most,))
        told = [dict(zip(COLUMNS, row, strict=True)) for row in rows.fetchall()]
    return [one | {"seconds": json.loads(one["seconds"])} for one in told]
