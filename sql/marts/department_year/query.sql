WITH ranked AS (
    SELECT
        amounts.*,
        -- A figure that is given twice counts as first printed.
        row_number() OVER (
            PARTITION BY
                amounts.document_sha256, amounts.fiscal_year, amounts.flow, amounts.stage, amounts.scheme, amounts.item
            ORDER BY amounts.fact_id
        ) AS statement
    FROM core.amounts AS amounts
),

first AS (
    SELECT * FROM ranked
    WHERE statement = 1
),

parts AS (
    SELECT
        document_sha256,
        fiscal_year,
        sum(yuan) AS yuan,
        bool_and(confidence = 'sure') AS is_sure
    FROM first
    WHERE flow = 'expenditure' AND stage = 'final' AND scheme = 'nature' AND item IN ('basic', 'project')
    GROUP BY document_sha256, fiscal_year
    HAVING count(*) = 2
),

stated_rates AS (
    SELECT *
    FROM core.ratios
    WHERE name = 'budget_completion_rate' AND scheme = 'total'
    QUALIFY row_number() OVER (PARTITION BY document_sha256 ORDER BY flow, fact_id) = 1
),

counted AS (
    SELECT
        document_sha256,
        count(*) AS finding_count,
        count(*) FILTER (WHERE severity = 'material') AS material_finding_count
    FROM core.findings
    GROUP BY document_sha256
),

doubted AS (
    SELECT
        document_sha256,
        count(*) AS doubt_count
    FROM core.doubts
    GROUP BY document_sha256
)

SELECT
    report.region_code,
    region.name AS region_name,
    report.organization,
    report.organization_id,
    report.organization_function,
    report.fiscal_year,
    report.form,
    initial.yuan AS initial_budget_yuan,
    initial.confidence AS initial_budget_confidence,
    initial.fact_id AS initial_budget_fact_id,
    budget.yuan AS budget_yuan,
    budget.confidence AS budget_confidence,
    budget.fact_id AS budget_fact_id,
    budget.page AS budget_page,
    core.box(budget.x0, budget.top, budget.x1, budget.bottom) AS budget_box,
    coalesce(final.yuan, parts.yuan) AS final_yuan,
    coalesce(final.confidence, CASE WHEN parts.is_sure THEN 'sure' WHEN NOT parts.is_sure THEN 'unsure' END)
        AS final_confidence,
    final.yuan IS NULL AND parts.yuan IS NOT NULL AS final_is_computed,
    final.fact_id AS final_fact_id,
    final.page AS final_page,
    core.box(final.x0, final.top, final.x1, final.bottom) AS final_box,
    CASE
        WHEN coalesce(budget.yuan, initial.yuan) > 0
            THEN round(100 * coalesce(final.yuan, parts.yuan) / coalesce(budget.yuan, initial.yuan), 4)
    END AS execution_rate_pct,
    rate.percent AS stated_rate_pct,
    rate.confidence AS stated_rate_confidence,
    rate.fact_id AS stated_rate_fact_id,
    rate.page AS stated_rate_page,
    core.box(rate.x0, rate.top, rate.x1, rate.bottom) AS stated_rate_box,
    report.total_score,
    report.full_marks,
    report.grade,
    report.page AS total_score_page,
    core.box(report.x0, report.top, report.x1, report.bottom) AS total_score_box,
    report.evidence_text AS total_score_text,
    coalesce(counted.finding_count, 0) AS finding_count,
    coalesce(counted.material_finding_count, 0) AS material_finding_count,
    coalesce(doubted.doubt_count, 0) AS doubt_count,
    -- Of the report's own fields and of the figures above.
    coalesce(fixed.fields, [])
    || CASE WHEN fixed_initial.fact_id IS NULL THEN [] ELSE ['initial_budget_yuan'] END
    || CASE WHEN fixed_budget.fact_id IS NULL THEN [] ELSE ['budget_yuan'] END
    || CASE WHEN fixed_final.fact_id IS NULL THEN [] ELSE ['final_yuan'] END
    || CASE WHEN fixed_rate.fact_id IS NULL THEN [] ELSE ['stated_rate_pct'] END
        AS corrected_fields,
    report.document_sha256,
    sighting.url,
    sighting.published_on
FROM core.current_reports AS report
LEFT JOIN core.regions AS region ON report.region_code = region.code
LEFT JOIN core.first_sightings AS sighting ON report.document_sha256 = sighting.document_sha256
LEFT JOIN first AS initial
    ON
        report.document_sha256 = initial.document_sha256
        AND report.fiscal_year = initial.fiscal_year
        AND initial.flow = 'expenditure'
        AND initial.scheme = 'total'
        AND initial.stage = 'initial_budget'
LEFT JOIN first AS budget
    ON
        report.document_sha256 = budget.document_sha256
        AND report.fiscal_year = budget.fiscal_year
        AND budget.flow = 'expenditure'
        AND budget.scheme = 'total'
        AND budget.stage = 'budget'
LEFT JOIN first AS final
    ON
        report.document_sha256 = final.document_sha256
        AND report.fiscal_year = final.fiscal_year
        AND final.flow = 'expenditure'
        AND final.scheme = 'total'
        AND final.stage = 'final'
LEFT JOIN parts
    ON report.document_sha256 = parts.document_sha256 AND report.fiscal_year = parts.fiscal_year
LEFT JOIN stated_rates AS rate ON report.document_sha256 = rate.document_sha256
LEFT JOIN core.corrected_facts AS fixed
    ON report.document_sha256 = fixed.document_sha256 AND fixed.fact_id = ''
LEFT JOIN core.corrected_facts AS fixed_initial
    ON initial.document_sha256 = fixed_initial.document_sha256 AND initial.fact_id = fixed_initial.fact_id
LEFT JOIN core.corrected_facts AS fixed_budget
    ON budget.document_sha256 = fixed_budget.document_sha256 AND budget.fact_id = fixed_budget.fact_id
LEFT JOIN core.corrected_facts AS fixed_final
    ON final.document_sha256 = fixed_final.document_sha256 AND final.fact_id = fixed_final.fact_id
LEFT JOIN core.corrected_facts AS fixed_rate
    ON rate.document_sha256 = fixed_rate.document_sha256 AND rate.fact_id = fixed_rate.fact_id
LEFT JOIN counted ON report.document_sha256 = counted.document_sha256
LEFT JOIN doubted ON report.document_sha256 = doubted.document_sha256
WHERE report.organization IS NOT NULL AND report.region_code IS NOT NULL AND report.fiscal_year IS NOT NULL
