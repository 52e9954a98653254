WITH quotients AS (
    SELECT
        document_sha256,
        fact_id,
        name,
        percent,
        ulp_pct,
        low,
        high,
        100 * numerator_yuan / denominator_yuan AS computed,
        100 * core.printed_low(numerator_yuan, numerator_ulp_yuan)
        / core.printed_high(denominator_yuan, denominator_ulp_yuan) AS computed_low,
        100 * core.printed_high(numerator_yuan, numerator_ulp_yuan)
        / core.printed_low(denominator_yuan, denominator_ulp_yuan) AS computed_high
    FROM core.ratio_intervals
    WHERE numerator_yuan IS NOT NULL AND denominator_yuan > 0
)

SELECT
    document_sha256,
    name AS subject,
    'pct' AS unit,
    percent AS stated,
    computed,
    ulp_pct / 2 AS tolerance,
    core.gap_between(low, high, computed_low, computed_high) AS gap,
    ulp_pct AS ulp,
    [fact_id] AS stated_fact_ids,
    [fact_id] AS computed_fact_ids
FROM quotients
WHERE core.gap_between(low, high, computed_low, computed_high) > 0
