WITH places AS (
    SELECT
        *,
        unnest(['', left(region_code, 2), left(region_code, 4), region_code]) AS place
    FROM mart.findings
    WHERE fiscal_year IS NOT NULL AND region_code IS NOT NULL AND organization IS NOT NULL
)

SELECT
    place,
    fiscal_year,
    code,
    check_id,
    count(*) AS findings,
    count(*) FILTER (WHERE severity = 'material') AS material_findings,
    count(DISTINCT document_sha256) AS reports
FROM places
GROUP BY place, fiscal_year, code, check_id
