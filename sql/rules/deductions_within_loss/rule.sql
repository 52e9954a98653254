WITH named AS (
    -- A deduction that is told twice is one.
    SELECT
        document_sha256,
        indicator,
        arg_max(points, points) AS points,
        arg_max(points_ulp, points) AS points_ulp,
        list(fact_id ORDER BY fact_id) AS fact_ids
    FROM core.deductions
    GROUP BY document_sha256, indicator
),

sums AS (
    SELECT
        document_sha256,
        sum(points) AS points,
        sum(core.printed_low(points, points_ulp)) AS low,
        flatten(list(fact_ids ORDER BY fact_ids)) AS fact_ids
    FROM named
    GROUP BY document_sha256
    -- One that is as much as all the others is their sum.
    HAVING count(*) = 1 OR max(points) <> sum(points) - max(points)
)

SELECT
    report.document_sha256,
    'total' AS subject,
    'points' AS unit,
    report.total_score AS stated,
    report.full_marks - sums.points AS computed,
    report.total_score_ulp / 2 + (sums.points - sums.low) AS tolerance,
    core.printed_low(report.total_score, report.total_score_ulp) - (report.full_marks - sums.low) - 1e-9 AS gap,
    report.total_score_ulp AS ulp,
    []::VARCHAR[] AS stated_fact_ids,
    sums.fact_ids AS computed_fact_ids
FROM core.reports AS report
INNER JOIN sums ON report.document_sha256 = sums.document_sha256
WHERE
    gap > 0
    -- A level's deduction stands beside those of its indicators: the sum would count points twice.
    AND NOT EXISTS (
        SELECT 1
        FROM named AS one
        INNER JOIN core.scores AS level
            ON one.document_sha256 = level.document_sha256 AND one.indicator = level.indicator
        INNER JOIN core.scores AS under
            ON level.document_sha256 = under.document_sha256 AND level.path = under.parent_path
        WHERE one.document_sha256 = report.document_sha256
    )
