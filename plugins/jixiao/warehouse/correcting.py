"""Which documents a load takes, as they are with what persons corrected in them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from jixiao.check.scope import asked
from jixiao.model import Extraction
from jixiao.schema import schemas
from jixiao.warehouse.copies import facts_digest
from jixiao.warehouse.corrections import Judged, corrected
from jixiao.warehouse.told import unpacked


@dataclass(frozen=True, slots=True)
class Corrected:
    """Documents as they are to be loaded, what became of each correction, and a digest of the facts as they were read.

    What a person corrects in one copy parts no twins.
    """

    documents: dict[str, Extraction]
    judged: list[Judged]
    digests: dict[str, str | None]


def corrected_documents(
    native: duckdb.DuckDBPyConnection,
    given: Mapping[str, Extraction],
    corrections: Sequence[Judged] | None,
    unread: Collection[str],
) -> Corrected:
    """Return the documents to load: those given, and those whose corrections changed, from what is kept of them."""
    columns = schemas("core")["corrections"].arrow_schema.names
    kept = native.execute(f"SELECT {', '.join(columns)} FROM core.corrections").fetchall()  # noqa: S608
    before = {one.key: one for row in kept if (one := _judged_before(dict(zip(columns, row, strict=True))))}
    wanted = before if corrections is None else {one.key: before.get(one.key, one) for one in corrections}
    wanted |= {key: one for key, one in before.items() if one.source_id in unread}
    changed = {(before | wanted)[key].correction.document_sha256 for key in before.keys() ^ wanted.keys()}
    with asked(native, changed - set(given)):
        again = native.execute(
            "SELECT document_sha256, extraction FROM raw.extractions SEMI JOIN asked USING (document_sha256)"
        ).fetchall()
    documents = {**given, **{sha256: unpacked(kept) for sha256, kept in again}}
    said = by_document(wanted.values())
    judged = [one for one in wanted.values() if one.correction.document_sha256 not in documents]
    out, digests = {}, {}
    for sha256, extraction in sorted(documents.items()):
        digests[sha256] = facts_digest(extraction)
        out[sha256], outcome = corrected(extraction, said.get(sha256, ()))
        judged += outcome
    return Corrected(out, sorted(judged, key=lambda one: one.key), digests)


def by_document(judged: Iterable[Judged]) -> dict[str, list[Judged]]:
    """Return corrections by the document that they are of."""
    out: dict[str, list[Judged]] = {}
    for one in judged:
        out.setdefault(one.correction.document_sha256, []).append(one)
    return out


def _judged_before(row: dict[str, Any]) -> Judged | None:
    """Return a correction as the warehouse has it; None for one that its file could not hold any more."""
    try:
        return Judged.from_row(row)
    except ValueError as error:
        words = " ".join(str(error).split())[:200]
        print(f"problem: a correction of {row['document_sha256']} in the warehouse is left out: {words}")  # noqa: T201
        return None
