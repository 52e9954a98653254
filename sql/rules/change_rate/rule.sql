WITH stated_first AS (
    -- Where one change is stated twice with different sums, the contradiction is the finding, not the second rate.
    SELECT change.*
    FROM core.changes AS change
    WHERE NOT EXISTS (
        SELECT 1 FROM core.first_changes AS earlier
        WHERE
            earlier.document_sha256 = change.document_sha256
            AND earlier.fiscal_year = change.fiscal_year
            AND earlier.flow = change.flow
            AND earlier.scheme = change.scheme
            AND earlier.item = change.item
            AND earlier.fact_id < change.fact_id
            AND core.gap_between(
                core.printed_low(earlier.yuan, earlier.ulp_yuan), core.printed_high(earlier.yuan, earlier.ulp_yuan),
                core.printed_low(change.yuan, change.ulp_yuan), core.printed_high(change.yuan, change.ulp_yuan)
            ) > 0
    )
),

-- An amount of this year, whatever its stage, and the year before from its own figure or from the stated change.
bases AS (
    SELECT
        change.document_sha256,
        change.fact_id,
        concat_ws('/', change.flow, change.scheme, change.item, change.fiscal_year) AS subject,
        change.percent,
        change.ulp_pct,
        core.printed_low(change.percent, change.ulp_pct) AS low,
        core.printed_high(change.percent, change.ulp_pct) AS high,
        100 * (this.yuan - before.yuan) / before.yuan AS computed,
        100 * (this.low / before.high - 1) AS computed_low,
        100 * (this.high / before.low - 1) AS computed_high,
        list_concat(this.fact_ids, before.fact_ids) AS computed_fact_ids
    FROM stated_first AS change
    INNER JOIN core.amount_keys AS this
        ON
            change.document_sha256 = this.document_sha256
            AND change.fiscal_year = this.fiscal_year
            AND change.flow = this.flow
            AND change.scheme = this.scheme
            AND change.item = this.item
    INNER JOIN core.amount_keys AS before
        ON
            this.document_sha256 = before.document_sha256
            AND this.fiscal_year - 1 = before.fiscal_year
            AND this.flow = before.flow
            AND this.stage = before.stage
            AND this.scheme = before.scheme
            AND this.item = before.item
            AND before.low > 0
    WHERE change.percent IS NOT NULL
    UNION ALL
    SELECT
        change.document_sha256,
        change.fact_id,
        concat_ws('/', change.flow, change.scheme, change.item, change.fiscal_year) AS subject,
        change.percent,
        change.ulp_pct,
        core.printed_low(change.percent, change.ulp_pct) AS low,
        core.printed_high(change.percent, change.ulp_pct) AS high,
        100 * change.yuan / (this.yuan - change.yuan) AS computed,
        100 * least(
            core.printed_low(change.yuan, change.ulp_yuan)
            / (this.high - core.printed_low(change.yuan, change.ulp_yuan)),
            core.printed_low(change.yuan, change.ulp_yuan)
            / (this.low - core.printed_low(change.yuan, change.ulp_yuan))
        ) AS computed_low,
        100 * greatest(
            core.printed_high(change.yuan, change.ulp_yuan)
            / (this.low - core.printed_high(change.yuan, change.ulp_yuan)),
            core.printed_high(change.yuan, change.ulp_yuan)
            / (this.high - core.printed_high(change.yuan, change.ulp_yuan))
        ) AS computed_high,
        list_concat(this.fact_ids, [change.fact_id]) AS computed_fact_ids
    FROM stated_first AS change
    INNER JOIN core.amount_keys AS this
        ON
            change.document_sha256 = this.document_sha256
            AND change.fiscal_year = this.fiscal_year
            AND change.flow = this.flow
            AND change.scheme = this.scheme
            AND change.item = this.item
    WHERE
        change.percent IS NOT NULL AND change.yuan IS NOT NULL
        AND this.low - core.printed_high(change.yuan, change.ulp_yuan) > 0
),

judged AS (
    SELECT
        *,
        core.gap_between(low, high, computed_low, computed_high) AS gap
    FROM bases
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
