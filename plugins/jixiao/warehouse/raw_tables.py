"""The tables of `raw`: what the warehouse keeps for itself. Steps of `store.MIGRATIONS`, and their descriptions."""

from typing import Final

import sqlalchemy as sa

from jixiao.warehouse.rows import quoted

_RAW: Final = {
    "migrations": ("Steps that this warehouse was brought up by.", {"step": "Number of the step, from 1."}),
    "extractions": (
        "What the extractor read of each document, before corrections.",
        {
            "document_sha256": "SHA-256 of the original's bytes, lower-case hex.",
            "extractor_version": "Version of the extractor.",
            "extraction": "All facts, as jixiao.model.Extraction: JSON, compressed by zlib.",
        },
    ),
    "told": (
        "What is told of each extraction, so that it need not be read again.",
        {
            "document_sha256": "SHA-256 of the original's bytes, lower-case hex.",
            "mark": "Mark of the file that was loaded, as its disk or store tells it; empty: load it again.",
            "organization": "Department, as the document says it.",
            "fiscal_year": "Fiscal year, as the document says it.",
            "doubts": "Doubts of the extractor.",
        },
    ),
    "chained": (
        "How far the chains of revisions have followed the archive.",
        {"point": "What the archive is asked by for what came since."},
    ),
    "unchained": (
        "Documents that were read since.",
        {"document_sha256": "SHA-256 of the original's bytes, lower-case hex."},
    ),
    "named": ("The code that resolved the names.", {"version": "Version of the library."}),
    "unbuilt": (
        "Documents that changed since the marts were built.",
        {"document_sha256": "SHA-256 of the original's bytes, lower-case hex."},
    ),
    "built": ("What the marts were built from.", {"definition": "Digest of the SQL, schemas and reference tables."}),
    "judged": (
        "The rules that all facts were judged by.",
        {"check_id": "Name of the rule in the catalogue.", "digest": "Digest of the rule as it judged."},
    ),
    "gate": (
        "How far the gate has followed what was written; one row.",
        {"writes": "How often facts were written.", "passed": "What `writes` was when the gate passed last."},
    ),
    "offences": (
        "How many rows of a document the gate's expectations select, as it counted last.",
        {
            "suite": "Name of the suite.",
            "place": "Place of the query among the suite's, from 0.",
            "document_sha256": "SHA-256 of the original's bytes, lower-case hex.",
            "found": "How many of its rows the query selects.",
        },
    ),
    "counted": ("The gate that counted.", {"gate": "Digest of its code and expectations."}),
    "uncounted": (
        "Documents that changed since the gate counted.",
        {"document_sha256": "SHA-256 of the original's bytes, lower-case hex."},
    ),
    "standing": (
        "Work that need not be done again while the facts are as it left them.",
        {"work": "What was done, with a digest of what it was given.", "content": "Digest of all facts after it."},
    ),
}


def create_unbuilt(connection: sa.Connection) -> None:
    """Keep what the marts were built from, and the documents that changed since."""
    connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS raw.unbuilt (document_sha256 VARCHAR PRIMARY KEY)")
    connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS raw.built (definition VARCHAR NOT NULL)")


def describe_raw(connection: sa.Connection) -> None:
    """Put the descriptions on the tables of `raw`."""
    said = []
    for table, (text, columns) in _RAW.items():
        said.append(f"COMMENT ON TABLE raw.{table} IS {quoted(text)}")
        said += [f"COMMENT ON COLUMN raw.{table}.{column} IS {quoted(one)}" for column, one in columns.items()]
    connection.exec_driver_sql(";".join(said))


def create_gate(connection: sa.Connection) -> None:
    """Keep how far the gate has followed what was written."""
    connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS raw.gate (writes BIGINT NOT NULL, passed BIGINT)")
    connection.exec_driver_sql("INSERT INTO raw.gate SELECT 0, NULL WHERE NOT EXISTS (FROM raw.gate)")


def create_judged(connection: sa.Connection) -> None:
    """Keep which rules, as they were, all facts were judged by."""
    connection.exec_driver_sql(
        "CREATE TABLE IF NOT EXISTS raw.judged (check_id VARCHAR PRIMARY KEY, digest VARCHAR NOT NULL)"
    )


def create_standing(connection: sa.Connection) -> None:
    """Keep which work left the facts as they are."""
    connection.exec_driver_sql(
        "CREATE TABLE IF NOT EXISTS raw.standing (work VARCHAR PRIMARY KEY, content VARCHAR NOT NULL)"
    )


def create_told(connection: sa.Connection) -> None:
    """Keep of each extraction what is asked of all; those that are kept are loaded once more, as they have no mark."""
    connection.exec_driver_sql(
        "CREATE TABLE IF NOT EXISTS raw.told (document_sha256 VARCHAR PRIMARY KEY, mark VARCHAR NOT NULL, "
        "organization VARCHAR, fiscal_year INTEGER, doubts INTEGER NOT NULL)"
    )
    connection.exec_driver_sql(
        "INSERT OR IGNORE INTO raw.told SELECT document_sha256, '', "
        "json_extract_string(extraction, '$.report.organization'), "
        "try_cast(json_extract_string(extraction, '$.report.fiscal_year') AS INTEGER), "
        "coalesce(json_array_length(extraction, '$.doubts'), 0) FROM raw.extractions"
    )
    connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS raw.named (version VARCHAR NOT NULL)")


def unindex_told(connection: sa.Connection) -> None:
    """Keep what is told of extractions without an index of its key: its rows are replaced by document."""
    for statement in (
        "CREATE TABLE raw.told_anew (document_sha256 VARCHAR NOT NULL, mark VARCHAR NOT NULL, organization VARCHAR, "
        "fiscal_year INTEGER, doubts INTEGER NOT NULL)",
        "INSERT INTO raw.told_anew FROM raw.told",
        "DROP TABLE raw.told",
        "ALTER TABLE raw.told_anew RENAME TO told",
    ):
        connection.exec_driver_sql(statement)


def create_chained(connection: sa.Connection) -> None:
    """Keep how far the chains of revisions have followed the archive: only those that changed are worked out."""
    connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS raw.chained (point VARCHAR NOT NULL)")
    connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS raw.unchained (document_sha256 VARCHAR PRIMARY KEY)")


def create_offences(connection: sa.Connection) -> None:
    """Keep what the gate counted, by document: only those that changed are counted anew."""
    connection.exec_driver_sql(
        "CREATE TABLE IF NOT EXISTS raw.offences (suite VARCHAR NOT NULL, place INTEGER NOT NULL, "
        "document_sha256 VARCHAR NOT NULL, found BIGINT NOT NULL)"
    )
    connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS raw.counted (gate VARCHAR NOT NULL)")
    connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS raw.uncounted (document_sha256 VARCHAR PRIMARY KEY)")
