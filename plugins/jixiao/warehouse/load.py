"""Load facts: exactly the given documents' rows are replaced, in one transaction, in bulk through Arrow."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import duckdb
import pyarrow as pa
import sqlalchemy as sa

from jixiao.archive import Revision
from jixiao.check.facts import FACT_TABLES, fact_tables
from jixiao.check.scope import concerned
from jixiao.extract.worker import EXTRACTION
from jixiao.model import Extraction
from jixiao.schema import schemas
from jixiao.warehouse.copies import facts_digest, replace_digests
from jixiao.warehouse.corrections import Judged, corrected
from jixiao.warehouse.document_gate import refused
from jixiao.warehouse.findings import Misread, record_findings
from jixiao.warehouse.names import record_names
from jixiao.warehouse.posts import Post, filled
from jixiao.warehouse.quarantine import QuarantineEntry, doubtful, entry_rows, withheld
from jixiao.warehouse.rows import as_arrow, insert
from jixiao.warehouse.rows import replace as replace_rows
from jixiao.warehouse.standing import note_write
from jixiao.warehouse.store import raw_connection


@dataclass(frozen=True, slots=True)
class SightingRow:
    """An original at an address, in the shape of `sql/core/sightings/schema.yaml`."""

    document_sha256: str
    url: str
    source_id: str
    post_url: str | None
    post_title: str | None
    attachment_name: str | None
    publisher: str | None
    published_on: date | None
    fiscal_year: int | None
    media_type: str
    byte_size: int


@dataclass(frozen=True, slots=True)
class LoadSummary:
    """What a load put into the warehouse."""

    documents: int
    quarantined: int
    findings: int


def load(
    engine: sa.Engine,
    extractions: Iterable[Extraction],
    quarantined: Sequence[QuarantineEntry] = (),
    sightings: Sequence[SightingRow] = (),
    revisions: Sequence[Revision] | None = None,
    corrections: Sequence[Judged] | None = None,
    unread: Collection[str] = (),
) -> LoadSummary:
    """Replace the documents' facts, quarantine entries and sightings; judge what they touch anew.

    `revisions` are all chains of the archive and `corrections` all that persons corrected; None leaves those that are
    there, as they do of the sources in `unread`, whose files of corrections cannot be read. A document whose
    corrections changed is loaded again from its kept extraction. Idempotent: the same input gives the same tables,
    whatever was loaded before, in whatever order. A document whose facts break what every document must hold
    (`document_gate`) is quarantined; what was known of it before stays.
    """
    given = {e.document.sha256: e for e in extractions}
    left_out = _LeftOut()
    while True:
        try:
            with engine.begin() as connection:
                native = raw_connection(connection)
                ordered, judged, digests = _corrected(native, given, corrections, unread)
                posts = _posts(native, ordered, sightings)
                ordered = {sha256: filled(one, posts.get(sha256)) for sha256, one in ordered.items()}
                return _loaded(native, given, ordered, judged, quarantined, sightings, revisions, left_out, digests)
        except Misread as found:
            left_out.add(found.reasons, ordered)


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


def _loaded(
    native: duckdb.DuckDBPyConnection,
    given: Mapping[str, Extraction],
    ordered: Mapping[str, Extraction],
    judged: Sequence[Judged],
    quarantined: Sequence[QuarantineEntry],
    sightings: Sequence[SightingRow],
    revisions: Sequence[Revision] | None,
    left_out: _LeftOut,
    digests: Mapping[str, str | None],
) -> LoadSummary:
    """Load inside the caller's transaction; raise `Misread` where findings cannot be."""
    # What waits in quarantine gives no row to anything that is published; its extraction is kept.
    out = {*withheld(native, ordered), *left_out.reasons}
    tables, bad = _sound({sha256: one for sha256, one in ordered.items() if sha256 not in out})
    bad |= left_out.reasons
    ordered = {sha256: one for sha256, one in ordered.items() if sha256 not in bad}
    read = [*ordered, *left_out.withdrawn]
    loaded = {*read, *(s.document_sha256 for s in sightings)}
    touched = concerned(native, loaded)
    # A document that was read before and cannot be read now keeps its facts: nothing is lost.
    replace_facts(native, tables, read)
    replace_digests(native, {sha256: digests[sha256] for sha256 in ordered if sha256 not in out}, read)
    replace_rows(native, "raw.extractions", _kept(given), "document_sha256", sorted(given))
    _replace_sightings(native, sightings)
    if revisions is not None:
        loaded |= _replace_revisions(native, revisions)
    native.execute("DELETE FROM core.corrections")
    insert(native, "core.corrections", as_arrow("corrections", [one.row for one in judged]))
    given_up = [*quarantined, *_refusals(native, bad, given)]
    _record_quarantine(native, ordered, given_up, [s.url for s in sightings], judged)
    renamed = record_names(native)
    touched |= concerned(native, loaded)
    if renamed:  # by another version of the code: everything may go by other names
        native.execute("DELETE FROM raw.built")
    native.execute("INSERT OR IGNORE INTO raw.unbuilt SELECT unnest(?)", [sorted(touched)])
    count = record_findings(native, None if renamed else touched)
    note_write(native)
    return LoadSummary(len(given), len(given_up), count)


