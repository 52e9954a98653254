WITH rows_with_rate AS (
    SELECT
        document_sha256,
        array_to_string(path, '/') AS subject,
        rate_pct,
        rate_ulp_pct,
        score,
        full_marks,
        [fact_id] AS fact_ids
    FROM core.scores
    WHERE rate_pct IS NOT NULL AND full_marks > 0
    UNION ALL
    SELECT
        document_sha256,
        'total' AS subject,
        total_rate_pct,
        total_rate_ulp_pct,
        total_score,
        full_marks,
        []::VARCHAR[] AS fact_ids
    FROM core.reports
    WHERE total_rate_pct IS NOT NULL AND full_marks > 0
)

SELECT
    document_sha256,
    subject,
    'pct' AS unit,
    rate_pct AS stated,
    100 * score / full_marks AS computed,
    rate_ulp_pct / 2 AS tolerance,
    core.gap_between(
        core.printed_low(rate_pct, rate_ulp_pct), core.printed_high(rate_pct, rate_ulp_pct),
        computed, computed
    ) AS gap,
    rate_ulp_pct AS ulp,
    fact_ids AS stated_fact_ids,
    fact_ids AS computed_fact_ids
FROM rows_with_rate
WHERE gap > 0
