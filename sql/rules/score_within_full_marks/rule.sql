SELECT
    document_sha256,
    array_to_string(path, '/') AS subject,
    'points' AS unit,
    score AS stated,
    full_marks AS computed,
    0 AS tolerance,
    CASE WHEN score < 0 THEN -score ELSE score - full_marks END AS gap,
    score_ulp AS ulp,
    [fact_id] AS stated_fact_ids,
    [fact_id] AS computed_fact_ids
FROM core.scores
WHERE score < 0 OR score > full_marks
UNION ALL
SELECT
    document_sha256,
    'total' AS subject,
    'points' AS unit,
    total_score AS stated,
    full_marks AS computed,
    0 AS tolerance,
    CASE WHEN total_score < 0 THEN -total_score ELSE total_score - full_marks END AS gap,
    total_score_ulp AS ulp,
    []::VARCHAR[] AS stated_fact_ids,
    []::VARCHAR[] AS computed_fact_ids
FROM core.reports
WHERE total_score < 0 OR total_score > full_marks
