"""What documents say of themselves, for those that no title gives to a department or year."""

import sqlalchemy as sa

from jixiao.archive import Told
from jixiao.model import Extraction


def said_by(extraction: Extraction) -> Told:
    """Return what a document says of itself."""
    return Told(extraction.report.organization, extraction.report.fiscal_year)


def told_before(engine: sa.Engine) -> dict[str, Told]:
    """Return what the documents say that were read before and whose titles leave it open, by SHA-256."""
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT document_sha256, json_extract_string(extraction, '$.report.organization'), "
            "try_cast(json_extract_string(extraction, '$.report.fiscal_year') AS INTEGER) FROM raw.extractions "
            "WHERE document_sha256 IN (SELECT document_sha256 FROM core.sightings "
            "WHERE fiscal_year IS NULL OR NOT starts_with(url, 'http'))"
        ).fetchall()
    return {sha256: Told(organization, year) for sha256, organization, year in rows}
