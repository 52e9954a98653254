WITH documents AS (
    SELECT
        sighting.source_id,
        coalesce(sighting.fiscal_year, report.fiscal_year, entry.fiscal_year) AS fiscal_year,
        count(DISTINCT report.document_sha256) FILTER (WHERE entry.item_id IS NULL) AS extracted,
        count(DISTINCT entry.item_id) AS waiting
    FROM core.sightings AS sighting
    LEFT JOIN core.reports AS report ON sighting.document_sha256 = report.document_sha256
    LEFT JOIN core.quarantine AS entry ON sighting.document_sha256 = entry.item_id AND entry.state = 'open'
    GROUP BY sighting.source_id, coalesce(sighting.fiscal_year, report.fiscal_year, entry.fiscal_year)
)

SELECT
    expectation.source_id,
    expectation.fiscal_year,
    expectation.least_reports AS expected,
    expectation.due_on,
    expectation.published,
    expectation.archived,
    coalesce(documents.extracted, 0) AS extracted,
    expectation.failed + coalesce(documents.waiting, 0) AS quarantined,
    expectation.late
FROM core.coverage_expectations AS expectation
LEFT JOIN documents
    ON expectation.source_id = documents.source_id AND expectation.fiscal_year = documents.fiscal_year
