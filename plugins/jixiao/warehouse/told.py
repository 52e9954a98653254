"""What is kept of each extraction: itself, what the document says of itself, and the mark of the file it came from.

A document whose file has the mark that was kept when it was loaded need not be read, loaded or judged again.
"""

import zlib
from collections.abc import Collection, Iterable, Mapping

import duckdb
import pyarrow as pa
import sqlalchemy as sa

from jixiao.archive import Telling, Told
from jixiao.check.scope import asked
from jixiao.extract.stored import EXTRACTION
from jixiao.model import Extraction
from jixiao.warehouse.chains import note_unchained
from jixiao.warehouse.rows import replace
from jixiao.warehouse.store import raw_connection

_EXTRACTIONS = pa.schema(
    [("document_sha256", pa.string()), ("extractor_version", pa.string()), ("extraction", pa.binary())]
)
_TOLD = pa.schema(
    [
        ("document_sha256", pa.string()),
        ("mark", pa.string()),
        ("organization", pa.string()),
        ("fiscal_year", pa.int32()),
        ("doubts", pa.int32()),
    ]
)


def packed(extraction: Extraction) -> bytes:
    """Return an extraction as it is kept: compressed, as DuckDB writes a table's last rows anew with each load."""
    return zlib.compress(EXTRACTION.dump_json(extraction))


def unpacked(kept: bytes) -> Extraction:
    """Return an extraction of what is kept of it."""
    return EXTRACTION.validate_json(zlib.decompress(kept))


def said_by(extraction: Extraction) -> Told:
    """Return what a document says of itself."""
    return Told(extraction.report.organization, extraction.report.fiscal_year)


def telling(engine: sa.Engine, now: Mapping[str, Told]) -> Telling:
    """Return what tells of documents what they say: those that are read now (`now`), else those read before."""

    def told(documents: Collection[str]) -> dict[str, Told]:
        with engine.connect() as connection:
            native = raw_connection(connection)
            with asked(native, documents):
                rows = native.execute(
                    "SELECT document_sha256, organization, fiscal_year FROM raw.told "
                    "SEMI JOIN asked USING (document_sha256)"
                ).fetchall()
        return {sha256: Told(organization, year) for sha256, organization, year in rows} | dict(now)

    return told


def keep(native: duckdb.DuckDBPyConnection, given: Mapping[str, Extraction], marks: Mapping[str, str]) -> None:
    """Keep extractions; of each the mark of its file, empty where it has none or must be loaded again."""
    names = sorted(given)
    kept = {
        "document_sha256": names,
        "extractor_version": [given[sha256].extractor_version for sha256 in names],
        "extraction": [packed(given[sha256]) for sha256 in names],
    }
    replace(native, "raw.extractions", pa.table(kept, schema=_EXTRACTIONS), "document_sha256", names)
    told = {
        "document_sha256": names,
        "mark": [marks.get(sha256, "") for sha256 in names],
        "organization": [given[sha256].report.organization for sha256 in names],
        "fiscal_year": [given[sha256].report.fiscal_year for sha256 in names],
        "doubts": [len(given[sha256].doubts) for sha256 in names],
    }
    replace(native, "raw.told", pa.table(told, schema=_TOLD), "document_sha256", names)
    note_unchained(native, names)


def forget_marks(native: duckdb.DuckDBPyConnection, documents: Iterable[str]) -> None:
    """Have documents loaded again by the next run that meets them."""
    with asked(native, documents):
        native.execute("UPDATE raw.told SET mark = '' WHERE document_sha256 IN (FROM asked)")


def forget_all(engine: sa.Engine) -> None:
    """Have every document loaded again, and every name resolved: somebody else wrote, or the code is another."""
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE raw.told SET mark = ''")
        connection.exec_driver_sql("DELETE FROM raw.named")
        connection.exec_driver_sql("DELETE FROM raw.chained")
        connection.exec_driver_sql("DELETE FROM raw.counted")


def not_loaded_so(engine: sa.Engine, marks: Mapping[str, str]) -> set[str]:
    """Return the documents that were not loaded from files of these marks, or that wait for a better reading."""
    with engine.connect() as connection:
        native = raw_connection(connection)
        given = {"document_sha256": list(marks), "mark": list(marks.values())}
        native.register("given", pa.table(given, schema=pa.schema([_TOLD.field(0), _TOLD.field(1)])))
        found = native.execute(
            "SELECT document_sha256 FROM given ANTI JOIN raw.told USING (document_sha256, mark) "
            "UNION SELECT document_sha256 FROM given WHERE mark = '' "
            "OR document_sha256 IN (SELECT item_id FROM core.quarantine WHERE stage IN ('read', 'load'))"
        ).fetchall()
        native.unregister("given")
    return {sha256 for (sha256,) in found}


def doubts_in(engine: sa.Engine, documents: Collection[str]) -> int:
    """Return how many doubts the extractor had in these documents."""
    with engine.connect() as connection:
        native = raw_connection(connection)
        with asked(native, documents):
            query = "SELECT coalesce(sum(doubts), 0) FROM raw.told SEMI JOIN asked USING (document_sha256)"
            (count,) = native.execute(query).fetchone() or (0,)
        return int(count)