def _kept(given: Mapping[str, Extraction]) -> pa.Table:
    """Return extractions as `raw.extractions` keeps them."""
    return pa.table(
        {
            "document_sha256": sorted(given),
            "extractor_version": [given[sha256].extractor_version for sha256 in sorted(given)],
            "extraction": [EXTRACTION.dump_json(given[sha256]).decode() for sha256 in sorted(given)],
        },
        schema=pa.schema([(name, pa.string()) for name in ("document_sha256", "extractor_version", "extraction")]),
    )


def _replace_sightings(native: duckdb.DuckDBPyConnection, sightings: Sequence[SightingRow]) -> None:
    """Put sightings in the place of those of the same document and address."""
    rows = as_arrow("sightings", [_fields(s) for s in sorted(sightings, key=lambda s: (s.document_sha256, s.url))])
    if rows.num_rows:  # the address may have shown another file before: that sighting stays
        native.register("loading", rows)
        native.execute(
            "DELETE FROM core.sightings WHERE (document_sha256, url) IN (SELECT (document_sha256, url) FROM loading)"
        )
        native.unregister("loading")
    insert(native, "core.sightings", rows)


def _sound(ordered: Mapping[str, Extraction]) -> tuple[dict[str, pa.Table], dict[str, str]]:
    """Return the fact tables of the documents that may be loaded, and why the others may not, by SHA-256."""
    try:
        tables, bad = fact_tables(ordered.values()), {}
    except pa.ArrowInvalid:
        bad = {sha256: reason for sha256, one in ordered.items() if (reason := _misfit(one))}
        tables = fact_tables(one for sha256, one in ordered.items() if sha256 not in bad)
    bad |= refused(tables)
    if bad:
        tables = fact_tables(one for sha256, one in ordered.items() if sha256 not in bad)
    return tables, bad


def _misfit(extraction: Extraction) -> str | None:
    try:
        fact_tables([extraction])
    except pa.ArrowInvalid as error:
        return f"a figure does not fit its column: {error}"
    return None


def _refusals(
    native: duckdb.DuckDBPyConnection, bad: Mapping[str, str], given: Mapping[str, Extraction]
) -> list[QuarantineEntry]:
    """Return the quarantine entries of documents that may not be loaded."""
    places = _places(native, list(bad))
    return [
        QuarantineEntry(
            sha256, "load", *places.get(sha256, (None, None)), reason,
            extractor_version=given[sha256].extractor_version if sha256 in given else None,
        )
        for sha256, reason in bad.items()
    ]  # fmt: skip


def _places(native: duckdb.DuckDBPyConnection, documents: Sequence[str]) -> dict[str, tuple[str | None, int | None]]:
    """Return the first address and fiscal year of documents, by SHA-256."""
    seen = native.execute(
        "SELECT document_sha256, url, fiscal_year FROM core.first_sightings "
        "WHERE document_sha256 IN (SELECT unnest(?))",
        [list(documents)],
    ).fetchall()
    return {sha256: (url, year) for sha256, url, year in seen}


def _posts(
    native: duckdb.DuckDBPyConnection, read: Mapping[str, Extraction], sightings: Sequence[SightingRow]
) -> dict[str, Post]:
    """Return what is known of the posts of documents: of those seen now, else of those seen before."""
    before = native.execute(
        "SELECT document_sha256, attachment_name, post_title, publisher, fiscal_year FROM core.first_sightings "
        "WHERE document_sha256 IN (SELECT unnest(?))",
        [list(read)],
    ).fetchall()
    rows = [(s.document_sha256, s.attachment_name, s.post_title, s.publisher, s.fiscal_year) for s in sightings]
    return {
        sha256: Post(tuple(filter(None, (attachment, title))) or ("",), publisher, year)
        for sha256, attachment, title, publisher, year in (*before, *sorted(rows, key=str, reverse=True))
    }


