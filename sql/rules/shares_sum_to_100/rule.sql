SELECT
    document_sha256,
    concat_ws('/', flow, scheme, fiscal_year) AS subject,
    'pct' AS unit,
    100 AS stated,
    sum(percent) AS computed,
    sum(ulp_pct) / 2 AS tolerance,
    core.gap_between(100, 100, sum(low), sum(high)) AS gap,
    max(ulp_pct) AS ulp,
    list(fact_id ORDER BY fact_id) AS stated_fact_ids,
    list(fact_id ORDER BY fact_id) AS computed_fact_ids
FROM core.ratio_intervals
WHERE
    name = 'share'
    AND (scheme IN ('function', 'economic') OR (scheme = 'nature' AND item IN ('basic', 'project')))
GROUP BY document_sha256, fiscal_year, flow, scheme
-- Shares far from 100 are a list that leaves some out.
HAVING
    count(DISTINCT item) >= 2 AND count(*) = count(DISTINCT item)
    AND abs(sum(percent) - 100) < 5
    AND core.gap_between(100, 100, sum(low), sum(high)) > 0
