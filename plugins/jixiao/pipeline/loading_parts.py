"""Load what a run collected: only what is new, some documents at a time.

A document is passed over where the warehouse's facts are as our own loads left them, and its extraction's file, its
sightings and its standing in quarantine are those with which it was loaded. Where anybody else changed a row, or the
code is another, every document of the run is loaded again.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from jixiao import EXTRACTOR_VERSION
from jixiao.archive import Archive
from jixiao.model import Extraction, JixiaoError
from jixiao.pipeline.collected import Collected, sighting_columns, sighting_row
from jixiao.pipeline.contracts import corrections_now, rosters_by_source
from jixiao.pipeline.extracting import marks_of, read_extraction
from jixiao.pipeline.given import Given
from jixiao.settings import Settings

if TYPE_CHECKING:
    import sqlalchemy as sa

    from jixiao.warehouse import QuarantineEntry

AT_ONCE: Final = 1_000
"""Documents that are loaded in one transaction: about 0.25 MB of memory each."""


def load_collected(
    engine: "sa.Engine", found: Collected, given: Given, urls: dict[str, str], year: int | None
) -> tuple[str, bool]:
    """Load it all; print what was loaded, or that nothing is new.

    Returns a digest of all facts (`standing.content`), and whether corrections and rosters could all be read: what
    could not is told again by each load. `urls` are addresses by SHA-256.
    """
    from jixiao.warehouse import load, standing
    from jixiao.warehouse.chains import chains_stand, followed_to
    from jixiao.warehouse.coverage import load_coverage
    from jixiao.warehouse.rosters import load_rosters
    from jixiao.warehouse.sightings import newly_seen
    from jixiao.warehouse.told import forget_all, not_loaded_so, said_by, telling

    readable = found.readable
    late = marks_of(sha256 for sha256 in readable if sha256 not in given.marks)  # of a batch that was made anew
    marks = {sha256: given.marks.get(sha256) or late.get(sha256, "") for sha256 in readable}
    (corrections, unread), (rosters, all_rosters) = corrections_now(), rosters_by_source()
    archive, given_up = Archive(Settings.load().archive_url), _given_up(found, urls, year)
    facts = standing.content(engine)
    follows = standing.work_of(standing.FACTS)
    if standing.stands(engine, follows, facts):
        seen_anew = newly_seen(engine, sighting_columns(found.seen))
        wanted = not_loaded_so(engine, marks) | seen_anew
    else:
        forget_all(engine)
        seen_anew, wanted = {one["sha256"] for one in found.seen}, set(marks)
    new = [sha256 for sha256 in marks if sha256 in wanted]
    where = seen_anew.union(new)
    shown = [sighting_row(one) for one in found.seen if one["sha256"] in where]
    *parts, last = [new[start : start + AT_ONCE] for start in range(0, len(new), AT_ONCE)] or [[]]
    entries, answered = given_up, [one["url"] for one in found.seen]
    for part in parts:
        extractions = list(_read(part, entries, urls, year))
        print(load(engine, extractions, entries, shown, None, corrections, unread, marks, answered))  # noqa: T201
        standing.note_done(engine, follows, standing.content(engine))  # a run that is killed goes on from here
        entries, shown = [], []
    extractions = list(_read(last, entries, urls, year))
    point, read_since = followed_to(engine)
    said = {one.document.sha256: said_by(one) for one in extractions}
    chains = archive.chains(telling(engine, said), point, read_since.union(said))
    for damaged in archive.damaged():
        print(f"problem: the archive's {damaged}: left out; jixiao archive verify")  # noqa: T201 - a task's log
    whole = (given.records, corrections, unread.items(), rosters.items())
    work = standing.work_of("load", [year], [list(marks.items())], *whole)
    if not new and standing.stands(engine, work, facts) and chains_stand(engine, chains):
        print("nothing is new: what is loaded stands")  # noqa: T201 - a task's log
        return facts, not unread and all_rosters
    print(load(engine, extractions, entries, shown, chains, corrections, unread, marks, answered))  # noqa: T201
    load_coverage(engine, found.coverage)
    load_rosters(engine, rosters)
    after = standing.content(engine)
    standing.note_done(engine, follows, after)
    standing.note_done(engine, work, after)
    return after, not unread and all_rosters


def _given_up(found: Collected, urls: dict[str, str], year: int | None) -> "list[QuarantineEntry]":
    """Return the entries of what could not be extracted or fetched."""
    from jixiao.warehouse import QuarantineEntry

    entries = [_unread(sha256, urls, year, reason) for sha256, reason in found.errors.items()]
    return entries + [
        QuarantineEntry(f["url"], "archive", f["url"], f["fiscal_year"], f["reason"]) for f in found.failures
    ]


def _unread(sha256: str, urls: dict[str, str], year: int | None, reason: str) -> "QuarantineEntry":
    from jixiao.warehouse import QuarantineEntry

    return QuarantineEntry(sha256, "read", urls.get(sha256), year, reason, extractor_version=EXTRACTOR_VERSION)


def _read(
    documents: Iterable[str], entries: "list[QuarantineEntry]", urls: dict[str, str], year: int | None
) -> Iterator[Extraction]:
    """Yield extractions; one that is damaged and cannot be made anew gets an entry."""
    for sha256 in documents:
        try:
            yield read_extraction(sha256)
        except JixiaoError as error:
            entries.append(_unread(sha256, urls, year, str(error)))
