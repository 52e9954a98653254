WITH named AS (
    SELECT
        fiscal_year,
        indicator,
        count(DISTINCT document_sha256) AS report_count,
        min(document_sha256) AS document_sha256
    FROM mart.indicator_scores
    WHERE canonical IS NULL AND fiscal_year IS NOT NULL
    GROUP BY fiscal_year, indicator
)

SELECT
    named.fiscal_year,
    named.indicator,
    named.report_count,
    arg_min_null(score.organization, score.fact_id) AS organization,
    named.document_sha256,
    min(score.fact_id) AS fact_id,
    arg_min_null(score.page, score.fact_id) AS page
FROM named
INNER JOIN mart.indicator_scores AS score
    ON named.document_sha256 = score.document_sha256 AND named.indicator = score.indicator
GROUP BY ALL
