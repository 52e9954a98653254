WITH departments AS (
    SELECT
        report.fiscal_year,
        report.final_yuan,
        report.execution_rate_pct,
        report.finding_count,
        report.material_finding_count,
        coalesce(report.budget_yuan, report.initial_budget_yuan) AS base_yuan,
        CASE WHEN report.full_marks > 0 THEN round(100 * report.total_score / report.full_marks, 4)::DECIMAL(14, 4) END
            AS score_pct,
        CASE
            WHEN report.execution_rate_pct IS NOT NULL
                THEN least(greatest(floor(report.execution_rate_pct)::BIGINT - 79, 0), 23)
        END AS bin,
        unnest(['', left(report.region_code, 2), left(report.region_code, 4), report.region_code]) AS place
    FROM mart.department_year AS report
),

summed AS (
    SELECT
        place,
        fiscal_year,
        count(*) AS reports,
        sum(final_yuan) AS final_yuan,
        count(final_yuan) AS reports_with_final,
        count(execution_rate_pct) AS reports_with_both,
        round(
            100 * sum(final_yuan) FILTER (WHERE execution_rate_pct IS NOT NULL)
            / sum(base_yuan) FILTER (WHERE execution_rate_pct IS NOT NULL), 4
        ) AS execution_rate_pct,
        quantile_disc(execution_rate_pct, 0.25) AS lower_rate_pct,
        quantile_disc(execution_rate_pct, 0.5) AS median_rate_pct,
        quantile_disc(execution_rate_pct, 0.75) AS upper_rate_pct,
        [coalesce(histogram(bin)[n], 0) FOR n IN range(24)] AS rate_counts,
        count(score_pct) AS reports_with_score,
        quantile_disc(score_pct, 0.5) AS median_score_pct,
        sum(finding_count)::BIGINT AS findings,
        sum(material_finding_count)::BIGINT AS material_findings,
        count(nullif(finding_count, 0)) AS reports_with_findings
    FROM departments
    GROUP BY place, fiscal_year
)

SELECT
    summed.*,
    region.name AS place_name,
    CASE WHEN summed.place <> '' THEN left(summed.place, len(summed.place) - 2) END AS parent_place
FROM summed
LEFT JOIN core.regions AS region ON rpad(summed.place, 6, '0') = region.code
