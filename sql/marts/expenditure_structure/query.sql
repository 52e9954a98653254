WITH figures AS (
    SELECT *
    FROM mart.amounts
    WHERE flow = 'expenditure' AND fiscal_year = report_fiscal_year AND statement = 1
),

totals AS (
    SELECT
        document_sha256,
        stage,
        max(yuan) FILTER (WHERE scheme = 'total') AS stated_yuan,
        -- Where no total is stated, basic and project expenditure make it up.
        CASE WHEN count(*) FILTER (WHERE scheme = 'nature') = 2 THEN sum(yuan) FILTER (WHERE scheme = 'nature') END
            AS computed_yuan
    FROM figures
    WHERE scheme = 'total' OR (scheme = 'nature' AND item IN ('basic', 'project'))
    GROUP BY document_sha256, stage
)

SELECT
    figure.region_code,
    figure.organization,
    figure.fiscal_year,
    figure.stage,
    figure.scheme,
    figure.item,
    figure.label,
    figure.yuan,
    figure.statement,
    figure.part_of,
    figure.level,
    figure.is_leaf,
    coalesce(total.stated_yuan, total.computed_yuan) AS total_yuan,
    total.stated_yuan IS NULL AND total.computed_yuan IS NOT NULL AS total_is_computed,
    CASE
        WHEN coalesce(total.stated_yuan, total.computed_yuan) > 0
            THEN round(100 * figure.yuan / coalesce(total.stated_yuan, total.computed_yuan), 4)
    END AS share_pct,
    figure.page,
    figure.box,
    figure.evidence_text,
    figure.document_sha256,
    figure.fact_id
FROM figures AS figure
LEFT JOIN totals AS total ON figure.document_sha256 = total.document_sha256 AND figure.stage = total.stage
WHERE figure.scheme IN ('nature', 'function', 'economic')