def replace_facts(native: duckdb.DuckDBPyConnection, tables: Mapping[str, pa.Table], documents: Sequence[str]) -> None:
    """Put these facts in the place of all that is known of these documents, inside the caller's transaction."""
    for name in FACT_TABLES:
        replace_rows(native, f"core.{name}", tables[name], "document_sha256", documents)


def as_loaded(revision: Revision) -> dict[str, Any]:
    """Return of a link of a chain what the warehouse keeps: not when it was seen last, which each walk changes."""
    return {column.name: getattr(revision, column.name) for column in schemas("core")["revisions"].columns}


def _replace_revisions(native: duckdb.DuckDBPyConnection, revisions: Sequence[Revision]) -> set[str]:
    """Put the archive's chains in place of those known; return the documents whose standing may have changed."""
    rows = as_arrow("revisions", [as_loaded(one) for one in revisions])
    native.register("chains", rows)
    changed = native.execute(
        "(FROM chains EXCEPT FROM core.revisions) UNION ALL (FROM core.revisions EXCEPT FROM chains)"
    ).to_arrow_table()
    native.execute("DELETE FROM core.revisions")
    native.execute("INSERT INTO core.revisions BY NAME FROM chains ORDER BY organization, fiscal_year, name, revision")
    native.unregister("chains")
    return {sha for name in ("document_sha256", "replaces_sha256") for sha in changed[name].to_pylist() if sha}


def _corrected(
    native: duckdb.DuckDBPyConnection,
    given: Mapping[str, Extraction],
    corrections: Sequence[Judged] | None,
    unread: Collection[str],
) -> tuple[dict[str, Extraction], list[Judged], dict[str, str | None]]:
    """Return the documents to load, corrected (given, or with changed corrections), and what became of corrections.

    And a digest of each document's facts as they were read: what a person corrects in one copy parts no twins.
    """
    columns = schemas("core")["corrections"].arrow_schema.names
    kept = native.execute(f"SELECT {', '.join(columns)} FROM core.corrections").fetchall()  # noqa: S608
    before = {one.key: one for row in kept if (one := _judged_before(dict(zip(columns, row, strict=True))))}
    wanted = before if corrections is None else {one.key: before.get(one.key, one) for one in corrections}
    wanted |= {key: one for key, one in before.items() if one.source_id in unread}
    changed = {(before | wanted)[key].correction.document_sha256 for key in before.keys() ^ wanted.keys()}
    again = native.execute(
        "SELECT document_sha256, extraction FROM raw.extractions WHERE document_sha256 IN (SELECT unnest(?))",
        [sorted(changed - set(given))],
    ).fetchall()
    documents = {**given, **{sha256: EXTRACTION.validate_json(text) for sha256, text in again}}
    by_document = _by_document(wanted.values())
    judged = [one for one in wanted.values() if one.correction.document_sha256 not in documents]
    out, digests = {}, {}
    for sha256, extraction in sorted(documents.items()):
        digests[sha256] = facts_digest(extraction)
        out[sha256], outcome = corrected(extraction, by_document.get(sha256, ()))
        judged += outcome
    return out, sorted(judged, key=lambda one: one.key), digests


def _judged_before(row: dict[str, Any]) -> Judged | None:
    """Return a correction as the warehouse has it; None for one that its file could not hold any more."""
    try:
        return Judged.from_row(row)
    except ValueError as error:
        words = " ".join(str(error).split())[:200]
        print(f"problem: a correction of {row['document_sha256']} in the warehouse is left out: {words}")  # noqa: T201
        return None


def _by_document(judged: Iterable[Judged]) -> dict[str, list[Judged]]:
    out: dict[str, list[Judged]] = {}
    for one in judged:
        out.setdefault(one.correction.document_sha256, []).append(one)
    return out


def _record_quarantine(
    native: duckdb.DuckDBPyConnection,
    read: Mapping[str, Extraction],
    given_up: Sequence[QuarantineEntry],
    urls: Sequence[str],
    judged: Sequence[Judged],
) -> None:
    """Replace the entries of what was looked at now; what could be read without a doubt has none any more."""
    places = _places(native, list(read))
    entries = list(given_up)
    by_document = _by_document(judged)
    for sha256, extraction in read.items():
        entries += doubtful(extraction, by_document.get(sha256, ()), *places.get(sha256, (None, None)))
    rows = as_arrow("quarantine", entry_rows(native, entries))
    replace_rows(native, "core.quarantine", rows, "item_id", [*read, *(q.item_id for q in given_up), *urls])


def _fields(record: Any) -> dict[str, Any]:
    return {name: getattr(record, name) for name in record.__dataclass_fields__}
