"""Load what each source must yield and did, for `mart.coverage`."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pyarrow as pa
import sqlalchemy as sa

from jixiao.schema import schemas
from jixiao.warehouse.standing import note_write
from jixiao.warehouse.store import raw_connection

_DAYS = ("due_on", "newest_on")


def load_coverage(engine: sa.Engine, rows: Sequence[Mapping[str, Any]]) -> None:
    """Replace the rows' sources and years in `core.coverage_expectations`; days may be ISO texts, as from JSON."""
    schema = schemas("core")["coverage_expectations"].arrow_schema
    whole = [
        {name: _day(row.get(name)) if name in _DAYS else row.get(name) for name in schema.names}
        for row in sorted(rows, key=lambda row: (row["source_id"], row["fiscal_year"]))
    ]
    if not whole:
        return
    with engine.begin() as connection:
        native = raw_connection(connection)
        native.register("loading", pa.Table.from_pylist(whole, schema=schema))
        native.execute("INSERT OR REPLACE INTO core.coverage_expectations BY NAME SELECT * FROM loading")
        native.unregister("loading")
        note_write(native)


def _day(value: date | str | None) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value
