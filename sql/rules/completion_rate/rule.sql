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
        ratio.percent,
        ratio.ulp_pct,
        ratio.low,
        ratio.high,
        -- The control rates are outturn by budget too, of a subject of their own.
        CASE WHEN rated.name IS NULL THEN ratio.flow ELSE 'expenditure' END AS flow,
        coalesce(rated.scheme, ratio.scheme) AS scheme,
        coalesce(rated.item, ratio.item) AS item,
        -- A rate of 财政拨款 in a report that gives no sums by source is a rate of its total.
        ratio.item = 'fiscal_appropriation' AND with_sources.document_sha256 IS NULL AS is_of_total
    FROM core.ratio_intervals AS ratio
    LEFT JOIN with_sources ON ratio.document_sha256 = with_sources.document_sha256
    LEFT JOIN core.rated AS rated ON ratio.name = rated.name
    WHERE
        (
            rated.name IS NOT NULL
            OR (ratio.name = 'budget_completion_rate' AND ratio.scheme IS NOT NULL)
        )
        -- The mean of the months' rates is no quotient of the year's sums.
        AND ratio.label NOT LIKE '%平均%'
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
            AND CASE WHEN rates.is_of_total THEN 'total' ELSE rates.scheme END = final.scheme
            AND CASE WHEN rates.is_of_total THEN 'total' ELSE rates.item END = final.item
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
            -- An outturn well above the initial budget, at a rate of at most 100, was paid from a budget in force
            -- that is not printed: the rate is of that.
            AND (base.stage = 'budget' OR final.low <= 1.01 * base.high OR rates.low > 100)
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
