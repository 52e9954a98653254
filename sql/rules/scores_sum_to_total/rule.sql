WITH leaves AS (
    SELECT score.*
    FROM core.scores AS score
    WHERE NOT EXISTS (
        SELECT 1 FROM core.scores AS child
        WHERE child.document_sha256 = score.document_sha256 AND child.parent_path = score.path
    )
),

sums AS (
    SELECT
        document_sha256,
        sum(score) AS score,
        sum(core.printed_low(score, score_ulp)) AS low,
        sum(core.printed_high(score, score_ulp)) AS high,
        sum(score_ulp) AS ulp,
        sum(full_marks) AS full_marks,
        bool_and(score IS NOT NULL AND full_marks IS NOT NULL) AS is_complete,
        list(fact_id ORDER BY fact_id) AS fact_ids
    FROM leaves
    GROUP BY document_sha256
)

SELECT
    report.document_sha256,
    'total' AS subject,
    'points' AS unit,
    report.total_score AS stated,
    sums.score AS computed,
    (sums.ulp + report.total_score_ulp) / 2 AS tolerance,
    abs(report.total_score - sums.score) AS gap,
    report.total_score_ulp AS ulp,
    []::VARCHAR[] AS stated_fact_ids,
    sums.fact_ids AS computed_fact_ids
FROM core.reports AS report
INNER JOIN sums ON report.document_sha256 = sums.document_sha256
WHERE
    sums.is_complete
    -- Only a full set of indicators can be held against the total.
    AND sums.full_marks = report.full_marks
    -- Points are given, not measured: they carry the digits printed, and only the total may be rounded.
    AND abs(report.total_score - sums.score) > report.total_score_ulp
