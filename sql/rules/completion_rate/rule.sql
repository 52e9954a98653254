WITH with_sources AS (
    SELECT DISTINCT document_sha256
    FROM core.amounts
    WHERE scheme = 'source'
),

rates AS (
    SELECT
        ratio.document_sha256,
        ratio.fact_id,
        ratio.fiscal_year,
        ratio.flow,
        ratio.scheme,
        ratio.item,
        ratio.percent,
        ratio.ulp_pct,
        ratio.low,
        ratio.high,
        -- A rate of 财政拨款 in a report that gives no sums by source is a rate of its total.
        CASE
            WHEN ratio.item = 'fiscal_appropriation' AND with_sources.document_sha256 IS NULL THEN 'total'
            ELSE ratio.scheme
        END AS about_scheme
    FROM core.ratio_intervals AS ratio
    LEFT JOIN with_sources ON ratio.document_sha256 = with_sources.document_sha256
    WHERE ratio.name = 'budget_completion_rate' AND ratio.scheme IS NOT NULL
),

pairs AS (
    SELECT
        rates.document_sha256,
        rates.fact_id,
        concat_ws('/', rates.flow, rates.scheme, rates.item, rates.fiscal_year) AS subject,
        rates.percent,
        rates.ulp_pct,
        rates.low,
        rates.high,
        base.stage = 'budget' AS in_force,
        100 * final.yuan / base.yuan AS computed,
        100 * final.low / base.high AS computed_low,
        100 * final.high / base.low AS computed_high,
        list_concat(final.fact_ids, base.fact_ids) AS computed_fact_ids
    FROM rates
    INNER JOIN core.amount_keys AS final
        ON
            rates.document_sha256 = final.document_sha256
            AND rates.fiscal_year = final.fiscal_year
            AND rates.flow = final.flow
            AND rates.about_scheme = final.scheme
            AND CASE WHEN rates.about_scheme = 'total' THEN 'total' ELSE rates.item END = final.item
            AND final.stage = 'final'
    INNER JOIN core.amount_keys AS base
        ON
            final.document_sha256 = base.document_sha256
            AND final.fiscal_year = base.fiscal_year
            AND final.flow = base.flow
            AND final.scheme = base.scheme
            AND final.item = base.item
            AND base.stage IN ('budget', 'initial_budget')
            AND base.low > 0
),

best AS (
    SELECT
        *,
        core.gap_between(low, high, computed_low, computed_high) AS gap
    FROM pairs
)

SELECT
    document_sha256,
    any_value(subject) AS subject,
    'pct' AS unit,
    any_value(percent) AS stated,
    arg_max(computed, in_force) AS computed,
    any_value(ulp_pct) / 2 AS tolerance,
    min(gap) AS gap,
    any_value(ulp_pct) AS ulp,
    [fact_id] AS stated_fact_ids,
    arg_max(computed_fact_ids, in_force) AS computed_fact_ids
FROM best
GROUP BY document_sha256, fact_id
HAVING min(gap) > 0
