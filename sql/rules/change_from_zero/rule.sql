SELECT
    change.document_sha256,
    concat_ws('/', change.flow, change.scheme, change.item, change.fiscal_year) AS subject,
    'pct' AS unit,
    change.percent AS stated,
    0 AS computed,
    0 AS tolerance,
    abs(change.percent) AS gap,
    change.ulp_pct AS ulp,
    [change.fact_id] AS stated_fact_ids,
    before.fact_ids AS computed_fact_ids
FROM core.changes AS change
INNER JOIN core.amount_keys AS before
    ON
        change.document_sha256 = before.document_sha256
        AND change.fiscal_year - 1 = before.fiscal_year
        AND change.flow = before.flow
        AND change.scheme = before.scheme
        AND change.item = before.item
        AND before.stage = 'final'
WHERE before.yuan = 0 AND change.percent <> 0
