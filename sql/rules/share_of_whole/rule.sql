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
    LEFT JOIN core.share_wholes AS told
        ON
            part.scheme = told.part_scheme
            AND part.item = coalesce(told.part_item, part.item)
            AND whole.scheme = told.whole_scheme
            AND whole.item = told.whole_item
            AND (told.said = '' OR contains(ratio.evidence_text, told.said))
    WHERE
        ratio.name = 'share'
        AND (
            told.whole_item IS NOT NULL
            OR (part.scheme = 'project' AND whole.scheme = 'project' AND part.parent_item = whole.item)
        )
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
