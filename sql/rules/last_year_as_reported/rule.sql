WITH pairs AS (
    SELECT
        this.document_sha256,
        concat_ws('/', this.flow, this.stage, this.scheme, this.item, this.fiscal_year) AS subject,
        this.yuan,
        this.ulp_yuan,
        this.fact_ids,
        before.document_sha256 AS before_sha256,
        before.yuan AS before_yuan,
        (this.ulp_yuan + before.ulp_yuan) / 2 AS tolerance,
        core.gap_between(this.low, this.high, before.low, before.high) AS gap
    FROM core.amount_keys AS this
    INNER JOIN core.named_reports AS report
        ON this.document_sha256 = report.document_sha256 AND this.fiscal_year = report.fiscal_year - 1
    INNER JOIN core.named_reports AS earlier
        ON
            report.organization = earlier.organization
            AND report.region_code = earlier.region_code
            AND report.fiscal_year - 1 = earlier.fiscal_year
    INNER JOIN core.amount_keys AS before
        ON
            earlier.document_sha256 = before.document_sha256
            AND this.fiscal_year = before.fiscal_year
            AND this.flow = before.flow
            AND this.stage = before.stage
            AND this.scheme = before.scheme
            AND this.item = before.item
            AND before.is_sure
)

-- Last year's report may have been replaced: the figure need only be that of one of its versions.
SELECT
    document_sha256,
    subject,
    'yuan' AS unit,
    any_value(yuan) AS stated,
    arg_min(before_yuan, struct_pack(gap := gap, document := before_sha256)) AS computed,
    min(tolerance) AS tolerance,
    min(gap) AS gap,
    any_value(ulp_yuan) AS ulp,
    any_value(fact_ids) AS stated_fact_ids,
    []::VARCHAR[] AS computed_fact_ids
FROM pairs
GROUP BY document_sha256, subject
HAVING min(gap) > 0
