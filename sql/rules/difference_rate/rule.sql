WITH pairs AS (
    SELECT
        ratio.document_sha256,
        ratio.fact_id,
        concat_ws('/', ratio.flow, ratio.scheme, ratio.item, ratio.fiscal_year) AS subject,
        ratio.percent,
        ratio.ulp_pct,
        ratio.low,
        ratio.high,
        100 * (final.yuan - base.yuan) / base.yuan AS computed,
        100 * (final.low / base.high - 1) AS computed_low,
        100 * (final.high / base.low - 1) AS computed_high,
        list_concat(final.fact_ids, base.fact_ids) AS computed_fact_ids
    FROM core.ratio_intervals AS ratio
    INNER JOIN core.amount_keys AS final
        ON
            ratio.document_sha256 = final.document_sha256
            AND ratio.fiscal_year = final.fiscal_year
            AND ratio.flow = final.flow
            AND ratio.scheme = final.scheme
            AND ratio.item = final.item
            AND final.stage = 'final'
    INNER JOIN core.amount_keys AS base
        ON
            final.document_sha256 = base.document_sha256
            AND final.fiscal_year = base.fiscal_year
            AND final.flow = base.flow
            AND final.scheme = base.scheme
            AND final.item = base.item
            AND base.low > 0
            AND base.stage IN ('budget', 'initial_budget')
    WHERE ratio.name = 'other' AND ratio.label LIKE '%差异率%'
),

judged AS (
    SELECT
        *,
        least(
            core.gap_between(low, high, computed_low, computed_high),
            core.gap_between(low, high, -computed_high, -computed_low)
        ) AS gap
    FROM pairs
)

SELECT
    document_sha256,
    any_value(subject) AS subject,
    'pct' AS unit,
    any_value(percent) AS stated,
    arg_min(computed, struct_pack(gap := gap, ids := computed_fact_ids)) AS computed,
    any_value(ulp_pct) / 2 AS tolerance,
    min(gap) AS gap,
    any_value(ulp_pct) AS ulp,
    [fact_id] AS stated_fact_ids,
    arg_min(computed_fact_ids, struct_pack(gap := gap, ids := computed_fact_ids)) AS computed_fact_ids
FROM judged
GROUP BY document_sha256, fact_id
HAVING min(gap) > 0
