"""The warehouse: facts in DuckDB, one writer, the gate, and the marts that are built from it."""

from typing import TYPE_CHECKING

from jixiao.later import later

if TYPE_CHECKING:
    from jixiao.warehouse.loading import LoadSummary, load
    from jixiao.warehouse.marts import build_marts
    from jixiao.warehouse.quarantine import QuarantineEntry
    from jixiao.warehouse.sightings import SightingRow
    from jixiao.warehouse.store import open_warehouse, read_warehouse

__all__ = [
    "LoadSummary",
    "QuarantineEntry",
    "SightingRow",
    "build_marts",
    "load",
    "open_warehouse",
    "read_warehouse",
]

__getattr__ = later(
    __name__,
    {
        "loading": "LoadSummary load",
        "marts": "build_marts",
        "quarantine": "QuarantineEntry",
        "sightings": "SightingRow",
        "store": "open_warehouse read_warehouse",
    },
)
