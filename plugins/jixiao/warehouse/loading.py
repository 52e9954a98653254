"""Load facts: exactly the given documents' rows are replaced, in one transaction, in bulk through Arrow."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import duckdb
import pyarrow as pa
import sqlalchemy as sa

from jixiao.archive import Chains, Revision
from jixiao.check.facts import FACT_TABLES
from jixiao.check.scope import asked, concerned
from jixiao.model import Extraction
from jixiao.warehouse.chains import replace_revisions
from jixiao.warehouse.copies import replace_digests
from jixiao.warehouse.correcting import Corrected, by_document, corrected_documents
from jixiao.warehouse.corrections import Judged
from jixiao.warehouse.findings import Misread, record_findings
from jixiao.warehouse.names import record_names
from jixiao.warehouse.posts import filled
from jixiao.warehouse.quarantine import QuarantineEntry, doubtful, entry_rows, withheld
from jixiao.warehouse.rows import as_arrow, insert
from jixiao.warehouse.rows import replace as replace_rows
from jixiao.warehouse.sightings import SightingRow, places_of, posts_of, replace_sightings
from jixiao.warehouse.sound import sound
from jixiao.warehouse.standing import note_write
from jixiao.warehouse.store import raw_connection
from jixiao.warehouse.told import forget_marks, keep


@dataclass(frozen=True, slots=True)
class LoadSummary:
    """What a load put into the warehouse."""

    documents: int
    quarantined: int
    findings: int


@dataclass(frozen=True, slots=True)
class _Given:
    """What a load is given."""

    extractions: Mapping[str, Extraction]
    quarantined: Sequence[QuarantineEntry]
    sightings: Sequence[SightingRow]
    chains: Chains | None
    marks: Mapping[str, str]
    answered: Collection[str]


def load(
    engine: sa.Engine,
    extractions: Iterable[Extraction],
    quarantined: Sequence[QuarantineEntry] = (),
    sightings: Sequence[SightingRow] = (),
    revisions: Sequence[Revision] | Chains | None = None,
    corrections: Sequence[Judged] | None = None,
    unread: Collection[str] = (),
    marks: Mapping[str, str] = MappingProxyType({}),
    answered: Collection[str] = (),
) -> LoadSummary:
    """Replace the documents' facts, quarantine entries and sightings; judge what they touch anew.

    `revisions` are all chains of the archive, or all of some departments (`Chains`), and `corrections` all that
    persons corrected; None leaves those that are there, as they do of the sources in `unread`, whose files of
    corrections cannot be read. A document whose corrections changed is loaded again from its kept extraction.
    Idempotent: the same input gives the same tables, whatever was loaded before, in whatever order. A document whose
    facts break what every document must hold (`document_gate`) is quarantined; what was known of it before stays.

    `marks` tell the files that the extractions come from (`told.py`); `answered` are addresses that gave a document,
    beside those of `sightings`: what was quarantined of them is over.
    """
    named = {e.document.sha256: e for e in extractions}
    chains = revisions if revisions is None or isinstance(revisions, Chains) else Chains(list(revisions))
    given = _Given(named, quarantined, sightings, chains, marks, answered)
    left_out = _LeftOut()
    while True:
        try:
            with engine.begin() as connection:
                native = raw_connection(connection)
                replace_sightings(native, sightings)
                found = corrected_documents(native, named, corrections, unread)
                posts = posts_of(native, found.documents)
                documents = {sha256: filled(one, posts.get(sha256)) for sha256, one in found.documents.items()}
                return _loaded(native, given, replace(found, documents=documents), left_out)
        except Misread as told:
            left_out.add(told.reasons, documents)


@dataclass(slots=True)
class _LeftOut:
    """Documents that cannot stand, found out once they were judged: the transaction began anew without them.

    A document given now keeps what was known of it before; what cannot stand of that either is `withdrawn`.
    """

    reasons: dict[str, str] = field(default_factory=dict)
    withdrawn: set[str] = field(default_factory=set)

    def add(self, reasons: Mapping[str, str], ordered: Mapping[str, Extraction]) -> None:
        self.withdrawn |= {sha256 for sha256 in reasons if sha256 in self.reasons or sha256 not in ordered}
        self.reasons |= reasons


def _loaded(native: duckdb.DuckDBPyConnection, given: _Given, found: Corrected, left_out: _LeftOut) -> LoadSummary:
    """Load inside the caller's transaction; raise `Misread` where findings cannot be."""
    # What waits in quarantine gives no row to anything that is published; its extraction is kept.
    out = {*withheld(native, found.documents), *left_out.reasons}
    tables, bad = sound({sha256: one for sha256, one in found.documents.items() if sha256 not in out})
    bad |= left_out.reasons
    ordered = {sha256: one for sha256, one in found.documents.items() if sha256 not in bad}
    read = [*ordered, *left_out.withdrawn]
    judged, others = concerned(native, read), {s.document_sha256 for s in given.sightings}.difference(read)
    touched = judged | concerned(native, others)
    # A document that was read before and cannot be read now keeps its facts: nothing is lost.
    replace_facts(native, tables, read)
    replace_digests(native, {sha256: found.digests[sha256] for sha256 in ordered if sha256 not in out}, read)
    keep(native, given.extractions, given.marks)
    forget_marks(native, bad)  # what spoke against them may be mended by then, in another document
    if given.chains is not None:
        others |= replace_revisions(native, given.chains).difference(read)
    native.execute("DELETE FROM core.corrections")
    insert(native, "core.corrections", as_arrow("corrections", [one.row for one in found.judged]))
    given_up = [*given.quarantined, *_refusals(native, bad, given.extractions)]
    urls = [*(s.url for s in given.sightings), *given.answered]
    _record_quarantine(native, ordered, given_up, urls, found.judged)
    renamed = record_names(native)
    judged |= concerned(native, read)
    touched |= judged | concerned(native, others)
    if renamed:  # by another version of the code: everything may go by other names
        native.execute("DELETE FROM raw.built")
    with asked(native, touched):
        for followed in ("unbuilt", "uncounted"):  # by the marts, and by the gate
            native.execute(f"INSERT OR IGNORE INTO raw.{followed} FROM asked")
    # Rules see facts and whose they are, neither chains nor sightings.
    count = record_findings(native, None if renamed else judged)
    note_write(native)
    return LoadSummary(len(given.extractions), len(given_up), count)


