"""Make the warehouse and the marts anew, from the archive and the corrections alone."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from jixiao import EXTRACTOR_VERSION
from jixiao.archive import Archive, Sighting
from jixiao.discover import load_sources
from jixiao.extract.worker import Worker
from jixiao.files import copy_file
from jixiao.pipeline.contracts import rosters_by_source
from jixiao.pipeline.extracting import extract_one, read_extraction
from jixiao.pipeline.publishing import build_marts, publish_marts, validate_warehouse
from jixiao.pipeline.records import sound_accounts
from jixiao.read.limits import Limits
from jixiao.settings import Settings

_AT_ONCE: Final = 1000


def rebuild() -> Iterator[str]:
    """Rebuild the warehouse beside the old one, put it in its place, and publish; yield what is done, line by line.

    No site is asked, and nothing of staging or of the old warehouse is read. Every original is read by the extractor
    that is installed now: facts of older extractors are not kept anywhere else.
    """
    settings = Settings.load()
    archive = Archive(settings.archive_url)
    seen: dict[str, list[Sighting]] = {}
    for sighting in archive.sightings():
        seen.setdefault(sighting.sha256, []).append(sighting)
    errors = {}
    with Worker(Limits.configured()) as worker:
        for sha256 in sorted(seen):
            if reason := extract_one(worker, archive, sha256):
                errors[sha256] = reason
    yield f"{len(seen)} originals, read by extractor {EXTRACTOR_VERSION}; {len(errors)} cannot be read"
    new = settings.warehouse_path.with_name(f"{settings.warehouse_path.stem}.rebuilding.duckdb")
    _clear(new)
    yield from _loaded(new, archive, seen, errors)
    yield from (f"problem: the archive's {line}: left out" for line in archive.damaged())
    old = settings.warehouse_path
    if old.exists():
        before = old.with_name(f"{old.stem}.before-rebuild.duckdb")
        keep_beside(old, before)
        yield f"the old warehouse is kept as {before.name}"
    new.replace(old)
    validate_warehouse()
    published = publish_marts(build_marts())
    yield f"version {published.version}, {'new' if published.changed else 'the same as before'}"


def keep_beside(old: Path, before: Path) -> None:
    """Give a warehouse a second name; it keeps its own until the new one takes it, whenever a kill comes."""
    _clear(before)
    try:
        before.hardlink_to(old)
    except OSError:  # a file system that knows no second names
        copy_file(old, before)
    wal = Path(f"{old}.wal")
    if wal.exists():
        wal.rename(f"{before}.wal")


def _clear(path: Path) -> None:
    for left in (path, Path(f"{path}.wal")):
        left.unlink(missing_ok=True)


def _loaded(path: Path, archive: Archive, seen: dict[str, list[Sighting]], errors: dict[str, str]) -> Iterator[str]:
    """Load everything into a new warehouse; yield what came of it, in words."""
    from jixiao.warehouse import load, open_warehouse
    from jixiao.warehouse.corrections import load_corrections
    from jixiao.warehouse.coverage import load_coverage
    from jixiao.warehouse.quarantine import restore
    from jixiao.warehouse.rosters import load_rosters
    from jixiao.warehouse.told import telling

    settings = Settings.load()
    corrections = load_corrections(settings.corrections, {source.id for source in load_sources(settings.sources)})
    readable = sorted(set(seen) - set(errors))
    accounts, damaged = sound_accounts(archive.accounts())
    yield from damaged
    with open_warehouse(path) as engine:
        settled = (said.get("entries") for said in archive.resolutions())
        entries_kept = [row for entries in settled if isinstance(entries, list) for row in entries]
        yield from (f"problem: {line}: left out" for line in restore(engine, entries_kept))
        for start in range(0, len(readable), _AT_ONCE):
            some = readable[start : start + _AT_ONCE]
            shown = [_row(one) for sha256 in some for one in seen[sha256]]  # a post may tell what a document does not
            load(engine, map(read_extraction, some), sightings=shown, corrections=corrections)
        sightings = [_row(one) for sha256 in sorted(seen) for one in seen[sha256]]
        entries = _quarantined(seen, errors, accounts)
        load(engine, [], entries, sightings)
        summary = load(engine, [], revisions=archive.chains(telling(engine, {}), None, ()), corrections=corrections)
        load_coverage(engine, [row for said in accounts for row in said.get("coverage", ())])
        load_rosters(engine, rosters_by_source()[0])
    yield f"{len(readable)} documents loaded, {len(entries)} quarantined, {summary.findings} findings"


def _row(seen: Sighting) -> Any:
    from jixiao.warehouse import SightingRow

    return SightingRow(
        seen.sha256, seen.url, seen.source_id, seen.post_url, seen.post_title, seen.attachment_name, seen.publisher,
        seen.published_on, seen.fiscal_year, seen.media_type, seen.byte_size,
    )  # fmt: skip


def _quarantined(
    seen: dict[str, list[Sighting]], errors: dict[str, str], accounts: Sequence[dict[str, Any]]
) -> list[Any]:
    from jixiao.warehouse import QuarantineEntry

    read = [
        QuarantineEntry(
            sha256, "read", seen[sha256][0].url, seen[sha256][0].fiscal_year, reason,
            extractor_version=EXTRACTOR_VERSION,
        )
        for sha256, reason in sorted(errors.items())
    ]  # fmt: skip
    failed = {one["url"]: one for said in accounts for one in said.get("failures", ())}
    return [*read, *(QuarantineEntry(url, "archive", url, f["fiscal_year"], f["reason"]) for url, f in failed.items())]
