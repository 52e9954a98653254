WITH unmapped AS (
    SELECT
        report.fiscal_year,
        report.organization,
        score.indicator,
        score.document_sha256,
        score.fact_id,
        score.page,
        (score.document_sha256, score.fact_id) AS place
    FROM core.scores AS score
    INNER JOIN core.current_reports AS report ON score.document_sha256 = report.document_sha256
    LEFT JOIN core.indicator_names AS name ON score.indicator = name.indicator
    WHERE name.canonical IS NULL AND report.fiscal_year IS NOT NULL
)

SELECT
    fiscal_year,
    indicator,
    count(DISTINCT document_sha256) AS report_count,
    arg_min_null(organization, place) AS organization,
    arg_min(document_sha256, place) AS document_sha256,
    arg_min(fact_id, place) AS fact_id,
    arg_min_null(page, place) AS page
FROM unmapped
GROUP BY fiscal_year, indicator
