WITH names AS (
    SELECT
        organization_id,
        list_sort(list_distinct(list(alias))) AS aliases
    FROM core.organization_aliases
    GROUP BY organization_id
)

SELECT
    report.organization_id,
    report.fiscal_year,
    report.region_code,
    region.name AS region_name,
    report.organization,
    report.organization_function,
    names.aliases,
    count(DISTINCT twins.twin) AS document_count
FROM core.named_reports AS report
INNER JOIN core.twins AS twins ON report.document_sha256 = twins.document_sha256
INNER JOIN names ON report.organization_id = names.organization_id
LEFT JOIN core.regions AS region ON report.region_code = region.code
WHERE report.fiscal_year IS NOT NULL
GROUP BY ALL
