-- Whom each walk of a year was after.
WITH expected AS (
    SELECT
        expectation.source_id,
        expectation.fiscal_year,
        roster.organization_id,
        roster.organization,
        roster.region_code,
        expectation.due_on
    FROM core.coverage_expectations AS expectation
    INNER JOIN core.rosters AS roster ON expectation.source_id = roster.source_id
    WHERE expectation.fiscal_year BETWEEN coalesce(roster.first_year, 0) AND coalesce(roster.last_year, 9999)
),

-- A report counts on whatever site it was found; what waits in quarantine is none so far.
reported AS (
    SELECT
        report.organization_id,
        report.fiscal_year,
        min(sighting.published_on) AS published_on
    FROM core.named_reports AS report
    LEFT JOIN core.first_sightings AS sighting ON report.document_sha256 = sighting.document_sha256
    GROUP BY report.organization_id, report.fiscal_year
),

seen AS (
    SELECT DISTINCT
        organization,
        fiscal_year
    FROM core.revisions
),

found AS (
    SELECT DISTINCT
        expectation.source_id,
        expectation.fiscal_year,
        report.organization_id,
        report.organization,
        report.region_code,
        expectation.due_on
    FROM core.coverage_expectations AS expectation
    INNER JOIN core.sightings AS sighting ON expectation.source_id = sighting.source_id
    INNER JOIN core.named_reports AS report
        ON sighting.document_sha256 = report.document_sha256 AND expectation.fiscal_year = report.fiscal_year
    WHERE report.organization_id IS NOT NULL
),

departments AS (
    SELECT
        *,
        TRUE AS on_roster
    FROM expected
    UNION ALL
    SELECT
        found.*,
        FALSE AS on_roster
    FROM found
    ANTI JOIN expected
        ON
            found.source_id = expected.source_id
            AND found.fiscal_year = expected.fiscal_year
            AND found.organization_id = expected.organization_id
)

SELECT
    department.source_id,
    department.fiscal_year,
    department.organization_id,
    department.organization,
    department.region_code,
    region.name AS region_name,
    department.on_roster,
    CASE
        WHEN reported.organization_id IS NOT NULL THEN 'published'
        WHEN seen.organization IS NOT NULL THEN 'seen'
        ELSE 'missing'
    END AS state,
    department.due_on,
    reported.published_on
FROM departments AS department
LEFT JOIN core.regions AS region ON department.region_code = region.code
LEFT JOIN reported
    ON department.organization_id = reported.organization_id AND department.fiscal_year = reported.fiscal_year
LEFT JOIN seen ON department.organization = seen.organization AND department.fiscal_year = seen.fiscal_year
