WITH departments AS (
    SELECT
        *,
        coalesce(budget_yuan, initial_budget_yuan) AS base_yuan,
        CASE WHEN budget_yuan IS NULL THEN initial_budget_confidence ELSE budget_confidence END AS base_confidence,
        coalesce(budget_yuan, initial_budget_yuan) > 0
        AND CASE WHEN budget_yuan IS NULL THEN initial_budget_confidence ELSE budget_confidence END = 'sure'
        AND final_confidence = 'sure' AS has_both,
        -- Decimals add up to the same sum in whatever order.
        CASE WHEN full_marks > 0 THEN round(100 * total_score / full_marks, 4)::DECIMAL(14, 4) END AS score_pct
    FROM mart.department_year
),

counted AS (
    SELECT
        document_sha256,
        count(*) AS material
    FROM mart.findings
    WHERE severity = 'material'
    GROUP BY document_sha256
)

SELECT
    department.region_code,
    any_value(department.region_name) AS region_name,
    any_value(region.level) AS region_level,
    any_value(city.name) AS city_name,
    any_value(province.name) AS province_name,
    department.fiscal_year,
    count(*) AS departments,
    -- What is summed is sure; how many departments that leaves out is told beside it.
    sum(department.base_yuan) FILTER (WHERE department.base_confidence = 'sure') AS budget_yuan,
    count(*) FILTER (WHERE department.base_confidence = 'sure') AS departments_with_budget,
    sum(department.final_yuan) FILTER (WHERE department.final_confidence = 'sure') AS final_yuan,
    count(*) FILTER (WHERE department.final_confidence = 'sure') AS departments_with_final,
    count(*) FILTER (
        WHERE department.base_confidence = 'unsure' OR department.final_confidence = 'unsure'
    ) AS departments_unsure,
    count(*) FILTER (WHERE department.has_both) AS departments_with_both,
    round(
        100 * sum(department.final_yuan) FILTER (WHERE department.has_both)
        / sum(department.base_yuan) FILTER (WHERE department.has_both), 4
    ) AS execution_rate_pct,
    count(department.score_pct) AS departments_with_score,
    round(sum(department.score_pct) / count(department.score_pct), 4) AS mean_score_pct,
    min(department.score_pct) AS least_score_pct,
    sum(department.finding_count)::BIGINT AS findings,
    coalesce(sum(counted.material), 0)::BIGINT AS material_findings,
    count(*) FILTER (WHERE department.finding_count > 0) AS departments_with_findings
FROM departments AS department
LEFT JOIN counted ON department.document_sha256 = counted.document_sha256
LEFT JOIN core.regions AS region ON department.region_code = region.code
LEFT JOIN core.regions AS city ON left(department.region_code, 4) || '00' = city.code AND city.level = 'city'
LEFT JOIN core.regions AS province ON left(department.region_code, 2) || '0000' = province.code
GROUP BY department.region_code, department.fiscal_year
