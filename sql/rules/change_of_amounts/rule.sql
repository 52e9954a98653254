WITH pairs AS (
    SELECT
        change.document_sha256,
        change.fact_id,
        concat_ws('/', change.flow, change.scheme, change.item, change.fiscal_year) AS subject,
        change.yuan,
        change.ulp_yuan,
        this.yuan - before.yuan AS computed,
        (change.ulp_yuan + this.ulp_yuan + before.ulp_yuan) / 2 AS tolerance,
        core.gap_between(
            core.printed_low(change.yuan, change.ulp_yuan), core.printed_high(change.yuan, change.ulp_yuan),
            this.low - before.high, this.high - before.low
        ) AS gap,
        list_concat(this.fact_ids, before.fact_ids) AS computed_fact_ids
    FROM core.changes AS change
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
    WHERE change.yuan IS NOT NULL
)

SELECT
    document_sha256,
    any_value(subject) AS subject,
    'yuan' AS unit,
    any_value(yuan) AS stated,
    arg_min(computed, struct_pack(gap := gap, ids := computed_fact_ids)) AS computed,
    arg_min(tolerance, struct_pack(gap := gap, ids := computed_fact_ids)) AS tolerance,
    min(gap) AS gap,
    any_value(ulp_yuan) AS ulp,
    [fact_id] AS stated_fact_ids,
    arg_min(computed_fact_ids, struct_pack(gap := gap, ids := computed_fact_ids)) AS computed_fact_ids
FROM pairs
GROUP BY document_sha256, fact_id
HAVING min(gap) > 0
