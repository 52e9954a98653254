"""What earlier stages left of a run, as the load takes it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from jixiao.pipeline.extracting import extracted_documents
from jixiao.pipeline.records import archived_in
from jixiao.pipeline.staging import Place

if TYPE_CHECKING:
    from jixiao.warehouse import SightingRow


@dataclass(frozen=True, slots=True)
class Collected:
    """What the archive and the extractor left of one year: sightings and failures as they were written."""

    seen: list[dict[str, Any]]
    failures: list[dict[str, Any]]
    coverage: list[dict[str, Any]]
    documents: set[str]
    errors: dict[str, str]

    @property
    def readable(self) -> list[str]:
        """Return the documents that were extracted, in order."""
        return sorted(self.documents - set(self.errors))

    @property
    def sightings(self) -> dict[str, dict[str, Any]]:
        """Return a sighting of each document, by SHA-256."""
        return {one["sha256"]: one for one in self.seen}

    def shares(self) -> dict[str, tuple[int, int]]:
        """Return for each source how many of its addresses and documents failed, and of how many."""
        source = {sha256: one["source_id"] for sha256, one in self.sightings.items()}
        unfetched = Counter(one["source_id"] for one in self.failures)
        met = Counter(source.values()) + unfetched
        failed = Counter(source[sha256] for sha256 in self.errors if sha256 in source) + unfetched
        return {name: (failed[name], count) for name, count in met.items()}


def collected(archived: Sequence[Place], extracted: Sequence[Place], known: Mapping[str, dict[str, Any]]) -> Collected:
    """Read what the stages before left, of every source that came so far; `known` is what was read, by path."""
    parts = [said for path in archived if (said := archived_in(path)) is not None]
    batches = [known.get(str(path)) or extracted_documents(path) for path in extracted]
    return Collected(
        [one for part in parts for one in part["sightings"]],
        [{**one, "source_id": part["source_id"]} for part in parts for one in part["failures"]],
        [row for part in parts for row in part["coverage"]],
        {sha256 for batch in batches for sha256 in batch["documents"]},
        {sha256: reason for batch in batches for sha256, reason in batch["errors"].items()},
    )


def sighting_columns(seen: Sequence[dict[str, Any]]) -> dict[str, list[Any]]:
    """Return sightings as the warehouse keeps them, column by column."""
    from jixiao.warehouse import SightingRow

    said = _by_column(seen)
    columns = {name: said.get(name, [None] * len(seen)) for name in SightingRow.__dataclass_fields__}
    days = {day: date.fromisoformat(day) if day else None for day in {*columns["published_on"]}}
    columns["published_on"] = [days[day] for day in columns["published_on"]]
    return columns | {"document_sha256": said.get("sha256", [])}


def _by_column(rows: Sequence[dict[str, Any]]) -> dict[str, list[Any]]:
    """Return records column by column, None where one has no such value; of one order, as ours are, all at once."""
    orders = {tuple(row) for row in rows}
    if len(orders) != 1:
        return {name: [row.get(name) for row in rows] for name in {name for order in orders for name in order}}
    (names,) = orders
    values = zip(*(row.values() for row in rows), strict=True)
    return {name: list(column) for name, column in zip(names, values, strict=True)}


def sighting_row(said: dict[str, Any]) -> "SightingRow":
    """Return a sighting as the warehouse keeps it."""
    from jixiao.warehouse import SightingRow

    published = said["published_on"]
    kept = {name: said[name] for name in SightingRow.__dataclass_fields__ if name in said}
    kept |= {"document_sha256": said["sha256"], "published_on": date.fromisoformat(published) if published else None}
    return SightingRow(**kept)
