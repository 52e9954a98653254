SELECT
    report.document_sha256,
    'total' AS subject,
    'points' AS unit,
    report.total_score AS stated,
    sums.score AS computed,
    (sums.high - sums.low + report.total_score_ulp) / 2 AS tolerance,
    -- A total of exact points, printed as finely as they are, is exact itself.
    CASE
        WHEN sums.low = sums.high AND report.total_score_ulp <= sums.finest_ulp
            THEN abs(report.total_score - sums.score)::DOUBLE
        ELSE core.gap_between(
            core.printed_low(report.total_score, report.total_score_ulp),
            core.printed_high(report.total_score, report.total_score_ulp),
            sums.low, sums.high
        )
    END AS gap,
    report.total_score_ulp AS ulp,
    []::VARCHAR[] AS stated_fact_ids,
    sums.fact_ids AS computed_fact_ids
FROM core.reports AS report
INNER JOIN core.score_sums AS sums ON report.document_sha256 = sums.document_sha256 AND sums.parent_id IS NULL
-- Only a full set of indicators can be held against the total.
WHERE sums.has_marks AND sums.full_marks = report.full_marks AND gap > 0
