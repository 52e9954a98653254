-- Each figure of the newest reports with what it stands for, and which of the report's two years it is of.
WITH figures AS (
    SELECT
        report.region_code,
        report.organization,
        report.fiscal_year AS report_year,
        report.fiscal_year - figure.fiscal_year AS years_back,
        figure.*,
        place.label,
        place.page,
        core.box(place.x0, place.top, place.x1, place.bottom) AS box
    FROM core.current_reports AS report
    INNER JOIN core.amount_keys AS figure ON report.document_sha256 = figure.document_sha256
    INNER JOIN core.amounts AS place
        ON figure.document_sha256 = place.document_sha256 AND figure.fact_ids[1] = place.fact_id
    WHERE report.organization IS NOT NULL AND report.region_code IS NOT NULL
),

this AS (
    SELECT * FROM figures
    WHERE years_back = 0
),

restated AS (
    SELECT * FROM figures
    WHERE years_back = 1
),

both_years AS (
    SELECT
        coalesce(this.region_code, restated.region_code) AS region_code,
        coalesce(this.organization, restated.organization) AS organization,
        coalesce(this.report_year, restated.report_year) AS fiscal_year,
        coalesce(this.document_sha256, restated.document_sha256) AS document_sha256,
        coalesce(this.flow, restated.flow) AS flow,
        coalesce(this.stage, restated.stage) AS stage,
        coalesce(this.scheme, restated.scheme) AS scheme,
        coalesce(this.item, restated.item) AS item,
        coalesce(this.label, restated.label) AS label,
        this.yuan AS this_year_yuan,
        this.page AS this_year_page,
        this.box AS this_year_box,
        restated.yuan AS restated_yuan,
        restated.low AS restated_low,
        restated.high AS restated_high,
        restated.page AS restated_page,
        restated.box AS restated_box
    FROM this
    FULL JOIN restated
        ON
            this.document_sha256 = restated.document_sha256
            AND this.flow = restated.flow
            AND this.stage = restated.stage
            AND this.scheme = restated.scheme
            AND this.item = restated.item
)

SELECT
    pair.region_code,
    pair.organization,
    pair.fiscal_year,
    pair.flow,
    pair.stage,
    pair.scheme,
    pair.item,
    pair.label,
    pair.this_year_yuan,
    pair.this_year_page,
    pair.this_year_box,
    pair.restated_yuan,
    pair.restated_page,
    pair.restated_box,
    reported.yuan AS first_reported_yuan,
    reported.page AS first_reported_page,
    reported.box AS first_reported_box,
    reported.document_sha256 AS first_reported_document_sha256,
    pair.restated_yuan - reported.yuan AS difference_yuan,
    core.gap_between(pair.restated_low, pair.restated_high, reported.low, reported.high) > 0 AS is_restated,
    pair.this_year_yuan - coalesce(pair.restated_yuan, reported.yuan) AS change_yuan,
    CASE
        WHEN coalesce(pair.restated_yuan, reported.yuan) > 0
            THEN
                round(
                    100 * (pair.this_year_yuan - coalesce(pair.restated_yuan, reported.yuan))
                    / coalesce(pair.restated_yuan, reported.yuan), 4
                )
    END AS change_pct,
    pair.document_sha256
FROM both_years AS pair
LEFT JOIN this AS reported
    ON
        pair.region_code = reported.region_code
        AND pair.organization = reported.organization
        AND pair.fiscal_year - 1 = reported.report_year
        AND pair.flow = reported.flow
        AND pair.stage = reported.stage
        AND pair.scheme = reported.scheme
        AND pair.item = reported.item
WHERE pair.restated_yuan IS NOT NULL OR reported.yuan IS NOT NULL
