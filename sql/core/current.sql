-- The address at which an original was published first.
CREATE OR REPLACE VIEW core.first_sightings AS
SELECT * FROM core.sightings
QUALIFY row_number() OVER (PARTITION BY document_sha256 ORDER BY published_on ASC NULLS LAST, url ASC) = 1;

-- Reports under the names of their departments as entities (core.organizations).
CREATE OR REPLACE VIEW core.named_reports AS
SELECT
    report.* REPLACE (
        coalesce(organization.name, report.organization) AS organization,
        coalesce(organization.region_code, report.region_code) AS region_code
    ),
    organization.organization_id,
    organization.function AS organization_function
FROM core.reports AS report
LEFT JOIN core.organization_aliases AS known
    ON report.organization = known.alias AND coalesce(report.region_code, '') = known.region_code
LEFT JOIN core.organizations AS organization ON known.organization_id = organization.organization_id;

-- A department's report of a year may be replaced: the newest publication counts, the others stay readable.
CREATE OR REPLACE VIEW core.current_reports AS
WITH seen AS (
    SELECT
        document_sha256,
        max(published_on) AS published_on
    FROM core.sightings
    GROUP BY document_sha256
)

SELECT report.*
FROM core.named_reports AS report
LEFT JOIN seen ON report.document_sha256 = seen.document_sha256
QUALIFY
    row_number() OVER (
        PARTITION BY
            coalesce(report.organization, report.document_sha256),
            coalesce(report.region_code, ''),
            coalesce(report.fiscal_year, 0)
        ORDER BY seen.published_on DESC NULLS LAST, report.page_count DESC NULLS LAST, report.document_sha256 ASC
    ) = 1;
