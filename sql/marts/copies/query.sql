SELECT
    report.region_code,
    report.organization,
    report.fiscal_year,
    other.document_sha256 AS copy_sha256,
    sighting.url,
    sighting.source_id,
    sighting.attachment_name,
    sighting.media_type,
    sighting.published_on,
    other.document_sha256 = report.document_sha256 AS is_evidence,
    report.document_sha256
FROM core.current_reports AS report
INNER JOIN core.twins AS own ON report.document_sha256 = own.document_sha256
INNER JOIN core.twins AS other ON own.twin = other.twin
INNER JOIN core.sightings AS sighting ON other.document_sha256 = sighting.document_sha256
QUALIFY count(*) OVER (PARTITION BY report.document_sha256) > 1