def _refusals(
    native: duckdb.DuckDBPyConnection, bad: Mapping[str, str], given: Mapping[str, Extraction]
) -> list[QuarantineEntry]:
    """Return the quarantine entries of documents that may not be loaded."""
    places = places_of(native, bad)
    return [
        QuarantineEntry(
            sha256, "load", *places.get(sha256, (None, None)), reason,
            extractor_version=given[sha256].extractor_version if sha256 in given else None,
        )
        for sha256, reason in bad.items()
    ]  # fmt: skip


def replace_facts(native: duckdb.DuckDBPyConnection, tables: Mapping[str, pa.Table], documents: Sequence[str]) -> None:
    """Put these facts in the place of all that is known of these documents, inside the caller's transaction."""
    for name in FACT_TABLES:
        replace_rows(native, f"core.{name}", tables[name], "document_sha256", documents)


def _record_quarantine(
    native: duckdb.DuckDBPyConnection,
    read: Mapping[str, Extraction],
    given_up: Sequence[QuarantineEntry],
    urls: Sequence[str],
    judged: Sequence[Judged],
) -> None:
    """Replace the entries of what was looked at now; what could be read without a doubt has none any more."""
    places = places_of(native, read)
    entries = list(given_up)
    said = by_document(judged)
    for sha256, extraction in read.items():
        entries += doubtful(extraction, said.get(sha256, ()), *places.get(sha256, (None, None)))
    rows = as_arrow("quarantine", entry_rows(native, entries))
    replace_rows(native, "core.quarantine", rows, "item_id", [*read, *(q.item_id for q in given_up), *urls])
