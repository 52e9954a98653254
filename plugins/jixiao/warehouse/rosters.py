"""Load who must report, for `mart.department_coverage`."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from jixiao.discover import RosterRow
from jixiao.warehouse.organizations import organization_of
from jixiao.warehouse.rows import as_arrow, replace
from jixiao.warehouse.standing import note_write
from jixiao.warehouse.store import raw_connection


def roster_rows(source_id: str, rosters: Iterable[RosterRow]) -> list[dict[str, Any]]:
    """Return who must report by a source in the shape of `sql/core/rosters/schema.yaml`; two names of one are one."""
    found: dict[str, dict[str, Any]] = {}
    for row in rosters:
        one = organization_of(row.organization, row.region_code)
        said = {"source_id": source_id, "organization_id": one.organization_id, "organization": one.name}
        years = {"first_year": row.first_year, "last_year": row.last_year}
        found.setdefault(one.organization_id, {**said, "region_code": row.region_code, **years})
    return list(found.values())


def load_rosters(engine: sa.Engine, rows: Mapping[str, Sequence[dict[str, Any]]]) -> None:
    """Put these rosters, by source, in the place of those that the warehouse has of the same sources."""
    flat = sorted((row for some in rows.values() for row in some), key=lambda row: tuple(map(str, row.values())))
    with engine.begin() as connection:
        native = raw_connection(connection)
        replace(native, "core.rosters", as_arrow("rosters", flat), "source_id", sorted(rows))
        note_write(native)
