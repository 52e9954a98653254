SELECT
    level.document_sha256,
    array_to_string(level.path, '/') AS subject,
    'points' AS unit,
    level.score AS stated,
    sums.score AS computed,
    (sums.high - sums.low + level.score_ulp) / 2 AS tolerance,
    CASE
        WHEN sums.low = sums.high AND level.score_ulp <= sums.finest_ulp
            THEN abs(level.score - sums.score)::DOUBLE
        ELSE core.gap_between(
            core.printed_low(level.score, level.score_ulp), core.printed_high(level.score, level.score_ulp),
            sums.low, sums.high
        )
    END AS gap,
    level.score_ulp AS ulp,
    [level.fact_id] AS stated_fact_ids,
    sums.fact_ids AS computed_fact_ids
FROM core.scores AS level
INNER JOIN core.score_sums AS sums
    ON level.document_sha256 = sums.document_sha256 AND level.fact_id = sums.parent_id
WHERE
    gap > 0
    -- A list that may leave some out can only be too much.
    AND (
        (sums.has_marks AND sums.full_marks = level.full_marks)
        OR (sums.score > level.score AND (NOT sums.has_marks OR level.full_marks IS NULL))
    )
