WITH departments AS (
    SELECT
        *,
        coalesce(budget_yuan, initial_budget_yuan) AS base_yuan,
        coalesce(budget_yuan, initial_budget_yuan) > 0 AND final_yuan IS NOT NULL AS has_both,
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
    sum(department.base_yuan) AS budget_yuan,
    sum(department.final_yuan) AS final_yuan,
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
