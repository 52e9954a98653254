SELECT
    this.document_sha256,
    concat_ws('/', this.flow, this.stage, this.scheme, this.item, this.fiscal_year) AS subject,
    'yuan' AS unit,
    this.yuan AS stated,
    before.yuan AS computed,
    (this.ulp_yuan + before.ulp_yuan) / 2 AS tolerance,
    core.gap_between(this.low, this.high, before.low, before.high) AS gap,
    this.ulp_yuan AS ulp,
    this.fact_ids AS stated_fact_ids,
    []::VARCHAR[] AS computed_fact_ids
FROM core.amount_keys AS this
INNER JOIN core.reports AS report
    ON this.document_sha256 = report.document_sha256 AND this.fiscal_year = report.fiscal_year - 1
INNER JOIN core.reports AS earlier
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
WHERE core.gap_between(this.low, this.high, before.low, before.high) > 0
