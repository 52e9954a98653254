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
    if not rows:
        return
    whole = as_table(rows)
    with engine.begin() as connection:
        native = raw_connection(connection)
        native.register("loading", whole)
        native.execute("INSERT OR REPLACE INTO core.coverage_expectations BY NAME SELECT * FROM loading")
        native.unregister("loading")
        note_write(native)


def as_table(rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Return the rows in the shape of their table.

    Raises:
        pyarrow.ArrowException, KeyError, TypeError, ValueError, AttributeError: what was kept is damaged.
    """
    schema = schemas("core")["coverage_expectations"].arrow_schema
    whole = [
        {name: _day(row.get(name)) if name in _DAYS else row.get(name) for name in schema.names}
        for row in sorted(rows, key=lambda row: (row["source_id"], row["fiscal_year"]))
    ]
    made = pa.Table.from_pylist(whole, schema=schema)
    if empty := [name for name in ("source_id", "fiscal_year") if made[name].null_count]:
        raise ValueError(f"{' and '.join(empty)} missing")
    return made


def _day(value: date | str | None) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value
