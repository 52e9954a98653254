WITH sums AS (
    SELECT
        document_sha256,
        sum(points) AS points,
        list(fact_id ORDER BY fact_id) AS fact_ids
    FROM core.deductions
    GROUP BY document_sha256
)

SELECT
    report.document_sha256,
    'total' AS subject,
    'points' AS unit,
    report.total_score AS stated,
    report.full_marks - sums.points AS computed,
    report.total_score_ulp / 2 AS tolerance,
    report.total_score - (report.full_marks - sums.points) AS gap,
    report.total_score_ulp AS ulp,
    []::VARCHAR[] AS stated_fact_ids,
    sums.fact_ids AS computed_fact_ids
FROM core.reports AS report
INNER JOIN sums ON report.document_sha256 = sums.document_sha256
WHERE report.total_score - (report.full_marks - sums.points) > report.total_score_ulp
