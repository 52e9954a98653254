"""Where originals were seen: the rows of `core.sightings`, and what they tell of a document."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb
import pyarrow as pa
import sqlalchemy as sa

from jixiao.check.scope import asked
from jixiao.schema import schemas
from jixiao.warehouse.posts import Post
from jixiao.warehouse.rows import as_arrow, insert
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


def _fields(record: SightingRow) -> dict[str, Any]:
    return {name: getattr(record, name) for name in SightingRow.__dataclass_fields__}


def replace_sightings(native: duckdb.DuckDBPyConnection, sightings: Sequence[SightingRow]) -> None:
    """Put sightings in the place of those of the same document and address."""
    rows = as_arrow("sightings", [_fields(s) for s in sorted(sightings, key=lambda s: (s.document_sha256, s.url))])
    if rows.num_rows:  # the address may have shown another file before: that sighting stays
        native.register("loading", rows)
        native.execute(
            "DELETE FROM core.sightings WHERE (document_sha256, url) IN (SELECT (document_sha256, url) FROM loading)"
        )
        native.unregister("loading")
    insert(native, "core.sightings", rows)


def newly_seen(engine: sa.Engine, sightings: Mapping[str, Sequence[Any]]) -> set[str]:
    """Return the documents of which some of these sightings, by column, are not in the warehouse as they are."""
    schema = schemas("core")["sightings"].arrow_schema
    columns = ", ".join(schema.names)
    with engine.connect() as connection:
        native = raw_connection(connection)
        native.register("seen", pa.table({name: sightings[name] for name in schema.names}, schema=schema))
        found = native.execute(
            f"SELECT DISTINCT document_sha256 FROM (SELECT {columns} FROM seen "  # noqa: S608
            f"EXCEPT SELECT {columns} FROM core.sightings)"
        ).fetchall()
        native.unregister("seen")
    return {sha256 for (sha256,) in found}


def places_of(
    native: duckdb.DuckDBPyConnection, documents: Collection[str]
) -> dict[str, tuple[str | None, int | None]]:
    """Return the first address and fiscal year of documents, by SHA-256."""
    seen = _first_seen(native, "url, fiscal_year", documents)
    return {sha256: (url, year) for sha256, url, year in seen}


def posts_of(native: duckdb.DuckDBPyConnection, documents: Collection[str]) -> dict[str, Post]:
    """Return what is known of the posts of documents: of all places where one was seen, the first."""
    rows = _first_seen(native, "attachment_name, post_title, publisher, fiscal_year", documents)
    return {
        sha256: Post(tuple(filter(None, (attachment, title))) or ("",), publisher, year)
        for sha256, attachment, title, publisher, year in rows
    }


def _first_seen(native: duckdb.DuckDBPyConnection, columns: str, documents: Collection[str]) -> list[tuple[Any, ...]]:
    with asked(native, documents):
        query = f"SELECT document_sha256, {columns} FROM core.first_sightings WHERE document_sha256 IN (FROM asked)"  # noqa: S608
        return native.execute(query).fetchall()
