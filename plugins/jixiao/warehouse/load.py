"""Load facts: exactly the given documents' rows are replaced, in one transaction, in bulk through Arrow."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb
import pyarrow as pa
import sqlalchemy as sa

from jixiao.archive import Revision
from jixiao.check import find_all, rules
from jixiao.check.facts import FACT_TABLES, fact_tables
from jixiao.check.scope import concerned
from jixiao.extract.worker import EXTRACTION
from jixiao.model import Extraction
from jixiao.schema import schemas
from jixiao.warehouse.corrections import Judged, corrected
from jixiao.warehouse.document_gate import refused
from jixiao.warehouse.indicators import canonical_indicator, vocabulary
from jixiao.warehouse.organizations import organization_rows
from jixiao.warehouse.posts import Post, filled
from jixiao.warehouse.quarantine import QuarantineEntry, doubtful, entry_rows, withheld
from jixiao.warehouse.store import note_write, raw_connection


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
    with engine.begin() as connection:
        native = raw_connection(connection)
        ordered, judged = _corrected(native, given, corrections, unread)
        posts = _posts(native, ordered, sightings)
        ordered = {sha256: filled(one, posts.get(sha256)) for sha256, one in ordered.items()}
        # What waits in quarantine gives no row to anything that is published; its extraction is kept.
        out = withheld(native, ordered)
        tables, bad = _sound({sha256: one for sha256, one in ordered.items() if sha256 not in out})
        ordered = {sha256: one for sha256, one in ordered.items() if sha256 not in bad}
        raw = pa.table(
            {
                "document_sha256": sorted(given),
                "extractor_version": [given[sha256].extractor_version for sha256 in sorted(given)],
                "extraction": [EXTRACTION.dump_json(given[sha256]).decode() for sha256 in sorted(given)],
            },
            schema=pa.schema([(name, pa.string()) for name in ("document_sha256", "extractor_version", "extraction")]),
        )
        read = list(ordered)
        loaded = {*read, *(s.document_sha256 for s in sightings)}
        touched = concerned(native, loaded)
        # A document that was read before and cannot be read now keeps its facts: nothing is lost.
        replace_facts(native, tables, read)
        _replace(native, "raw.extractions", raw, "document_sha256", sorted(given))
        seen = [_fields(s) for s in sorted(sightings, key=lambda s: (s.document_sha256, s.url))]
        rows = _arrow("sightings", seen)
        if rows.num_rows:  # the address may have shown another file before: that sighting stays
            native.register("loading", rows)
            native.execute(
                "DELETE FROM core.sightings "
                "WHERE (document_sha256, url) IN (SELECT (document_sha256, url) FROM loading)"
            )
            native.unregister("loading")
        _insert(native, "core.sightings", rows)
        if revisions is not None:
            loaded |= _replace_revisions(native, revisions)
        native.execute("DELETE FROM core.corrections")
        _insert(native, "core.corrections", _arrow("corrections", [one.row for one in judged]))
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
        _replace(native, f"core.{name}", tables[name], "document_sha256", documents)


def _replace_revisions(native: duckdb.DuckDBPyConnection, revisions: Sequence[Revision]) -> set[str]:
    """Put the archive's chains in place of those known; return the documents whose standing may have changed."""
    columns = [column.name for column in schemas("core")["revisions"].columns]
    rows = _arrow("revisions", [{name: getattr(one, name) for name in columns} for one in revisions])
    native.register("chains", rows)
    changed = native.execute(
        "(FROM chains EXCEPT FROM core.revisions) UNION ALL (FROM core.revisions EXCEPT FROM chains)"
    ).to_arrow_table()
    native.execute("DELETE FROM core.revisions")
    native.execute("INSERT INTO core.revisions BY NAME FROM chains ORDER BY organization, fiscal_year, name, revision")
    native.unregister("chains")
    return {sha for name in ("document_sha256", "replaces_sha256") for sha in changed[name].to_pylist() if sha}


