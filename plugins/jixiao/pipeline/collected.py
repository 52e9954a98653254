"""What earlier stages left of a run, as the load takes it."""

from collections.abc import Sequence
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
        counts: dict[str, tuple[int, int]] = {}
        for one in self.sightings.values():
            failed, met = counts.get(one["source_id"], (0, 0))
            counts[one["source_id"]] = failed + (one["sha256"] in self.errors), met + 1
        for one in self.failures:
            failed, met = counts.get(one["source_id"], (0, 0))
            counts[one["source_id"]] = failed + 1, met + 1
        return counts


def collected(archived: Sequence[Place], extracted: Sequence[Place]) -> Collected:
    """Read what the stages before left, of every source that came so far."""
    parts = [said for path in archived if (said := archived_in(path)) is not None]
    batches = [extracted_documents(path) for path in extracted]
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

    days = {day: date.fromisoformat(day) if day else None for day in {one["published_on"] for one in seen}}
    columns = {
        name: [one.get(name) for one in seen]
        for name in SightingRow.__dataclass_fields__
        if name not in ("document_sha256", "published_on")
    }
    hashes, published = [one["sha256"] for one in seen], [days[one["published_on"]] for one in seen]
    return {"document_sha256": hashes, "published_on": published, **columns}


def sighting_row(said: dict[str, Any]) -> "SightingRow":
    """Return a sighting as the warehouse keeps it."""
    from jixiao.warehouse import SightingRow

    published = said["published_on"]
    kept = {name: said[name] for name in SightingRow.__dataclass_fields__ if name in said}
    kept |= {"document_sha256": said["sha256"], "published_on": date.fromisoformat(published) if published else None}
    return SightingRow(**kept)
