SELECT
    report.region_code,
    report.organization,
    report.fiscal_year,
    correction.fact_id,
    correction.field,
    correction.was,
    correction.now,
    correction.why,
    correction.who,
    correction.corrected_on,
    correction.source_id,
    sighting.url,
    correction.document_sha256
FROM core.corrections AS correction
INNER JOIN core.named_reports AS report ON correction.document_sha256 = report.document_sha256
LEFT JOIN core.first_sightings AS sighting ON correction.document_sha256 = sighting.document_sha256
WHERE correction.state = 'applied'