def record_findings(native: duckdb.DuckDBPyConnection, documents: set[str] | None = None) -> int:
    """Run every rule over all facts, or over some documents; keep all offenders in `core.findings`.

    Once a rule was mended, added or removed, all facts are judged anew. Return how many findings there are now.
    """
    today = {rule.id: rule.digest for rule in rules()}
    if dict(native.execute("SELECT check_id, digest FROM raw.judged").fetchall()) != today:
        documents = None
        native.execute("DELETE FROM raw.built")  # findings of documents that nobody touched may come and go
        native.execute("DELETE FROM raw.judged")
        native.executemany("INSERT INTO raw.judged VALUES (?, ?)", [list(pair) for pair in sorted(today.items())])
    found = find_all(native, documents)
    if documents is None:
        native.execute("DELETE FROM core.findings")
        _insert(native, "core.findings", found)
    else:
        _replace(native, "core.findings", found, "document_sha256", sorted(documents))
    said = native.execute("SELECT count(*) FROM core.findings").fetchone()
    return int(said[0]) if said else 0


def _corrected(
    native: duckdb.DuckDBPyConnection,
    given: Mapping[str, Extraction],
    corrections: Sequence[Judged] | None,
    unread: Collection[str],
) -> tuple[dict[str, Extraction], list[Judged]]:
    """Return the documents to load, corrected (given, or with changed corrections), and what became of corrections."""
    columns = schemas("core")["corrections"].arrow_schema.names
    kept = native.execute(f"SELECT {', '.join(columns)} FROM core.corrections").fetchall()  # noqa: S608
    before = {one.key: one for one in (Judged.from_row(dict(zip(columns, row, strict=True))) for row in kept)}
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
    out = {}
    for sha256, extraction in sorted(documents.items()):
        out[sha256], outcome = corrected(extraction, by_document.get(sha256, ()))
        judged += outcome
    return out, sorted(judged, key=lambda one: one.key)


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
    rows = _arrow("quarantine", entry_rows(native, entries))
    _replace(native, "core.quarantine", rows, "item_id", [*read, *(q.item_id for q in given_up), *urls])


def record_names(native: duckdb.DuckDBPyConnection) -> bool:
    """Resolve the names of departments and indicators anew: what they stand for depends on no earlier load.

    Return whether a name that was known stands for something else now.
    """
    names = native.execute(
        "SELECT DISTINCT organization, region_code FROM core.reports WHERE organization IS NOT NULL"
    ).fetchall()
    organizations, aliases = organization_rows(names)
    found = native.execute(
        "SELECT indicator FROM core.scores UNION SELECT indicator FROM core.deductions ORDER BY indicator"
    ).fetchall()
    indicators = [{"indicator": name, "canonical": canonical_indicator(name)} for (name,) in found]
    renamed = False
    for table, rows in (
        ("organizations", organizations),
        ("organization_aliases", aliases),
        ("indicators", vocabulary()),
        ("indicator_names", indicators),
    ):
        key = ", ".join(schemas("core")[table].primary_key)
        native.register("before", native.execute(f"SELECT * FROM core.{table}").to_arrow_table())  # noqa: S608
        native.execute(f"DELETE FROM core.{table}")  # noqa: S608 - our own table names
        _insert(native, f"core.{table}", _arrow(table, rows))
        other = native.execute(
            f"SELECT * FROM before SEMI JOIN core.{table} USING ({key}) EXCEPT SELECT * FROM core.{table}"  # noqa: S608
        ).fetchall()
        native.unregister("before")
        renamed = renamed or bool(other)
    return renamed


def _fields(record: Any) -> dict[str, Any]:
    return {name: getattr(record, name) for name in record.__dataclass_fields__}


def _arrow(table: str, rows: list[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=schemas("core")[table].arrow_schema)


def _insert(native: duckdb.DuckDBPyConnection, table: str, rows: pa.Table) -> None:
    if rows.num_rows:
        native.register("loading", rows)
        native.execute(f"INSERT INTO {table} BY NAME SELECT * FROM loading")  # noqa: S608 - our own table names
        native.unregister("loading")


def _replace(native: duckdb.DuckDBPyConnection, table: str, rows: pa.Table, key: str, keys: Sequence[str]) -> None:
    if keys:
        native.execute(f"DELETE FROM {table} WHERE {key} IN (SELECT unnest(?))", [sorted(set(keys))])  # noqa: S608
    _insert(native, table, rows)
