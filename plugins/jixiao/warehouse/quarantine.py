"""The quarantine: what could not be read or published without a doubt, until a person settles it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import duckdb
import sqlalchemy as sa

from jixiao.model import Evidence, Extraction, JixiaoError
from jixiao.schema import schemas
from jixiao.settings import whoever
from jixiao.warehouse.corrections import Judged
from jixiao.warehouse.posts import other_kind, unsettled
from jixiao.warehouse.standing import followed


@dataclass(frozen=True, slots=True)
class QuarantineEntry:
    """Something that could not be read or published; `item_id` is its SHA-256, or its address."""

    item_id: str
    stage: str
    url: str | None
    fiscal_year: int | None
    reason: str
    evidence: str | None = None
    extractor_version: str | None = None
    note: str | None = None
    """Why nobody need look at it (a document of another kind): such an entry is resolved from the start."""


def doubtful(
    extraction: Extraction, judged: Iterable[Judged], url: str | None, year: int | None
) -> list[QuarantineEntry]:
    """Return what a person must look at in a document that was read: nothing is published on a guess."""
    report = extraction.report
    kind = other_kind(extraction)
    if kind is not None:
        reason = f"{kind}, no report of the department: kept, not loaded"
        version = extraction.extractor_version
        note = "told by its titles and parts"
        return [QuarantineEntry(extraction.document.sha256, "extract", url, year, reason, None, version, note)]
    reasons = unsettled(report, extraction.doubts)
    undecided = [doubt for doubt in extraction.doubts if doubt.kind == "undecided_unit"]
    if undecided:
        reasons.append(f"the unit of {len(undecided)} figures cannot be decided: they are not published")
    stale = [one for one in judged if one.state == "stale"]
    out = []
    for stage, said, places in (
        ("extract", reasons, [_placed(doubt.message, doubt.evidence) for doubt in undecided]),
        (
            "correct",
            [f"the correction of {one.correction.field} is stale" for one in stale],
            [f"{one.correction.words}: was {one.correction.was}, the extractor reads {one.found}" for one in stale],
        ),
    ):
        if said:
            evidence = "; ".join(places) or None
            out.append(
                QuarantineEntry(
                    extraction.document.sha256,
                    stage,
                    url,
                    report.fiscal_year or year,
                    "; ".join(said),
                    evidence,
                    extraction.extractor_version,
                )
            )
    return out


def withheld(native: duckdb.DuckDBPyConnection, read: Mapping[str, Extraction]) -> set[str]:
    """Return the documents that give no row to any mart: of another kind, not settled, or waiting for a person.

    Figures without a unit wait until a person resolved the entry; whose and of which year a document is, and what it
    is, only a correction settles.
    """
    resolved = {
        item
        for (item,) in native.execute(
            "SELECT item_id FROM core.quarantine WHERE stage = 'extract' AND state = 'resolved'"
        ).fetchall()
    }
    out = set()
    for sha256, extraction in read.items():
        waits = sha256 not in resolved and any(doubt.kind == "undecided_unit" for doubt in extraction.doubts)
        if waits or other_kind(extraction) or unsettled(extraction.report, extraction.doubts):
            out.add(sha256)
    return out


def _placed(message: str, evidence: Evidence) -> str:
    return f"page {evidence.page}: {message}" if evidence.page else message


def entry_rows(native: duckdb.DuckDBPyConnection, entries: Iterable[QuarantineEntry]) -> list[dict[str, Any]]:
    """Return the entries as rows; what a person resolved stays so while it is the same thing.

    The same is: the same bytes (they are the item's name) before the same extractor; for an address the same reason.
    """
    settled = native.execute(
        "SELECT item_id, stage, reason, extractor_version, note, who, resolved_at FROM core.quarantine "
        "WHERE state = 'resolved'"
    ).fetchall()
    known = {(item, stage, version or reason): tuple(said) for item, stage, reason, version, *said in settled}
    rows = []
    for entry in sorted(entries, key=lambda e: (e.item_id, e.stage)):
        fields = {name: getattr(entry, name) for name in entry.__dataclass_fields__}
        answer = known.get((entry.item_id, entry.stage, entry.extractor_version or entry.reason))
        if entry.note is not None:
            answer = (entry.note, None, None)
        note, who, at = answer or (None, None, None)
        state = "resolved" if answer else "open"
        rows.append({**fields, "state": state, "note": note, "who": who, "resolved_at": at})
    return rows


def listed(engine: sa.Engine) -> list[dict[str, Any]]:
    """Return every entry, those that are open first."""
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT * FROM core.quarantine ORDER BY state, fiscal_year NULLS LAST, item_id, stage"
        ).mappings()
        return [dict(row) for row in rows]


def found(engine: sa.Engine, item: str) -> list[dict[str, Any]]:
    """Return the entries of the one item whose id begins with `item`; `JixiaoError` where that is none or several."""
    entries = [row for row in listed(engine) if item.strip() and row["item_id"].startswith(item)]
    items = {row["item_id"] for row in entries}
    if len(items) != 1:
        raise JixiaoError(f"{item}: {len(items) or 'no'} quarantined items begin so: jixiao quarantine list shows all")
    return entries


def resolve(engine: sa.Engine, item: str, note: str, who: str | None) -> list[dict[str, Any]]:
    """Mark an item as resolved, by a person and at a time that are kept; return its entries.

    Raises:
        JixiaoError: no or several items begin so, nothing of it is open, or the note is empty.
    """
    entries = found(engine, item)
    item_id = entries[0]["item_id"]
    if not note.strip():
        raise JixiaoError(f"{item}: say why nothing more is to be done (--note)")
    if all(row["state"] == "resolved" for row in entries):
        one = entries[0]
        raise JixiaoError(f"{item}: resolved already, by {one['who']} at {one['resolved_at']}: {one['note']}")
    with followed(engine), engine.begin() as connection:
        connection.exec_driver_sql("UPDATE raw.told SET mark = '' WHERE document_sha256 = ?", (item_id,))
        connection.exec_driver_sql(
            "UPDATE core.quarantine SET state = 'resolved', note = ?, who = ?, resolved_at = ? "
            "WHERE item_id = ? AND state = 'open'",
            (note, who or whoever(), datetime.now(UTC).replace(tzinfo=None), item_id),
        )
    return found(engine, item_id)


def restore(engine: sa.Engine, entries: Iterable[Mapping[str, Any]]) -> list[str]:
    """Put back what persons settled, as the archive keeps it, into a warehouse that is made anew.

    Returns a line for each entry that is damaged: it is left out, and its item waits again.
    """
    columns = schemas("core")["quarantine"].arrow_schema.names
    put = f"INSERT OR REPLACE INTO core.quarantine ({', '.join(columns)}) VALUES ({', '.join('?' for _ in columns)})"  # noqa: S608
    problems = []
    for one in entries:
        try:
            row = {name: one.get(name) for name in columns}
            row["resolved_at"] = datetime.fromisoformat(row["resolved_at"]) if row["resolved_at"] else None
            with engine.begin() as connection:
                connection.exec_driver_sql(put, tuple(row[name] for name in columns))
        except (ValueError, TypeError, AttributeError, sa.exc.DBAPIError) as error:
            problems.append(f"what a person settled is damaged: {' '.join(str(error).split())[:160]}")
    return problems
