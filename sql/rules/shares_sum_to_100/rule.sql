WITH sums AS (
    SELECT
        document_sha256,
        fiscal_year,
        flow,
        scheme,
        sum(percent) AS computed,
        sum(ulp_pct) / 2 AS tolerance,
        core.gap_between(100, 100, sum(low), sum(high)) AS gap,
        max(ulp_pct) AS ulp,
        list(fact_id ORDER BY fact_id) AS fact_ids,
        list(item ORDER BY item) AS items
    FROM core.ratio_intervals
    WHERE
        name = 'share'
        AND (scheme IN ('function', 'economic') OR (scheme = 'nature' AND item IN ('basic', 'project')))
    GROUP BY document_sha256, fiscal_year, flow, scheme
    HAVING count(DISTINCT item) >= 2 AND count(*) = count(DISTINCT item)
),

whole AS (
    SELECT DISTINCT
        document_sha256,
        fiscal_year,
        flow,
        scheme,
        items
    FROM core.whole_partitions
)

SELECT
    sums.document_sha256,
    concat_ws('/', sums.flow, sums.scheme, sums.fiscal_year) AS subject,
    'pct' AS unit,
    100 AS stated,
    sums.computed,
    sums.tolerance,
    sums.gap,
    sums.ulp,
    sums.fact_ids AS stated_fact_ids,
    sums.fact_ids AS computed_fact_ids
FROM sums
LEFT JOIN whole
    ON
        sums.document_sha256 = whole.document_sha256
        AND sums.fiscal_year = whole.fiscal_year
        AND sums.flow = whole.flow
        AND sums.scheme = whole.scheme
        AND sums.items = whole.items
-- Shares may leave some parts out, unless they come near 100 or the amounts of the same parts make up the whole.
WHERE sums.gap > 0 AND (abs(sums.computed - 100) <= 1 OR whole.document_sha256 IS NOT NULL)
