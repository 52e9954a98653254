WITH wholes AS (
    -- Under each its name as a whole: of projects only the one that a part names, else the few sums of the others.
    SELECT
        *,
        CASE WHEN scheme = 'project' THEN item ELSE '' END AS whole_of
    FROM core.amount_keys
),

parts AS (
    SELECT
        *,
        unnest(CASE WHEN parent_item IS NOT NULL THEN ['', parent_item] ELSE [''] END) AS whole_of
    FROM core.amount_keys
),

pairs AS (
    SELECT
        ratio.document_sha256,
        ratio.fact_id,
        concat_ws('/', ratio.flow, ratio.scheme, ratio.item, ratio.fiscal_year) AS subject,
        ratio.percent,
        ratio.ulp_pct,
        ratio.low,
        ratio.high,
        100 * part.yuan / whole.yuan AS computed,
        100 * part.low / whole.high AS computed_low,
        100 * part.high / whole.low AS computed_high,
        list_concat(part.fact_ids, whole.fact_ids) AS computed_fact_ids
    FROM core.ratio_intervals AS ratio
    INNER JOIN parts AS part
        ON
            ratio.document_sha256 = part.document_sha256
            AND ratio.fiscal_year = part.fiscal_year
            AND ratio.flow = part.flow
            AND ratio.scheme = part.scheme
            AND ratio.item = part.item
    INNER JOIN wholes AS whole
        ON
            part.document_sha256 = whole.document_sha256
            AND part.fiscal_year = whole.fiscal_year
            AND part.flow = whole.flow
            AND part.stage = whole.stage
            AND part.whole_of = whole.whole_of
            AND whole.low > 0
            -- 占预算的81.81% of 三公经费 is no share of itself.
            AND part.fact_ids <> whole.fact_ids
            -- A share is one of the total, or of the sum that the part is a part of.
            AND CASE
                WHEN part.scheme = 'three_public' THEN whole.scheme = 'three_public' AND whole.item = 'total'
                WHEN whole.scheme = 'total' THEN TRUE
                WHEN part.scheme = 'nature' AND part.item IN ('personnel', 'public_use')
                    THEN whole.scheme = 'nature' AND whole.item = 'basic'
                WHEN part.scheme = 'project'
                    THEN
                        (whole.scheme = 'nature' AND whole.item = 'project')
                        OR (whole.scheme = 'project' AND whole.item = part.parent_item)
                ELSE
                    -- 占财政拨款收入的, where that sum is given.
                    whole.scheme = 'source' AND (
                        (
                            whole.item = 'fiscal_appropriation'
                            AND (part.scheme = 'source' OR contains(ratio.evidence_text, '财政拨款'))
                        )
                        -- 一般公共预算财政拨款支出1768万元,主要用于…: shares of that fund.
                        OR (whole.item = 'general_public_budget' AND part.scheme = 'function')
                    )
            END
    WHERE ratio.name = 'share' AND ratio.scheme <> 'total'
),

judged AS (
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
    arg_min(computed, struct_pack(gap := gap, ids := computed_fact_ids)) AS computed,
    any_value(ulp_pct) / 2 AS tolerance,
    min(gap) AS gap,
    any_value(ulp_pct) AS ulp,
    [fact_id] AS stated_fact_ids,
    arg_min(computed_fact_ids, struct_pack(gap := gap, ids := computed_fact_ids)) AS computed_fact_ids
FROM judged
GROUP BY document_sha256, fact_id
HAVING min(gap) > 0
