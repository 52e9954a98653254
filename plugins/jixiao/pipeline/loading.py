"""Load what was extracted into the warehouse; read a quarantined document again."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from upath import UPath

from jixiao import EXTRACTOR_VERSION
from jixiao.archive import Archive
from jixiao.discover import load_sources, roster_of, selected_sources
from jixiao.extract.worker import Worker
from jixiao.model import JixiaoError
from jixiao.pipeline.collecting import archived_of
from jixiao.pipeline.extracting import extract_one, extracted_documents, extracted_of, read_extraction
from jixiao.pipeline.records import archived_in
from jixiao.pipeline.staging import Place, begun, place, read, seconds_of, timed, write, year_or_all
from jixiao.read.limits import Limits
from jixiao.settings import Settings

if TYPE_CHECKING:
    from jixiao.warehouse import SightingRow
    from jixiao.warehouse.corrections import Judged


@dataclass(frozen=True, slots=True)
class Collected:
    """What the archive and the extractor left of one year: sightings and failures as they were written."""

    seen: list[dict[str, Any]]
    failures: list[dict[str, Any]]
    coverage: list[dict[str, Any]]
    documents: set[str]
    errors: dict[str, str]

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


def _collected(archived: Sequence[Place], extracted: Sequence[Place]) -> Collected:
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


def _sighting_row(said: dict[str, Any]) -> "SightingRow":
    """Return a sighting as the warehouse keeps it."""
    from jixiao.warehouse import SightingRow

    published = said["published_on"]
    kept = {name: said[name] for name in SightingRow.__dataclass_fields__ if name in said}
    kept |= {"document_sha256": said["sha256"], "published_on": date.fromisoformat(published) if published else None}
    return SightingRow(**kept)


def load_run(run: Place) -> UPath:
    """Load a run's facts, sightings, failures and coverage into the warehouse; no document is no reason not to.

    Returns the record of the load, by which `hold_failures` judges whether anything may be published.
    """
    from jixiao.warehouse import QuarantineEntry, load, open_warehouse, standing
    from jixiao.warehouse.coverage import load_coverage
    from jixiao.warehouse.load import as_loaded
    from jixiao.warehouse.rosters import load_rosters
    from jixiao.warehouse.runs import findings_count, known, note_run
    from jixiao.warehouse.told import said_by, told_before

    settings, year = Settings.load(), year_or_all(run)
    archived = archived_of(run)
    found = _collected(archived, extracted_of(run))
    urls = {sha256: one["url"] for sha256, one in found.sightings.items()}
    quarantined = [
        QuarantineEntry(sha256, "read", urls.get(sha256), year, reason, extractor_version=EXTRACTOR_VERSION)
        for sha256, reason in found.errors.items()
    ]
    quarantined += [
        QuarantineEntry(f["url"], "archive", f["url"], f["fiscal_year"], f["reason"]) for f in found.failures
    ]
    extractions = []
    for sha256 in sorted(found.documents - set(found.errors)):
        try:
            extractions.append(read_extraction(sha256))
        except JixiaoError as error:
            entry = QuarantineEntry(
                sha256, "read", urls.get(sha256), year, str(error), extractor_version=EXTRACTOR_VERSION
            )
            quarantined.append(entry)
    sightings = [_sighting_row(said) for said in found.seen]
    archive = Archive(settings.archive_url)
    corrections, unread = _corrections()
    rosters = rosters_by_source()
    with open_warehouse(settings.warehouse_path) as engine:
        told = told_before(engine) | {e.document.sha256: said_by(e) for e in extractions}
        revisions = archive.revisions(told)
        for damaged in archive.damaged():
            print(f"problem: the archive's {damaged}: left out; jixiao archive verify")  # noqa: T201 - a task's log
        documents, addresses = known(engine, set(found.sightings), set(urls.values()))
        with timed(run, "load"):
            chains = map(as_loaded, revisions)
            given = (
                extractions,
                quarantined,
                sightings,
                chains,
                corrections,
                unread.items(),
                found.coverage,
                rosters.items(),
            )
            work = standing.work_of("load", *given)
            if standing.stands(engine, work, standing.content(engine)):
                print("nothing is new: what is loaded stands")  # noqa: T201 - a task's log
            else:
                print(load(engine, extractions, quarantined, sightings, revisions, corrections, unread))  # noqa: T201
                load_coverage(engine, found.coverage)
                load_rosters(engine, rosters)
                standing.note_done(engine, work, standing.content(engine))
        fresh = {sha256 for sha256 in found.sightings if sha256 not in documents}
        began = begun(run)
        note_run(
            engine,
            {
                "run": f"{place(run).parent.name}/{began['name']}",
                "fiscal_year": year,
                "began_at": began["began_at"],
                "loaded_at": datetime.now(UTC).isoformat(),
                "found": len(found.sightings),
                "new": sum(1 for sha256 in fresh if urls[sha256] not in addresses),
                "changed": sum(1 for sha256 in fresh if urls[sha256] in addresses),
                "failed": len(found.failures),
                "unread": len(found.errors),
                "doubts": sum(len(one.doubts) for one in extractions),
                "findings": findings_count(engine),
                "seconds": json.dumps(seconds_of(run)),
            },
        )
    said = {"year": year, "shares": found.shares()}
    return write(place(run) / "loaded.json", said)


_FEW = 3


def hold_failures(loaded: Place) -> None:
    """Refuse to publish what came of a run in which too much failed.

    A share of `failed_share` or more of one source, or of all, stops it; one or two odd files do not, unless nothing
    of the source came at all.

    Raises:
        JixiaoError: it names the sources with their counts.
    """
    most = Settings.load().failed_share
    try:
        shares = {str(name): (int(failed), int(met)) for name, (failed, met) in read(loaded)["shares"].items()}
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise JixiaoError(f"{loaded}: damaged: {error}: load the run again") from None
    whole = sum(failed for failed, _ in shares.values()), sum(met for _, met in shares.values())
    over = [
        f"{name}: {failed} of {met}"
        for name, (failed, met) in {**shares, "in all": whole}.items()
        if failed and (failed >= _FEW or failed == met) and failed >= most * met
    ]
    if over:
        raise JixiaoError(
            f"nothing is published: documents that could not be fetched or read reach {most:.0%}: {', '.join(over)}"
        )


def rosters_by_source() -> dict[str, list[dict[str, Any]]]:
    """Return who must report by each contract; one whose roster is damaged is told, and keeps what it had."""
    from jixiao.warehouse.rosters import roster_rows

    settings, found = Settings.load(), dict[str, list[dict[str, Any]]]()
    for source in selected_sources(settings.sources):
        try:
            found[source.id] = roster_rows(source.id, roster_of(source, settings.rosters))
        except JixiaoError as error:
            print(f"problem: {source.id}: {error}")  # noqa: T201 - a task's log
    return found


def apply_corrections() -> None:
    """Apply the corrections as they stand now; documents that they touch, or no longer touch, are loaded anew."""
    from jixiao.warehouse import load, open_warehouse

    corrections, unread = _corrections()
    with open_warehouse(Settings.load().warehouse_path) as engine:
        print(load(engine, [], corrections=corrections, unread=unread))  # noqa: T201 - a task's log


def _corrections() -> tuple[list["Judged"], dict[str, str]]:
    """Return the corrections of all files that can be read, and why others cannot, by source."""
    from jixiao.warehouse.corrections import load_corrections

    settings, unread = Settings.load(), dict[str, str]()
    found = load_corrections(settings.corrections, {source.id for source in load_sources(settings.sources)}, unread)
    for problem in unread.values():
        print(f"problem: {problem}: its corrections stay as they were")  # noqa: T201 - a task's log
    return found, unread


def keep_resolution(entries: Sequence[dict[str, Any]]) -> None:
    """Keep in the archive what a person settled, so that a warehouse that is made anew knows of it."""
    said = [{name: value if value is None else str(value) for name, value in row.items()} for row in entries]
    for row, one in zip(entries, said, strict=True):
        one["fiscal_year"] = row["fiscal_year"]
    Archive(Settings.load().archive_url).keep_resolution(entries[0]["item_id"], {"entries": said})


def retry(item: str) -> str:
    """Try a quarantined item again, without waiting for the next run; return what came of it, in words.

    A document is read and loaded anew; an address is asked for its whole file again by the next run of its year.
    """
    from jixiao.warehouse import QuarantineEntry, load, open_warehouse
    from jixiao.warehouse.quarantine import found

    settings = Settings.load()
    archive = Archive(settings.archive_url)
    with open_warehouse(settings.warehouse_path) as engine:
        entry = found(engine, item)[0]
        name, year = entry["item_id"], entry["fiscal_year"]
        if entry["stage"] == "archive":
            archive.forget(name)
            return f"{name}: the next run of fiscal year {year} asks for it again"
        with Worker(Limits.configured()) as worker:
            reason = extract_one(worker, archive, name, again=True)
        if reason:
            again = QuarantineEntry(name, "read", entry["url"], year, reason, extractor_version=EXTRACTOR_VERSION)
            load(engine, [], [again])
            return f"{name[:12]}: still not read: {reason}"
        if load(engine, [read_extraction(name)]).quarantined:
            return f"{name[:12]}: read, but not loaded: {found(engine, name)[0]['reason']}"
        return f"{name[:12]}: read and loaded; the next run publishes it"
