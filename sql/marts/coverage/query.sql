-- Who must report and did; whose files only wait are in neither list.
WITH departments AS (
    SELECT
        source_id,
        fiscal_year,
        count(*) AS expected,
        count(*) FILTER (WHERE state = 'published') AS published,
        list(organization ORDER BY organization) FILTER (WHERE state = 'missing') AS missing
    FROM mart.department_coverage
    WHERE on_roster
    GROUP BY source_id, fiscal_year
)

SELECT
    expectation.source_id,
    expectation.fiscal_year,
    expectation.least_reports AS expected,
    expectation.due_on,
    expectation.published,
    expectation.archived,
    coalesce(documents.extracted, 0) AS extracted,
    coalesce(documents.copies, 0) AS copies,
    expectation.failed + coalesce(documents.waiting, 0) AS quarantined,
    expectation.late,
    coalesce(departments.expected, 0) AS departments_expected,
    coalesce(departments.published, 0) AS departments_published,
    coalesce(departments.missing, []) AS departments_missing
FROM core.coverage_expectations AS expectation
LEFT JOIN core.source_years AS documents
    ON expectation.source_id = documents.source_id AND expectation.fiscal_year = documents.fiscal_year
LEFT JOIN departments
    ON expectation.source_id = departments.source_id AND expectation.fiscal_year = departments.fiscal_year
